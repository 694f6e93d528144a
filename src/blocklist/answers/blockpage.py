"""BLOCK PAGE: a proxy's answer to a blocked request: HTTP 451 (RFC 7725) and a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from ..errors import ConfigurationError
from ..model.orders import Order
from .disclosure import (
    MAX_TEXT,
    category,
    fit,
    is_mandated,
    is_own,
    public_orders,
    reference,
    references,
)
from .pagehtml import page_html
from .pagemodel import BlockPage, PageOrder
from .pagewords import LANGUAGES, WORDS


class HttpAnswer(NamedTuple):
    """A whole HTTP answer: status, reason phrase, headers and body."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class PageSettings:
    """What an operator says on the pages; see ``BlockPage``.

    Attributes:
        blocked_by: URI of who enforces the block, also for ``Link: rel="blocked-by"`` (RFC 7725
            §4): you, not the court.
        organization: the name of the same.
        contact: URI for questions.
        objection: URI for objections.
        default_language: if a request asks for none that there is; one of ``LANGUAGES``.
        template: makes the page instead of the package; see ``answers.pagetemplate``.
        uniform_reason: the same text on each page, in place of authorities and orders; each page is
            that of an order then, answered 451.
    """

    blocked_by: str = ""
    organization: str = ""
    contact: str = ""
    objection: str = ""
    default_language: str = "en"
    template: Callable[[BlockPage], str] | None = None
    uniform_reason: str = ""

    def __post_init__(self) -> None:
        """Raise ``ConfigurationError`` for what cannot stand on a page."""
        check_blocked_by(self.blocked_by)
        for key in ("contact", "objection"):
            uri = getattr(self, key)
            if uri and not _REACHABLE.fullmatch(uri):
                raise ConfigurationError(
                    f"{key} must be an https:, http:, mailto: or tel: URI, not {uri!r}"
                )
        for key in ("blocked_by", "organization", "contact", "objection", "uniform_reason"):
            if len(getattr(self, key)) > MAX_TEXT:
                raise ConfigurationError(f"{key} is longer than {MAX_TEXT} characters")
        if self.default_language not in WORDS:
            raise ConfigurationError(
                f"no page in language {self.default_language!r}; choose one of: "
                f"{', '.join(LANGUAGES)}"
            )


class PageKeys(TypedDict, total=False):
    """The keywords of ``PageSettings``."""

    blocked_by: str
    organization: str
    contact: str
    objection: str
    default_language: str
    template: Callable[[BlockPage], str] | None
    uniform_reason: str


_RANGE = re.compile(r"([A-Za-z]{1,8})(?:-[A-Za-z0-9-]*)?(?:\s*;\s*q\s*=\s*([01](?:\.\d*)?))?")
_MAX_RANGES = 32
_MAX_HEADER = 1000  # code points; what is written for people is far shorter
# RFC 3986, so no quote, angle bracket or CR LF; and no scheme that a page could run.
_LINKABLE = re.compile(r"(?i:https?)://[!#-;=?-\[\]_a-z~]+")
_REACHABLE = re.compile(r"(?:(?i:https?)://|(?i:mailto|tel):)[!#-;=?-\[\]_a-z~]+")


def choose_language(accept_language: str, default: str = "en") -> str:
    """Return the page language that fits an Accept-Language header (RFC 9110 §12.5.4) best."""
    best, weight = default, 0.0
    for part in accept_language[:_MAX_HEADER].split(",", _MAX_RANGES)[:_MAX_RANGES]:
        found = _RANGE.fullmatch(part.strip())
        if found and found[1].lower() in WORDS and float(found[2] or 1) > weight:
            best, weight = found[1].lower(), float(found[2] or 1)
    return best


def check_blocked_by(uri: str) -> None:
    """Raise ``ConfigurationError`` unless ``uri`` is empty or a web address for a Link header."""
    if uri and not _LINKABLE.fullmatch(uri):
        raise ConfigurationError(f"blocked_by must be an http: or https: URI, not {uri!r}")


def http_answer(
    name: str, orders: Collection[Order], settings: PageSettings, *, accept_language: str = ""
) -> HttpAnswer:
    """Return the answer to a request for a blocked name; see ``Match.http451``."""
    language = choose_language(accept_language, settings.default_language)
    reason = settings.uniform_reason
    mandated = bool(reason) or is_mandated(orders)
    page = BlockPage(
        name=_short(fit(name)),
        mandated=mandated,
        orders=tuple(_told(order) for order in public_orders(orders) if not is_own(order))
        if not reason
        else tuple(PageOrder(text, "", "", "") for text in references(orders, reason)),
        language=language,
        words=WORDS,
        blocked_by=settings.blocked_by,
        organization=fit(settings.organization),
        contact=settings.contact,
        objection=settings.objection,
    )
    body = (settings.template or page_html)(page).encode("utf-8", "replace")
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Language", language),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),  # an order may be lifted tomorrow
    ]
    if settings.blocked_by:
        headers.append(("Link", f'<{settings.blocked_by}>; rel="blocked-by"'))
    status, reason = (451, "Unavailable For Legal Reasons") if mandated else (403, "Forbidden")
    return HttpAnswer(status, reason, tuple(headers), body)


def _told(order: Order) -> PageOrder:
    link = order.link if _LINKABLE.fullmatch(order.link) else ""
    texts = (reference(order), fit(order.legal_basis), category(order))
    named, law, subject = map(_short, texts)
    return PageOrder(named, law, subject, link if len(link) <= MAX_TEXT else "")


def _short(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"
