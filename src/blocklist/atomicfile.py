"""FILES: a file that is there whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: str | os.PathLike[str], *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open a file to write and read, so that ``path`` holds the old content or the whole new one.

    A temporary file beside it is written, synced and renamed when the block ends without an error.
    A symbolic link is replaced, not followed; owner and permissions are those of a new file. What
    is no file, as ``/dev/null`` or a folder, is left alone: a rename would put a file in its place.

    Args:
        path: of the file.
        mode: its permissions, before the umask.

    Raises:
        OSError: passes through, and leaves what was there as it was.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(target.parent))
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "not a regular file, so it is left alone", str(target))
    temporary = target.with_name(f".{target.name}.{os.urandom(8).hex()}.tmp")
    try:
        handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        error.filename = str(target)  # what the caller knows
        raise
    try:
        with open(handle, "w+b") as file:  # noqa: PTH123 - of a handle
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
