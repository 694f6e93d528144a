"""MAIL QUOTES: what a mail quotes line by line behind *>*.

The signs become blanks of their own kind (U+001F, which no document holds, as odd blanks are
replaced), so that a sentence reads on in the next line and the quotation is still seen. Positions
stay. Time is linear.
"""

from __future__ import annotations

import re

from .deferredpattern import deferred

SIGN = "\x1f"
"""What stands where a line began with *>*."""
_QUOTED = deferred(r"^[ \t]{0,3}>(?:[ \t]?>){0,5}(?=[ \t]|$)", re.MULTILINE)
_LINES = deferred(rf"\n(?:{SIGN}[^\n]*(?:\n|\Z))+")


def unquoted(plain: str) -> str:
    """Return a text of the same length with the signs at the beginning of lines replaced."""
    return _QUOTED.sub(lambda found: SIGN.ljust(len(found[0])), plain)


def quotation(plain: str) -> tuple[int, int]:
    """Return where the first quotation begins and ends; -1 if there is none."""
    found = _LINES.search(plain)
    return (found.start() + 1, found.end()) if found else (-1, -1)
