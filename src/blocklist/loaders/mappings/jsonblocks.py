"""BLOCKS: JSON entries with one name each are gathered as columns; the others become rows."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from operator import itemgetter
from types import NoneType
from typing import Any

from ..._columns import scan_targets
from ...model.uts46 import SIMPLE_POINTS, simple_point
from ..targetreader import NameRows
from .mapping import TableMapping
from .rows import Row, RowBlock, first_place, takes_names_whole

_PLAIN = frozenset({str, int, float, bool, NoneType})
_TEXT = frozenset({str, NoneType})
_HALF = re.compile(r"\\u[dD][89abAB]")


class _Alike:
    """Entries of one group: names as they stand, lines and places."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.lines = array("I")
        self.places = array("I")


class JsonBlocks:
    """Collects entries; each is in a block of those alike, or a row."""

    def __init__(self, mapping: TableMapping, row: Callable[[int, object], Row]) -> None:
        """Take the mapping, and what makes a row of any entry."""
        self._mapping = mapping
        self._row = row
        self._is_whole = takes_names_whole(mapping)
        self._parting = [field for field in mapping.order_per if field in mapping.fields]
        self._targets = [field for field in mapping.target_fields if field in mapping.fields]
        self._mark = mapping.separator.strip()
        self._has_odd = bool(mapping.blank or self._mark)
        self._rows: list[Row] = []
        self._groups: dict[tuple[str | None, ...], _Alike] = {}
        self._count = 0

    def add(self, lines: Sequence[int], values: list[Any], text: str) -> None:
        """Take entries with their lines; ``text`` is what was read of them."""
        first = self._count + 1
        self._count += len(values)
        columns = self._columns(values) if self._is_whole and not _HALF.search(text) else None
        if columns is None:
            for place, (line, value) in enumerate(zip(lines, values, strict=True), first):
                self._add_row(place, line, value)
            return
        words = columns[self._targets[0]]
        for other in self._targets[1:]:
            words = [word or text for word, text in zip(words, columns[other], strict=True)]
        removals = columns["removal"] if "removal" in columns else [None] * len(values)
        parting = [columns[field] for field in self._parting]
        keys = zip(*parting, strict=True) if parting else [()] * len(values)
        if not (parting or self._has_odd) and all(words) and not any(removals):
            stripped = list(map(str.strip, words))
            if all(stripped):
                alike = self._groups.setdefault((), _Alike())
                alike.words += stripped
                alike.lines.extend(lines)
                alike.places.extend(range(first, self._count + 1))
                return
        rows = zip(lines, words, removals, keys, values, strict=True)
        for place, (line, word, removal, key, value) in enumerate(rows, first):
            word = word and word.strip()
            if not word or removal or (self._has_odd and self._is_odd(word)):
                self._add_row(place, line, value)
                continue
            alike = self._groups.get(key) or self._groups.setdefault(key, _Alike())
            alike.words.append(word)
            alike.lines.append(line)
            alike.places.append(place)

    def _is_odd(self, word: str) -> bool:
        """Whether a text may be no target, or several, so that another field may count."""
        return word.casefold() in self._mapping.blank or bool(self._mark and self._mark in word)

    def _add_row(self, place: int, line: int, value: object) -> None:
        row = self._row(line, value)
        row.place = place
        self._rows.append(row)

    def _columns(self, values: list[Any]) -> dict[str, list[Any]] | None:
        """Return the texts of each field; ``None`` if something else than text stands in one."""
        if set(map(type, values)) != {dict} or not self._targets:
            return None
        columns = {}
        for field, places in self._mapping.fields.items():
            column = _column(values, places)
            is_used = field in self._targets or field in self._parting or field == "removal"
            if not set(map(type, column)) <= (_TEXT if is_used else _PLAIN):
                return None
            columns[field] = column
        return columns

    def merged(self) -> Iterator[Row | RowBlock]:
        """Yield all that was collected, by the line of its first entry."""
        rows, blocks = self._rows, list[RowBlock]()
        for key, alike in self._groups.items():
            fields = {
                field: (text,) if text else ()
                for field, text in zip(self._parting, key, strict=True)
            }
            rest: Sequence[int] = range(len(alike.words))
            text = "\n".join(alike.words)
            if text.count("\n") + 1 == len(alike.words) and "\r" not in text:
                names, found, forms, raws, others = scan_targets(
                    text, False, SIMPLE_POINTS, simple_point
                )
                if names:
                    columns = alike.lines, alike.places
                    nths = array("I", found)
                    if len(nths) < len(alike.words):
                        columns = (
                            array("I", [alike.lines[nth - 1] for nth in nths]),
                            array("I", [alike.places[nth - 1] for nth in nths]),
                        )
                    lines, places = columns
                    blocks.append(RowBlock(fields, NameRows(names, lines, forms, raws, places)))
                rest = [number - 1 for _, number, _ in others]
            for nth in rest:
                word = alike.words[nth]
                said = {self._targets[0]: (word,), **fields}
                rows.append(Row(alike.lines[nth], word, said, place=alike.places[nth]))
        rows.sort(key=first_place)
        blocks.sort(key=first_place)
        both: list[Iterator[Row | RowBlock]] = [iter(blocks), iter(rows)]
        return merge(*both, key=first_place)


def _column(values: list[dict[Any, Any]], places: Sequence[str | int]) -> list[Any]:
    """Return what stands at the first of the places that each entry has."""
    try:
        return list(map(itemgetter(places[0]), values))
    except KeyError:
        return [next((v[p] for p in places if p in v), None) for v in values]
