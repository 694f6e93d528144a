"""LISTSECTIONS: letters that send what changes in a list of blocked sites, section by section.

*Sezione A - nuovi inserimenti* holds sites to be blocked, *sezione B - cancellazioni* those that
are no longer. Nothing else in such a letter orders, so the text above must say of which list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .candidates import words
from .deferredpattern import deferred
from .sitewords import LINKS, WORD

_OF_BLOCKED = deferred(
    r"\b(?:elenco|lista)\s+(?:aggiornat\w\s+)?de(?:i|gli)\s+(?:siti|domini|nomi\s+a\s+dominio|indirizzi)(?:\s+(?:web|internet))?\s+"
    r"(?:inibiti|da\s+inibire|oscurati|da\s+oscurare|bloccati|da\s+bloccare|oggetto\s+di\s+(?:inibizione|blocco|oscuramento))\b",
    re.IGNORECASE,
)
_CHANGES = deferred(r"\b(?:variazion|aggiornament|modific)\w*", re.IGNORECASE)
_SECTION = r"(?:sezione|parte|lista|tabella)\s+\w{1,3}\b"
_SITES = r"(?:sit[oi]|domini\w?|nom[ei]\s+(?:a|di)\s+domini\w|indirizzi)(?:\s+(?:web|internet))?"
_HEADING = deferred(
    rf"^[^\w\n]*(?:{_SECTION}|[A-Z1-9](?=[.)]))?[\s.):–—-]{{0,6}}"
    r"(?:(?P<added>(?:nuov[ie]\s+)?(?:inserimenti|inclusioni|aggiunte|iscrizioni)\b"
    rf"|{_SITES}\s+da\s+(?:aggiungere|inserire|includere|iscrivere)\b)"
    rf"|{_SITES}\s+da\s+(?:elimin|rimuov|cancell|espung|depenn|togli|riammett|sblocc|riattiv|ripristin)\w*"
    r"|(?:cancellazion|rimozion|eliminazion|esclusion|riammission|sospension|rettific|revoc|variazion)\w*)"
    r"(?P<rest>[^\n]{0,160})$",
    re.IGNORECASE | re.MULTILINE,
)
_KEYWORD = deferred(rf"^[^\w\n]*{_SECTION}", re.IGNORECASE | re.MULTILINE)
_LETTERED = deferred(r"^[ \t]*[A-Z]\)[ \t]", re.MULTILINE)
# What makes the sites of a heading no plain additions.
_UNFIT = deferred(
    r"\b(?:(?:non|qualora|se|ove|salvo|esclus[ie])\b"
    r"|(?:cancell|rimoz|rimoss|revoc|annull|sospes|ripristin|riammess|autorizzat|concession|regolar|lecit|legal|propost|richiest|valutazion|eventual)\w*)",
    re.IGNORECASE,
)

# What the heading of additions may add to them.
_REST = (LINKS - words("altro altri altra altre")) | words(
    "in per con da inibire bloccare oscurare inibiti bloccati oscurati inibito bloccato "
    "oscurato inibizione blocco oscuramento elenco lista nell nella "
    "rendere inaccessibili raggiungibili inaccessibilità va vanno assicurata entro ore all "
    "essere resi il l aggiungere "
    "illegali illeciti abusivi irregolari vietati gioco giochi offerta dal ordine oggetto "
    "provvedimento "
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
)
_NAME = deferred(r"[\w-]+(?:\.|\s?\[\.\]\s?)\w[\w-]")
_HEADS = LINKS | words("in data decorrenza hosting prot provvedimento")
# That the letter is no notice in force: a test, a draft, one that was replaced or annulled.
_NO_NOTICE = deferred(
    r"\b(?:prova\s+tecnica|test|fittizi\w*|simulazion\w+|esercitazion\w+|esempio|bozza|fac-?simile|schema|per\s+errore|recava|recavano|riportava|conteneva)\b",
    re.IGNORECASE,
)
_ENDED = deferred(
    r"\b(?:presente|variazion[ei]|inseriment[oi]|nota|comunicazione|aggiornamento)\b[^.;:]{0,60}\b(?:annullat\w|revocat\w|sospes\w|ritirat\w|sostituit\w|inefficac\w|superat\w"
    r"|non\s+(?:vi\s+sono|va|vanno|deve|devono|è|sono|ha|hanno)|priv\w\s+di|errore)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ListSection:
    """One section.

    Attributes:
        start: of its heading in the text.
        end: where the next one begins, or the text to read ends.
        adds: whether its sites are to be blocked.
    """

    start: int
    end: int
    adds: bool


def list_sections(plain: str, end: int) -> list[ListSection]:
    """Return the sections of a letter up to ``end``; none if it is no letter on such a list."""
    found = list(_HEADING.finditer(plain, 0, end))
    if not any(heading["added"] for heading in found):
        return []
    above = plain[: found[0].start()]
    if not (_OF_BLOCKED.search(above) and _CHANGES.search(above)):
        return []
    if _NO_NOTICE.search(above) or _ENDED.search(plain, found[0].start()):
        return []
    others = {other.start() for other in _KEYWORD.finditer(plain, found[0].start(), end)}
    if all(_LETTERED.match(heading[0]) for heading in found):
        # *A) siti da aggiungere*, *B) siti da eliminare*: *C)* is something else.
        others |= {other.start() for other in _LETTERED.finditer(plain, found[0].start(), end)}
    starts = sorted({heading.start() for heading in found} | others)
    adds = {heading.start() for heading in found if heading["added"] and _adds(plain, heading)}
    ends = [*starts[1:], end]
    return [ListSection(a, z, a in adds) for a, z in zip(starts, ends, strict=True)]


def _adds(plain: str, heading: re.Match[str]) -> bool:
    """Whether a heading, and what stands between it and the first name, only speak of additions."""
    said = heading["rest"].lower()
    if _UNFIT.search(said) or not _REST.issuperset(w for w in WORD.findall(said) if len(w) > 1):
        return False
    first = _NAME.search(plain, heading.end())
    if first is None:
        return False
    between = plain[heading.end() : plain.rfind("\n", 0, first.start()) + 1].lower()
    return _HEADS.issuperset(word for word in WORD.findall(between) if len(word) > 1)
