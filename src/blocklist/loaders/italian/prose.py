"""PROSE: one order in prose: its parts, the names in each, and the facts it states.

The operative part goes from its heading, which the loader of the authority finds, to the signature;
annexes follow. ``operative`` decides about the names.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from ...errors import OrderSyntaxError
from ...model.targets import TargetKind
from ...model.wording import alternatives, plural
from . import facts, numbers
from .actdoubts import ActDoubts
from .annexreader import AnnexReader
from .backreferences import referred
from .candidates import Candidate, Text, find_candidates
from .clauses import Clause, split_clauses
from .closings import operative_end
from .deferredpattern import deferred
from .descriptions import of_others_listed
from .findings import Findings
from .issuers import acting, in_capitals
from .lastlists import last_listed
from .listnotes import doubted
from .listsections import ListSection, list_sections
from .objections import UNKNOWN_TLD
from .offenders import victims
from .operative import ClauseReader
from .parties import companies, own_labels
from .statements import MISSING, Parts, read_statements
from .widenings import widened

_COUNT = deferred(
    r"(?<![\w/])(?:n\.\s?)?(\d{1,4}|[a-z]{3,30})\s(?:\([^()\n]{1,20}\)\s?)?(?:seguenti\s)?"
    r"(nomi\s(?:a|di)\sdominio|siti\b|domini\b|portali\b|URL\b|indirizzi\s(?:IP|web|internet|URL))",
    re.IGNORECASE,
)
_HEADING_CHARACTERS = 6000
_BESIDE = 200
NO_DATE = "no date of decision was found"


_WHO = (
    r"(?:(?:IL|LA|L')\s?(?:DIRETTORE|DIRIGENTE|PRESIDENTE|MINISTRO|QUESTORE|PREFETTO|GARANTE|AUTORITÀ|COMMISSIONE|ISTITUTO|AGENZIA|CONSIGLIO)"
    r"(?:\s+(?:GENERALE|CENTRALE))?,?\s+)"
)
VERB_LINE = deferred(
    rf"^[^\w\n]*{_WHO}?(?:(?i:SI)\s+)?(?:D ?E ?L ?I ?B ?E ?R ?A"
    r"|D ?E ?T ?E ?R ?M ?I ?N ?A|O ?R ?D ?I ?N ?A"
    r"|D ?I ?S ?P ?O ?N ?E|D ?E ?C ?R ?E ?T ?A|PRESCRIVE|INGIUNGE|INTIMA|IMPONE|COMANDA|STATUISCE"
    r"|(?:ORDINA|DISPONE|DECRETA|PRESCRIVE)(?:\s+(?:E|ED|IN\s+VIA\s+D'URGENZA|ALTRES[IÌ]|INOLTRE|"
    r"CHE)(?:\s+(?:DISPONE|ORDINA|INGIUNGE))?)"
    r"|(?i:(?:adotta|emana)\s+(?:la|il)\s+seguente\s+(?:determina(?:zione)?|delibera(?:zione)?|decreto|provvedimento|ordinanza|ordine)"
    r"|emette\s+il\s+seguente\s+(?:provvedimento|ordine)"
    # In small letters only above items.
    r"|(?:determina|delibera|dispone|decreta)(?=:?[^\S\n]*\n\s*(?:[-–—•]|\(?\w{1,2}[.)]|art(?:icolo|\.))\s)))"
    r"(?:\s+(?:QUANTO\s+SEGUE|DI))?[ \t]*:?[ \t]*$(?!\s{0,5}n(?:\.|r|°|º)\s{0,3}\d)",
    re.MULTILINE,
)
"""The verb of an order alone on a line, in capitals: its operative part follows."""


class Prose:
    """One order: its parts, the names in each, and the facts it states.

    Attributes:
        findings: what the names came to.
        heading: what stands before the operative part, up to some thousand code points.
        operative: the operative part.
        blocking: its clauses that order a block.
        warnings: what is doubtful about the facts.
        missing: the fields that the order does not state; empty before ``facts``.
    """

    def __init__(
        self, text: Text, start: int, scope: TargetKind, path: str, *, ordered: bool = False
    ) -> None:
        """Read the names.

        Args:
            text: the document.
            start: where the operative part begins.
            scope: what a plain name means.
            path: of the document, for refusals.
            ordered: whether its heading already says the verb (``ORDINA``).
        """
        self.warnings: list[str] = []
        self.missing: list[str] = []
        self._path = path
        self._scope = scope
        self._text = text
        self._start = start
        self._end = operative_end(text, start, ordered=ordered)
        self._names = find_candidates(text)
        self._starts = [name.start for name in self._names]
        self.heading: str = text.plain[: min(start, _HEADING_CHARACTERS)]
        self._instrument, at = facts.instrument(self.heading)
        self._title = self.heading[: at + _BESIDE]
        self.operative: str = text.plain[start : self._end]
        # A firm that an authority names is not the victim, but whose site is blocked.
        court = acting(in_capitals(self.heading)) < 0
        firms = companies(self.heading + self.operative[:_HEADING_CHARACTERS])
        self._doubts = ActDoubts(text.plain, start, self._end, letter=not court)
        self._withheld = ""
        sections = () if court else list_sections(text.plain, self._end)
        self._sections = [section for section in sections if section.start >= start]
        stop = self._sections[0].start if self._sections else self._end
        self._clauses = split_clauses(text, self._names, start, stop, ordered=ordered)
        self.blocking: list[Clause] = []
        self._reader = ClauseReader(
            text, own_labels(victims(firms, self.operative) if court else []), scope, path
        )
        self.findings: Findings = self._read()

    def _within(self, start: int, end: int) -> Sequence[Candidate]:
        return self._names[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _read(self) -> Findings:
        reader = self._reader
        for name in self._within(0, self._start):
            reader.mention(name, "outside the operative part")
        found: list[tuple[Clause, int]] = []
        for clause in self._clauses:
            names = self._within(clause.start, clause.end)
            if self._doubts_clause(clause, names):
                continue
            if clause.object_start is not None:
                count = reader.read(clause, names)
                found.append((clause, count))
                if count:
                    self.blocking.append(clause)
                continue
            for name in names:
                self._pass_over(clause, name)
        whole = self._within(self._start, self._end)
        self._widen(widened(self._text.plain, self._start, whole, reader.findings.targets))
        for section in self._sections:
            self._read_section(section)
        annexes = AnnexReader(self._text, self._end, self._within, reader, self.warnings)
        annexed = annexes.read([clause for clause, _ in found])
        behind = self._names[bisect_left(self._starts, self._start) :]
        reader.findings.withdraw(list(doubted(self._text, behind, reader.findings.targets)))
        if not self.blocking:
            self.blocking = [clause for clause, _ in found]
        for index, (clause, count) in enumerate(found):
            if not (count or annexed or reader.findings.targets or reader.findings.rejected):
                other = clause.frame.part or of_others_listed(clause.text)
                found[index] = clause, 0 if other else self._refer(clause)
        for clause, count in found:
            self._compare_count(clause, count, annexed)
        reader.finish()
        self._withhold()
        return reader.findings

    def _doubts_clause(self, clause: Clause, names: Sequence[Candidate]) -> bool:
        """Make doubts of the names of a clause that blocks if something speaks against it."""
        reason = "" if clause.object_start is None else self._doubts.of_clause(clause, names)
        for name in names if reason else ():
            self._reader.doubt(name, reason)
        if reason and not names:
            line = self._text.line_at(clause.start)
            self.warnings.append(f"line {line}: a clause that blocks was left out: {reason}")
        return bool(reason)

    def _withhold(self) -> None:
        """Make doubts of all targets if the act as a whole may order nothing."""
        others = [(section.start, section.end) for section in self._sections if not section.adds]
        read = [(clause, self._within(clause.start, clause.end)) for clause in self.blocking]
        found = self._reader.findings
        behind = self._within(self._end, len(self._text.plain))
        said = self._doubts.of_act(read, {one.raw for one in found.targets}, others, behind)
        if said:
            self._withheld = f"the text may be no order in force for all: {said!r}"
            found.withhold(self._withheld)

    def _read_section(self, section: ListSection) -> None:
        """Read what a letter adds to a list; what it takes off is no target."""
        names = self._within(section.start, section.end)
        if not section.adds:
            for name in names:
                self._reader.mention(name, "in a section on what else changes in the list")
            return
        said = self._text.plain[section.start : section.end]
        clause = Clause(section.start, section.end, orders=True, text=said, annex=True)
        if self._reader.read(clause, names, said):
            self.blocking.append(clause)

    def _pass_over(self, clause: Clause, name: Candidate) -> None:
        if name.trait == "e-mail":
            self._reader.mention(name, "an e-mail address")
        elif clause.other_purpose:
            keep = self._reader.doubt if clause.blocks else self._reader.mention
            keep(name, f"in a clause on {clause.other_purpose}")
        elif clause.lifts:
            self._reader.doubt(name, "in a clause that lifts a block")
        elif clause.condition:
            self._reader.doubt(
                name, f"the order holds only under a condition: {clause.condition!r}"
            )
        elif clause.frame.said:
            self._reader.doubt(name, f"{clause.frame.said!r} is not known to order a block")
        elif clause.orders is not False:
            self._reader.doubt(name, "in a clause that orders no blocking")
        else:
            self._reader.mention(name, "in a clause that orders no blocking")

    def _refer(self, clause: Clause) -> int:
        """Take the names that a clause means by *predetti siti*; return how many."""
        above = self._names[: bisect_left(self._starts, clause.start)][-1:]
        at = [bisect_right(self._clauses, n.start, key=lambda c: c.start) - 1 for n in above]
        before = self._clauses[at[0]] if at and at[0] >= 0 else None
        names = last_listed(self._text, clause, self._names)
        if names is None:
            names = referred(self._text, clause, before, self._names, self._start)
        if not names or not self._take(names):
            return 0
        line, count = self._text.line_at(clause.start), plural(len(names), "name")
        self.warnings.append(
            f"line {line}: the order refers to what was named before: {count} of line "
            f"{names[0].line} and after; check them"
        )
        return len(names)

    def _compare_count(self, clause: Clause, count: int, annexed: int) -> None:
        for found in _COUNT.finditer(clause.text):
            stated = numbers.cardinal(found[1])
            if stated is None or stated < 2 or stated in (count, annexed, count + annexed):
                continue
            line = self._text.line_at(clause.start + found.start())
            self.warnings.append(
                f"line {line}: the order says {found[0]!r}, and {count + annexed} were read"
            )

    def take(self, start: int, end: int) -> int:
        """Make targets of the names in a part that the operative part points at, as the title.

        Returns how many names were taken, readable or not.
        """
        names = [
            n for n in self._within(start, end) if self._reader.objection(n) in ("", UNKNOWN_TLD)
        ]
        if self._withheld:
            for name in names:
                self.findings.doubt(name, self._withheld)
            return 0
        return self._take(names)

    def _widen(self, names: Sequence[Candidate]) -> None:
        hosts = tuple(f"{name.host}/" for name in names)
        found = self._reader.findings
        found.targets = [target for target in found.targets if not target.text.startswith(hosts)]
        self._take(names)

    def _take(self, names: Sequence[Candidate]) -> int:
        found = self._reader.findings
        names = [n for n in names if n.host and n.trait in ("", "broken", "unknown-tld")]
        taken = {(name.raw, name.line) for name in names}
        found.mentions = [m for m in found.mentions if (m.text, m.line) not in taken]
        doubted = tuple(f"line {name.line}: {name.text!r} is not blocked" for name in names)
        found.warnings = [w for w in found.warnings if not w.startswith(doubted)]
        for name in names:
            target = found.target(name, self._scope, self._path)
            if target is not None:
                found.targets.append(target)
                found.warn_of_tld(name)
        return len(names)

    def check(self) -> None:
        """See that something is ordered.

        Raises:
            OrderSyntaxError: no name can be read as blocked with certainty.
        """
        found = self.findings
        if not found.targets and not found.rejected:
            doubt = f" ({found.warnings[0]})" if found.warnings else ""
            raise OrderSyntaxError(
                "the operative part orders no block that can be read with certainty, and "
                f"{len(found.mentions)} names are only mentioned{doubt}; read it, and write what "
                "it orders as an order file (blocklist template)",
                path=self._path,
                line=self._text.line_at(self._start),
            )

    def entries(self, warnings: Sequence[str] = ()) -> dict[str, Any]:
        """Return the fields of the order that hold what the names came to, with all warnings."""
        found = self.findings
        said = [*warnings, *self.warnings, *found.warnings]
        if self.missing:
            said.append(f"no {alternatives(MISSING[key] for key in self.missing)} was found")
        return {
            "targets": tuple(found.targets),
            "exceptions": tuple(found.exceptions),
            "rejected": tuple(found.rejected),
            "mentions": tuple(dict.fromkeys(sorted(found.mentions, key=lambda m: m.line))),
            "warnings": tuple(dict.fromkeys(said)),
        }

    def facts(self) -> dict[str, Any]:
        """Return the fields of the order that are stated, by name."""
        stated = read_statements(
            Parts(
                heading=self.heading,
                title=self._title,
                instrument=self._instrument,
                operative=self.operative,
                closing=self._text.plain[self._end :],
                clauses=self._clauses,
                blocking=self.blocking,
            )
        )
        if stated.fields["issued"] is None:
            stated.warnings.insert(0, NO_DATE)
        self.warnings += stated.warnings
        self.missing = [
            key for key in MISSING if not stated.fields[key] and key not in stated.in_words
        ]
        return stated.fields
