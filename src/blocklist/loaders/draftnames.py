"""DRAFT NAMES: every name that a text in any language may hold, for a person to choose from.

A loader takes a name only where it is certain of it. A draft blocks nothing, so here every reading
counts: defanged, with blanks in it, cut by a line end, behind an e-mail address or inside the path
of a URL. What is no plain reading is marked as doubtful, with the reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ..errors import InvalidNameError
from ..model.names import canonical_name
from ..model.suffixes import public_suffixes
from ..model.targets import Target, TargetError, TargetKind, parse_target
from ..model.urls import refang
from .italian.candidates import Candidate, Text, find_candidates
from .italian.dehyphenation import DASHES, FURNITURE

UNKNOWN = "its top-level domain is not known"
"""A doubt that does not count in a list or a column of names."""

_TRAITS = {
    "company": "perhaps part of a company's name",
    "glued": "perhaps two sentences without a blank between them",
    "unknown-tld": UNKNOWN,
    "malformed": "not a domain name as it stands",
}
# Vowel signs and the like are no \w, and stand in names of India, Thailand and others.
_LETTERS = r"\w\u0300-\u036f\u0591-\u05c7\u064b-\u0655\u0900-\u0963\u0966-\u0ecf\u200c\u200d"
_DOT_WORD = "dot|punto|point|punkt|ponto|punt|prik|punktum"
_SEPARATOR = (
    rf"(?:[.\u3002\uff0e\uff61]{{1,3}}|[ ]?[\[({{][ ]?(?:[.]|{_DOT_WORD})[ ]?[\])}}][ ]?"
    rf"|[ ](?:{_DOT_WORD})[ ]|[ ][.][ ]?(?=\w))"
)
_WIDE = re.compile(
    rf"(?<![{_LETTERS}])(?<!\w[-{DASHES}])(?:www[ ]?[.][ ])?[{_LETTERS}][{_LETTERS}-]{{0,253}}"
    rf"(?:{_SEPARATOR}[{_LETTERS}][{_LETTERS}-]{{0,253}}){{1,40}}",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(_SEPARATOR, re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,3}[.)](?=[^.]+\.)")
_ITEM = re.compile(r"[^\w]*(?:\(?(?:\d{1,4}|[a-z]|[ivx]{1,4})[.)\]:][ \t]+)?[^\w]*", re.IGNORECASE)
_LAST = re.compile(rf"[\w.:/%?=&@-][\w.:/%?=&@{DASHES}-]*\u00ad?\Z")
_FIRST = re.compile(r"[\w-][\w.:/%?=&-]*")
_CELL = re.compile(r"[^\s|]+(?:[ ][^\s|]+)*")
_FRAGMENT = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*", re.IGNORECASE)
_WORD = re.compile(r"[\w-]+")
_BEGINS = re.compile(r"www\.|\w+://", re.IGNORECASE)
# No suffixes of the public list, and still the end of names that are used.
_SPECIAL = frozenset({"bit", "eth", "example", "i2p", "onion", "test"})
_LONGEST_LINE = 20_000
_LONGEST_NAME = 300
_CUTS = ("-", ".", "\u00ad", *DASHES)
_FURTHER = 8
_CUT = "a line break cuts it, and this is one of the readings"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One reading of a name, and where it stands.

    Attributes:
        line: where it begins, from 1.
        start: its column there, from 0, as far as it is known.
        text: in the notation of order files.
        raw: as the document has it.
        doubt: why a person should not take it without a second look; or empty.
        kind: of target that it is.
    """

    line: int
    start: int
    text: str
    raw: str
    doubt: str
    kind: TargetKind


def sightings(lines: Sequence[str]) -> list[Sighting]:
    """Return every reading of every name, by line and column; plain readings first."""
    text = Text(lines)
    found: dict[tuple[int, str], Sighting] = {}
    read, cut = list(_candidates(text)), list(_over_lines(lines))
    halves = {
        (one.line + after, part.strip())
        for one in (*read, *cut)
        for after, part in enumerate(one.raw.split("\n"))
        if after and one.raw.partition("\n")[0].endswith(_CUTS)
    }
    for one in read:
        known = found.get((one.line, one.text))
        if known is None or (known.doubt and not one.doubt):
            found[one.line, one.text] = one
    for one in (*_wide(lines, halves), *cut):
        found.setdefault((one.line, one.text), one)
    return sorted(found.values(), key=lambda one: (one.line, one.start, bool(one.doubt)))


