"""TABLE: delimited text (CSV) with one column of targets."""

from __future__ import annotations

import csv
import itertools
import re
from array import array
from collections.abc import Iterator
from dataclasses import replace

from ..._columns import scan_rows
from ...documents import Document
from ...errors import OrderSyntaxError
from ...model.orders import Order
from ...model.uts46 import SIMPLE_POINTS, simple_point
from ..loadoptions import LoadOptions
from ..targetreader import LISTS, NameRows, TargetReader, list_order, readable_share
from .rulereader import numbered_lines
from .tableshape import TableShape, from_line, is_bulk, is_table

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
        rows = list(itertools.islice(table_rows(document, delimiter), _SAMPLE_ROWS + 1))
        if not rows:
            raise OrderSyntaxError("the table has no rows", path=document.path)
        header = rows[0][1]
        column = _column(document, rows, delimiter, options.column)
        start = _has_header(header, column)
        removal = _removal_column(header) if start else None
        reader = TargetReader(document, options.kind)
        blocks: list[NameRows] = []
        entries: list[tuple[int, str]] = []
        for found in _read_rows(document, delimiter, rows[start:], column, removal):
            if isinstance(found, NameRows):
                blocks.append(found)
                continue
            number, row = found
            text = row[column] if column < len(row) else ""
            withdrawn = removal is not None and removal < len(row) and row[removal].strip()
            if withdrawn:
                reader.reject(number, text, f"withdrawn on {withdrawn}", "withdrawn")
            elif not text.strip():
                reader.reject(number, delimiter.join(row), f"column {column + 1} is empty", "empty")
            else:
                entries.append((number, text))
        reader.read_all(entries, blocks)
        reader.rejected.sort(key=lambda refused: refused.line)
        order = list_order(document, self.name, reader)
        title = header[column].strip() if start and column < len(header) else ""
        if start and title.casefold() not in {*_TARGET_HEADERS, str(options.column).casefold()}:
            warning = f"the first row was read as a header, with {title!r} over the targets"
            order = replace(order, warnings=(warning,))
        return [order]


def _read_rows(
    document: Document,
    delimiter: str,
    rows: list[tuple[int, list[str]]],
    column: int,
    removal: int | None,
) -> Iterator[NameRows | tuple[int, list[str]]]:
    """Yield the names of all rows from the first of ``rows`` on as columns, and the other rows."""
    if not rows:
        return
    line = rows[0][0]
    shape = TableShape(delimiter, True, column + 1, 0)
    blanks = () if removal is None else (removal,)
    if not is_bulk(shape, blanks):
        yield from table_rows(document, delimiter, from_line(document.text, line), line)
        return
    groups, rest = scan_rows(
        from_line(document.text, line), line, shape, (column,), blanks, (),
        SIMPLE_POINTS, simple_point,
    )  # fmt: skip
    for _, _, names, lines, forms, raws in groups:
        at = array("I", lines)
        yield NameRows(names, at, forms, raws, at)
    for number, text in rest:
        yield from table_rows(document, delimiter, text, number)


def table_rows(
    document: Document, delimiter: str, text: str | None = None, line: int = 1
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold something, with the line where each begins; quotes as usual.

    ``text`` are those from ``line`` on, if not all are asked for.

    Raises:
        OrderSyntaxError: a quote that nothing ends, or a field over the limit.
    """
    # With their ends, or a cell over two lines would be joined to a name that nobody wrote.
    # A spreadsheet's first line "sep=;" is no row.
    lines = (
        f"{'' if _SEPARATOR_LINE.fullmatch(line) else line}\n"
        for _, line in numbered_lines(document.text if text is None else text)
    )
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    start, before = line, line - 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield start, row
            start = before + reader.line_num + 1
    except csv.Error as error:
        at = before + reader.line_num
        raise OrderSyntaxError(str(error), path=document.path, line=at) from error


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


def _column(
    document: Document,
    first: list[tuple[int, list[str]]],
    delimiter: str,
    wanted: str | int | None,
) -> int:
    rows = [row for _, row in first]
    header = [cell.strip() for cell in rows[0]]
    if isinstance(wanted, int) or (isinstance(wanted, str) and wanted.isdecimal()):
        number = int(str(wanted)[:9])
        fits = number <= max(map(len, rows)) or any(
            number <= len(row) for _, row in table_rows(document, delimiter)
        )
        if number < 1 or not fits:
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
    candidates = _candidates(rows)
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


def _has_header(first: list[str], column: int) -> bool:
    """Whether the first row is a header: what stands over the targets is none itself."""
    return column >= len(first) or readable_share([first[column]]) == 0.0


def _removal_column(header: list[str]) -> int | None:
    """Return the column with the date of withdrawal, known by its header."""
    for column, cell in enumerate(header):
        if any(word in cell.casefold() for word in _REMOVAL_HEADERS):
            return column
    return None
