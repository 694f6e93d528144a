"""LOG ENTRIES: what stands in the log for ever: kinds, times, counts, and commitments.

An entry is canonical JSON. No domain name, party, id or file name stands in one; what may have to
be erased is in the object that ``content`` commits to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ..errors import HistoryError
from .canonical import canonical, read_canonical
from .tiles import MAX_ENTRY

VERSION = 1
FIELDS = {
    "source": ("content", "octets", "size"),
    "order": ("before", "confidential", "content", "count", "fields", "targets", "texts"),
    "image": (
        "before", "content", "content_digest", "digest", "guards", "instant", "jurisdiction",
        "octets", "orders", "root", "rules", "versions",
    ),
    "held": ("content",),
    "confirmed": ("content",),
    "rolled-back": ("content",),
    "output": ("content", "digest", "format", "image", "lost"),
    "served": ("content", "first", "image", "last"),
    "probe": ("content", "counts"),
    "checked": ("content", "gap", "times"),
    "erased": ("content", "entries", "excepts", "objects", "what"),
    "timestamp": ("content", "size"),
    "clock": ("step", "synchronised"),
    "key": ("key", "signature"),
    "event": ("content", "event"),
}  # fmt: skip
"""What an entry of each kind may state beside version, kind, number, time and offset."""
TEXTS, SOURCES = "texts", "sources"
"""What an entry ``erased`` says that was dropped, if it was not all of its orders."""
EVENTS = frozenset(FIELDS) - {"source", "order", "image", "erased", "clock", "key"}
"""The kinds that a caller may add."""
_COMMON = ("kind", "n", "offset", "time", "v")
_WORD = re.compile(r"[a-z0-9][a-z0-9:+,-]{0,99}|\d{4}-\d\d-\d\d[T0-9:.Z+-]*|[A-Z]{2}|\d[\w.+-]*")
"""What a fact may be: a code, a digest, a time, a country or a version, and no name."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry as it stands in the log.

    Attributes:
        number: its place, from 0.
        kind: see ``FIELDS``.
        time: when it was written, by the clock of the machine, in UTC.
        data: all that it states.
        octets: as they are hashed.
    """

    number: int
    kind: str
    time: datetime
    data: Mapping[str, Any]
    octets: bytes

    @property
    def milliseconds(self) -> int:
        """Its time in milliseconds since 1970."""
        return milliseconds_of(self.time)


def new_entry(number: int, now: datetime, kind: str, facts: Mapping[str, Any]) -> LogEntry:
    """Return an entry.

    Raises:
        HistoryError: a fact has no place in entries of this kind, or might be a name.
    """
    odd = set(facts) - set(FIELDS.get(kind, ()))
    if kind not in FIELDS or odd:
        raise HistoryError(f"no entry {kind!r} has {', '.join(sorted(odd)) or 'a place'}")
    offset = (now.astimezone().utcoffset() or timedelta()) // timedelta(minutes=1)
    data = {"v": VERSION, "kind": kind, "n": number, "time": instant_text(now), "offset": offset}
    data |= {name: value for name, value in facts.items() if value is not None}
    if kind != "key":
        _check_facts(facts)
    octets = canonical(data).encode("ascii")
    if len(octets) > MAX_ENTRY:
        raise HistoryError(
            f"an entry {kind!r} of {len(octets):,} octets; {MAX_ENTRY:,} is the most"
        )
    return LogEntry(number, kind, now, data, octets)


def read_entry(octets: bytes, number: int) -> LogEntry:
    """Return an entry.

    Raises:
        HistoryError: it is not one, not in its one form, or not the one of that number.
    """
    data = read_canonical(octets.decode("ascii", "replace"))
    if not isinstance(data, dict) or data.get("v") != VERSION or data.get("n") != number:
        raise HistoryError(f"entry {number}: not version {VERSION}, or of another number")
    kind, text = data.get("kind"), data.get("time")
    if not isinstance(kind, str) or not isinstance(text, str):
        raise HistoryError(f"entry {number}: without kind or time")
    if set(data) - set(_COMMON) - set(FIELDS.get(kind, ())):
        raise HistoryError(f"entry {number}: states what no entry {kind!r} states")
    return LogEntry(number, kind, read_instant(text), data, octets)


def instant_text(instant: datetime) -> str:
    """Return an instant as ``2026-11-30T12:00:00.000Z``."""
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def read_instant(text: str) -> datetime:
    """Return such an instant; ``HistoryError`` for any other text."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise HistoryError(f"not an instant: {text[:40]!r}") from None
    if instant.tzinfo is None or instant_text(instant) != text:
        raise HistoryError(f"not an instant in its one form: {text[:40]!r}")
    return instant


def milliseconds_of(instant: datetime) -> int:
    """Return an instant, with a time zone, in milliseconds since 1970, as the index has it."""
    return round(instant.timestamp() * 1000)


def instant_of(milliseconds: int) -> datetime:
    """Return the instant, in UTC, of milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _check_facts(value: object) -> None:
    if isinstance(value, Mapping):
        for one in value.values():
            _check_facts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            _check_facts(one)
    elif isinstance(value, str) and not _WORD.fullmatch(value):
        raise HistoryError(f"a fact in the log must be a code, a digest or a time: {value[:40]!r}")
