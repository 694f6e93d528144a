"""FILES: a file that is there whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

NEW, PRIVATE = 0o666, 0o600
OTHERS = 0o007
_LABELS = ("security.selinux", "system.posix_acl_access")


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may do what with a file; what is not said is as in the file that it replaces.

    Attributes:
        mode: its permissions, whatever the umask is.
        user: number of its owner; -1 says nothing.
        group: number of its group; -1 says nothing.
        is_private: nobody but owner and group gets any right; a new file is its owner's alone.
    """

    mode: int | None = None
    user: int = -1
    group: int = -1
    is_private: bool = False

    def over(self, old: os.stat_result | None) -> Rights:
        """Return what a file gets that replaces one with those facts, ``None`` for a new one."""
        mode, user, group = self.mode, self.user, self.group
        if old is not None:
            mode = old.st_mode & 0o777 if mode is None else mode
            user, group = (old.st_uid if user < 0 else user), (old.st_gid if group < 0 else group)
        elif mode is None and self.is_private:
            mode = PRIVATE
        if mode is not None and self.is_private:
            mode &= ~OTHERS
        return Rights(mode, user, group, self.is_private)


@contextmanager
def replacing(path: str | os.PathLike[str], rights: Rights | None = None) -> Iterator[BinaryIO]:
    """Open a file to write and read, so that ``path`` holds the old content or the whole new one.

    A temporary file beside it is written, synced and renamed when the block ends without an error.
    A symbolic link is replaced, not followed. Owner, group, permissions, SELinux label and access
    control list are those of the file that is replaced; of a new file, as the umask has them. What
    is no file, as ``/dev/null`` or a folder, is left alone: a rename would put a file in its place.

    Args:
        path: of the file.
        rights: other ones.

    Raises:
        OSError: passes through, and leaves what was there as it was.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(target.parent))
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "not a regular file, so it is left alone", str(target))
    old = target.stat() if target.exists() else None
    wanted = (rights or Rights()).over(old)
    temporary = target.with_name(f".{target.name}.{os.urandom(8).hex()}.tmp")
    try:
        handle = os.open(
            temporary,
            os.O_RDWR | os.O_CREAT | os.O_EXCL,
            PRIVATE if wanted.mode is not None else NEW,
        )
    except OSError as error:
        error.filename = str(target)  # what the caller knows
        raise
    try:
        with open(handle, "w+b") as file:  # noqa: PTH123 - of a handle
            yield file
            file.flush()
            _give(file.fileno(), wanted, target, old)
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


def _give(handle: int, rights: Rights, target: Path, old: os.stat_result | None) -> None:
    """Give a file its rights, and the time of its change, which is later than that of the old."""
    if old is not None:
        now = os.fstat(handle)
        # Some programs read no file whose time, in seconds, is not later.
        later = max(now.st_mtime_ns, (old.st_mtime_ns // 10**9 + 1) * 10**9)
        os.utime(handle if os.utime in os.supports_fd else target, ns=(now.st_atime_ns, later))
    if os.name != "posix":
        return
    _give_owner(handle, rights, target)
    for label in _LABELS if old is not None and hasattr(os, "getxattr") else ():
        with suppress(OSError):  # no such label, or a file system without any
            os.setxattr(handle, label, os.getxattr(target, label))
    if rights.mode is not None:
        os.fchmod(handle, rights.mode)


def _give_owner(handle: int, rights: Rights, target: Path) -> None:
    now = os.fstat(handle)
    user = -1 if rights.user == now.st_uid else rights.user
    group = -1 if rights.group == now.st_gid else rights.group
    if (user, group) == (-1, -1):
        return
    try:
        os.fchown(handle, user, group)
    except PermissionError as error:
        # Whoever reads it as a member of the group reads the new one, too.
        with suppress(PermissionError):
            os.fchown(handle, -1, group)
            if rights.mode is not None and rights.mode & 0o040:
                return
        if rights.mode is not None and rights.mode & 0o004:
            return
        raise PermissionError(
            error.errno, "not permitted to give it the owner and group that it is to have",
            str(target),
        ) from error  # fmt: skip
