"""SUBJECTS: sites as the subject of what is ordered: *che i siti a.example siano oscurati*."""

from __future__ import annotations

import re

from .candidates import words
from .frameobjects import PLAIN
from .sitewords import NOUNS, in_short, only_links

_THAT = re.compile(
    r"\b(?:che|affinché)\s+(?P<subject>(?:tutti\s+|ciascuno\s+dei\s+)?(?:(?:il|lo|la|i|gli|le)\s|l'\s?)"
    r"(?P<noun>\w+(?:\s\w+){0,3}))",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\S+\.\S+")
_WHOSE = words(
    "accesso navigazione risoluzione da parte utenti clienti abbonati propri italiani dagli dai"
)
_IS = r"(?:sian?o?|veng\w+|risult(?:i|ino))\s+(?:\w+mente\s+)?"
_IS_BLOCKED = re.compile(
    rf"[^;]{{0,400}}?(?P<predicate>(?<!\bnon )\b{_IS}(?:inibit|oscurat|bloccat|disabilitat|preclus"
    r"|interdett|impedit|filtrat|(?:res[oaie]\s+)?(?:inaccessibil|irraggiungibil|indisponibil))\w)",
    re.IGNORECASE,
)
_IS_UNREACHED = re.compile(
    rf"[^;]{{0,400}}?(?P<predicate>\bnon\s+{_IS}(?:più\s+)?(?:\w+mente\s+)?(?:raggiungibil|raggiunt"
    r"|accessibil|risolt|visualizzat|visitat|fruibil|visibil|consultabil)\w)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_TOKEN = re.compile(r"[^\W\d_]+")


def sites_as_subject(plain: str, begin: int) -> re.Match[str] | None:
    """Return *che* with the sites behind it that are to be blocked; its group ``subject``.

    Nothing but sites, their names and who is kept from them stands before the words that block.
    """
    that = _THAT.search(plain, begin)
    if that is None:
        return None
    noun = next((w[0] for w in _WORD.finditer(that["noun"].lower()) if w[0] not in PLAIN), "")
    is_site = noun in NOUNS and noun not in ("pagina", "pagine")
    predicate = _IS_UNREACHED.match(plain, that.end()) if is_site else None
    if is_site or noun in ("accesso", "navigazione", "risoluzione"):
        predicate = _IS_BLOCKED.match(plain, that.end()) or predicate
    if predicate is None:
        return None
    subject = plain[that.start("noun") : predicate.start("predicate")]
    return that if _only_sites(subject) else None


def _only_sites(subject: str) -> bool:
    """Whether sites alone, and who is kept from them, stand before the words that block."""
    said = in_short(_NAMED.sub(" ", subject))
    return all(word in _WHOSE or only_links(word) for word in _TOKEN.findall(said.lower()))
