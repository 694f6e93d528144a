"""SHAPE: whether rows that a delimiter splits are a table, or prose with a comma in each line.

A letter of three lines that names a site splits as a table does, and the name in it would be
blocked. So without a header that is known, a table has as many fields in each row, two rows with
entries and no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from ..targetreader import readable_share

_MIN_ROWS = 2
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LONG_CELL = 6  # words, of which most are lower-case: a remark of a register is shorter, or quoted
_SENTENCE_END = re.compile(r"[^\W\d_]{2}[.!?:]\Z")


class TableShape(NamedTuple):
    """How rows lie: mark, whether quoted, how many fields at least; how many in all, or 0."""

    mark: str
    quoted: bool
    least: int
    whole: int


_MAX_COLUMNS = 64
_LINE_END = re.compile(r"\r\n|\r|\n")


def is_bulk(shape: TableShape, columns: Iterable[int]) -> bool:
    """Whether rows of that shape can be read in bulk, with these columns beside the first."""
    return (
        "\0" < shape.mark < "\x80"
        and shape.mark not in '"\r\n'
        and shape.least <= _MAX_COLUMNS
        and all(column < _MAX_COLUMNS for column in columns)
    )


def from_line(text: str, line: int) -> str:
    """Return the text from a line on, which counts from 1."""
    ends = islice(_LINE_END.finditer(text), line - 1)
    at = 0
    for end in ends:
        at = end.end()
    return text[at:]


def is_table(
    rows: Sequence[Sequence[str]], columns: Sequence[int], headers: Collection[str]
) -> bool:
    """Whether the rows are a table.

    Args:
        rows: the first ones, without those that hold nothing.
        columns: where targets stand below the first row.
        headers: the titles, in small letters, by which a table of targets is known.
    """
    titles = [cell.strip().casefold() for cell in rows[0]]
    if any(title in headers for title in titles):
        return True
    if any(len(row) != len(titles) for row in rows):
        return False
    # The first row says something over the targets: a title, or the first of them.
    columns = [column for column in columns if titles[column]]
    has_title = not any(readable_share([rows[0][column]]) for column in columns)
    filled = [row for row in rows[has_title:] if any(row[column].strip() for column in columns)]
    return len(filled) >= _MIN_ROWS and not any(map(_is_prose, rows))


def _is_prose(row: Sequence[str]) -> bool:
    """Whether a cell is a sentence, or the row one that its commas cut."""
    cells = [cell.strip() for cell in row]
    if any(map(_is_sentence, cells)):
        return True
    # In prose a blank follows each comma, and small letters go on after it.
    spaced = all(cell[:1].isspace() for cell in row[1:] if cell)
    return spaced and sum(_small_words(cell) for cell in cells) > 1


def _is_sentence(cell: str) -> bool:
    words = len(_WORD.findall(cell)) if " " in cell else 0
    if words > 1 and _SENTENCE_END.search(cell):
        return True
    return words >= _LONG_CELL and _small_words(cell) > words / 2


def _small_words(cell: str) -> int:
    """Return how many words of a cell are written small, if no name or number stands in it."""
    if re.search(r"[\d./@_]", cell.rstrip(".!?:")):
        return 0
    return sum(word[0].islower() for word in _WORD.findall(cell))
