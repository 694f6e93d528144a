"""ORDER TIMES: all that a report needs of time, for one order: when it came, and when it served.

An adapter fills it from the record that there is; a report asks nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from ..model.orders import Moment, Order

NO_RECORD = "there is no record of when it was served"


@dataclass(frozen=True, slots=True)
class ServingGap:
    """A time in which an output was not seen to serve an order that it had served before.

    Attributes:
        start: from when.
        end: until when; ``None`` if it lasts.
        why: what the record says.
    """

    start: datetime
    end: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class ServedTimes:
    """What one output (a resolver, a proxy, a file for one) did with an order.

    Attributes:
        output: its name.
        first: when it was first seen to serve the order.
        unchecked: when it was first reloaded with it, if nothing checks whether it serves.
        gaps: when it was not seen to serve it afterwards.
        counts: whether it was in use when the order was introduced; one that came later says
            nothing of how long that took.
    """

    output: str
    first: datetime | None = None
    unchecked: datetime | None = None
    gaps: tuple[ServingGap, ...] = ()
    counts: bool = True

    @property
    def is_unchecked(self) -> bool:
        """Whether it was reloaded, and never seen to serve."""
        return self.first is None and self.unchecked is not None


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """What the record says of an instant, and whom it names."""

    at: datetime
    event: str
    text: str
    user: str = ""


@dataclass(frozen=True, slots=True)
class OrderTimes:
    """The record of one order.

    Attributes:
        order: its id.
        record: what was read; empty if there is no record.
        accepted: when the file that holds it was accepted.
        in_force: when an image first held it.
        outputs: in the sequence of their names.
        images: digests of the images that hold it, the oldest first; perhaps of the first alone.
        entries: what else the record says, the oldest first, if all was read.
        doubts: what the record leaves open, as sentences.
        proof: a sentence that says how the record is proved; empty if it is not.
    """

    order: str
    record: str = ""
    accepted: datetime | None = None
    in_force: datetime | None = None
    outputs: tuple[ServedTimes, ...] = ()
    images: tuple[str, ...] = ()
    entries: tuple[RecordEntry, ...] = ()
    doubts: tuple[str, ...] = (NO_RECORD,)
    proof: str = ""

    @property
    def first_served(self) -> datetime | None:
        """When the first of the outputs served it."""
        return min((one.first for one in self.outputs if one.first is not None), default=None)

    @property
    def served_everywhere(self) -> datetime | None:
        """When the last of the outputs served it; ``None`` as long as one of them does not.

        Those that nothing checks say nothing, and are among the doubts.
        """
        firsts = [one.first for one in self.outputs if one.counts and not one.is_unchecked]
        if not firsts or None in firsts:
            return None
        return max(first for first in firsts if first is not None)


class ReportedOrder(NamedTuple):
    """An order and its times."""

    order: Order
    times: OrderTimes

    @property
    def received(self) -> datetime | None:
        """When it was notified, or else when the file that holds it was accepted."""
        if self.order.notified is None:
            return self.times.accepted
        return self.order.start_of(self.order.notified)

    @property
    def effect(self) -> datetime | None:
        """When it was given effect: on the last checked output, or else what the operator wrote.

        A day that the operator wrote (``complied``) counts until its end.
        """
        served = self.times.served_everywhere
        if served is not None or self.order.complied is None:
            return served
        return self.order.end_of(self.order.complied)

    @property
    def time_to_effect(self) -> timedelta | None:
        """How long it took from receipt to effect, at least 0; ``None`` if one is unknown."""
        received, effect = self.received, self.effect
        return None if effect is None or received is None else max(timedelta(), effect - received)


def iso(moment: Moment | None) -> str | None:
    """Return a moment in ISO 8601 for programs; ``None`` if there is none."""
    return None if moment is None else moment.isoformat()
