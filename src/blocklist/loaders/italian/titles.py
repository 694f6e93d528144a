"""TITLES: the name in words that a list gives to a site before its domain: *Furto A (furto-a.it)*.

The words are taken for the site's own title only if they are in its domain too; else they may say
whose site it is, or which one it imitates.
"""

from __future__ import annotations

import re

_TITLE = re.compile(
    r"[\"«“]?[A-Z0-9][^\s,;:()]{0,40}(?:\s[A-Z0-9][^\s,;:()]{0,40}){0,4}\s*(?:[,:(–-]|[,:–-]\s*\()\s*\Z"
)
_NO_LETTER = re.compile(r"[\W_]+")
_REACH, _LEAST = 160, 4


def without_title(before: str, host: str) -> str:
    """Return the words before a name with its site's title blanked out, of the same length."""
    found = _TITLE.search(before, max(0, len(before) - _REACH))
    if found is None or "\n" in found[0].strip():
        return before
    title = _NO_LETTER.sub("", found[0]).lower()
    labels = _NO_LETTER.sub("", host.removeprefix("www.").rpartition(".")[0]).lower()
    if min(len(title), len(labels)) < _LEAST or not (title in labels or labels in title):
        return before
    return before[: found.start()] + " " * len(found[0])
