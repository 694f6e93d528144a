"""EXPLANATION: an answer in words, for the person whose customer asks why a site is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..answers.disclosure import describe
from ..model.names import query_name
from ..model.orders import Order
from ..model.targets import Rule, TargetKind
from ..model.urls import refang

if TYPE_CHECKING:
    from ..image.contents import Ground
    from .blocklist import Blocklist
    from .match import Match

_BECAUSE = {
    TargetKind.SUBTREE: "{} and every name below it are",
    TargetKind.EXACT: "that name alone is",
    TargetKind.BELOW: "every name below {} is",
    TargetKind.PATTERN: "names that match {} are",
    TargetKind.URL: "the URL {} and what lies below it are",
    TargetKind.ADDRESS: "{} is",
}


def explain(blocked: Blocklist, question: str | bytes) -> str:
    """Say whether a name, URL or address is blocked, by which rule and which orders."""
    match = blocked.lookup(question)
    if isinstance(question, str):
        shown = question.strip().removesuffix(".")
        key = query_name(refang(question.strip()))
    else:
        key = query_name(question)
        shown = key or repr(question)
    if match is not None and match.rule.kind in (TargetKind.URL, TargetKind.ADDRESS):
        return _sentences(shown, match, [])
    if match is not None:
        key = match.name
    if key is None:
        return f"{question!r} is not blocked: it is not a domain name."
    return _sentences(shown, match, blocked.match_all(key))


def _sentences(shown: str, match: Match | None, everything: list[Match]) -> str:
    if match is None:
        if not everything:
            return f"{shown} is not blocked: no rule covers it."
        exception = everything[0]
        return (
            f"{shown} is not blocked: {_because(exception.rule)} excepted by "
            f"{_grounds(exception.grounds)}{_otherwise(everything[1:])}."
        )
    return (
        f"{shown} is blocked: {_because(match.rule)} ordered blocked by "
        f"{_grounds(match.grounds)}{_otherwise(everything[1:])}."
    )


def _otherwise(others: list[Match]) -> str:
    """Name the rules that also cover the name and do not decide, with their orders."""
    return "".join(
        f"; also {'excepted' if match.rule.allow else 'covered'} by {match.rule.text}, "
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
