"""FACTS: what an order says of itself: instrument, numbers, legal basis, names under any suffix.

Each function takes text as ``candidates.Text`` has it (plain blanks, plain apostrophes) and reads
one fact, or says that it is not there.
"""

from __future__ import annotations

import re

from ...model.names import MAX_LABEL_OCTETS
from .deferredpattern import deferred

_INSTRUMENT = deferred(
    r"^[^\w\n]*(?:(?:ha|hanno)\s[^\n]{0,60}seguente\s+)?"
    r"(O ?R ?D ?I ?N ?A ?N ?Z ?A|D ?E ?C ?R ?E ?T ?O|S ?E ?N ?T ?E ?N ?Z ?A)\b([^\n]{0,120})",
    re.MULTILINE | re.IGNORECASE,
)
_OWN_NUMBER = deferred(
    r"(?<!')\b(?:ORDINANZA|DECRETO|SENTENZA)\s{1,3}(?:[Nn](?:\.|[Rr]\.)\s{0,3})"
    r"(\d{1,6}\s?/\s?\d{2,4})(?![\d/])"
)
# Of an authority: *PROVVEDIMENTO n. 31245* alone in its line.
_ACT_NUMBER = deferred(
    r"^[^\w\n]*(?:PROVVEDIMENTO|DELIBERA)\s{1,3}N(?:\.|R\.)\s{0,3}(\d{3,6})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_NAMED = deferred(
    r"\b(?:seguente\s+|del(?:la)?\s+presente\s+)(ordinanza|decreto|sentenza)\b", re.IGNORECASE
)
_REGISTER = (
    r"(?:R\.?\s?G\.?(?:\s?(?:N\.?\s?R\.?|G\.?\s?I\.?\s?P\.?|A\.?\s?C\.?|C\.?\s?C\.?|C\.|A\.|L\.|T\.|V\.?\s?G\.?)){0,2}"
    r"|R\.\s?GIP|R\.\s?N\.\s?R\.|ruolo\s+generale(?:\s+(?:degli\s+affari\s+\w+|civile|contenzioso))?"
    r"|registro\s+generale(?:\s+notizie\s+di\s+reato)?|REG\.\s?RIC\.)"
)
_N = r"(?:n(?:\.|r\.?|°|º)?|num\.|numero)"
_SECTION = r"(?-i:/(?:[IVX]{1,5}|[A-Z])(?!\w))?"
_YEAR = r"(?:\s?/\s?(?:[IVX]{1,5}\s?/\s?)?|\s+del(?:l'anno)?\s+|\s+anno\s+)"
_CASE_NUMBER = deferred(
    rf"(?:\b{_N}\s?|(?<![\w.])){_REGISTER}\s?(?:{_N}\s?)?:?\s?"
    rf"\d{{1,6}}(?:-\d{{1,2}})?{_YEAR}\d{{2,8}}(?:\s?-\s?\d{{1,2}})?(?![\d/]){_SECTION}(?!\w)"
    rf"|(?<![\d/])\b\d{{1,6}}(?:-\d{{1,2}})?{_YEAR}\d{{2,4}}{_SECTION}\s{{0,2}}(?:del(?:l)?\s+|di\s+)?{_REGISTER}(?!\w)"
    rf"|\b(?:{_N}\s?)(?<![\d/])\d{{1,6}}\s{{1,2}}{_REGISTER}\s{{0,2}}(?:/\s?|dell'anno\s|anno\s|del\s)?(?:19|20)\d{{2}}(?!\d)"
    rf"|\b{_N}\s?R\.?\s?G\.?\s+non\s+pubblicato",
    re.IGNORECASE,
)
_CODE = (
    r"(?:l\.d\.a\.|c\.p\.c\.|c\.p\.p\.|c\.p\.i\."
    r"|(?:d\.\s?lgs\.|legge|l\.)\s(?:n\.\s?)?\d{1,4}/\d{2,4})"
)
_LEGAL_BASIS = deferred(
    rf"\bartt?\.\s?\d[^;:]{{0,120}}?{_CODE}"
    rf"(?:(?:,|\se)\s(?:artt?\.\s?)?\d[^;:,]{{0,60}}?{_CODE}){{0,4}}",
    re.IGNORECASE,
)

_EVERY_SUFFIX = deferred(
    r"\b(?:qualsiasi|qualunque|quale\s+che|tutt[ei]|ogni|prescindere|indipendentemente)\b[^.;:]{0,60}"
    r"(?:\bTLD|estension[ei]|top[ -]level|primo\s+livello|suffiss[oi])",
    re.IGNORECASE,
)
_SECOND_LEVEL = deferred(
    r"(?:secondo\s+livello|\bSLD)\s+(?:(?:denominato|costituito\s+da|identico)\s+)?"
    rf"(?:[\"«“']\s?([\w-]{{2,{MAX_LABEL_OCTETS}}})\s?[\"»”']|([\w-]{{2,{MAX_LABEL_OCTETS}}})\b)",
    re.IGNORECASE,
)


def instrument(heading: str) -> tuple[str, int]:
    """Return ordinanza, decreto, sentenza or sequestro, and where its line stands; or nothing."""
    found = _INSTRUMENT.search(heading)
    if found is None:
        return "", len(heading)
    if "sequestro" in found[2].lower():
        return "sequestro", found.start()
    return found[1].replace(" ", "").lower(), found.start()


def named_instrument(text: str) -> str:
    """Return what the order calls itself in a sentence (*il presente decreto*); or nothing."""
    found = _NAMED.search(text)
    return found[1].lower() if found else ""


def own_number(heading: str) -> str:
    """Return the number of the order itself, as in ``SENTENZA n. 318/2023``; or nothing."""
    found = _OWN_NUMBER.search(heading) or _ACT_NUMBER.search(heading)
    return found[1] if found else ""


def case_number(heading: str) -> str:
    """Return the first case number as it is written; empty if it is not there or not public."""
    found = _CASE_NUMBER.search(heading)
    if found is None or not any(c.isdecimal() for c in found[0]):
        return ""
    return " ".join(found[0].split())


def legal_basis(text: str) -> str:
    """Return the first articles of a law or code that the text names, on one line."""
    found = _LEGAL_BASIS.search(text)
    return " ".join(found[0].split()) if found else ""


def every_suffix(clause: str) -> list[tuple[int, str, bool]] | None:
    """Return the second-level labels that a clause blocks under every extension.

    Each with its position, and whether it stands in quotes. ``None`` if the clause does not speak
    of every extension; empty if it does and does not say of what.
    """
    if not _EVERY_SUFFIX.search(clause):
        return None
    return [
        (found.start(found.lastindex or 0), found[1] or found[2], bool(found[1]))
        for found in _SECOND_LEVEL.finditer(clause)
    ]
