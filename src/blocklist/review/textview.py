"""TEXT VIEW: the lines of a document, with a mark at each name that was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element

from ..loaders.marking import Mark
from ..model.wording import plural
from .elements import element
from .pageview import Item
from .reading import ROLES

_WHOLE = 4_000
"""Lines up to which a text is shown whole."""
_AROUND = 2
_LONG_LINE = 5_000


def text_of_document(lines: Sequence[str], items: Sequence[Item]) -> tuple[Element, dict[str, str]]:
    """Return the text with its marks, and by the anchor of an item the id of its first mark.

    Of a long text, only the lines around marks are shown.
    """
    by_line: dict[int, list[tuple[Mark, Item]]] = {}
    for item in items:
        for place in item.places:
            by_line.setdefault(place.line, []).append((place, item))
    seen: dict[str, str] = {}
    rows: list[Element] = []
    last = 0
    for number in _wanted(len(lines), by_line):
        if number > last + 1:
            left = plural(number - last - 1, "line")
            rows.append(element("p", f"⋮ {left} without a mark", class_="gap"))
        last = number
        rows.append(_row(number, lines[number - 1], by_line.get(number, []), seen))
    if last < len(lines):
        rows.append(element("p", f"⋮ {plural(len(lines) - last, 'line')} more", class_="gap"))
    return element("div", *rows, class_="text"), seen


def _wanted(count: int, marked: dict[int, list[tuple[Mark, Item]]]) -> Sequence[int]:
    if count <= _WHOLE:
        return range(1, count + 1)
    near = {n + step for n in marked for step in range(-_AROUND, _AROUND + 1)}
    return sorted(number for number in near if 1 <= number <= count)[:_WHOLE]


def _row(
    number: int, line: str, marks: Sequence[tuple[Mark, Item]], seen: dict[str, str]
) -> Element:
    roles = [item.role for _, item in marks]
    role = next((role for role in ROLES if role in roles and role != "fact"), "")
    return element(
        "p",
        element("span", ROLES[role][0] if role else "", class_=f"margin {role}".strip()),
        element("span", f"{number}", class_="number"),
        element("span", *_parts(line, marks, seen), class_="said"),
        class_="row",
    )


def _parts(
    line: str, marks: Sequence[tuple[Mark, Item]], seen: dict[str, str]
) -> Iterator[Element | str]:
    """Yield a line in parts that have the same marks; one name may be two entries."""
    cut = min(len(line), max([_LONG_LINE, *(place.end for place, _ in marks)]))
    names = [(place, item) for place, item in marks if item.role != "fact"]
    facts = [(place, item) for place, item in marks if item.role == "fact"]
    edges = {0, cut, *(edge for place, _ in marks for edge in (place.start, place.end))}
    ordered = sorted(edge for edge in edges if edge <= cut)
    for start, end in pairwise(ordered):
        for place, item in facts:
            if place.start == start and item.anchor not in seen:
                yield _anchor(item, ROLES["fact"][0], seen)
        said: Element | str = line[start:end]
        over = [item for place, item in names if place.start <= start and end <= place.end]
        if over:
            said = _anchor(over[0], line[start:end], seen)
            for item in over[1:]:
                seen.setdefault(item.anchor, over[0].in_text)
        if any(place.start <= start and end <= place.end for place, _ in facts):
            said = element("span", said, class_="stated")
        yield said
    if cut < len(line):
        yield f"… ({len(line) - cut:,} more characters)"


def _anchor(item: Item, said: str, seen: dict[str, str]) -> Element:
    first = item.anchor not in seen
    seen.setdefault(item.anchor, item.in_text)
    return element(
        "a",
        said,
        href=f"#{item.anchor}",
        id=item.in_text if first else None,
        class_=f"mark {item.role}",
        title=f"{ROLES[item.role][1]}: {item.title}",
    )
