"""RELOAD: one change of the image that answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from ..matcher.blocklist import Blocklist
from ..model.orders import State
from ..model.report import shrank

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


def shrank_unexplained(old: Blocklist | None, rules: int, left: int, most: float) -> bool:
    """Whether more rules are gone than may be, not counting those that only ended orders gave.

    Args:
        old: the list in use; ``None`` if its orders can no longer be read.
        rules: how many it had.
        left: how many the new one has.
        most: the share that may be gone, from 0 to 1.
    """
    if not shrank(rules, left, most):
        return False
    ended = _rules_of_ended(old, datetime.now(UTC)) if old is not None else 0
    return shrank(rules - ended, left, most)


def _rules_of_ended(blocklist: Blocklist, now: datetime) -> int:
    """Return how many rules only orders give that have ended, by the dates that they say."""
    contents = blocklist.contents
    over = (State.EXPIRED, State.REVOKED)
    ended = {at for at, order in enumerate(contents.orders) if order.state(now) in over}
    if not ended:
        return 0
    sets = {at for at, orders in enumerate(contents.sets_of_orders()) if ended.issuperset(orders)}
    return sum(number in sets for number in contents.order_sets())
