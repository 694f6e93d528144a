"""DRAFT GROUPS: the names of a text by the list, the table column or the sentence they stand in.

A person accepts or leaves a group as a whole, so what stands beside the entries of a list, or is
doubtful, is in a group apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ..errors import shorten
from .draftnames import UNKNOWN, Sighting
from .marking import Mark, sentence_at

_CELLS = re.compile(r"[^\t|]+|(?<![^\t|])(?=[\t|]|\Z)")
_SPACED = re.compile(r"\S+(?: \S+)*")
_LEADS = re.compile(
    r"[^\w]*(?:\(?(?:n[.°º]?[ ]?)?(?:\d{1,4}|[a-z]|[ivxl]{1,5})"
    r"(?:[.)\]:/-]|[ \t]{1,4}(?=\S))[ \t]*)?"
    r"[^\w]*(?:https?://)?",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]{2,}")
_FEW = 4
_LONG = 4_000
_AROUND = 300
_SHOWN = 240
_GAP = 3


@dataclass(slots=True)
class Group:
    """Names that stand in one place.

    Attributes:
        title: what the place is, and the words that introduce it.
        names: in sequence, each with its sentence.
    """

    title: str
    names: list[tuple[Sighting, str]] = field(default_factory=list)


def grouped(lines: Sequence[str], names: Iterable[Sighting]) -> list[Group]:
    """Return the groups in the sequence of the text, the names of each with their sentences."""
    groups: list[Group] = []
    places = _GroupPlaces(lines)
    by_key: dict[object, Group] = {}
    for name in names:
        key, title, sentence = places.place(name)
        if name.doubt == UNKNOWN and key[0] in ("column", "list"):
            name = replace(name, doubt="")
        if key not in by_key:
            by_key[key] = Group(title)
            groups.append(by_key[key])
        by_key[key].names.append((name, sentence))
    return groups


class _GroupPlaces:
    """Says of each name, in sequence, where it stands."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._list = 0
        self._list_line = -_GAP - 1
        self._list_end = 0
        self._table = 0
        self._table_line = -_GAP - 1
        self._columns = 0
        self._heads: list[str] = []

    def place(self, name: Sighting) -> tuple[tuple[object, ...], str, str]:
        """Return key and title of the group, and the sentence."""
        line = self._lines[name.line - 1]
        whole = self._sentence(name, line)
        sentence = _short(whole, whole.find(name.raw.partition("\n")[0]))
        if len(line) <= _LONG and "\n" not in name.raw:
            cells = self._cells(line)
            if len(cells) > 1:
                return *self._column(name, cells), sentence
            if self._is_entry(name, line):
                return *self._entry(name), sentence
        if self._list_line == name.line:
            return ("beside", self._list), f"beside entries of list {self._list}", sentence
        return ("sentence", whole), "in a sentence", sentence

    def _is_entry(self, name: Sighting, line: str) -> bool:
        """Whether it leads its line as an item, or follows an item with no more than a link."""
        if self._list_line == name.line:
            between = line[self._list_end : name.start]
            return name.start < self._list_end or len(_WORDS.findall(between)) <= 1
        leads = _LEADS.fullmatch(line[: name.start])
        first = name.raw.partition("\n")[0]
        rest = line[name.start + len(first) :]
        is_marked = bool(leads and re.search(r"\S", leads[0]))
        return bool(leads) and (is_marked or len(_WORDS.findall(rest)) <= _FEW)

    def _cells(self, line: str) -> list[tuple[int, int]]:
        pattern = _CELLS if "\t" in line or "|" in line else _SPACED
        cells = [found.span() for found in pattern.finditer(line) if found[0].strip()]
        marker = cells and not re.search(r"\w{2}|\w[.)]?\w", line[slice(*cells[0])])
        return cells[1:] if marker and len(cells) == 2 else cells

    def _column(
        self, name: Sighting, cells: list[tuple[int, int]]
    ) -> tuple[tuple[object, ...], str]:
        if name.line - self._table_line > _GAP or (
            len(cells) != self._columns and name.line != self._table_line
        ):
            self._table += 1
            self._columns = len(cells)
            self._heads = self._headings(name.line, len(cells))
        self._table_line = name.line
        index = next((n for n, (start, end) in enumerate(cells) if start <= name.start < end), 0)
        head = self._heads[index] if index < len(self._heads) else ""
        title = f"column {index + 1}" + (f" “{shorten(head, 60)}”" if head else "")
        return ("column", self._table, index), f"in table {self._table}, {title}"

    def _headings(self, line: int, columns: int) -> list[str]:
        """Return the cells of the nearest row above with as many cells and no name."""
        for above in self._lines[max(0, line - 4) : line - 1][::-1]:
            cells = [above[slice(*cell)].strip() for cell in self._cells(above[:_LONG])]
            if len(cells) == columns and not any(re.search(r"\w\.\w", cell) for cell in cells):
                return cells
        return []

    def _entry(self, name: Sighting) -> tuple[tuple[object, ...], str]:
        if name.line - self._list_line > _GAP:
            self._list += 1
        end = name.start + len(name.raw.partition("\n")[0])
        self._list_end = max(end, self._list_end if self._list_line == name.line else 0)
        self._list_line = name.line
        return ("list", self._list), f"in list {self._list}{self._intro(name.line)}"

    def _intro(self, line: int) -> str:
        above = next(
            (one for one in self._lines[max(0, line - 4) : line - 1][::-1] if one.strip()), ""
        )
        return f", after “{_short(above[-_SHOWN:])}”" if above else ""

    def _sentence(self, name: Sighting, line: str) -> str:
        first = name.raw.partition("\n")[0]
        at = line.find(first, max(0, name.start - 2))
        start = at if at >= 0 else min(name.start, len(line))
        if len(line) > _LONG:
            return _short(line[max(0, start - _AROUND) : start + _AROUND])
        end = min(len(line), start + len(first))
        return sentence_at(self._lines, Mark(name.line, start, end, "mention", ""))


def _short(text: str, at: int = 0) -> str:
    """Return the part of a sentence around a position, on one line."""
    start = max(0, at - _SHOWN // 2)
    part = text[start : start + _SHOWN]
    return " ".join(("…" * (start > 0) + part + "…" * (start + len(part) < len(text))).split())
