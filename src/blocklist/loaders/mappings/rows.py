"""ROW: what one entry of a table says, whatever the shape of the file."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ...documents import Document
from ..targetreader import NameRows


@dataclass(slots=True)
class Row:
    """One entry.

    Attributes:
        line: where it begins in the source, from 1.
        text: the entry as the source wrote it, or its name; for reports.
        fields: what was read, by the name of the field in the mapping; a field may hold several.
        fault: why it is no entry, with a stable code; ``None`` if it is one.
        aside: whether it is no entry and none was meant: a title, a page number.
    """

    line: int
    text: str
    fields: Mapping[str, Sequence[str]]
    fault: tuple[str, str] | None = None
    aside: bool = False


@dataclass(slots=True)
class RowBlock:
    """Rows that are entries with one name each, and alike in all that parts orders.

    Attributes:
        line: where the first begins.
        fields: what parts orders, as in a row; the same for all.
        names: their names, as columns.
    """

    line: int
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


def plain_words(text: str) -> str:
    """Return a header without accents, case and punctuation, to compare.

    >>> plain_words("  Výmaz_údajů (IS)")
    'vymaz udaju is'
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare.casefold()).split())
