"""RELOAD: one change of the image that answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from ..matcher.blocklist import Blocklist
from ..model.orders import State

if TYPE_CHECKING:
    from ..changes.difference import Difference


@dataclass(frozen=True)
class Reload:
    """One change of images.

    Attributes:
        old: the previous blocklist; it still answers.
        new: the current blocklist.
    """

    old: Blocklist
    new: Blocklist

    @cached_property
    def difference(self) -> Difference:
        """The rules that changed; compared at the first use, in 0.2 s for a million."""
        from ..changes.difference import diff

        return diff(self.old, self.new)


def rules_of_ended(blocklist: Blocklist, now: datetime) -> int:
    """Return how many rules only orders give that have ended, by the dates that they say."""
    contents = blocklist.contents
    over = (State.EXPIRED, State.REVOKED)
    ended = {at for at, order in enumerate(contents.orders) if order.state(now) in over}
    if not ended:
        return 0
    sets = {at for at, orders in enumerate(contents.sets_of_orders()) if ended.issuperset(orders)}
    return sum(number in sets for number in contents.order_sets())
