"""PAGE VIEW: pages of a PDF document as pictures, with a box over each name that was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ..documents.pdf import PagePicture, Pictured
from ..loaders.marking import Mark
from .elements import add, element
from .reading import ROLES

_NARROW = frozenset("iljtfrI.,:;'|!()[]/- ")
_WIDE = frozenset("mwMW@%")
_PAD_X, _PAD_Y = 1.5, 0.5
_BASE = 0.86  # of the height of a box, where letters stand
_SIGN = 5.5


@dataclass(frozen=True, slots=True)
class Item:
    """What is marked in a document.

    Attributes:
        anchor: of what is said of it.
        role: one of ``ROLES``.
        places: its marks.
        title: what a pointer over it shows.
    """

    anchor: str
    role: str
    places: tuple[Mark, ...]
    title: str

    @property
    def on_page(self) -> str:
        """The id of its first box."""
        return f"{self.anchor}-page"

    @property
    def in_text(self) -> str:
        """The id of its first mark in the text."""
        return f"{self.anchor}-text"


def picture_of(
    number: int, of: int, page: PagePicture, boxes: Iterable[Element], lines: Sequence[str]
) -> Element:
    """Return one page; a reader that shows no picture reads its lines."""
    width, height = round(page.width, 2), round(page.height, 2)
    picture = element(
        "svg",
        element("title", f"Page {number} of {of}"),
        element("desc", " ".join(lines)),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        role="group",
        class_="page",
    )
    png = f"data:image/png;base64,{page.png}"
    picture.append(element("image", href=png, width=width, height=height))
    add(picture, boxes)
    return element("figure", picture, element("figcaption", f"Page {number} of {of}"))


def boxes_of(pages: Pictured, lines: Sequence[str], item: Item) -> Iterator[tuple[int, Element]]:
    """Yield the boxes of an item, each with the index of its page."""
    first = True
    for place in item.places:
        for index, box in _boxes(pages, lines, place):
            if index >= len(pages.pages) or not pages.pages[index].png:
                continue
            yield index, _box(pages.pages[index], item, box, first)
            first = False


def _boxes(
    pages: Pictured, lines: Sequence[str], place: Mark
) -> Iterator[tuple[int, tuple[float, ...]]]:
    """Yield the boxes of a mark: one around all its words on a page."""
    spots = pages.spots[place.line - 1] if place.line <= len(pages.spots) else ()
    around: dict[int, list[tuple[float, ...]]] = {}
    for start, end, index, left, top, right, bottom in spots:
        low, high = max(start, place.start), min(end, place.end)
        if low < high:
            word = lines[place.line - 1][start:end]
            scale = (right - left) / max(_advance(word), 1e-9)
            x0 = left + scale * _advance(word[: low - start])
            x1 = left + scale * _advance(word[: high - start])
            around.setdefault(index, []).append((x0, top, x1, bottom))
    for index, parts in around.items():
        lefts, tops, rights, bottoms = zip(*parts, strict=True)
        yield index, (min(lefts), min(tops), max(rights), max(bottoms))


def _advance(text: str) -> float:
    """Return about how wide letters are; a word's true width is known, not that of its parts."""
    return sum(0.5 if c in _NARROW else 1.5 if c in _WIDE else 1.0 for c in text)


def _box(page: PagePicture, item: Item, box: tuple[float, ...], first: bool) -> Element:
    left, right = box[0] * page.width, box[2] * page.width
    top, bottom = box[1] * page.height, box[3] * page.height
    sign = ROLES[item.role][0]
    if item.role == "fact":
        low = round(top + (bottom - top) * _BASE + 1.5, 2)
        drawn = element("line", x1=round(left, 2), x2=round(right, 2), y1=low, y2=low)
        x, y, anchor = left - 1, low, "end"
    else:
        drawn = element(
            "rect",
            x=round(left - _PAD_X, 2),
            y=round(top - _PAD_Y, 2),
            width=round(right - left + 2 * _PAD_X, 2),
            height=round(bottom - top + 2 * _PAD_Y, 2),
            rx=1.5,
        )
        x, y, anchor = right + _PAD_X, top - _PAD_Y - 0.4, "end"
    label = element("text", sign, x=round(x, 2), y=round(y, 2), font_size=_SIGN, text_anchor=anchor)
    return element(
        "a",
        element("title", f"{ROLES[item.role][1]}: {item.title}"),
        drawn,
        label if first else None,
        href=f"#{item.anchor}",
        id=item.on_page if first else None,
        class_=item.role,
    )
