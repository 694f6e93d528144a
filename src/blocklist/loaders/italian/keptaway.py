"""KEPT AWAY: *gli utenti non devono poter raggiungere i siti …: è disposto il relativo blocco*.

That users must not be able to reach a site binds nobody by itself; with the block that the same
sentence orders for it, the sites are what is blocked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .articles import ARTICLE
from .conditions import condition
from .deferredpattern import deferred
from .passings import casts_doubt

_WHERE = r"(?:(?:dal|sul)\s+territorio\s+(?:italiano|nazionale)|dall'\s?Italia|in\s+Italia)"
_USERS = (
    r"(?:tutti\s+)?(?:gli\s+utenti|i\s+clienti|gli\s+abbonati)(?:\s+(?:italiani|finali))?"
    rf"(?:,?\s+(?:(?:che\s+(?:si\s+)?(?:connettono|collegano|navigano|trovano)|situati|residenti|ubicati|collegati|connessi)\s+)?{_WHERE},?)?"
)
_SITES = (
    r"(?:seguenti\s+)?(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|indirizzi"
    r"|sito|dominio|nome\s+(?:a|di)\s+dominio|portale)\b"
)
_AWAY = deferred(
    rf"(?:(?:\A|\n)[^\S\n]{{0,80}}(?:{ARTICLE})?|[\w)»”\"]{{2}}\.\s{{1,80}}|\n[^\S\n]{{0,80}}\n)\s{{0,80}}(?:\d{{1,2}}[.)]\s+)?(?:comma\s+\d\W{{1,4}})?{_USERS}\s+"
    r"non\s+(?:devono|dovranno)\s+(?:più\s+)?poter\s+(?:più\s+)?"
    rf"(?:(?:raggiungere|visitare|visualizzare|consultare)\s+(?P<reach>(?:gli|i|il|l')\s?{_SITES})|accedere\s+(?P<enter>(?:agli|ai|al|all')\s?{_SITES}))",
    re.IGNORECASE,
)
BLOCKED_THEREBY = deferred(
    r"[:;,]\s+(?:(?:pertanto|quindi|perciò|a\s+tal\s+fine),?\s+)?(?:è|ne\s+è|se\s+ne)\s+(?:(?:pertanto|quindi|perciò|conseguentemente|a\s+tal\s+fine)\s+)?"
    r"(?:dispost[oa]|ordinat[oa]|dispone|ordina)\s+(?:(?:il|la)\s+|l'\s?)?(?:(?:relativ|conseguent|corrispondent|immediat)\w\s+)?"
    r"(?:impedimento|blocco|inibizione|oscuramento|inibitoria|interdizione)(?:\s+(?:all'|dell')accesso)?"
    # Nothing more is said of it, but who does it.
    r"(?=\s*(?:\.(?:\s|\Z)|;?\s*(?:\n[^\S\n]*\n|\Z))|\s+a\s+cura\s+de\w+\s+\w+(?:\s+\w+){0,6}\s*\.)",
    re.IGNORECASE,
)
"""*: è pertanto disposto il relativo impedimento all'accesso.*"""
_FULL_STOP = deferred(r"[\w)»”\"]{2}\.(?:\s+(?=[A-ZÀ-Ü])|\s*\Z)|\n[ \t]*\n")
_REACH = 900


def kept_away(plain: str, start: int, end: int) -> Iterator[int]:
    """Yield where the sites begin that users must not reach, and whose block is ordered so."""
    for found in _AWAY.finditer(plain, start, end):
        rest = plain[found.end() : min(end, found.end() + _REACH)]
        stop = _FULL_STOP.search(rest)
        said = rest[: stop.end()] if stop else rest
        if BLOCKED_THEREBY.search(said) and not (condition("", said) or casts_doubt(said)):
            yield found.start("reach" if found["reach"] else "enter")
