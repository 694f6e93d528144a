"""CONFIRMATIONS: which earlier order a clause confirms: *conferma l'ordinanza che ha ordinato*."""

from __future__ import annotations

import re

from .framewords import CONFIRMED_WORDS

_TOKEN = re.compile(r"[^\W\d_]+")
_CONFIRMING = re.compile(
    r"[\s\w,.']{0,140}?\b(?:l'ordine(?:\s+(?:rivolto|impartito|dato|emesso))?"
    r"|(?:l'ordinanza|il\s+decreto|la\s+sentenza|il\s+provvedimento)[\w\s,]{0,60}?\s"
    r"(?:nella\s+parte\s+in\s+cui|con\s+cui|con\s+il\s+quale|col\s+quale|con\s+la\s+quale|che)"
    r"\s+(?:(?:si\s+)?(?:ha|aveva|è|era)\s+(?:stat[oa]\s+)?(?:ordinat[oa]|dispost[oa]|ingiunt[oa])"
    r"|(?:si\s+)?(?:ordina|dispone|ingiunge)\w*))\b",
    re.IGNORECASE,
)


def confirmed_at(plain: str, at: int) -> int:
    """Return where the words begin that say what is confirmed, after *l'ordine*."""
    found = _CONFIRMING.match(plain, at)
    if found is None:
        return at
    begins = re.search(r"\bl'ordine\b", found[0], re.IGNORECASE)
    before = found[0][: begins.start()] if begins else ""
    known = all(word.lower() in CONFIRMED_WORDS for word in _TOKEN.findall(before))
    return found.end() if known else at
