"""CSV: rows with a mark between their fields, with a header or without."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...documents import Document
from ...errors import OrderSyntaxError
from ..lists.table import table_rows
from .mapping import TableMapping
from .rows import Row, plain_words

_SAMPLE_ROWS = 50


class CsvRows:
    """The rows of a CSV file as a mapping reads them."""

    def __init__(self, mapping: TableMapping) -> None:
        """Take the mapping."""
        self._mapping = mapping
        self._by_number = any(isinstance(p, int) for ps in mapping.fields.values() for p in ps)

    def recognises(self, document: Document) -> bool:
        """Whether the header holds every column, or the first rows have as many fields as said."""
        mapping = self._mapping
        sample = document.sample
        if not self._by_number:
            line = next((line for line in sample.lines if line.strip()), "")
            if mapping.delimiter not in line:
                return False
            first = next(self._cells(_first_lines(sample)), (0, [""]))[1]
            return self._columns(first) is not None
        if mapping.edition_line is None or not self.edition(sample):
            return False  # nothing but the number of fields: any table could be it
        last = _SAMPLE_ROWS if len(sample.lines) > _SAMPLE_ROWS or not sample.cut else -1
        rows = [line for line in sample.lines[1:last] if line.strip()]
        fit = sum(line.count(mapping.delimiter) + 1 == mapping.count for line in rows)
        return bool(rows) and fit > 0.8 * len(rows)

    def edition(self, document: Document) -> str:
        """Return the date in the first line, if the mapping says that one stands there."""
        template = self._mapping.edition_line
        if template is None:
            return ""
        found = template.match(document.lines[0], bool) or {}
        return "".join(found.values())

    def rows(self, document: Document) -> Iterator[Row]:
        """Yield each row below the header; one with another number of fields is at fault."""
        mapping = self._mapping
        rows = self._cells(document)
        if self.edition(document):
            rows = itertools.dropwhile(lambda row: row[0] == 1, rows)
        if self._by_number:
            columns = {
                field: [int(place) - 1 for place in places]
                for field, places in mapping.fields.items()
            }
        else:
            number, header = next(rows, (1, [""]))
            found = self._columns(header)
            if found is None:
                raise OrderSyntaxError(self._missing(header), path=document.path, line=number)
            columns = found
        places = [(field, column) for field, [column, *_] in columns.items()]
        # An empty removal at the end may be left out, by programs that strip lines. What else is
        # missing was cut off, and the name may be, too.
        width = 1 + max((c for field, c in places if field != "removal"), default=0)
        count = mapping.count
        for number, cells in rows:
            if len(cells) < width or (count is not None and len(cells) != count):
                fault = (self._fields_fault(len(cells), count or width), "field-count")
                yield Row(number, mapping.delimiter.join(cells), {}, fault)
                continue
            size = len(cells)
            fields = {field: (cells[column],) for field, column in places if column < size}
            yield Row(number, mapping.delimiter.join(cells), fields)

    def _fields_fault(self, found: int, wanted: int) -> str:
        return (
            f"{found} fields where {wanted} are expected: is a {self._mapping.delimiter!r} part of "
            "a field, or the line cut? Write the target in an order file if it is one"
        )

    def _cells(self, document: Document) -> Iterator[tuple[int, list[str]]]:
        delimiter = self._mapping.delimiter
        if self._mapping.quoted:
            return table_rows(document, delimiter)
        return (
            (number, line.split(delimiter))
            for number, line in enumerate(document.lines, 1)
            if line.strip()
        )

    def _columns(self, header: Sequence[str]) -> dict[str, list[int]] | None:
        """Return the column of each field, or ``None`` if one is missing or stands twice."""
        words = [plain_words(cell) for cell in header]
        if not {plain_words(text) for text in self._mapping.header} <= set(words):
            return None
        columns = {}
        for field, places in self._mapping.fields.items():
            accepted = {plain_words(str(place)) for place in places}
            found = [column for column, word in enumerate(words) if word in accepted]
            if len(found) > 1 or not (found or field in self._mapping.optional):
                return None
            if found:
                columns[field] = found
        return columns

    def _missing(self, header: Sequence[str]) -> str:
        wanted = "; ".join(
            f"{field} = {' or '.join(map(repr, places))}"
            for field, places in self._mapping.fields.items()
        )
        shown = self._mapping.delimiter.join(header)
        return (
            f"the header {shown[:120]!r} has not each column of {self._mapping.name!r} once "
            f"({wanted}); add the new spelling to a mapping of your own"
        )


def _first_lines(sample: Document) -> Document:
    """Return the lines in which a header stands, without those that may be cut."""
    head = "\n".join(sample.lines[:3])
    return replace(sample, rendered=head)
