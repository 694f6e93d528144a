"""FILES: a file that is there whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows, where nobody can remove a file that is open
    fcntl = None  # type: ignore[assignment]

NEW, PRIVATE = 0o666, 0o600
OTHERS = 0o007
GROUP_READS = 0o640
_OF_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)
LABELS = ("security.selinux", "system.posix_acl_access")


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may do what with a file; what is not said is as in the file that it replaces.

    Attributes:
        mode: its permissions, whatever the umask is.
        user: number of its owner; -1 says nothing.
        group: number of its group; -1 says nothing.
        is_private: nobody but owner and group gets any right; a new file is its owner's alone.
        group_reads: of a private file, the owner reads and writes, the group at most reads; a new
            one has these rights as far as the umask leaves them.
    """

    mode: int | None = None
    user: int = -1
    group: int = -1
    is_private: bool = False
    group_reads: bool = False

    def over(self, old: os.stat_result | None) -> Rights:
        """Return what a file gets that replaces one with those facts, ``None`` for a new one."""
        mode, user, group = self.mode, self.user, self.group
        if old is not None:
            mode = old.st_mode & 0o777 if mode is None else mode
            user, group = (old.st_uid if user < 0 else user), (old.st_gid if group < 0 else group)
        elif mode is None and self.is_private and not self.group_reads:
            mode = PRIVATE
        if mode is not None and self.is_private:
            mode &= GROUP_READS if self.group_reads else ~OTHERS
        return Rights(mode, user, group, self.is_private, self.group_reads)

    def taken(self, path: Path) -> str:
        """Say which rights a file loses because of its confidential content; empty if none."""
        old = path.stat() if path.exists() else None
        before, after = replace(self, is_private=False).over(old).mode, self.over(old).mode
        if before is None or after is None or before == after:
            return ""
        lost = " and ".join(
            f"{who} the right {letters}"
            for who, shift in (("the owner loses", 6), ("the group loses", 3), ("others lose", 0))
            if (letters := _letters((before & ~after) >> shift))
        )
        return (
            f"{path}: holds confidential orders, so {lost}: mode {after:04o} instead of "
            f"{before:04o}"
        )


def mode_of(text: str) -> int:
    """Return the mode that octal digits such as ``0640`` mean; ``ValueError`` for anything else."""
    if not re.fullmatch(r"(?:0o?)?[0-7]{3}", text):
        raise ValueError(f"{text!r} is not a mode such as 0640")
    return int(text, 8)


def owner_of(text: str) -> tuple[int, int]:
    """Return the numbers of ``USER``, ``USER:GROUP`` or ``:GROUP``; -1 is what is not said.

    Raises:
        ValueError: there is no such user or group, or the system has none.
    """
    try:
        import grp
        import pwd
    except ImportError:
        raise ValueError("files have no owners on this system") from None
    user, _, group = text.partition(":")
    try:
        uid = int(user or -1) if not user or user.isdecimal() else pwd.getpwnam(user).pw_uid
        gid = int(group or -1) if not group or group.isdecimal() else grp.getgrnam(group).gr_gid
    except KeyError as error:
        raise ValueError(f"{text!r}: {error.args[0]}") from None
    return uid, gid


def _letters(bits: int) -> str:
    return "".join(letter for bit, letter in ((4, "r"), (2, "w"), (1, "x")) if bits & bit)


@contextmanager
def replacing(path: str | os.PathLike[str], rights: Rights | None = None) -> Iterator[BinaryIO]:
    """Open a file to write and read, so that ``path`` holds the old content or the whole new one.

    A temporary file beside it is written, synced and renamed when the block ends without an error.
    A symbolic link is replaced, not followed. Owner, group, permissions, SELinux label and access
    control list are those of the file that is replaced; of a new file, as the umask has them. What
    is no file, as ``/dev/null`` or a folder, is left alone: a rename would put a file in its place.
    Temporary files of writers of the same path that were killed are removed.

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
    first = PRIVATE if wanted.mode is not None else GROUP_READS if wanted.is_private else NEW
    with _temporary(target, first) as (temporary, handle):
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            _give(file.fileno(), wanted, target, old)
            os.fsync(file.fileno())
        temporary.replace(target)
    sync_folder(target.parent)


def absolute(path: str | os.PathLike[str]) -> str:
    """Return a path from the root; links stay what they are, as they may lead elsewhere later."""
    return os.path.abspath(path)  # noqa: PTH100 - Path.resolve follows links


def sync_folder(folder: str | os.PathLike[str]) -> None:
    """Make the names in a folder durable, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def writing(path: str | os.PathLike[str], rights: Rights | None = None) -> Iterator[BinaryIO]:
    """Open a file to write as ``replacing`` does; a device or a pipe is written as it is."""
    target = Path(path)
    is_odd = target.exists() and not target.is_file() and not target.is_dir()
    with naming(target), target.open("wb") if is_odd else replacing(target, rights) as file:
        yield file


@contextmanager
def naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Give an error of writing, such as that of a full disk, the path if it names none."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in _OF_WRITING:
            error.filename = os.fspath(path)
        raise


@contextmanager
def _temporary(target: Path, mode: int) -> Iterator[tuple[Path, int]]:
    """Make a file beside ``target``; it is gone at the end unless it was renamed.

    It stays locked until then, so that another writer sees that this one lives.
    """
    _sweep(target)
    try:
        temporary, handle, lock = _locked(target, mode)
    except OSError as error:
        error.filename = str(target)  # what the caller knows
        raise
    try:
        with naming(target):
            yield temporary, handle
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        if lock >= 0:
            os.close(lock)


def can_lock() -> bool:
    """Whether the system has locks that end with the process: not Windows."""
    return fcntl is not None


def lock(handle: int, *, wait: bool = True) -> None:
    """Lock an open file or folder against every other process that asks.

    Raises:
        BlockingIOError: another has it, and ``wait`` is false.
        OSError: the file system has no locks.
    """
    fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def _locked(target: Path, mode: int) -> tuple[Path, int, int]:
    """Make a temporary file; return it, its handle, and the handle that keeps it locked, or -1."""
    while True:
        temporary = target.with_name(f".{target.name}.{os.urandom(8).hex()}.tmp")
        handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        if not can_lock():
            return temporary, handle, -1
        with suppress(OSError):  # a file system without locks
            lock(handle)
        if os.fstat(handle).st_nlink:
            return temporary, handle, os.dup(handle)
        os.close(handle)  # swept before it was locked


def _sweep(target: Path) -> None:
    """Remove the temporary files of writers of ``target`` that were killed."""
    if not can_lock():
        return
    left = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{16}}\.tmp")
    with suppress(OSError), os.scandir(target.parent) as entries:
        found = [entry.path for entry in entries if left.fullmatch(entry.name)]
        for path in found:
            with suppress(OSError):  # another writer lives, or it is not ours to remove
                _remove_if_left(path)


def _remove_if_left(path: str) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        lock(handle, wait=False)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            Path(path).unlink()
    finally:
        os.close(handle)


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
    for label in LABELS if old is not None and hasattr(os, "getxattr") else ():
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
