"""DISCLOSURE: what may be told of orders; nothing else in the package decides it.

Who asks decides nothing here: clients, logs, metrics, files of other programs and reports alike may
not learn of confidential orders, neither of a name that they alone give nor of their ids. A caller
who shows them all the same was asked to (``confidential=True``). ``c/orders.h`` decides the same in
C; both pass ``tests/vectors/disclosure.json``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from ..model import wording
from ..model.authorities import OPERATOR
from ..model.orders import Moment, Order
from ..model.targets import Rejected

CONFIDENTIAL = wording.CONFIDENTIAL
MAX_TEXT = 300
"""Characters of a text for clients that an operator sets, such as ``uniform_reason``."""

# What an order may hold and no text for a client should: control characters, marks and overrides
# of direction, halves of surrogate pairs (no UTF-8), and noncharacters (no I-JSON, RFC 7493 §2.1).
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]+"
)
_QUOTED = re.compile("['\"\u2018\u201c\u00ab].*['\"\u2019\u201d\u00bb]", re.DOTALL)
_WORD = re.compile(r"\S+")
_NAMING = re.compile(r"\w[.:/@]\w|\d{4}")


def is_own(order: Order) -> bool:
    """Whether the order is the operator's own policy, and not an authority's."""
    return order.authority.key == OPERATOR


def tellable(orders: Iterable[Order], *, confidential: bool = False) -> tuple[Order, ...]:
    """Return the orders that may be named, in their sequence; all of them if the caller says so."""
    return tuple(order for order in orders if confidential or not order.confidential)


def public_orders(orders: Iterable[Order]) -> tuple[Order, ...]:
    """Return the orders that may be named to a client, those of authorities first."""
    return tuple(sorted(tellable(orders), key=is_own))


def is_hidden(orders: Iterable[Order]) -> bool:
    """Whether only confidential orders are behind a rule, so that its name may not be shown."""
    return all(order.confidential for order in orders)


def is_mandated(orders: Collection[Order], *, confidential: bool = False) -> bool:
    """Whether an authority ordered the block; else it is the operator's own policy.

    Confidential orders count only where nothing else is behind the block: the code of an answer
    that names the operator alone would tell of them. They count in any case if they are told.
    """
    return not all(map(is_own, tellable(orders, confidential=confidential) or orders))


def references(orders: Iterable[Order], uniform_reason: str = "") -> tuple[str, ...]:
    """Return what a client is told of the orders that may be named: a reference for each.

    ``uniform_reason`` is told of every block in their place, so that no answer says on whose order
    a name is blocked, nor whether that is confidential.
    """
    if uniform_reason:
        return (fit(uniform_reason),)
    return tuple(map(reference, public_orders(orders)))


def shown(text: str, orders: Iterable[Order]) -> str:
    """Return the text of a rule or a name, or what stands for it if it is hidden."""
    return CONFIDENTIAL if is_hidden(orders) else text


def ids(orders: Iterable[Order]) -> list[str]:
    """Return the ids of the orders that may be named, in their sequence, fit to be shown."""
    return [fit(order.id) for order in tellable(orders)]


def hide(refused: Rejected) -> Rejected:
    """Return a refusal without its text, for an order that is confidential."""
    return replace(refused, text=CONFIDENTIAL, reason=f"refused as {refused.code}")


def conceal(text: str) -> str:
    """Return a sentence about a confidential document without what it may quote of that.

    Everything from the first quotation mark to the last goes, and each word that may be a name, an
    address, a number of a case or a date.

    >>> conceal("line 3: 'x.example' is not blocked; see www.x.example, too")
    'line 3: (confidential) is not blocked; see (confidential) too'
    """
    return _WORD.sub(
        lambda word: CONFIDENTIAL if _NAMING.search(word[0]) else word[0],
        _QUOTED.sub(CONFIDENTIAL, text),
    )


def describe(order: Order, *, confidential: bool = False) -> str:
    """Return authority, kind, numbers, date and category of an order, as far as it has them.

    Of a confidential order it is told only to a caller who says so.

    >>> describe(Order(id="x", instrument="ordinanza", case_number="R.G. 1/2022"))
    "the operator's own policy, ordinanza, R.G. 1/2022"
    """
    if not tellable([order], confidential=confidential):
        return CONFIDENTIAL
    kind = category(order)
    return f"{_facts(order, 'of ')}{f', category {kind}' if kind else ''}"


def category(order: Order) -> str:
    """Return the kind of illegal content, in words and as code, as far as the order has them.

    >>> category(Order(id="x", category="copyright", category_code="FILE"))
    'copyright (FILE)'
    """
    code = order.category_code
    return fit(f"{order.category} ({code})" if order.category and code else order.category or code)


def reference(order: Order) -> str:
    """Return how a client is told which order it was: authority, kind, numbers, date; no language.

    An order without number is told by its id as well, with which the operator finds it.
    """
    told = _facts(order, "")
    return told if order.number or order.case_number else f"{told} ({fit(order.id)})"


def fit(text: str) -> str:
    """Return text of an order as it may be shown to a client: valid UTF-8 that steers nothing."""
    return _UNFIT.sub(" ", text).strip()


def _facts(order: Order, before_date: str) -> str:
    parts = [order.authority.name, order.instrument, order.number, order.case_number]
    if order.issued:
        parts.append(f"{before_date}{_day(order.issued)}")
    return fit(", ".join(filter(None, parts)))


def _day(moment: Moment) -> str:
    return date(moment.year, moment.month, moment.day).isoformat()
