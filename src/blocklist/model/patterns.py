r"""PATTERNS: ``*`` patterns, found by Aho-Corasick over their literals and then verified.

All patterns are searched for in one pass over the name, whatever their number: the automaton holds
the longest literal of each, and only where that occurs is the pattern itself compared, segment by
segment, in time linear in the name for each ``*``. Only this module imports ahocorasick.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_ESCAPE = re.compile(r"\\[0-9]{3}")


def literal(pattern: str) -> str:
    """Return the longest run of octets without ``*``; the first, if several are as long."""
    return max(pattern.split("*"), key=len)


def specificity(pattern: str) -> tuple[int, int]:
    """Return what makes one pattern more specific than another: labels, then literal octets."""
    return pattern.count(".") + 1, len(pattern.replace("*", ""))


def matches(pattern: str, key: str) -> bool:
    """Whether ``pattern`` covers the whole key, ``*`` standing for any run of octets.

    >>> matches("ads.*", "ads.example.com"), matches("ads.*", "bads.example.com")
    (True, False)
    """
    first, *middle = pattern.split("*")
    if not middle:
        return key == pattern
    last = middle.pop()
    if len(key) < len(first) + len(last) or not key.startswith(first) or not key.endswith(last):
        return False
    at, end = len(first), len(key) - len(last)
    for segment in middle:
        at = key.find(segment, at, end)
        if at < 0:
            return False
        at += len(segment)
    return True


def literal_automaton(patterns: Sequence[str]) -> Any:
    """Return pyahocorasick's automaton over the literals, each with the numbers of its patterns.

    Raises:
        ValueError: a pattern has no literal at all.
    """
    import ahocorasick  # only where there are patterns

    by_literal: dict[str, list[int]] = {}
    for i, pattern in enumerate(patterns):
        by_literal.setdefault(literal(pattern), []).append(i)
    if "" in by_literal:
        raise ValueError(f"pattern without a literal: {patterns[by_literal[''][0]]!r}")
    automaton = ahocorasick.Automaton()
    for text, numbers in by_literal.items():
        automaton.add_word(text, numbers)
    automaton.make_automaton()
    return automaton


class PatternSet:
    """Patterns that are searched for together; which is more specific is their sequence."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Build the automaton; time and memory grow with the octets of the patterns.

        Raises:
            ValueError: a pattern has no literal at all.
        """
        self.texts: tuple[str, ...] = tuple(patterns)
        self._automaton = literal_automaton(patterns) if patterns else None

    def matching(self, key: str) -> list[int]:
        """Return the indices of all patterns that cover ``key``, the most specific first."""
        if self._automaton is None:
            return []
        if "\\" in key:  # an escape is one octet, which no literal holds
            key = _ESCAPE.sub("\0", key)
        candidates = {i for _, indices in self._automaton.iter(key) for i in indices}
        return [i for i in sorted(candidates) if matches(self.texts[i], key)]
