"""ACT DOUBTS: why a clause that blocks, or an act with all its clauses, may order nothing.

The words that say so stand around the clause: what introduces it, whom it binds, what the rest of
the act or of the letter that passes it on says of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .candidates import Candidate, nameless
from .clauses import Clause
from .closings import ANNEX
from .coverings import foreword
from .cues import SENTENCE_END
from .duties import passed_on
from .introductions import introduced_as_another, stands_instead
from .nonresolvers import binds_no_resolver, blocks_elsewhere
from .openings import quoted
from .passings import announced_as, caveat, taken_back, told_otherwise
from .reservations import reservation
from .sentences import sentences
from .transcripts import introduction, transcript


class ActDoubts:
    """What speaks against one act and its clauses."""

    def __init__(self, plain: str, start: int, end: int, *, letter: bool) -> None:
        """Take the text and its operative part, and whether an authority other than a court writes.

        Args:
            plain: the text.
            start: where the operative part begins.
            end: where it ends.
            letter: whether an authority other than a court heads it.
        """
        self._plain = plain
        self._start = start
        self._end = end
        self._letter = letter
        self._quoted = quoted(plain)
        self._transcript = transcript(plain)
        self._passes_on = start in (self._quoted[0], self._transcript[0])

    def of_clause(self, clause: Clause, names: Sequence[Candidate]) -> str:
        """Return why a clause may be another act's, or bind nobody who gives access; or ``""``."""
        at = clause.start - len(clause.before)
        other = "" if self._passes_on else introduced_as_another(self._plain, at)
        other = other or stands_instead(self._plain, clause.start)
        if other:
            return f"ordered in what these words introduce: {other!r}"
        who = binds_no_resolver(clause.addressed)
        if who:
            return f"ordered to one who runs no resolver: {who!r}"
        begin = max(clause.frame.at, 0)
        first = max(names[0].end - clause.start, begin) if names else begin
        end = next((stop for _, stop in sentences(clause.text, first, len(clause.text))), first)
        where = blocks_elsewhere(nameless(clause.text[begin:end]))
        return f"blocked elsewhere than where access is given: {where!r}" if where else ""

    def of_act(
        self,
        read: Sequence[tuple[Clause, Sequence[Candidate]]],
        hosts: Collection[str],
        others: Sequence[tuple[int, int]],
        behind: Sequence[Candidate] = (),
    ) -> str:
        """Return the words by which the whole act may be no order in force for all, or ``""``.

        Args:
            read: the clauses that gave targets, and their names.
            hosts: the targets as they are written.
            others: parts that are about other names.
            behind: the names behind the operative part.
        """
        said = foreword(self._plain, self._start)
        if self._letter and not said:
            said = taken_back(self._plain, self._start, hosts)
        if said:
            return said
        said = reservation(self._plain, self._start, self._end, letter=self._letter, other=others)
        return said or self._beside(read, hosts, behind)

    def _beside(
        self,
        read: Sequence[tuple[Clause, Sequence[Candidate]]],
        hosts: Collection[str],
        behind: Sequence[Candidate],
    ) -> str:
        """Return what a letter that passes an order on says beside it that is not known."""
        plain = self._plain
        if self._transcript[0] == self._start:
            begin, end = introduction(plain)
            said = announced_as(plain[begin:end])
            return said or caveat(plain, [(begin, self._transcript[1])], hosts)
        if self._letter and self._quoted[0] == self._start:
            return caveat(plain, [self._quoted], hosts)
        passed = set(passed_on(plain, self._start, self._end))
        spans = []
        for clause, held in read:
            if clause.start not in passed:
                continue
            begin = clause.start - len(clause.before)
            # A second sentence on a site of the list is none of the order.
            firsts = {name.raw: name.end for name in reversed(held) if name.raw in hosts}
            end = max(firsts.values(), default=clause.start)
            stop = SENTENCE_END.search(plain, end)
            whole = stop and not plain[end:].lstrip(" .").startswith("\n")
            last = min(stop.start() + 2, clause.end) if stop and whole else end
            said = told_otherwise(plain[begin:last])
            if said:
                return said
            spans.append((begin, max(end, begin + 1)))
        annexed = [name for name in behind if name.raw in hosts]
        title = ANNEX.search(plain, self._end, annexed[0].start) if spans and annexed else None
        listed = [(title.start(), annexed[-1].end)] if title else []
        return caveat(plain, spans, hosts, listed) if spans else ""
