"""ARTICLE 9 of the Digital Services Act: what an order must hold, and what of it is there.

A missing element does not free from enforcing, and a program cannot judge reasons: it says what it
finds, and leaves the rest to a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..answers.disclosure import CONFIDENTIAL, is_own, tellable
from ..model.orders import Order
from ..model.targets import TargetKind
from ..model.wording import plural

STILL_BINDS = (
    "A missing element does not free from enforcing: enforce the order, and ask the authority for "
    "what is missing."
)
NOT_OF_AN_AUTHORITY = "the operator's own policy: article 9 is about orders of authorities"
_NARROW = {TargetKind.URL: "URL", TargetKind.ADDRESS: "address or prefix"}


class Standing(StrEnum):
    """What a program can say of an element."""

    THERE = "there"
    MISSING = "missing"
    PERSON = "for a person"


@dataclass(frozen=True, slots=True)
class ArticleElement:
    """One element that article 9 wants.

    Attributes:
        paragraph: such as ``2(a)(i)``.
        wanted: in words.
        field: of the order, which says it.
        standing: whether it is there.
        said: what the order says, or why a person must look.
    """

    paragraph: str
    wanted: str
    field: str
    standing: Standing
    said: str

    @property
    def data(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "paragraph": self.paragraph, "wanted": self.wanted, "field": self.field,
            "standing": self.standing.value, "said": self.said,
        }  # fmt: skip


def elements_of(order: Order, *, confidential: bool = False) -> tuple[ArticleElement, ...]:
    """Return what article 9 wants of an order; nothing of the operator's own policy.

    Of a confidential order only the standing is told, unless the caller says so.
    """
    if is_own(order):
        return ()
    told = bool(tellable([order], confidential=confidential))
    return tuple(
        found if told else _concealed(found) for found in (*_content(order), *_delivery(order))
    )


def _concealed(found: ArticleElement) -> ArticleElement:
    said = CONFIDENTIAL if found.standing is not Standing.MISSING else found.said
    return ArticleElement(found.paragraph, found.wanted, found.field, found.standing, said)


def _content(order: Order) -> Iterator[ArticleElement]:
    yield _text("2(a)(i)", "legal basis in Union or national law", "legal_basis", order)
    yield _answer("2(a)(ii)", "reasons, with the specific provisions", "reasons", order)
    yield _text("2(a)(iii)", "the issuing authority", "authority", order)
    yield _targets(order)
    yield _answer("2(a)(v)", "redress for provider and recipient", "redress", order)
    yield _text("2(a)(vi)", "the authority to be told of the effect", "report_to", order)


def _delivery(order: Order) -> Iterator[ArticleElement]:
    yield _territory(order)
    yield _text("2(c)", "a language that the provider declared", "language", order)
    yield _text("2(c)", "sent to the provider's point of contact", "received_at", order)


def _text(paragraph: str, wanted: str, field: str, order: Order) -> ArticleElement:
    said = order.authority.name if field == "authority" else str(getattr(order, field))
    standing = Standing.THERE if said else Standing.MISSING
    return ArticleElement(paragraph, wanted, field, standing, said or "not stated")


def _answer(paragraph: str, wanted: str, field: str, order: Order) -> ArticleElement:
    answer = getattr(order, field)
    if answer is None:
        said = f"read the order, and write {field} = true or {field} = false"
        return ArticleElement(paragraph, wanted, field, Standing.PERSON, said)
    if answer:
        return ArticleElement(paragraph, wanted, field, Standing.THERE, "stated, a person says")
    return ArticleElement(paragraph, wanted, field, Standing.MISSING, "not stated, a person says")


def _targets(order: Order) -> ArticleElement:
    """Say what the targets are: exact URLs are what the article names as the example."""
    paragraph, wanted = "2(a)(iv)", "what identifies and locates the content, such as exact URLs"
    counts = Counter(_NARROW.get(target.kind, "whole domain") for target in order.targets)
    if not counts:
        return ArticleElement(paragraph, wanted, "targets", Standing.MISSING, "no target")
    plurals = {"address or prefix": "addresses or prefixes"}
    said = ", ".join(plural(count, kind, plurals.get(kind, "")) for kind, count in counts.items())
    if set(counts) == {"URL"}:
        return ArticleElement(paragraph, wanted, "targets", Standing.THERE, said)
    wide = "wider than exact URLs: is that strictly necessary?"
    return ArticleElement(paragraph, wanted, "targets", Standing.PERSON, f"{said}: {wide}")


def _territory(order: Order) -> ArticleElement:
    paragraph, wanted = "2(b)", "territorial scope, strictly necessary"
    if order.territory:
        said = ", ".join(order.territory)
        return ArticleElement(paragraph, wanted, "territory", Standing.THERE, said)
    if order.jurisdiction:
        said = f"not stated; it counts as {order.jurisdiction}, where the authority sits"
    else:
        said = "not stated, nor where the authority sits: it counts as worldwide"
    return ArticleElement(paragraph, wanted, "territory", Standing.PERSON, said)
