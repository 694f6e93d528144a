"""LIST NOTES: what the text behind a list says of its entries: a footnote, a number, a name again.

*(1) L'inibizione di questo sito è cessata*, *Fa eccezione il n. 3*, *Per il sito a.example la
misura è sospesa*, *Errata corrige*. An entry that such words may take off is a doubt; where they do
not say which one, every entry is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from ...model.targets import Target
from .candidates import Candidate, Text
from .clauses import BLOCKS
from .deferredpattern import deferred
from .entryremarks import harmless, takes_off
from .enumerations import marker_of

_REFERENCE = deferred(
    r"[ \t]{0,3}(\(\d{1,2}\)|\[\d{1,2}\]|\*{1,3}|[¹²³⁴⁵⁶⁷⁸⁹]|\^\d)[ \t]*[.,;]?[ \t]*(?:\n|\Z)"
)
_NOTE = deferred(
    r"^[ \t]*(\(\d{1,2}\)|\[\d{1,2}\]|\*{1,3}|[¹²³⁴⁵⁶⁷⁸⁹]|\^\d)[ \t]*(\S[^\n]*)$", re.MULTILINE
)
_ORDINAL = r"(?:prim|second|terz|quart|quint|sest|settim|ottav|non|decim|penultim|ultim)[oaie]"
_ENTRY = deferred(
    r"\bnn?\.\s?\d{1,3}\b(?!\s?/|\s+(?:del|della|delle|c\.?p|R\.?G|d\.?lgs|l\.|\w*\s*R\.?G))"
    r"|\b(?:numer[oi]|voc[ei]|rig[ah]\w?|posizion[ei]|entrat[ae])\s+(?:nn?\.\s?)?\d{1,3}\b(?!\s?/)"
    rf"|\b(?:il|lo|la|al|del|per|quello)\s+{_ORDINAL}\b(?=\s*(?:[.,;]|\Z)|\s+(?:e\b|dei\b|degli\b|delle\b|rest|riman|va\b|vanno|è\b|non\b|sit|nom|domin|portal|indirizz|voc|rig|dell'elenco|della\s+lista))"
    rf"|\b{_ORDINAL}\s+(?:sit[oi]|nom[ei]|domini\w?|portal[ei]|gruppo|elenco|lista)\b"
    r"|\bquest'\s?ultim\w\s+(?:gruppo|elenco|lista)\b",
    re.IGNORECASE,
)
_ONLY = deferred(r"\b(?:sol[oaie](?!\s+pagin)|soltanto|unicamente|esclusivamente)\b", re.IGNORECASE)
_NAMES = deferred(r"\w\.\w\w")
_CORRECTS = deferred(r"\berrata\s+corrige\b|\brettifica\s*:", re.IGNORECASE)
_LEGEND = deferred(
    rf"\b{_ORDINAL}\s+colonna\b|\bcolonna\s+(?:di\s+)?(?:sinistra|destra)\b|\ba\s+(?:sinistra|destra)\b[^.\n]{{0,60}}\bsit[oi]\b",
    re.IGNORECASE,
)
_SENTENCE_END = deferred(r";\s|(?<!\bn)(?<!\bnn)\.\s|\n[ \t]*\n", re.IGNORECASE)
# What is ordered beside the block, of the same site: *di rimuovere dai risultati di ricerca*.
_REMOVES = deferred(
    r"\b(?:rimuover|cancellar|eliminar|toglier)e\s+(?:(?:da[il]|dagli|dalle|dalla)\s+(?:risultati|propri|server|indici|pagine)\b"
    r"|(?:[ie]l?|le|gli)\s+(?:collegament|link|contenut|file|pagin|articol|comment|post\b|annunc)\w*|ogni\s+collegamento)",
    re.IGNORECASE,
)
# *Non confondete a.example con b.example*, whatever is said of the other.
_CONFUSES = deferred(
    r"\b(?:da\s+)?non\s+(?:va\s+|vanno\s+)?confond\w+.*", re.IGNORECASE | re.DOTALL
)
_LONGEST = 400
_CALLED = "what is said of it behind the list may take it off"
_ANY = "what is said behind the list may take entries off"


def doubted(
    text: Text, names: Sequence[Candidate], targets: Sequence[Target]
) -> Iterator[tuple[Candidate, str]]:
    """Yield the names of targets that words behind their list may take off, and why.

    Args:
        text: the document.
        names: all of it from the operative part on.
        targets: what was read.
    """
    lines = {(target.raw, target.line) for target in targets}
    taken = [name for name in names if (name.raw, name.line) in lines]
    if not taken:
        return
    if reason := _of_any(text.plain[taken[-1].end :]):
        yield from ((name, reason) for name in taken)
        return
    notes = {found[1]: found[2] for found in _NOTE.finditer(text.plain, taken[-1].end)}
    places = {name.start for name in taken}
    hosts = {name.host: name.start for name in reversed(taken) if _is_whole(name)}
    again = {
        name.host
        for name in names
        if name.start not in places
        and hosts.get(name.host, name.start) < name.start
        and takes_off(_sentence(text.plain, name))
    }
    # In one line a name may stand as a target, and again as what is taken off.
    again |= {
        b.host
        for a, b in pairwise(sorted(taken, key=lambda name: (name.host, name.start)))
        if a.host == b.host and a.line == b.line and takes_off(text.plain[a.end : b.start])
    }
    for name in taken:
        noted = marker_of(text, name) != "*" and _footnoted(text.plain, name, notes)
        if noted or (name.host in again and _is_whole(name)):
            yield name, _CALLED


def _is_whole(name: Candidate) -> bool:
    """Whether it is a site as a whole, and not a page of it."""
    return "/" not in name.text.rpartition("://")[2].rstrip("/")


def _of_any(behind: str) -> str:
    """Return why every entry is a doubt by the text behind the list, or ``""``."""
    if _CORRECTS.search(behind) or _LEGEND.search(behind):
        return _ANY
    told = any(
        (_ENTRY.search(said) and (takes_off(said) or _ONLY.search(said)))
        or (_ONLY.search(said) and _NAMES.search(said) and BLOCKS.search(said))
        for said in _SENTENCE_END.split(behind)
    )
    return _ANY if told else ""


def _footnoted(plain: str, name: Candidate, notes: Mapping[str, str]) -> bool:
    """Whether a note whose sign stands at a name says what is not known to be harmless."""
    sign = _REFERENCE.match(plain, name.end, name.end + _LONGEST)
    return sign is not None and not harmless(notes.get(sign[1], "?"), name.host)


def _sentence(plain: str, name: Candidate) -> str:
    """Return what stands around a name in its sentence, without the name."""
    before = _SENTENCE_END.split(plain[max(0, name.start - _LONGEST) : name.start])[-1]
    after = _SENTENCE_END.split(plain[name.end : name.end + _LONGEST])[0]
    return _CONFUSES.sub(" ", _REMOVES.sub(" ", f"{before} {after}"))
