"""FACT PLACES: what an order says of itself, each fact beside the sentence that it came from.

An order keeps its facts and not where they stood. A fact in the words of the text is looked up in
the text. A date, a term or an amount stands in the sentence in which a reader finds the same value
again; where none does, the fact has no place, and a person must look for it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from ..answers.disclosure import category
from ..errors import shorten
from ..loaders.draftfacts import Proposal, proposals
from ..loaders.italian.expiry import ending
from ..loaders.italian.numbers import dates
from ..loaders.italian.penalties import penalty
from ..loaders.italian.terms import term
from ..loaders.marking import SENTENCE_END, Mark
from ..model.orders import Moment, Order, Term
from ..model.penalty import Penalty

_LOOKED_FOR = ("issued", "deadline", "expires", "penalty", "addressees")
"""Facts of which the page says so if the text does not state them."""
_DERIVED = ("jurisdiction", "technique", "category", "reviewed")
_OPERATIVE = ("addressees", "dynamic", "legal_basis")
_LABELS = {
    "authority": "Authority", "jurisdiction": "Country", "instrument": "Kind of act",
    "number": "Number", "case_number": "Case number", "issued": "Date", "published": "Published",
    "notified": "Notified", "effective_from": "In force from", "deadline": "Deadline",
    "expires": "Ends", "suspended": "Suspended", "revoked": "Revoked", "penalty": "Penalty",
    "addressees": "Addressees", "technique": "Technique", "legal_basis": "Legal basis",
    "category": "Category", "dynamic": "Future names", "note": "Note", "reviewed": "Reviewed",
}  # fmt: skip
_LONGEST = 2_000_000
_LONG_SENTENCE = 20_000
_MANY_WORDS = 400
_BESIDE = 110


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of an order.

    Attributes:
        label: what it is, in words.
        value: for people; empty if the text does not state it.
        places: the words, or the sentence, in each line; none if it was not found in the text.
        said: its words, with what stands before and after them in the sentence, on one line.
    """

    label: str
    value: str
    places: tuple[Mark, ...] = ()
    said: tuple[str, str, str] = ("", "", "")


def facts_of(order: Order, lines: Sequence[str]) -> list[Fact]:
    """Return the facts of an order, in the sequence in which people read them."""
    finder = _Finder(lines, order)
    facts = []
    for key, label in _LABELS.items():
        values = list(_values(order, key))
        for said, value in values:
            facts.append(finder.fact(key, label, said, value))
        if not values and key in _LOOKED_FOR:
            facts.append(Fact(label, ""))
    return facts


def proposed_facts(lines: Sequence[str]) -> list[Fact]:
    """Return what the text of a document that no loader reads may say of itself."""
    return [
        Fact(_LABELS[one.key], _said(one.value), _of_line(lines, one.line), ("", "", one.said))
        for one in proposals(lines)
    ]


def _values(order: Order, key: str) -> Iterator[tuple[str, Any]]:
    """Yield each value of a field with its text."""
    value: Any = getattr(order, key)
    if key == "authority":
        yield value.name, value
    elif key == "category":
        if said := category(order):
            yield said, value
    elif key == "reviewed":
        if value is not None:
            said = f"by {order.reviewed_by}" if order.reviewed_by else "yes"
            when = f", {_said(order.reviewed_at)}" if order.reviewed_at else ""
            yield (f"{said}{when}" if value else "not yet: this is a draft"), value
    elif key == "suspended":
        for span in value:
            yield (
                f"{_said(span.start)} to {_said(span.end) if span.end else 'further notice'}",
                span,
            )
    elif isinstance(value, tuple):
        yield from ((one, one) for one in value)
    elif value:
        cap = f", at most {value.cap:,f} {value.currency}" if getattr(value, "cap", None) else ""
        yield f"{_said(value)}{cap}", value


def _said(value: Any) -> str:
    if isinstance(value, dict):
        if "unit" in value:
            return str(Term(value["amount"], value["unit"], value["from"]))
        return str(Penalty(value["amount"], value["currency"], value["per"]))
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date) else str(value)


