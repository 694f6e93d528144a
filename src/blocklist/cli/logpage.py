"""LOG PAGE: parts of the pages about query logs.

Names come from logs, which anyone can write into: each is put into the tree as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from xml.etree.ElementTree import Element

from ..logs.partial import Partial
from ..logs.render import unicode_name
from ..review.elements import element

_MOST_FILES = 200


def number_cells(heads: Sequence[str], numbers: Iterable[str]) -> Iterator[Element]:
    """Yield cells that say which column they are in: a narrow window shows no heads."""
    for head, number in zip(heads, numbers, strict=True):
        yield element("td", number, class_="number", data_head=head)


def unicode_of(name: str) -> Element | None:
    """Return a name as people write it, if that is another text."""
    shown = unicode_name(name)
    return None if shown == name else element("span", shown, class_="said")


def files_section(files: Sequence[Partial]) -> Element:
    """Return what was read of each file."""
    heads = ("File", "Format", "Queries", "Second events", "Other lines", "Unreadable")
    rows = [
        element(
            "tr",
            element("td", element("code", one.path)),
            element("td", one.format),
            *number_cells(
                heads[2:], map("{:,}".format, (one.queries, one.second, one.others, one.unread))
            ),
        )
        for one in files[:_MOST_FILES]
    ]
    return element(
        "section", element("h2", "Files"), table_of(heads, rows, len(files) - _MOST_FILES),
        id="files",
    )  # fmt: skip


def table_of(heads: Sequence[str], rows: list[Element], more: int) -> Element:
    """Return a table that says how many rows more there are."""
    head = element("tr", *(element("th", text, scope="col") for text in heads))
    if more > 0:
        said = f"and {more:,} more, in the CSV or Parquet output"
        rows.append(element("tr", element("td", said, colspan=len(heads))))
    return element("table", element("thead", head), element("tbody", *rows))
