"""ROWS: the pure twin of what reads tables; rows go as they come, and none is kept."""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter

from ..model.names import CANONICAL_NAME
from ..model.targetlist import FORM_RAW
from ._pure import _BLANKS, _column
from ._pure_targets import Ask, SimpleNames

MAX_FIELDS = 64
_MAX_ROW = 100_000
_LINE_END = re.compile(r"\r\n?|\n")

Shape = tuple[str, bool, int, int]
GroupRows = tuple[tuple[str, ...], int, bytes, bytes, bytes, bytes]
"""Texts, first line, names, lines, forms and raw texts."""


@dataclass(slots=True)
class _RowGroup:
    line: int
    names: list[str] = field(default_factory=list)
    lines: array[int] = field(default_factory=lambda: array("I"))
    forms: bytearray = field(default_factory=bytearray)
    raws: list[str] = field(default_factory=list)


def scan_rows(
    text: str,
    line: int,
    shape: Shape,
    names: tuple[int, ...],
    blanks: tuple[int, ...],
    groups: tuple[int, ...],
    points: bytearray,
    ask: Ask,
) -> tuple[list[GroupRows], list[tuple[int, str]]]:
    """Return what is read of each group of rows, and the other rows as they stand.

    A row is read here if no quote is doubled in it, no line end stands in quotes, the number of
    fields is right, and its target is one name as in ``scan_targets``, without a mark.

    Args:
        text: the rows.
        line: the number of the first line.
        shape: the mark between fields (ASCII), whether fields may be quoted, how many fields a row
            has at least, and how many it has (0: any number).
        names: the columns of the target; the first that is not blank counts.
        blanks: columns that hold nothing in a row that is read here; one may be missing.
        groups: columns; rows of which all texts here are equal are one group.
        points: as for ``scan_targets``.
        ask: as for ``scan_targets``.

    Returns:
        For each group its texts, the line of its first row, and names, lines, forms and raw texts
        as columns; and of each other row the line where it begins, and its text. Lines of blanks
        are among them.
    """
    mark, quoted, least, count = shape
    if not (0 < ord(mark) < 128) or mark in '"\r\n' or least < 1 or count < 0:
        raise ValueError("not the shape of a table")
    if max((*names, *groups, -1)) >= least or max((least - 1, *blanks)) >= MAX_FIELDS:
        raise ValueError("not columns of a table")
    found: dict[tuple[str, ...], _RowGroup] = {}
    rest: list[tuple[int, str]] = []
    simple = SimpleNames(points, ask)
    key_of = _getter(groups)
    canonical = CANONICAL_NAME.fullmatch
    for number, row, cells in _rows(text, line, mark, quoted):
        size = len(cells)
        if size < least or (count and size != count) or not _is_blank(cells, blanks):
            rest.append((number, row))
            continue
        written = ""
        for column in names:
            written = cells[column]
            if word := written.strip(_BLANKS):
                break
        else:
            rest.append((number, row))
            continue
        if canonical(word) and "xn--" not in word:
            name = word
        else:
            name = simple.name(word) if word == written else ""
            if not name:
                rest.append((number, row))
                continue
        key = key_of(cells)
        group = found.get(key)
        if group is None:
            group = found[key] = _RowGroup(number)
        group.names.append(name)
        group.lines.append(number)
        group.forms.append(0 if name == word else FORM_RAW)
        if name != word:
            group.raws.append(f"{word}\n")
    return [_columns(key, group) for key, group in found.items()], rest


def _columns(key: tuple[str, ...], group: _RowGroup) -> GroupRows:
    raws = "".join(group.raws).encode()
    return key, group.line, _column(group.names), group.lines.tobytes(), bytes(group.forms), raws


def _getter(columns: tuple[int, ...]) -> Callable[[list[str]], tuple[str, ...]]:
    """Return what takes the texts of columns, as a tuple however many they are."""
    if len(columns) > 1:
        return itemgetter(*columns)
    return lambda cells: tuple(cells[column] for column in columns)


def _is_blank(cells: list[str], columns: tuple[int, ...]) -> bool:
    return not any(column < len(cells) and cells[column].strip(_BLANKS) for column in columns)


def _rows(text: str, number: int, mark: str, quoted: bool) -> Iterator[tuple[int, str, list[str]]]:
    """Yield line, text and fields of each row; no fields where they are not simple."""
    text.encode()  # halves of surrogate pairs are refused
    end_of = re.compile(r"[\r\n]").search
    field_ = rf'(?:"[^"\0]*"|[^"\0{re.escape(mark)}]*)'
    simple = re.compile(rf"{field_}(?:{re.escape(mark)}{field_})*").fullmatch
    at = 0
    while True:
        found = end_of(text, at)
        stop = found.start() if found else len(text)
        row = text[at:stop]
        cells: list[str] = []
        if len(row) <= _MAX_ROW and (row.isascii() or len(row.encode()) <= _MAX_ROW):
            if '"' not in row or not quoted:
                cells = row.split(mark) if "\0" not in row else []
            elif simple(row):
                cells = next(csv.reader((row,), delimiter=mark))
        if not cells and quoted:
            stop = _end_of_row(text, at, mark)
            row = text[at:stop]
        yield number, row, cells
        number += 1 + (len(_LINE_END.findall(row)) if not cells else 0)
        if stop == len(text):
            return
        at = stop + (2 if text.startswith("\r\n", stop) else 1)


def _end_of_row(text: str, at: int, mark: str) -> int:
    """Return where a row ends of which a line end in quotes may be a part."""
    is_start = True
    while at < len(text) and text[at] not in "\r\n":
        if is_start and text[at] == '"':
            at += 1
            while at < len(text) and (text[at] != '"' or text[at + 1 : at + 2] == '"'):
                at += 1 if text[at] != '"' else 2
            if at == len(text):
                return at
            is_start = False
        else:
            is_start = text[at] == mark
        at += 1
    return at
