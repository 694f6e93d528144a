"""ANSWERS: what to tell the client of a blocked name; pure functions of a match.

Extended DNS Errors (RFC 8914) for resolvers, here; the page for proxies is in ``pages``. An order
that is confidential is never named to a client.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from .orders import Moment, Order

if TYPE_CHECKING:
    from .match import Match

EDE_BLOCKED = 15
"""RFC 8914 §4.16: the operator's own policy."""
EDE_CENSORED = 16
"""RFC 8914 §4.17: an external requirement, as of a court or an authority."""
MAX_EXTRA_TEXT = 256
"""Octets of EXTRA-TEXT, unless the caller says otherwise: an answer should fit one datagram."""

# What an order may hold and no text for a client should: control characters, bidirectional
# overrides, and halves of surrogate pairs, which are no UTF-8.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


class ExtendedError(NamedTuple):
    """An Extended DNS Error (RFC 8914): INFO-CODE and EXTRA-TEXT."""

    code: int
    text: str


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


def extended_error(match: Match, *, max_octets: int = MAX_EXTRA_TEXT) -> ExtendedError:
    """Return INFO-CODE and plain EXTRA-TEXT."""
    code = EDE_CENSORED if is_mandated(match) else EDE_BLOCKED
    return ExtendedError(code, extra_text(match, max_octets=max_octets))


def extra_text(
    match: Match,
    *,
    sde: bool = False,
    max_octets: int = MAX_EXTRA_TEXT,
    contact: Sequence[str] = (),
    organization: str = "",
    language: str = "en",
    incidents: Iterable[tuple[str, str]] = (),
) -> str:
    """Return EXTRA-TEXT, plain or structured; at most ``max_octets`` of UTF-8, else shorter text.

    See ``Match.extra_text``.
    """
    references = [reference(order) for order in public_orders(match)]
    if not sde:
        return _plain(references, max_octets)
    contacts = [uri for uri in contact if uri.startswith(("mailto:", "tel:"))]
    if len(contacts) != len(contact):
        raise ValueError("a contact is a mailto: or tel: URI, such as mailto:noc@isp.example")
    told: dict[str, object] = {
        "c": contacts,
        "j": _plain(references, max(max_octets // 2, 64)),
        "o": organization,
        "fdbs": [{"db": database, "id": id_} for database, id_ in incidents],
    }
    # What does not fit is left out in this sequence: the draft's, and what only serves it.
    for dropped in ("", "fdbs", "j", "o"):
        told.pop(dropped, None)
        text = _structured(told, language)
        if len(text.encode()) <= max_octets:
            return text
    return ""


def _plain(references: Sequence[str], max_octets: int) -> str:
    """Join as many references as fit; of a first one that does not, its beginning."""
    text = ""
    for told in references:
        longer = f"{text}; {told}" if text else told
        if len(longer.encode()) > max_octets:
            break
        text = longer
    if text or not references:
        return text
    room = max_octets - len("…".encode())
    cut = references[0].encode()[: max(room, 0)].decode("utf-8", "ignore")
    return f"{cut}…" if cut else ""


def _structured(told: dict[str, object], language: str) -> str:
    """Return I-JSON; empty if a client would throw it away for lack of ``c``, ``j`` and ``s``."""
    data = {name: value for name, value in told.items() if value}
    if not {"c", "j"} & data.keys():
        return ""
    if {"j", "o"} & data.keys():
        data["l"] = language
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
