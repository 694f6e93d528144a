"""BARE FRAMES: a clause without what says nothing between its verb and the words that block.

Remarks, terms, citations and insertions between commas are blanked out, and phrases of several
words become the link that they are; positions stay.
"""

from __future__ import annotations

import re

from .deferredpattern import deferred
from .framewords import AT_ONCE, CITED, DASHED, INSERTED, OF_ACT, PHRASE, PHRASES, SCREENS, TITLED

_PARENTHESES = deferred(r"\([^()]{0,400}\)")
_WITHIN = deferred(
    r"\b(?:entro|nel\s+termine\s+(?:perentorio\s+)?di)\s(?:[^\s,;:.]+\s+){1,4}?(?:giorni?|ore|minuti|settiman[ae]|mesi|mese)"
    r"(?:\s+(?:\d{1,3}|due|tre|cinque|sette|otto|dieci|quindici|venti|trenta|sessanta|novanta)\b)?"
    r"(?:\s+(?:lavorativi|dal(?:la|l')?|della|del|dell'|di|presente|ricezione|notifica(?:zione)?"
    r"|comunicazione|pubblicazione|deposito|provvedimento|ordinanza|decreto|sentenza|ordine|delibera|determina"
    r"|deliberazione|determinazione|atto|nota|lettera)(?!\w))*",
    re.IGNORECASE,
)
_AT_ONCE = deferred(rf"\b(?:{AT_ONCE})(?=\s)", re.IGNORECASE)


def bare_frame(whole: str) -> str:
    """Return a clause without them."""
    plain = CITED.sub(_blank, SCREENS.sub("oscurare ", whole))
    for pattern in (_AT_ONCE, _PARENTHESES, _WITHIN, DASHED, INSERTED, OF_ACT, TITLED):
        plain = pattern.sub(_blank, plain)
    plain = re.sub(
        r"(?m)^[ \t]*(?:[-–—•*·▪]|\(?\w{1,3}[.)°]|\d{1,2}\.\d{1,2}\.?)[ \t]", _blank, plain
    )
    return PHRASE.sub(_as_link, plain)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _as_link(found: re.Match[str]) -> str:
    link = PHRASES[(found.lastindex or 1) - 1][1]
    return link[: len(found[0])].ljust(len(found[0]))
