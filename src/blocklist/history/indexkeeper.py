"""INDEX KEEPER: opens the index of a record, and makes it again whenever it does not fit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from .entrywriter import one_writer
from .record import RecordFolder
from .spanfeed import catch_up, is_beginning
from .spanindex import connect, in_memory, made_anew, state_of, to_read

Answer = TypeVar("Answer")


class IndexKeeper:
    """The index of one record, open while it is used."""

    def __init__(self, record: RecordFolder) -> None:
        """Take a record; nothing is opened yet."""
        self._record = record
        self._open: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the index."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def __del__(self) -> None:
        """Close it where nobody has: a cache needs no warning that it was left open."""
        with suppress(sqlite3.ProgrammingError):  # another thread's
            self.close()

    def current(self) -> sqlite3.Connection:
        """Return the index, brought up to the record; in memory if it cannot be written."""
        size = self._record.log.size
        if self._open is not None and state_of(self._open, "size") == size:
            return self._open
        self.close()
        self._record.refresh()
        found = to_read(self._record.folder)
        if found is not None:
            with suppress(sqlite3.DatabaseError):
                is_whole = state_of(found, "size") == self._record.log.size
                if is_whole and is_beginning(found, self._record):
                    self._open = found
                    return found
            found.close()
        try:
            with one_writer(self._record):
                return self.to_write()
        except OSError:  # not permitted, mounted to be read, or full
            self._open = in_memory()
            catch_up(self._open, self._record)
            return self._open

    def to_write(self) -> sqlite3.Connection:
        """Return the index, brought up to the record; the caller holds the lock."""
        self.close()
        index = connect(self._record.folder)
        with suppress(sqlite3.DatabaseError):
            if is_beginning(index, self._record):
                catch_up(index, self._record)
                self._open = index
                return index
        index.close()
        return self._made_anew()

    def make_anew(self) -> int:
        """Make the index again from the record; return how many entries were read."""
        with one_writer(self._record):
            self.close()
            self._made_anew()
        return self._record.log.size

    def asked(self, ask: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Ask the index; one that turns out to be damaged is made again, and asked."""
        try:
            return ask(self.current())
        except sqlite3.DatabaseError:
            self.make_anew()
            return ask(self.current())

    def _made_anew(self) -> sqlite3.Connection:
        self._open = made_anew(self._record.folder)
        catch_up(self._open, self._record)
        return self._open