def _candidates(text: Text) -> Iterator[Sighting]:
    """Yield what the readers of prose see, with every other reading of it."""
    for name in find_candidates(text):
        start = name.start - text.line_start(name.start)
        doubt = _TRAITS.get(name.trait, "")
        if doubt == UNKNOWN and name.host.rpartition(".")[2] in _SPECIAL:
            doubt = ""
        if name.trait == "e-mail":
            behind = name.text.rpartition("@")[2]
            yield from _sighted(name.line, start, behind, name.raw, "behind an e-mail address")
            continue
        if name.trait == "broken":
            doubt = _CUT
        yield from _readings(name, start, doubt)
        if "\n" in name.raw:
            for reading in _joined(name.raw):
                yield from _sighted(name.line, start, reading, name.raw, _CUT)


def _readings(name: Candidate, start: int, doubt: str) -> Iterator[Sighting]:
    """Yield a name, the host of a page, and a name without the number of its item."""
    written = name.host if name.host.endswith(".{suffix}") else name.text
    for one in _sighted(name.line, start, written, name.raw, doubt):
        yield one
        if one.kind is TargetKind.URL:
            host = parse_target(one.text).value.partition("/")[0]
            yield from _sighted(name.line, start, host, name.raw, "the whole site of this page")
    if numbered := _NUMBERED.match(name.text):
        rest = name.text[numbered.end() :]
        yield from _sighted(name.line, start, rest, name.raw, "without the number before it")


def _sighted(line: int, start: int, text: str, raw: str, doubt: str) -> Iterator[Sighting]:
    """Yield the target that a text is, if it is one."""
    try:
        target = parse_target(text, line=line)
    except TargetError:
        return
    if "." in target.value or ":" in target.value or target.kind is TargetKind.EVERY_SUFFIX:
        yield Sighting(line, start, _notation(text, target), raw, doubt, target.kind)


def _notation(text: str, target: Target) -> str:
    """Return what is written into the draft: a page with its scheme, else as the model has it."""
    if target.kind is TargetKind.URL or target.alternate is not None:
        return refang(text)
    return target.text


def _wide(lines: Sequence[str], halves: AbstractSet[tuple[int, str]]) -> Iterator[Sighting]:
    """Yield names with blanks or words for their dots, and those beside odd punctuation.

    ``halves`` are the ends of names that a line break cuts, each with its line.
    """
    for number, line in enumerate(lines, 1):
        if "." not in line and not _SEPARATORS.search(line):
            continue
        for found in _WIDE.finditer(line):
            if len(found[0]) > _LONGEST_NAME or line[found.start() - 1 : found.start()] == "@":
                continue
            plain = ".".join(part.strip() for part in _SEPARATORS.split(found[0]))
            name = re.sub(r"\.{2,}|[ ]", ".", plain).strip(".-")
            for reading in (name, *_shorter(name)):
                doubt = "" if reading == found[0] else "read without what stands between its parts"
                doubt = _CUT if (number, found[0]) in halves else doubt
                if _is_name(reading):
                    yield from _sighted(number, found.start(), reading, found[0], doubt)


def _shorter(name: str) -> Iterator[str]:
    """Yield the first labels of what goes on after a TLD (``a.example and``: ``a.example``)."""
    labels = name.split(".")
    for end in range(len(labels) - 1, 1, -1):
        if not _is_name(name) and _is_name(".".join(labels[:end])):
            yield ".".join(labels[:end])
            return


