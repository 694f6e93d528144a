"""RUNNING HEADS: the line that each page of an act begins with, below the number of the last one.

*Procura della Repubblica di Udine - p.p. 5580/2024* begins as the act itself and says no more than
its heading does, so it ends no table that goes on below it.
"""

from __future__ import annotations

from .sitewords import WORD

_HEADING = 1500
_SHORTEST = 2


class RunningHead:
    """The line that the pages of one act begin with."""

    def __init__(self, plain: str) -> None:
        """Take the text; its first line with words counts, and the words of its heading."""
        self._first: list[str] = next(
            (said for line in plain[:_HEADING].split("\n") if (said := _words(line))), []
        )
        self._heading = set(_words(plain[:_HEADING]))

    def matches(self, line: str) -> bool:
        """Whether a line is one: the first line of the act, and other words of its heading."""
        said = _words(line)
        first = self._first
        if len(first) < _SHORTEST or said[: len(first)] != first or line.rstrip().endswith(":"):
            return False
        return self._heading.issuperset(said)


def _words(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]
