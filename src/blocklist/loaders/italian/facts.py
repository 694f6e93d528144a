"""FACTS: what an order says of itself: court, instrument, case number, parties, dates, aliases.

Each function takes text as ``candidates.Text`` has it (plain blanks, plain apostrophes) and reads
one fact, or says that it is not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ...errors import shorten
from ...model.names import MAX_LABEL_OCTETS
from .candidates import words
from .numbers import first_date

_COURT = re.compile(
    r"\b(?:(PROCURA\s+DELLA\s+REPUBBLICA)\s+(?:PRESSO\s+IL\s+TRIBUNALE\s+)?(?:ORDINARIO\s+)?DI"
    r"|(CORTE\s+D'\s?APPELLO)\s+DI"
    r"|(TRIBUNALE)\s+(?:ORDINARIO\s+|CIVILE\s+E\s+PENALE\s+|CIVILE\s+|PENALE\s+)?DI)"
    r"\s+((?:L'\s?|LA\s+)?(?-i:[A-Z])[\w']{2,20}"
    r"(?:[ ](?:NELL'EMILIA|(?!SEZ|UFF|IN\b|PRIMA|GIUD|ORDIN|DECR|SENT)(?-i:[A-Z])[\w']{2,20}))?)",
    re.IGNORECASE,
)
_COURT_NAMES = ("Procura della Repubblica di {}", "Corte d'appello di {}", "Tribunale di {}")
_INSTRUMENT = re.compile(
    r"^[^\w\n]*(?:(?:ha|hanno)\s[^\n]{0,60}seguente\s+)?"
    r"(O ?R ?D ?I ?N ?A ?N ?Z ?A|D ?E ?C ?R ?E ?T ?O|S ?E ?N ?T ?E ?N ?Z ?A)\b([^\n]{0,120})",
    re.MULTILINE | re.IGNORECASE,
)
_OWN_NUMBER = re.compile(
    r"(?<!')\b(?:ORDINANZA|DECRETO|SENTENZA)\s{1,3}(?:[Nn](?:\.|[Rr]\.)\s{0,3})"
    r"(\d{1,6}\s?/\s?\d{2,4})(?![\d/])"
)
_NAMED = re.compile(
    r"\b(?:seguente\s+|del(?:la)?\s+presente\s+)(ordinanza|decreto|sentenza)\b", re.IGNORECASE
)
_CASE_NUMBER = re.compile(
    r"(?:\bn(?:\.|r\.?)?\s?)?\bR\.?\s?G\.?\s?(?:N\.?R\.?\s?|G\.?I\.?P\.?\s?)?(?:n(?:\.|r\.?)?\s?)?"
    r"\d{1,6}(?:-\d{1,2})?\s?/\s?\d{2,6}(?:\s?-\s?\d{1,2})?(?![\d/])"
    r"|\b\d{1,6}/\d{2,4}\s?(?:R\.?G\.?\s?(?:N\.?R\.?|G\.?I\.?P\.?))(?!\w)"
    r"|\bn(?:\.|r\.?)?\s?\d{1,6}(?:-\d{1,2})?/\d{2,4}\s?R\.?\s?G\.?(?!\s?\w\.)(?!\w)"
    r"|\bn(?:\.|r\.?)?\s?R\.?\s?G\.?\s+non\s+pubblicato",
    re.IGNORECASE,
)
_CODE = (
    r"(?:l\.d\.a\.|c\.p\.c\.|c\.p\.p\.|c\.p\.i\."
    r"|(?:d\.\s?lgs\.|legge|l\.)\s(?:n\.\s?)?\d{1,4}/\d{2,4})"
)
_LEGAL_BASIS = re.compile(
    rf"\bartt?\.\s?\d[^;:]{{0,120}}?{_CODE}"
    rf"(?:(?:,|\se)\s(?:artt?\.\s?)?\d[^;:,]{{0,60}}?{_CODE}){{0,4}}",
    re.IGNORECASE,
)

_PARTY = re.compile(
    r"((?:\b(?-i:[A-Z0-9])[\w&'.-]{0,40}\s{1,3}){0,5}\b(?-i:[A-Z0-9])[\w&'.-]{0,40}),?\s{1,3}"
    r"(S\.?p\.?A\b\.?|S\.?r\.?l\b\.?|Inc\b\.?|Ltd\b\.?|LLC\b|Limited\b|GmbH\b|B\.?V\b\.?|Corp\b\.?|plc\b)",
    re.IGNORECASE,
)
_NOT_A_NAME = words(
    "a ad ai al alla alle agli contro convenuta convenute di e ed i il inibisce la le ordina "
    "resistente resistenti ricorrente"
)
_AGAINST = re.compile(r"^[^\w\n]*(?:contro|nei\s+confronti\s+di)\b", re.IGNORECASE | re.MULTILINE)
_ROLE = re.compile(r"\b(?:resistent[ei]|convenut[aoei]|reclamat[aei])\b", re.IGNORECASE)
_ADDRESSED = re.compile(
    r"\b(?:ordina|ordinare|ordine|inibisce|dispone\s+che|ingiunge|vieta|intima|impone)\s+(?:altresì\s+)?"
    r"(?:a(?:i|gli|lle|lla|l|d)?\s|all'|che\s)(.{1,600}?)"
    r"(?=,?\s(?:di\s\w+(?:[aei]re|rre|rsi)\b|entro\b|quale\b|in\squalità"
    r"|blocchino|inibiscano|disabilitino|impediscano|provvedano|adottino)"
    r"|,\s(?:l'|la\s|in\spersona|con\ssede|senza\b|immediatamente\b)|[:;]|$)",
    re.IGNORECASE | re.DOTALL,
)
_DYNAMIC = re.compile(
    r"(?:\b(?:nonché|anche|e|ed|oltre)\s)?(?:(?:a|ad|di|per|verso)\s)?\b(?:(?:[ad]?i|gli|agli|degli)\sfuturi\s(?=nom|sit|dom|indir|alias)"
    r"|(?:[ad]?i|agli|degli|gli)\s(?:nomi|domini|siti|indirizzi)\b[^.;:]{0,60}?\sche\s(?:saranno|verranno)\s"
    r"|(?:qualsiasi|qualunque|ogni|tutti\sgli|eventuali)\s(?:(?:altr[oiae]|ulterior[ei]|futur[oiae]|e)\s|"
    r"(?=alias|mirror|sito\salias|redirect|reindirizz))).{1,700}?(?=;|\.\s|\.$|\n\s*\n|$)",
    re.IGNORECASE | re.DOTALL,
)
_FUTURE = re.compile(
    r"nom[ei]\s+a\s+dominio|domini|alias|\bsit[oi]|indirizz|URL|mirror", re.IGNORECASE
)

_EVERY_SUFFIX = re.compile(
    r"\b(?:qualsiasi|qualunque|quale\s+che|tutt[ei]|ogni|prescindere|indipendentemente)\b[^.;:]{0,60}"
    r"(?:\bTLD|estension[ei]|top[ -]level|primo\s+livello|suffiss[oi])",
    re.IGNORECASE,
)
_SECOND_LEVEL = re.compile(
    r"(?:secondo\s+livello|\bSLD)\s+(?:(?:denominato|costituito\s+da|identico)\s+)?"
    rf"(?:[\"«“']\s?([\w-]{{2,{MAX_LABEL_OCTETS}}})\s?[\"»”']|([\w-]{{2,{MAX_LABEL_OCTETS}}})\b)",
    re.IGNORECASE,
)
_DEPOSIT = re.compile(r"\bdepositat[oa]\b[^.;\n]{0,80}", re.IGNORECASE)
_NOTIFIED = re.compile(
    r"\b(?:notificat|comunicat)[oa]\s(?:a\smezzo\sPEC\s|via\sPEC\s|alle\sparti\s)?(?:in\sdata|il|addì)\s"
    r"[^.;\n]{0,40}",
    re.IGNORECASE,
)


def court_name(text: str) -> str:
    """Return the first court that the text names, in one spelling; empty if it names none."""
    found = _COURT.search(text)
    if found is None:
        return ""
    *courts, place = found.groups()
    name = next(n for n, court in zip(_COURT_NAMES, courts, strict=True) if court)
    return name.format(" ".join(re.split(r"\s+", place)).title().replace("Nell'", "nell'"))


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
    found = _OWN_NUMBER.search(heading)
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


def companies(text: str) -> list[str]:
    """Return the firms that the text names, by their legal form."""
    names = []
    for found in _PARTY.finditer(text):
        words = found[1].split()
        while words and words[0].casefold() in _NOT_A_NAME:
            del words[0]
        if words:
            names.append(" ".join([*words, found[2]]))
    return names


def own_labels(firms: Sequence[str]) -> frozenset[str]:
    """Return the labels under which a party's own site may stand: ``sony``, ``sonymusic``."""
    labels = set()
    for company in firms:
        words = [re.sub(r"[^a-z0-9]", "", word.lower()) for word in company.split()[:-1]]
        labels |= {"".join(words[:i]) for i in range(1, len(words) + 1)}
        labels |= {word for word in words if len(word) > 4}
    return frozenset(label for label in labels if len(label) > 2)


