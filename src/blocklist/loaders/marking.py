"""MARK: where in the lines of a document the entries of an order stand, for people who check it.

An order keeps the line and the text of each target, exception, refusal and mention; here the
columns are found again. A name that a line break cuts has a mark in each of its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..model.orders import Order
from ..model.targets import Mention, Rejected, Target

Entry = Target | Rejected | Mention
_NAME = re.compile(r"[\w.-]")
SENTENCE_END = re.compile(
    r"(?<=[\w)»”\"]{2}[.;!?])(?<!\b[Aa]rt\.)(?<!\b[Aa]rtt\.)(?<!\bdoc\.)(?<!\bpag\.)"
    r"\s+(?=[^\w\n]{0,5}[A-ZÀ-Ü\d])|\n[ \t]*\n|(?<=[;:])\n"
    r"|\n(?=[ \t]*(?:[-–—•*▪]|\(?(?:\d{1,3}|[a-z])[.)])[ \t])"
)
_REACH = 600
_LONG_LINE = 50_000
_LOOK_AHEAD = 20_000


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A stretch of one line, and what the order takes it for.

    Attributes:
        line: from 1.
        start: column of its first code point, from 0.
        end: column after its last code point.
        role: ``target``, ``exception``, ``rejected`` or ``mention``.
        reason: why it is refused or only mentioned, or what reading a target changed; may be empty.
    """

    line: int
    start: int
    end: int
    role: str
    reason: str


def mark(order: Order, lines: Sequence[str]) -> list[Mark]:
    """Return where the entries of an order stand, by line and column.

    An entry whose text is not found in its line (its spelling was changed, or it is confidential)
    marks the whole line; one without line has no mark.

    Args:
        order: one that was read from the document.
        lines: of that document (``Document.lines``).
    """
    return sorted(found for _, places in marked_entries(order, lines) for found in places)


def marked_entries(order: Order, lines: Sequence[str]) -> Iterator[tuple[Entry, list[Mark]]]:
    """Yield each target, exception, refusal and mention with its marks, as ``mark`` has them."""
    places = _Places(lines)
    for entry, role, line, text, reason in _entries(order):
        known = 1 <= line <= len(lines)
        yield entry, list(places.marks(line, text, role, reason)) if known else []


def sentence_at(lines: Sequence[str], place: Mark) -> str:
    """Return the sentence, or the item of a list, in which a mark stands, on one line."""
    first = last = place.line - 1
    before, after = place.start, len(lines[last]) - place.end
    while first > 0 and before < _REACH:
        first -= 1
        before += len(lines[first]) + 1
    while last + 1 < len(lines) and after < _REACH:
        last += 1
        after += len(lines[last]) + 1
    text = "\n".join(lines[first : last + 1])
    start = before
    end = start + place.end - place.start
    low, high = max(0, start - _REACH), min(len(text), end + _REACH)
    for stop in SENTENCE_END.finditer(text, low, high):
        if stop.end() <= start:
            low = stop.end()
        elif stop.start() >= end:
            high = stop.start()
            break
    return " ".join(text[low:high].split())


def _entries(order: Order) -> Iterator[tuple[Entry, str, int, str, str]]:
    """Yield each entry with its role, line, text and reason."""
    for target in order.targets:
        yield target, "target", target.line, target.raw, target.note
    for target in order.exceptions:
        yield target, "exception", target.line, target.raw, target.note
    for refused in order.rejected:
        yield refused, "rejected", refused.line, refused.text, refused.reason
    for mention in order.mentions:
        yield mention, "mention", mention.line, mention.text, mention.reason


class _Places:
    """Finds texts in lines; the same text twice in a line is found twice."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._cursors: dict[tuple[int, str], int] = {}
        self._bare: dict[int, tuple[int, int]] = {}
        self._taken: set[tuple[int, int]] = set()

    def marks(self, line: int, text: str, role: str, reason: str) -> Iterator[Mark]:
        for number, part in enumerate(text.split("\n"), line):
            if number > len(self._lines):
                return
            start, end = self._span(number, part.strip(), role)
            yield Mark(number, start, end, role, reason)

    def _span(self, line: int, text: str, role: str) -> tuple[int, int]:
        """Return the next place of the text after the last entry of its role, else the line."""
        said = self._lines[line - 1]
        cursor = self._cursors.get((line, role), 0)
        start = self._find(said, line, text, cursor)
        if start < 0 and cursor and len(said) < _LONG_LINE:
            start = self._find(said, line, text, 0)
        if start < 0:
            start = said.find(text) if text and len(said) < _LONG_LINE else -1
        if start < 0:
            return self._whole(line)
        end = start + len(text)
        self._cursors[line, role] = end
        self._taken.add((line, start))
        return start, end

    def _whole(self, line: int) -> tuple[int, int]:
        """Return where a line begins and ends without the blanks around it."""
        if line not in self._bare:
            said = self._lines[line - 1]
            self._bare[line] = len(said) - len(said.lstrip()), len(said.rstrip())
        return self._bare[line]

    def _find(self, said: str, line: int, text: str, start: int) -> int:
        """Return where the text stands as a word of its own that no other entry has."""
        # In a line without end, an entry stands not far behind the one before.
        end_of_search = len(said) if len(said) < _LONG_LINE else start + _LOOK_AHEAD
        while text and (start := said.find(text, start, end_of_search)) >= 0:
            end = start + len(text)
            inside = start > 0 and _NAME.match(said[start - 1]) and _NAME.match(text)
            # A full stop may follow a name; more letters make it another one.
            more = re.match(r"[\w-]|\.\w", said[end : end + 2]) and _NAME.match(text[-1])
            if not inside and not more and (line, start) not in self._taken:
                return start
            start += 1
        return -1
