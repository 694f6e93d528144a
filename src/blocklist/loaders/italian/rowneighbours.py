"""ROW NEIGHBOURS: a name beside another in a row without headings; perhaps who hosts it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from .candidates import Candidate, Text
from .deferredpattern import deferred

BESIDE = "beside another name in a row without headings; perhaps who hosts it"
"""Why such a name is no target."""
# Entries in two columns, each with its bullet.
_BULLET_BETWEEN = deferred(r"(?:[ ]{2,}|\t\s*)([•*▪])[ \t]+")
_NO_WORD = deferred(r"[^\w,;/()]+")
# In a sentence dashes part sites as commas do: *dei siti web a.example - b.example*.
_DASHED = deferred(
    r"\b(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali)(?:[ ](?:web|internet))?"
    r"(?:[ ](?:(?:qui[ ])?di[ ]seguito|seguenti)(?:[ ]\w+ti)?)?:?[ ]"
    r"(?:[^\s.|,;:]{1,80}\.\S{2,200}\s{1,3}[-–—]\s{1,3}){1,12}\Z",
    re.IGNORECASE,
)
_ENUMERATED = 600


def stands_beside(text: Text, last: Candidate | None, name: Candidate) -> bool:
    """Whether blanks, bars or arrows alone part a name from the last one in its line.

    Addresses may stand so: they are the site's own.
    """
    if last is None or last.line != name.line or "" in (last.host, name.host):
        return False
    if ":" in name.host or name.host[-1:].isdecimal():
        return False
    gap = text.plain[last.end : name.start]
    bullet = _BULLET_BETWEEN.fullmatch(gap)
    lead = text.plain[text.line_start(last.start) : last.start].lstrip()
    if _NO_WORD.fullmatch(gap) is None or (bullet and lead.startswith(bullet[1])):
        return False
    return not _DASHED.search(text.plain[max(0, name.start - _ENUMERATED) : name.start])


def hosts_of_several(text: Text, names: Sequence[Candidate]) -> set[str]:
    """Return names that lead several rows without headings, each with another name beside it.

    Such a one is no site of the list, but perhaps who hosts or registered those beside it.
    """
    beside_it: dict[str, set[str]] = {}
    for last, name in pairwise(names):
        if stands_beside(text, last, name):
            beside_it.setdefault(last.host, set()).add(name.host)
    return {host for host, others in beside_it.items() if len(others) > 1}
