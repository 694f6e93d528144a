"""READING: one document and all that was read in it, with the place of each name and fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..answers.disclosure import describe, tellable
from ..documents import Document
from ..documents.pdf import Pictured, pictured
from ..errors import OrderError, shorten
from ..loaders.draftgroups import grouped
from ..loaders.draftnames import sightings
from ..loaders.marking import Entry, Mark, marked_entries, sentence_at
from ..model.orders import Order
from ..model.targets import Mention, Rejected, Target
from .factplaces import Fact, facts_of, proposed_facts

ROLES = {
    "target": (">>", "Target", "will be blocked"),
    "exception": ("++", "Exception", "will not be blocked, whatever covers it"),
    "doubt": ("??", "Doubt", "stands where something is ordered and is not blocked; decide"),
    "mention": ("~~", "Mention", "named in the text, not ordered"),
    "refused": ("!!", "Refused", "cannot be blocked as it stands"),
    "fact": ("§", "Fact", "where a date, a term or another fact was read"),
}
"""Each role with its sign, its name and what it means."""

_SENTENCE = 600
MOST = 5_000
"""How many entries of each kind are shown of an order."""


@dataclass(frozen=True, slots=True)
class EntryReading:
    """A name and what was made of it.

    Attributes:
        role: one of ``ROLES``.
        text: the name; as an order file has it, or as the document has it if it is no target.
        reason: why it is no target, or what to know of it; may be empty.
        places: its marks.
        sentence: in which it stands.
    """

    role: str
    text: str
    reason: str
    places: tuple[Mark, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class OrderReading:
    """An order, or what a document without one may say.

    Attributes:
        title: authority, kind, number and date.
        id: of the order; empty if there is none.
        facts: in the sequence in which they are shown.
        entries: targets first.
        left_out: how many entries are not shown.
        warnings: what a person should know.
    """

    title: str
    id: str
    facts: tuple[Fact, ...]
    entries: tuple[EntryReading, ...]
    left_out: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """A document and its orders.

    Attributes:
        document: what was read.
        orders: what it holds.
        hidden: whether a confidential order keeps its text from being shown.
        fault: why it was refused, if it was.
        pages: of a PDF document, if they were drawn.
        undrawn: why they were not.
    """

    document: Document
    orders: tuple[OrderReading, ...]
    hidden: bool = False
    fault: str = ""
    pages: Pictured | None = None
    undrawn: str = ""


def read_here(
    document: Document, orders: Sequence[Order], *, confidential: bool, ocr: bool
) -> DocumentReading:
    """Return a document with the orders that were read in it.

    Args:
        document: what was read.
        orders: what was read in it.
        confidential: whether confidential orders may be shown.
        ocr: whether its pages were recognised.
    """
    hidden = len(tellable(orders, confidential=confidential)) < len(orders)
    read = []
    for order in orders:
        if not tellable([order], confidential=confidential):
            read.append(OrderReading(describe(order), order.id, (), (), len(order.targets)))
            continue
        # The sentence of a public name may hold a confidential one.
        lines: list[str] = [] if hidden else document.lines
        kept = _first(order)
        left = sum(
            len(getattr(order, name)) - len(getattr(kept, name))
            for name in ("targets", "exceptions", "rejected", "mentions")
        )
        entries = tuple(_entries(kept, lines))
        facts = tuple(facts_of(order, lines))
        read.append(OrderReading(describe(order), order.id, facts, entries, left, order.warnings))
    reading = DocumentReading(document, tuple(read), hidden)
    return reading if hidden else _drawn(reading, ocr)


def refused_here(document: Document, error: OrderError, *, ocr: bool) -> DocumentReading:
    """Return a document in which no order could be read, with its names and facts."""
    try:
        lines = document.lines
    except OrderError:
        return DocumentReading(document, (), hidden=True, fault=str(error))
    mentions = []
    for group in grouped(lines, sightings(lines)):
        for name, _ in group.names:
            reason = f"candidate {group.title}" + (f": {name.doubt}" if name.doubt else "")
            mentions.append(Mention(name.raw, name.line, reason, bool(name.doubt)))
    order = Order(id=document.name, mentions=tuple(mentions[:MOST]))
    read = OrderReading(
        "No order was read",
        "",
        tuple(proposed_facts(lines)),
        tuple(_entries(order, lines)),
        max(0, len(mentions) - MOST),
        document.warnings,
    )
    return _drawn(DocumentReading(document, (read,), fault=str(error)), ocr)


def _first(order: Order) -> Order:
    """Return the order with as many entries as a page can hold."""
    return replace(
        order,
        targets=tuple(order.targets[:MOST]),
        exceptions=order.exceptions[:MOST],
        rejected=order.rejected[:MOST],
        mentions=order.mentions[:MOST],
    )


def _entries(order: Order, lines: Sequence[str]) -> Iterator[EntryReading]:
    excepted = set(map(id, order.exceptions))
    for entry, places in marked_entries(order, lines):
        role, text, reason = _read(entry)
        said = sentence_at(lines, places[0]) if places else ""
        said = said if len(said) >= len(text) + 12 else ""
        role = "exception" if id(entry) in excepted else role
        # A long sentence is cut to the part around the name.
        start = max(0, said.find(text) - _SENTENCE // 2) if len(said) > _SENTENCE else 0
        said = "…" * (start > 0) + shorten(said[start:], _SENTENCE)
        yield EntryReading(role, text, reason, tuple(places), said)


def _read(entry: Entry) -> tuple[str, str, str]:
    if isinstance(entry, Target):
        return "target", entry.text, entry.note
    if isinstance(entry, Rejected):
        return "refused", " ".join(entry.text.split()), entry.reason
    text = " ".join(entry.text.split())
    return "doubt" if entry.doubtful else "mention", text, entry.reason


def _drawn(reading: DocumentReading, ocr: bool) -> DocumentReading:
    """Add the pages of a PDF document."""
    if reading.document.kind != "pdf":
        return reading
    try:
        return replace(reading, pages=pictured(reading.document, ocr=ocr))
    except OrderError as error:
        return replace(reading, undrawn=str(error))


def role_counts(orders: Iterable[OrderReading]) -> dict[str, int]:
    """Return how many entries have each role."""
    roles = [entry.role for order in orders for entry in order.entries]
    return {role: roles.count(role) for role in ROLES if role != "fact"}
