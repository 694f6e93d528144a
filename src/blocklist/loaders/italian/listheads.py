"""LIST HEADS: words before a list, or inside it, that announce other sites than those to block.

*Oscuramento cessato:* in the middle of a list, *; sono provvisti di licenza i siti:*,
*Denunciante:* before the first entry, *i siti che appaiono come link in:*.
"""

from __future__ import annotations

import re

from .clauses import ANCHOR
from .deferredpattern import deferred
from .entryremarks import takes_off
from .sitewords import LINKS, WORD, in_short, only_links

_PLACED = deferred(
    r"(?<!raggiungibili)(?<!accessibili)(?<!visibili)(?<!fruibili)(?<!attestati)(?<!registrati)(?<!digitando)\s+"
    r"(?:su|sul|sui|sulla|sulle|in|nel|nella|nei|nelle|presso|tra|fra|contro|da|dal|dai|dalla|con)\s*\Z",
    re.IGNORECASE,
)
_ALL_BUT = deferred(
    r"\b(?:fuorché|fuorche|tutti\s+\w*\s*meno|all'infuori|ad\s+esclusione|diversi)\b[^;:]*\Z",
    re.IGNORECASE,
)
# A whole sentence that says something of the sites.
_TELLS = deferred(
    r"\b(?:sono|è|hanno|ha|restano|resta|rimangono|risultano|possono|devono|vanno|operano|dispongono|appartengono|figurano)\b",
    re.IGNORECASE,
)
_RELATIVE = deferred(r"\b(?:che|cui|quali|quale)\b", re.IGNORECASE)
_ORDERS_ON = deferred(
    r"\b(?:ordina\w*|dispon\w+|inibisc\w+|vieta|ingiunge|intima|inoltre|altresì|parimenti|contestualmente|comunque|utenti|clienti"
    r"|propri|loro|italiani|fornitori|operatori|di|che|si)\b",
    re.IGNORECASE,
)
_LONG = 7
_OTHERS = deferred(r"\W*(?:\w{1,2}[.)]\s+)?(?:altr[oaie]|accesso)\b", re.IGNORECASE)
_CELL = deferred(r"(?:[;|\t]|  )[ \t]?\Z")
_BOUND = deferred(r"[\s,]{0,3}di\s+(?:non\s+)?(?:\w+[aei]re|\w+rre|\w+rsi)\b", re.IGNORECASE)
_HOSTED = deferred(
    r"[\s,|(–—-]*(?:host|hosting|server|dns|ns\d?|cdn|proxy|registrar|provider|mx)[\s:.)-]*",
    re.IGNORECASE,
)


def heads_others(said: str, intro: str, *, goes_on: bool, bare: bool) -> bool:
    """Whether words before a colon announce others than sites to be blocked.

    Args:
        said: all of them, up to the colon.
        intro: those of the sentence that introduces the list.
        goes_on: whether it stands inside a list, after some of its names.
        bare: whether it needs no noun for sites.
    """
    if _PLACED.search(intro) or _ALL_BUT.search(intro):
        return True
    first, colon, label = said.rpartition(":\n")
    label = label.strip()
    plain = "\n" not in label and len(label.split()) < _LONG and not ANCHOR.search(label)
    if colon and label and first and plain and not _known(label):
        return True
    own = intro.strip()
    if not said.strip().startswith(own) and ";" in said and _tells(intro):
        return True
    if not goes_on:
        return False
    if _OTHERS.match(own):
        return True
    alone = own[:1].isupper() and "\n" in intro[: len(intro) - len(intro.lstrip())]
    return not _known(own) and (bare or alone or takes_off(own))


def _tells(intro: str) -> bool:
    told = _TELLS.search(intro)
    return told is not None and _RELATIVE.search(intro[: told.start()]) is None


def _known(label: str) -> bool:
    """Whether words only name sites, or order once more to block them."""
    said = ANCHOR.sub(" ", _ORDERS_ON.sub(" ", in_short(label)))
    return only_links(said) or all(
        word.lower() in LINKS or len(word) == 1 for word in WORD.findall(said)
    )


def heads_line(before: str, anchor: re.Match[str]) -> bool:
    """Whether a word on access heads the list that a name is in, or is a cell of the row above."""
    if before[anchor.end() :].lstrip(" \t").startswith("\n") and _CELL.search(
        before[: anchor.start()]
    ):
        return True
    if not anchor[0].startswith(("Access", "ACCESS")) or "\n" not in before[anchor.end() :]:
        return False
    return before[: anchor.start()].rstrip(" \t-–—•*.)0123456789").endswith("\n")


def is_bound_next(plain: str, end: int) -> bool:
    """Whether a name is whom the order binds next: *ed a a.example di pubblicare l'avviso*."""
    return _BOUND.match(plain, end, end + 60) is not None


def hosted_by(gap: str) -> bool:
    """Whether between two names of a line only a word for who hosts the first stands."""
    return _HOSTED.fullmatch(gap) is not None
