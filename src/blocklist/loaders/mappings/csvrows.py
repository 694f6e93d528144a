"""CSV: rows with a mark between their fields, with a header or without."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import merge

from ..._columns import scan_rows
from ...documents import Document
from ...errors import OrderSyntaxError
from ...model.uts46 import SIMPLE_POINTS, simple_point
from ..lists.rulereader import numbered_lines
from ..lists.table import table_rows
from ..lists.tableshape import TableShape, from_line, is_bulk
from ..targetreader import NameRows
from .mapping import TableMapping
from .rows import Row, RowBlock, first_place, plain_words, takes_names_whole

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
        _, first = next(numbered_lines(document.text))
        found = template.match(first, bool) or {}
        return "".join(found.values())

    def rows(self, document: Document) -> Iterator[Row | RowBlock]:
        """Yield each row below the header; one with another number of fields is at fault."""
        mapping = self._mapping
        rows = self._cells(document)
        if self.edition(document):
            rows = itertools.dropwhile(lambda row: row[0] == 1, rows)
        if self._by_number:
            columns = {field: int(place) - 1 for field, [place, *_] in mapping.fields.items()}
        else:
            number, header = next(rows, (1, [""]))
            found = self._columns(header)
            if found is None:
                raise OrderSyntaxError(self._missing(header), path=document.path, line=number)
            columns = {field: column for field, [column, *_] in found.items()}
        first = next(rows, None)
        if first is None:
            return
        # An empty removal at the end may be left out, by programs that strip lines. What else is
        # missing was cut off, and the name may be, too.
        width = 1 + max((c for field, c in columns.items() if field != "removal"), default=0)
        shape = TableShape(mapping.delimiter, mapping.quoted, width, mapping.count or 0)
        line = first[0]
        text = from_line(document.text, line)
        removal = [columns["removal"]] if "removal" in columns else []
        if takes_names_whole(mapping) and is_bulk(shape, removal):
            yield from self._read(document, text, line, shape, columns)
            return
        for number, cells in self._cells(document, text, line):
            yield self._row(number, cells, shape, columns)

    def _read(
        self, document: Document, text: str, line: int, shape: TableShape, columns: dict[str, int]
    ) -> Iterator[Row | RowBlock]:
        """Yield rows that are alike together, and the others, by their first lines."""
        parting = [field for field in self._mapping.order_per if field in columns]
        groups, rest = scan_rows(
            text,
            line,
            shape,
            tuple(columns[field] for field in self._mapping.target_fields if field in columns),
            tuple(columns[field] for field in ("removal",) if field in columns),
            tuple(columns[field] for field in parting),
            SIMPLE_POINTS,
            simple_point,
        )
        blocks = (
            RowBlock(
                {field: (text,) for field, text in zip(parting, texts, strict=True)},
                _names(names, lines, forms, raws),
            )
            for texts, _, names, lines, forms, raws in groups
        )
        others = (
            self._row(number, cells, shape, columns)
            for begun, row in rest
            for number, cells in self._cells(document, row, begun)
        )
        found: list[Iterator[Row | RowBlock]] = [blocks, others]
        yield from merge(*found, key=first_place)

    def _row(
        self, number: int, cells: list[str], shape: TableShape, columns: dict[str, int]
    ) -> Row:
        text, size = shape.mark.join(cells), len(cells)
        if size < shape.least or (shape.whole and size != shape.whole):
            fault = (self._fields_fault(size, shape.whole or shape.least), "field-count")
            return Row(number, text, {}, fault)
        fields = {field: (cells[column],) for field, column in columns.items() if column < size}
        return Row(number, text, fields)

    def _fields_fault(self, found: int, wanted: int) -> str:
        return (
            f"{found} fields where {wanted} are expected: is a {self._mapping.delimiter!r} part of "
            "a field, or the line cut? Write the target in an order file if it is one"
        )

    def _cells(
        self, document: Document, text: str | None = None, line: int = 1
    ) -> Iterator[tuple[int, list[str]]]:
        delimiter = self._mapping.delimiter
        if self._mapping.quoted:
            return table_rows(document, delimiter, text, line)
        lines = numbered_lines(document.text if text is None else text)
        return ((number + line - 1, row.split(delimiter)) for number, row in lines if row.strip())

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
            f"the header {shown[:120]!r} does not have each column of {self._mapping.name!r} once "
            f"({wanted}); add the new spelling to a mapping of your own"
        )


def _names(names: bytes, lines: bytes, forms: bytes, raws: bytes) -> NameRows:
    at = array("I", lines)
    return NameRows(names, at, forms, raws, at)


def _first_lines(sample: Document) -> Document:
    """Return the lines in which a header stands, without those that may be cut."""
    head = "\n".join(sample.lines[:3])
    return replace(sample, rendered=head)
