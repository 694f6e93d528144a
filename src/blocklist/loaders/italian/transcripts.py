"""TRANSCRIPTS: the operative part that a letter writes out: *trascrivo il dispositivo: "…"*.

Lawyers, police and providers pass orders on so. The letter must say that the order was issued and
that it writes it out; what it quotes must decide, and nothing in the letter may say that it was
lifted since.
"""

from __future__ import annotations

import re

from .candidates import nameless
from .deferredpattern import deferred
from .liftings import LIFTED
from .mailquotes import quotation

_ACT = r"(?:ordinanza|decreto|sentenza|provvedimento)"
_WHAT = rf"(?:dispositivo|parte\s+dispositiva|contenuto|testo|{_ACT})"
_COPIES = (
    r"(?:trascriv\w+|trascritt\w+|riport\w+|riproduc\w+|riprodott\w+|copi(?:o|amo|at\w)"
    r"|incoll(?:o|iamo))"
)
_INTRO = deferred(
    rf"(?:\btestualmente|\b{_COPIES}\b[^.:;\"«“]{{0,80}}?\b{_WHAT}\b|\b{_WHAT}\b[^.:;\"«“]{{0,80}}?\b(?:{_COPIES}"
    r"|(?:così\s+)?(?:recita|statuisce)\b|così\s+(?:dispone|decide|provvede|stabilisce)\b"
    r"|ha\s+così\s+(?:statuito|disposto|deciso|provveduto)\b|è\s+(?:il|del)\s+seguente))"
    r"[^.:;\"«“]{0,60}[:.]\s*(?:>\s*)*(?P<open>[\"«“])",
    re.IGNORECASE,
)
# Above lines that a mail quotes: *Qui sotto il testo del dispositivo (l'originale è …).*
_ABOVE = deferred(
    rf"\b(?:(?:qui\s+)?(?:sotto|di\s+seguito)|in\s+calce|ecco)\s+(?:\w+\s+){{0,3}}?{_WHAT}\b(?:\s+(?:del|dell'|della)\s?{_WHAT})?"
    r"(?:\s*\([^()]{0,300}\))?[^.:;\"«“()]{0,60}[:.]\s*\Z",
    re.IGNORECASE,
)
# The court that heads what is quoted.
_HEADED = deferred(r"\s*(?:IL\s+|LA\s+)?(?:TRIBUNALE|CORTE|PROCURA|GIUDICE)\b[^\n]{0,200}\n\s*")
_ISSUED = deferred(
    rf"\b{_ACT}\b[^.;]{{0,160}}?\b(?:res[ao]|emess[ao]|pronunciat[ao]|adottat[ao]|notificat[ao]|depositat[ao])\b"
    r"|\b(?:notific[oa]|notifichiamo|notificat[oa]|trasmett\w+|comunicat[oa])\b[^.;]{0,160}?"
    rf"\b{_ACT}\b",
    re.IGNORECASE,
)
# A letter is written to somebody; an article or a newsletter is not.
_SENT = deferred(
    r"^[^\w\n]*(?:spett|gent|egr|ai|agli|alle|all'|a|da|to|from|oggetto)(?:\.|il[ei]|egi[oa]?)?\b"
    r"|\b(?:vi|le|ci|si)\s+(?:è\s+stat\w\s+)?(?:notific|trasmett|inoltr|invit|comunic)\w*",
    re.IGNORECASE | re.MULTILINE,
)
_PRESS = deferred(
    r"\b(?:riproduzione\s+riservata|leggi\s+anche|comunicato\s+stampa|newsletter|rassegna\s+stampa|redazione|cronaca"
    r"|il\s+nostro\s+(?:giornale|blog)|articol[oi]\s+(?:di|a\s+cura)|commento\s+di)\b",
    re.IGNORECASE,
)
_JUDGE = deferred(
    r"\b(?:tribunale|trib\.|corte|giudice|g\.?i\.?p|procura|autorità|ministero|conferenza\s+di\s+servizi)(?!\w)",
    re.IGNORECASE,
)
# What the parties ask for is quoted, too; an order may be told of as lifted, or as another's.
_ASKS = deferred(
    r"\b(?:voglia|chied\w+|chiest\w+|richied\w+|conclusion\w+|domand\w+|istanza\s+(?:con|volta)|petitum|bozza|propost\w+)\b",
    re.IGNORECASE,
)
_PETITION = deferred(
    r"^[^\w\n]*(?:ricorso|istanza|memoria|comparsa|atto\s+di|reclamo|richiesta|parere)\b",
    re.IGNORECASE | re.MULTILINE,
)
_LATER = deferred(
    r"\b(?:riform|impugnat|(?:diverso|altro)\s+operatore"
    r"|non\s+(?:ci\s+)?(?:è\s+|siamo\s+)?(?:opponibil|riguarda|destinatar))\w*",
    re.IGNORECASE,
)
# *Il Tribunale, pronunciando …, ordina*; *si dispone che*; *… dispone*.
_DECIDES = deferred(
    r"\s*(?:>\s*)*(?:\(?(?:\.{2,3}|…)\)?\s*|\[(?:\.{2,3}|…)\]\s*|P\.?\s?Q\.?\s?M\.?\W+)?(?:>\s*)*"
    r"(?:(?:il|la|l'|lo)\s?(?:\w+\s+)?(?:giudice|tribunale|corte|collegio|g\.?\s?i\.?\s?p\b|pubblico\s+ministero|procuratore|autorità|commissione)"
    r"|(?:visto|preso\s+atto|ritenuto|rilevato|considerato)\b"
    r"|(?:si\s+)?(?:ordina|dispone|ingiunge|inibisce|vieta|decreta|condanna|fa\s+ordine)\b)",
    re.IGNORECASE,
)
_VERB = deferred(
    r"(?<!non\s)\b(?:si\s+)?(?:ordina|dispone|ingiunge|intima|impone|inibisce|interdice|vieta|fa\s+divieto|fa\s+ordine|decreta"
    r"|condanna)(?=[\s,:])",
    re.IGNORECASE,
)
_SENTENCE_START = deferred(r"\n[ \t]*\n|[\w)]{2}\.\s")
_CLOSES = {"«": "»", "“": "”"}
_HEAD = 1500
_REACH = 1500


