"""SENTENCES: a text cut where a sentence, an item or a paragraph ends."""

from __future__ import annotations

from collections.abc import Iterator

from .deferredpattern import deferred

_END = deferred(
    r";|(?<=[\w)»”\"]{2})\.[\"»”]?(?=\s+[A-ZÀ-Ü«“\"(]|\s*\Z)|\n[ \t]*\n"
    r"|\n(?=[ \t]*(?:[-–—•*·▪]|\(?\w{1,2}[.)])[ \t])"
)


def sentences(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each sentence; a colon ends none."""
    at = start
    for found in _END.finditer(plain, start, end):
        if plain[at : found.start()].strip():
            yield at, found.start()
        at = found.end()
    if plain[at:end].strip():
        yield at, end
