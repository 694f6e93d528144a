"""SPACING: names that a scanner or a careful typist has put blanks into.

A blank beside a dot in brackets (``a [.] example``) parts no words, so there is one reading. After
``www`` too, if one label alone stands up to a top-level domain: ``www. serie .com``. Any other
blank stays: in *il sito serie .com* the name may begin before *serie*.
"""

from __future__ import annotations

import re

from ...model.suffixes import public_suffixes
from .deferredpattern import deferred

_DOT = r"(?:\[\s?(?:\.|dot|punto)\s?\]|\(\s?(?:\.|dot|punto)\s?\)|\{\s?(?:\.|dot|punto)\s?\})"
_DEFANGED = deferred(
    rf"(?<![\w.@-])(?:h(?:tt|xx)ps?(?::|\[:\])//\s?)?[\w-]{{1,63}}(?:\s?{_DOT}\s?[\w-]{{1,63}}|\.[\w-]{{1,63}}){{1,10}}",
    re.IGNORECASE,
)
_ONE_DOT = deferred(rf"\s?{_DOT}\s?", re.IGNORECASE)
_WEB = deferred(
    r"(?<![\w.@/-])(?:https?\s?:\s?//\s?)?www(?:\s?\.\s?)(?:[\w-]{1,63}\s?\.\s?){1,4}(?P<tld>[a-z]{2,24})(?![\w.@-])",
    re.IGNORECASE,
)
_BLANK = deferred(r"\s")
NOTE = "blanks in it were taken out"


def closed_up(line: str) -> list[tuple[int, int, str]]:
    """Return where names with blanks in them stand in a line, and each without them."""
    found = []
    if _ONE_DOT.search(line):
        for name in _DEFANGED.finditer(line):
            plain = _ONE_DOT.sub(".", name[0])
            if _ONE_DOT.search(name[0]) and plain != name[0].replace("[.]", "."):
                found.append((*name.span(), plain))
    if "www" in line.lower():
        for name in _WEB.finditer(line):
            plain = _BLANK.sub("", name[0])
            if plain != name[0] and _is_web(name[0], name["tld"]):
                found.append((*name.span(), plain))
    return [one for at, one in enumerate(sorted(found)) if not at or one[0] >= found[at - 1][1]]


def _is_web(written: str, tld: str) -> bool:
    """Whether the last label is a top-level domain, and no name ends before it."""
    suffixes = public_suffixes()
    known = tld.lower() in suffixes.listed or tld.lower() in suffixes.wildcards
    labels = [label.strip() for label in written.split(".")]
    before = labels[-2].lower()
    complete = len(labels) > 3 and (before in suffixes.listed or before in suffixes.wildcards)
    return known and tld == tld.lower() and not complete