def transcript(plain: str) -> tuple[int, int]:
    """Return where the order that a letter writes out begins and ends; -1 without one."""
    places = _places(plain)
    if places is None or _PETITION.search(plain[:_HEAD]):
        return -1, -1
    start, begin, end = places
    before = plain[max(0, start - _REACH) : begin]
    headed = _HEADED.match(plain, begin)
    if _lifted(nameless(plain)) or not (headed or _JUDGE.search(before)):
        return -1, -1
    around = f"{plain[:start]}\n{plain[end:]}"
    if _SENT.search(before) is None or _PRESS.search(around):
        return -1, -1
    lead = _SENTENCE_START.split(plain[max(0, start - _REACH) : start])
    decided = headed.end() if headed else begin
    verb = _VERB.search(plain, decided, end)
    if verb is None or not (headed or _ISSUED.search(before)):
        return -1, -1
    if _DECIDES.match(plain[decided:end]) is None:
        return -1, -1
    if _ASKS.search(lead[-1] + plain[start:begin]) or _ASKS.search(plain, begin, verb.start()):
        return -1, -1
    return verb.start(), end


def introduction(plain: str) -> tuple[int, int]:
    """Return where the sentence begins and ends that announces the quotation; -1 if none."""
    places = _places(plain)
    if places is None:
        return -1, -1
    start, begin, _ = places
    lead = _SENTENCE_START.split(plain[max(0, start - _REACH) : start])[-1]
    return start - len(lead), begin


def _places(plain: str) -> tuple[int, int, int] | None:
    """Return where the announcement begins, where the quotation does, and where it ends."""
    intro = _INTRO.search(plain)
    if intro is not None:
        end = plain.find(_CLOSES.get(intro["open"], '"'), intro.end())
        return (intro.start(), intro.end(), end) if end >= 0 else None
    begin, end = quotation(plain)
    above = _ABOVE.search(plain, max(0, begin - _REACH), begin) if begin >= 0 else None
    return (above.start(), begin, end) if above is not None else None


def _lifted(plain: str) -> bool:
    return LIFTED.search(plain) is not None or _LATER.search(plain) is not None
