"""JOURNAL TIMES: the adapter that reads the times of orders from the journal of the desk.

The journal names files and images, not orders. Which orders an image holds is known of the images
that are kept; of the others it follows from the file that holds the order, and that is said.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from ..answers.orderdates import ends
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
    def image(self) -> str:
        return str(self.facts.get("image", ""))

    @property
    def files(self) -> Mapping[str, str]:
        files = self.facts.get("files")
        return files if isinstance(files, Mapping) else {}


class _Holding:
    """Which compiled images hold an order: as kept ones say, else as its file and its dates do."""

    def __init__(
        self,
        compiled: list[_Event],
        kept: list[Collection[str] | None],
        places: list[int],
        order: Order,
        accepted: _Event | None,
    ) -> None:
        self.order = order
        self._compiled, self._kept, self._places = compiled, kept, places
        since = None if accepted is None else accepted.number
        self._since = len(compiled) if since is None else bisect_left(compiled, since, key=_number)

    def holds(self, place: int | None) -> bool:
        """Whether the image at a place does; one that was never compiled here does not."""
        if place is None:
            return False
        ids = self._kept[place]
        if ids is not None:
            return self.order.id in ids
        return place >= self._since and self.order.in_force(self._compiled[place].at)

    def first(self) -> int | None:
        """Return the place of the first one that does."""
        early = (place for place in self._places if place < self._since)
        found = next((place for place in early if self.holds(place)), None)
        if found is not None:
            return found
        begins, end = self.order.begins, ends(self.order)
        for place in range(self._since, len(self._compiled)):
            at = self._compiled[place].at
            if (begins is None or at >= begins) and self.holds(place):
                return place
            if end is not None and at >= end:
                break
        return None

    def images(self) -> tuple[str, ...]:
        """Return the digests of all that do."""
        held = (event for place, event in enumerate(self._compiled) if self.holds(place))
        return tuple(dict.fromkeys(event.image for event in held))


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
        self._outputs = frozenset(outputs)
        self._compiled = [one for one in self._events if one.kind == "compiled"]
        self._kept = [carried(event.image) for event in self._compiled]
        self._places = [place for place, ids in enumerate(self._kept) if ids is not None]
        self._place_of = {event.content: place for place, event in enumerate(self._compiled)}

    @cached_property
    def _by_output(self) -> dict[str, list[_Event]]:
        found: dict[str, list[_Event]] = {}
        for event in self._events:
            if "output" in event.facts:
                found.setdefault(str(event.facts["output"]), []).append(event)
        return dict(sorted(found.items()))

    @cached_property
    def _checked(self) -> set[str]:
        """The outputs that were ever seen to serve anything."""
        return {str(one.facts["output"]) for one in self._events if one.kind == "served"}

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

    def times(self, order: Order, file: str, *, whole: bool = False) -> OrderTimes:
        """Return the times of an order.

        Args:
            order: which one.
            file: SHA-256 of the file that holds it.
            whole: also the gaps and the entries, for which all of the journal is read.
        """
        accepted, replaced = self._accepted.get(file, (None, False))
        holding = _Holding(self._compiled, self._kept, self._places, order, accepted)
        first = holding.first()
        doubts = [] if accepted is not None else [_NEVER]
        if first is not None and self._kept[first] is None:
            doubts.append(_ASSUMED)
        if accepted is not None and replaced and not self._is_sure(first):
            doubts.append(_EDITED.format(accepted.at.date().isoformat()))
        begun = None if first is None else self._compiled[first]
        outputs = () if begun is None else tuple(self._served(holding, begun, whole=whole))
        doubts += [_UNCHECKED.format(one.output) for one in outputs if one.is_unchecked]
        return OrderTimes(
            order.id,
            RECORD,
            accepted.at if accepted is not None else None,
            begun.at if begun is not None else None,
            outputs,
            holding.images() if whole else () if begun is None else (begun.image,),
            tuple(self._entries(file, begun, outputs)) if whole else (),
            tuple(doubts),
        )

    def _is_sure(self, first: int | None) -> bool:
        """Whether the image before the first that holds an order is known not to hold it."""
        return first is not None and (first == 0 or self._kept[first - 1] is not None)

    def _served(self, holding: _Holding, begun: _Event, *, whole: bool) -> Iterator[ServedTimes]:
        """Yield what each output did from the first image on that holds the order."""
        place = bisect_right(self._compiled, begun.number, key=_number)
        after = self._compiled[place] if place < len(self._compiled) else None
        for name, events in self._by_output.items():
            if events[-1].number < begun.number:
                continue
            counts = after is None or events[0].number < after.number
            one = self._follow(holding, name, events, begun, counts=counts, whole=whole)
            if one.first is not None or name in self._outputs:
                yield one

    def _follow(
        self,
        holding: _Holding,
        name: str,
        events: list[_Event],
        begun: _Event,
        *,
        counts: bool,
        whole: bool,
    ) -> ServedTimes:
        first = unchecked = start = None
        gaps: list[ServingGap] = []
        why = ""
        for event in events[bisect_left(events, begun.number, key=_number) :]:
            holds = holding.holds(self._place_of.get(event.content))
            if event.kind in ("served", "reloaded") and holds:
                first = first or (event.at if event.kind == "served" else None)
                unchecked = unchecked or (event.at if event.kind == "reloaded" else None)
                if start is not None:
                    gaps.append(ServingGap(start, event.at, why))
                    start = None
            elif first is not None and start is None and holding.order.in_force(event.at):
                failed = event.kind == "failed"
                if failed or (event.kind == "written" and not holds):
                    start = event.at
                    why = str(event.facts.get("failure", "")) if failed else _PUT_BACK
            if not whole and (first or (unchecked and name not in self._checked)):
                break
        if start is not None:
            gaps.append(ServingGap(start, None, why))
        return ServedTimes(name, first, unchecked, tuple(gaps), counts)

    def _entries(
        self, file: str, begun: _Event | None, outputs: tuple[ServedTimes, ...]
    ) -> Iterator[RecordEntry]:
        """Yield what concerns the file of an order, its images and what served them."""
        firsts = {(one.output, at) for one in outputs for at in (one.first, one.unchecked) if at}
        since = begun.number if begun is not None else len(self._events)
        for event in self._events:
            facts = event.facts
            output = str(facts.get("output", ""))
            said = ""
            if event.kind in ("accepted", "held", "confirmed") and file in event.files.values():
                said = _of_source(event)
            elif event is begun:
                said = f"the first image that holds it: {event.image}"
            elif (output, event.at) in firsts:
                said = f"{output}: {'seen to serve it' if event.kind == 'served' else 'reloaded'}"
            elif event.number > since and event.kind == "failed":
                said = f"{output}: not seen to serve: {facts.get('failure', '')}"
            elif event.number > since and event.kind in ("pinned", "unpinned"):
                said = f"{facts.get('image', '')} {facts.get('reason', '')}".strip()
            if said:
                yield RecordEntry(event.at, event.kind, said, event.user)


def _number(event: _Event) -> int:
    return event.number


def _of_source(event: _Event) -> str:
    facts = event.facts
    parts = [f"source {facts.get('source', '')}", *map(str, facts.get("reasons", ()))]
    if event.kind == "accepted":
        parts.append(f"{plural(int(facts.get('added', 0)), 'rule')} added")
    if facts.get("reason"):
        parts.append(f"reason given: {facts['reason']}")
    return "; ".join(parts)