def _is_name(text: str) -> bool:
    """Whether a text is a name below a known TLD that is no capitalised word of a sentence."""
    first, _, last = text.rpartition(".")
    if not first or (last.istitle() and not text.lower().startswith("www.")):
        return False
    try:
        tld = canonical_name(text).rpartition(".")[2]
    except InvalidNameError:
        return False
    suffixes = public_suffixes()
    # "i.e", "P.T"
    short = len(tld) < 3 and all(len(label) < 2 for label in first.split("."))
    return not short and any(
        tld in known for known in (suffixes.listed, suffixes.wildcards, _SPECIAL)
    )


def _over_lines(lines: Sequence[str]) -> Iterator[Sighting]:
    """Yield the readings of names that a line end, or the end of a cell, may cut."""
    words = Counter(word.lower() for line in lines for word in _WORD.findall(line))
    for index, line in enumerate(lines):
        if not line.strip() or len(line) > _LONGEST_LINE:
            continue
        after = _next(lines, index)
        if after is None:
            continue
        for start, raw, readings in (
            *_at_end(line, lines[after], words),
            *_in_cells(line, lines[after]),
        ):
            for reading in readings:
                if _is_name(re.sub(r"\A\w+://|[/?:].*", "", reading.split("://")[-1])):
                    yield from _sighted(index + 1, start, reading, raw, _CUT)


def _next(lines: Sequence[str], index: int) -> int | None:
    """Return the next line that is neither blank nor printed on each page."""
    for after in range(index + 1, min(len(lines), index + _FURTHER)):
        if lines[after].strip() and not FURNITURE.match(lines[after]):
            return after if len(lines[after]) <= _LONGEST_LINE else None
    return None


def _at_end(line: str, below: str, words: Counter[str]) -> Iterator[tuple[int, str, Sequence[str]]]:
    """Yield what the last word of a line and the first of the next may be together."""
    bare = line.rstrip()
    last = _LAST.search(bare[-400:])
    item = _ITEM.match(below)
    first = _FIRST.match(below, item.end() if item else 0)
    if last is None or first is None:
        return
    half, rest = last[0], first[0].rstrip(".:")
    start = len(bare) - len(half)
    is_cut = half[-1] in f"-./\u00ad?=&{DASHES}"
    dotted = "." in half.strip(".") or "://" in half or half.lower().startswith("www")
    alone = not below[first.start() + len(rest) :].strip(" \t.,;:)")
    rare = len(half) > 2 and half.isalnum() and words[half.lower()] == 1
    rare = rare and not _BEGINS.match(rest)
    if not (
        (is_cut and (dotted or "." in rest or (alone and half[-1] == ".")))
        or (dotted and not _is_name(rest) and (alone or not _is_name(half)))
        or (rare and "." in rest)
    ):
        return
    if half[-1:] == "." and not rest.islower() and not dotted:
        return
    yield start, f"{half}\n{rest}", _joined(f"{half}\n{rest}")


def _joined(raw: str) -> list[str]:
    """Return the readings of a name in several lines: with and without the hyphen, and halves."""
    first, *others = (part.strip() for part in raw.split("\n"))
    readings = [first]
    for part in filter(None, others):
        readings = [
            one + part
            for half in readings
            for one in dict.fromkeys((half.rstrip("\u00ad"), half.rstrip(f"-\u00ad{DASHES}")))
        ]
    return [*readings, *(part for part in (first, *others) if _is_name(part.rstrip(".")))]


def _in_cells(line: str, below: str) -> Iterator[tuple[int, str, Sequence[str]]]:
    """Yield what two cells below each other may be together, where one alone is no name."""
    lower = {found.start(): found[0] for found in _cells(below)}
    for found in _cells(line):
        upper, under = found[0].rstrip(",;"), lower.get(found.start(), "").rstrip(".,;")
        if (
            not under
            or not _FRAGMENT.fullmatch(upper.rstrip("."))
            or not _FRAGMENT.fullmatch(under)
        ):
            continue
        if _is_name(upper) != _is_name(under) or not (_is_name(upper) or "." not in upper + under):
            yield found.start(), f"{upper}\n{under}", _joined(f"{upper}\n{under}")


def _cells(line: str) -> Iterator[re.Match[str]]:
    item = _ITEM.match(line)
    return _CELL.finditer(line, item.end() if item else 0)
