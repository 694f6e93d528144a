"""RUN HISTORY: a run records in a history what else its journal would hold, and more.

Two commits a cycle at most: orders, image and what led to them before anything outside is touched,
and what became of the outputs afterwards. A run that was killed between a commit and the state
that follows is done again; so what the record holds of it already is read there, and not added.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from ..errors import BlocklistError, HistoryError
from ..history.canonical import canonical
from ..history.history import History
from ..history.logentries import EVENTS, instant_text
from ..history.recordedcycle import RecordedCycle, RecordedEvent
from ..history.retention import Retention
from ..history.tilelog import CHECKPOINT
from ..model.wording import plural
from ..signing.ed25519 import public_of
from .assembly import Assembly
from .journal import NAME, Happening, JournalFile, who
from .runsettings import HistorySettings, RunSettings
from .sourceoctets import SourceOctets
from .state import RunState

_EVENT, _TAKEN, _LINE = "event", "journal-taken", "journal-line"
_KINDS = {"held": "held", "confirmed": "confirmed", "pinned": "rolled-back"}
_SHOWN_BY_THE_IMAGE = "compiled"


class RunHistory:
    """The history of one desk, as its ``Journal``."""

    def __init__(
        self,
        history: HistorySettings,
        settings: RunSettings,
        state: RunState,
        clock: Callable[[], datetime],
    ) -> None:
        """See that the record can be written; errors as of ``journal_of``."""
        public_of(bytes(32))  # says which extra is missing before anything is changed
        self._history, self._settings, self._state = history, settings, state
        self._clock = clock
        self._begin = state.recorded if state.record == str(history.folder) else 0
        if self._exists:
            self._check()
        elif self._begin:
            entries = plural(self._begin, "entry", "entries")
            raise HistoryError(
                f"the record is gone; it had {entries}; put it back, or name a new folder in "
                f"{settings.path}",
                path=str(history.folder),
            )

    def record(self, happenings: Sequence[Happening], assembly: Assembly | None = None) -> None:
        """Record what happened and what was compiled in one commit; errors as of ``Journal``."""
        now = self._clock()
        events = [event for one in happenings for event in _events_of(one)]
        if assembly is None and not events:
            return
        with self._opened() as history:
            if assembly is not None:
                self._take_over(history, now)
                known = self._known(history)
                events = [event for event in events if _mark(event) not in known]
            cycle = RecordedCycle(events=events)
            if assembly is not None:
                cycle = RecordedCycle(
                    orders=assembly.orders, image=assembly.image, events=events,
                    instant=assembly.guarding.at if assembly.guarding else now,
                    guards=self._guards(assembly),
                    octets=SourceOctets(self._settings, self._state)
                    if self._history.keep_sources
                    else None,
                )  # fmt: skip
            retention = Retention(self._history.retain_sources, self._history.retain_texts)
            size = history.append(cycle, key=self._history.key, now=now, retention=retention).size
        self._state.record, self._state.recorded = str(self._history.folder), size

    @property
    def _exists(self) -> bool:
        return (self._history.folder / CHECKPOINT).is_file()

    def _check(self) -> None:
        with History.open(self._history.folder) as history:
            size, origin = history.checkpoint.size, history.origin
        if size < self._begin:
            raise HistoryError(
                f"the record has {plural(size, 'entry', 'entries')}, and had {self._begin:,} "
                "at the last run; put the newer one back, or name a new folder in "
                f"{self._settings.path}",
                path=str(self._history.folder),
            )
        if self._history.origin not in ("", origin):
            raise HistoryError(
                f"is the record of {origin}, not of {self._history.origin}",
                path=str(self._history.folder),
            )

    @contextmanager
    def _opened(self) -> Iterator[History]:
        """Open the record, made if it is new; faults of its index are those of the record."""
        folder, history = self._history.folder, self._history
        try:
            if self._exists:
                opened = History.open(folder)
            else:
                opened = History.create(folder, origin=history.origin, key=history.key)
            with opened:
                yield opened
        except sqlite3.Error as error:
            raise HistoryError(f"its index cannot be used: {error}", path=str(folder)) from error

    def _known(self, history: History) -> set[str]:
        """Return the marks of the events that were added after the state was saved last."""
        entries = (one for one in history.record.entries(self._begin) if one.kind in EVENTS)
        return {
            _mark(RecordedEvent(kind=one.kind, facts=one.data, details=history.record.details(one)))
            for one in entries
        }

    def _guards(self, assembly: Assembly) -> dict[str, Any]:
        guards = self._settings.guards
        permits = assembly.guarding.permits if assembly.guarding else ()
        critical = "none" if guards.critical is None else str(guards.critical)
        return {
            "critical": critical,
            "permit": [*guards.permit, *permits],
            "protect": list(guards.protect),
        }

    def _take_over(self, history: History, now: datetime) -> None:
        """Take what the journal holds into the record once; then the file is not needed."""
        path = self._settings.state / NAME
        if not path.is_file():
            return
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if not _is_taken(history, digest):
            try:
                lines = list(JournalFile(self._settings.state).entries())
            except ValueError as error:
                raise BlocklistError(f"{path}: a line cannot be read: {error}") from None
            events = [
                RecordedEvent(kind=_EVENT, facts={"event": _LINE}, details=_plain(line))
                for line in lines
            ]
            taken = {"sha256": digest, "lines": len(lines)}
            events.append(RecordedEvent(kind=_EVENT, facts={"event": _TAKEN}, details=taken))
            history.append(RecordedCycle(events=events), key=self._history.key, now=now)
        path.unlink()


def _is_taken(history: History, digest: str) -> bool:
    return any(
        entry.kind == _EVENT
        and entry.data.get("event") == _TAKEN
        and history.record.details(entry).get("sha256") == digest
        for entry in history.record.entries()
    )


def _events_of(one: Happening) -> Iterator[RecordedEvent]:
    """Yield what the record holds of a happening."""
    facts, event = dict(one.facts), one.event
    if event == _SHOWN_BY_THE_IMAGE:
        return
    resolvers: Mapping[str, str] = facts.pop("resolvers", {})
    for resolver, at in resolvers.items():
        seen = instant_text(datetime.fromisoformat(at))
        yield RecordedEvent(
            kind="served",
            facts={"image": facts["image"], "first": seen, "last": seen},
            details={"output": facts["output"], "resolver": resolver},
        )
    details = {**_plain(facts), **who()}
    if event == "written":
        kept = {name: facts[name] for name in ("digest", "format", "image")}
        about = {"output": facts["output"], "resolver": ""}
        about |= {one: facts[one] for one in ("without_confidential",) if one in facts}
        yield RecordedEvent(kind="output", facts=kept, details=about)
    elif event in _KINDS:
        yield RecordedEvent(kind=_KINDS[event], details=details)
    elif event != "served":
        yield RecordedEvent(kind=_EVENT, facts={"event": event}, details=details)


def _mark(event: RecordedEvent) -> str:
    """Return what two records of one event share: not who ran the cycle that was done again."""
    details = {key: value for key, value in event.details.items() if key not in ("user", "for")}
    return canonical([event.kind, event.facts.get("event"), details])


def _plain(value: Any) -> Any:
    """Return JSON without fractions, which a record does not hold."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return str(value)
    return value if value is None or isinstance(value, str | int) else str(value)
