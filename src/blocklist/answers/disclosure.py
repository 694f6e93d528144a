"""DISCLOSURE: what may be told of orders, and to whom."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from ..model.orders import Moment, Order

if TYPE_CHECKING:
    from ..matcher.match import Match

# What an order may hold and no text for a client should: control characters, bidirectional
# overrides, and halves of surrogate pairs, which are no UTF-8.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


def describe(order: Order) -> str:
    """Return authority, kind, numbers and date of an order, as far as it has them.

    >>> describe(Order(id="x", instrument="ordinanza", case_number="R.G. 1/2022"))
    "the operator's own policy, ordinanza, R.G. 1/2022"
    """
    return _facts(order, "of ")


def _facts(order: Order, before_date: str) -> str:
    parts = [order.authority.name, order.instrument, order.number, order.case_number]
    if order.issued:
        parts.append(f"{before_date}{_day(order.issued)}")
    return fit(", ".join(filter(None, parts)))


def fit(text: str) -> str:
    """Return text of an order as it may be shown to a client: valid UTF-8 that steers nothing."""
    return _UNFIT.sub(" ", text).strip()


def _day(moment: Moment) -> str:
    return date(moment.year, moment.month, moment.day).isoformat()


def is_mandated(match: Match) -> bool:
    """Whether an authority ordered it; else it is the operator's own policy.

    Confidential orders count only where nothing else is behind the block: the code of an answer
    that names the operator alone would tell of them.
    """
    told = public_orders(match) or match.orders
    return any(order.authority.key != "operator" for order in told)


def public_orders(match: Match) -> list[Order]:
    """Return the orders that may be named to a client, those of authorities first."""
    shown = [order for order in match.orders if not order.confidential]
    return sorted(shown, key=lambda order: order.authority.key == "operator")


def reference(order: Order) -> str:
    """Return how a client is told which order it was: authority, kind, numbers, date; no language.

    An order without number is told by its id as well, with which the operator finds it.
    """
    told = _facts(order, "")
    return told if order.number or order.case_number else f"{told} ({fit(order.id)})"
