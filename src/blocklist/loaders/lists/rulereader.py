"""RULES: what the line syntaxes share: rules in bulk or one by one, and exceptions to them.

Nearly every line of a long list has one form, such as ``||name^``: what stands before the name and
after it is the list's frame. The lines in it are read in bulk, which costs a small part of looking
at each one; every other line goes to the loader.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from ..._columns import build_trie, find_names, scan_framed, scan_names
from ...documents import Document
from ...image.layout import rule_bit
from ...model.names import CANONICAL_NAME, superdomains
from ...model.orders import Order
from ...model.targets import NAME_KINDS, Rejected, Target, TargetError, TargetKind, parse_target
from ...model.targets import Rule as Named
from ..targetreader import TargetReader, list_order

NAME = r"(?:[a-zA-Z0-9_-]+\.)+[a-zA-Z][a-zA-Z0-9_-]*"
"""A name with two labels or more, as a part of regular expressions; nothing of it repeats twice."""

Frame = tuple[str, str]
BARE: Frame = ("", "")
"""The frame of a list whose lines are names alone; ``rule`` sees no blanks or comments then."""
_COMMENT = re.compile(r"(?:\A|\s)#.*")
_SAMPLE_LINES = 500
_UNSEEN = "\ufeff\u200b\u200e\u200f\u2060"


class RuleReader(TargetReader):
    """Collects the targets and the exceptions of a list whose lines are rules."""

    def __init__(self, document: Document, scope: TargetKind = TargetKind.SUBTREE) -> None:
        """Take the document, and what the name in a frame means."""
        super().__init__(document, scope)
        self.exceptions: list[Target] = []
        self._document = document
        self._before: int | None = None
        self._line = ""

    def read_rules(
        self,
        frame: Frame | None,
        rule: Callable[[int, str], None],
        *,
        comments: bool = False,
        odd: str = "",
    ) -> None:
        """Read every line: those in the frame as names of this reader's scope, others by ``rule``.

        Args:
            frame: what stands before the name and after it; ``None`` to read line by line.
            rule: called with number and text of each other line, blank ones and comments too.
            comments: whether ``#`` after a blank begins a comment in a line of the frame.
            odd: a name that ``rule`` is to see even in the frame.
        """
        text = self._document.text
        if frame is None:
            for number, written in numbered_lines(text):
                line = _seen(written)
                self._line = line.strip()
                rule(number, line)
            return
        names, numbers, rest = _scan(text, frame, comments, odd)
        begun = len(self._lines)
        self._names.append(names)
        self._lines.frombytes(numbers)
        for before, number, written in rest:
            line = _seen(written)
            self._before, self._line = begun + before, line.strip()
            rule(number, line)
        self._before = None

    def block(
        self, line: int, text: str, kind: TargetKind | None = None, *, raw: str = "", note: str = ""
    ) -> Target | None:
        """Add the target that ``text`` is; ``None`` if it is none, which is reported.

        Args:
            line: its number.
            text: in the notation of order files.
            kind: what a name without mark means; the reader's scope if ``None``.
            raw: as the source wrote it, if not as ``text``.
            note: what a person should know of the reading.
        """
        kind = kind or self._scope
        canonical = CANONICAL_NAME.fullmatch(text) is not None and "xn--" not in text
        if not canonical:
            target = self._target(line, text, kind, raw, note)
            if target is None:
                return None
        else:
            target = Target(kind, text, raw or text, line, None, note)
            plain = kind is self._scope and target.raw == text and not note
            if plain and self._before is None:
                self._names.append(f"{text}\n".encode("ascii"))
                self._lines.append(line)
                return target
        before = len(self._lines) if self._before is None else self._before
        self._others[before + len(self._others)] = target
        return target

    def allow(
        self, line: int, text: str, kind: TargetKind | None = None, *, raw: str = "", note: str = ""
    ) -> Target | None:
        """Add the exception that ``text`` is, likewise."""
        target = self._target(line, text, kind or self._scope, raw, note)
        if target is not None:
            self.exceptions.append(target)
        return target

    def go_to_line(self, text: str) -> None:
        """Take a line as the one that is being read."""
        self._line = text

    def refuse(self, line: int, reason: str, code: str) -> None:
        """Report the line that is being read as one that gives no target."""
        self.reject(line, self._line, reason, code)

    def _target(self, line: int, text: str, kind: TargetKind, raw: str, note: str) -> Target | None:
        try:
            target = parse_target(text, line=line, kind=kind)
        except TargetError as error:
            self.reject(line, raw or self._line or text, str(error), error.code)
            return None
        if raw or note:
            target = replace(target, raw=raw or text, note=note or target.note)
        return target

    def withdraw_excepted(self, kept: Collection[int] = ()) -> None:
        """Take out the targets that lie wholly within an exception of the same list.

        That is for syntaxes in which an exception wins even against a more specific block. What is
        taken out is reported as withdrawn; the lines in ``kept`` stay.
        """
        wide = {(e.kind, e.value): e for e in self.exceptions if e.kind in NAME_KINDS}
        if not wide:
            return
        names = b"".join(self._names)
        hits = _within(names, wide.values())
        column = names.decode("ascii").split("\n") if hits else []
        out = [i for i in hits if self._lines[i] not in kept]
        for i in out:
            target = Target(self._scope, column[i], column[i], self._lines[i])
            self._withdraw(target, covering(target, wide))
        others: dict[int, Target] = {}
        for position, (index, target) in enumerate(self._others.items()):
            above = None if target.line in kept else covering(target, wide)
            if above is None:
                plain = index - position
                others[plain - bisect_left(out, plain) + len(others)] = target
            else:
                self._withdraw(target, above)
        self._others = others
        if out:
            gone = set(out)
            column.pop()
            self._names = [
                "".join(f"{x}\n" for i, x in enumerate(column) if i not in gone).encode()
            ]
            self._lines = array("I", (x for i, x in enumerate(self._lines) if i not in gone))
        self.rejected.sort(key=lambda refused: refused.line)

    def _withdraw(self, target: Target, exception: Target | None) -> None:
        by = f"{exception.text} in line {exception.line}" if exception else "an exception"
        reason = f"the list itself lifts it: {by} is excepted"
        self.rejected.append(Rejected(target.line, target.raw, reason, "withdrawn", self._path))


def _seen(line: str) -> str:
    """Return a line without what nobody sees at its ends: lists are joined, marks and all."""
    return line if line.isascii() else line.strip(_UNSEEN)


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield number and text of each line; none is made before it is asked for."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    number = at = 0
    while at <= len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        number += 1
        yield number, text[at:end]
        at = end + 1


def _scan(
    text: str, frame: Frame, comments: bool, odd: str
) -> tuple[bytes, bytes, list[tuple[int, int, str]]]:
    """Return the names in the frame, their lines and the others."""
    if frame == BARE:
        return scan_names(text)
    before, after = frame
    # A look at the last label alone costs less; whatever else ends so is read by itself.
    last_label = odd.rpartition(".")[2]
    [(names, numbers)], rest = scan_framed(text, (before,), after, comments, last_label)
    return names, numbers, rest


def _within(names: bytes, exceptions: Iterable[Target]) -> list[int]:
    """Return the index of each name of a column that lies, with all below it, in an exception."""
    wide = [e for e in exceptions if e.kind is not TargetKind.EXACT]
    if not wide or not names:
        return []
    bits = bytes(rule_bit(Named(e.kind, e.value)) or 0 for e in wide)
    sections, _ = build_trie("".join(f"{e.value}\n" for e in wide).encode("ascii"), bits)
    return array("I", find_names(sections, names))[::3].tolist()


def covering(target: Target, wider: dict[tuple[TargetKind, str], Target]) -> Target | None:
    """Return which of ``wider``, by kind and name, holds all that a target covers."""
    if target.kind not in NAME_KINDS:
        return None
    found = wider.get((target.kind, target.value))
    name = target.value
    if found is None:
        found = wider.get((TargetKind.SUBTREE, name))
    for above in superdomains(name) if found is None else ():
        found = wider.get((TargetKind.SUBTREE, above)) or wider.get((TargetKind.BELOW, above))
        if found is not None:
            break
    return found


def frame_of(document: Document, whole: re.Pattern[str]) -> Frame | None:
    """Return what most lines have around the name: the two groups of ``whole``."""
    fitting = (
        (match[1], match[2]) for line in document.sample.lines if (match := whole.fullmatch(line))
    )
    found = Counter(islice(fitting, _SAMPLE_LINES))
    return max(found, key=lambda frame: found[frame], default=None)


def said_lines(document: Document, comment: str) -> list[str]:
    """Return the first lines that are neither blank nor begun by a mark of comments."""
    lines = map(str.strip, document.sample.lines)
    return list(islice((line for line in lines if line and line[0] not in comment), _SAMPLE_LINES))


def without_comment(line: str) -> str:
    """Return a line without what ``#`` begins at its start or after a blank, and without ends."""
    return (_COMMENT.sub("", line) if "#" in line else line).strip()


def rule_order(
    document: Document,
    format: str,  # noqa: A002 - the public word
    reader: RuleReader,
    *,
    response: str = "",
    warnings: Iterable[str] = (),
) -> Order:
    """Return the order that a list of rules is."""
    return replace(
        list_order(document, format, reader),
        exceptions=tuple(reader.exceptions),
        response=response,
        warnings=tuple(warnings),
    )
