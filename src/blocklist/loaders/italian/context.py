"""CONTEXT: the words around a name that say it is not what the clause blocks."""

from __future__ import annotations

import re

from ...targets import Target
from .candidates import Candidate, Text, words
from .clauses import FURNITURE, WORD, only_links

_OPEN_TO = (
    r"(?:access\w+|raggiungibilità|fruizione|fruibilità|risoluzione|visibilità|disponibilità"
    r"|operatività|funzionamento|navigazione)"
)
EXCEPT = re.compile(
    r"\b(?:ad\s+|con\s+|fatta\s+)?(?:eccezione|esclusione)\b|\besclus[oiae]\b"
    r"|\bfatt[oaie]\s+salv[oaie]\b|\bsalvo\b|\beccetto\b|\btranne\b|\beccettuat[oiae]\b"
    rf"|\b(?:ferm[oaie]|impregiudicat[oaie]|salv[aie])(?:\s+rest\w+)?\s+(?:il\s|la\s|l')\s?{_OPEN_TO}"
    r"|\b(?:ferm[oaie]\s+rest\w+|impregiudicat[oaie]|salv[aie]\s+rest\w+|senza\s+pregiudi\w+)\b"
    r"|\b(?:rest|riman|mantenen|lascian)\w+\s+(?:\w+\s+){0,2}?"
    r"(?:accessibil|raggiungibil|fruibil|visibil|attiv|liber)\w*",
    re.IGNORECASE,
)
PLACE = words("su sul sulla sui sulle sugli sull nel nella nei nelle dal dalla dai dalle presso")
NO_WORDS = re.compile(r"[\s,;«»\"]{1,20}")
BLANK_LINE = re.compile(r"(?<![,\s])[ \t]*\n[ \t]*\n")
# A remark in parentheses, or the title of a site in quotes: neither ends an enumeration.
REMARK = re.compile(r"\([^()]{0,400}\)|(?<=[\s(])[\"«“]\w[^\"»”\n]{0,60}[\"»”]")
SENTENCE_END = re.compile(r"[\w)»”\"]{2}\.\s+(?=[A-ZÀ-Ü])|;")
RESOLVER = re.compile(
    r"\bserviz\w+[^.;:]{0,40}\bDNS|\bresolver|server\s+DNS|DNS\s+pubblic", re.IGNORECASE
)
# What stands before a word that blocks and turns it round, and what opens instead.
NEGATION = re.compile(r"\b(?:non|senza|evit\w+|asten\w+|vieta\w*)\s(?:\w+\W){0,3}\Z", re.IGNORECASE)
OPENS = re.compile(
    r"(?<!non\s)\b(?:garant|manten|mantien|consent|assicur|permett|preserv|lasci)\w+", re.IGNORECASE
)
RELATIVE = re.compile(r"\b(?:che|cui|quale|quali)\b", re.IGNORECASE)
# Parts of the state, whose own sites appear in every order.
AUTHORITIES = (
    ".agcom.it", ".commissariatodips.it", ".europa.eu", ".garanteprivacy.it",
    ".gazzettaufficiale.it", ".giustizia.it", ".gov.it", ".normattiva.it", ".poliziadistato.it",
)  # fmt: skip
_ADDRESS_WORDS = re.compile(r"\bIP\b|\bprefiss|\bsubnet", re.IGNORECASE)

# What a remark in parentheses opens with if it names more of what is meant.
_ALSO = words(
    "alias mirror nonché nonche già ovvero anche ossia cioè ora oggi o e segnatamente rectius"
)
_OF = r"(?:di|del|dello|della|dei|degli|delle|dell')"
_SITE = (
    r"(?:(?:(?:il|lo|la|i|gli|le|un|uno|una|noti?|nota|note|internet|web|ufficiale|motore|motori"
    r"|di|del|ricerca|servizio|servizi|nomi?\s+a|domini?|siti?|sito|portal[ei]|piattaform[ae]|pagin[ae]"
    r"|canal[ei]|url)\s|[\"«“(']|l')\s{0,3}){0,8}\Z"
)
_REFERRED = re.compile(
    r"\b(?:(?:mirror|clon[ei]|copi[ae]|replic\w+|imitazion[ei]|specchio|alias|proxy|gemell[oaie]"
    rf"|redirect|version[ei]|success\w+)\s+(?:\w+\s+)?{_OF}\s{{0,3}}"
    rf"|font[ei]\W{{1,4}}|tratt[oaie]\s+da\w*\s){_SITE}",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"(?<!raggiungibile )(?<!raggiungibili )(?<!accessibile )(?<!accessibili )"
    r"\b(?:tramite|attraverso|mediante|utilizzando|avvalendosi\s+di|(?:per|a)\s+mezzo\s+d[ie]l?)"
    rf"\s{{1,3}}{_SITE}",
    re.IGNORECASE,
)
_WORKS = re.compile(
    r"\b(?:contenut[oi]|oper[ae]|programm[ai]|palinsest[oi]|trasmission[ei]|film|event[oi]|partit[ae]"
    rf"|bran[oi]|material[ei]|video|articol[oi]|marchi[o]?)\s+(?:\w+\s+){{0,2}}?{_OF}\s{{0,3}}{_SITE}",
    re.IGNORECASE,
)
_NEAR = 160


def said_otherwise(before: str) -> str:
    """Return why a name is not what is blocked, by the words right before it, or ``""``."""
    near = before[-_NEAR:]
    if _REFERRED.search(near):
        return "named as what another site refers to"
    if _MEANS.search(near):
        return "named as a means"
    if _WORKS.search(near):
        return "named as where works come from"
    opening = before.rfind("(")
    if opening > before.rfind(")"):
        remark = before[opening + 1 :]
        first = WORD.search(remark)
        if first and first[0].lower() not in _ALSO and not only_links(remark):
            return "in a remark in parentheses"
    return ""


def of_addresses(text: str) -> bool:
    """Whether it speaks of IP addresses that are no DNS service's."""
    return bool(_ADDRESS_WORDS.search(text)) and not RESOLVER.search(text)


def is_below(exception: Target, values: set[str], every: set[str]) -> bool:
    """Whether a target covers it; ``every`` holds those that stand under each extension."""
    labels = exception.value.partition("/")[0].split(".")
    supers = (".".join(labels[i:]) for i in range(len(labels)))
    return not every.isdisjoint(labels[:-1]) or any(name in values for name in supers)


def below_furniture(text: Text, last: Candidate, name: Candidate) -> bool:
    """Whether a name stands alone on its line, and above it what is printed on each page."""
    at, end = text.line_start(name.start), text.line_end(name.start)
    if text.plain[at : name.start].strip() or text.plain[name.end : end].strip(" .;,"):
        return False
    gap = text.plain[last.end : at][-_NEAR:].rstrip()
    return FURNITURE.match(gap, gap.rfind("\n") + 1) is not None