def addressees(heading: str, clauses: Sequence[str], preambles: Sequence[str]) -> tuple[str, ...]:
    """Return the firms that the clauses address, else those sued, else the words used.

    Args:
        heading: of the order, for the parties.
        clauses: what each clause that orders says.
        preambles: of those that block, what stands before the words that block.
    """
    spans = [found[1] for clause in clauses for found in _ADDRESSED.finditer(clause)]
    named = [firm for text in (*preambles, *spans) for firm in companies(text)]
    against = _AGAINST.search(heading)
    if not named and against and any(_ROLE.search(span) for span in spans):
        named = companies(heading[against.end() :])
    return tuple(dict.fromkeys(named or [" ".join(span.split()) for span in spans[:1]]))


def dynamic(clause: str) -> str:
    """Return what a clause says of names that are not known yet, on one line."""
    for found in _DYNAMIC.finditer(clause):
        if _FUTURE.search(found[0]):
            return shorten(" ".join(found[0].split()), 600).rstrip(" .,")
    return ""


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


def closing_dates(text: str) -> dict[str, date | None]:
    """Return when the order was issued, published and notified, by what follows its text."""
    deposit, notice = _DEPOSIT.search(text), _NOTIFIED.search(text)
    signature = _DEPOSIT.sub("", _NOTIFIED.sub("", text[:600]))
    return {
        "issued": first_date(signature),
        "published": first_date(deposit[0]) if deposit else None,
        "notified": first_date(notice[0]) if notice else None,
    }
