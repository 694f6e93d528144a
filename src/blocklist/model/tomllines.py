"""TOML LINES: where the keys and tables of a TOML text stand, and what of it is not in quotes."""

from __future__ import annotations

import re

TablePath = tuple[str | int, ...]
"""Where a value stands: its key after those of the tables, and the numbers of arrays from 0."""

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\\]*"|'[^']*')"""
_KEYS = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY}){{0,16}}"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_KEYS})[ \t]*\]\]?[ \t]*(?:#.*)?")
_SETTING = re.compile(rf"[ \t]*({_KEYS})[ \t]*=")
_OPENING = re.compile(r"""\"{3}|'{3}|["'#]""")
_CLOSING = {
    '"""': re.compile(r'\\.|"{3,5}', re.DOTALL),
    "'''": re.compile("'{3,5}"),
    '"': re.compile(r'\\.|["\n]'),
    "'": re.compile(r"['\n]"),
    "#": re.compile(r"\n"),
}


def without_quotes(text: str) -> str:
    """Return a TOML text without comments and what stands in quotes, line for line."""
    kept, at = [], 0
    while opening := _OPENING.search(text, at):
        closings = _CLOSING[opening[0]].finditer(text, opening.end())
        closing = next((found for found in closings if found[0][0] != "\\"), None)
        end = len(text) if closing is None else closing.end() - (closing[0] == "\n")
        kept += [text[at : opening.start()], "\n" * text.count("\n", opening.start(), end)]
        at = end
    return "".join([*kept, text[at:]])


def lines_of(text: str) -> dict[TablePath, int]:
    """Return the line of each key and table of a TOML text, since its values do not say.

    Keys of inline tables have none; the line of the nearest key around them is theirs.
    """
    found: dict[TablePath, int] = {}
    counts: dict[TablePath, int] = {}
    within: TablePath = ()
    quotes = ""  # of the text of many lines that goes on
    for number, line in enumerate(text.split("\n"), 1):
        begun = not quotes
        for mark in ('"""', "'''"):
            if (not quotes or quotes == mark) and line.count(mark) % 2:
                quotes = "" if quotes else mark
        if not begun:
            continue
        if header := _HEADER.fullmatch(line):
            within = ()
            keys = _parts(header[2])
            for depth, key in enumerate(keys, 1):
                within = (*within, key)
                if header[1] == "[[" and depth == len(keys):
                    counts[within] = counts.get(within, -1) + 1
                    found.setdefault(within, number)
                if within in counts:
                    within = (*within, counts[within])
                found.setdefault(within, number)
        elif setting := _SETTING.match(line):
            path = within
            for key in _parts(setting[1]):
                path = (*path, key)
                found.setdefault(path, number)
    return found


def _parts(keys: str) -> list[str]:
    return [key.strip("\"'") for key in re.findall(_KEY, keys)]
