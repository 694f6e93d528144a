"""TERMS: by when an order is to be obeyed, as Italian prose writes it.

A term that is set for something else is not taken: to appeal, to start the main trial, to file, to
confirm, to publish. Each function is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from ...model.countries import time_zone
from ...model.orders import Moment, Term
from .deferredpattern import deferred
from .numbers import DATE, cardinal, first_date, ordinal

ZONE = "Europe/Rome"

_UNIT = r"(minut[oi]|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi])\b"
_NEXT = r"(?:success\w+|seguenti|prossim\w+|immediatamente)"
_OPENS = (
    r"(?:entro|non\s+oltre|decors[ie]|al\s+più\s+tardi|nel\s+termine|termine|ne(?:i|gli|l|lle)|in)\b"
    r"(?:\s+e\s+non\s+oltre\b)?(?:\s+(?:e\s+)?comunque\b)?"
)
_TERM = deferred(
    rf"\b{_OPENS}(?:\s+entro\b)?(?:\s+(?:il|i|gli|le|la|lo|un|del|dei)\b)?"
    rf"(?:\s+{_NEXT})?(?:\s+(?:termin[ei]|lasso\s+di\s+tempo|spazio))?"
    r"(?:\s+(?:perentorio|massimo|ultimo|essenziale|ordinatorio|inderogabile|tassativo))?"
    r"(?:\s+(?:per|di|per\s+l'|dell')\s?(?:l'\s?)?(?:adempi\w+|ottemper\w+|esecuzione|provvedere"
    r"|attuazione|conform\w+))?(?:\s+(?:è|sarà|fissato|assegnato|in|non|di|massimo|superiore|a)\b)*"
    rf"\s*:?\s*(?:(\d{{1,4}})\s?|([a-zàèéìòù]{{2,40}})\s+|(un)')\s*(?:\(([^()\n]{{1,30}})\)\s*)?"
    rf"(?:{_NEXT}\s+)?{_UNIT}(\s+(?:lavorativ|ferial)\w+)?(?=([^.;:]{{0,120}}))",
    re.IGNORECASE,
)
_ORDINAL = deferred(
    r"\b(?:entro|non\s+oltre|al\s+più\s+tardi)\s+(?:e\s+non\s+oltre\s+)?(?:(?:il|l')\s?)"
    r"(?:(\d{1,3}[°º]|[a-z]{4,30})\s+giorno|giorno\s+(successivo))\b()(?=([^.;:]{0,120}))",
    re.IGNORECASE,
)
# Courts also write "giorni 30", "30 gg." and "entro il 30 giugno 2024".
_UNIT_FIRST = deferred(
    r"(?<=\s)(giorni|ore|minuti|mesi|anni)\s+(\d{1,4}|[a-z]{3,40})\b(?![:.,]\d|\s+del\b)",
    re.IGNORECASE,
)
_SHORT = deferred(r"(\d{1,4})\s?(gg|h|hh|min)\b\.?", re.IGNORECASE)
_SHORT_UNITS = {"gg": "giorni", "h": "ore", "hh": "ore", "min": "minuti"}
_HALF_HOUR = deferred(r"\bmezz'?\s?ora\b", re.IGNORECASE)
HOUR = (
    r"(?:(?:le\s+)?or[ae]\s+(\d{1,2})(?:[.:,](\d{2}))?\s+|(mezzogiorno)\s+|(mezzanotte)\s+)"
    r"(?:del(?:\s+giorno)?(?:\s|l')|di\s+)"
)
_UNTIL = deferred(
    r"\b(?:entro|non\s+oltre|al\s+più\s+tardi)\s+(?:e\s+non\s+oltre\s+)?(?:il\s+(?:giorno\s+)?"
    rf"|l'|la\s+data\s+del\s+)?(?:{HOUR})?(?:giorno\s+)?({DATE})",
    re.IGNORECASE,
)
_UNREAD = deferred(
    r"\bentro\s+(?:il\s+|le\s+)?(?:termine\b|giorn|ore\b|\d)|\btermine\s+(?:di\b|perentorio\b)"
    r"|\btermine\s+per\s+(?:l'\s?)?(?:adempi|ottemper|esecu)"
    rf"|\bentro\s+(?:i\s+)?\w+\s+{_UNIT}",
    re.IGNORECASE,
)
_AT_ONCE = deferred(
    r"\b(?:senza\s+(?:ulteriore\s+|alcun\s+)?(?:indugio|ritardo)|immediatamente|immediata\s+esecuzione"
    r"|con\s+effetto\s+immediato|tempestivamente|con\s+urgenza|ad\s+horas|prontamente"
    r"|nel\s+(?:più\s+breve\s+tempo|minor\s+tempo)\s+possibile)\b",
    re.IGNORECASE,
)
_DATE_OF = r"\bdata\s+(?:di|della|del|dell'|in\s+cui)\s?"
_STARTS = deferred(
    rf"(?P<notified>(?:{_DATE_OF})?(?:avvenuta\s+)?(?:comunicazion|notific|ricezion|riceviment"
    r"|conoscenza|trasmission|consegna|ricevut))"
    rf"|(?P<published>(?:{_DATE_OF})?(?:pubblicazion|deposito))"
    rf"|(?P<issued>(?:{_DATE_OF})?(?:emission|pronuncia|adozion)|\bdata\b"
    r"|\bd(?:al|alla|el|ella)\s+present\w|\bda\s?ll?'?\s?oggi\b|\boggi\b|odiern)",
    re.IGNORECASE,
)
_RUNS = deferred(
    r"\A\s*(?:(?:lavorativ\w+|ferial\w+|consecutiv\w+|success\w+|complessiv\w+|libero|liberi"
    r"|decorrent[ei]|a\s+decorrere|a\s+far\s+data|computat[io]|,)\s*){0,4}"
    r"(?:da\b|dal\b|dalla\b|dall'|dai\b|dalle\b|all[ao']|al\b)\s?(\w+)",
    re.IGNORECASE,
)
_OTHER = (
    r"(?:merito\b|reclam|appell|impugn|opposizion|opporsi|costitu|deposit|memori|\bnot[ae]\s+(?:di|scritt"
    r"|conclus|autoriz)|repliche|osservazion|controdeduzion|comparsa|riassun|ricors[oi]\b"
    r"|instaura|introdu|cassazione|T\.?A\.?R\b|Consiglio\s+di\s+Stato|udienza|giudizio|riesame|relazion"
    r"|riferi(?:re|r[aà])|conferma\s+scritta|dar\w*\s+(?:conferma|comunicazione|notizia|riscontro|atto)"
    r"|comunic(?:are|hi|herà)\b|inform(?:are|i)\b|trasmett|inviare|restitu|pagament|pagare|rimbors"
    r"|versa(?:re|mento)|conserva|pubblicazione\s+(?:del\s+dispositivo|per\s+estratto)|pubblicare"
    r"|notificare|notifichi|notificazione\s+del\s+ricorso|presenta(?:re|zione)|propo(?:rre|sizione)"
    r"|adire|rinvi)"
)
# What the words after a term say it is for, and what stands before it.
_FOR_OTHER = deferred(
    rf"\b(?:per|ai\s+fini|onde|affinché|al\s+fine)\b[^.;:]{{0,70}}?{_OTHER}", re.IGNORECASE
)
_BEFORE_OTHER = deferred(_OTHER, re.IGNORECASE)
_COMPLY = deferred(
    r"\b(?:inib|disabilit|blocc\w*|oscur|imped|cess|interr|esegu\w+|esecuzione|adempi|ottemper|provved"
    r"|attua|adotta|conform|sospen|rend\w+\s+inaccess|filtr|preclu|adegu|procede|penal|ritard)\w*",
    re.IGNORECASE,
)
_NEXT_TERM = deferred(r"\bentro\b|\btermine\b", re.IGNORECASE)
_SENTENCE = deferred(r"[;:]\s|(?<=[\w)\"»”]{2})\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n")
_NEAR = 300


@dataclass(frozen=True, slots=True)
class Reading:
    """A term: the rule or moment, words that no rule can hold, and what is doubtful."""

    term: Term | Moment | None = None
    words: str = ""
    warning: str = ""


def term(clause: str) -> Reading:
    """Return the term that a clause sets to obey it.

    ``senza indugio`` and ``immediatamente`` stay words, since no number can be read from them; a
    number beside them counts instead. A term that names no start runs from notification.
    """
    said = _HALF_HOUR.sub("30 minuti", clause)
    said = _SHORT.sub(lambda m: f"{m[1]} {_SHORT_UNITS[m[2].lower()]}", said)
    said = _UNIT_FIRST.sub(_number_first, said)
    warning = ""
    until = _UNTIL.search(said)
    ordinals = set(_ORDINAL.finditer(said))
    places = [*_TERM.finditer(said), *ordinals, *([until] if until else [])]
    for found in sorted(places, key=re.Match.start):
        if _is_for_other(said, found):
            continue
        if found is until:
            day = moment(found[5], *found.groups()[:4])
            if day is not None:
                return Reading(day, warning=warning)
            continue
        reading = _rule(found, in_ordinals=found in ordinals)
        if reading.term is not None:
            return reading
        warning = warning or reading.warning
    words = _AT_ONCE.search(said)
    if words:
        return Reading(words=" ".join(words[0].split()), warning=warning)
    for unread in _UNREAD.finditer(said):
        if not warning and not _is_for_other(said, unread):
            excerpt = " ".join(said[unread.start() : unread.start() + 60].split())
            warning = f"a term that could not be read: {excerpt!r}"
    return Reading(warning=warning)


def _rule(found: re.Match[str], *, in_ordinals: bool) -> Reading:
    said = " ".join(found[0].split())[:60]
    if in_ordinals:
        amount, unit, tail = ordinal(found[1] or found[2]), "giorno", found[4]
        working = ""
    else:
        figures, word, one, remark, unit, working, tail = found.groups()
        amount = cardinal(figures or word or one)
        again = cardinal(remark.strip()) if remark else None
        if amount is not None and again not in (None, amount):
            return Reading(warning=f"a deadline with two numbers was not read: {said!r}")
    if amount is None:
        return Reading()
    tail = _NEXT_TERM.split(tail)[0]
    kind = unit[0].lower() if unit[:2].lower() != "me" else "M"
    if kind in ("M", "a"):
        named = "months" if kind == "M" else "years"
        return Reading(warning=f"a deadline in {named} was not read: {said!r}")
    start, runs = _STARTS.search(tail[:80]), _RUNS.match(tail)
    if runs and not start:
        return Reading(warning=f"a deadline that runs from another day was not read: {said!r}")
    begins = start.lastgroup if start and start.lastgroup else "notified"
    warning = (
        "a deadline in working days is read as calendar days"
        if re.search("lavorativ|ferial", f"{working or ''}{tail[:20]}")
        else ""
    )
    if kind == "s":
        amount, kind = amount * 7, "g"
    return Reading(
        Term(amount, {"m": "minute", "o": "hour", "g": "day"}[kind], begins), warning=warning
    )


def _is_for_other(said: str, found: re.Match[str]) -> bool:
    """Whether the term is set for something else than to obey."""
    after = said[found.start() : found.start() + 2 * _NEAR]
    end = _SENTENCE.search(after, len(found[0].split()[0]))
    after = after[: end.start()] if end else after
    other = _FOR_OTHER.search(after)
    comply = _COMPLY.search(after)
    if other:
        return not (
            comply and comply.start() < other.start() and "," not in after[: comply.start()]
        )
    before = said[max(0, found.start() - _NEAR) : found.start()]
    for break_ in _SENTENCE.finditer(before):
        cut = break_.end()
        if break_[0][0] != ":":
            before = " " * cut + before[cut:]
    ends = [
        max((m.end() for m in w.finditer(before)), default=-1) for w in (_BEFORE_OTHER, _COMPLY)
    ]
    if ends[0] < 0:
        own = re.match(r"[^,.;]{0,60}?\s(?:può|possono|potr\w+)\s[^,.;]{0,60}", after)
        return own is not None and _BEFORE_OTHER.search(own[0]) is not None
    return ends[0] > ends[1]


def moment(
    day: str, hour: str | None, minute: str | None, noon: str | None, midnight: str | None
) -> Moment | None:
    """Return a day, or an instant in Italy where an hour is named; ``None`` for no such day."""
    read = first_date(day)
    if read is None or not (hour or noon) or midnight:
        return read
    return at_hour(read, 12 if noon else int(hour or 0), int(minute or 0))


def at_hour(day: date, hour: int, minute: int) -> Moment:
    """Return the instant in Italy; the day itself for its end (``24:00``) and for no hour."""
    if hour > 23 or minute > 59:
        return day
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=time_zone(ZONE))


def _number_first(found: re.Match[str]) -> str:
    return found[0] if cardinal(found[2]) is None else f"{found[2]} {found[1]}"
