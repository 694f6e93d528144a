"""EDE: Extended DNS Errors (RFC 8914) for the clients of a resolver, from the orders alone."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from ..errors import ConfigurationError
from ..model.countries import LANGUAGES
from ..model.orders import Order
from .disclosure import fit, is_mandated, is_own, public_orders, reference

EDE_BLOCKED = 15
"""RFC 8914 §4.16: the operator's own policy."""
EDE_CENSORED = 16
"""RFC 8914 §4.17: an external requirement, as of a court or an authority."""
MAX_EXTRA_TEXT = 256
"""Octets of EXTRA-TEXT, unless the caller says otherwise: an answer should fit one datagram."""

_OWN_WORDS = "en"  # of the name that OPERATOR has
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_CONTACT = re.compile(r"(?:mailto|tel):[!#-;=?-\[\]_a-z~]+")  # RFC 3986


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
    named = public_orders(orders)
    references = [reference(order) for order in named]
    if not sde:
        return _plain(references, max_octets)
    check_contacts(contact)
    check_language(language)
    told: dict[str, object] = {
        "c": list(contact),
        "j": _plain(references, max(max_octets // 2, 64)),
        "o": fit(organization),
        "fdbs": [{"db": fit(database), "id": fit(id_)} for database, id_ in incidents],
    }
    spoken = {_language(order, language) for order in named}
    # Where there is no contact, clients discard the whole without "j".
    for dropped in ("", *(("j",) if contact else ()), "o", "fdbs"):
        told.pop(dropped, None)
        text = _structured(told, spoken, language)
        if len(text.encode()) <= max_octets:
            return text
    return ""


def check_contacts(contact: Iterable[str]) -> None:
    """Raise ``ConfigurationError`` for a contact that clients ignore."""
    if not all(map(_CONTACT.fullmatch, contact)):
        raise ConfigurationError(
            "a contact must be a mailto: or tel: URI, such as mailto:noc@isp.example"
        )


def check_language(language: str) -> None:
    """Raise ``ConfigurationError`` unless ``language`` is formed as a tag (RFC 5646 §2.1)."""
    if not _TAG.fullmatch(language):
        raise ConfigurationError(f"a language must be a tag such as en or pt-BR, not {language!r}")


def _language(order: Order, default: str) -> str:
    """Return the language that the reference of an order is in."""
    return _OWN_WORDS if is_own(order) else LANGUAGES.get(order.jurisdiction, default)


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


def _structured(told: dict[str, object], spoken: set[str], language: str) -> str:
    """Return I-JSON; empty if a client would discard it for lack of ``c``, ``j`` and ``s``.

    Args:
        told: the fields.
        spoken: the languages of ``j``.
        language: of ``o``.
    """
    data = {name: value for name, value in told.items() if value}
    if not {"c", "j"} & data.keys():
        return ""
    languages = (spoken if "j" in data else set()) | ({language} if "o" in data else set())
    if languages:
        data["l"] = languages.pop() if len(languages) == 1 else "mul"
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
