"""HIT NAMES: which orders block a name that a log has, and what each was at the time.

Names are asked once each, after the scan. What may not be disclosed never reaches a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from ..answers.disclosure import CONFIDENTIAL, fit, is_hidden, tellable
from ..matcher.blocklist import Blocklist
from ..model.countries import time_zone
from ..model.orders import Order, State
from ..model.targets import TargetKind

STATES = {
    State.PENDING: "before",
    State.IN_FORCE: "in force",
    State.SUSPENDED: "suspended",
    State.EXPIRED: "after",
    State.REVOKED: "after",
}
"""What a hit is to its order, by what the order was at the time."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One order behind the block of a name.

    Attributes:
        asked: the name as it was logged.
        order: where it stands among the orders of the image.
        label: its id, or what stands for a confidential one.
        rule: text of the rule that decides.
        name: normalised.
    """

    asked: str
    order: int
    label: str
    rule: str
    name: str


class HitOrders:
    """The orders of one image, as a report shows them."""

    def __init__(self, blocked: Blocklist, *, confidential: bool) -> None:
        """Take an image, and whether its confidential orders are shown."""
        self.blocked: Blocklist = blocked
        self.confidential: bool = confidential
        self._places = {order.id: place for place, order in enumerate(blocked.orders)}

    @cached_property
    def labels(self) -> list[str]:
        """What stands for each order; a confidential one has a number only."""
        labels, hidden = [], 0
        for order in self.blocked.orders:
            hidden += is_hidden([order])
            shown = tellable([order], confidential=self.confidential)
            labels.append(fit(order.id) if shown else f"{CONFIDENTIAL} {hidden}")
        return labels

    def judge(self, asked: str) -> Iterator[Judged]:
        """Yield the orders behind the block of a name; none if it is not blocked."""
        match = self.blocked.match(asked)
        if match is None:
            return
        for order in match.orders:
            place = self._places[order.id]
            shown = bool(tellable([order], confidential=self.confidential))
            yield Judged(
                asked, place, self.labels[place], match.rule.text if shown else CONFIDENTIAL,
                match.name if shown else CONFIDENTIAL,
            )  # fmt: skip

    def state(self, order: int, at: datetime) -> str:
        """Return what a hit at a time is to an order; the time is UTC without a zone."""
        return STATES[self.blocked.orders[order].state(at.replace(tzinfo=UTC))]

    @cached_property
    def about_names(self) -> set[int]:
        """The orders that block by name; a log of names says nothing of the others."""
        contents = self.blocked.contents
        sets = set(contents.order_sets()[: contents.first_of[TargetKind.URL]])
        members = contents.sets_of_orders()
        return {order for number in sets for order in members[number]}


def changes(orders: Iterable[Order], zone: str) -> tuple[int, ...]:
    """Return the instants at which an order becomes another state, in microseconds since 1970.

    Args:
        orders: of all images.
        zone: IANA name of the zone in which days are cut; a change at the start of a day needs no
            instant, since hits are counted by the day.
    """
    days = time_zone(zone)
    found = set()
    for order in orders:
        for instant in order.changes():
            local = instant.astimezone(days) if instant.year < 9999 else instant
            if (local.hour, local.minute, local.second, local.microsecond) != (0, 0, 0, 0):
                found.add(round(instant.timestamp() * 1_000_000))
    return tuple(sorted(found))
