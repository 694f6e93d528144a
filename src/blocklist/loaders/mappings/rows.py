"""ROW: what one entry of a table says, whatever the shape of the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..._columns import scan_targets
from ...documents import Document
from ...model.uts46 import SIMPLE_POINTS, simple_point
from ..targetreader import NameRows
from .mapping import TableMapping


@dataclass(slots=True)
class Row:
    """One entry.

    Attributes:
        line: where it begins in the source, from 1.
        text: the entry as the source wrote it, or its name; for reports.
        fields: what was read, by the name of the field in the mapping; a field may hold several.
        fault: why it is no entry, with a stable code; ``None`` if it is one.
        aside: whether it is no entry and none was meant: a title, a page number.
        place: where it stands among the rows, if a line may hold several; 0 says: as its line.
    """

    line: int
    text: str
    fields: Mapping[str, Sequence[str]]
    fault: tuple[str, str] | None = None
    aside: bool = False
    place: int = 0


@dataclass(slots=True)
class RowBlock:
    """Rows that are entries with one name each, and alike in all that parts orders.

    Attributes:
        fields: what parts orders, as in a row; the same for all.
        names: their names, as columns.
    """

    fields: Mapping[str, Sequence[str]]
    names: NameRows


class Shape(Protocol):
    """How rows lie in a file: one implementation for CSV, JSON, XML and lines each."""

    def recognises(self, document: Document) -> bool:
        """Whether the beginning of the document is what the mapping says."""

    def rows(self, document: Document) -> Iterable[Row | RowBlock]:
        """Return every entry; ``OrderSyntaxError`` where the file is not what the mapping says."""

    def edition(self, document: Document) -> str:
        """Return what the file says of its own date, as written; empty if it says nothing."""


def first_place(row: Row | RowBlock) -> int:
    """Return where a row, or the first of a block, stands among all."""
    return row.names.places[0] if isinstance(row, RowBlock) else row.place or row.line


def takes_names_whole(mapping: TableMapping) -> bool:
    """Whether a name alone in its field is always the target of its row.

    It is not where a mark that parts several names may stand in one, or a word for "nothing" is
    one.
    """
    mark = mapping.separator.strip()
    if mark and not re.search(r"[^\w.-]", mark, re.ASCII):
        return False
    blank = "\n".join(mapping.blank)
    return not scan_targets(blank, False, SIMPLE_POINTS, simple_point)[0]


def plain_words(text: str) -> str:
    """Return a header without accents, case and punctuation, to compare.

    >>> plain_words("  Výmaz_údajů (IS)")
    'vymaz udaju is'
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare.casefold()).split())
