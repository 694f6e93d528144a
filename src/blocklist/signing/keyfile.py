"""KEY FILE: a private key in a file that its owner alone can read."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ..atomicfile import naming, sync_folder
from ..errors import SignatureError
from .notekeys import SigningKey
from .smallfile import read_small

KEY_MODE = 0o400
_OTHERS = 0o077
_MOST = 4_096
"""Octets of a key file; what is longer is no key."""


def read_key(path: str | os.PathLike[str]) -> SigningKey:
    """Read a private key.

    Raises:
        SignatureError: others than its owner may use the file, or it holds no private key.
        BlocklistError: the extra ``sign`` is not installed.
        OSError: it cannot be read.
    """
    where = os.fspath(path)
    content, mode = read_small(where, _MOST)
    try:
        key = SigningKey.parse(content.decode("utf-8").removesuffix("\n"))
    except UnicodeDecodeError:
        raise SignatureError("not a private key: not text", path=where) from None
    except SignatureError as error:
        raise SignatureError(error.reason, path=where) from None
    if os.name == "posix" and mode & _OTHERS:
        raise SignatureError(
            f"a private key that others than its owner may use (mode {mode:04o}); chmod 0400, and "
            "make a new key if somebody may have read it",
            path=where,
        )
    return key


def write_key(path: str | os.PathLike[str], key: SigningKey) -> None:
    """Write a private key into a new file of mode 0400; an existing file is never replaced.

    Raises:
        OSError: passes through; ``FileExistsError`` if something is there.
    """
    target = Path(path)
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, KEY_MODE)
    except FileExistsError:
        raise FileExistsError(
            errno.EEXIST, "exists, and a private key is never replaced; remove it, or name "
            "another file", str(target),
        ) from None  # fmt: skip
    try:
        with naming(target), os.fdopen(handle, "wb") as file:
            file.write(f"{key.secret_text()}\n".encode())
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
