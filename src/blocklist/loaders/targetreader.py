"""READING: what the loaders share: targets from lines, and the words for what was refused."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from .._columns import scan_names, scan_targets
from ..documents import Document
from ..model.addresses import parse_address
from ..model.authority import split_authority
from ..model.orders import Order
from ..model.patterns import literal
from ..model.targetlist import FORM_RAW, TargetList
from ..model.targets import Rejected, Target, TargetError, TargetKind, parse_target
from ..model.uts46 import SIMPLE_POINTS, simple_point

VERSION_LINE = re.compile(r"\s*(\d{5,10})[ _-](20\d\d)([.:-])(\d\d)\3(\d\d)\s*")
"""What Italian lists carry for an issue: serial number, year, and day and month or the reverse."""

_TOP_LEVEL = re.compile(r"[a-z]{2,}|xn--[a-z0-9-]+")
# What files of systems end in, and no top-level domain is called.
_FILE_ENDS = frozenset(
    {
        "automount", "cfg", "class", "conf", "cpp", "crt", "csv", "deb", "doc", "docx", "exe",
        "gif", "gz", "hpp", "htm", "html", "ini", "jar", "jpg", "js", "json",
        "list", "lock", "log", "mount", "netdev", "odt", "pdf", "pem", "png", "rpm", "service",
        "slice", "socket", "swap", "tar", "timer", "toml", "txt", "xml", "xz", "yaml", "yml",
    }
)  # fmt: skip
_MIN_LITERAL = 3
_HALVES = re.compile("[\ud800-\udfff]")  # of surrogate pairs
_SAMPLE = 250

LISTS = frozenset({"text"})
"""The kinds of document in which lists are looked for."""
PROSE = frozenset({"text", "html", "pdf", "docx", "odt", "rtf"})
"""Those in which orders in prose are."""


class NameRows(NamedTuple):
    """Names with their lines, forms and raw texts, as the columns of a ``TargetList``.

    ``places`` are where they stand among all entries of the source, ascending; where a line has one
    entry at most, the lines will do.
    """

    names: bytes
    lines: array[int]
    forms: bytes
    raws: bytes
    places: array[int]


class TargetReader:
    """Collects targets line by line; plain names cost no object each."""

    def __init__(self, document: Document, scope: TargetKind = TargetKind.SUBTREE) -> None:
        """Take the document, for the path in rejections, and what a plain name means."""
        self._path = document.path
        self._scope = scope
        self._names: list[bytes] = []
        self._lines = array("I")
        self._forms = bytearray()
        self._raws: list[bytes] = []
        self._others: dict[int, Target] = {}
        self.rejected: list[Rejected] = []

    def read_text(self, text: str, clean: Callable[[str], str]) -> None:
        """Read the lines of ``text`` at the speed of the machine.

        Names alone in their line, blank lines and lines that ``#`` begins are read as a whole; the
        others go through ``clean`` and ``read``.
        """
        names, numbers, rest = scan_names(text)
        begun = len(self._lines)
        self._names.append(names)
        self._lines.frombytes(numbers)
        for before, number, line in rest:
            self._read(begun + before, number, clean(line))

    def read_targets(self, text: str, clean: Callable[[str], str]) -> None:
        """Read lines likewise, and names behind a mark and in other scripts at that speed, too."""
        names, numbers, forms, raws, rest = scan_targets(text, True, SIMPLE_POINTS, simple_point)
        begun = len(self._lines)
        lines = array("I", numbers)
        self._add(NameRows(names, lines, forms, raws, lines))
        for before, number, line in rest:
            self._read(begun + before, number, clean(line))

    def read_all(
        self,
        lines: Iterable[tuple[int, str]],
        columns: Sequence[NameRows] = (),
        places: Sequence[int] | None = None,
    ) -> None:
        """Read numbered lines; blank ones are nothing.

        Args:
            lines: number and text of each.
            columns: what was read of others already; it goes between them.
            places: of the lines, as those of the columns; the numbers if ``None``.
        """
        lines = list(lines)
        whole = _merged(columns)
        numbers = array("I", [number for number, _ in lines])
        at = numbers if places is None else places
        text = _joined([line for _, line in lines])
        begun = len(self._lines)
        if text is None or not lines:
            self._add(whole)
            for place, (number, line) in zip(at, lines, strict=True):
                self._read(begun + bisect_left(whole.places, place), number, line)
            return
        names, found, forms, raws, rest = scan_targets(text, False, SIMPLE_POINTS, simple_point)
        chosen = array("I", found)
        read = NameRows(names, _chosen(numbers, chosen), forms, raws, _chosen(at, chosen))
        self._add(_merged([whole, read]) if whole.lines else read)
        for before, nth, line in rest:
            before += begun + bisect_left(whole.places, at[nth - 1])
            self._read(before, numbers[nth - 1], line)

    def _add(self, rows: NameRows) -> None:
        begun = len(self._lines)
        self._names.append(rows.names)
        self._lines += rows.lines
        if any(rows.forms):
            self._forms += bytes(begun - len(self._forms))
            self._forms += rows.forms
            self._raws.append(rows.raws)

    def read(self, line: int, text: str) -> None:
        """Read one target, or report why it is none; blank text is nothing."""
        self._read(len(self._lines), line, text)

    def _read(self, before: int, line: int, text: str) -> None:
        """Read a target that stands after ``before`` plain names."""
        if not text or text.isspace():
            return
        try:
            target = parse_target(text, line=line, kind=self._scope)
        except TargetError as error:
            self.reject(line, text, str(error), error.code)
            return
        if target.raw.strip(" \t") == target.value:
            target = replace(target, raw=target.value)
        self._others[before + len(self._others)] = target

    def reject(self, line: int, text: str, reason: str, code: str) -> None:
        """Report a line that gives no target."""
        self.rejected.append(Rejected(line, text.strip(), reason, code, self._path))

    @property
    def targets(self) -> TargetList:
        """What was read so far, in sequence."""
        forms = self._forms + bytes(len(self._lines) - len(self._forms)) if self._forms else b""
        return TargetList(
            b"".join(self._names),
            self._lines,
            self._others,
            self._scope,
            bytes(forms),
            b"".join(self._raws),
        )

    def __len__(self) -> int:
        """How many lines said something, readable or not."""
        return len(self._lines) + len(self._others) + len(self.rejected)


def _merged(columns: Sequence[NameRows]) -> NameRows:
    """Return columns as one, by place in sequence."""
    if len(columns) == 1:
        return columns[0]
    lines, at = array("I"), array("I")
    for column in columns:
        lines += column.lines
        at += column.places
    names = b"".join(column.names for column in columns).split(b"\n")
    forms = b"".join(column.forms for column in columns)
    kept = iter(b"".join(column.raws for column in columns).split(b"\n"))
    raws = [next(kept) if form & FORM_RAW else b"" for form in forms]
    places = sorted(range(len(lines)), key=at.__getitem__)
    return NameRows(
        b"".join(names[place] + b"\n" for place in places),
        array("I", [lines[place] for place in places]),
        bytes(forms[place] for place in places),
        b"".join(raws[place] + b"\n" for place in places if forms[place] & FORM_RAW),
        array("I", [at[place] for place in places]),
    )


def _chosen(numbers: Sequence[int], nths: array[int]) -> array[int]:
    """Return the numbers that stand there, counted from 1."""
    return array("I", [numbers[nth - 1] for nth in nths])


def _joined(texts: Sequence[str]) -> str | None:
    """Return texts as lines, or ``None`` if one is more than a line or cannot be written."""
    text = "\n".join(texts)
    if text.count("\n") + 1 != len(texts) or "\r" in text or _HALVES.search(text):
        return None
    return text


def list_order(document: Document, format: str, reader: TargetReader) -> Order:  # noqa: A002
    """Return the order that a bare list is: it says nothing of who, when or where."""
    return Order(
        id=f"list:{document.name}:{document.sha256[:8]}",
        title=document.name,
        targets=reader.targets,
        rejected=tuple(reader.rejected),
        source=document.source(format),
    )


def readable_share(texts: Iterable[str]) -> float:
    """Return which part of the texts look like entries of a list: names, URLs, addresses.

    What may be a target and is more often something else does not count: a single word, a file
    (``mozilla/Root.crt``), a locale (``it_IT.UTF-8``), a line of stars.
    """
    texts = list(texts)
    text = _joined(texts)
    names, others = b"", texts
    if text is not None:
        names, *_, rest = scan_targets(text, False, SIMPLE_POINTS, simple_point)
        others = [other for _, _, other in rest]
    read: float = sum(map(_is_public, names.decode("ascii").split()))
    if others:
        # Each costs more than reading a hundred names: where there are many, some speak for all.
        sample = others[:: -(-len(others) // _SAMPLE)]
        read += sum(map(_is_entry, sample)) * len(others) / len(sample)
    return read / len(texts) if texts else 0.0


def _is_entry(text: str) -> bool:
    """Whether text looks like an entry of a list."""
    try:
        target = parse_target(text)
    except TargetError:
        return False
    if target.kind is TargetKind.PATTERN:
        return len(literal(target.value).strip(".")) >= _MIN_LITERAL
    if target.kind is TargetKind.ADDRESS:
        return "." in target.value or ":" in target.value
    if target.kind is TargetKind.URL:
        host = split_authority(target.value.partition("/")[0]).host
        return parse_address(host) is not None or _is_public(host)
    return target.kind is TargetKind.EVERY_SUFFIX or _is_public(target.value)


def _is_public(name: str) -> bool:
    """Whether a name has two labels, and a last one that a top-level domain may be."""
    last = name.rpartition(".")[2]
    return len(last) < len(name) and last not in _FILE_ENDS and bool(_TOP_LEVEL.fullmatch(last))
