"""DRAFT FACTS: what a text in some European language or of India says of itself, to be compared.

A fact that has one certain form is filled in: one date in the whole text, one number behind a
label. Anything else is a proposal with its sentence, which a person takes by removing its mark.
Labels are those that courts and agencies write; nothing is enforced before it was reviewed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ..model.orders import Term
from .draftparties import addressed

_MONTHS = (
    "january january janvier januar enero janeiro gennaio januari jänner jan",
    "february février februar febrero fevereiro febbraio februari feb",
    "march mars märz marzo março marzo maart marts mar",
    "april avril april abril abril aprile apr",
    "may mai mai mayo maio maggio mei maj",
    "june juin juni junio junho giugno jun",
    "july juillet juli julio julho luglio jul",
    "august août august agosto agosto augustus aug",
    "september septembre september septiembre setembro settembre sept sep",
    "october octobre oktober octubre outubro ottobre oct okt",
    "november novembre november noviembre novembro nov",
    "december décembre dezember diciembre dezembro dicembre december dec dez",
)
_NUMBER_OF = {word: n for n, words in enumerate(_MONTHS, 1) for word in words.split()}
_NAMES = "|".join(sorted(_NUMBER_OF, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.)?[ ]{{1,2}}(?:day[ ]of[ ]|de[ ]|of[ ])?"
    rf"(?P<month>{_NAMES})\.?,?[ ]{{1,2}}(?:de[ ]|of[ ])?(?P<year>(?:19|20)\d\d)\b"
    rf"|\b(?P<month2>{_NAMES})\.?[ ](?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?[ ]"
    r"(?P<year2>(?:19|20)\d\d)\b"
    r"|(?<![\d./-])(?P<year3>(?:19|20)\d\d)-(?P<month3>\d\d)-(?P<day3>\d\d)(?![\d-])"
    r"|(?<![\d./-])(?P<first>\d{1,2})(?P<mark>[./-])(?P<second>\d{1,2})(?P=mark)"
    r"(?P<year4>(?:19|20)\d\d)(?![\d/-])",
    re.IGNORECASE,
)
_CASE = re.compile(
    r"(?:\b(?:claim|case|civil[ ]action|application|suit)[ ](?:no|number|nos)\b\.?:?"
    r"|\bdocket[ ]no\.?"
    r"|\bn°[ ]?(?:RG|R\.G\.|de[ ]RG|de[ ]minute)[ :]{0,3}|\bRG[ ]n?°?[ ]?"
    r"|\bAz\.?:?|\bAktenzeichen:?"
    r"|\bGesch(?:äfts|\.)?-?(?:nummer|nr|Z)\.?:?|\bprocedimiento[^\n\d]{0,50}"
    r"|\bautos[ ](?:n[.º°]{0,2})?"
    r"|\b(?:processo|proc\.)(?:[ ](?:judicial|n))?[.º°:]{0,3}|\bzaaknummer[^\n:\d]{0,30}:?"
    r"|\brolnummer:?|\bsagsnr\.?:?|\bsag[ ](?:nr\.?[ ])?|\bjournalnr\.?:?"
    r"|\bn?\.?[ ]?r\.?g\.?[ ]?(?:n\.)?"
    r"|\bCS[ ]?\(COMM\))"
    r"[ ]{0,3}(?P<number>(?=[^\n]{0,20}\d)[A-Z\d]"
    r"(?:[\w.:/()-]|[ ](?=[\dA-Z(/])(?!(?-i:[A-Z][a-z]|[a-z]))){2,40})",
    re.IGNORECASE,
)
_COURT = re.compile(
    r"^[^\w\n]*((?:in[ ]the[ ]|the[ ]|le[ ]|la[ ]|il[ ]|o[ ])?(?:"
    r"(?:supreme|high|federal|united[ ]states)[ ](?:\w+[ ]){0,2}court|court[ ]of|tribunal|tribunale"
    r"|cour[ ]d|corte[ ]d|corte[ ]di|landgericht|oberlandesgericht|amtsgericht|bundesgericht"
    r"|handelsgericht|bezirksgericht|obergericht|kantonsgericht|verwaltungsgericht|juzgado|audiencia"
    r"|rechtbank|gerechtshof|retten[ ]i|byretten|østre[ ]landsret|vestre[ ]landsret"
    r"|sø-[ ]og[ ]handelsretten|tribunal[ ]da|relação|bundesnetzagentur|arcom|agcom)[^\n]{0,90})$",
    re.IGNORECASE | re.MULTILINE,
)
_TERM = re.compile(
    r"\b(?:within|dans[ ](?:un|le)[ ]délai[ ]de|sous|binnen|innerhalb(?:[ ]von)?|innert"
    r"|en[ ]el[ ]plazo[ ](?:máximo[ ])?de|no[ ]prazo[ ](?:máximo[ ])?de|entro|inden(?:[ ]for)?"
    r"|no[ ]later[ ]than)[ ](?:a[ ]period[ ]of[ ])?"
    r"(?:(?:\w+[ ])?\((?P<inner>\d{1,3})\)|(?P<amount>\d{1,3}))"
    r"(?:[ ]\([^()\n]{1,30}\))?[ ](?:calendar[ ]|working[ ]|business[ ])?"
    r"(?P<unit>hours?|heures?|stunden?|horas?|ore|timer?|uur|uren|days?|jours?|tagen?|días?|dias?"
    r"|giorni|dage|dagen)\b(?P<rest>[^.;:\n]{0,90})",
    re.IGNORECASE,
)
_HOURS = ("hour", "heure", "stund", "hora", "ore", "time", "uur", "uren")
_SERVED = re.compile(
    r"service|served|receipt|notif|signific|zustell|betekening|forkynd|comunica|ricez",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"(?P<before>€|£|\$|₹|EUR|GBP|USD|CHF|DKK|INR|euros?|Rs\.?|kr\.?)[ ]?"
    r"(?P<amount>\d[\d.,' ]{0,15}\d|\d)"
    r"|(?P<amount2>\d[\d.,' ]{0,15}\d|\d)[ ]?(?P<after>€|£|euros?|EUR|CHF|DKK|kroner|kr\.|francs)",
    re.IGNORECASE,
)
_PER_DAY = re.compile(
    r"\b(?:per|each|every|for[ ]each|par|je|pro|für[ ]jeden|por|por[ ]cada|al|voor[ ]elke"
    r"|per[ ]ogni|pr\.)[ ](?:\w+[ ]){0,2}?(?:day|jour|tag|día|dia|giorno|dag)\b",
    re.IGNORECASE,
)
_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP", "$": "USD", "usd": "USD", "chf": "CHF",
    "fra": "CHF", "dkk": "DKK", "kr": "DKK", "kro": "DKK", "₹": "INR", "inr": "INR", "rs": "INR",
}  # fmt: skip
_SURE_CURRENCY = re.compile(r"€|£|₹|\b(?:EUR|GBP|USD|CHF|DKK|INR|euros?)\b", re.IGNORECASE)
_PENALTY = re.compile(
    r"penal|astreinte|dwangsom|zwangsgeld|ordnungsgeld|konventionalstrafe|bøde|multa|coerci"
    r"|sanzion|sanci|sanç|\b(?:fine|delay|retard|ritardo|retraso|atraso|verzug|vertraging)\b",
    re.IGNORECASE,
)
# A penalty that is refused or asked for, that has a cap, or that is said to be one of several.
_NOT_SET = re.compile(
    r"\b(?:reject|refus|dismiss|declin|débout|rejet|abgewiesen|abgelehnt|desestim|deneg|indefer"
    r"|rigett|respin|afwij|afgewezen|afvis|request|claimed|sought|deman?d|beantragt|solicit|verzoek"
    r"|chie[ds]|richie|no[ ]penalt|maxim|massim|höchst|hoog?st|up[ ]to|jusqu|bis[ ]zu|hasta|fino"
    r"|tot[ ]een)\w*",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|expires?|jusqu'au|bis[ ]zum|hasta[ ]el|até(?:[ ]a)?|fino[ ]al|tot(?:[ ]en[ ]met)?"
    r"|indtil)\b[^.;\n]{0,60}",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.;:] [A-ZÀ-Ý]\w|, [a-zà-ÿ]|[a-zà-ÿ]{3}\. ")
_HEAD_LINES = 60


@dataclass(frozen=True, slots=True)
class Proposal:
    """One reading of one field.

    Attributes:
        key: the field of an order.
        value: ready for an order file.
        line: where it stands, from 1.
        said: the line, or its part.
    """

    key: str
    value: Any
    line: int
    said: str


def proposals(lines: Sequence[str]) -> list[Proposal]:
    """Return what the text may say, field by field in the sequence of an order file."""
    found = [
        *_courts(lines),
        *_matches(
            lines, "case_number", _CASE, lambda m: " ".join(m["number"].split()).rstrip(".,:(")
        ),
        *_dates(lines),
        *_matches(lines, "deadline", _TERM, _term),
        *_penalties(lines),
        *(Proposal("addressees", firms, line, said) for line, firms, said in addressed(lines)),
    ]
    return list({(one.key, str(one.value)): one for one in reversed(found)}.values())[::-1]


def certain(found: Sequence[Proposal]) -> list[Proposal]:
    """Return those that have one form: one value in the whole text, and no other reading of it."""
    sure = []
    for key in ("authority", "case_number", "issued", "deadline", "penalty", "addressees"):
        of_key = [one for one in found if one.key == key]
        if len(of_key) == 1 and _is_plain(of_key[0]):
            sure.append(of_key[0])
    return sure


def _is_plain(one: Proposal) -> bool:
    """Whether the words beside a value leave no other reading of it."""
    if one.key == "deadline":
        return _SERVED.search(one.said) is not None
    if one.key == "penalty":
        words = (_PENALTY, _SURE_CURRENCY)
        said = all(word.search(one.said) for word in words)
        return said and not _NOT_SET.search(one.said)
    return True


def _matches(
    lines: Sequence[str], key: str, pattern: re.Pattern[str], read: Any
) -> Iterator[Proposal]:
    for number, line in enumerate(lines, 1):
        for match in pattern.finditer(line[:4_000]):
            yield Proposal(key, read(match), number, _around(line, match))


def _around(line: str, match: re.Match[str]) -> str:
    return " ".join(line[max(0, match.start() - 80) : match.end() + 80].split())


def _courts(lines: Sequence[str]) -> Iterator[Proposal]:
    for match in _COURT.finditer("\n".join(line[:200] for line in lines[:_HEAD_LINES])):
        number = match.string.count("\n", 0, match.start(1)) + 1
        name = " ".join(match[1].split()).rstrip(" .,:-–—")
        if not _SENTENCE.search(name):
            yield Proposal("authority", name, number, match[1].strip())


def _dates(lines: Sequence[str]) -> Iterator[Proposal]:
    for number, line in enumerate(lines, 1):
        line = line[:4_000]
        ends = [found.span() for found in _UNTIL.finditer(line)]
        for match in _DATE.finditer(line):
            key = "issued"
            if any(start <= match.start() < end for start, end in ends):
                key = "expires"
            for day in _days(match):
                yield Proposal(key, day, number, _around(line, match))


def _days(match: re.Match[str]) -> Iterator[date]:
    """Yield the day that a date means, or both where day and month may be swapped."""
    group = match.groupdict()
    if group["mark"]:
        first, second, year = int(group["first"]), int(group["second"]), int(group["year4"])
        pairs = [(second, first)] if group["mark"] == "." else [(second, first), (first, second)]
    else:
        month = (group["month"] or group["month2"] or group["month3"] or "").lower()
        year = int(group["year"] or group["year2"] or group["year3"])
        day = int(group["day"] or group["day2"] or group["day3"])
        pairs = [(_NUMBER_OF.get(month) or int(month), day)]
    for month_, day_ in dict.fromkeys(pairs):
        if 1 <= month_ <= 12 and 1 <= day_ <= 31:
            try:
                yield date(year, month_, day_)
            except ValueError:
                continue


def _term(match: re.Match[str]) -> dict[str, Any]:
    unit = "hour" if match["unit"].lower().startswith(_HOURS) else "day"
    term = Term(int(match["inner"] or match["amount"]), unit)
    return {"amount": term.amount, "unit": term.unit, "from": term.start}


def _penalties(lines: Sequence[str]) -> Iterator[Proposal]:
    for number, line in enumerate(lines, 1):
        line = line[:4_000]
        for match in _MONEY.finditer(line):
            said = _around(line, match)
            beside = f"{said} {lines[number][:200] if number < len(lines) else ''}"
            amount = _amount(match["amount"] or match["amount2"])
            mark = (match["before"] or match["after"]).lower().rstrip(".")
            currency = next((c for key, c in _CURRENCIES.items() if mark.startswith(key)), "EUR")
            if amount is not None and _PER_DAY.search(beside):
                value = {"amount": amount, "currency": currency, "per": "day"}
                yield Proposal("penalty", value, number, said)


def _amount(text: str) -> Decimal | None:
    """Read an amount whose marks leave one reading: three digits behind a mark are thousands."""
    text = text.strip(" .,'")
    found = re.fullmatch(r"(\d{1,3}(?:[.,' ]\d{3})+|\d+)(?:[.,](\d{1,2}))?", text)
    if found is None:
        return None
    return Decimal(
        re.sub(r"\D", "", found[1]) + (f".{found[2]}" if found[2] and int(found[2]) else "")
    )
