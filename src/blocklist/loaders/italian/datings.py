"""DATINGS: when an order was issued, published and notified.

An order names many days: of the petition, of the prosecutor's request, of laws, of hearings. A day
counts as that of the decision only where its words say so, or where it stands beside the place at
the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from .deferredpattern import deferred
from .numbers import DATE, dates, first_date
from .sitewords import last_match

_PLACED = deferred(
    r"(?:^[ \t]*|[.;]\s{1,5}|(?i:deciso|dato)\s(?i:in"
    r"|a)\s)(?-i:[A-ZÀ-Ü])[\w']{2,30}(?:[ ](?-i:[A-Z])[\w']{2,20}){0,2},?\s"
    r"{1,3}(?:(?i:lì|li|il|addì|del|nella\scamera\sdi\sconsiglio\sdel)\s|l')?"
    rf"((?i:{DATE}))",
    re.MULTILINE,
)
_DECIDED = deferred(
    r"\b(?:cos(?:ì|i')\s+deciso|deciso\s+(?:in|a|nella)|camera\s+di\s+consiglio|emess[oa]|pronunciat[oa]"
    r"|addì|data\s+della\s+decisione|firmat[oa])\b[^.;]{0,100}?(?=\d{1,2}|primo)",
    re.IGNORECASE,
)
_DEPOSIT = deferred(r"\bdepositat[oa]\b[^.;\n]{0,80}", re.IGNORECASE)
_PUBLISHED = deferred(r"\bpubblicat[oa]\s(?:in\sdata|il|addì)\s[^.;\n]{0,40}", re.IGNORECASE)
_NOTIFIED = deferred(
    r"\b(?:notificat|comunicat)[oa]\s(?:a\smezzo\sPEC\s|via\sPEC\s|alle\sparti\s)?(?:in\sdata|il|addì)\s"
    r"[^.;\n]{0,40}",
    re.IGNORECASE,
)
# Whose day it is: the last of these words before it decides.
_ANOTHERS = (
    r"ricors\w+|richiest\w+|istanz\w+|domand\w+|petizion\w+|citazion\w+|denunci\w+|querel\w+|esposto"
    r"|udienz\w+|(?<!in\s)(?<!alla\s)nota\b|memori\w+|relazion\w+|informativ\w+|annotazion\w+|verbal\w+|segnalazion\w+"
    r"|notificat\w+|comunicat\w+|depositat\w+|iscritt\w+|legge\b|legislativ\w+|d\.\s?lgs|d\.\s?l\.|d\.\s?m\.|d\.p\.r"
    r"|regolament\w+|direttiva|contratto|perizia|accertat\w+|accertament\w+|rilevat\w+|nat[oa]\b|avvers[oa]\b|impugnat\w+"
    r"|reclam\w+|appell\w+|revoc\w+|conferma\w*|modific\w+|rinvi\w+|scad\w+|entro\b|fino\b|sino\b|dal\b|dall'|oltre\b"
    r"|inaudita|proroga\w*|precedent\w+|provvedimento\s+richiamato|propost[oa]|convenzione|delibera\w*"
)
_OWN = (
    r"ordinanza|decreto|sentenza|deciso|emess[oa]|pronunciat[oa]|cronol\w*|addì|lì|camera\s+di\s+consiglio|provvedimento"
    r"|determina\b"
)
_WHOSE = deferred(rf"\b(?:(?P<another>{_ANOTHERS})|(?P<own>{_OWN}))", re.IGNORECASE)
_OF_A_LAW = deferred(r"\A,?\s{1,3}n\.\s{0,2}\d|\A\s{1,3}e\s{1,3}success", re.IGNORECASE)
_SIGNATURE = 600
_TAIL = 400
_BEFORE = 120


def own_dates(text: str) -> Iterator[date]:
    """Yield the days in a text that are not said to be of something else."""
    for at, day in dates(text):
        before = text[max(0, at - _BEFORE) : at]
        last = last_match(_WHOSE, before)
        end = re.match(DATE, text[at:], re.IGNORECASE)
        if end and _OF_A_LAW.match(text[at + end.end() :][:20]):
            continue
        if last is None or last["own"]:
            yield day


def issued(operative: str, closing: str, beside: str) -> date | None:
    """Return the day of the decision.

    Args:
        operative: the operative part, at whose end the place and day may stand.
        closing: what follows it.
        beside: what the heading says beside the instrument and in the registry's stamp.
    """
    signature = _DEPOSIT.sub("", _NOTIFIED.sub("", closing[:_SIGNATURE]))
    for text in (signature, operative[-_TAIL:]):
        decided = _DECIDED.search(text)
        if decided and (day := first_date(text[decided.end() :][:30])):
            return day
        placed = _PLACED.search(text) if text is signature else last_match(_PLACED, text)
        if placed:
            return first_date(placed[1])
    return next(own_dates(signature), None) or next(own_dates(beside), None)


def closing_dates(operative: str, closing: str) -> dict[str, date | None]:
    """Return when the order was published and notified, by what stands at its end."""
    text = operative[-_TAIL:] + closing
    deposit = _DEPOSIT.search(text) or _PUBLISHED.search(closing)
    notice = _NOTIFIED.search(closing)
    return {
        "published": first_date(deposit[0]) if deposit else None,
        "notified": first_date(notice[0]) if notice else None,
    }
