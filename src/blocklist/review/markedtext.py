"""MARKED TEXT: the lines of a document, and the places of its orders' entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from ..documents import Document
from ..loaders import all_loaders
from ..loaders.marking import Mark, mark, sentence_at
from ..model.orders import Order
from ..model.targets import Target


class MarkedText:
    """The lines of a document, and the places of its orders' entries."""

    def __init__(self, document: Document, orders: Sequence[Order]) -> None:
        """Take a document and those of its orders whose names may be shown."""
        self._document = document
        self._orders = orders

    @cached_property
    def is_prose(self) -> bool:
        """Whether the orders were read from prose, where a person should look at each name."""
        loaders = all_loaders()
        named = (loaders.get(order.source.format) for order in self._orders)
        return any(loader is not None and "docx" in loader.reads for loader in named)

    @property
    def lines(self) -> list[str]:
        """The text."""
        return self._document.lines

    @cached_property
    def marks(self) -> list[Mark]:
        """The places of all entries, sorted by line and column."""
        found = {place for order in self._orders for place in mark(order, self.lines)}
        return sorted(found)

    def sentence(self, target: Target) -> str:
        """Return the sentence that names a target; empty if it holds only the target."""
        place = self._places.get((target.line, target.raw.partition("\n")[0].strip()))
        if place is None:
            return ""
        said = sentence_at(self.lines, place)
        return said if len(said) >= len(target.raw) + 12 else ""

    @cached_property
    def _places(self) -> dict[tuple[int, str], Mark]:
        places = [place for place in self.marks if place.role in ("target", "exception")]
        return {(p.line, self.lines[p.line - 1][p.start : p.end]): p for p in places}

    def data(self) -> Iterator[dict[str, Any]]:
        """Yield each mark as plain data."""
        for place in self.marks:
            yield {
                "path": self._document.path,
                "line": place.line,
                "start": place.start,
                "end": place.end,
                "role": place.role,
                "text": self.lines[place.line - 1][place.start : place.end],
                "reason": place.reason,
            }
