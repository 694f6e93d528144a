"""EXPIRY: until when an order has effect, as Italian prose writes it.

An end that is no date stays words, so that nobody takes the block for one without an end: *sino
alla definizione del giudizio*. Each function is linear in the text.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ...errors import shorten
from ...model.orders import Moment
from .deferredpattern import deferred
from .numbers import DATE, cardinal, dates
from .terms import HOUR, at_hour, moment

_GOES = (
    r"(?:efficac\w+|validità|valid[oaie]|vigore|vigent[ei]|vigenza|operativ\w+|effett[oi]|durata|dur\w+"
    r"|applica\w*|temporane\w+)"
)
_DAY = rf"(?:giorno\s+|data\s+del(?:\s|l')|tutto\s+il\s+)?(?:{HOUR})?(?:giorno\s+)?({DATE})"
_UNTIL = deferred(
    r"\b(?:fino|sino|infino)\s+(?:a\s+tutto\s+(?:il\s+)?|(?:al|all'|alla|alle|a)\s?)" + _DAY,
    re.IGNORECASE,
)
_ENDS = deferred(
    rf"\b{_GOES}\b[^.;]{{0,60}}?\b(?:non\s+oltre|entro|al)\s+(?:(?:il|le)\s+|l'\s?)?{_DAY}"
    rf"|\b(?:scad\w+|termina\w*|cess\w+\s[^.;]{{0,30}}?(?:effett\w+|efficacia)|spira\w*|concluder\w+)\b"
    rf"[^.;\d]{{0,30}}?\b(?:il|al|l'|alle|in\s+data|del|:)\s?{_DAY}",
    re.IGNORECASE,
)
_PERIOD = deferred(
    rf"\b(?:dal|dall'|a\s+decorrere\s+dal|a\s+far\s+data\s+dal)\s?({DATE})\s+(?:e\s+)?"
    rf"(?:(?:fino|sino)\s+)?(?:al|all')\s?({DATE})",
    re.IGNORECASE,
)
_LOSES = deferred(
    r"\b(?:perd\w+|cess\w+)\s[^.;]{0,30}?(?:effett\w+|efficacia|vigore)\s(?:a\s+(?:decorrere|far\s+data)\s)?"
    rf"(?:dal|dall')\s?({DATE})",
    re.IGNORECASE,
)
_FOR = deferred(
    r"\b(?:(?:per|con|ha|avrà|avente|della|di)\s+(?:la\s+|una\s+)?(?:durata|validità|efficacia|periodo)"
    r"|per\s+(?:un|il|tutto\s+il|l'intero)\s?(?:periodo|arco\s+temporale|lasso\s+di\s+tempo|spazio|tempo)"
    r"|(?:efficac\w+|valid[oaie]|validità|vigore|operativ\w+|durata|effetto|temporane\w+)(?:\s+(?:è|sarà|di|pari"
    r"|limitat[oa]))*\s+per|\bdurata\b|\bper)"
    r"(?:\s+(?:massim[oa]|complessiv[oa]|temporane[oa]|limitat[oa]|è|sarà|fissata|stabilita|in|di|a|pari|non"
    r"|superiore|i|gli|le|successiv[ie]|prossim[ie]|ulteriori|altri|soli|sole|un|una)\b){0,5}\s*:?\s*"
    r"(?:(\d{1,4})|([a-zàèéìòù]{3,40})|(un')?)\s?(?:\([^()\n]{1,30}\)\s*)?"
    r"(?:(?:success\w+|consecutiv\w+)\s+)?(or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]|bienni[o]|trienni[o]"
    r"|semestr[ei]|trimestr[ei])\b(?!\s+di\s+ritardo)(?=([^.;:]{0,120}))",
    re.IGNORECASE,
)
_UNIT_FIRST = deferred(
    r"(?<=\s)(giorni|ore|mesi|anni|anno|mese)\s+(\d{1,4}|[a-z]{2,40})\b", re.IGNORECASE
)
_MONTHS = {"mes": 1, "ann": 12, "bie": 24, "trie": 36, "sem": 6, "trim": 3}
_WORDS = deferred(
    r"\b(?:(?:fino|sino|infino)\s+(?:a|al|alla|allo|alle|ai|agli|ad|all'|a\s+quando|quando)\b"
    r"|finch[éè]|fintanto\s+che|fintantoch[éè]|(?:nelle\s+more|in\s+pendenza|in\s+attesa)\s+d"
    r"|salvo\s+proroga|salva\s+proroga|per\s+tutta\s+la\s+durata|per\s+tutto\s+il\s+(?:tempo|periodo)"
    r"|per\s+l'intera\s+(?:durata|stagione)|per\s+la\s+(?:sola\s+)?(?:stagione|durata)"
    r"|limitatamente\s+(?:al\s+periodo|alla\s+durata|alla\s+stagione|agli\s+orari)"
    r"|in\s+occasione\s+d|in\s+via\s+(?:temporanea|provvisoria)|temporaneamente|scadenza|scade\b)"
    r"[^.;:\n]{0,160}(?:\n(?!\s*\n)[^.;:\n]{0,120})?",
    re.IGNORECASE,
)
_NO_TIME = deferred(
    r"\A\w+\s+(?:a|ad|al|alla|all'|alle|ai)\s?(?:un\s+|una\s+|il\s+)?(?:importo|massim|limit|concorren|complessiv|euro|€"
    r"|somma|ammontare|tetto|\d(?!\d?\s?[°º]?\s+[a-z]{5,9}\b|\d?[/.-]\d{1,2}[/.-]\d)|[a-z]{0,40}(?:mila|cento|anta)\b|prova|livello|terzo|quarto|secondo)"
    r"|\A\w+\s+(?:a[dl]?|all[aoe]?|all')\s?(?:[\w']+\s+){1,4}?(?:not[oa]|conosciut[oa]|attiv[oa]|raggiungibile|accessibile)\s+(?:come|quale|su|sul|a|al|all[a']|con)\b"
    r"|\A\w+\s+(?:al|all')\s?(?:\w+\s)?(?:effettiv|esatt|integral|complet|total|saldo|soddisf|pagament"
    r"|adempiment|ottemperanz|regolarizz)",
    re.IGNORECASE,
)
_ELSEWHERE = deferred(
    r"\bpubblica|\bpubblichi|quotidian[oi]\b|\baffission|\bconserva|\bspese\b|\binteress[ie]\b|\brivalutazione"
    r"|\bfirma\b|\bbanner\b|\bhome\s?page|\bscadenza\s+del\s+termine\b|\brinvi",
    re.IGNORECASE,
)
_SENTENCE = deferred(r"[;:]|(?<=[\w)\"»”]{2})\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n")
_STARTS = deferred(
    r"\A\W{0,3}(?:\w+\s+){0,2}?(?:decorrent[ei]\s+|a\s+(?:decorrere|partire|far\s+(?:data|tempo))\s+|computat[oi]\s+)?"
    r"(?:(?:dalla\b|dall'|dal\b|da\b)\s?(?:data\s+(?:di|del|della|dell')\s?)?"
    r"(?:(?P<notified>(?:avvenuta\s+)?(?:comunicazion|notific|ricezion|riceviment|conoscenza))"
    r"|(?P<published>pubblicazion|deposito)|(?P<effective_from>entrata\s+in\s+vigore|decorrenza|attuazion|esecuzion)"
    r"|(?P<issued>emission|pronuncia|provvediment|decision|ordinanza|decreto|adozion|oggi|data|odiern|present\w)"
    rf"|(?P<day>{DATE})|(?P<other>\w+)))",
    re.IGNORECASE,
)
_NEAR = 200


@dataclass(frozen=True, slots=True)
class Ending:
    """When an order ends; ``begins`` is stated with a period; ``warning`` says what is doubtful."""

    expires: Moment | None = None
    begins: date | None = None
    warning: str = ""


def ending(clause: str, stated: Mapping[str, Moment | None]) -> Ending:
    """Return when a clause says that the order ends; with the last day if it is a day.

    Args:
        clause: what is said.
        stated: the dates from which a duration may run, by field of the order.
    """
    period = _PERIOD.search(clause)
    if period and not _elsewhere(clause, period):
        (_, first), (_, last) = next(dates(period[1])), next(dates(period[2]))
        if first <= last:
            return Ending(last, first)
    for words in (_UNTIL, _ENDS):
        for found in words.finditer(clause):
            last_day = _moment(found)
            if last_day is not None and not _elsewhere(clause, found):
                return Ending(last_day)
    loses = _LOSES.search(clause)
    if loses and not _elsewhere(clause, loses):
        return Ending(next(dates(loses[1]))[1] - timedelta(days=1))
    said = _UNIT_FIRST.sub(_number_first, clause)
    doubtful = ""
    for found in _FOR.finditer(said):
        if _elsewhere(said, found):
            continue
        after = _duration(found, stated)
        if after.expires is not None:
            return after
        doubtful = doubtful or after.warning
    if doubtful:
        return Ending(warning=doubtful)
    for found in _WORDS.finditer(clause):
        if not _NO_TIME.match(found[0]) and not _elsewhere(clause, found):
            return Ending(warning=_in_words(found[0]))
    return Ending()


def _moment(found: re.Match[str]) -> Moment | None:
    at = next(
        i for i in range(found.re.groups, 0, -1) if found[i] and re.search(r"\d{4}", found[i])
    )
    return moment(found[at], *(found[i] for i in range(at - 4, at)))


def _duration(found: re.Match[str], stated: Mapping[str, Moment | None]) -> Ending:
    figures, word, one, unit, tail = found.groups()
    amount = cardinal(figures or word or ("un" if one else "")) if figures or word or one else 1
    whole = unit.lower()
    alone = whole.startswith(("bienn", "trienn", "semestr", "trimestr"))
    if amount is None or (
        not (figures or word or one) and not alone and "un" not in found[0].lower().split()
    ):
        return Ending()
    said = shorten(" ".join(f"{found[0]}{tail}".split()), 100)
    start = _STARTS.match(tail)
    kind = start.lastgroup if start else None
    note = ""
    if kind == "day" and start:
        begins: Moment | None = next(dates(start["day"]))[1]
    elif kind is None:
        begins = stated.get("issued")
        note = (
            f"{said!r} does not say from when; counted from the date of decision, so the "
            f"block ends "
            "early if it runs from a later day: check expires"
        )
    elif kind == "other":
        begins = None
    else:
        begins = stated.get(kind)
    if begins is None:
        return Ending(warning=_in_words(said, "the day from which it runs is not known"))
    end = _after(begins, amount, whole)
    return Ending(warning=_in_words(said)) if end is None else Ending(end, warning=note)


def _after(begins: Moment, amount: int, unit: str) -> Moment | None:
    """Return the last day, or the last instant for hours; ``None`` beyond the calendar."""
    day = begins.date() if isinstance(begins, datetime) else begins
    try:
        if unit.startswith("or"):
            start = begins if isinstance(begins, datetime) else at_hour(day, 0, 0)
            return start + timedelta(hours=amount)
        if unit[0] == "g" or unit.startswith("set"):
            return day + timedelta(days=amount * (7 if unit[0] == "s" else 1))
        each = next(count for stem, count in _MONTHS.items() if unit.startswith(stem))
        months = each * amount + day.month - 1
        year, month = day.year + months // 12, months % 12 + 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        return None


def _in_words(said: str, why: str = "") -> str:
    said = " ".join(said.split()).rstrip(" ,")
    reason = f" ({why})" if why else ""
    return (
        f"the order ends in words{reason}: {shorten(said, 200)!r}; it blocks until you "
        f"write expires "
        "or revoked"
    )


def _elsewhere(clause: str, found: re.Match[str]) -> bool:
    """Whether it says how long something else lasts: a publication, interest, storage."""
    before = clause[max(0, found.start() - _NEAR) : found.start()]
    for end in _SENTENCE.finditer(before):
        before = " " * end.end() + before[end.end() :]
    return _ELSEWHERE.search(before) is not None or _ELSEWHERE.search(found[0]) is not None


def _number_first(found: re.Match[str]) -> str:
    return found[0] if cardinal(found[2]) is None else f"{found[2]} {found[1]}"
