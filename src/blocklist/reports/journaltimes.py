"""JOURNAL TIMES: the adapter that reads the times of orders from the journal of the desk.

The journal names files and images, not orders. Which orders an image holds is known of the images
that are kept; of the others it follows from the file that holds the order, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from ..model.orders import Order
from ..model.wording import plural
from .ordertimes import OrderTimes, RecordEntry, ServedTimes, ServingGap

RECORD = "the journal of the desk"
_DIGITS = 16  # of the digest of an image in what an output shows
_PUT_BACK = "another image was written, which does not hold the order"
_ASSUMED = (
    "some images are no longer kept: that they held the order follows from the file that holds it"
)
_EDITED = (
    "the file that holds the order replaced another one on {}: the journal does not say whether "
    "that held the order as well, so it may have been served before"
)
_NEVER = "the journal does not say when the file that holds the order was accepted"
_UNCHECKED = "not checked whether it serves: {}"

Carried = Callable[[str], Collection[str] | None]


@dataclass(frozen=True, slots=True)
class _Event:
    number: int
    at: datetime
    kind: str
    facts: Mapping[str, Any]

    @property
    def user(self) -> str:
        user, behind = self.facts.get("user", ""), self.facts.get("for", "")
        return f"{user} for {behind}" if behind else str(user)

    @property
    def content(self) -> str:
        return str(self.facts.get("content", "")).partition(":")[0][:_DIGITS]

    @property
    def files(self) -> Mapping[str, str]:
        files = self.facts.get("files")
        return files if isinstance(files, Mapping) else {}


class JournalReading:
    """The journal, read once for many orders."""

    def __init__(
        self, entries: Iterable[Mapping[str, Any]], carried: Carried, outputs: Collection[str]
    ) -> None:
        """Take what was recorded.

        Args:
            entries: of the journal, the oldest first.
            carried: returns the ids of the orders that an image holds, ``None`` if it is not kept.
            outputs: names of those in use now.
        """
        self._events = [
            _Event(number, datetime.fromisoformat(str(one["at"])), str(one["event"]), one)
            for number, one in enumerate(entries)
        ]
        self._carried, self._outputs = carried, frozenset(outputs)
        self._compiled = [one for one in self._events if one.kind == "compiled"]

    @cached_property
    def _by_output(self) -> dict[str, list[_Event]]:
        found: dict[str, list[_Event]] = {}
        for event in self._events:
            if "output" in event.facts:
                found.setdefault(str(event.facts["output"]), []).append(event)
        return dict(sorted(found.items()))

    @cached_property
    def _accepted(self) -> dict[str, tuple[_Event, bool]]:
        """By digest: the event that accepted a file first, and whether it replaced another."""
        found: dict[str, tuple[_Event, bool]] = {}
        seen: set[tuple[str, str]] = set()
        for event in self._events:
            if event.kind == "accepted":
                for path, digest in event.files.items():
                    place = (str(event.facts.get("source", "")), path)
                    found.setdefault(digest, (event, place in seen))
                    seen.add(place)
        return found

    def times(self, order: Order, file: str) -> OrderTimes:
        """Return the times of an order.

        Args:
            order: which one.
            file: SHA-256 of the file that holds it.
        """
        accepted, replaced = self._accepted.get(file, (None, False))
        doubts = [] if accepted is not None else [_NEVER]
        holding: list[_Event] = []
        assumed = False
        for event in self._compiled:
            ids = self._carried(str(event.facts.get("image", "")))
            if ids is not None:
                holds = order.id in ids
            else:
                holds = _follows(event, accepted) and order.in_force(event.at)
                assumed = assumed or holds
            if holds:
                holding.append(event)
        doubts += [_ASSUMED] if assumed else []
        if accepted is not None and replaced and not self._is_first(holding):
            doubts.append(_EDITED.format(accepted.at.date().isoformat()))
        contents = {event.content for event in holding}
        outputs = tuple(
            self._served(order, name, events, holding[0], contents)
            for name, events in self._by_output.items()
            if holding and events[-1].number > holding[0].number
        )
        outputs = tuple(one for one in outputs if one.first or one.output in self._outputs)
        for one in outputs:
            if one.first is None and one.unchecked is not None:
                doubts.append(_UNCHECKED.format(one.output))
        return OrderTimes(
            order.id,
            RECORD,
            accepted.at if accepted is not None else None,
            holding[0].at if holding else None,
            outputs,
            tuple(dict.fromkeys(str(event.facts.get("image", "")) for event in holding)),
            tuple(self._entries(file, holding, outputs)),
            tuple(doubts),
        )

    def _is_first(self, holding: list[_Event]) -> bool:
        """Whether the image before the first that holds an order is known not to hold it."""
        if not holding:
            return False
        before = self._compiled.index(holding[0]) - 1
        image = str(self._compiled[before].facts.get("image", ""))
        return before < 0 or self._carried(image) is not None

    def _served(
        self, order: Order, name: str, events: list[_Event], begun: _Event, contents: set[str]
    ) -> ServedTimes:
        """Follow one output from the first image that holds the order."""
        first = unchecked = start = None
        gaps: list[ServingGap] = []
        why = ""
        for event in events:
            if event.number < begun.number:
                continue
            holds = event.content in contents
            if event.kind in ("served", "reloaded") and holds:
                first = first or (event.at if event.kind == "served" else None)
                unchecked = unchecked or (event.at if event.kind == "reloaded" else None)
                if start is not None:
                    gaps.append(ServingGap(start, event.at, why))
                    start = None
            elif first is not None and start is None and order.in_force(event.at):
                failed = event.kind == "failed"
                if failed or (event.kind == "written" and not holds):
                    start = event.at
                    why = str(event.facts.get("failure", "")) if failed else _PUT_BACK
        if start is not None:
            gaps.append(ServingGap(start, None, why))
        after = next((one for one in self._compiled if one.number > begun.number), None)
        counts = after is None or events[0].number < after.number
        return ServedTimes(name, first, unchecked, tuple(gaps), counts)

    def _entries(
        self, file: str, holding: list[_Event], outputs: tuple[ServedTimes, ...]
    ) -> Iterator[RecordEntry]:
        """Yield what concerns the file of an order, its images and what served them."""
        firsts = {(one.output, at) for one in outputs for at in (one.first, one.unchecked) if at}
        since = holding[0].number if holding else len(self._events)
        for event in self._events:
            facts = event.facts
            output = str(facts.get("output", ""))
            said = ""
            if event.kind in ("accepted", "held", "confirmed") and file in event.files.values():
                said = _of_source(event)
            elif holding and event is holding[0]:
                said = f"the first image that holds it: {facts.get('image', '')}"
            elif (output, event.at) in firsts:
                said = f"{output}: {'seen to serve it' if event.kind == 'served' else 'reloaded'}"
            elif event.number > since and event.kind == "failed":
                said = f"{output}: not seen to serve: {facts.get('failure', '')}"
            elif event.number > since and event.kind in ("pinned", "unpinned"):
                said = f"{facts.get('image', '')} {facts.get('reason', '')}".strip()
            if said:
                yield RecordEntry(event.at, event.kind, said, event.user)


def _follows(event: _Event, accepted: _Event | None) -> bool:
    return accepted is not None and event.number > accepted.number


def _of_source(event: _Event) -> str:
    facts = event.facts
    parts = [f"source {facts.get('source', '')}", *map(str, facts.get("reasons", ()))]
    if event.kind == "accepted":
        parts.append(f"{plural(int(facts.get('added', 0)), 'rule')} added")
    if facts.get("reason"):
        parts.append(f"reason given: {facts['reason']}")
    return "; ".join(parts)
