"""COVERINGS: what a mail says around an order, so that the order may be none in force.

*Oggetto: REVOCA - notifica decreto*, *Vi confermo che i siti dell'allegato sono stati
dissequestrati*, *Non date corso alla mail qui sotto*. A subject and a covering mail are of any
words, so certain words alone speak against what they bring. Above a mail that is forwarded, or
above the letterhead, only sentences of known kinds stand; any other leaves the order in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import shorten
from .deferredpattern import deferred
from .passings import casts_doubt, is_usual
from .sentences import sentences

_IN_WORDS = deferred(
    r"\b(?:dissequestr|sblocc|riapr(?:ire|ite|ano|iamo)\b|riapert|ripristin(?:are|ate|ino|iamo)\b)\w*"
    r"|\bnon\s+(?:dov\w+\s+|deve\s+|devono\s+|vanno?\s+)?(?:esegu|dat[ei]\b|dare\s+(?:corso|seguito|esecuzione)|blocca|oscura|inibi|procede|tenere\s+conto)\w*"
    r"|\b(?:inviat|trasmess|notificat|allegat|spedit)[oaie]\s+per\s+errore"
    r"|\b(?:a\s+titolo\s+di|come|solo|mero)\s+(?:esempio|modello)|\bfac[\s-]?simile|\bbozz[ae]\b|\besercitazione\b|\bphishing\b|\bè\s+un\s+falso\b",
    re.IGNORECASE,
)
_ENDS = deferred(
    r"\b(?:revoc|annull|caducat|ritirat|sospes[aoe]|sospend|cessa(?:zione|ta|to|no)\b)\w*",
    re.IGNORECASE,
)
_ORDER = deferred(
    r"\b(?:decret|ordin|provvediment|notific|richiest|mail|messaggi|allegat|misur|blocc|inibizion|oscurament|elenc|sequestr)\w*",
    re.IGNORECASE,
)
# A disclaimer: *se avete ricevuto questo messaggio per errore*.
_IF = deferred(r"\b(?:se|qualora|ove|in\s+caso|laddove|nel\s+caso)\b", re.IGNORECASE)
_IN_SUBJECT = deferred(
    r"\b(?:revoc|annull|dissequestr|sblocc|ripristin|riapert|bozz[ae]\b|esercitazion|esempio\b|archiviazion|sospension|cessazion)\w*"
    r"|\bnon\s+esegu\w*|\b(?:per|x)\s+(?:\w+\s+)?conoscenza\b|\A\W*(?:(?:re|r|fwd?|i|inoltro)\s*:\s*)*\W*(?:test|prova)\b",
    re.IGNORECASE,
)
_FORWARDED = deferred(
    r"^[^\w\n]*(?:messaggio\s+(?:originale|inoltrato)|(?:original|forwarded)\s+message|(?:inizio\s+(?:del\s+)?)?messaggio\s+inoltrato|begin\s+forwarded\s+message)\b[^\n]*$"
    r"|^[^\w\n]*(?:da|from):[^\n]+\n(?:[^\w\n]*(?:a|to|cc|inviato|sent|data|date|oggetto|subject):[^\n]*\n){1,5}",
    re.IGNORECASE | re.MULTILINE,
)
_ASKS = deferred(
    r"\?|\b(?:parer|phishing|ignot|richiam|autentic|cestin|fermi\b|ripristin|riapri|pens[ai]|scus[ai])\w*",
    re.IGNORECASE,
)
_PARAGRAPH = deferred(r"\n[ \t]*\n\s*")
_FIELD = deferred(
    r"\W*(?:oggetto|prot|rif|da|a|to|from|data|cc|al|alla|ai)\b[^:]{0,30}:", re.IGNORECASE
)
_SENTENCE = deferred(r"[.!?:]\s*\Z")
_HEAD, _SHOWN = 4000, 90


def covering_doubt(covering: str) -> str:
    """Return the words of a mail, with its subject first, that speak against what it brings."""
    for line, said in enumerate(_PARAGRAPH.split(covering)):
        # The subject of each mail is a paragraph, and so may be a line of its words.
        found = _IN_SUBJECT.search(said) if line == 0 or "\n" not in said else None
        if found and len(said) <= 4 * _SHOWN and (line == 0 or not _SENTENCE.search(said)):
            return shorten(said, _SHOWN)
        for begin, end in sentences(said, 0, len(said)):
            sentence = said[begin:end]
            ends = _ENDS.search(sentence) and _ORDER.search(sentence)
            if (ends or _IN_WORDS.search(sentence)) and not _IF.search(sentence):
                return shorten(" ".join(sentence.split()), _SHOWN)
    return ""


def foreword(plain: str, start: int) -> str:
    """Return the sentence above a forwarded mail, or a letterhead, that is of no known kind.

    Args:
        plain: the text.
        start: where the operative part begins.
    """
    forwarded = _FORWARDED.search(plain, 0, min(start, _HEAD))
    strict = forwarded is not None
    for said in _above(plain, forwarded.start() if forwarded else min(start, _HEAD), strict=strict):
        if casts_doubt(said) or _ASKS.search(said) or (strict and not is_usual(said)):
            return shorten(" ".join(said.split()), _SHOWN)
    return ""


def _above(plain: str, end: int, *, strict: bool) -> Iterator[str]:
    """Yield the sentences before ``end``; before a letterhead, those of whole paragraphs alone."""
    if strict:
        yield from (plain[at:stop] for at, stop in sentences(plain, 0, end))
        return
    for paragraph in _PARAGRAPH.split(plain[:end].strip()):
        if not _SENTENCE.search(paragraph) or "\n" in paragraph or _FIELD.match(paragraph):
            return
        yield paragraph
