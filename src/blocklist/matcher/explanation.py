"""EXPLANATION: an answer in words, for the person whose customer asks why a site is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..answers.disclosure import describe, fit, is_hidden
from ..answers.disclosure import shown as disclosed
from ..answers.orderdates import dates, deadline, ends
from ..image.contents import Ground
from ..model.addresses import parse_address
from ..model.names import query_name
from ..model.orders import Order
from ..model.targets import TargetKind
from ..model.urls import refang, split_url
from .match import Match

_COVERS = {
    TargetKind.SUBTREE: "{} and every name below it",
    TargetKind.EXACT: "{}, that name alone",
    TargetKind.BELOW: "every name below {}",
    TargetKind.PATTERN: "names that match {}",
    TargetKind.URL: "the URL {} and what lies below it",
    TargetKind.ADDRESS: "{}",
}
_MAX_SAID = 1000
_SAID: dict[int, tuple[Order, str, str]] = {}
"""What was said of orders: the same for each of a million names. They are known by their identity,
since comparing two takes longer than saying it."""
_NO_NAME = "it is not a domain name"
NO_RULE = "no rule covers it now"
"""Why a name that no rule covers is not blocked."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a name, URL or address is blocked, or is not.

    Attributes:
        asked: what was asked for, as the person wrote it.
        is_blocked: the verdict.
        rules: every rule that covers it, the one that decides first, each with its grounds.
        reason: why no rule covers it; empty if one does.
    """

    asked: str
    is_blocked: bool
    rules: tuple[Match, ...] = ()
    reason: str = ""

    def text(self) -> str:
        """Return a block of lines for people: the verdict, each rule, and each order behind it."""
        verdict = f"{self.asked} is {'blocked' if self.is_blocked else 'not blocked'}"
        if self.is_blocked and self._is_tried:
            verdict = f"{self.asked} would be blocked (by shadow orders, which are not enforced)"
        if not self.rules:
            return f"{verdict}: {self.reason}"
        lines = [verdict]
        for number, match in enumerate(self.rules):
            what = "exception" if match.rule.allow else "rule"
            covers = _COVERS[match.rule.kind].format(_value(match, number))
            lines.append(f"  {'also ' if number else ''}{what}: {covers}")
            word = "excepted" if match.rule.allow else "ordered"
            lines += [
                f"    {word} by {_said(order, numbers)}"
                for order, numbers in _by_order(match.grounds)
            ]
        return "\n".join(lines)

    @property
    def _is_tried(self) -> bool:
        return any(ground.order.shadow for match in self.rules for ground in match.grounds)

    def data(self) -> dict[str, Any]:
        """Return the same for programs."""
        return {
            "blocked": self.is_blocked,
            **({"shadow": True} if self._is_tried else {}),
            "reason": self.reason or None,
            "rules": [
                {
                    "rule": disclosed(match.rule.text, match.orders) if number else match.rule.text,
                    "kind": match.rule.kind,
                    "exception": match.rule.allow,
                    "grounds": [_data(*ground) for ground in _by_order(match.grounds)],
                }
                for number, match in enumerate(self.rules)
            ],
        }


def explained(
    question: str | bytes,
    lookup: Callable[[str | bytes], Match | None],
    covering: Callable[[str | bytes], Sequence[Match]],
) -> Explanation:
    """Return why a name, URL or address is blocked, or is not; arguments as of ``Blocklist``."""
    match = lookup(question)
    if isinstance(question, str):
        text = refang(question.strip())
        shown, key = question.strip().removesuffix("."), query_name(text)
    else:
        text, key = "", query_name(question)
        shown = key or repr(question)
    if match is not None and match.rule.kind is TargetKind.URL:
        return Explanation(shown, True, (match,))
    if match is not None:
        return Explanation(shown, True, tuple(covering(match.name)))
    if any(mark in text for mark in "/:?#@"):
        key = _host(text) or key
    if key is None:
        return Explanation(repr(question), False, reason=_NO_NAME)
    rules = tuple(covering(key))
    return Explanation(shown, False, rules, "" if rules else NO_RULE)


def _host(text: str) -> str | None:
    """Return the host of a URL or an address as a name."""
    if parse_address(text) is not None:
        return text
    url = split_url(text)
    if url is None:
        return None
    return url.host if parse_address(url.host) is not None else query_name(url.host)


def _value(match: Match, number: int) -> str:
    """Return what a rule is about; one that only also covers may not be known to who asks."""
    return disclosed(match.rule.value, match.orders) if number else match.rule.value


def _by_order(grounds: tuple[Ground, ...]) -> Iterator[tuple[Order, list[int]]]:
    """Yield each order once, with all the lines where it says so."""
    lines: dict[str, list[int]] = {}
    orders: dict[str, Order] = {}
    for ground in grounds:
        orders[ground.order.id] = ground.order
        lines.setdefault(ground.order.id, []).extend(filter(None, [ground.line]))
    for order_id, order in orders.items():
        yield order, lines[order_id]


def _said(order: Order, lines: list[int]) -> str:
    known = _SAID.get(id(order))
    if known is None or known[0] is not order:
        if len(_SAID) > _MAX_SAID:
            _SAID.clear()
        known = _SAID[id(order)] = (order, *_facts(order))
    _, facts, where = known
    if where and lines:
        where += f" line {', '.join(map(str, lines))}"
    return f"{facts}; {where}" if where else facts


def _facts(order: Order) -> tuple[str, str]:
    """Return what is said of an order, and the path of its source; of a hidden one no path."""
    if is_hidden([order]):
        return f"{describe(order)}; id {fit(order.id)}", ""
    said = (describe(order), dates(order), f"id {fit(order.id)}")
    return "; ".join(filter(None, said)), fit(order.source.path)


def _data(order: Order, lines: list[int]) -> dict[str, Any]:
    if is_hidden([order]):
        return {"order": order.id, "authority": describe(order)}
    end = ends(order)
    return {
        "order": order.id,
        "authority": order.authority.name,
        "instrument": order.instrument,
        "number": order.number,
        "case_number": order.case_number,
        "issued": order.issued.isoformat() if order.issued else None,
        "notified": order.notified.isoformat() if order.notified else None,
        "since": order.begins.isoformat() if order.begins else None,
        "until": end.isoformat() if end else None,
        "deadline": order.due.isoformat() if order.due else None,
        "deadline_said": deadline(order) or None,
        "category": order.category,
        "category_code": order.category_code,
        "category_other": order.category_other,
        "link": order.link,
        "source": {"path": order.source.path, "sha256": order.source.sha256, "lines": lines},
    }
