"""ENLISTMENTS: *nell'elenco dei siti inibiti sono inseriti i seguenti*: so they are blocked.

The list must be one of what is blocked; one of what is allowed, or of another act, orders nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .deferredpattern import deferred
from .passings import casts_doubt, told_otherwise

_NOUN = r"(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|indirizzi)(?:\s+(?:web|internet))?"
# Which list: *di cui all'articolo 1 della determina n. 5 del 3 marzo 2025*.
_TAIL = (
    r"(?:(?:(?:al|del|dal|sul|nel)(?:l[ao]?)?|ai|dei|il|la|in|con|da|d|e|n\.|art\.|comma|articolo|legge|decreto|determina\w*|delibera\w*|provvedimento|ordinanza|presente"
    r"|sito|istituzionale|internet|Agenzia|Autorità|direttoriale|data|allegato|precedente|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre"
    r"|novembre|dicembre|[A-Z]|\d[\d/.A-Z]*)(?![^\s,'’])|(?:al|del|dal|sul|nel)l['’]\s?\w+),?"
)
_LIST = (
    rf"(?:elenco|lista)\s+(?:aggiornat[oa]\s+)?de(?:i|gli)\s+{_NOUN}\s+(?:(?:da\s+)?(?:inibi|oscura|blocca)(?:ti|re)"
    r"|(?:oggetto|destinatari)\s+(?:di|del|dell'\s?)\s*(?:provvedimento\s+(?:di|inibitorio))?\s*(?:inibizione|blocco|oscuramento)?)"
    rf"(?:,?\s+(?:di\s+cui|allegat[oa]|pubblicat[oa]|previst[oa])(?:\s+{_TAIL}){{1,14}})?,?"
)
_PUT = r"(?:inserit|aggiunt|inclus|iscritt|ricompres)[ie]"
_ALSO = r"(?:(?:altresì|inoltre|pertanto|quindi|anche)\s+)?"
_SITES = (
    r"(?P<{}>(?:i|gli)\s+(?:(?:seguenti|ulteriori|nuovi)\s*)*"
    rf"(?:{_NOUN}|(?<=seguenti)|(?<=seguenti\s))(?!\w))"
)
_ENLISTS = deferred(
    rf"\b(?:nell'\s?|all'\s?|nella\s+|alla\s+){_LIST}\s+(?:sono|vengono)\s+{_ALSO}{_PUT}\s+{_SITES.format('within')}"
    rf"|\b(?:sono|vengono)\s+{_ALSO}{_PUT}\s+(?:nell'\s?|all'\s?|nella\s+|alla\s+){_LIST}\s+{_SITES.format('put')}"
    rf"|\b(?:l'\s?|la\s+){_LIST}\s+(?:è|viene)\s+{_ALSO}(?:integrat|aggiornat|ampliat)[oa]\s+"
    rf"(?:con(?:\s+(?:l'\s?inserimento|l'\s?aggiunta|l'\s?inclusione)\s+d(?=[eai]))?|mediante\s+(?:l'\s?inserimento|l'\s?aggiunta|l'\s?inclusione)\s+d(?=e))\s*e?\s*{_SITES.format('added')}",
    re.IGNORECASE,
)
_UNFIT = deferred(
    r"\b(?:non|né|qualora|ove|se|propost\w+|propon\w+|richiest\w+|chied\w+|domand\w+|istanz\w+|rigett\w+|respin\w+|revoc\w+|cancell\w+|elimin\w+|esclu\w+"
    r"|erano|veniva\w*|furono|rimoss\w+|errone\w+|errore|esent\w+|uscita|autorizzat\w+|concessionar\w+|(?:parte|persona|persone|parti)\s+(?:offes|les)[ae]|titolari|tenut[oa]\s+da\w*)\b",
    re.IGNORECASE,
)
_SENTENCE_START = deferred(r"[;:]|(?<=[\w)»”\"]{2})\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n")
_REACH = 300


def enlistments(plain: str, start: int, end: int) -> Iterator[int]:
    """Yield where the sites begin that are put on a list of what is blocked."""
    for found in _ENLISTS.finditer(plain, start, end):
        before = plain[max(start, found.start() - _REACH) : found.start()]
        after = plain[found.end() : found.end() + _REACH]
        said = _SENTENCE_START.split(before)[-1] + found[0] + _SENTENCE_START.split(after)[0]
        if not (_UNFIT.search(said) or casts_doubt(said) or told_otherwise(said)):
            yield found.start(next(key for key in ("within", "put", "added") if found[key]))
