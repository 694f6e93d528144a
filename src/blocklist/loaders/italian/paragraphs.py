"""PARAGRAPHS: which part of the order *i siti indicati al comma 1* points at."""

from __future__ import annotations

import re

from .articles import HEADING
from .deferredpattern import deferred

_POINTS = deferred(
    r"\b(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|piattaforme|indirizzi)(?:\s+(?:web|internet))?\s+"
    r"(?:(?:indicat|elencat|individuat|menzionat|specificat|riportat)[ie]\s+|di\s+cui\s+)"
    r"(?:al|nel|sub)\s+(?:precedente\s+|medesimo\s+)?(?P<kind>comma|punto|capo|numero)\s+(?P<number>\d{1,2})\b"
    r"(?!\s*[,.]?\s*(?:del(?:la|lo|l')?|lett|e\s+\d|,\s*\d))",
    re.IGNORECASE,
)
# *I siti di cui all'articolo 1*, and of no other act.
_POINTS_AT_ARTICLE = deferred(
    r"\b(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|piattaforme|indirizzi)(?:\s+(?:web|internet))?\s+"
    r"(?:(?:indicat|elencat|individuat|menzionat|specificat|riportat)[ie]\s+|di\s+cui\s+)"
    r"(?:all|nell)'\s?(?:precedente\s+)?art(?:icolo|\.)\s*(?P<number>\d{1,2})\b"
    r"(?!\s*[,.]?\s*(?:del(?:la|lo|l')?\b(?!\s+present)|lett|comma|bis|ter|quater|e\s+\d|,\s*\d))",
    re.IGNORECASE,
)
_NUMBER = deferred(r"\d{1,2}")
_ARTICLE = deferred(r"^[ \t]*art(?:icolo|\.)\s*\d", re.IGNORECASE | re.MULTILINE)
_NUMBERED = deferred(r"^[ \t]*(?P<number>\d{1,2})[.)][ \t]", re.MULTILINE)


def paragraph_named(plain: str, begin: int, said: str, start: int) -> tuple[int, int] | None:
    """Return where the paragraph stands that a clause points at; ``None`` if none surely does.

    Args:
        plain: the text.
        begin: where the clause begins.
        said: what it says.
        start: where the operative part begins.
    """
    points = _POINTS.search(said)
    if points is None:
        return _article_named(plain, begin, said, start)
    end = begin + points.start()
    articles = [found.start() for found in _ARTICLE.finditer(plain, start, end)]
    first = articles[-1] if articles else start
    items = [*_NUMBERED.finditer(plain, first, end)]
    numbers = [item["number"] for item in items]
    if numbers.count(points["number"]) != 1 or numbers[-1] == points["number"]:
        return None
    at = numbers.index(points["number"])
    return items[at].end(), items[at + 1].start()


def _article_named(plain: str, begin: int, said: str, start: int) -> tuple[int, int] | None:
    """Return where the article stands that a clause points at; ``None`` if none surely does."""
    points = _POINTS_AT_ARTICLE.search(said)
    if points is None:
        return None
    heads = [*HEADING.finditer(plain, start, begin + points.start())]
    numbers = [number[0] for head in heads if (number := _NUMBER.search(head[0]))]
    if numbers.count(points["number"]) != 1 or numbers[-1] == points["number"]:
        return None
    at = numbers.index(points["number"])
    return heads[at].end(), heads[at + 1].start()
