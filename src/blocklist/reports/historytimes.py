"""HISTORY TIMES: the adapter that reads orders and their times from a history.

A history names orders, images and resolvers, so nothing has to be inferred.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from ..history.history import History
from ..history.logentries import LogEntry
from ..history.orderspans import (
    OrderSpans,
    ResolverLook,
    erased_orders,
    image_after,
    order_ids,
    outputs_written,
    recorded_images,
    resolver_looks,
    spans_of_order,
)
from ..model.orders import Order
from ..model.wording import plural
from .ordertimes import OrderTimes, RecordEntry, ServedTimes, ServingGap

_OTHER = "it was seen with an image that does not hold the order"
_NEVER = "the record does not hold the order"
_UNCHECKED = "written, and no look at it is recorded: {}"
_CLOCK = "the clock was set back by {:,} s before {}"
_FAILED, _TAKEN = "failed", "journal-taken"
_BEFORE = (
    "the record began with what a journal held, so the order may have been recorded and served "
    "before; the journal's lines are in entries {:,} to {:,}"
)
_TOLD = ("held", "confirmed", "rolled-back", "probe", "event", "timestamp")


class HistoryReading:
    """A history, read once for many orders.

    Attributes:
        missing: what it holds no longer, as sentences.
    """

    def __init__(self, history: History, outputs: Collection[str] = ()) -> None:
        """Take a history.

        Args:
            history: whose index is brought up to its record.
            outputs: names of those in use now; without any, all count.

        Raises:
            HistoryError: it is damaged.
            OSError: it cannot be read.
        """
        self._record, index = history.record, history.index
        self._index, self._outputs = index, frozenset(outputs)
        self._images = recorded_images(index)
        self._image_of = {image.entry: image for image in self._images}
        self._by_resolver: dict[tuple[str, str], list[ResolverLook]] = {}
        for look in sorted(resolver_looks(index), key=lambda look: (look.output, look.resolver)):
            self._by_resolver.setdefault((look.output, look.resolver), []).append(look)
        self._written: dict[str, list[tuple[int, datetime, int]]] = {}
        for entry, at, output, image in outputs_written(index):
            self._written.setdefault(output, []).append((entry, at, image))
        size, root = history.checkpoint.size, history.checkpoint.root.hex()
        self._name = f"the record {history.origin}, {plural(size, 'entry', 'entries')}"
        self._proof = (
            f"Checkpoint of {size:,} entries with root {root}; `blocklist was-blocked NAME --at "
            "TIME --proof FILE` proves a target against it, `blocklist history verify` checks it."
        )
        erased = erased_orders(index)
        self.missing: list[str] = (
            [f"{plural(erased, 'edition')} of orders erased, and not in the report"]
            if erased
            else []
        )

    @cached_property
    def _clock(self) -> list[LogEntry]:
        """The entries that say that the clock was set back."""
        return [entry for entry in self._record.entries() if entry.kind == "clock"]

    @cached_property
    def _taken_over(self) -> tuple[int, int, int | None] | None:
        """The entries that a journal was taken over into, and that of the first image after."""
        taken = [e for e in self._record.entries() if e.data.get("event") == _TAKEN]
        if not taken:
            return None
        last = taken[0].number
        after = image_after(self._images, last)
        lines = int(self._record.details(taken[0]).get("lines", 0))
        return last - lines, last - 1, None if after is None else after.entry

    @cached_property
    def _events(self) -> list[tuple[LogEntry, dict[str, Any]]]:
        """The events with their details, where these were not erased."""
        events = (entry for entry in self._record.entries() if entry.kind in _TOLD)
        return [(entry, self._record.details(entry)) for entry in events]

    def orders(self) -> Iterator[Order]:
        """Yield the last edition of each order, also of those that have ended.

        Raises:
            HistoryError: the record is damaged.
        """
        for _, entry in order_ids(self._index):
            yield self._record.order(entry)

    def times(self, order: Order, *, whole: bool = False) -> OrderTimes:
        """Return the times of an order.

        Args:
            order: which one.
            whole: also the gaps and the entries, for which all of the record is read.
        """
        found = spans_of_order(self._index, order.id)
        doubts = [] if found.entries else [_NEVER]
        doubts += [
            _CLOCK.format(-int(entry.data["step"]) // 1000, entry.time.isoformat())
            for entry in self._clock
            if found.entries and entry.number > found.entries[0]
        ]
        begun = self._image_of[found.spans[0][0]] if found.spans else None
        taken = self._taken_over
        if begun is not None and taken is not None and begun.entry == taken[2]:
            doubts.append(_BEFORE.format(*taken))
        outputs = tuple(self._served(order, found, whole=whole)) if found.spans else ()
        doubts += [_UNCHECKED.format(one.output) for one in outputs if one.is_unchecked]
        held = [begun.digest] if begun is not None else []
        if whole:
            held = [image.digest for image in self._images if found.holds(image.entry)]
        return OrderTimes(
            order.id,
            self._name,
            self._record.entry(found.entries[0]).time if found.entries else None,
            begun.at if begun is not None else None,
            outputs,
            tuple(dict.fromkeys(held)),
            tuple(self._entries(order, found)) if whole else (),
            tuple(doubts),
            self._proof,
        )

    def _served(self, order: Order, found: OrderSpans, *, whole: bool) -> Iterator[ServedTimes]:
        """Yield what each resolver did, and each output that no resolver was seen to serve."""
        begun = found.spans[0][0]
        after = image_after(self._images, begun)

        def is_early(entry: int) -> bool:
            return after is None or entry < after.entry

        for (output, resolver), looks in self._by_resolver.items():
            if looks[-1].entry < begun:
                continue
            written = self._written.get(output)
            counts = is_early(looks[0].entry) or (written is not None and is_early(written[0][0]))
            one = self._follow(
                order, found, f"{output} {resolver}", looks, counts=counts, whole=whole
            )
            if one.first is not None or not self._outputs or output in self._outputs:
                yield one
        seen = {output for output, _ in self._by_resolver}
        for name, written in sorted(self._written.items()):
            if name in seen or (self._outputs and name not in self._outputs):
                continue
            at = next((at for entry, at, image in written[bisect_left(written, (begun,)) :]
                       if found.holds(image)), None)  # fmt: skip
            if at is not None:
                yield ServedTimes(name, None, at, (), is_early(written[0][0]))

    def _follow(
        self,
        order: Order,
        found: OrderSpans,
        name: str,
        looks: list[ResolverLook],
        *,
        counts: bool,
        whole: bool,
    ) -> ServedTimes:
        looks = looks[bisect_left(looks, found.spans[0][0], key=lambda look: look.entry) :]
        first = next((look.first for look in looks if found.holds(look.image)), None)
        gaps: list[ServingGap] = []
        start, why, served = None, "", False
        for at, holds, reason in self._sightings(found, looks) if whole and looks else ():
            if holds:
                served = True
                if start is not None:
                    gaps.append(ServingGap(start, at, why))
                    start = None
            elif served and start is None and order.in_force(at):
                start, why = at, reason
        if start is not None:
            gaps.append(ServingGap(start, None, why))
        return ServedTimes(name, first, None, tuple(gaps), counts)

    def _sightings(
        self, found: OrderSpans, looks: list[ResolverLook]
    ) -> list[tuple[datetime, bool, str]]:
        """Return looks and failures of the output, in the sequence of their entries."""
        begun = found.spans[0][0]
        seen = [(look.entry, look.first, found.holds(look.image), _OTHER) for look in looks]
        for entry, details in self._events:
            failed = entry.kind == "event" and entry.data.get("event") == _FAILED
            if failed and entry.number >= begun and details.get("output") == looks[0].output:
                seen.append((entry.number, entry.time, False, str(details.get("failure", ""))))
        return [(at, holds, why) for _, at, holds, why in sorted(seen)]

    def _entries(self, order: Order, found: OrderSpans) -> Iterator[RecordEntry]:
        """Yield the editions of an order, its first image, and the events that speak of it."""
        lines = [
            (entry, RecordEntry(self._record.entry(entry).time, "order", f"entry {entry}: edition"))
            for entry in found.entries
        ]
        if found.spans:
            image = self._record.entry(found.spans[0][0])
            said = f"entry {image.number}: the first image that holds it: {image.data['digest']}"
            lines.append((image.number, RecordEntry(image.time, "image", said)))
        for event, details in self._events:
            if details and _speaks_of(details, order):
                lines.append((event.number, _told(event, details)))
        yield from (line for _, line in sorted(lines, key=lambda line: line[0]))


def _speaks_of(details: dict[str, Any], order: Order) -> bool:
    """Whether an event names an order, or the file that holds it."""
    text = json.dumps(details, ensure_ascii=False)
    return json.dumps(order.id, ensure_ascii=False) in text or (
        bool(order.source.sha256) and order.source.sha256 in text
    )


def _told(entry: LogEntry, details: dict[str, Any]) -> RecordEntry:
    reasons = details.get("reasons", ())
    parts = [*(map(str, reasons) if isinstance(reasons, list) else ())]
    parts += [
        f"{name}: {details[name]}" for name in ("source", "output", "reason") if name in details
    ]
    said = f"entry {entry.number}: {'; '.join(parts)}"
    return RecordEntry(entry.time, entry.kind, said, str(details.get("user", "")))
