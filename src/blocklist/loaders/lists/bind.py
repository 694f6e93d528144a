"""BIND: ``zone "example.com" { type master; file "db.list"; };``: the name and all below it.

A blocking list in ``named.conf`` gives all its names one file. What that file answers is not here,
so the order says nothing of it. A server's own zones look alike, but each has a file of its own:
such a zone is no block, and a configuration of such zones is not taken for a list unless the caller
says so. A zone in a view is a block if the views before the first that is for everyone, and that
one, have it.
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
_FILE = re.compile('file[ \\t]+"([^"\\n]*)"', re.IGNORECASE)
# The word alone: many names hold it, such as preview.example. It begins with its letters, by which
# a search is fast.
_VIEW = re.compile(r"view(?![\w.-])(?<![\w.-]view)")
_OWN = re.compile(r"(?i)localhost|(?:.+\.)?(?:in-addr|ip6)\.arpa\.?|\.")

_Statement = tuple[int, list[str], int]
"""Line, words, and the number of the view that it stands in; 0 for none."""


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
        if _VIEW.search(document.text.lower()):
            frame = None  # zones may stand in views
        reader, lines = _scan(document, frame, options.kind)
        shared = Counter({_FILE.findall(frame[1])[0]: len(reader)} if frame is not None else {})
        if frame is not None and (len(reader) == 1 or any("/*" in line for _, line in lines)):
            reader, lines = _scan(document, None, options.kind)  # zones may stand in comments
            shared.clear()
        statements = list(_statements(lines, document.path))
        shared.update(file for _, words, _ in statements if (file := _file_of(words)))
        everyone = _zones_for_everyone(statements)
        for number, words, view in statements:
            if view and words[0].lower() == "zone" and _key(words) not in everyone:
                reason = "the view holds only for some clients, so its zone is no block for all"
                reader.reject(number, _shown(words), reason, "modifier")
            else:
                _read(reader, number, words, options.kind, shared)
        return [rule_order(document, self.name, reader)]


def _scan(
    document: Document, frame: Frame | None, kind: TargetKind
) -> tuple[RuleReader, list[tuple[int, str]]]:
    """Read the zones in the frame; return what has them, and the other lines."""
    reader, lines = RuleReader(document, kind), list[tuple[int, str]]()
    reader.read_rules(frame, lambda number, line: lines.append((number, line)))
    return reader, lines


def _statements(lines: list[tuple[int, str]], path: str) -> Iterator[_Statement]:
    """Yield line and words of each statement; those within views too, with the view's number."""
    words: list[str] = []
    begun = depth = view = views = 0
    for number, word in _tokens(lines):
        if not words:
            begun = number
        if word == "{" and not depth and words and words[0].lower() == "view":
            words = []
            views += 1
            view = views
        elif word == ";" and not depth:
            if words:
                yield begun, words, view
            words = []
        elif word == "}" and not depth:
            view = 0
        else:
            depth += {"{": 1, "}": -1}.get(word, 0)
            words.append(word)
    if depth:
        raise OrderSyntaxError(
            "this brace is never closed, so the rest is lost; is the file complete?",
            path=path,
            line=begun,
        )
    if words:
        yield begun, [*words, "(no ; at the end)"], view


def _tokens(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield line and text of each word, string, brace and semicolon; strings without quotes."""
    text = "\n".join(line for _, line in lines)
    at, counted = 0, 0
    for found in _TOKEN.finditer(text):
        at += text.count("\n", counted, found.start())
        counted = found.start()
        if found[4] or found[1] is not None:
            yield lines[at][0], found[4] or found[1]


def _zones_for_everyone(statements: list[_Statement]) -> set[str]:
    """Return the zones in views that every client gets: in each view up to the first for all."""
    some = {view for _, words, view in statements if view and _is_of_some(words)}
    views = sorted({view for _, _, view in statements if view})
    first = next((view for view in views if view not in some), None)
    if first is None:
        return set()
    zones: dict[int, set[str]] = {view: set() for view in views if view <= first}
    for _, words, view in statements:
        if view in zones and _file_of(words):
            zones[view].add(_key(words))
    return set.intersection(*zones.values())


def _is_of_some(words: list[str]) -> bool:
    """Whether a statement of a view says for which clients it is, and not for all."""
    about = words[0].lower()
    if about in ("match-clients", "match-destinations"):
        return [word.lower() for word in words[1:]] != ["{", "any", ";", "}"]
    return about == "match-recursive-only" and words[1:2] != ["no"]


def _file_of(words: list[str]) -> str:
    """Return the file of a zone; empty if it has none."""
    lower = [word.lower() for word in words]
    if lower[0] != "zone" or "{" not in words or "file" not in lower[2:-1]:
        return ""
    return words[lower.index("file", 2) + 1]


def _is_named_after(words: list[str]) -> bool:
    """Whether the file of a zone bears the zone's name, or the first label of it."""
    file = re.split(r"[^a-z0-9-]+", _file_of(words).lower().rpartition("/")[2])
    return _key(words).partition(".")[0] in file


def _key(words: list[str]) -> str:
    return words[1].lower().removesuffix(".") if words[1:] else ""


def _shown(words: list[str]) -> str:
    return " ".join(words)[:200]


def _read(
    reader: RuleReader, number: int, words: list[str], kind: TargetKind, shared: Counter[str]
) -> None:
    shown = _shown(words)
    if words[0].lower() != "zone" or len(words) < 3 or "{" not in words or words[-1] != "}":
        code, reason = "configuration", f"{words[0]} blocks no name"
        if words[0].lower() == "zone":
            code, reason = (
                "not-a-rule",
                "not a zone: expected a name, then { type master; file …; };",
            )
        elif words[0].lower() == "include":
            code, reason = "include", "refers to another file; load that file too"
        reader.reject(number, shown, reason, code)
        return
    body = words[words.index("{") + 1 :]
    types = [body[at + 1].lower() for at, word in enumerate(body[:-1]) if word.lower() == "type"]
    name = words[1]
    if _OWN.fullmatch(name):
        reason = "a zone that each server has for itself, which blocks nothing"
        reader.reject(number, shown, reason, "configuration")
    elif len(types) != 1 or types[0] not in _BLOCKS or "file" not in map(str.lower, body):
        reason = "not a block: only a zone of type master (primary) with a file answers by itself"
        reader.reject(number, shown, reason, "configuration")
    elif shared[_file_of(words)] < 2 and (shared.total() > 1 or _is_named_after(words)):
        reason = "not a block: its file is for this zone alone, which says what the names in it are"
        reader.reject(number, shown, reason, "configuration")
    else:
        reader.block(number, name.removesuffix("."), kind, raw=name)
