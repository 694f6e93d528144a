"""SMALL FILE: the octets of a file that somebody else may have put there."""

from __future__ import annotations

import os
import stat

from ..errors import SignatureError


def read_small(path: str, most: int) -> tuple[bytes, int]:
    """Return the octets of a file, at most one more than ``most``, and its permissions.

    Raises:
        SignatureError: it is no file, such as a named pipe, which is not waited for.
        OSError: it cannot be read.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise SignatureError("not a file", path=path)
        content = b""
        while len(content) <= most and (block := os.read(handle, most + 1 - len(content))):
            content += block
    finally:
        os.close(handle)
    return content, stat.S_IMODE(status.st_mode)