class _Finder:
    """Finds the facts of one order in the text."""

    def __init__(self, lines: Sequence[str], order: Order) -> None:
        self._lines = lines
        self._order = order
        self._text = "\n".join(lines).translate({0x2019: "'", 0xA0: " "})
        if len(self._text) > _LONGEST:
            self._text = ""
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._from = self._starts[max(0, min(order.source.line, len(lines)) - 1)]

    def fact(self, key: str, label: str, said: str, value: Any) -> Fact:
        """Return a fact with its place, if it has one."""
        span = self._field(key) if self._order.source.format == "order" else None
        if span is None and key not in _DERIVED:
            by_words = key == "authority" or isinstance(value, str)
            span = self._words(key, said) if by_words else self._value(key, value)
        if span is None:
            return Fact(label, said)
        return Fact(label, said, tuple(self._marks(*span)), self._quoted(*span))

    def _field(self, key: str) -> tuple[int, int] | None:
        """Return the line of a field in an order file."""
        found = re.compile(rf"^[ \t]*{key}[ \t]*=[^\n]*", re.MULTILINE).search(
            self._text, self._from
        )
        return found.span() if found else None

    def _words(self, key: str, said: str) -> tuple[int, int] | None:
        """Return where the text says the same words, in its operative part if they are of that."""
        words = said.replace("’", "'").split()
        if not words:
            return None
        left = r"(?<!\w)" if words[0][0].isalnum() else ""
        right = r"(?!\w)" if words[-1][-1].isalnum() else ""
        # TRIBUNALE ORDINARIO di MILANO is the Tribunale di Milano.
        between = r"\s{1,9}(?:\w{1,20}\s{1,9})?" if key == "authority" else r"\s{1,9}"
        pattern = re.compile(left + between.join(map(re.escape, words)) + right, re.IGNORECASE)
        found = pattern.search(self._text, self._from) if key in _OPERATIVE else None
        found = found or pattern.search(self._text)
        return found.span() if found else None

    def _value(self, key: str, value: Any) -> tuple[int, int] | None:
        """Return the sentence, or the date, in which a reader finds the value."""
        if key in ("issued", "notified", "published", "effective_from", "revoked"):
            return self._day(value)
        reads = _READERS.get(key)
        if reads is not None:
            spans = self._sentences
            for start, end in sorted(spans, key=lambda span: (span[1] <= self._from, span)):
                sentence = self._text[start : min(end, start + _LONG_SENTENCE)]
                if reads(sentence, self._order) == value:
                    low, high = _narrowed(sentence, lambda part: reads(part, self._order) == value)
                    return start + low, start + high
        for one in self._proposals:
            if one.key == key and _said(one.value) == _said(value):
                start = self._starts[one.line - 1]
                return start, start + len(self._lines[one.line - 1])
        return None

    def _day(self, value: Moment) -> tuple[int, int] | None:
        """Return the last place that names a day: an order ends with place and date."""
        day = value.date() if isinstance(value, datetime) else value
        last = max((at for at, read in dates(self._text) if read == day), default=-1)
        if last >= 0:
            return last, re.compile(r"[^\n]*?\d{4}|").match(self._text, last).end()  # type: ignore[union-attr]
        said = [one for one in self._proposals if one.value == day]
        if not said:
            return None
        start = self._starts[said[-1].line - 1]
        return start, start + len(self._lines[said[-1].line - 1])

    @cached_property
    def _proposals(self) -> list[Proposal]:
        return proposals(self._lines) if self._text else []

    @cached_property
    def _sentences(self) -> list[tuple[int, int]]:
        ends = [found.span() for found in SENTENCE_END.finditer(self._text)]
        starts = [0, *(end for _, end in ends)]
        return list(zip(starts, [*(start for start, _ in ends), len(self._text)], strict=True))

    def _quoted(self, start: int, end: int) -> tuple[str, str, str]:
        """Return a place with what stands beside it in its sentence."""
        index = bisect_right(self._sentences, (start, len(self._text))) - 1
        low, high = self._sentences[max(0, index)]
        low, high = min(start, low), max(end, high)
        before = " ".join(self._text[low:start].split())
        after = " ".join(self._text[end:high].split())
        words = shorten(" ".join(self._text[start:end].split()), 2 * _BESIDE)
        return (
            f"…{before[-_BESIDE:]}" if len(before) > _BESIDE else before,
            words,
            shorten(after, _BESIDE),
        )

    def _marks(self, start: int, end: int) -> Iterator[Mark]:
        """Yield the part of each line between two places."""
        number = bisect_right(self._starts, start)
        while number <= len(self._lines) and self._starts[number - 1] < end:
            at, line = self._starts[number - 1], self._lines[number - 1]
            low, high = max(0, start - at), min(len(line), end - at)
            low += len(line[low:high]) - len(line[low:high].lstrip())
            if low < high:
                yield Mark(number, low, len(line[:high].rstrip()), "fact", "")
            number += 1


def _narrowed(sentence: str, fits: Callable[[str], bool]) -> tuple[int, int]:
    """Return the shortest part of a sentence, from the left and then the right, that still fits."""
    words = [found.span() for found in re.finditer(r"\S+", sentence)]
    first, last = 0, len(words) - 1
    if last > _MANY_WORDS:
        return 0, len(sentence)
    while first < last and fits(sentence[words[first + 1][0] :]):
        first += 1
    while first < last and fits(sentence[words[first][0] : words[last - 1][1]]):
        last -= 1
    return (words[first][0], words[last][1]) if words else (0, len(sentence))


def _of_line(lines: Sequence[str], number: int) -> tuple[Mark, ...]:
    line = lines[number - 1]
    return (Mark(number, len(line) - len(line.lstrip()), len(line.rstrip()), "fact", ""),)


def _end(sentence: str, order: Order) -> Moment | None:
    stated = {key: getattr(order, key) for key in ("issued", "notified", "published")}
    return ending(sentence, stated).expires


_READERS: dict[str, Callable[[str, Order], object]] = {
    "deadline": lambda sentence, _: term(sentence).term,
    "penalty": lambda sentence, _: penalty(sentence)[0],
    "expires": _end,
}
