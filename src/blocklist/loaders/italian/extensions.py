"""EXTENSIONS: *estende l'ordine … agli ulteriori domini*: what was ordered holds for more sites.

That it is a block stands above, where the act says what had been ordered: *con la quale è stato
ordinato di impedire l'accesso*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .candidates import nameless, words
from .nonresolvers import binds_no_resolver

EXTENDS = "ordina di estendere"
"""The lead of a clause that begins with the sites to which a block is extended."""
_EXTENDS = re.compile(
    r"\b(?:si\s+)?estende[\s,]+(?:(?:pertanto|quindi|per\s+l'effetto|altresì)[\s,]+)?"
    r"(?:l'ordine|l'ordinanza|il\s+provvedimento|il\s+decreto|la\s+misura|gli\s+effetti|l'efficacia)\b(?P<which>[^.;:]{0,200}?)\s"
    r"(?P<to>(?:anche\s+)?(?:ai|agli|al|all')\s?(?:(?:ulterior|seguent|nuov|altr|medesim)[ie]\s+){0,3}"
    r"(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|indirizzi|sito|dominio|portale|nome\s+(?:a|di)\s+dominio)\b)",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"\b(?:(?:stat[oa]|era|veniva|ha|aveva)\s+(?:ordinat|dispost|ingiunt|impost)[oa]|ordinava|disponeva)\b(?:(?!\b(?:non|rigett\w+|respin\w+)\b)[^.;]){0,200}?"
    r"\b(?:impedire|inibire|bloccare|disabilitare|precludere|oscurare|interdire|blocco|inibizione|oscuramento|disabilitazione)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:non|né|se|qualora|chied\w+|chiest\w+|richie\w+|domand\w+|rigett\w+|respin\w+|revoc\w+)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"\b(?:revoc|ripristin|dissequestr|restitu|pubblica|rimuov|rimoz|penal|sospens)\w*",
    re.IGNORECASE,
)
# Which order it is that is extended, and no other thing: *l'ordine di esibizione*.
_WHICH = words(
    "di cui al alla all ai contenuto contenuta nell nella nel decreto ordinanza provvedimento "
    "ordine misura n nr nn del dell della dello dei degli delle d in data punto capo lettera "
    "presente già disposto disposta ordinato ordinata impartito impartita emesso emessa "
    "adottato adottata reso resa impartiti dettati prodotti inibizione inibitoria blocco "
    "oscuramento disabilitazione inibire bloccare impedire oscurare disabilitare precludere "
    "accesso l la il lo le gli i a anche e ed sopra predetto predetta suddetto suddetta "
    "precedente citato citata medesimo medesima cautelare con quale che sequestro preventivo "
    "nei confronti fornitori provider operatori giudice tribunale gip procura autorità stesso "
    "stessa siti domini originario originaria rg rgnr r g prot gennaio febbraio marzo aprile "
    "maggio giugno luglio agosto settembre ottobre novembre dicembre"
)
_WORD = re.compile(r"[^\W\d_]+")
_OF_PARTS = re.compile(
    r"\b(?:contenut|comment|minor|profil|articol|pagin|post\b|applicazion|annunc|account|inserzion)\w*",
    re.IGNORECASE,
)
_SENTENCE_START = re.compile(r"[;:]|[\w)»”\"]{2}\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n")
_NEAR = 40
_REACH = 300


def extensions(plain: str, start: int, end: int) -> Iterator[int]:
    """Yield where the sites begin to which an act extends the block that it tells of above."""
    extended = [*_EXTENDS.finditer(plain, start, end)]
    ordered = [*_ORDERED.finditer(plain, 0, extended[-1].start() if extended else 0)]
    if not ordered or any(_OPENS.search(nameless(one[0])) for one in ordered):
        return
    if any(_is_other(plain, one) for one in ordered):
        return
    for found in extended:
        before = plain[max(0, found.start() - _REACH) : found.start()]
        if _REFUSED.search(_SENTENCE_START.split(before)[-1]) or _OPENS.search(found["which"]):
            continue
        if any(word.lower() not in _WHICH for word in _WORD.findall(found["which"])):
            continue
        if ordered[0].end() <= found.start():
            yield found.start("to")


def _is_other(plain: str, ordered: re.Match[str]) -> bool:
    """Whether what had been ordered was no block of sites for all: of contents, by a host."""
    said = nameless(ordered[0], " § ")
    rest = _SENTENCE_START.split(plain[ordered.end() : ordered.end() + _NEAR])[0]
    return bool(binds_no_resolver(said) or _OF_PARTS.search(said) or _OF_PARTS.search(rest))
