"""TABLE: which column of a table in prose holds the sites, by its heading row.

A table of an order also says who registered and who hosts a site, or which genuine site a false
one imitates. Where a heading names a column *Dominio*, *Sito*, *URL*, only names below it may be
targets. A row that does not match the headings gives none: a cell may be in several lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .candidates import Candidate, Text, is_whole_name, words
from .deferredpattern import deferred
from .dehyphenation import FURNITURE
from .runningheads import RunningHead
from .sitewords import LINKS, NOUNS, WORD

_SEPARATED = deferred(r"[^\t|│┃║]+|(?<![^\t|│┃║])(?=[\t|│┃║]|\Z)")
_SEPARATOR = deferred(r"[\t|│┃║]")
_SPACED = deferred(r"\S+(?: \S+)*")
_NAME = deferred(r"\w[.@]\w\w|\d\.\d+\.\d|\w:\w*:\w")
_COLUMN_WORDS = LINKS | words(
    "da bloccare inibire oscurare bloccato bloccati inibito inibiti oscurato oscurati falso falsi "
    "ipv "
    "pirata illecito illeciti abusivo abusivi contraffatto contraffatti clone irregolare irregolari"
)
_MAY_BE_ROW = deferred(r"[\t|│┃║]|\S {2,}\S")
# What a table drawn in characters puts between its rows.
_BORDER = deferred(r"[ \t]*[+|:=_─│┼├┤┬┴┌┐└┘-]{3,}[ +|:=_─│┼├┤┬┴┌┐└┘\t-]*")
_MOST_WORDS = 3
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class AnnexColumn:
    """A column of a table.

    Attributes:
        table: where the table begins in the text.
        title: its heading; empty for a row that does not match the headings.
        holds_sites: whether the heading says that sites are below it.
    """

    table: int
    title: str = ""
    holds_sites: bool = False

    @property
    def objection(self) -> str:
        """Why a name in it is no target; empty if it may be one."""
        if self.holds_sites:
            return ""
        if self.title:
            return f"in the column {self.title!r} of a table"
        return "in a row of a table that does not match its headings"


_Cells = list[tuple[int, int, AnnexColumn]]


class Tables:
    """The tables of a document whose heading row names a column of sites."""

    def __init__(self, text: Text) -> None:
        """Find them, line by line."""
        self._text = text
        self._rows: dict[int, _Cells] = {}
        self._heads: _Cells = []
        self._above: _Cells = []
        self._live = self._cut = self._gap = False
        at, turned, head = 0, False, RunningHead(text.plain)
        for line in text.plain.split("\n"):
            if not line.strip() or FURNITURE.match(line) or (turned and head.matches(line)):
                self._gap = True
                turned = turned or bool(line.strip())
            elif _BORDER.fullmatch(line):
                pass
            elif self._heads or _MAY_BE_ROW.search(line):
                self._read(at, line)
                self._gap = turned = False
            at += len(line) + 1

    def _read(self, at: int, line: str) -> None:
        """Take a line: headings, a row, a part of a cell, or what ends the table."""
        cells = _cells(line)
        headings = _headings(at, line, cells)
        if headings:
            # The same headings again stand on the next page of the same table.
            if not self._live or _titles(headings) != _titles(self._heads):
                self._heads = headings
            self._above = []
            self._live, self._cut = True, False
            return
        row = _row(at, line, cells, self._heads)
        if self._live and not self._gap and not self._cut and self._goes_on(at, line, cells):
            return
        if not cells:
            self._live = False
        elif self._live and (len(cells) > 1 or not (self._gap or len(line.split()) > _MOST_WORDS)):
            # Below a part of a cell, only a row with a number surely begins anew.
            begins = not self._cut or line[slice(*cells[0])].strip(" .)").isdecimal()
            self._rows[at] = self._above = row if begins else []
            self._cut = len(cells) < 2
        elif row:
            # A row after other words: of a table of its own, with the headings of the last.
            self._heads = [(start, end, replace(c, table=at)) for start, end, c in self._heads]
            self._rows[at] = self._above = _row(at, line, cells, self._heads)
            self._live, self._cut = True, False
        else:
            self._live = False

    def _goes_on(self, at: int, line: str, cells: list[tuple[int, int]]) -> bool:
        """Take a line with one more whole name below the whole name of the row above."""
        above = self._above
        if len(cells) != 1 or _SEPARATOR.search(line) or not above:
            return False
        start, end = cells[0]
        column = next((c for s, _, c in self._heads if abs(s - start) <= 1 and c.holds_sites), None)
        said = next((self._text.plain[s:e] for s, e, c in above if c is column), "")
        if column is None or not (is_whole_name(said) and is_whole_name(line[start:end])):
            return False
        self._rows[at] = [(at + start, at + end, column)]
        return True

    def at(self, name: Candidate) -> AnnexColumn | None:
        """Return the column in which a name stands, or ``None`` if it stands in no table."""
        row = self._rows.get(self._text.line_start(name.start))
        if row is None:
            return None
        inside = (column for start, end, column in row if start <= name.start < end)
        return next(inside, AnnexColumn(-1))

    def beside(self, name: Candidate) -> list[tuple[str, str]]:
        """Return the other cells of its row: what heads each, and what it says."""
        plain, row = self._text.plain, self._rows.get(self._text.line_start(name.start), [])
        return [
            (column.title, plain[start:end].strip())
            for start, end, column in row
            if not start <= name.start < end
        ]


def _cells(line: str) -> list[tuple[int, int]]:
    """Return where the cells of a line stand: between tabs or bars, or two blanks apart."""
    if len(line) > _LONGEST:
        return []
    pattern = _SEPARATED if _SEPARATOR.search(line) else _SPACED
    return [found.span() for found in pattern.finditer(line)]


def _titles(heads: _Cells) -> list[str]:
    return [column.title for *_, column in heads]


def _headings(at: int, line: str, cells: list[tuple[int, int]]) -> _Cells:
    """Return the columns that a heading row names; empty if the line is none."""
    if len(cells) < 2 or _NAME.search(line):
        return []
    columns = []
    for start, end in cells:
        title = line[start:end].strip()
        said = [word.lower() for word in WORD.findall(title)]
        sites = not NOUNS.isdisjoint(said) and _COLUMN_WORDS.issuperset(said)
        columns.append((start, end, AnnexColumn(at, title, sites)))
    return columns if any(column.holds_sites for *_, column in columns) else []


def _row(at: int, line: str, cells: list[tuple[int, int]], heads: _Cells) -> _Cells:
    """Return the cells of a row with their columns; empty if it does not match the headings."""
    if not cells or len(cells) != len(heads):
        return []
    if not _SEPARATOR.search(line) and not all(_below(cells, heads)):
        return []
    pairs = zip(cells, heads, strict=True)
    return [(at + start, at + end, column) for (start, end), (*_, column) in pairs]


def _below(cells: list[tuple[int, int]], heads: _Cells) -> Iterator[bool]:
    """Say of each cell whether it stands below its heading and not below the next one's."""
    nexts = [start for start, *_ in heads[1:]]
    for (start, end), (head, head_end, _), following in zip(
        cells, heads, [*nexts, _LONGEST], strict=True
    ):
        yield start < following and end > head - 2 and start < max(head_end, head + 2)
