"""OFFENDERS: parties of whom a judgment finds that they did wrong: their own sites are blocked.

The site of a party is as a rule that of the victim, or of whom the order binds. Not so the site of
one whose conduct the same operative part calls unlawful and forbids.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .deferredpattern import deferred
from .parties import companies

_WRONG = (
    r"(?:contraffazion|violazion|concorrenza\s+sleale|atti\s+di\s+concorrenza"
    r"|illecit|usurpazion|pratica\s+commerciale\s+scorrett|condotta\s+illecit|reat[oi]|fatto\s+illecito)\w*"
)
_FIRM = r"(?P<firm>[^;:]{3,160}?)"
_TO = r"(?:(?:a|ad|al|alla|ai|alle|agli|nei\s+confronti\s+di)\s+|all'\s?)"
_OFFENDS = (
    deferred(
        rf"\b(?:accerta|dichiara)(?:\s+e\s+dichiara)?\s+che\s+(?:la\s+condotta|le\s+condotte|l'attività)\s+(?:di|della|posta\s+in\s+essere\s+da(?:lla)?|tenuta\s+da(?:lla)?)\s+{_FIRM}\s+"
        rf"(?:costituisc\w+|integr\w+|configur\w+)\s[^;:.]{{0,60}}?{_WRONG}",
        re.IGNORECASE,
    ),
    deferred(
        rf"\b(?:accerta|dichiara)(?:\s+e\s+dichiara)?\s+(?:la|l'|il|le|gli)\s?{_WRONG}[^;:]{{0,160}}?\s(?:da\s+parte\s+d\w+|ad\s+opera\s+d\w+|(?:commess|realizzat|compiut|post)\w+(?:\s+in\s+essere)?\s+da\w*)\s+"
        rf"{_FIRM}(?=[;,:.]\s|\s+(?:ed?|nonché|mediante|tramite|attraverso|per|nei)\s)",
        re.IGNORECASE,
    ),
    deferred(
        rf"\b(?:inibisce|vieta|fa\s+divieto)\s+{_TO}{_FIRM}\s+(?:la\s+(?:prosecuzione|continuazione|reiterazione|ripetizione)\s+(?:dell'\s?(?:illecito|attività\s+illecita)|della\s+(?:condotta|contraffazione|violazione)|delle\s+(?:condotte|violazioni))"
        r"|(?:la\s+(?:vendita|commercializzazione|pubblicizzazione)|l'\s?(?:offerta|uso|utilizzo|importazione))\s+(?:di|del|dei|della|delle|degli)\b"
        r"|di\s+(?:vendere|commercializzare|offrire\s+in\s+vendita|usare|utilizzare|proseguire\s+(?:l'\s?illecito|la\s+condotta)))",
        re.IGNORECASE,
    ),
)
_BOUND = deferred(
    rf"\b(?:ordina|ingiunge|impone|intima)\s+(?:altresì\s+|inoltre\s+)?{_TO}(?P<firm>[^;:]{{3,300}}?)\s"
    r"(?:di|a)\s+(?:impedire|inibire|bloccare|disabilitare|precludere|oscurare|interdire|adottare|attuare|rendere|provvedere|attivare)\b",
    re.IGNORECASE,
)


_DENIED = deferred(
    r"\b(?:non|né|senza|rigett\w+|respin\w+|esclu\w+|infondat\w+|inammissib\w+|revoc\w+|annull\w+|chied\w+|domand\w+)\b",
    re.IGNORECASE,
)
_NEAR = 24


def victims(firms: Sequence[str], operative: str) -> list[str]:
    """Return the firms without those that the operative part finds to have done wrong.

    Args:
        firms: those that the order names.
        operative: its operative part.
    """
    found = [
        hit["firm"]
        for pattern in _OFFENDS
        for hit in pattern.finditer(operative)
        if not _DENIED.search(operative[max(0, hit.start() - _NEAR) : hit.end()])
    ]
    bound = {
        firm.casefold() for hit in _BOUND.finditer(operative) for firm in companies(hit["firm"])
    }
    wrong = {firm.casefold() for said in found for firm in companies(said)} - bound
    return [firm for firm in firms if not any(one in firm.casefold() for one in wrong)]
