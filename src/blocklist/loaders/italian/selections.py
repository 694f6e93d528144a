"""SELECTIONS: whether an order takes only some entries of a list, by their place in it."""

from __future__ import annotations

import re

from .deferredpattern import deferred

_ENTRY = (
    r"(?:nn?\.|nn?\s(?=\d)|numer[oi]\b|punt[oi]\b|letter[ae]\b|rig[ah]\w?\b|voc[ei]\b|posizion[ei]\b"
    r"|ultim[oaie]\b|prim[oaie]\b)"
)
_EXCEPTED = deferred(
    r"\b(?:eccezione|esclusione|esclus[oaie]|eccettuat[oaie]|tranne|salvo|salv[aie]|eccetto"
    rf"|fatt[oaie]\s+salv[oaie]|non\s+anche)\b[^.;:]{{0,60}}?\b{_ENTRY}",
    re.IGNORECASE,
)
_TAKEN = deferred(
    r"\b(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|indirizzi)\b[^.;:]{0,60}?\b(?:ai|dai|con\s+i|sub|sotto\s+i)\s+"
    r"(?:sol[ie]\s+)?(?:nn?\.|nn?\s(?=\d)|numeri\b|punti\b)(?!\s?(?:da\s+)?1\s+al?\s+\d)"
    r"|\b(?:prim|ultim)[ie]\s+(?:\d{1,3}|due|tre|quattro|cinque|sei|sette|otto|nove|dieci)\s+(?:siti|domini|nomi|portali)",
    re.IGNORECASE,
)
_ALL = deferred(r"\b(?:nn?\.|numeri|punti)\s?(?:da\s+)?1\s+(?:a|al)\s+(\d{1,4})\b", re.IGNORECASE)
_POINT = deferred(r"\b(?:punt[oi]|letter[ae])\b", re.IGNORECASE)


def takes_some(said: str, entries: int | None = None, *, numbered: bool = True) -> bool:
    """Whether only some entries are meant: *ad eccezione del n. 2*, *ai nn. 1 e 3*.

    Args:
        said: what the order says of the list.
        entries: how many the list has, if that is known: *da 1 a 20* is all of 20.
        numbered: whether each has a number; if not, *punto 2* is a part of the list.
    """
    every = _ALL.search(said)
    if every is not None and entries is not None and int(every[1]) != entries:
        return True
    if not numbered:
        said = _POINT.sub(" ", said)
    return _EXCEPTED.search(said) is not None or _TAKEN.search(said) is not None
