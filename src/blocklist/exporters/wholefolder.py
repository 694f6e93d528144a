"""WHOLE FOLDER: the files of an export take the place of the old ones at one instant.

A new folder beside the old one is filled and takes its name. Between two renames of files a program
that starts would read some of the old list and some of the new.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..atomicfile import LABELS, can_lock, lock, sync_folder

_LABELS = (*LABELS, "system.posix_acl_default")
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD, RENAME_EXCHANGE


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Yield a folder to write files into; at the end they are in ``target``, all at once.

    What else is in ``target`` stays. Where the system cannot exchange two folders (other systems
    than Linux, mount points), or something else than files is in it, each file is renamed by
    itself; where no folder can be made beside it, ``target`` itself is yielded.

    Raises:
        OSError: passes through, and leaves what was there as it was.
    """
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target)
    new = target.with_name(f".{target.name}.{os.urandom(8).hex()}.tmp")
    try:
        new.mkdir(0o700)
    except OSError:
        target.mkdir(exist_ok=True)
        yield target
        return
    lock = _lock(new)
    try:
        flat = _filled(new, target)
        yield new
        _take_place(new, target, flat)
    except OSError as error:
        if error.filename is not None and new in Path(error.filename).parents:
            error.filename = str(target / Path(error.filename).relative_to(new))
        raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
        if lock >= 0:
            os.close(lock)


def _filled(new: Path, target: Path) -> bool:
    """Link the files of the old folder into the new one; whether that is all of it.

    So the files that are replaced there give their rights to those that replace them.
    """
    flat = True
    for old in target.iterdir() if target.is_dir() else ():
        try:
            flat &= stat.S_ISREG(old.lstat().st_mode)
            if old.is_file():
                (new / old.name).hardlink_to(old)
        except OSError:  # a file system without links, or a file of somebody else
            flat = False
    return flat


def _take_place(new: Path, target: Path, flat: bool) -> None:
    if not target.exists():
        mask = os.umask(0)
        os.umask(mask)
        new.chmod(0o777 & ~mask)
        new.rename(target)
    elif not (flat and _has_rights_of(new, target) and _exchanged(new, target)):
        for file in list(new.iterdir()):
            file.replace(target / file.name)
    for folder in (target, target.parent):
        sync_folder(folder)


def _has_rights_of(new: Path, old: Path) -> bool:
    """Give a folder owner, labels and mode of another; whether that was possible."""
    facts = old.stat()
    try:
        if hasattr(os, "chown"):
            os.chown(new, facts.st_uid, facts.st_gid)
        for label in _LABELS if hasattr(os, "getxattr") else ():
            with suppress(OSError):  # no such label, or a file system without any
                os.setxattr(new, label, os.getxattr(old, label))
        new.chmod(stat.S_IMODE(facts.st_mode))
    except OSError:
        return False
    return True


def _exchanged(new: Path, old: Path) -> bool:
    """Exchange the names of two folders; whether the system can do that here."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        exchange = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):  # another C library
        return False
    done = exchange(_HERE, os.fsencode(new), _HERE, os.fsencode(old), _EXCHANGE)
    return bool(done == 0)


def _lock(folder: Path) -> int:
    """Lock a folder, so that another writer sees that this one lives; return the handle, or -1."""
    if not can_lock():
        return -1
    handle = os.open(folder, os.O_RDONLY)
    with suppress(OSError):  # a file system without locks
        lock(handle)
    return handle


def _sweep(target: Path) -> None:
    """Remove the folders of writers of ``target`` that were killed."""
    if not can_lock():
        return
    left = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{16}}\.tmp")
    for path in target.parent.iterdir():
        if not left.fullmatch(path.name) or path.is_symlink() or not path.is_dir():
            continue
        with suppress(OSError):  # another writer lives, or it is not ours to remove
            handle = os.open(path, os.O_RDONLY)
            try:
                lock(handle, wait=False)
                shutil.rmtree(path)
            finally:
                os.close(handle)
