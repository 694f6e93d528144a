"""ANNEX READER: the lists behind the signature that a clause of the order refers to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .annexreferences import annexes_named
from .annextitles import of_another_list
from .candidates import Candidate, Text
from .clauses import Clause
from .closings import annex_headings
from .descriptions import of_others_listed
from .enumerations import marker_of
from .operative import ClauseReader
from .selections import takes_some

Within = Callable[[int, int], Sequence[Candidate]]
"""Returns the names between two places of a text."""


class AnnexReader:
    """Reads the annexes of one order."""

    def __init__(
        self, text: Text, end: int, within: Within, reader: ClauseReader, warnings: list[str]
    ) -> None:
        """Take what annexes are read with.

        Args:
            text: the document.
            end: of the operative part.
            within: gives its names.
            reader: of clauses; it keeps what the names come to.
            warnings: gets one where an annex is not there.
        """
        self._text, self._end, self._within = text, end, within
        self._reader, self._warnings = reader, warnings

    def read(self, clauses: Sequence[Clause]) -> int:
        """Read the lists that clauses which block refer to; return the targets."""
        plain = self._text.plain
        orders = " ".join(clause.text for clause in clauses)
        wanted: dict[str, bool] = {}  # and whether only parts of the sites are meant
        for clause in clauses:
            for key in () if of_others_listed(clause.text) else annexes_named(clause):
                wanted[key.upper()] = clause.frame.part and wanted.get(key.upper(), True)
        headings = self._headings()
        ends = [*(found.start() for found in headings[1:]), len(plain)]
        first = headings[0].start() if headings else len(plain)
        for name in self._within(self._end, first):
            self._reader.mention(name, "after the operative part")
        several = self._several(headings, ends) if wanted else set()
        count = 0
        for found, end in zip(headings, ends, strict=False):
            names = self._within(found.start(), end)
            some = takes_some(orders, len(names), numbered=self._numbered(names))
            if some and names and wanted:
                for name in names:
                    self._reader.doubt(name, "the order takes only some entries of the list")
                continue
            key = (found[1] or "").upper()
            if key not in wanted and "" in wanted and key in several:
                for name in names:
                    self._reader.doubt(name, "the order does not say which of its lists it means")
                continue
            key = key if key in wanted or key in several else ""
            if key in wanted and self._is_another(found, names):
                continue
            if key in wanted:
                annex = Clause(
                    found.start(), end, orders=True, text=plain[found.start() : end], annex=True
                )
                part = wanted[key]
                count += self._reader.read(annex, names, orders + found[0], part=part)
                continue
            for name in names:
                self._reader.mention(name, "in an annex that no clause on blocking refers to")
        if wanted and not headings and not self._reader.findings.targets:
            self._warnings.append("the order refers to an annex that is not in the document")
        return count

    def _headings(self) -> list[re.Match[str]]:
        headings: list[re.Match[str]] = []
        for found in annex_headings(self._text.plain, self._end):
            # A title below "Allegato A", such as "Elenco dei siti", does not begin another annex.
            titled = headings and not found[1] and not self._within(headings[-1].end(), found.end())
            if found[0].rstrip()[-1:] != "," and not titled:
                headings.append(found)
        return headings

    def _several(self, headings: Sequence[re.Match[str]], ends: Sequence[int]) -> set[str]:
        """Return the letters of annexes that may each be a list of the order, if they are many."""
        letters = set()
        for heading, end in zip(headings, ends, strict=False):
            names = self._within(heading.start(), end)
            if heading[1] and names and not of_another_list(self._annex_title(heading, names[0])):
                letters.add(heading[1].upper())
        return letters if len(letters) > 1 else set()

    def _numbered(self, names: Sequence[Candidate]) -> bool:
        return any(marker_of(self._text, name) not in ("", "-") for name in names)

    def _is_another(self, heading: re.Match[str], names: Sequence[Candidate]) -> bool:
        """Whether an annex's title may say that it is no list of the order; then all are doubts."""
        if not names or not of_another_list(self._annex_title(heading, names[0])):
            return False
        for name in names:
            self._reader.doubt(name, "the title of its annex may say that it is another list")
        return True

    def _annex_title(self, heading: re.Match[str], first: Candidate) -> str:
        """Return what stands above the list, or the table, of an annex."""
        column = self._reader.tables.at(first)
        end = column.table if column and column.table >= 0 else self._text.line_start(first.start)
        return self._text.without_furniture(self._text.plain[heading.start() : end])
