"""EDE: Extended DNS Errors (RFC 8914) for the clients of a resolver, from the orders alone."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from ..errors import ConfigurationError
from ..model.orders import Order
from .disclosure import is_mandated, public_orders, reference

EDE_BLOCKED = 15
"""RFC 8914 §4.16: the operator's own policy."""
EDE_CENSORED = 16
"""RFC 8914 §4.17: an external requirement, as of a court or an authority."""
MAX_EXTRA_TEXT = 256
"""Octets of EXTRA-TEXT, unless the caller says otherwise: an answer should fit one datagram."""


class ExtendedError(NamedTuple):
    """An Extended DNS Error (RFC 8914): INFO-CODE and EXTRA-TEXT."""

    code: int
    text: str


def extended_error(orders: Collection[Order], *, max_octets: int = MAX_EXTRA_TEXT) -> ExtendedError:
    """Return INFO-CODE and plain EXTRA-TEXT."""
    code = EDE_CENSORED if is_mandated(orders) else EDE_BLOCKED
    return ExtendedError(code, extra_text(orders, max_octets=max_octets))


def extra_text(
    orders: Collection[Order],
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
    references = [reference(order) for order in public_orders(orders)]
    if not sde:
        return _plain(references, max_octets)
    contacts = [uri for uri in contact if uri.startswith(("mailto:", "tel:"))]
    if len(contacts) != len(contact):
        raise ConfigurationError(
            "a contact must be a mailto: or tel: URI, such as mailto:noc@isp.example"
        )
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
