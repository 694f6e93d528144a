"""ZONE FILE: the entries of a DNS master file (RFC 1035, section 5), one by one.

Nothing but this text is read: ``$INCLUDE`` and ``$GENERATE`` are reported, and what they would
bring is not there. TTLs are passed over, for they change nothing of what is blocked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...errors import OrderSyntaxError
from .recorddata import data_fault

UNNAMED = "@"
"""The origin of a zone whose file does not say its name."""
_LOST = "$"
"""The origin after one that cannot be read; no zone has that name."""
_TOKEN = re.compile(
    r"""[ \t]++|;.*|"[^"\\]*+(?:\\.[^"\\]*+)*"|[()]|(?:\\.|[^\s;()"\\]++)+|.""", re.DOTALL
)
_SPECIAL = re.compile(r'[;()"]')
_TTL = re.compile(r"(?i)[0-9]++(?:[smhdw](?:[0-9]++[smhdw])*)?")
_CLASSES = frozenset({"IN", "CH", "HS", "CS"})
_ESCAPE = re.compile(r"\\([0-9]{3}|.)?", re.DOTALL)
_PLAIN = re.compile(r"[a-z0-9_-]")
_MAX_NAME = 1_000
"""Far above the 255 octets of a name, whose escapes take up to four characters each."""


class Entry(NamedTuple):
    """A record: line and text, absolute owner without final dot, type, and words of the data."""

    line: int
    text: str
    owner: str
    kind: str
    data: tuple[str, ...]


class Fault(NamedTuple):
    """An entry that is no record, why not, a stable code, and the owner if it has one."""

    line: int
    text: str
    reason: str
    code: str
    owner: str | None = None


class ZoneReader:
    """Reads entries in sequence, and keeps what each one says for those after it.

    Attributes:
        origin: what relative names end with, lower case; ``UNNAMED`` where nothing says it.
        zone: the name of the zone: the owner of the first record, which is the SOA; ``""`` before.
    """

    def __init__(self, path: str) -> None:
        """Take the path, for errors."""
        self.origin: str = UNNAMED
        self.zone: str = ""
        self._owner = UNNAMED
        self._path = path

    def read(self, lines: Iterable[tuple[int, str]]) -> Iterator[Entry | Fault]:
        """Yield what numbered lines hold.

        Raises:
            OrderSyntaxError: a parenthesis is open at the end, so that no entry below it is sure.
        """
        words: list[str] = []
        begun, first, depth, broken = 0, "", 0, ""
        for number, line in lines:
            if not depth:
                words, begun, first, broken = [], number, line, ""
            if _SPECIAL.search(line) is None:
                words += line.split()
            else:
                depth, broken = _split(line, words, depth, broken)
            if depth:
                continue
            if broken:
                yield Fault(begun, first, broken, "not-a-record")
            elif words:
                found = self._entry(begun, first, words)
                if found is not None:
                    yield found
        if depth:
            raise OrderSyntaxError(
                "this parenthesis is never closed, so the rest of the zone is lost; "
                "is the file complete?",
                path=self._path,
                line=begun,
            )

    def _entry(self, line: int, text: str, words: list[str]) -> Entry | Fault | None:
        if words[0].startswith("$"):
            return self._directive(line, text, words)
        at = 0
        if text[0] not in " \t":
            self._owner, at = self.absolute(words[0]), 1
        at, class_ = _after_class(words, at)
        kind = words[at].upper() if at < len(words) else ""
        fault = "expected name, optional TTL and class, type, data"
        if kind and at + 1 < len(words):
            fault = data_fault(kind, words[at + 1 :])
            if class_ not in ("", "IN"):
                fault = f"a record of class {class_}, which no resolver answers from"
        if fault:
            return Fault(line, text, f"not a zone record: {fault}", "not-a-record", self._owner)
        if not self.zone:
            self.zone = self._owner if kind == "SOA" else self.origin
            self.origin = self.zone if self.origin == UNNAMED else self.origin
        return Entry(line, text, self._owner, kind, tuple(words[at + 1 :]))

    def _directive(self, line: int, text: str, words: list[str]) -> Fault | None:
        name = words[0].upper()
        if name == "$TTL":
            return None
        if name == "$ORIGIN" and len(words) == 2:
            origin = self.absolute(words[1])
            self.origin = origin if len(origin) <= _MAX_NAME else _LOST
            if self.origin != _LOST:
                return None
            reason = "an origin that is longer than a name can be; names below it are refused"
            return Fault(line, text, reason, "not-a-name")
        if name == "$INCLUDE":
            return Fault(line, text, "refers to another file; load that file too", "include")
        if name == "$GENERATE":
            reason = "makes records from a range; write them out, one a line"
            return Fault(line, text, reason, "generate")
        return Fault(line, text, f"{words[0]} is not a zone directive", "not-a-record")

    def absolute(self, name: str) -> str:
        """Return a name in lower case, with the origin if it is relative, without final dot."""
        name = unescaped(name.lower())
        if name == "@":
            return self.origin
        if name == ".":
            return ""
        if name.endswith(".") and not name.endswith("\\."):
            return name[:-1]
        return f"{name}.{self.origin}" if self.origin else name

    def relative(self, owner: str) -> str | None:
        """Return an absolute name without the zone's; ``""`` at its top, ``None`` outside of it."""
        if owner == self.zone:
            return ""
        if not self.zone:
            return owner
        end = f".{self.zone}"
        return owner[: -len(end)] if owner.endswith(end) else None


def _after_class(words: list[str], at: int) -> tuple[int, str]:
    """Return where the type stands, behind one TTL and one class in any sequence, and the class."""
    class_, ttl = "", False
    while at < len(words):
        if not class_ and words[at].upper() in _CLASSES:
            class_ = words[at].upper()
        elif not ttl and _TTL.fullmatch(words[at]):
            ttl = True
        else:
            break
        at += 1
    return at, class_


def _split(line: str, words: list[str], depth: int, broken: str) -> tuple[int, str]:
    """Add the words of a line; return how deep in parentheses it ends, and what is wrong."""
    for word in _TOKEN.findall(line):
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
        elif word == '"':
            broken = "a quote that is not closed in its line"
        elif word[0] not in " \t\r;":
            words.append(word)
    if depth < 0:
        return 0, "a closing parenthesis without an opening one"
    return depth, broken


def unescaped(name: str) -> str:
    r"""Return a name without the escapes that hide what every name may hold; ``\.`` stays.

    >>> unescaped(r"\097\b.example")
    'ab.example'
    """
    return _ESCAPE.sub(_shown, name) if "\\" in name else name


def _shown(escape: re.Match[str]) -> str:
    said = escape[1] or ""
    char = chr(int(said)).lower() if len(said) == 3 and int(said) < 128 else said
    return char if _PLAIN.fullmatch(char) else escape[0]
