"""STATEMENTS: the fields of an order that its words state, and what they do not state.

Whatever is not found is said, since a person must look for it: an end date above all, without which
a block has no end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ...model.orders import Moment, Term
from ...model.penalty import Penalty
from . import datings, facts, numbers
from .clauses import Clause
from .deferredpattern import deferred
from .expiry import ending
from .futurenames import dynamic
from .numbers import dates
from .parties import addressees
from .penalties import penalty
from .terms import term

_STAMP = deferred(r"n\.\s?cronol[^\n]{0,120}|\bcronol\.[^\n]{0,120}", re.IGNORECASE)
_SITTING = deferred(
    r"\bnella\s+(?:sua\s+)?(?:adunanza|riunione|seduta)\b[^.;\n]{0,80}", re.IGNORECASE
)
_GRANTS = deferred(r"\b(?:assegna|concede|fissa)\w*\s.{0,60}\btermine\b", re.IGNORECASE)
_CARRIES_OUT = deferred(
    r"\b(?:esegu|esecuzione|adempi|ottemper|provved|attua|conform|procede|termine\s+per)\w*",
    re.IGNORECASE,
)
_LISTED = deferred(r"\bpubblica|\bspese\b|\budienza\b|\brinvi", re.IGNORECASE)
_TECHNIQUES = (
    ("dns", deferred(r"\bDNS\b|risoluzione", re.IGNORECASE)),
    ("ip", deferred(r"\b(?:blocc|inib)\w+\s[^.;:]{0,60}\bIP\b", re.IGNORECASE)),
)
_BESIDE, _CLOSING = 200, 2000
MISSING = {
    "case_number": "case number",
    "deadline": "deadline",
    "penalty": "penalty",
    "expires": "end date",
    "dynamic": "clause on future names",
    "addressees": "addressee",
}
"""What is said if it is not found: fields and their names."""


@dataclass
class Parts:
    """The parts of an order from which its statements are read.

    Attributes:
        heading: what stands before the operative part.
        title: its beginning, to some code points behind the line of the instrument.
        instrument: what that line says.
        operative: the operative part.
        closing: what follows it.
        clauses: of the operative part.
        blocking: those that block.
    """

    heading: str
    title: str
    instrument: str
    operative: str
    closing: str
    clauses: Sequence[Clause]
    blocking: Sequence[Clause]


@dataclass
class Statements:
    """The fields by name; warnings; and the fields that are stated in words, not values."""

    fields: dict[str, Any]
    warnings: list[str] = field(default_factory=list)
    in_words: set[str] = field(default_factory=set)


def read_statements(parts: Parts) -> Statements:
    """Return what the order states, with a warning for each doubt."""
    read = Statements({})
    said = " ".join(clause.text for clause in parts.blocking)
    preambles = [c.text[: (c.object_start or c.start) - c.start] for c in parts.blocking]
    until = parts.blocking[-1].end if parts.blocking else 0
    addressing = [c.text for c in parts.clauses if c.orders and c.end <= until]
    ordering = [c.text for c in parts.clauses if c.orders]
    seizure = re.search(r"sequestro\s+preventivo", said, re.IGNORECASE)
    instrument = parts.instrument or facts.named_instrument(f"{parts.heading}\n{parts.operative}")
    fields = read.fields
    fields["issued"] = _issued(parts)
    fields |= datings.closing_dates(parts.operative, parts.closing)
    fields["instrument"] = "sequestro" if seizure else instrument
    fields["number"] = facts.own_number(parts.heading)
    fields["case_number"] = facts.case_number(parts.title)
    fields["deadline"], fields["note"] = _deadline(parts, read.warnings)
    fields["penalty"] = _penalty(parts, read.warnings)
    if fields["note"]:
        read.in_words.add("deadline")
    _end(parts, read)
    fields["addressees"] = addressees(parts.title, addressing, preambles)
    fields["technique"] = tuple(name for name, words in _TECHNIQUES if words.search(said))
    fields["legal_basis"] = facts.legal_basis(parts.operative)
    fields["dynamic"] = next(filter(None, map(dynamic, ordering)), "")
    _warn_of_days(parts, read)
    return read


def _issued(parts: Parts) -> date | None:
    beside = parts.title[-_BESIDE:].partition("\n\n")[0] if parts.instrument else ""
    stamp = _STAMP.search(parts.heading)
    at = datings.issued(parts.operative, parts.closing, beside)
    sitting = _SITTING.search(parts.heading)
    at = at or next(datings.own_dates(stamp[0] if stamp else ""), None)
    return at or (numbers.first_date(sitting[0]) if sitting else None)


def _deadline(parts: Parts, warnings: list[str]) -> tuple[Term | Moment | None, str]:
    """Return the deadline, and the words of one that no rule can hold."""
    # The term may stand in the clause that the items hang on, or in that on the penalty.
    first = parts.blocking[0].start if parts.blocking else 0
    lead = [c for c in parts.clauses if c.orders and c.start < first][::-1]
    penal = [c for c in parts.clauses if penalty(c.text)[0]]
    granting = [c for c in parts.clauses if _GRANTS.search(c.text)]
    carrying = [
        c for c in parts.clauses if _CARRIES_OUT.search(c.text) and not _LISTED.search(c.text)
    ]
    words = ""
    seen: set[int] = set()
    for clause in (*parts.blocking, *lead, *penal, *granting, *carrying):
        if clause.start in seen:
            continue
        seen.add(clause.start)
        reading = term(clause.text)
        if reading.warning:
            warnings.append(reading.warning)
        if reading.term is not None:
            return reading.term, ""
        words = words or reading.words
    if not words:
        return None, ""
    warnings.append(f"the deadline is in words: {words!r}; write the day as deadline")
    return None, f"deadline: {words}"


def _penalty(parts: Parts, warnings: list[str]) -> Penalty | None:
    for clause in parts.clauses:
        read, warning = penalty(clause.text)
        if warning:
            warnings.append(warning)
        if read is not None:
            return read
    return None


def _end(parts: Parts, read: Statements) -> None:
    """Read until when the order has effect, and from when if that is stated with it."""
    said = []
    # What blocks says best how long; an end may also be said of the whole act, at its end.
    rest = [c.text for c in parts.clauses if c not in parts.blocking and not c.other_purpose]
    for text in (*(c.text for c in parts.blocking), *rest, parts.closing[:_CLOSING]):
        end = ending(text, read.fields)
        said += [end.warning] if end.warning else []
        if end.expires is not None:
            read.fields["expires"] = end.expires
            if end.begins is not None:
                read.fields["effective_from"] = end.begins
            break
    else:
        read.fields["expires"] = None
    if said:
        read.in_words.add("expires")
        read.warnings += dict.fromkeys(said)


def _warn_of_days(parts: Parts, read: Statements) -> None:
    """Warn of days after the decision that no field holds: one of them may end the order."""
    fields = read.fields
    issued = fields["issued"]
    taken = {_day(value) for value in fields.values() if isinstance(value, date)}
    ahead: list[str] = []
    for clause in parts.clauses:
        for at, day in dates(clause.text):
            before = clause.text[max(0, at - _BESIDE) : at]
            if issued and day > issued and day not in taken and not _LISTED.search(before):
                ahead.append(day.isoformat())
    if ahead:
        days = ", ".join(dict.fromkeys(ahead))
        read.warnings.append(
            f"the operative part names {days}, which no field holds; check whether the order "
            f"ends then"
        )


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def is_of_missing_facts(warning: str) -> bool:
    """Whether a warning says only that the text states no such fact, as most orders have no end."""
    return warning.startswith("no ") and warning.endswith(" was found")
