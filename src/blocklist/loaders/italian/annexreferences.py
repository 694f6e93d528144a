"""ANNEX REFERENCES: which annexes a clause means when it blocks *i siti di cui all'Allegato A*.

The first reference stands behind the words that block; another counts only if no more than a list
stands between the two: *agli Allegati A e B*. So *i siti dell'Allegato B sono esclusi* names none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .candidates import words
from .clauses import Clause
from .cues import SENTENCE_END
from .deferredpattern import deferred
from .sitewords import LINKS, WORD

_REFERENCE = deferred(
    r"\b(?:(?i:allegat[oi]|all\.)(?:\s(?:sub\s)?[\"«]?(?P<annex>[A-Z0-9]{1,2})\b)?"
    r"|(?i:annesso|elenco|elenchi|appendice|tabella|prospetto|quadro|lista|liste)\s[\"«]?(?P<list>[A-Z0-9]{1,2})\b)(?P<more>(?:\s?(?:,|\be|\bed)\s[\"«]?[A-Z0-9]{1,2}\b[\"»]?)*)"
    r"|\b(?i:elenco|appendice)\b"
    r"|\b(?i:siti|domini|portali|indirizzi|piattaforme|nomi\s+a\s+dominio)\b[^.;:]{0,60}?\b(?i:in\s+calce)\b"
    r"|\b(?i:tabella|prospetto|lista)\b(?=[^.;:]{0,40}?\b(?i:in\s+calce|allegat|unit[oa]\b|anness|in\s+fondo|a\s+seguire))",
)
# What stands before a reference to an annex that holds no list, as AGCOM's Allegato A.
_TECHNICAL = deferred(
    r"reindirizz|redirect|requisit|conform|\bpagina\b|modalità|specifiche", re.IGNORECASE
)
# What stands before one whose sites are not those that are blocked.
_OTHERS = deferred(
    r"\b(?:esclus|eccezion|tranne|salvo|salve|eccett|non|divers|imit|clon|rinvi|rigett|respin|autorizzat|lecit)\w*",
    re.IGNORECASE,
)
# In its sentence: who holds the rights or a licence, which offices, what the sites imitate.
_OF_OTHERS = deferred(
    r"(?:titolari\s+dei\s+diritti|uffici\s+(?:competenti|destinatari)|concessionari|licenziatari)\b[^.;]{0,80}\Z"
    r"|\bprov?vist\w+\s+di\s+(?:licenza|autorizzazione|concessione|titolo)\b[^.;]{0,80}\Z|\b(?:riproduc\w+|copia\w*|simil\w+\s+a)\s+quell\w\b[^.;]{0,60}\Z",
    re.IGNORECASE,
)
_STATES = deferred(
    r"\b(?:elenc\w+|lista|siti|domini)\b[^.;:]{0,80}?\b(?:riportat|contenut|indicat|allegat|costituisc|form[ai]|parte\s+integrante)",
    re.IGNORECASE,
)
_LISTED = LINKS | words(
    "cui quelli indicati elencati allegato allegati elenco altresì in calce unito unita presente"
)
# *L'Allegato A. I siti …*: its letter is no abbreviation.
_ENDS = deferred(r"\b((?i:allegat[oi])\s[\"«]?[A-Z0-9]{1,2}[\"»]?)\.(?=\s+[A-ZÀ-Ü])")
_LETTER = deferred(r"[A-Z0-9]{1,2}\b")
_NEAR = 80


def annexes_named(clause: Clause) -> set[str]:
    """Return the letters of the annexes whose sites a clause blocks; "" for one without."""
    first, *others = _sentences(_ENDS.sub(r"\1;", clause.text))
    found = set(_in_sentence(first))
    if found:
        return found
    for said in others:
        if _STATES.search(said) and not _OTHERS.search(said):
            found.update(_in_sentence(said))
    return found


def _sentences(text: str) -> Iterator[str]:
    at = 0
    for found in SENTENCE_END.finditer(text):
        yield text[at : found.end()]
        at = found.end()
    yield text[at:]


def _in_sentence(said: str) -> Iterator[str]:
    end = -1
    for found in _REFERENCE.finditer(said):
        near = said[max(0, found.start() - _NEAR) : found.start()]
        gap = [word.lower() for word in WORD.findall(said[end : found.start()])]
        if end >= 0 and not _LISTED.issuperset(word for word in gap if len(word) > 1):
            continue
        if (
            _TECHNICAL.search(near)
            or _OF_OTHERS.search(said[: found.start()])
            or _OTHERS.search(near)
        ):
            continue
        end = found.end()
        yield found["annex"] or found["list"] or ""
        yield from _LETTER.findall(found["more"] or "")
