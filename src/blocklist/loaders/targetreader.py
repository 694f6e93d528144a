"""READING: what the loaders share: targets from lines, and the words for what was refused."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from dataclasses import replace

from .._columns import scan_names
from ..documents import Document
from ..model.addresses import parse_address
from ..model.authority import split_authority
from ..model.names import CANONICAL_NAME
from ..model.orders import Order
from ..model.patterns import literal
from ..model.targetlist import TargetList
from ..model.targets import Rejected, Target, TargetError, TargetKind, parse_target

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

LISTS = frozenset({"text"})
"""The kinds of document in which lists are looked for."""
PROSE = frozenset({"text", "html", "pdf", "docx", "odt", "rtf"})
"""Those in which orders in prose are."""


class TargetReader:
    """Collects targets line by line; plain names cost no object each."""

    def __init__(self, document: Document, scope: TargetKind = TargetKind.SUBTREE) -> None:
        """Take the document, for the path in rejections, and what a plain name means."""
        self._path = document.path
        self._scope = scope
        self._names: list[bytes] = []
        self._lines = array("I")
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

    def read_all(self, lines: Iterable[tuple[int, str]]) -> None:
        """Read numbered lines; blank ones are nothing."""
        names: list[str] = []
        canonical, numbers = CANONICAL_NAME.fullmatch, self._lines
        for number, line in lines:
            if canonical(line) and "xn--" not in line:
                names.append(line)
                numbers.append(number)
            else:
                self.read(number, line)
        if names:
            self._names.append(("\n".join(names) + "\n").encode("ascii"))

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
        return TargetList(b"".join(self._names), self._lines, self._others, self._scope)

    def __len__(self) -> int:
        """How many lines said something, readable or not."""
        return len(self._lines) + len(self._others) + len(self.rejected)


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
    read = total = 0
    for text in texts:
        total += 1
        if CANONICAL_NAME.fullmatch(text) and "xn--" not in text:
            read += _is_public(text)
            continue
        try:
            target = parse_target(text)
        except TargetError:
            continue
        if target.kind is TargetKind.PATTERN:
            read += len(literal(target.value).strip(".")) >= _MIN_LITERAL
        elif target.kind is TargetKind.ADDRESS:
            read += "." in target.value or ":" in target.value
        elif target.kind is TargetKind.URL:
            host = split_authority(target.value.partition("/")[0]).host
            read += parse_address(host) is not None or _is_public(host)
        else:
            read += target.kind is TargetKind.EVERY_SUFFIX or _is_public(target.value)
    return read / total if total else 0.0


def _is_public(name: str) -> bool:
    """Whether a name has two labels, and a last one that a top-level domain may be."""
    last = name.rpartition(".")[2]
    return len(last) < len(name) and last not in _FILE_ENDS and bool(_TOP_LEVEL.fullmatch(last))
