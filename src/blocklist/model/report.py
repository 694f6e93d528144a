"""REPORT: what compiling did with each order and target, so that nothing is lost silently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .targets import Rejected, Rule
from .wording import plural

MAX_DROP = 0.2
"""The share of a list that may vanish between two editions; more looks truncated."""


def shrank(before: int, after: int, max_drop: float = MAX_DROP) -> bool:
    """Whether a list lost more than ``max_drop`` of its entries."""
    return before - after > max_drop * before


class RuleGround(NamedTuple):
    """A rule with the place where an order names it.

    Attributes:
        order_id: of the order.
        rule: what it would block.
        line: in the source, 0 if it has none.
        raw: as the source wrote it, ``""`` where that is the value of the rule.
    """

    order_id: str
    rule: Rule
    line: int
    raw: str

    def __repr__(self) -> str:
        """Say the rule's kind and nothing of the order, which may be confidential."""
        return f"<RuleGround: {self.rule!r}>"


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one ``compile_orders``.

    Attributes:
        rules: how many unique rules the image holds.
        targets: how many targets the selected orders name, before duplicates are joined.
        orders: ids of the selected orders.
        skipped: orders left out, with the reason (not in force, other jurisdiction, superseded).
        shadow: ids of the shadow orders that were left out, which block nothing.
        rejected: lines that could not be read and targets that guards refused.
        covered: rules that a wider rule covers, each with that rule, both in order notation. They
            stay in the image, so that their orders show when a name is explained. They are looked
            for at the first use.
        warnings: sentences a person should read.
        withheld: the rules that guards refused, each for the order that names it.
        protected: names that the operator protects and that a rule would reach: the image excepts
            them.
    """

    rules: int = 0
    targets: int = 0
    orders: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    shadow: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    covered: Sequence[tuple[str, str]] = ()
    warnings: tuple[str, ...] = ()
    withheld: tuple[RuleGround, ...] = field(default=(), repr=False)
    protected: tuple[str, ...] = field(default=(), repr=False)

    @property
    def accepted(self) -> int:
        """How many unique rules the image holds; the same as ``rules``."""
        return self.rules

    def __str__(self) -> str:
        left = f"{plural(len(self.skipped), 'order')} not selected"
        if self.shadow:
            left += f", {plural(len(self.shadow), 'shadow order')} left out"
        return (
            f"{plural(self.rules, 'rule')} from {plural(self.targets, 'target')} of "
            f"{plural(len(self.orders), 'order')}; {len(self.rejected):,} rejected, "
            f"{len(self.covered):,} covered, {left}, "
            f"{plural(len(self.warnings), 'warning')}"
        )
