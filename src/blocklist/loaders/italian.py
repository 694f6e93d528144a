"""ITALIAN: the facts that Italian legal prose states: court, number, dates, term, penalty.

Each function takes text and reads one fact, or says that it is not there. What is ambiguous is not
guessed: ``10,000 euro`` may be ten or ten thousand, so it gives a warning and no amount. The text
is expected as ``court`` prepares it: plain blanks, plain apostrophes. All are linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ..orders import Penalty, Term

_MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip
DATE = rf"(?:\d{{1,2}}\s?[°º]?\s++(?:{'|'.join(_MONTHS)})\s++\d{{4}}|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}})"
_DATE = re.compile(
    rf"(?<![\d./-])(\d{{1,2}})\s?[°º]?(?:\s++({'|'.join(_MONTHS)})\s++|([./-])(\d{{1,2}})\3)"
    r"(\d{4})(?!\d)",
    re.IGNORECASE,
)

_UNITS = {
    word: value
    for value, words in enumerate(
        (
            "zero", "un uno una", "due", "tre", "quattro", "cinque", "sei", "sette", "otto",
            "nove", "dieci", "undici", "dodici", "tredici", "quattordici", "quindici", "sedici",
            "diciassette", "diciotto", "diciannove",
        )
    )
    for word in words.split()
}  # fmt: skip
_TENS = {
    "vent": 20, "trent": 30, "quarant": 40, "cinquant": 50, "sessant": 60, "settant": 70,
    "ottant": 80, "novant": 90,
}  # fmt: skip
_LONGEST_CARDINAL = 60

_COURT = re.compile(
    r"\b(?:(PROCURA\s+DELLA\s+REPUBBLICA)\s+(?:PRESSO\s+IL\s+TRIBUNALE\s+)?(?:ORDINARIO\s+)?DI"
    r"|(CORTE\s+D'\s?APPELLO)\s+DI"
    r"|(TRIBUNALE)\s+(?:ORDINARIO\s+|CIVILE\s+E\s+PENALE\s+|CIVILE\s+|PENALE\s+)?DI)"
    r"\s+((?:L'\s?|LA\s+)?(?-i:[A-Z])[\w']{2,20}"
    r"(?:[ ](?:NELL'EMILIA|(?!SEZ|UFF|IN\b|PRIMA|GIUD|ORDIN|DECR|SENT|NOTE)(?-i:[A-Z])[\w']{2,20}))?)",
    re.IGNORECASE,
)
_COURT_NAMES = ("Procura della Repubblica di {}", "Corte d'appello di {}", "Tribunale di {}")
_INSTRUMENT = re.compile(
    r"^[^\w\n]*(?:(?:ha|hanno)\s[^\n]{0,60}seguente\s+)?"
    r"(O ?R ?D ?I ?N ?A ?N ?Z ?A|D ?E ?C ?R ?E ?T ?O|S ?E ?N ?T ?E ?N ?Z ?A)\b([^\n]{0,120})",
    re.MULTILINE | re.IGNORECASE,
)
_CASE_NUMBER = re.compile(
    r"(?:\bn(?:\.|r\.?)?\s?)?\bR\.?\s?G\.?\s?(?:N\.?R\.?\s?|G\.?I\.?P\.?\s?)?(?:n(?:\.|r\.?)?\s?)?"
    r"\d{1,6}\s?/\s?\d{2,6}(?:\s?-\s?\d{1,2})?(?![\d/])"
    r"|\b\d{1,6}/\d{2,4}\s?(?:R\.?G\.?\s?(?:N\.?R\.?|G\.?I\.?P\.?))(?!\w)"
    r"|\bn(?:\.|r\.?)?\s?R\.?\s?G\.?\s+non\s+pubblicato",
    re.IGNORECASE,
)
_LEGAL_BASIS = re.compile(
    r"\bartt?\.\s?\d[^;:\n]{0,120}?(?:l\.d\.a\.|c\.p\.c\.|c\.p\.p\.|c\.p\.i\.|"
    r"(?:d\.\s?lgs\.|legge|l\.)\s(?:n\.\s?)?\d{1,4}/\d{2,4})",
    re.IGNORECASE,
)

_TERM = re.compile(
    r"\b(?:entro|decorsi|nel\s+termine|termine)\s+(?:e\s+non\s+oltre\s+)?"
    r"(?:(?:il|i|un|le)\s+)?(?:termine\s+)?(?:perentorio\s+|massimo\s+)?(?:di\s+)?"
    r"(?:(\d{1,4})|([a-zàèéìòù]{2,40}))\s*(?:\([^()\n]{1,30}\)\s*)?"
    r"(minut[oi]|or[ae]|giorn[oi]|settiman[ae]|mes[ei])\b(\s+lavorativi)?"
    r"([^.;:]{0,90})",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(r"\b(?:senza\s+indugio|immediatamente)\b", re.IGNORECASE)
_STARTS = re.compile(
    r"(?P<notified>comunicazion|notific|ricezion|ricevimento|conoscenza)"
    r"|(?P<published>pubblicazion|deposito)|(?P<issued>\bdata\b|emission|pronuncia)",
    re.IGNORECASE,
)

_AMOUNT = re.compile(
    r"(?:€|\beuro\b|\beur\b)\s{0,3}(?:(\d[\d.,']{0,24})|([a-z]{3,60}))"
    r"|(?<![\d.,'])(\d[\d.,']{0,24})\s{0,3}(?:\([^()\n]{1,40}\)\s?)?(?:€|euro\b)"
    r"|\b([a-z]{0,50}(?:mila|mille|cento|anta|enti|trenta|dieci))\s{1,3}euro\b",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"(\d{1,3}(?:[.']\d{3})+|\d+)(?:,(\d{1,2}))?")
_PENALTY = re.compile(
    r"penal[ei]|penalità|ritard|violazion|inosservan|inadempi|614[ -]?bis|coercitiv", re.IGNORECASE
)
_PER = re.compile(
    r"\b(?:per|a)\s+(?:ogni|ciascun[ao]?)\s+(?:\w+\s+){0,2}?"
    r"(?:(?P<day>giorn)|(?P<violation>violazion|inosservan|inadempi))"
    r"|(?P<daily>\bal\s+giorno\b|giornalier|\bdie\b)",
    re.IGNORECASE,
)
_COSTS = re.compile(
    r"\b(?:spese|compens|onorari|liquida|risarc|cauzione|contributo)", re.IGNORECASE
)
_CAP = re.compile(r"massim|fino\s+a\b|fino\s+alla|limite|non\s+super|tetto", re.IGNORECASE)
_NEAR = 150


def dates(text: str) -> Iterator[tuple[int, date]]:
    """Yield each date with its position: ``1° febbraio 2024``, ``11/07/2022``, ``11.07.2022``."""
    for found in _DATE.finditer(text):
        day, month, _, number, year = found.groups()
        try:
            yield (
                found.start(),
                date(
                    int(year),
                    int(number) if number else _MONTHS.index(month.lower()) + 1,
                    int(day),
                ),
            )
        except ValueError:
            continue


def cardinal(word: str) -> int | None:
    """Return the number that a word or figures write, ``None`` for another word.

    >>> [cardinal(w) for w in ("trenta", "quarantotto", "centoventi", "diecimila", "siti")]
    [30, 48, 120, 10000, None]
    """
    word = word.lower().replace("é", "e")
    if word.isdecimal():
        return int(word) if len(word) < 12 else None
    return _cardinal(word) if word and len(word) <= _LONGEST_CARDINAL else None


def _cardinal(word: str) -> int | None:
    if not word:
        return 0
    if word in _UNITS:
        return _UNITS[word]
    for mark, scale in (("mila", 1000), ("mille", 1000), ("cento", 100), ("cent", 100)):
        head, found, tail = word.partition(mark)
        if found:
            times, rest = (_cardinal(head) if head else 1), _cardinal(tail)
            if times is not None and rest is not None:
                return times * scale + rest
    for stem, value in _TENS.items():
        if word.startswith(stem):
            rest_word = word.removeprefix(stem)
            # The tens lose their vowel before uno and otto: trentuno, ventotto.
            rest_word = rest_word[1:] if rest_word[:1] in ("i", "a") else rest_word
            rest = _UNITS.get(rest_word, 0 if not rest_word else None)
            return None if rest is None or rest > 9 else value + rest
    return None


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


def term(clause: str) -> tuple[Term | None, str]:
    """Return the deadline that a clause sets, and a warning or ``""``.

    ``senza indugio`` and ``immediatamente`` are a term of 0 days from notification: the day of
    notification itself, since the model has no shorter one that is not a guess. A number beside
    them counts instead. A term that names no start runs from notification.
    """
    for found in _TERM.finditer(clause):
        figures, word, unit, more, tail = found.groups()
        amount = cardinal(figures or word)
        if amount is None:
            continue
        if unit.lower().startswith("mes"):
            return None, f"a deadline in months is not read: {found[0][:40]!r}"
        start = _STARTS.search(tail)
        begins = next(k for k, v in start.groupdict().items() if v) if start else "notified"
        warning = "a deadline in working days is read as calendar days" if "lavorativi" in f"{more}{tail[:20]}" else ""
        kind = unit[0].lower()
        if kind == "s":
            amount, kind = amount * 7, "g"
        return Term(amount, {"m": "minute", "o": "hour", "g": "day"}[kind], begins), warning
    if _AT_ONCE.search(clause):
        return Term(0, "day", "notified"), ""
    return None, ""


def penalty(clause: str) -> tuple[Penalty | None, str]:
    """Return the penalty that a clause sets, and a warning or ``""``; costs and damages are none.

    Where it sets one per day and one per violation, the one per day is returned: the model holds
    one.
    """
    if not _PENALTY.search(clause):
        return None, ""
    found: dict[str, Decimal] = {}
    cap: Decimal | None = None
    warning = ""
    amounts = list(_AMOUNT.finditer(clause))
    for i, match in enumerate(amounts):
        before = clause[amounts[i - 1].end() if i else 0 : match.start()][-_NEAR:]
        costs, dues = (max((m.end() for m in w.finditer(before)), default=0) for w in (_COSTS, _PENALTY))
        if costs > dues:
            continue
        value = _amount(match)
        if value is None:
            if match[1] or match[3]:
                warning = f"an amount that is not read with certainty: {match[0]!r}"
            continue
        if _CAP.search(before[-40:]):
            cap = value
            continue
        after = clause[match.end() : amounts[i + 1].start() if i + 1 < len(amounts) else None]
        per = _PER.search(after[:_NEAR]) or _PER.search(before)
        if per:
            found.setdefault("violation" if per["violation"] else "day", value)
    for unit in Penalty.UNITS:
        if unit in found:
            return Penalty(found[unit], "EUR", unit, cap), warning
    return None, warning


def _amount(match: re.Match[str]) -> Decimal | None:
    figures, word = match[1] or match[3], match[2] or match[4]
    if not figures:
        value = cardinal(word)
        return None if value is None else Decimal(value)
    number = _FIGURES.fullmatch(figures.rstrip(".,'"))
    if number is None:
        return None
    whole = re.sub(r"[.']", "", number[1])
    return Decimal(f"{whole}.{number[2]}" if (number[2] or "0").strip("0") else whole)
