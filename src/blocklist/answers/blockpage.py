"""BLOCK PAGE: a proxy's answer to a blocked request: HTTP 451 (RFC 7725) and a page."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from html import escape
from typing import NamedTuple

from ..errors import ConfigurationError
from ..model.orders import Order
from .disclosure import fit, is_mandated, is_own, public_orders, reference


class HttpAnswer(NamedTuple):
    """A whole HTTP answer: status, reason phrase, headers and body."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class _Words(NamedTuple):
    title: str
    by_order: str
    by_policy: str
    orders: str
    law: str
    contact: str


_WORDS = {
    "en": _Words(
        "Unavailable for legal reasons",
        "Access to {name} is blocked because an authority ordered it.",
        "Access to {name} is blocked by the policy of this network.",
        "Ordered by", "Legal basis", "Who enforces this block",
    ),
    "it": _Words(
        "Non disponibile per motivi legali",
        "L'accesso a {name} è bloccato per ordine di un'autorità.",
        "L'accesso a {name} è bloccato dalle regole di questa rete.",
        "Disposto da", "Base giuridica", "Chi attua il blocco",
    ),
    "de": _Words(
        "Aus rechtlichen Gründen nicht verfügbar",
        "Der Zugang zu {name} ist auf Anordnung einer Behörde gesperrt.",
        "Der Zugang zu {name} ist durch die Regeln dieses Netzes gesperrt.",
        "Angeordnet von", "Rechtsgrundlage", "Wer die Sperre umsetzt",
    ),
    "fr": _Words(
        "Indisponible pour des raisons juridiques",
        "L'accès à {name} est bloqué sur ordre d'une autorité.",
        "L'accès à {name} est bloqué par les règles de ce réseau.",
        "Ordonné par", "Base juridique", "Qui applique ce blocage",
    ),
    "es": _Words(
        "No disponible por motivos legales",
        "El acceso a {name} está bloqueado por orden de una autoridad.",
        "El acceso a {name} está bloqueado por las normas de esta red.",
        "Ordenado por", "Base jurídica", "Quién aplica este bloqueo",
    ),
}  # fmt: skip
LANGUAGES = tuple(_WORDS)
"""The languages that pages are written in (BCP 47), English first."""
_RANGE = re.compile(r"([A-Za-z]{1,8})(?:-[A-Za-z0-9-]*)?(?:\s*;\s*q\s*=\s*([01](?:\.\d*)?))?")
_MAX_RANGES = 32
_MAX_HEADER = 1000  # code points; what is written for people is far shorter
# RFC 3986, so no quote, angle bracket or CR LF; and no scheme that a page could run.
_LINKABLE = re.compile(r"(?i:https?)://[!#-;=?-\[\]_a-z~]+")


def choose_language(accept_language: str, default: str = "en") -> str:
    """Return the page language that fits an Accept-Language header (RFC 9110 §12.5.4) best."""
    best, weight = default, 0.0
    for part in accept_language[:_MAX_HEADER].split(",", _MAX_RANGES)[:_MAX_RANGES]:
        found = _RANGE.fullmatch(part.strip())
        if found and found[1].lower() in _WORDS and float(found[2] or 1) > weight:
            best, weight = found[1].lower(), float(found[2] or 1)
    return best


def check_blocked_by(uri: str) -> None:
    """Raise ``ConfigurationError`` unless ``uri`` is empty or a web address for a Link header."""
    if uri and not _LINKABLE.fullmatch(uri):
        raise ConfigurationError(f"blocked_by must be an http: or https: URI, not {uri!r}")


def http_answer(
    name: str,
    orders: Collection[Order],
    *,
    blocked_by: str = "",
    accept_language: str = "",
    default_language: str = "en",
) -> HttpAnswer:
    """Return the answer to a request for a blocked name; see ``Match.http451``."""
    check_blocked_by(blocked_by)
    if default_language not in _WORDS:
        raise ConfigurationError(
            f"no page in language {default_language!r}; choose one of: {', '.join(_WORDS)}"
        )
    language = choose_language(accept_language, default_language)
    mandated = is_mandated(orders)
    body = _page(name, orders, _WORDS[language], language, blocked_by, mandated).encode()
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Language", language),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),  # an order may be lifted tomorrow
    ]
    if blocked_by:
        headers.append(("Link", f'<{blocked_by}>; rel="blocked-by"'))
    status, reason = (451, "Unavailable For Legal Reasons") if mandated else (403, "Forbidden")
    return HttpAnswer(status, reason, tuple(headers), body)


def _page(
    name: str,
    orders: Collection[Order],
    words: _Words,
    language: str,
    blocked_by: str,
    mandated: bool,
) -> str:
    sentence = words.by_order if mandated else words.by_policy
    named = [order for order in public_orders(orders) if not is_own(order)]
    laws = list(dict.fromkeys(fit(order.legal_basis) for order in named if order.legal_basis))
    parts = [
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{words.title}</title></head>\n<body>\n<h1>{words.title}</h1>",
        f"<p>{escape(sentence.format(name=fit(name)))}</p>",
        *_listed(words.orders, [reference(order) for order in named]),
        *_listed(words.law, laws),
    ]
    if blocked_by:
        shown = escape(blocked_by)
        parts.append(f'<p>{words.contact}: <a href="{shown}">{shown}</a></p>')
    return "\n".join([*parts, "</body>\n</html>\n"])


def _listed(title: str, items: Sequence[str]) -> list[str]:
    if not items:
        return []
    lines = (f"<li>{escape(item)}</li>" for item in items)
    return [f"<p>{title}:</p>\n<ul>", *lines, "</ul>"]
