"""SHEET: the cells of an XLSX workbook as lines, with a TAB between two cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from .markup import Walker, walk_xml

_CELL = re.compile(r"([A-Z]{1,3})\d{1,7}")
_MAX_COLUMN = 16_384
_MAX_TEXT = 64 << 20


def sheet_text(main: str, member: Callable[[str], bytes | None]) -> str:
    """Return the rows of every sheet that is shown, sheet by sheet.

    Dates are the numbers that the workbook holds: what they look like is a matter of its styles.

    Args:
        main: the member that names the sheets.
        member: gives one by its name.
    """
    folder = main.rpartition("/")[0]
    links = _Links()
    walk_xml(member(f"{folder}/_rels/{main.rpartition('/')[2]}.rels") or b"", links)
    book = _Book()
    walk_xml(member(main) or b"", book)
    strings = _Strings()
    shared = next((to for kind, to in links.found.values() if kind == "sharedStrings"), None)
    if shared is not None:
        walk_xml(member(_path(folder, shared)) or b"", strings)
    rows = _Rows(strings.found)
    read: set[str] = set()
    for sheet in book.sheets:
        kind, target = links.found.get(sheet, ("", ""))
        if kind != "worksheet":
            continue
        part = _path(folder, target)
        if part in read:
            raise ValueError("several of its sheets are one part")
        read.add(part)
        walk_xml(member(part) or b"", rows)
    return "\n".join(rows.lines) + "\n"


def _path(folder: str, target: str) -> str:
    return target[1:] if target.startswith("/") else f"{folder}/{target}"


def _local(name: str) -> str:
    return name.rpartition("}")[2]


class _Links(Walker):
    """Which member each id of the workbook means, and of which kind it is."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if _local(tag) == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))


class _Book(Walker):
    """The ids of the sheets, in sequence."""

    def __init__(self) -> None:
        self.sheets: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if _local(tag) == "sheet" and attributes.get("state", "visible") == "visible":
            ids = (value for name, value in attributes.items() if name.endswith("}id"))
            self.sheets += ids


class _Strings(Walker):
    """The strings that cells share."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._text = self._spoken = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 - lxml's
        name = _local(tag)
        self._text = name == "t" and not self._spoken
        self._spoken = self._spoken or name == "rPh"  # how the text is spoken, in Japanese

    def end(self, tag: str) -> None:
        name = _local(tag)
        self._text = False
        if name == "rPh":
            self._spoken = False
        elif name == "si":
            self.found.append(" ".join("".join(self._parts).split()))
            self._parts.clear()

    def data(self, text: str) -> None:
        if self._text:
            self._parts.append(text)


class _Rows(Walker):
    """The cells of sheets, row by row."""

    def __init__(self, strings: list[str]) -> None:
        self.lines: list[str] = []
        self._strings = strings
        self._row: list[str] = []
        self._parts: list[str] = []
        self._kind = ""
        self._column = 0
        self._value = False
        self._left = _MAX_TEXT

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _local(tag)
        if name == "c":
            self._kind = attributes.get("t", "n")
            place = _CELL.fullmatch(attributes.get("r", ""))
            self._column = _number(place[1]) if place else len(self._row) + 1
            self._parts.clear()
        self._value = name == "v" or (name == "t" and self._kind == "inlineStr")

    def end(self, tag: str) -> None:
        name = _local(tag)
        self._value = False
        if name == "row":
            self.lines.append("\t".join(self._row).rstrip("\t"))
            self._row.clear()
        elif name == "c" and self._parts:
            gap = min(self._column, _MAX_COLUMN) - 1 - len(self._row)
            text = self._cell()
            # One cell at the far end of each row, or one long string in each cell, is a bomb.
            self._left -= max(gap, 0) + len(text) + 1
            if self._left < 0:
                raise ValueError(f"its cells are more than {_MAX_TEXT:,} characters")
            self._row += [""] * max(gap, 0)
            self._row.append(text)
            self._parts.clear()

    def data(self, text: str) -> None:
        if self._value:
            self._parts.append(text)

    def _cell(self) -> str:
        text = " ".join("".join(self._parts).split())
        return self._strings[int(text)] if self._kind == "s" else text


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
