"""EXPLANATION: an answer in words, for the person whose customer asks why a site is gone."""

from __future__ import annotations

from collections.abc import Sequence

from ..answers.disclosure import describe
from ..answers.disclosure import shown as disclosed
from ..image.contents import Ground
from ..model.orders import Order
from ..model.targets import Rule, TargetKind
from .match import Match

_BECAUSE = {
    TargetKind.SUBTREE: "{} and every name below it are",
    TargetKind.EXACT: "that name alone is",
    TargetKind.BELOW: "every name below {} is",
    TargetKind.PATTERN: "names that match {} are",
    TargetKind.URL: "the URL {} and what lies below it are",
    TargetKind.ADDRESS: "{} is",
}


def explain(shown: str, match: Match | None, covering: Sequence[Match]) -> str:
    """Say whether what was asked for is blocked, by which rule and which orders.

    Args:
        shown: the name, URL or address, as the person wrote it.
        match: the rule that blocks it, or ``None``.
        covering: every rule that covers it; the one that decides first.
    """
    if match is not None:
        verdict, rule, grounds = "blocked", match.rule, match.grounds
        what = "ordered blocked"
    elif covering:
        verdict, rule, grounds = "not blocked", covering[0].rule, covering[0].grounds
        what = "excepted"
    else:
        return f"{shown} is not blocked: no rule covers it."
    return (
        f"{shown} is {verdict}: {_because(rule)} {what} by "
        f"{_grounds(grounds)}{_otherwise(covering[1:])}."
    )


def _otherwise(others: Sequence[Match]) -> str:
    """Name the rules that also cover the name and do not decide, with their orders."""
    return "".join(
        f"; also {'excepted' if match.rule.allow else 'covered'} by "
        f"{disclosed(match.rule.text, match.orders)}, "
        f"from {_grounds(match.grounds)}"
        for match in others
    )


def _because(rule: Rule) -> str:
    return _BECAUSE[rule.kind].format(rule.value)


def _grounds(grounds: tuple[Ground, ...]) -> str:
    """Name each order once, with all the lines where it says so."""
    lines: dict[str, list[int]] = {}
    orders: dict[str, Order] = {}
    for ground in grounds:
        orders[ground.order.id] = ground.order
        lines.setdefault(ground.order.id, []).append(ground.line)
    return "; and by ".join(_ground(order, lines[order_id]) for order_id, order in orders.items())


def _ground(order: Order, lines: list[int]) -> str:
    facts = [describe(order), f"id {order.id}"]
    if order.source.path:
        numbers = ", ".join(str(line) for line in lines if line)
        facts.append(f"in {order.source.path}" + (f" line {numbers}" if numbers else ""))
    return ", ".join(facts)
