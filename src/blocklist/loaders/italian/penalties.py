"""PENALTIES: what delay costs, as Italian prose writes it.

What is ambiguous is not guessed: ``10,000 euro`` may be ten or ten thousand, so it gives a warning
and no amount. Costs, damages, and amounts that are refused or only asked for are none. Each
function is linear in the text.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ...errors import shorten
from ...model.penalty import Penalty
from .deferredpattern import deferred
from .numbers import in_figures

_FIGURES = r"\d[\d.,']{0,24}(?:/\d{2}(?!\d))?"
_CURRENCIES = {
    "EUR": r"€|\beuro\b|\beur\b",
    "CHF": r"\bfranch[io]\s+svizzer[io]\b|\bCHF\b|\bS?Fr\.",
    "GBP": r"£|\b(?:lire\s+)?sterline\b|\bGBP\b",
    "CAD": r"\bdollar[io]\s+canades[ei]\b|\bCAD\b",
    "AUD": r"\bdollar[io]\s+australian[io]\b|\bAUD\b",
    "USD": r"US\$|\bUSD\b|\bdollar[io]\s+(?:USA|U\.S\.A\.|statunitens[ei]|american[io]"
    r"|degli\s+Stati\s+Uniti)",
    "SEK": r"\bcoron[ae]\s+svedes[ei]\b|\bSEK\b",
    "NOK": r"\bcoron[ae]\s+norveges[ei]\b|\bNOK\b",
    "DKK": r"\bcoron[ae]\s+danes[ei]\b|\bDKK\b",
    "CZK": r"\bcoron[ae]\s+cec(?:he|a|o)\w*|\bCZK\b",
    "PLN": r"\bz[lł]oty\b|\bPLN\b",
    "HUF": r"\bfiorin[io]\s+ungheres[ei]\b|\bHUF\b",
    "RON": r"\b(?:lei|leu)\s+(?:romen|rumen)[io]\b|\bRON\b",
    "JPY": r"\byen\b|\bJPY\b",
    "CNY": r"\byuan\b|\brenminbi\b|\bCNY\b",
    "INR": r"\brupi[ae]\s+indian[ae]\b|\bINR\b",
    "TRY": r"\blir[ae]\s+turc(?:he|a)\b|\bTRY\b",
    "RUB": r"\brubl[io]\b|\bRUB\b",
    "ALL": r"\blek\b",
    "": r"\$|\bdollar[io]\b|\bfranch[io]\b|\bcoron[ae]\b|\blir[ae]\b|\brupi[ae]\b|\bfiorin[io]\b|¥",
}  # fmt: skip
"""Symbols, words and codes of each currency; those of the last may be of several countries."""
_OF_CURRENCY = {code: deferred(words, re.IGNORECASE) for code, words in _CURRENCIES.items()}
_CURRENCY = "|".join(_CURRENCIES.values())
_AMOUNT = deferred(
    rf"(?:{_CURRENCY})[.\s:=]{{0,3}}(?P<right>{_FIGURES})"
    rf"|(?<![\d.,'/])(?P<left>{_FIGURES})[=.-]{{0,3}}\s{{0,3}}(?:\([^()\n]{{1,60}}\)\s?)?(?:di\s)?"
    rf"(?:{_CURRENCY})(?!\s{{0,3}}\d)",
    re.IGNORECASE,
)
_AGAIN = deferred(rf"\A[=.,-]{{0,3}}\s{{0,2}}\((?:euro\s)?({_FIGURES})(?:\seuro)?\)", re.IGNORECASE)
_INNER = deferred(rf"\((?:euro\s)?({_FIGURES})(?:\seuro)?\)", re.IGNORECASE)
# 10 000, 10mila, 2 milioni di: written out before amounts are looked for.
_GROUPED = deferred(r"(?<![\d.,])(\d{1,3})((?:[ \u00a0]\d{3})+)(?![.,]?\d)")
_MULTIPLES = deferred(r"\b(\d{1,6})[ \u00a0]?(mila|milion[ei])\b(?:\s+di\b)?", re.IGNORECASE)
_OF_MILLIONS = deferred(r"(\d\.000\.000)\s+di(?=\s)", re.IGNORECASE)
_ITALIAN = deferred(r"(\d{1,3}(?:[.']\d{3})+|\d+)(?:[,/](\d{1,2}))?(?:/00)?")
_FOREIGN = deferred(r"(\d{1,3}(?:(?:,\d{3})+|(?:'\d{3})+))\.(\d{2})")
_DUES = deferred(
    r"\bpenal[ei]\b|penalità|ritard|violazion|inosservan|inadempi|inottemperan"
    r"|614[ -]?bis|coercitiv"
    r"|astreinte",
    re.IGNORECASE,
)
_EVERY = r"(?:\bper|\ba|\bdi)?\s*\b(?:ogni|ciascun[ao]?|singol[ao])\s+(?:\w+\s+){0,3}?"
_PER = deferred(
    rf"(?P<day>{_EVERY}(?:24\s+ore|giorn|dì\b|die\b)|\bal?\s+(?:giorno|dì)\b|\bper\s+giorno\b"
    r"|giornalier|\bquotidian[ao]mente\b|\bsomma\s+quotidiana\b|\b(?:pro\s+)?die\b|/\s?giorno\b)"
    rf"|(?P<hour>{_EVERY}or[ae]\b|\ball'ora\b|\borari[ao]\b|\bper\s+ora\b)"
    rf"|(?P<violation>{_EVERY}(?:violazion|inosservan|inadempi|inottemperan|infrazion|trasgression"
    r"|inesecuzion|contravvenzion|episodi|ripetizion))"
    rf"|(?P<other>{_EVERY}(?:settiman|mes[ei]\b|ann[oi]\b|minut|sit[oi]\b|nom[ei]\b|domini|contenut"
    r"|URL|pagin|alias|indirizz)|\bal\s+mese\b|\bsettimanal[ei]\b|\bmensil[ei]\b)",
    re.IGNORECASE,
)
_COST_WORDS = (
    r"\b(?:spese|compens[oi]|onorari|liquida(?!\s+la\s+penale)|risarc|dann[oi]\b|cauzione|contributo|esborsi"
    r"|diritti\b|accessori|rimbors|rifond|rifusion|refusion|multa|ammenda|sanzion[ei]\s+amministrativ"
    r"|cassa\s+delle\s+ammende|valore|bollo|art\.\s?96|deposito|fatturato)"
)
_COSTS = deferred(_COST_WORDS, re.IGNORECASE)
_FOR_COSTS = deferred(
    rf"\A[^;:]{{0,12}}?\b(?:per|a\s+titolo\s+di|di|quali)\s+(?:le\s+)?{_COST_WORDS}", re.IGNORECASE
)
_REFUSED = deferred(
    r"\brigett\w+|\brespin\w+|\bdisatte(?:s|nd)\w*|\bnega(?:ta|to|ndo)?\b|\binammissibil\w+"
    r"|\binfondat\w+|\besclude(?:ndo)?\b|\besclus\w+\s[^,;.]{0,40}penal"
    r"|(?<!fino a )(?<!sino a )\brevoc\w+"
    r"|\bannull\w+|\bnulla\s[^.;]{0,30}penal|\bsenza\s(?:\w+\s)?(?:penal|fissa|applica)|\bnon\b"
    r"|(?<!come )(?<!richiesta )\b(?:richiest[aeio]|domandat[aeio]|invocat[aeio]|chiest[aeio]"
    r"|pretes[aeio]|chied\w+)\b"
    r"|\bin\s+luogo\s+d\w+|\banziché\b|\brispetto\s+a",
    re.IGNORECASE,
)
_GRANTED = deferred(
    r"\b(?:fissa|fissando|fissat[aeo]|fissare|determina|determinando|determinat[aeo]|dispone|disponendo"
    r"|dispost[ao]|stabilisce|stabilendo|stabilit[aeo]|condanna|commina|comminando|applica|applicando"
    r"|applicat[ao]|pone|ordina|assegna|conferma|confermat[ao]|prevede|prevedendo|quantifica\w*"
    r"|ridetermina\w*|riduce|aumenta|indica|irroga|impone|accoglie|dovrà|dovranno|dovut[ao]|sarà|pagare|pagherà"
    r"|corrispond\w+|versare)\b",
    re.IGNORECASE,
)
_ASKED = deferred(
    r"\A[^.;:]{0,40}?(?<!come )\b(?:richiest|domandat|invocat|chiest"
    r"|pretes)[aeio]\s+(?:da|dall|in)",
    re.IGNORECASE,
)
_SPEAKS = deferred(
    r"\b(?:fissa|dispone|stabilisce|determina|applica|commina|pone|condanna)\b[^.;]{0,80}"
    r"\bpenal(?:e|ità|i)\b|614[ -]bis",
    re.IGNORECASE,
)
_CAP = deferred(
    r"massim|(?:fino|sino)\s+(?:a\b|alla|ad\b)|limite|non\s+super|tetto|concorrenza|complessiv",
    re.IGNORECASE,
)
_SENTENCE = deferred(r";|(?<=[\w)\"»”]{2})\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n")
_NEAR = 150


def penalty(clause: str) -> tuple[Penalty | None, str]:
    """Return the penalty that a clause sets, and a warning or ``""``.

    Where it sets several, that per day is returned before that per violation and per hour, since
    an order holds one; the warning names the others.
    """
    if not _DUES.search(clause):
        return None, ""
    reader = _Reader()
    for sentence in _SENTENCE.split(_written_out(clause)):
        reader.read(sentence)
    if not reader.found:
        speaks = None if reader.passed_over else _SPEAKS.search(clause)
        if speaks and not reader.warnings and not _REFUSED.search(clause[: speaks.start()]):
            reader.warnings.append(
                f"a penalty that could not be read: {_said(clause[speaks.start() :])}"
            )
        return None, "; ".join(dict.fromkeys(reader.warnings))
    unit = next(unit for unit in Penalty.UNITS if unit in reader.found)
    amount, currency = reader.found.pop(unit)
    others = [f"{a:,f} {c} per {u}" for u, (a, c) in reader.found.items()]
    others += reader.others
    if others:
        reader.warnings.append(
            f"the order also sets {', '.join(dict.fromkeys(others))}; its penalty holds the first"
        )
    return Penalty(amount, currency, unit, reader.cap), "; ".join(dict.fromkeys(reader.warnings))


class _Reader:
    """Reads the amounts of one clause, sentence by sentence."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[Decimal, str]] = {}
        self.cap: Decimal | None = None
        self.others: list[str] = []
        self.warnings: list[str] = []
        self.passed_over = False

    def read(self, sentence: str) -> None:
        amounts = list(_AMOUNT.finditer(sentence))
        for i, match in enumerate(amounts):
            start = amounts[i - 1].end() if i else 0
            before = sentence[start : match.start()]
            end = amounts[i + 1].start() if i + 1 < len(amounts) else len(sentence)
            after = sentence[match.end() : end]
            changed = re.search(r"\bda\s*\Z", before) and re.match(r"\s+a[d]?\s*\Z", after)
            if changed or _of_costs(before, after):
                continue
            if _refused(sentence[: match.start()], after):
                self.passed_over = True
                self.warnings.append(
                    f"{_said(match[0])} is refused or only asked for, so it is no penalty"
                )
                continue
            self._take(match, before, after)

    def _take(self, match: re.Match[str], before: str, after: str) -> None:
        units = list(_PER.finditer(after[:_NEAR])) or list(_PER.finditer(before[-_NEAR:]))
        cap = _CAP.search(before[-40:]) is not None
        if not units and not cap:
            return
        value, currency = _amount(match["right"] or match["left"]), _currency(match[0])
        again = _AGAIN.match(after) or _INNER.search(match[0])
        if value is None or not currency or (again and _amount(again[1]) != value):
            self.warnings.append(f"an amount that is uncertain: {_said(match[0])}")
            return
        if cap:
            self.cap = value
            return
        kinds = [unit.lastgroup or "" for unit in units]
        for kind, unit in zip(kinds, units, strict=True):
            if kind == "other":
                said = " ".join(unit[0].split())
                self.others.append(f"{value:,f} {currency} {said}")
            elif kind not in self.found:
                self.found[kind] = value, currency
            elif self.found[kind] != (value, currency):
                self.others.append(f"{value:,f} {currency} per {kind}")
        if not self.found and self.others:
            self.warnings.append(f"a penalty that could not be read: {self.others[-1]}")


