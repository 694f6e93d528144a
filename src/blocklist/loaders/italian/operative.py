"""OPERATIVE: which names of a clause that blocks are to be blocked.

A name is a target only where the object of the words that block stands: after *ai siti*, *i nomi a
dominio*, in the list after a colon, or joined to a target by no more than a comma or *e*. Any other
name in such a clause is a doubt: a mention, and a warning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ...model.targets import NAME_KINDS, TargetKind
from .annexes import Tables
from .candidates import Candidate, Text
from .clauses import (
    ANCHOR,
    ASIDE,
    BLOCKS,
    MARKER,
    Clause,
)
from .cues import (
    BESIDE,
    BLANK_LINE,
    EXCEPT,
    NEGATION,
    NO_WORDS,
    PLACE,
    RELATIVE,
    REMARK,
    RESPONDS,
    SENTENCE_END,
    SITE_AGAIN,
    below_furniture,
    broken_before,
    goes_on,
    in_columns,
    is_earlier,
    left_out,
    lists_again,
    of_addresses,
    of_other_things,
    of_pages,
    opened,
    said_otherwise,
    stands_beside,
)
from .dehyphenation import FURNITURE
from .findings import Findings
from .objections import PARTY, PLAIN, objection
from .sitewords import LINKS, NOUNS, WORD, last_match, only_links

_REACH = 400
_REMARK = 120
# A full stop, but for that of "N."; or blank space.
_LIST_END = re.compile(r"(?<!\bn)\.(?:\s|$)|\n[ \t]*\n[ \t]*\n", re.IGNORECASE)


class ClauseReader:
    """Decides about the names of one clause after the other."""

    def __init__(self, text: Text, parties: frozenset[str], scope: TargetKind, path: str) -> None:
        """Take the text, the first words of the parties' names, and what a plain name means."""
        self.findings = Findings()
        self._text = text
        self._tables = Tables(text)
        self._parties = parties
        self._scope = scope
        self._path = path
        self._labels: set[str] = set()
        self._begin(0, "", in_list=False)

    def _begin(self, start: int, intro: str, *, in_list: bool) -> None:
        self._from = start
        self._seen = 0
        self._last: Candidate | None = None
        self._last_target: Candidate | None = None
        self._page_name: Candidate | None = None
        self._has_www = False
        self._in_list = in_list
        self._excepting = self._excepting_list = self._pages = False
        self._forbids = self._part = False
        self._addresses = of_addresses(intro)

    def read(self, clause: Clause, names: Sequence[Candidate], intro: str = "") -> int:
        """Read the names of a clause that blocks, or of an annex; return how many were targets.

        ``intro`` is what the clauses say of an annex.
        """
        known = len(self.findings.targets)
        start = clause.object_start if not clause.annex else clause.start
        self._begin(clause.start if start is None else start, intro, in_list=clause.annex)
        self._forbids, self._part = clause.frame.forbids, clause.frame.part and not clause.annex
        for name in names:
            if name.trait == "e-mail":
                self.mention(name, "an e-mail address")
            elif name.start < self._from:
                self.doubt(name, "before the words that order the blocking")
            elif (column := self._tables.at(name)) and column.objection:
                self.doubt(name, column.objection)
            elif left_out(self._text.plain[name.end : name.end + _REMARK]):
                self.doubt(name, "the remark after it excludes it")
            elif reason := said_otherwise(self._before(name)):
                self.doubt(name, reason)
            elif self._is_page_name(name):
                self._page_name = name
                self.doubt(name, "perhaps printed on each page")
            elif not self._tables.at(name) and stands_beside(self._text, self._last, name):
                self._last = name
                self.doubt(name, BESIDE)
            elif self._is_cut(clause, name):
                self._last = name if self._stands_as_object(clause, name) else self._last
            elif self._stands_as_object(clause, name):
                self._take(name)
            else:
                self.doubt(name, "not where the object of the blocking stands")
            self._seen = name.end
        if not clause.annex:
            self.findings.take_every_suffix(self._text, clause, self._labels, self._parties)
        return len(self.findings.targets) - known

    def mention(self, name: Candidate, reason: str) -> None:
        """Keep a name that is no target."""
        self.findings.mention(name, reason)

    def doubt(self, name: Candidate, reason: str) -> None:
        """Keep a name that is no target where a person might have read one.

        No warning for what nobody would block, unless it stands where a target does.
        """
        own = self.objection(name)
        if name is not self._last and (own in PLAIN or not name.host):
            self.mention(name, own or reason)
            return
        self.findings.doubt(name, reason)

    def _before(self, name: Candidate) -> str:
        """Return what stands between the last name that was taken, or the verb, and this one."""
        begin = max(self._from, self._last.end if self._last else 0, name.start - _REACH)
        return self._text.plain[begin : self._intro_end(name)]

    def _intro_end(self, name: Candidate) -> int:
        """Return where the words end that introduce a name: before its table, or before it."""
        column = self._tables.at(name)
        return column.table if column and column.holds_sites else name.start

    def _is_cut(self, clause: Clause, name: Candidate) -> bool:
        """Whether the line before may hold the first half of a name; then it is refused."""
        last, half = self._last, broken_before(self._text, name)
        if last is None or not half or self._tables.at(name) or clause.end < name.end:
            return False
        gap = self._text.plain[last.end : name.start]
        if len(gap) > _REACH or BLANK_LINE.search(gap) or not only_links(gap.replace(half, "", 1)):
            return False
        whole = replace(name, raw=f"{half}\n{name.raw}", text=half + name.text, other=name.text)
        self.findings.broken(whole, self._path)
        return True

    def _is_page_name(self, name: Candidate) -> bool:
        """Whether it stands below what is printed on a page and differs from the list's names."""
        if self._last is None or self._has_www or not name.text.lower().startswith("www."):
            return False
        return below_furniture(self._text, self._last, name)

    def _stands_as_object(self, clause: Clause, name: Candidate) -> bool:
        last, column = self._last, self._tables.at(name)
        if column and last is not None and last.start > column.table:
            return True
        if column and last is None and clause.annex:
            return not ASIDE.search(clause.text[: max(0, column.table - clause.start)])
        if column:
            return self._after_colon(clause, self._before(name), column.table)
        if last is not None and self._resumes(last, name):
            self._excepting = False
            return True
        if last is not None and self._joined(last, name):
            return True
        if last is None and clause.annex:
            return self._leads_line(name) and not ASIDE.search(
                clause.text[: name.start - clause.start]
            )
        before = self._before(name)
        exception = last_match(EXCEPT, before)
        if exception:
            if only_links(re.sub(r"\bper\b", "", before[exception.end() :])):
                self._excepting = True
                self._excepting_list = ":" in before[exception.end() :]
                return True
            return False
        if self._after_colon(clause, before, name.start) or self._after_noun(clause, before, name):
            self._excepting = False
            return True
        return False

    def _resumes(self, last: Candidate, name: Candidate) -> bool:
        """Whether it is the next entry of a list in which an exception was a remark."""
        target, marker = self._last_target, self._marker(name)
        if not self._excepting or target is None or not marker or last.line == name.line:
            return False
        if self._marker(target) != marker or not self._leads_line(name):
            return False
        # In a list of exceptions, only another kind of bullet goes back to the targets.
        if self._excepting_list and self._marker(last) == marker:
            return False
        gap = self._text.plain[target.end : name.start]
        return len(gap) <= _REACH and not ASIDE.search(gap)

    def _joined(self, last: Candidate, name: Candidate) -> bool:
        """Whether nothing but a list stands between two names."""
        if name.start - last.end > _REACH:
            return False
        gap, page = self._text.plain[last.end : name.start], self._page_name
        if page and page.start > last.end:
            gap = gap[: page.start - last.end] + gap[page.end - last.end :]
        elif BLANK_LINE.search(gap) and not FURNITURE.search(gap) and not self._marker(last):
            return False
        gap = RESPONDS.sub(" ", self._text.without_furniture(gap))
        if not NO_WORDS.fullmatch(gap):
            gap = REMARK.sub("", gap)
        elif "\n" not in gap:
            return True
        led, same = self._marker(last), self._marker(last) == self._marker(name)
        if last.line != name.line:
            if led and not same and not re.search(r"^\s*,|\bed?\b|\bnonché\b", gap):
                return False
            stops = re.search(r"(?<!\bn)\.(?:\s|$)", gap, re.IGNORECASE) or re.search(
                r"\n[ \t]*\n[ \t]*\n", gap
            )
            if stops and not (led and same):
                return False
        elif re.search(r"\.\s", gap):
            return False
        if only_links(gap):
            self._addresses = self._addresses or of_addresses(gap)
            return True
        if not self._in_list or last.line == name.line:
            return False
        # A table, or an entry with a remark after the name, on the line of the last name alone.
        remark, _, rest = gap.partition("\n")
        columns = in_columns(self._text, remark, name)
        aside = ASIDE.search(remark)
        return bool((led and same) or columns) and not aside and only_links(rest)

    def _marker(self, name: Candidate) -> str:
        """Say how the line of a name is numbered: ``-``, ``1``, ``a``; ``""`` if it is not."""
        found = MARKER.match(self._text.plain, self._text.line_start(name.start), name.start)
        if found is None:
            return ""
        return found[1] or ("1" if found[2] else "a")

    def _leads_line(self, name: Candidate) -> bool:
        return only_links(self._text.plain[self._text.line_start(name.start) : name.start])

    def _after_colon(self, clause: Clause, before: str, end: int) -> bool:
        """Whether it opens the list that a colon announces, as in ``i seguenti siti:``."""
        colon = before.rfind(":")
        if colon < 0 or not only_links(REMARK.sub("", before[colon + 1 :])):
            return False
        at = end - len(before) + colon
        begin = max(clause.start, self._seen)
        intro = self._text.plain[max(begin, at - _REACH) : at]
        intro = SENTENCE_END.split(intro)[-1]
        if self._last and not goes_on(intro):
            return False
        nouns = (NOUNS | {"nomi"}).intersection(word.lower() for word in WORD.findall(intro))
        if not nouns or ASIDE.search(intro[-200:]) or not self._blocked(clause, at):
            return False
        self._in_list, self._addresses = True, of_addresses(intro)
        return True

    def _blocked(self, clause: Clause, end: int) -> bool:
        """Whether the last word before ``end`` that blocks or opens is one that blocks."""
        said = self._text.plain[max(clause.start, end - 2 * _REACH) : end]
        blocks = last_match(BLOCKS, said)
        if self._forbids and blocks is None:
            return True
        if blocks is None or opened(said) > blocks.start():
            return False
        if of_other_things(said) or is_earlier(said[max(0, blocks.start() - 60) :]):
            return False
        return not NEGATION.search(said[: blocks.start()][-_REACH:])

    def _after_noun(self, clause: Clause, before: str, name: Candidate) -> bool:
        """Whether it is the object in a sentence, as in ``l'accesso ai siti``."""
        anchor = last_match(ANCHOR, before)
        if anchor is None or not self._blocked(clause, name.start):
            return False
        if self._last and (not goes_on(before, ANCHOR) or ASIDE.search(before)):
            return False
        between = RESPONDS.sub(" ", REMARK.sub(" ", before[anchor.end() :]))
        again = self._text.plain[name.start : name.start + _REACH]
        if lists_again(between, again) and not ASIDE.search(between):
            self._in_list, self._addresses = False, of_addresses(before)
            return True
        if any(p.search(between) for p in (ASIDE, RELATIVE, SENTENCE_END)):
            return False
        said = [word.lower() for word in WORD.findall(between)]
        link = len(said)
        while link and (len(said[link - 1]) == 1 or said[link - 1] in LINKS):
            link -= 1
        if link and said[link - 1] in PLACE:
            return False
        if link and not NOUNS.intersection(said[link:]):
            return False
        self._in_list, self._addresses = False, of_addresses(before)
        return True

    def _take(self, name: Candidate) -> None:
        """Make a target or an exception of a name that stands as the object, unless it may not."""
        before = self._before(name)
        joined = self._last is not None and self._joined(self._last, name)
        on = self._pages and joined and NOUNS.isdisjoint(before.lower().split())
        self._part = self._part and not (self._last and SITE_AGAIN.search(before))
        self._pages = on or self._part or of_pages(before)
        self._last = name
        self._has_www |= name.text.lower().startswith("www.")
        if not self._excepting:
            self._last_target = name
        reason = self.objection(name)
        # A party's site may not be what is blocked; a page of it may.
        if reason and not (reason == PARTY and self._pages):
            self.doubt(name, reason)
            return
        target = self.findings.target(name, self._scope, self._path)
        if target is None:
            return
        if self._pages and target.kind in NAME_KINDS:
            self.doubt(name, "the order is about a part of the site, and names no page of it")
            return
        if target.kind is TargetKind.ADDRESS and not self._addresses:
            self.doubt(name, "an address, where the order speaks of names or of a DNS service")
            return
        self.findings.warn_of_tld(name)
        if self._excepting:
            self.findings.exceptions.append(target)
        else:
            self.findings.targets.append(target)
            self._labels.update(name.host.split(".")[-2:-1])

    def objection(self, name: Candidate) -> str:
        """Return what speaks against a name wherever it stands, or ``""``."""
        return objection(self._text, name, self._parties, in_list=self._in_list)

    def finish(self) -> Findings:
        """Return what was found; an exception that no target covers would be no exception."""
        self.findings.keep_covered()
        return self.findings
