"""ENTRY WRITER: appends entries and objects in one commit; there is one writer at a time."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from ..atomicfile import can_lock, lock
from ..errors import HistoryError
from ..signing.notekeys import SigningKey
from .canonical import canonical
from .checkpoints import seal_checkpoint
from .fileops import DurableFiles
from .logentries import LogEntry, new_entry
from .objectstore import NewObjects, object_path
from .record import RecordFolder
from .spanfeed import catch_up, fingerprint
from .spanindex import FILE as INDEX
from .tilelog import LogAppender

LOCK = "lock"


@contextmanager
def one_writer(record: RecordFolder) -> Iterator[None]:
    """Hold the lock of a record; another writer is waited for.

    Raises:
        OSError: the folder or the index cannot be written, or its file system has no locks.
    """
    handle = os.open(record.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if can_lock():
            lock(handle)
        record.refresh()
        yield
    except sqlite3.OperationalError as error:  # a full disk, for one
        raise OSError(errno.EIO, str(error), str(record.folder / INDEX)) from error
    finally:
        os.close(handle)


class EntryWriter:
    """Makes the entries of one commit and appends them; its caller holds the lock."""

    def __init__(
        self,
        record: RecordFolder,
        index: sqlite3.Connection,
        keys: Sequence[SigningKey],
        now: datetime,
    ) -> None:
        """Take a record, its index, which has caught up, and what signs.

        Raises:
            HistoryError: the key is not that of the record.
        """
        known = record.keys()
        if any(key.verifier not in known for key in keys):
            raise HistoryError(
                f"the record of {record.checkpoint.origin} cannot be signed by a key that it does "
                f"not name ({keys[0].verifier})",
                path=str(record.folder),
            )
        self._record, self._index, self._keys = record, index, keys
        self.now = now.astimezone(UTC)
        self._appender = LogAppender(DurableFiles(record.files), record.checkpoint.size)
        self._objects = NewObjects()
        self._entries: list[LogEntry] = []
        self._marks: dict[int, bytes] = {}

    def add(self, kind: str, facts: Mapping[str, Any]) -> int:
        """Add an entry and return its number."""
        number = self._record.checkpoint.size + len(self._entries)
        self._entries.append(new_entry(number, self.now, kind, facts))
        return number

    def add_details(self, kind: str, facts: Mapping[str, Any], details: Mapping[str, Any]) -> int:
        """Add an entry with what may be erased, and return its number."""
        content = None
        if details:
            content, _ = self._objects.put(canonical(details).encode("ascii"))
        return self.add(kind, {**facts, "content": content})

    def commit(self) -> None:
        """Append what was added, and bring the index up to it; nothing is done if nothing was."""
        if not self._entries:
            return
        origin = self._record.checkpoint.origin
        self._appender.append(
            [entry.octets for entry in self._entries],
            lambda size, root: seal_checkpoint(origin, size, root, self._keys),
            self._objects.files,
        )
        self._record.refresh()
        catch_up(self._index, self._record)
        self._index.executemany(
            "UPDATE orders SET fingerprint = ? WHERE entry = ?",
            [(mark, number) for number, mark in self._marks.items()],
        )
        self._index.commit()
        self._entries, self._objects, self._marks = [], NewObjects(), {}

    def add_clock(self) -> None:
        """Record that the clock went back since the last entry."""
        size = self._record.checkpoint.size
        if size:
            step = self.now - self._record.entry(size - 1).time
            seconds = step.total_seconds()
            if seconds < 0:
                self.add("clock", {"step": round(seconds * 1000)})

    def is_known(self, content: bytes) -> bool:
        """Whether a content was taken in by ``kept``."""
        row = self._index.execute(
            "SELECT 1 FROM known WHERE fingerprint = ?", (fingerprint(content),)
        ).fetchone()
        return row is not None

    def kept(self, content: bytes) -> tuple[str, bool]:
        """Return the commitment to a content that may be there already, and whether it is new."""
        mark = fingerprint(content)
        row = self._index.execute(
            "SELECT commitment FROM known WHERE fingerprint = ?", (mark,)
        ).fetchone()
        if row is not None and self._is_there(row[0]):
            return str(row[0]), False
        commitment, _ = self._objects.put(content)
        self._index.execute("DELETE FROM known WHERE fingerprint = ?", (mark,))
        self._index.execute("INSERT OR REPLACE INTO known VALUES (?, ?)", (commitment, mark))
        return commitment, True

    def _is_there(self, commitment: str) -> bool:
        """Whether an object was not dropped."""
        path = object_path(commitment)
        return path in self._objects.files or (self._record.folder / path).is_file()
