"""COURT: an Italian court order as plain text: heading, reasons, P.Q.M., what is ordered.

An order names many sites and blocks few. A name becomes a target only in the operative part, from
``P.Q.M.`` to the signature, and in an annex that it refers to; and there only as ``operative``
says. Every other name is a mention with its reason, and a warning comes with it where a person
might have read it otherwise. So a site may be missed, with a warning, and none is blocked because
it was written nearby.

The language is prose and the reader has limits: it does not undo hyphenation, reads one operative
part in a file, and its result wants to be looked at by a person. Time is linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from ...documents import Document
from ...errors import OrderSyntaxError
from ...orders import Authority, Order, Term
from ...references import normalise_number, slug
from ...targets import TargetKind
from ..italian import facts, numbers
from ..italian.candidates import Candidate, Text, find_candidates
from ..italian.clauses import BLOCKS, Clause, split_clauses
from ..italian.operative import ClauseReader, Findings
from ..reading import PROSE, Options

_COURT = re.compile(
    r"^[^\w\n]*(?:REPUBBLICA\s+ITALIANA|(?:IL\s+)?TRIBUNALE\s+(?:\w+\s+){0,3}DI\b"
    r"|(?:LA\s+)?CORTE\s+D'\s?APPELLO|PROCURA\s+DELLA\s+REPUBBLICA|UFFICIO\s+DEL\s+G)",
    re.IGNORECASE | re.MULTILINE,
)
_PQM = r"(?:P\s?\.\s?Q\s?\.\s?M\b\.?|PQM\b|PER\s(?:QUESTI|TALI)\sMOTIVI\b)"
_HEADING = re.compile(rf"^[^\w\n]*{_PQM}[^\w\n]*$", re.IGNORECASE | re.MULTILINE)
_HEADING_LED = re.compile(rf"[^\w\n]*{_PQM}", re.IGNORECASE)
_HEADING_ANYWHERE = re.compile(rf"\b{_PQM}")
_DATE_LINE = (
    r"[A-ZÀ-Ü][\w' ]{2,30},?\s"
    r"(?:(?:lì|li|il|addì|del)\s|l'|nella\scamera\sdi\sconsiglio\sdel(?:\s|l'))?"
    rf"(?i:{numbers.DATE})[ \t]*\.?[ \t]*$"
)
_GRANTS = re.compile(r"\b(?:assegna|concede|fissa)\w*\s.{0,30}\btermine\b", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"^[ \t]*(?:(?i:cos(?:ì|i')\s+deciso|si\s+(?:comunichi|notifichi)|depositat[oa]\b|f\.to\b)"
    r"|(?:Il|La|I|IL|LA)\s(?i:giudice|presidente|g\.?i\.?p|pubblico\sministero|cancelliere"
    r"|procuratore|consigliere)\b[^,:;\n]{0,60}$"
    rf"|{_DATE_LINE})",
    re.MULTILINE,
)
_ORDER_VERB = re.compile(
    r"\b(?:ordina|dispon|inibi|viet|ingiung|sequestr|decreta)\w*", re.IGNORECASE
)
_ANNEX = re.compile(
    r"^[^\w\n]*(?:(?:allegato|all\.)\s?(?:sub\s)?[\"«]?((?-i:[A-Z0-9]){0,2})\b"
    r"|elenco\b|appendice\b)[^\n]{0,100}$",
    re.IGNORECASE | re.MULTILINE,
)
_ANNEX_REFERENCE = re.compile(
    r"\b(?i:allegat[oi]|all\.)(?:\s(?:sub\s)?[\"«]?([A-Z0-9]{1,2})\b)?"
    r"|\b(?i:elenco|appendice)\b",
)
_COUNT = re.compile(
    r"(?<![\w/])(?:n\.\s?)?(\d{1,4}|[a-z]{3,30})\s(?:\([^()\n]{1,20}\)\s?)?(?:seguenti\s)?"
    r"(nomi\sa\sdominio|siti\b|domini\b|indirizzi\sIP)",
    re.IGNORECASE,
)
_STAMP = re.compile(r"n\.\s?cronol[^\n]{0,120}", re.IGNORECASE)
_TECHNIQUES = (
    ("dns", re.compile(r"\bDNS\b|risoluzione", re.IGNORECASE)),
    ("ip", re.compile(r"\b(?:blocc|inib)\w+\s[^.;:]{0,60}\bIP\b", re.IGNORECASE)),
)
_HEADING_CHARACTERS = 6000
_BESIDE = 200

_Fact = TypeVar("_Fact")


class CourtLoader:
    """Orders of Italian courts, in prose."""

    name = "court"
    title = "Italian court order as text: heading, P.Q.M., targets in the operative part"
    reads = PROSE

    def recognises(self, document: Document) -> bool:
        """Whether a line begins with a court, and a later one with ``P.Q.M.``."""
        court = _COURT.search(document.sample.text)
        if court is None:
            return False
        return _operative_start(Text(document.lines))[0] > court.start()

    def load(self, document: Document, options: Options) -> list[Order]:
        """Read the one order of the document.

        Raises:
            OrderSyntaxError: it has no operative part, or none in which a target can be read.
        """
        text = Text(document.lines)
        start, warnings = _operative_start(text)
        if start < 0:
            raise OrderSyntaxError(
                "no operative part: no line with P.Q.M. or PER QUESTI MOTIVI; add the missing "
                "pages, or write the order as an order file (blocklist template)",
                path=document.path,
            )
        reader = _OrderReader(text, start, options.kind, document.path)
        found = reader.findings
        line = text.line_at(start)
        if not found.targets and not found.rejected:
            doubt = f" ({found.warnings[0]})" if found.warnings else ""
            raise OrderSyntaxError(
                "the operative part orders no block that can be read with certainty, and "
                f"{len(found.mentions)} names are only mentioned{doubt}; read it, and write what "
                "it orders as an order file (blocklist template)",
                path=document.path,
                line=line,
            )
        stated = reader.facts()
        warnings += reader.warnings + found.warnings
        return [
            Order(
                **stated,
                id=_order_id(stated, document),
                jurisdiction="IT",
                targets=tuple(found.targets),
                exceptions=tuple(found.exceptions),
                rejected=tuple(found.rejected),
                mentions=tuple(dict.fromkeys(sorted(found.mentions, key=lambda m: m.line))),
                warnings=tuple(dict.fromkeys(warnings)),
                source=document.source(self.name, line),
            )
        ]


def _operative_start(text: Text) -> tuple[int, list[str]]:
    """Return where the operative part begins (-1: nowhere), and what is doubtful about it."""
    own = [found.end() for found in _HEADING.finditer(text.plain)]
    anywhere = [found.end() for found in _HEADING_ANYWHERE.finditer(text.plain)]
    led = [at for at in anywhere if _HEADING_LED.match(text.plain, text.line_start(at - 1))]
    if not own:
        warning = (
            "P.Q.M. does not stand on a line of its own; check where the operative part begins"
        )
        last = (led or anywhere)[-1:]
        return (last[0], [warning]) if last else (-1, [])
    # One that opens a later line: the heading on a line of its own is that of a quoted order.
    start = max(own[-1], led[-1] if led else -1)
    lines = {text.line_at(at) for at in (*own, start)}
    return start, ["P.Q.M. stands more than once; the last one counts"] if len(lines) > 1 else []


class _OrderReader:
    """One order: its parts, the names in each, and the facts it states."""

    def __init__(self, text: Text, start: int, scope: TargetKind, path: str) -> None:
        self.warnings: list[str] = []
        self._text = text
        self._start = start
        self._end = _operative_end(text, start)
        self._names = find_candidates(text)
        self._starts = [name.start for name in self._names]
        self._heading = text.plain[: min(start, _HEADING_CHARACTERS)]
        self._instrument, at = facts.instrument(self._heading)
        self._title = self._heading[: at + _BESIDE]
        operative = text.plain[start : self._end]
        firms = facts.companies(self._heading + operative[:_HEADING_CHARACTERS])
        self._clauses = split_clauses(text, self._names, start, self._end)
        self._blocking: list[Clause] = []
        self._reader = ClauseReader(text, facts.own_labels(firms), scope, path)
        self.findings = self._read()

    def _within(self, start: int, end: int) -> Sequence[Candidate]:
        return self._names[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _read(self) -> Findings:
        reader = self._reader
        for name in self._within(0, self._start):
            reader.mention(name, "outside the operative part")
        found: list[tuple[Clause, int]] = []
        for clause in self._clauses:
            names = self._within(clause.start, clause.end)
            if clause.object_start is not None:
                count = reader.read(clause, names)
                found.append((clause, count))
                if count:
                    self._blocking.append(clause)
                continue
            for name in names:
                self._pass_over(clause, name)
        orders = " ".join(clause.text for clause, _ in found)
        annexed = self._read_annexes(orders)
        if annexed and not self._blocking:
            self._blocking = [clause for clause, _ in found]
        for clause, count in found:
            self._compare_count(clause, count, annexed)
        return reader.finish()

    def _pass_over(self, clause: Clause, name: Candidate) -> None:
        if name.trait == "e-mail":
            self._reader.mention(name, "an e-mail address")
        elif clause.other_purpose:
            keep = self._reader.doubt if BLOCKS.search(clause.text) else self._reader.mention
            keep(name, f"in a clause on {clause.other_purpose}")
        elif clause.lifts:
            self._reader.doubt(name, "in a clause that lifts a block")
        elif clause.orders is not False:
            self._reader.doubt(name, "in a clause that orders no blocking")
        else:
            self._reader.mention(name, "in a clause that orders no blocking")

    def _read_annexes(self, orders: str) -> int:
        """Read the lists behind the signature that a clause refers to; return the targets."""
        plain = self._text.plain
        wanted = {found[1] or "" for found in _ANNEX_REFERENCE.finditer(orders)}
        headings = [
            found for found in _ANNEX.finditer(plain, self._end) if found[0].rstrip()[-1:] != ","
        ]
        ends = [*(found.start() for found in headings[1:]), len(plain)]
        first = headings[0].start() if headings else len(plain)
        for name in self._within(self._end, first):
            self._reader.mention(name, "after the operative part")
        count = 0
        for found, end in zip(headings, ends, strict=False):
            names = self._within(found.start(), end)
            if "" in wanted or (found[1] and found[1].upper() in {w.upper() for w in wanted}):
                annex = Clause(
                    found.start(), end, orders=True, text=plain[found.start() : end], annex=True
                )
                count += self._reader.read(annex, names, orders + found[0])
                continue
            for name in names:
                self._reader.mention(name, "in an annex that no clause on blocking refers to")
        if wanted and not headings and not self._reader.findings.targets:
            self.warnings.append("the order refers to an annex that is not in the document")
        return count

    def _compare_count(self, clause: Clause, count: int, annexed: int) -> None:
        for found in _COUNT.finditer(clause.text):
            stated = numbers.cardinal(found[1])
            if stated is None or stated < 2 or stated in (count, annexed, count + annexed):
                continue
            line = self._text.line_at(clause.start + found.start())
            self.warnings.append(
                f"line {line}: the order says {found[0]!r}, and {count + annexed} were read"
            )

    def facts(self) -> dict[str, Any]:
        """Return the fields of the order that are stated, by name."""
        said = " ".join(clause.text for clause in self._blocking)
        closing = facts.closing_dates(self._text.plain[self._end :])
        closing["issued"] = closing["issued"] or self._heading_date()
        preambles = [c.text[: (c.object_start or c.start) - c.start] for c in self._blocking]
        ordering = [c.text for c in self._clauses if c.orders]
        until = self._blocking[-1].end if self._blocking else 0
        addressing = [c.text for c in self._clauses if c.orders and c.end <= until]
        seizure = re.search(r"sequestro\s+preventivo", said, re.IGNORECASE)
        return {
            **closing,
            "authority": Authority.named(facts.court_name(self._heading) or "Tribunale"),
            "instrument": "sequestro" if seizure else self._instrument,
            "case_number": facts.case_number(self._title),
            "deadline": self._deadline(),
            "penalty": self._first(numbers.penalty, self._clauses),
            "addressees": facts.addressees(self._title, addressing, preambles),
            "technique": tuple(name for name, words in _TECHNIQUES if words.search(said)),
            "legal_basis": facts.legal_basis(self._text.plain[self._start : self._end]),
            "dynamic": next(filter(None, map(facts.dynamic, ordering)), ""),
        }

    def _heading_date(self) -> date | None:
        """Return the date beside the instrument, or in the registry's stamp (``n. cronol.``)."""
        stamp = _STAMP.search(self._heading)
        beside = self._title[-_BESIDE:].partition("\n\n")[0] if self._instrument else ""
        issued = numbers.first_date(beside) or numbers.first_date(stamp[0] if stamp else "")
        if issued is None:
            self.warnings.append("no date of decision was found")
        return issued

    def _deadline(self) -> Term | date | None:
        # The term may stand in the clause that the items hang on, or in that on the penalty.
        first = self._blocking[0].start if self._blocking else 0
        lead = [c for c in self._clauses if c.orders and c.start < first][::-1]
        penal = [c for c in self._clauses if numbers.penalty(c.text)[0]]
        granting = [c for c in self._clauses if _GRANTS.search(c.text)]
        deadline = self._first(numbers.term, [*self._blocking, *lead, *penal, *granting])
        return deadline if isinstance(deadline, Term | date) else None

    def _first(
        self, read: Callable[[str], tuple[_Fact | None, str]], clauses: Sequence[Clause]
    ) -> _Fact | None:
        """Return the first fact that a clause states; keep the warnings on the way."""
        for clause in clauses:
            fact, warning = read(clause.text)
            if warning:
                self.warnings.append(warning)
            if fact is not None:
                return fact
        return None


def _operative_end(text: Text, start: int) -> int:
    """Return where the signature begins: after the first verb, since judges also open the part."""
    verb = _ORDER_VERB.search(text.plain, start)
    found = _SIGNATURE.search(text.plain, verb.end()) if verb else None
    if found is None and verb:
        found = _ANNEX.search(text.plain, text.line_end(verb.end()))
    return found.start() if found else len(text.plain)


def _order_id(stated: dict[str, Any], document: Document) -> str:
    """Return an id from what the order says; from its octets too if that is not enough."""
    parts = ["it", slug(stated["authority"].name)]
    if stated["case_number"]:
        parts += ["rg", normalise_number(stated["case_number"])]
    if stated["instrument"]:
        parts.append(stated["instrument"])
    if stated["issued"]:
        parts.append(stated["issued"].isoformat())
    if not stated["case_number"] and not stated["issued"]:
        parts.append(document.sha256[:8])
    return ":".join(parts)
