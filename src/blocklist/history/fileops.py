"""FILE OPERATIONS: the few things that the record does to files, so that their syncs can be tested.

Paths are relative to the folder of the record, with ``/``. ``DurableFiles`` knows in which sequence
files and folders become durable; ``FileOperations`` does each step, on a disk or in a model of one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from posixpath import dirname
from typing import Protocol

from ..atomicfile import naming, sync_folder

FOLDER_MODE = 0o750
PUBLIC, SECRET = 0o640, 0o600
TEMPORARY = "tmp"
"""The folder in which files lie until they are renamed."""


class FileOperations(Protocol):
    """What is done to files; each method raises ``OSError``."""

    def read(self, path: str) -> bytes:
        """Return all octets of a file."""

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; none if it does not exist."""

    def make_folder(self, path: str) -> bool:
        """Make a folder in one that exists; return whether it is new."""

    def write(self, path: str, octets: bytes, mode: int) -> None:
        """Write a file, not synced."""

    def sync_file(self, path: str) -> None:
        """Make the octets of a file durable, not its name."""

    def sync_folder(self, path: str) -> None:
        """Make the names in a folder durable."""

    def rename(self, old: str, new: str) -> None:
        """Give a file another name, in place of the one that has it."""

    def remove(self, path: str) -> bool:
        """Remove a file, or a folder that is empty; return whether it existed."""


class DiskFiles:
    """Files of a folder on a disk."""

    def __init__(self, root: Path) -> None:
        """Take the folder; it need not exist."""
        self.root = root

    def read(self, path: str) -> bytes:
        """Return all octets of a file."""
        return (self.root / path).read_bytes()

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; none if it does not exist."""
        try:
            return sorted(path.name for path in (self.root / folder).iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def make_folder(self, path: str) -> bool:
        """Make a folder in one that exists; return whether it is new."""
        try:
            (self.root / path).mkdir(FOLDER_MODE)
        except FileExistsError:
            return False
        return True

    def write(self, path: str, octets: bytes, mode: int) -> None:
        """Write a file, not synced."""
        target = self.root / path
        with naming(target), open(target, "wb", opener=lambda p, f: os.open(p, f, mode)) as file:
            file.write(octets)

    def sync_file(self, path: str) -> None:
        """Make the octets of a file durable, not its name."""
        handle = os.open(self.root / path, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def sync_folder(self, path: str) -> None:
        """Make the names in a folder durable, where the system can."""
        sync_folder(self.root / path)

    def rename(self, old: str, new: str) -> None:
        """Give a file another name, in place of the one that has it."""
        (self.root / old).replace(self.root / new)

    def remove(self, path: str) -> bool:
        """Remove a file, or a folder that is empty; return whether it existed."""
        target = self.root / path
        try:
            if target.is_dir() and not target.is_symlink():
                target.rmdir()
            else:
                target.unlink()
        except FileNotFoundError:
            return False
        return True


class DurableFiles:
    """Writes files so that each is there whole, with its name and its folders, or not at all.

    Every folder on the way is synced once by each process, also one that was there: who made it may
    have been killed before its name was durable.
    """

    def __init__(self, files: FileOperations) -> None:
        """Take what does the steps."""
        self.files = files
        self._changed: set[str] = set()
        self._known: set[str] = set()
        self._count = 0

    def put(self, path: str, octets: bytes, mode: int = PUBLIC) -> None:
        """Write a file under its name; ``settle`` makes that durable."""
        self._make_folders(dirname(path))
        self._make_folders(TEMPORARY)
        self._count += 1
        temporary = f"{TEMPORARY}/{os.getpid()}-{self._count}"
        self.files.write(temporary, octets, mode)
        self.files.sync_file(temporary)
        self.files.rename(temporary, path)
        self._changed.add(dirname(path))

    def put_all(self, contents: Mapping[str, bytes], mode: int = PUBLIC) -> None:
        """Write several files."""
        for path, octets in contents.items():
            self.put(path, octets, mode)

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files and empty folders; ``settle`` makes that durable."""
        for path in paths:
            if self.files.remove(path):
                self._changed.discard(path)
                self._known.discard(path)
                self._changed.add(dirname(path))

    def settle(self) -> None:
        """Make the names of all that was written or removed durable."""
        for folder in sorted(self._changed, key=len, reverse=True):
            self.files.sync_folder(folder)
        self._changed.clear()

    def tidy(self) -> None:
        """Remove temporary files that were left; only the one writer may do that."""
        for name in self.files.names(TEMPORARY):
            self.files.remove(f"{TEMPORARY}/{name}")

    def _make_folders(self, folder: str) -> None:
        if not folder or folder in self._known:
            return
        above = dirname(folder)
        self._make_folders(above)
        self.files.make_folder(folder)
        self._changed.add(above)
        self._known.add(folder)
