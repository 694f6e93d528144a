"""CONFIRMATIONS: which earlier order a clause confirms: *conferma l'ordinanza che ha ordinato*.

Between the verb and the order stand the names of acts, dates and what is set aside for the rest, in
a closed set of words: *conferma il rigetto della domanda* confirms no order.
"""

from __future__ import annotations

import re

from .addressees import addressed
from .deferredpattern import deferred
from .framewords import CONFIRMED_WORDS

_TOKEN = deferred(r"[^\W\d_]+")
_ACT = (
    r"(?:(?:il\s+|la\s+|l'\s?)?(?:medesim[oa]\s+|predett[oa]\s+)?"
    r"(?:decreto|ordinanza|sentenza|provvedimento|tribunale|giudice|g\.?i\.?p\.?|corte|collegio)\b)"
)
# To whom and by which act the order went: *, già impartito a Rete con la sentenza impugnata, di*.
_GIVEN = (
    r"(?:\s*,?\s+(?:già\s+|come\s+|ivi\s+)?(?:rivolt|impartit|dat|emess|dirett|indirizzat|impost|post|dispost|pronunciat|contenut)[oa]\b"
    r"(?P<to>\s+(?:(?:a|ad|al|alla|ai|agli|alle|in\s+capo\s+a\w*|nei\s+confronti\s+d\w+)\s+|(?:all|nei\s+confronti\s+dell)'\s?)"
    r"(?:(?!\b(?:con|dal?|dalla|nella?)\s)[^,;:]){2,120}?)?"
    r"(?:\s+(?:(?:con|da|dal|dalla|nel|nella|in)\s+|(?:dall|nell)'\s?)(?:(?!\bdi\s+\w+re\b)[\w\s./']){3,80}?)?(?=,?\s+di\s+(?:non\s+)?\w+(?:[aei]re|rre|r(?:si|ne|vi))\b)"
    r"|\s+(?:rivolto|impartito|dato|emesso)\b|\s+di\s+cui\s+(?:al|ai|alla)\s+(?:cap[oi]|punt[oi]|letter[ae])\s+(?:n\.\s?)?[\w)]{1,4}"
    r"(?:\s+(?:del|della|dell')\s?\w+(?:\s+(?:impugnat|reclamat|appellat|gravat|oppost)\w)?)?"
    r"|(?<=obbligo)(?:\s+d(?:i|el|ella|ei|egli|elle)\s+|\s+dell'\s?)(?P<whose>(?:(?!\bdi\s)[^,;:]){2,120}?)(?=,?\s+di\s+(?:non\s+)?\w+(?:[aei]re|rre|r(?:si|ne|vi))\b))"
)
_LIMITED = (
    r"(?:quanto|limitatamente|relativamente|con\s+(?:riguardo|riferimento)|in\s+(?:ordine|relazione|riferimento)"
    r"|(?:nella|per\s+la)\s+(?:sola\s+)?parte\s+(?:relativa|concernente|riguardante|attinente|inerente))\s+a?"
)
_WHERE = (
    r"(?:nella\s+(?:sola\s+)?parte\s+in\s+cui|laddove|là\s+dove|,?\s*con\s+(?:cui|(?:il|la)\s+quale)|,?\s*col\s+quale|che)\s+"
    rf"(?:{_ACT}\s+|(?:il\s+primo\s+giudice|il\s+giudice\s+di\s+prim[eo]\s+(?:cure|grado))\s+)?"
)
_TOLD = (
    rf"{_WHERE}"
    r"(?:(?:si\s+)?(?:ha|aveva|è|era|sono|veniva)\s+(?:stat[oaie]\s+)?(?:ordinat|dispost|ingiunt|impost|prescritt)[oaie]"
    r"|(?<!\bche\s)(?:si\s+)?(?:ordina|dispone|ingiunge|impone|prescrive)(?:va|v[ae]no|no)?)\b"
)
_AGAINST = deferred(
    r"\bnei\s+confronti\s+(?:di|del|della|dei|delle)\s+[^,;:]{2,60}(?=,|\s*\Z)", re.IGNORECASE
)
_CONFIRMING = deferred(
    rf"(?P<before>[^;:]{{0,200}}?)(?:\b(?:{_LIMITED}l?'?\s?)?(?P<order>l'(?:ordine|obbligo))\b(?:{_GIVEN})?"
    r"|(?P<noun>(?<=\s)(?:l'\s?|il\s+|la\s+)(?=(?:inibizion|blocco|oscurament|disabilitazion|interdizion|inibitori)\w*))"
    r"|(?P<seized>(?<=\s)il\s+(?=sequestro\s+preventiv))"
    rf"|(?P<blocked>(?<=[\s,]){_WHERE}(?:ha|aveva|(?:è|era)\s+stat[oa])\s+(?=(?:inibit|interdett|oscurat|bloccat|disabilitat|preclus)[oa]\b))"
    rf"|(?P<told>(?<=[\s,]){_TOLD})"
    rf"|\b{_LIMITED}(?P<block>(?:l+'\s?|l\s+|lla\s+)(?=(?:inibi|blocco|oscurament|disabilitazion|interdizion|sequestro\s+preventiv)\w*)))",
    re.IGNORECASE,
)


def confirmed_at(plain: str, at: int) -> int:
    """Return where the words begin that say what is confirmed, after *l'ordine*."""
    found = _CONFIRMING.match(plain, at)
    if found is None:
        return at
    whom = found["to"] or (f"a {found['whose']}" if found["whose"] else "")
    if whom and not addressed(whom):
        return at
    before = _AGAINST.sub(" ", found["before"])
    known = all(word.lower() in CONFIRMED_WORDS for word in _TOKEN.findall(before))
    return found.end() if known or addressed(before) else at
