"""JOURNAL: what was done, when and by whom, one JSON object a line, never changed.

``Journal`` is the one door: what keeps the record in another form has the same method.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

if TYPE_CHECKING:
    from .assembly import Assembly

NAME = "journal.jsonl"
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that a run did or found.

    Events: ``accepted``, ``held``, ``ended`` and ``confirmed`` of an edition, ``compiled`` (before
    the outputs are written), ``written``, ``served`` (seen to be), ``reloaded``
    (not checked) and ``failed`` of an output, ``pinned`` and ``unpinned``.

    Attributes:
        event: which of them.
        facts: JSON; ``image`` is a digest, ``resolvers`` says when each was seen to serve it.
        at: aware.
    """

    event: str
    facts: Mapping[str, Any]
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Journal(Protocol):
    """Where a run records what it did, before and after it touches anything outside."""

    def record(self, happenings: Sequence[Happening], assembly: Assembly | None = None) -> None:
        """Record durably what happened and, before the outputs are written, what was compiled.

        Raises:
            BlocklistError: the record is damaged.
            OSError: no permission, no space.
        """


class JournalFile:
    """A journal in a file of lines; each has ``at`` (UTC), ``user`` and, under sudo, ``for``."""

    def __init__(self, folder: Path) -> None:
        """Take the state folder."""
        self._path = folder / NAME

    def record(self, happenings: Sequence[Happening], _: Assembly | None = None) -> None:
        """Record what happened durably; a line that a killed run began is cut off."""
        if not happenings:
            return
        user = who()
        entries = [
            {"at": h.at.isoformat(), "event": h.event, **user, **h.facts} for h in happenings
        ]
        lines = b"".join(json.dumps(entry, default=str).encode() + b"\n" for entry in entries)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        with os.fdopen(handle, "r+b") as file:
            file.seek(_end_of_lines(file))
            file.truncate()
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def entries(self) -> Iterator[Mapping[str, Any]]:
        """Yield what was recorded, the oldest first."""
        if self._path.is_file():
            octets = self._path.read_bytes()
            for line in octets[: _whole_lines(octets)].splitlines():
                yield json.loads(line)


def who() -> dict[str, str]:
    """Return the user that runs this and, under sudo, the one behind it."""
    import getpass

    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    behind = os.environ.get("SUDO_USER", "")
    return {"user": user, **({"for": behind} if behind else {})}


def _end_of_lines(file: BinaryIO) -> int:
    """Return where the last whole line ends."""
    end = file.seek(0, os.SEEK_END)
    while end > 0:
        begin = max(0, end - _BLOCK)
        file.seek(begin)
        found = _whole_lines(file.read(end - begin))
        if found:
            return begin + found
        end = begin
    return 0


def _whole_lines(octets: bytes) -> int:
    return octets.rfind(b"\n") + 1
