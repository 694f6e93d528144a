"""MENDING: lines of prose in which names that a line break cut are whole again.

A converter of PDF leaves names in two lines, with a hyphen (``kickasstor-`` / ``rents.to``) or
without. The hyphen may be the name's or the printer's, and nothing can be looked up; so a name is
joined where one reading alone is a name, or where one stands whole elsewhere in the document. Else
it is joined all the same and marked as uncertain, so that nobody takes its second half for a name.
The joined name stands in the line where it began. Code points that show nothing go, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ...model.names import MAX_NAME_OCTETS
from ...model.suffixes import public_suffixes
from .cellwraps import wrapped_cell
from .deferredpattern import deferred
from .ownhyphens import is_own_hyphen
from .spacing import NOTE, closed_up

# What the registry and the printer put on each page.
FURNITURE = deferred(
    r"^[ \t]*(?:Firmato\s+Da:|pag(?:ina|\.)\s?\d{1,4}(?!\w|\s+(?:del|della|dell|dello|ed?)\b|,)"
    r"|(?:[-–]{1,2}\s?\d{1,3}(?:\s+di\s+\d{1,3})?\s?[-–]{1,2}|\d{1,3}(?:\s+di\s+\d{1,3})?)[ \t]*$"
    r"|(?:RG\s+n|N\.?\s?R\.?\s?G)\b|[^\n]{0,40}n\.\s?cronol)[^\n]*(?:\n|\Z)",
    re.IGNORECASE | re.MULTILINE,
)
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
"""What print sets for a hyphen."""

_NOTHING = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_CLEAN = str.maketrans(dict.fromkeys(_NOTHING, "") | {"\ufb01": "fi", "\ufb02": "fl"})
_TO_HYPHEN = str.maketrans(dict.fromkeys(DASHES, "-"))
_CHANGED = deferred(rf"[{_NOTHING}\ufb01\ufb02{DASHES}]")
_TOKEN = deferred(r"\S+")
_PUNCTUATION = ".,;:!?'\"«»“”‘’()[]{}"
_CUT = deferred(rf"\w[-{DASHES}]\Z")
_WORD_CUT = deferred(r"(?<![\w.@/-])[^\W\d_]+-\Z")
_WORD_GOES_ON = deferred(r"[^\W\d_A-Z]+")
_LONGEST = 300
_HEAD = deferred(
    rf"[ \t]*([\w.-]{{1,{MAX_NAME_OCTETS}}}(?:[/?:][^\s,;)»”\"]{{0,500}})?)(?=[\s,;:)»”\"'\]]|\Z)"
)
_SCHEME = deferred(r"(?:h(?:tt|xx)ps?|ftp)://", re.IGNORECASE)
_FRAGMENT = deferred(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_NAME = deferred(r"(?<![\w-])[\w-]++(?:\.[\w-]++)+")
_LONE_WORD = deferred(r"(?<![\w.@/-])[^\W\d_]{4,64}(?![\w@/-]|\.\w)")
_WORD_AFTER = deferred(r"[ \t]+[a-zà-ù]{2,}")
_JOINERS = deferred(r"[ \t]+(?:e|ed|o|od|nonché|oppure)\b")
# Words that are also TLDs: after a full stop at a line's end they rather begin a sentence.
_WORDS = frozenset({"ai", "al", "ci", "il", "in", "io", "la", "li", "me", "ne", "no", "se", "si"})
# What ends with a full stop of its own: S.r.l., Inc., art.
_SHORT = deferred(
    r"(?:[a-z]\.)*[a-z]|inc|ltd|corp|co|llc|art|artt|doc|all|avv|dott|nr|num|pag", re.IGNORECASE
)
_NUMBERED = deferred(r"[ \t]*(\d{1,3})[.)](?=\S|[ \t])")
_FURTHER = 8


@dataclass(frozen=True, slots=True)
class Join:
    """A name that was changed for reading.

    Attributes:
        raw: as it stands in the document, with the line break.
        other: the reading that was not taken; empty where the one taken is certain.
        note: what was changed, for a target; or empty.
    """

    raw: str
    other: str = ""
    note: str = ""


class Dehyphenation:
    """The lines of a document with whole names, and what each changed name was."""

    def __init__(self, lines: Sequence[str], *, dashes: bool = False) -> None:
        """Mend the lines.

        Args:
            lines: of the document.
            dashes: read a typographic dash inside a name as a hyphen, with a note.
        """
        self.joins: dict[tuple[int, str], Join] = {}
        self._dashes = dashes
        self.lines: list[str] = [
            self._cleaned(number, line) for number, line in enumerate(lines, 1)
        ]
        self._written = lines
        self._close_up()
        self._part_numbers()
        for index in range(len(self.lines) - 1):
            self._mend(index)

    def _close_up(self) -> None:
        """Take the blanks out of names where one reading is left."""
        for index, line in enumerate(self.lines):
            for start, end, plain in reversed(closed_up(line)):
                raw = line[start:end]
                self.lines[index] = self.lines[index][:start] + plain + self.lines[index][end:]
                self.joins[index + 1, plain.strip(_PUNCTUATION)] = Join(raw, note=NOTE)

    def _part_numbers(self) -> None:
        """Part the number of an item from its name (``10.a.example`` below ``9. b.example``)."""
        last = 0
        for index, line in enumerate(self.lines):
            found = _NUMBERED.match(line)
            if found is None:
                continue
            number, end = int(found[1]), found.end()
            if line[end : end + 1].isspace():
                last = number
            elif last and number == last + 1:
                self.lines[index] = f"{line[:end]} {line[end:]}"
                last = number
            else:
                last = 0

    def _cleaned(self, number: int, line: str) -> str:
        """Return a line without what shows nothing; remember how names in it were written."""
        if not _CHANGED.search(line):
            return line

        def clean(found: re.Match[str]) -> str:
            raw = found[0]
            plain = raw.translate(_CLEAN)
            if raw.endswith("\u00ad"):
                plain += "\u00ad"  # the printer's own hyphen: for ``_mend`` to see
            note = ""
            if self._dashes and "." in plain[1:] and _CHANGED.search(plain.rstrip("\u00ad")):
                plain = plain.translate(_TO_HYPHEN)
                note = "a typographic dash in it is read as a hyphen"
            if plain != raw and "." in plain:
                key = plain.strip(_PUNCTUATION)
                self.joins[number, key] = Join(raw.strip(_PUNCTUATION), note=note)
            return plain

        return _TOKEN.sub(clean, line)

    @cached_property
    def _whole(self) -> frozenset[str]:
        """The names that stand in one line somewhere, without ``www.``."""
        return frozenset(
            name.lower().removeprefix("www.") for line in self.lines for name in _NAME.findall(line)
        )

    @cached_property
    def _words(self) -> frozenset[str]:
        """The words that stand alone somewhere, not in names."""
        return frozenset(
            word.lower() for line in self._written for word in _LONE_WORD.findall(line)
        )

    def _mend(self, index: int) -> None:
        """Join the name that begins at the end of a line, or of a cell, if one does."""
        if self._mend_cell(index):
            return
        line = self.lines[index].rstrip()
        soft = line.endswith("\u00ad")
        if soft:
            line = self.lines[index] = line.rstrip("\u00ad")
        first = _last_token(line)
        if not first:
            return
        after = self._next(index, line)
        if after is None:
            return
        head = _HEAD.match(self.lines[after])
        if head is None:
            return
        second = head[1].rstrip(".:") if "/" not in head[1] else head[1]
        rest = self.lines[after][head.start(1) + len(second) :]
        if after > index + 1 and first.strip(".").isalpha() and _has_tld(second):
            return  # the end of a sentence, and a list below it
        alone = line.strip() == first
        readings = self._readings(first, second, rest, soft=soft, alone=alone)
        if not readings:
            if _WORD_CUT.search(line[-_LONGEST:]) and _WORD_GOES_ON.fullmatch(second):
                self.lines[index], self.lines[after] = line[:-1] + second, rest
            return
        taken, other, note = self._decided(readings, first, second)
        self.lines[index] = line[: -len(first)] + taken + rest[: _stops(rest)]
        self.lines[after] = rest[_stops(rest) :]
        raw = self._raw(index, after, first, second)
        self.joins[index + 1, taken.strip(_PUNCTUATION)] = Join(raw, other, note)

    def _mend_cell(self, index: int) -> bool:
        """Join the name that goes on below its cell; say whether there was one."""
        wrap = wrapped_cell(self.lines[index], self.lines[index + 1])
        if wrap is None or _has_tld(wrap.first):
            return False
        joined = wrap.first + wrap.second
        if not _has_tld(joined):
            return False
        cut = _CUT.search(wrap.first)
        readings = [wrap.first[:-1] + wrap.second, joined] if cut else [joined]
        taken, other, note = self._decided(readings, wrap.first, wrap.second)
        self.lines[index] = wrap.joined(self.lines[index], taken)
        self.lines[index + 1] = ""
        raw = f"{wrap.first}\n{wrap.second}"
        self.joins[index + 1, taken.strip(_PUNCTUATION)] = Join(raw, other, note)
        return True

    def _decided(self, readings: list[str], first: str, second: str) -> tuple[str, str, str]:
        """Return the reading to take, the other one if it is uncertain, and a note."""
        taken, other = self._choose(readings, first.rstrip("."))
        own = None
        if other and len(readings) > 1 and _CUT.search(first):
            own = is_own_hyphen(first[:-1], second, self._words)
        if own is None:
            return taken, other, ""
        whose = "its own" if own else "the printer's"
        return readings[own], "", f"a hyphen at the end of a line in it is read as {whose}"

    def _next(self, index: int, line: str) -> int | None:
        """Return the line in which a name would go on: the next, or beyond a page's end."""
        after = index + 1
        if line[-1:] not in (*DASHES, "-", ".") and not _open_url(line):
            return after if self.lines[after].strip() else None
        while after < min(len(self.lines), index + _FURTHER):
            said = self.lines[after]
            if said.strip() and not FURNITURE.match(said):
                return after
            after += 1
        return None

    def _readings(
        self, first: str, second: str, rest: str, *, soft: bool, alone: bool
    ) -> list[str]:
        """Return what the two halves may be together, the likelier first; empty if nothing."""
        scheme = _SCHEME.match(first)
        bare = first[scheme.end() :] if scheme else first
        is_web = scheme is not None or bare.lower().startswith("www.")
        fragment = _FRAGMENT.fullmatch(second.partition("/")[0].partition(":")[0])
        ends_name = bool(fragment) and _has_tld(fragment[0] if fragment else "")
        if scheme and ("/" in bare or "?" in bare):
            if _CUT.search(bare) and not soft:
                return [first[:-1] + second, first[:-1] + "-" + second]
            return [first + second, ""] if soft else []
        if scheme and not bare:
            return [first + second] if ends_name else []
        dotted = "." in bare.strip(".")
        if soft:
            return [first + second] if ends_name or (dotted and _is_tld(second)) else []
        if _CUT.search(bare):
            if ends_name or ((dotted or is_web) and _is_tld(second.rpartition(".")[2])):
                return [first[:-1] + second, first[:-1] + "-" + second]
            return []
        if bare.endswith(".") or second.startswith("."):
            return self._at_dot(first, second, rest, is_web=is_web)
        if not ends_name:
            return []
        joined = (first + second).lower()
        if _SCHEME.sub("", joined).removeprefix("www.") in self._whole and not _has_tld(bare):
            return [first + second]
        labels = bare.removeprefix("www.").split(".")
        if is_web and len(labels) == 1:
            return [first + second]
        # Two labels that end with no TLD, amid a sentence: not an entry of a list.
        if dotted and not alone and labels[-1].isalpha() and not _has_tld(bare):
            return [first + second, f"{first} {second}"] if len(labels[-1]) > 1 else []
        return []

    def _at_dot(self, first: str, second: str, rest: str, *, is_web: bool) -> list[str]:
        """Return the readings of a name that is cut before or after one of its dots."""
        bare = _SCHEME.sub("", first).rstrip(".")
        last = second.rpartition(".")[2]
        if last != last.lower() or not _is_tld(last) or not bare or bare.isdecimal():
            return []
        if first.endswith(".") and (second.startswith(".") or _SHORT.fullmatch(bare)):
            return []
        whole = (bare + "." + second.lstrip(".")).lower().removeprefix("www.") in self._whole
        if "." not in second.strip(".") and not whole and not is_web:
            # It may be a word: the end of one sentence, and the beginning of another.
            goes_on = _WORD_AFTER.match(rest) and not _JOINERS.match(rest)
            if second in _WORDS and goes_on:
                return []
            if goes_on or second in _WORDS:
                return [first + second, first.rstrip(".")]
        complete = _has_tld(bare) and "." in bare.removeprefix("www.")
        if complete and not whole:
            return [first + second, first.rstrip(".")]
        if "." not in bare and _has_tld(second) and not (whole or is_web or first == bare):
            # The end of a sentence, and a whole name below it; or a name cut at a dot.
            return [first + second, second]
        return [first + second]

    def _choose(self, readings: list[str], half: str) -> tuple[str, str]:
        """Return the reading to take, and the other one if it is uncertain.

        That the first half stands whole somewhere says nothing: it does so here.
        """
        if len(readings) == 1:
            return readings[0], ""
        first, second = readings
        known = [reading for reading in readings if reading != half and self._is_whole(reading)]
        if len(known) == 1:
            return known[0], ""
        return first, second or first

    def _is_whole(self, reading: str) -> bool:
        url = _SCHEME.sub("", reading).lower().removeprefix("www.")
        return url in self._whole if "/" not in url else False

    def _raw(self, index: int, after: int, first: str, second: str) -> str:
        """Return how the name is written in the document, from its first line to its last."""
        begin, end = self._written[index], self._written[after]
        starts = max(begin.rfind(first), 0)
        found = end.find(second)
        stops = found + len(second) if found >= 0 else len(end)
        return begin[starts:].rstrip() + "\n" * (after - index) + end[:stops].lstrip()


def _stops(rest: str) -> int:
    """Return how much punctuation follows the name: it stays with it."""
    return len(rest) - len(rest.lstrip(_PUNCTUATION))


def _last_token(line: str) -> str:
    """Return what may be the first half of a name at the end of a line: a URL, or its letters."""
    said = line[-_LONGEST:]
    blank = max(said.rfind(" "), said.rfind("\t"), said.rfind("\u00a0"))
    if blank < 0 and len(line) > _LONGEST:
        return ""
    token = said[blank + 1 :]
    scheme = _SCHEME.search(token)
    if scheme:
        return token[scheme.start() :]
    start = len(token)
    while start and (token[start - 1].isalnum() or token[start - 1] in f"_.@-{DASHES}"):
        start -= 1
    return token[start:]


def _open_url(line: str) -> bool:
    return line.endswith("://")


def _is_tld(label: str) -> bool:
    suffixes = public_suffixes()
    label = label.lower().strip(".")
    return label in suffixes.listed or label in suffixes.wildcards


def _has_tld(name: str) -> bool:
    return "." in name and _is_tld(name.rpartition(".")[2])
