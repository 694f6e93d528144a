"""TABLE: delimited text (CSV) with one column of targets."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from ...documents import Document
from ...errors import OrderSyntaxError
from ...model.orders import Order
from ..loadoptions import LoadOptions
from ..targetreader import LISTS, TargetReader, list_order, readable_share
from .tableshape import is_table

_DELIMITERS = ";,\t|"
_SAMPLE_ROWS = 200
# Lines of a DNS zone or of a resolver's configuration: a table to the eye, with exceptions in it.
_ZONE = re.compile(r"(?i)\s(?:CNAME|SOA|DNAME)\s|\A\s*(?:local-zone|local-data)\s*:")
_TARGET_HEADERS = frozenset(
    {
        "url", "domain", "name", "host", "hostname", "fqdn", "dominio", "sito", "adresa", "adresse",
        "domaine", "domeny",
    }
)  # fmt: skip
_REMOVAL_HEADERS = (
    "vymaz", "výmaz", "delete", "removed", "removal", "withdrawn", "wykres", "wykreś", "rimozion",
    "cancellaz", "revoc", "sblocc", "unblock", "delist",
)  # fmt: skip
_SEPARATOR_LINE = re.compile(r"(?i)\s*sep=.\s*")


class TableLoader:
    """A table with a column of targets."""

    name = "csv"
    title = "table (CSV; comma, semicolon, tab or bar) with one column of names or URLs"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether lines split into as many fields, a column holds targets, and none is prose."""
        delimiter = _delimiter(document.sample)
        if delimiter is None or any(map(_ZONE.search, document.sample.lines)):
            return False
        rows = _sample_rows(document.sample, delimiter)
        columns = _candidates(rows)
        return bool(columns) and is_table(rows, columns, _TARGET_HEADERS)

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read one column; a row with a removal date is reported as withdrawn."""
        delimiter = _delimiter(document) or ","
        rows = list(table_rows(document, delimiter))
        if not rows:
            raise OrderSyntaxError("the table has no rows", path=document.path)
        header = rows[0][1]
        column = _column(document, [row for _, row in rows], options.column)
        start = _has_header([row for _, row in rows], column)
        removal = _removal_column(header) if start else None
        reader = TargetReader(document, options.kind)
        for number, row in rows[start:]:
            text = row[column] if column < len(row) else ""
            withdrawn = removal is not None and removal < len(row) and row[removal].strip()
            if withdrawn:
                reader.reject(number, text, f"withdrawn on {withdrawn}", "withdrawn")
            elif not text.strip():
                reader.reject(number, delimiter.join(row), f"column {column + 1} is empty", "empty")
            else:
                reader.read(number, text)
        order = list_order(document, self.name, reader)
        title = header[column].strip() if start and column < len(header) else ""
        if start and title.casefold() not in {*_TARGET_HEADERS, str(options.column).casefold()}:
            warning = f"the first row was read as a header, with {title!r} over the targets"
            order = replace(order, warnings=(warning,))
        return [order]


def table_rows(document: Document, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold something, with the line where each begins; quotes as usual.

    Raises:
        OrderSyntaxError: a quote that nothing ends, or a field over the limit.
    """
    # With their ends, or a cell over two lines would be joined to a name that nobody wrote.
    # A spreadsheet's first line "sep=;" is no row.
    lines = (f"{'' if _SEPARATOR_LINE.fullmatch(line) else line}\n" for line in document.lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        raise OrderSyntaxError(str(error), path=document.path, line=reader.line_num) from error


def _delimiter(document: Document) -> str | None:
    """Return the mark that splits nearly all rows, if one does; a quoted cell may be many lines."""
    best, most = None, 0.9
    for mark in _DELIMITERS:
        rows = _sample_rows(document.sample, mark)
        share = sum(len(row) > 1 for row in rows) / len(rows) if rows else 0.0
        if share > most:
            best, most = mark, share
    return best


def _sample_rows(sample: Document, delimiter: str) -> list[list[str]]:
    """Return the first rows; where the sample is cut, the last one may be a part, so it is left."""
    rows: list[list[str]] = []
    try:
        for _, row in itertools.islice(table_rows(sample, delimiter), _SAMPLE_ROWS):
            rows.append(row)
    except OrderSyntaxError:
        return rows if sample.cut else []
    return rows


def _candidates(rows: list[list[str]]) -> list[int]:
    """Return the columns whose cells, below a possible header, are nearly all targets."""
    width = max(map(len, rows), default=0)
    found = []
    for column in range(width):
        cells = [row[column] for row in rows[1:] if column < len(row) and row[column].strip()]
        enough = len(cells) >= (len(rows) - 1) / 2
        if cells and enough and readable_share(cells[:_SAMPLE_ROWS]) > 0.6:
            found.append(column)
    return found


def _column(document: Document, rows: list[list[str]], wanted: str | int | None) -> int:
    header = [cell.strip() for cell in rows[0]]
    if isinstance(wanted, int) or (isinstance(wanted, str) and wanted.isdecimal()):
        number = int(str(wanted)[:9])
        if not 1 <= number <= max(map(len, rows)):
            raise OrderSyntaxError(f"there is no column {str(wanted)[:9]}", path=document.path)
        return number - 1
    names = [cell.casefold() for cell in header]
    if wanted is not None:
        if wanted.casefold() not in names:
            raise OrderSyntaxError(
                f"there is no column {wanted!r}; the header is: {', '.join(header)}",
                path=document.path,
            )
        return names.index(wanted.casefold())
    candidates = _candidates(rows[: _SAMPLE_ROWS + 1])
    named = [
        column
        for column in candidates
        if names[column : column + 1] and (names[column] in _TARGET_HEADERS)
    ]
    if len(named or candidates) != 1:
        raise OrderSyntaxError(
            f"which column holds the targets? Name one of: {', '.join(header)}", path=document.path
        )
    return (named or candidates)[0]


def _has_header(rows: list[list[str]], column: int) -> bool:
    """Whether the first row is a header: what stands over the targets is none itself."""
    return column >= len(rows[0]) or readable_share([rows[0][column]]) == 0.0


def _removal_column(header: list[str]) -> int | None:
    """Return the column with the date of withdrawal, known by its header."""
    for column, cell in enumerate(header):
        if any(word in cell.casefold() for word in _REMOVAL_HEADERS):
            return column
    return None
