"""READING: what the loaders share: targets from lines, and the words for what was refused."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from ..orders import Order
from ..targets import Rejected, Target, TargetError, TargetKind, TargetList, parse_target
from .document import Document

# A line that is its own canonical name, and is not an address: most lines of most lists.
_CANONICAL = re.compile(r"(?=.{3,253}\Z)(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9_-]{0,62}")
VERSION_LINE = re.compile(r"\s*(\d{5,10})[ _-](20\d\d)([.:-])(\d\d)\3(\d\d)\s*")
"""What Italian lists carry for an issue: serial number, year, and day and month or the reverse."""


@dataclass(frozen=True)
class Options:
    """What a caller may say about a source.

    Attributes:
        column: of a table: the header's text, or a number from 1.
        scope: what a name without mark means: SUBTREE, EXACT or BELOW.
    """

    column: str | int | None = None
    scope: TargetKind = TargetKind.SUBTREE


class TargetReader:
    """Collects targets line by line; plain names cost no object each."""

    def __init__(self, document: Document, scope: TargetKind = TargetKind.SUBTREE) -> None:
        """Take the document, for the path in rejections, and what a plain name means."""
        self._path = document.path
        self._scope = scope
        self._values: list[str] = []
        self._lines = array("I")
        self._others: dict[int, Target] = {}
        self.rejected: list[Rejected] = []

    def read_all(self, lines: Iterable[tuple[int, str]]) -> None:
        """Read numbered lines; blank ones are nothing."""
        values, numbers, canonical = self._values, self._lines, _CANONICAL.fullmatch
        for number, line in lines:
            if canonical(line) and "xn--" not in line:
                values.append(line)
                numbers.append(number)
            else:
                self.read(number, line)

    def read(self, line: int, text: str) -> None:
        """Read one target, or report why it is none; blank text is nothing."""
        if not text or text.isspace():
            return
        try:
            target = parse_target(text, line=line, kind=self._scope)
        except TargetError as error:
            self.reject(line, text, str(error), error.code)
            return
        plain = target.raw.strip(" \t") == target.value and target.kind is self._scope
        if not plain or target.alternate or target.note:
            self._others[len(self._values)] = target
        self._values.append(target.value)
        self._lines.append(line)

    def reject(self, line: int, text: str, reason: str, code: str) -> None:
        """Report a line that gives no target."""
        self.rejected.append(Rejected(line, text.strip(), reason, code, self._path))

    @property
    def targets(self) -> TargetList:
        """What was read so far, in sequence."""
        return TargetList(self._values, self._lines, self._others, self._scope)

    def __len__(self) -> int:
        """How many lines said something, readable or not."""
        return len(self._values) + len(self.rejected)


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
    """Return which part of the texts are targets and more than one word: how like a list it is."""
    read = total = 0
    for text in texts:
        total += 1
        try:
            target = parse_target(text)
        except TargetError:
            continue
        read += "." in target.value or ":" in target.value or target.kind is TargetKind.PATTERN
    return read / total if total else 0.0
