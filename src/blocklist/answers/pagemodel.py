"""PAGE MODEL: what the page of a block says; the package or a template writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .pagewords import PageWords


class PageOrder(NamedTuple):
    """What a page says of an order; texts that steer nothing, empty where the order has none.

    Attributes:
        reference: authority, kind, numbers and date.
        legal_basis: the law, as the order names it.
        category: the kind of illegal content.
        link: where the authority publishes it, http or https.
    """

    reference: str
    legal_basis: str
    category: str
    link: str


@dataclass(frozen=True, slots=True)
class BlockPage:
    """All that a page says.

    Attributes:
        name: what was asked for, a host name, an address or a URL.
        mandated: whether an authority ordered the block; else it is the operator's own policy.
        orders: those that may be named, without the operator's own.
        language: the one that fits the request best, a key of ``words``.
        words: the texts in each language.
        blocked_by: URI of the operator, of whom ``organization`` is the name; both may be empty.
        contact: URI for questions (mailto, tel, http, https), or empty.
        objection: URI for objections (the same schemes), or empty.
    """

    name: str
    mandated: bool
    orders: tuple[PageOrder, ...]
    language: str
    words: dict[str, PageWords]
    blocked_by: str = ""
    organization: str = ""
    contact: str = ""
    objection: str = ""
