"""HISTORY TIMES: the adapter that reads orders and their times from a history.

A history names orders, images and resolvers, so nothing has to be inferred.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
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
_FAILED = "failed"
_TOLD = ("held", "confirmed", "rolled-back", "probe", "event", "timestamp")


class HistoryReading:
    """A history, read once for many orders.

    Attributes:
        notes: what a person should know of it.
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
        self._looks = resolver_looks(index)
        self._written = outputs_written(index)
        self._events = [
            entry for entry in self._record.entries() if entry.kind in (*_TOLD, "clock")
        ]
        self._details = {
            entry.number: self._record.details(entry)
            for entry in self._events
            if entry.kind in _TOLD
        }
        size, root = history.checkpoint.size, history.checkpoint.root.hex()
        self._name = f"the record {history.origin}, {plural(size, 'entry', 'entries')}"
        self._proof = (
            f"Checkpoint of {size:,} entries with root {root}; `blocklist was-blocked NAME --at "
            "TIME --proof FILE` proves a target against it, `blocklist history verify` checks it."
        )
        erased = erased_orders(index)
        self.notes: list[str] = (
            [f"{plural(erased, 'edition')} of orders erased, and not in the report"]
            if erased
            else []
        )

    def orders(self) -> Iterator[Order]:
        """Yield the last edition of each order, also of those that have ended.

        Raises:
            HistoryError: the record is damaged.
        """
        for _, entry in order_ids(self._index):
            yield self._record.order(entry)

    def times(self, order: Order) -> OrderTimes:
        """Return the times of an order."""
        found = spans_of_order(self._index, order.id)
        doubts = [] if found.entries else [_NEVER]
        doubts += [
            _CLOCK.format(-int(entry.data["step"]) // 1000, entry.time.isoformat())
            for entry in self._events
            if entry.kind == "clock" and found.entries and entry.number > found.entries[0]
        ]
        held = [image for image in self._images if found.holds(image.entry)]
        outputs = tuple(self._served(order, found))
        doubts += [
            _UNCHECKED.format(one.output)
            for one in outputs
            if one.first is None and one.unchecked is not None
        ]
        return OrderTimes(
            order.id,
            self._name,
            self._record.entry(found.entries[0]).time if found.entries else None,
            held[0].at if held else None,
            outputs,
            tuple(dict.fromkeys(image.digest for image in held)),
            tuple(self._entries(order, found)),
            tuple(doubts),
            self._proof,
        )

    def _served(self, order: Order, found: OrderSpans) -> Iterator[ServedTimes]:
        """Yield what each resolver did, and each output that no resolver was seen to serve."""
        if not found.spans:
            return
        begun = found.spans[0][0]
        after = image_after(self._images, begun)
        early = {
            output for entry, _, output, _ in self._written
            if after is None or entry < after.entry
        }  # fmt: skip
        by_resolver: dict[tuple[str, str], list[ResolverLook]] = {}
        for look in self._looks:
            by_resolver.setdefault((look.output, look.resolver), []).append(look)
        for (output, resolver), looks in sorted(by_resolver.items()):
            if looks[-1].entry < begun:
                continue
            counts = output in early or after is None or looks[0].entry < after.entry
            one = self._follow(order, found, f"{output} {resolver}", looks, counts=counts)
            if one.first is not None or not self._outputs or output in self._outputs:
                yield one
        seen = {output for output, _ in by_resolver}
        for name in sorted({output for _, _, output, _ in self._written} - seen):
            times = [at for _, at, output, image in self._written
                     if output == name and found.holds(image)]  # fmt: skip
            if times and (not self._outputs or name in self._outputs):
                yield ServedTimes(name, None, times[0], (), name in early)

    def _follow(
        self, order: Order, found: OrderSpans, name: str, looks: list[ResolverLook], *, counts: bool
    ) -> ServedTimes:
        first = start = None
        gaps: list[ServingGap] = []
        why = ""
        for at, holds, reason in self._sightings(found, looks):
            if holds:
                first = first or at
                if start is not None:
                    gaps.append(ServingGap(start, at, why))
                    start = None
            elif first is not None and start is None and order.in_force(at):
                start, why = at, reason
        if start is not None:
            gaps.append(ServingGap(start, None, why))
        return ServedTimes(name, first, None, tuple(gaps), counts)

    def _sightings(
        self, found: OrderSpans, looks: list[ResolverLook]
    ) -> list[tuple[datetime, bool, str]]:
        """Return looks and failures of the output, in the sequence of their entries."""
        begun = found.spans[0][0]
        seen = [
            (look.entry, look.first, found.holds(look.image), _OTHER)
            for look in looks
            if look.entry >= begun
        ]
        for entry in self._events:
            details = self._details.get(entry.number, {})
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
        for entry in self._events:
            details = self._details.get(entry.number)
            if details and _speaks_of(details, order):
                lines.append((entry.number, _told(entry, details)))
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
