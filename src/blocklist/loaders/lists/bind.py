"""BIND: ``zone "example.com" { type master; file "db.list"; };``: the name and all below it.

A blocking list in ``named.conf`` gives all its names one file. What that file answers is not here,
so the order says nothing of it. A server's own zones look alike: such a configuration is not taken
for a list unless the caller says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ...documents import Document
from ...errors import OrderSyntaxError
from ...model.orders import Order
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .rulereader import NAME, Frame, RuleReader, frame_of, rule_order

_OPENS = r'(?i:zone)[ \t]+"'
_CLOSES = (
    r'\.?"(?:[ \t]+(?i:IN))?[ \t]*\{[ \t]*type[ \t]+(?:master|primary);[ \t]*'
    r'file[ \t]+"[^"\n]*";[ \t]*\};'
)
_WHOLE = re.compile(rf"({_OPENS}){NAME}({_CLOSES})")
_STATEMENT = re.compile(
    r'(?m)^[ \t]*zone\s+"?[^\s"{};]+"?(?:\s+IN)?\s*\{\s*type\s+(?:master|primary)\s*;'
    r'\s*file\s+"([^"\n]*)"\s*;',
    re.IGNORECASE,
)
_ANY = re.compile(r"(?m)^[^\s{}#/*;][^{};\n]*\{")
_TOKEN = re.compile(r'"([^"\n]*)"|(//.*|#.*)|(/\*(?s:.*?)(?:\*/|\Z))|([^\s{};"]++|[{};"])')
_BLOCKS = frozenset({"master", "primary"})
_OWN = re.compile(r"(?i)localhost|(?:.+\.)?(?:in-addr|ip6)\.arpa\.?|\.")


class BindLoader:
    """Zones of a configuration of BIND."""

    name = "bind"
    title = 'BIND: zone "name" { type master; file "…"; };'
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether most statements are zones with a file, and most of these share one file."""
        text = document.sample.text
        files = Counter(_STATEMENT.findall(text))
        if not files or files.total() <= len(_ANY.findall(text)) / 2:
            return False
        shared = max(files.values())
        return shared > 1 and shared > files.total() / 2

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the whole document as one order."""
        frame = frame_of(document, _WHOLE)
        reader, lines = _scan(document, frame, options.kind)
        if frame is not None and any("/*" in line for _, line in lines):
            reader, lines = _scan(document, None, options.kind)  # zones may stand in comments
        for number, words in _statements(lines, document.path):
            _read(reader, number, words, options.kind)
        return [rule_order(document, self.name, reader)]


def _scan(
    document: Document, frame: Frame | None, kind: TargetKind
) -> tuple[RuleReader, list[tuple[int, str]]]:
    """Read the zones in the frame; return what has them, and the other lines."""
    reader, lines = RuleReader(document, kind), list[tuple[int, str]]()
    reader.read_rules(frame, lambda number, line: lines.append((number, line)))
    return reader, lines


def _statements(lines: list[tuple[int, str]], path: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the words of each statement; those within views too."""
    words: list[str] = []
    begun = depth = 0
    for number, word in _tokens(lines):
        if not words:
            begun = number
        if word == "{" and not depth and words[:1] == ["view"]:
            words = []
        elif word == ";" and not depth:
            if words:
                yield begun, words
            words = []
        elif word != "}" or depth:
            depth += {"{": 1, "}": -1}.get(word, 0)
            words.append(word)
    if depth:
        raise OrderSyntaxError(
            "a brace opens here that nothing closes, so the rest is lost; is the file complete?",
            path=path,
            line=begun,
        )
    if words:
        yield begun, [*words, "(no ; at the end)"]


def _tokens(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield line and text of each word, string, brace and semicolon; strings without quotes."""
    text = "\n".join(line for _, line in lines)
    at, counted = 0, 0
    for found in _TOKEN.finditer(text):
        at += text.count("\n", counted, found.start())
        counted = found.start()
        if found[4] or found[1] is not None:
            yield lines[at][0], found[4] or found[1]


def _read(reader: RuleReader, number: int, words: list[str], kind: TargetKind) -> None:
    shown = " ".join(words)[:200]
    if words[0].lower() != "zone" or len(words) < 3 or "{" not in words or words[-1] != "}":
        code, reason = "configuration", f"{words[0]} blocks no name"
        if words[0].lower() == "zone":
            code, reason = "not-a-rule", "no zone: a name, then { type master; file …; };"
        elif words[0].lower() == "include":
            code, reason = "include", "names another file; load that one as well"
        reader.reject(number, shown, reason, code)
        return
    body = words[words.index("{") + 1 :]
    types = [body[at + 1].lower() for at, word in enumerate(body[:-1]) if word.lower() == "type"]
    name = words[1]
    if _OWN.fullmatch(name):
        reason = "a zone that each server has for itself, which blocks nothing"
        reader.reject(number, shown, reason, "configuration")
    elif len(types) != 1 or types[0] not in _BLOCKS or "file" not in map(str.lower, body):
        reason = "no block: only a zone of type master (primary) with a file answers by itself"
        reader.reject(number, shown, reason, "configuration")
    else:
        reader.block(number, name.removesuffix("."), kind, raw=name)
