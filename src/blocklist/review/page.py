"""PAGE: what was read, as one page of HTML that a person compares, prints and signs.

It loads nothing and runs nothing. Each name and fact is shown in the document and beside it, and
the two are linked. A role is told by a sign and a line as well as by a colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import resources
from xml.etree.ElementTree import Element

from ..backend import __version__
from ..model.wording import plural
from .elements import add, document_of, element
from .factplaces import Fact
from .pageview import Item, boxes_of, picture_of
from .reading import ROLES, DocumentReading, EntryReading, OrderReading, role_counts
from .textview import text_of_document

_HEADINGS = {
    "target": "Targets", "exception": "Exceptions", "doubt": "Doubts", "refused": "Refused",
    "mention": "Mentioned, not ordered",
}  # fmt: skip
_COUNTED = {
    "target": ("target",), "exception": ("exception",), "doubt": ("doubt",),
    "refused": ("name refused", "names refused"),
    "mention": ("name only mentioned", "names only mentioned"),
}  # fmt: skip
_Items = dict[int, Item]
"""By the identity of the fact or entry."""


def page_of(readings: Sequence[DocumentReading]) -> str:
    """Return the page of documents and what was read in them."""
    names = [reading.document.name for reading in readings]
    title = names[0] if len(names) == 1 else plural(len(names), "document")
    style = resources.files(__package__).joinpath("page.css").read_text("utf-8")
    body = element(
        "body",
        element(
            "header",
            element("p", "blocklist check", class_="kind"),
            element("h1", title),
            _legend(),
        ),
        *(
            _document(number, reading, named=len(readings) > 1)
            for number, reading in enumerate(readings, 1)
        ),
        element(
            "footer",
            element("p", "Compared with the document: every name that it orders is a target, and "
                    "no other name is."),
            element("p", *(element("span", said) for said in ("Name", "Date", "Signature")),
                    class_="sign-here"),
            element("p", f"blocklist {__version__}", class_="version"),
        ),
    )  # fmt: skip
    return document_of(f"{title}: what blocklist read", style, body)


def _legend() -> Element:
    rows = [
        element(
            "li",
            element("span", sign, class_=f"tag {role}"),
            element("span", element("b", name), f" {means}"),
        )
        for role, (sign, name, means) in ROLES.items()
    ]
    return element("ul", *rows, class_="legend")


def _document(number: int, reading: DocumentReading, *, named: bool) -> Element:
    document = reading.document
    told = [plural(len(reading.orders), "order")] if not reading.fault else []
    told += [
        f"{ROLES[role][0]} {plural(count, *_COUNTED[role])}"
        for role, count in role_counts(reading.orders).items()
        if count
    ]
    head = element(
        "div",
        element("h2", document.name) if named else None,
        element("p", "SHA-256 ", element("code", document.sha256), class_="digest"),
        element("p", " · ".join(told), class_="counts"),
        element("p", f"Refused: {reading.fault}", class_="fault") if reading.fault else None,
        element("p", f"The pages are not shown: {reading.undrawn}", class_="fault")
        if reading.undrawn
        else None,
        class_="document-head",
    )
    prefix = f"d{number}"
    items = _items(prefix, reading.orders)
    shown, where = _shown(prefix, reading, list(items.values()))
    panel = element("div", *(_order(one, items, where) for one in reading.orders), class_="panel")
    return element("section", head, panel, shown, class_="document", id=prefix)


def _items(prefix: str, orders: Sequence[OrderReading]) -> _Items:
    """Return the facts and entries of the orders as they are marked."""
    items: _Items = {}
    for order in orders:
        for fact in order.facts:
            title = f"{fact.label}, {fact.value}" if fact.value else fact.label
            items[id(fact)] = Item(f"{prefix}-{len(items) + 1}", "fact", fact.places, title)
        for entry in order.entries:
            title = f"{entry.text}: {entry.reason}" if entry.reason else entry.text
            anchor = f"{prefix}-{len(items) + 1}"
            items[id(entry)] = Item(anchor, entry.role, entry.places, title)
    return items


def _shown(
    prefix: str, reading: DocumentReading, items: Sequence[Item]
) -> tuple[Element, dict[str, str]]:
    """Return the document as it is shown, and where each item is in it, by its anchor."""
    if reading.hidden:
        said = (
            "The text of this document is not shown: it holds names of a confidential order. "
            "--show-confidential shows it."
        ) if reading.orders else "The document has no text."  # fmt: skip
        return element("div", element("p", said, class_="hidden"), class_="view"), {}
    lines = reading.document.lines
    text, where = text_of_document(lines, items)
    if reading.pages is None:
        return element("div", text, class_="view"), where
    pages = reading.pages
    boxes: dict[int, list[Element]] = {}
    for item in sorted(items, key=lambda item: item.role != "fact"):  # a name lies over a fact
        for index, box in boxes_of(pages, lines, item):
            boxes.setdefault(index, []).append(box)
            where[item.anchor] = item.on_page
    view = element("div", class_="view")
    on_page = _lines_by_page(reading)
    for index, page in enumerate(pages.pages):
        if page.png:
            add(
                view,
                [
                    picture_of(
                        index + 1,
                        len(pages.pages),
                        page,
                        boxes.get(index, []),
                        on_page.get(index, []),
                    )
                ],
            )
    left = [item for item in items if item.places and where.get(item.anchor) != item.on_page]
    summary = "The text as it was read"
    if left:
        summary += f", with {plural(len(left), 'mark')} that no page shows"
    view.append(
        element("details", element("summary", summary), text, open="open" if left else None)
    )
    view.set("id", f"{prefix}-view")
    return view, where


def _lines_by_page(reading: DocumentReading) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    if reading.pages is not None:
        for line, spots in zip(reading.document.lines, reading.pages.spots, strict=False):
            if spots:
                found.setdefault(spots[0][2], []).append(line)
    return found


def _order(order: OrderReading, items: _Items, where: dict[str, str]) -> Element:
    made = element("article", element("h3", order.title))
    if order.id:
        made.append(element("p", element("code", order.id), class_="id"))
    for role in ("target", "exception", "doubt", "refused"):
        add(made, _entries(order, role, items, where))
    facts = element("dl", class_="facts")
    for fact in order.facts:
        add(facts, _fact(fact, items[id(fact)], where))
    add(made, [element("h4", "Facts"), facts] if order.facts else [])
    if order.warnings:
        said = (element("li", warning) for warning in order.warnings)
        add(made, [element("h4", "Warnings"), element("ul", *said, class_="warnings")])
    add(made, _entries(order, "mention", items, where))
    if order.left_out:
        left = f"{plural(order.left_out, 'name')} not shown here"
        made.append(element("p", left, class_="hidden"))
    return made


def _entries(
    order: OrderReading, role: str, items: _Items, where: dict[str, str]
) -> Iterator[Element]:
    entries = [entry for entry in order.entries if entry.role == role]
    if not entries and (role != "target" or not order.id):
        return
    heading = _HEADINGS[role] if order.id or role == "doubt" else "Candidates"
    yield element("h4", f"{heading} ({len(entries):,})")
    before = ""
    rows = []
    for entry in entries:
        rows.append(_entry(entry, items[id(entry)], where, before))
        before = entry.sentence
    yield element("ol", *rows, class_="entries")


def _fact(fact: Fact, item: Item, where: dict[str, str]) -> Iterator[Element]:
    at = where.get(item.anchor)
    yield element("dt", fact.label, id=item.anchor)
    if not fact.value:
        yield element("dd", "not stated in the text", class_="missing")
        return
    yield element(
        "dd",
        element("a", "§", href=f"#{at}", class_="tag fact", title="show in the document")
        if at
        else None,
        element("strong", fact.value),
        _line(item, at),
        _quote(fact),
    )


def _quote(fact: Fact) -> Element | None:
    before, words, after = fact.said
    if not any(fact.said) or (words == fact.value and not before and not after):
        return None
    return element(
        "q",
        f"{before} " if before else None,
        element("b", words) if words else None,
        f" {after}" if words and after else after,
        class_="sentence",
    )


def _entry(entry: EntryReading, item: Item, where: dict[str, str], before: str) -> Element:
    at = where.get(item.anchor)
    said = entry.sentence if entry.sentence != before else ""
    return element(
        "li",
        _tag(entry.role, at),
        element("strong", entry.text),
        _line(item, at),
        element("span", entry.reason, class_="reason") if entry.reason else None,
        element("q", said, class_="sentence") if said else None,
        id=item.anchor,
    )


def _tag(role: str, at: str | None) -> Element:
    """Return the sign of a role, which leads to the place in the document."""
    title = "show in the document" if at else None
    href = f"#{at}" if at else None
    return element(
        "a" if at else "span", ROLES[role][0], href=href, class_=f"tag {role}", title=title
    )


def _line(item: Item, at: str | None) -> Element | None:
    if not item.places:
        return None
    said = f"line {item.places[0].line}"
    return (
        element("a", said, href=f"#{at}", class_="line")
        if at
        else element("span", said, class_="line")
    )
