"""NUMBERS: dates, numbers, terms and amounts of money as Italian prose writes them.

What is ambiguous is not guessed: ``10,000 euro`` may be ten or ten thousand, so it gives a warning
and no amount. Each function is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ...model.orders import Penalty, Term

_MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
DATE = (
    rf"(?:\d{{1,2}}\s?[°º]?\s++(?:{_MONTH})\s++\d{{4}}"
    r"|\d{1,2}[./-]\d{1,2}[./-]\d{4})"
)
_DATE = re.compile(
    rf"(?<![\d./-])(\d{{1,2}})\s?[°º]?(?:\s++({_MONTH})\s++|([./-])(\d{{1,2}})\3)"
    r"(\d{4})(?!\d)",
    re.IGNORECASE,
)

_UNITS = {
    word: value
    for value, spellings in enumerate(
        (
            "zero", "un uno una", "due", "tre", "quattro", "cinque", "sei", "sette", "otto",
            "nove", "dieci", "undici", "dodici", "tredici", "quattordici", "quindici", "sedici",
            "diciassette", "diciotto", "diciannove",
        )
    )
    for word in spellings.split()
}  # fmt: skip
_TENS = {
    "vent": 20, "trent": 30, "quarant": 40, "cinquant": 50, "sessant": 60, "settant": 70,
    "ottant": 80, "novant": 90,
}  # fmt: skip
_LONGEST_CARDINAL = 60

_TERM = re.compile(
    r"\b(?:entro|non\s+oltre|decorsi|nel\s+termine|termine)\s+(?:e\s+non\s+oltre\s+)?"
    r"(?:(?:il|i|un|le)\s+)?(?:termine\s+)?(?:perentorio\s+|massimo\s+)?(?:di\s+)?"
    r"(?:(\d{1,4})|([a-zàèéìòù]{2,40}))\s*(?:\([^()\n]{1,30}\)\s*)?"
    r"(minut[oi]|or[ae]|giorn[oi]|settiman[ae]|mes[ei])\b(\s+lavorativi)?"
    r"([^.;:]{0,90})",
    re.IGNORECASE,
)
# Courts also write "giorni 30", "30 gg." and "entro il 30 giugno 2024".
_UNIT_FIRST = re.compile(
    r"(?:(?<=\bentro\s)|(?<=\bdi\s)|(?<=\btermine\s))(giorni|ore|minuti)\s+(\d{1,4}|[a-z]{3,40})\b",
    re.IGNORECASE,
)
_SHORT_DAYS = re.compile(r"(\d{1,4})\s*gg\b\.?", re.IGNORECASE)
_UNTIL = re.compile(
    rf"\bentro\s+(?:e\s+non\s+oltre\s+)?(?:il\s+(?:giorno\s+)?|l')({DATE})", re.IGNORECASE
)
_UNREAD = re.compile(
    r"\bentro\s+(?:il\s+)?(?:termine\b|giorn|\d)|\btermine\s+(?:di\b|perentorio\b)", re.IGNORECASE
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
# 10 000, 10mila, un milione di: written out before amounts are looked for.
_GROUPED = re.compile(r"(?<![\d.,])(\d{1,3})((?:[ \u00a0]\d{3})+)(?![.,]?\d)")
_MULTIPLES = re.compile(
    r"\b(\d{1,6}|[a-z]{2,30}?)[ \u00a0]?(mila|milion[ei])\b(?:\s+di\b)?", re.IGNORECASE
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


def term(clause: str) -> tuple[Term | date | None, str]:
    """Return the deadline that a clause sets, a rule or a day, and a warning or ``""``.

    ``senza indugio`` and ``immediatamente`` are a term of 0 days from notification: the day of
    notification itself, since the model has no shorter one that is not a guess. A number beside
    them counts instead. A term that names no start runs from notification.
    """
    clause = _UNIT_FIRST.sub(_number_first, _SHORT_DAYS.sub(r"\1 giorni", clause))
    for found in _TERM.finditer(clause):
        figures, word, unit, more, tail = found.groups()
        amount = cardinal(figures or word)
        if amount is None:
            continue
        if unit.lower().startswith("mes"):
            return None, f"a deadline in months was not read: {found[0][:40]!r}"
        start = _STARTS.search(tail)
        begins = next(k for k, v in start.groupdict().items() if v) if start else "notified"
        warning = (
            "a deadline in working days is read as calendar days"
            if "lavorativi" in f"{more}{tail[:20]}"
            else ""
        )
        kind = unit[0].lower()
        if kind == "s":
            amount, kind = amount * 7, "g"
        return Term(amount, {"m": "minute", "o": "hour", "g": "day"}[kind], begins), warning
    until = _UNTIL.search(clause)
    day = first_date(until[1]) if until else None
    if day is not None:
        return day, ""
    if _AT_ONCE.search(clause):
        return Term(0, "day", "notified"), ""
    unread = _UNREAD.search(clause)
    excerpt = clause[unread.start() : unread.start() + 40] if unread else ""
    return None, f"a term that could not be read: {excerpt!r}" if unread else ""


def _number_first(found: re.Match[str]) -> str:
    return found[0] if cardinal(found[2]) is None else f"{found[2]} {found[1]}"


def _written_out(clause: str) -> str:
    """Return the clause with ``10 000``, ``10mila`` and ``un milione di`` as figures with dots."""

    def figures(found: re.Match[str]) -> str:
        number = 1 if found[1].lower() == "un" else cardinal(found[1])
        if number is None:
            return found[0]
        scale = 1000 if found[2].lower() == "mila" else 1_000_000
        return f"{number * scale:,}".replace(",", ".")

    grouped = _GROUPED.sub(lambda m: m[1] + re.sub(r"[ \u00a0]", ".", m[2]), clause)
    return _MULTIPLES.sub(figures, grouped)


def penalty(clause: str) -> tuple[Penalty | None, str]:
    """Return the penalty that a clause sets, and a warning or ``""``; costs and damages are none.

    Where it sets one per day and one per violation, the one per day is returned: the model holds
    one.
    """
    if not _PENALTY.search(clause):
        return None, ""
    clause = _written_out(clause)
    found: dict[str, Decimal] = {}
    cap: Decimal | None = None
    warning = ""
    amounts = list(_AMOUNT.finditer(clause))
    for i, match in enumerate(amounts):
        before = clause[amounts[i - 1].end() if i else 0 : match.start()][-_NEAR:]
        costs, dues = (
            max((m.end() for m in w.finditer(before)), default=0) for w in (_COSTS, _PENALTY)
        )
        if costs > dues:
            continue
        value = _amount(match)
        if value is None:
            if match[1] or match[3]:
                warning = f"an amount that is uncertain: {match[0]!r}"
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


def first_date(text: str) -> date | None:
    """Return the first date in the text."""
    return next((day for _, day in dates(text)), None)
