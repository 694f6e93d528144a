"""EXTENSIONS: *estende l'ordine … agli ulteriori domini*: what was ordered holds for more sites.

That it is a block stands above, where the act says what had been ordered: *con la quale è stato
ordinato di impedire l'accesso*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .candidates import nameless, words
from .deferredpattern import deferred
from .nonresolvers import binds_no_resolver
from .passings import told_otherwise

EXTENDS = "ordina di estendere"
"""The lead of a clause that begins with the sites to which a block is extended."""
_EXTENDS = deferred(
    r"\b(?:si\s+)?estende[\s,]+(?:(?:pertanto|quindi|per\s+l'effetto|altresì)[\s,]+)?"
    r"(?:l'ordine|l'ordinanza|il\s+provvedimento|il\s+decreto|la\s+misura|gli\s+effetti|l'efficacia"
    r"|l'\s?(?:inibitoria|inibizione|oscuramento)|il\s+(?:blocco|divieto|sequestro(?:\s+preventivo)?))\b"
    r"(?P<which>(?:[^.;:]|\.(?=[A-Za-z])|(?<=\.[A-Za-z])\.){0,200}?)\s"
    r"(?P<to>(?:anche\s+)?(?:ai|agli|al|all')\s?(?:(?:ulterior|seguent|nuov|altr|medesim)[ie]\s+){0,3}"
    r"(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|indirizzi|sito|dominio|portale|nome\s+(?:a|di)\s+dominio)\b)",
    re.IGNORECASE,
)
_ACT = (
    r"(?:l'\s?(?:ordine|ordinanza|inibitoria|inibizione|oscuramento|interdizione)|il\s+(?:blocco|divieto|sequestro(?:\s+preventivo)?|provvedimento|decreto)"
    r"|la\s+(?:misura|disabilitazione))"
)
_SITES = (
    r"(?:(?:ulterior|seguent|nuov|altr|medesim)[ie]\s+){0,3}"
    r"(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|indirizzi|sito|dominio|portale|nome\s+(?:a|di)\s+dominio)\b"
)
# *Dispone che l'inibitoria abbia ad oggetto, oltre ai siti …, anche i siti …*; *il sequestro è
# esteso al sito …*.
_COMPRISES = deferred(
    rf"\b(?:dispone|ordina|stabilisce|dispongono)\s+che\s+{_ACT}(?P<which>[^.;:]{{0,120}}?)\s(?:abbia\s+(?:ad|per)\s+oggetto|(?:ri)?comprenda|riguardi|concerna|investa|interessi)"
    rf"(?P<to>(?:,?\s+oltre\s+(?:che\s+)?(?:a|ai|agli|al)\s?[^;:]{{3,300}}?)?,?\s+(?:anche\s+|altresì\s+)?(?:i|gli|il|lo)\s+{_SITES})"
    rf"|\b(?:{_ACT}(?P<that>[^.;:]{{0,60}}?)\s(?:è|viene|si\s+intende|deve\s+intendersi)\s+(?:(?:altresì|pertanto|quindi|inoltre)\s+)?estes[oa]"
    rf"|(?:dispon|ordin|stabili|decret|dispost|ordinat|stabilit)\w{{1,5}}\s+(?:(?:altresì|inoltre|quindi|pertanto)\s+)?che\s+{_ACT}(?P<it>[^.;:]{{0,60}}?)\s(?:si\s+estenda|sia\s+estes[oa]))"
    rf"\s(?P<towards>(?:anche\s+)?(?:(?:ai|agli|al)\s+|all'\s?){_SITES})",
    re.IGNORECASE,
)
# *E ordina pertanto a Rete S.p.A. di inibirne l'accesso*: the same order, said again.
_ORDERED_THEREBY = deferred(
    r",?\s+ed?,?\s+(?:(?:pertanto|quindi|conseguentemente|per\s+l'effetto),?\s+)?ordina,?\s+"
    r"(?:(?:pertanto|quindi|altresì|conseguentemente|per\s+l'effetto),?\s+)?"
    r"(?P<whom>(?:a|ad|al|alla|ai|agli|alle|all')\b(?:[^.,;:]|\.(?=\S)|(?<=\.\w)\.){2,160}?),?\s+di\s+"
    r"(?:inibir|impedir|precluder|bloccar|disabilitar|interdir)(?:ne|vi)\s+(?:\w+mente\s+)?l'accesso\b",
    re.IGNORECASE,
)
# *…; i fornitori ne inibiranno l'accesso*, *che la reclamante dovrà rendere irraggiungibili*.
_THEREBY = deferred(
    r"(?<!non\s)\b(?:ne|vi)\s+(?:inibiranno|impediranno|precluderanno|bloccheranno|disabiliteranno|interdiranno|inibirà|impedirà|precluderà)\s+l'accesso"
    r"|\b(?:ai|alle|cui)(?:\s+quali)?\s+(?:la\s+|lo\s+)?(?:stess[ao]|medesim[ao]|resistente|reclamante|predetta)?\s*(?:inibirà|impedirà|precluderà|bloccherà)\s+l'accesso"
    r"|(?<!non\s)\b(?:inibiranno|impediranno|precluderanno|bloccheranno|disabiliteranno|oscureranno)\s+l'accesso"
    r"|(?<!non\s)\b(?:dovr(?:à|anno)|dev(?:e|ono))\s+"
    r"(?:rendere\s+(?:irraggiungibil|inaccessibil|non\s)|(?:inibire|bloccare|oscurare|impedire)(?:ne)?\b)",
    re.IGNORECASE,
)
_ORDERED = deferred(
    r"\b(?:(?:stat[oa]|era|veniva|ha|aveva)\s+(?:ordinat|dispost|ingiunt|impost)[oa]|ordinava|disponeva)\b(?:(?!\b(?:non|rigett\w+|respin\w+)\b)[^.;]){0,200}?"
    r"\b(?:impedire|inibire|bloccare|disabilitare|precludere|oscurare|interdire|blocco|inibizione|oscuramento|disabilitazione)\b",
    re.IGNORECASE,
)
_REFUSED = deferred(
    r"\b(?:non|né|se|qualora|evita\w*|vieta\w*|possibile|altr[aoie]\s+(?:ret|operator|fornitor|provider|paes)\w*|chied\w+|chiest\w+|richie\w+|domand\w+|rigett\w+|respin\w+|revoc\w+)\b",
    re.IGNORECASE,
)
_OPENS = deferred(
    r"\b(?:revoc|ripristin|dissequestr|restitu|pubblica|rimuov|rimoz|penal|sospens)\w*",
    re.IGNORECASE,
)
# Which order it is that is extended, and no other thing: *l'ordine di esibizione*.
_WHICH = words(
    "di cui al alla all ai contenuto contenuta nell nella nel decreto ordinanza provvedimento "
    "ordine misura n nr nn del dell della dello dei degli delle d in data punto capo lettera "
    "presente già concesso concessa disposto disposta ordinato ordinata impartito impartita "
    "emesso emessa "
    "adottato adottata reso resa impartiti dettati prodotti inibizione inibitoria blocco "
    "oscuramento disabilitazione inibire bloccare impedire oscurare disabilitare precludere "
    "accesso l la il lo le gli i a anche e ed sopra predetto predetta suddetto suddetta "
    "precedente citato citata medesimo medesima cautelare con quale che sequestro preventivo "
    "nei confronti fornitori provider operatori giudice tribunale gip procura autorità stesso "
    "stessa siti domini originario originaria rg rgnr r g prot gennaio febbraio marzo aprile "
    "maggio giugno luglio agosto settembre ottobre novembre dicembre"
)
# *L'ordine già impartito a Rete S.p.A.*
_TO_WHOM = deferred(
    r"\b(?:a|ad|alla|nei\s+confronti\s+di)\s+(?:(?-i:[A-Z])[\w&'-]*\s+){1,5}(?:S\.?\s?p\.?\s?A|S\.?\s?r\.?\s?l)\b\.?",
    re.IGNORECASE,
)
_WORD = deferred(r"[^\W\d_]+")
_OF_PARTS = deferred(
    r"\b(?:contenut|comment|minor|profil|articol|pagin|post\b|applicazion|annunc|account|inserzion)\w*",
    re.IGNORECASE,
)
_SENTENCE_START = deferred(r"[;:]|(?<=[\w)»”\"]{2})\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n")
_FULL_STOP = deferred(r"(?<=[\w)»”\"]{2})\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n|\n[ \t]*[-–—•*·][ \t]")
_NEAR = 40
_REACH = 300


def extensions(plain: str, start: int, end: int) -> Iterator[int]:
    """Yield where the sites begin to which an act extends the block that it tells of above."""
    found = [*_EXTENDS.finditer(plain, start, end)]
    comprised = [*_COMPRISES.finditer(plain, start, end)]
    last = max((one.start() for one in (*found, *comprised)), default=0)
    ordered = [*_ORDERED.finditer(plain, 0, last)]
    if any(_OPENS.search(nameless(one[0])) or _is_other(plain, one) for one in ordered):
        return
    for one in (*found, *comprised):
        before = plain[max(0, one.start() - _REACH) : one.start()]
        kind, which = _which(one)
        before = _SENTENCE_START.split(before)[-1]
        if _REFUSED.search(before) or _OPENS.search(which) or told_otherwise(before + one[0]):
            continue
        if any(word.lower() not in _WHICH for word in _WORD.findall(_TO_WHOM.sub(" ", which))):
            continue
        above = bool(ordered) and ordered[0].end() <= one.start()
        behind = _blocks_behind(_sentence(plain, one.end(), end))
        if above or behind:
            yield one.start(kind)


def _blocks_behind(said: str) -> bool:
    """Whether the rest of the sentence says that the sites are blocked by who gives access."""
    if _THEREBY.search(said):
        return True
    again = _ORDERED_THEREBY.search(said)
    return again is not None and not binds_no_resolver(again["whom"])


def _which(found: re.Match[str]) -> tuple[str, str]:
    """Return the group where the sites begin, and the words on which act it is."""
    said = found.groupdict()
    kind = "to" if said["to"] else "towards"
    return kind, next(
        word for key in ("which", "that", "it") if (word := said.get(key)) is not None
    )


def _sentence(plain: str, at: int, end: int) -> str:
    """Return the rest of a paragraph, up to the end of its sentence; a semicolon ends none."""
    return _FULL_STOP.split(plain[at : min(end, at + 2 * _REACH)])[0]


def _is_other(plain: str, ordered: re.Match[str]) -> bool:
    """Whether what had been ordered was no block of sites for all: of contents, by a host."""
    said = nameless(ordered[0], " § ")
    rest = _SENTENCE_START.split(plain[ordered.end() : ordered.end() + _NEAR])[0]
    return bool(binds_no_resolver(said) or _OF_PARTS.search(said) or _OF_PARTS.search(rest))