def _of_costs(before: str, after: str) -> bool:
    near = before[-_NEAR:]
    costs, dues = (max((m.end() for m in w.finditer(near)), default=0) for w in (_COSTS, _DUES))
    return costs > dues or _FOR_COSTS.match(after) is not None


def _refused(before: str, after: str) -> bool:
    refused, granted = (
        max((m.end() for m in words.finditer(before)), default=0) for words in (_REFUSED, _GRANTED)
    )
    return refused > granted or _ASKED.match(after) is not None


def _currency(said: str) -> str:
    """Return the code of the currency; empty if its name is that of several."""
    return next(code for code, words in _OF_CURRENCY.items() if words.search(said))


def _amount(figures: str) -> Decimal | None:
    figures = figures.rstrip(".,'")
    number = _ITALIAN.fullmatch(figures) or _FOREIGN.fullmatch(figures)
    if number is None:
        return None
    whole = re.sub(r"[.',]", "", number[1])
    return Decimal(f"{whole}.{number[2]}" if (number[2] or "0").strip("0") else whole)


def _written_out(clause: str) -> str:
    """Return the clause with ``diecimila``, ``10 000``, ``10mila`` and the like as ``10.000``."""

    def figures(found: re.Match[str]) -> str:
        scale = 1000 if found[2].lower() == "mila" else 1_000_000
        return f"{int(found[1]) * scale:,}".replace(",", ".")

    grouped = _GROUPED.sub(lambda m: m[1] + re.sub(r"[ \u00a0]", ".", m[2]), clause)
    return _OF_MILLIONS.sub(r"\1", in_figures(_MULTIPLES.sub(figures, grouped)))


def _said(text: str) -> str:
    return repr(shorten(" ".join(text.split())))
