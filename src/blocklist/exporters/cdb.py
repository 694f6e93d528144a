"""CDB: D. J. Bernstein's constant database, a file of keys and values that is only ever replaced.

https://cr.yp.to/cdb/cdb.txt: a header of 256 pairs (where a hash table lies, how many slots it
has), then the records (length of key, length of value, key, value), then the tables, whose slots
are pairs of hash and position of a record. All numbers are ``u32``, little-endian.
"""

from __future__ import annotations

import struct
from array import array
from types import TracebackType
from typing import BinaryIO, Self

from ..errors import ExportError

_PAIR = struct.Struct("<II")
_HEADER = 256 * _PAIR.size
_LIMIT = 1 << 32
_FLUSH = 1 << 16


def cdb_hash(key: bytes) -> int:
    """Return the hash of a key, 32 bits."""
    value = 5381
    for octet in key:
        value = (value * 33 & 0xFFFFFFFF) ^ octet
    return value


class CdbWriter:
    """Writes a CDB to a stream that can seek; a context manager, whose end writes the tables.

    Records go out as they come; 8 octets of memory are kept for each. The same records in the same
    sequence give the same octets. A key may be added more than once: readers find the first value.

    Raises:
        ExportError: the file would be over 4 GiB, which its numbers cannot tell.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._position = _HEADER
        self._pending = bytearray(_HEADER)
        self._count = 0
        # A record's hash and position, one after the other, by the table that it belongs to.
        self._tables = [array("I") for _ in range(256)]

    def add(self, key: bytes, value: bytes) -> None:
        """Add a record."""
        hashed = cdb_hash(key)
        self._tables[hashed & 255].extend((hashed, self._position))
        self._pending += _PAIR.pack(len(key), len(value)) + key + value
        self._position += _PAIR.size + len(key) + len(value)
        self._count += 1
        if self._position + 2 * _PAIR.size * self._count >= _LIMIT:
            raise ExportError(f"{self._count:,} names do not fit in a CDB file (4 GiB)")
        if len(self._pending) >= _FLUSH:
            self._flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self._finish()

    def _finish(self) -> None:
        header = bytearray()
        for records in self._tables:
            slots = len(records)  # two for each record, so that half of them stay empty
            header += _PAIR.pack(self._position, slots)
            table = array("I", bytes(4 * 2 * slots))
            for at in range(0, slots, 2):
                hashed = records[at]
                slot = (hashed >> 8) % slots
                while table[2 * slot + 1]:
                    slot = (slot + 1) % slots
                table[2 * slot], table[2 * slot + 1] = hashed, records[at + 1]
            self._pending += struct.pack(f"<{2 * slots}I", *table)
            self._position += _PAIR.size * slots
            self._flush()
        self._stream.seek(0)
        self._stream.write(header)

    def _flush(self) -> None:
        self._stream.write(self._pending)
        self._pending.clear()
