"""OPERATIVE: which names of a clause that blocks are to be blocked.

A name is a target only where the object of the words that block stands: after *ai siti*, *i nomi a
dominio*, in the list after a colon, or joined to a target by no more than a comma or *e*. Any other
name in such a clause is a doubt: a mention, and a warning.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ...model.targets import NAME_KINDS, TargetKind
from .annexes import Tables
from .annextitles import of_another_list
from .blockings import blocked, sentence_end, table_announced
from .candidates import Candidate, Text
from .clauses import ANCHOR, ASIDE, LIFTS, Clause
from .cues import (
    BLANK_LINE,
    REMARK,
    SENTENCE_END,
    SITE_AGAIN,
    adds_addresses,
    below_furniture,
    broken_before,
    goes_on,
    is_one_more,
    left_alone,
    left_out,
    of_addresses,
    of_pages,
    said_otherwise,
)
from .dehyphenation import FURNITURE
from .descriptions import OWN_SITE, announced_below, announcing_colon, lists_sites, without_remark
from .entryremarks import entry_doubt
from .enumerations import NOT, REACH, goes_back, is_joined, leads_line, with_nor
from .exemptions import Exemption, excepted_in_remark, is_below, is_of
from .findings import Findings
from .frameobjects import reaches_site
from .frames import Frame
from .listheads import heads_line, heads_others, hosted_by, is_bound_next
from .nounphrases import acts_between, is_object, leads_inside
from .objections import PARTY, PLAIN, objection
from .predicates import says_of
from .restrictions import limits
from .rowneighbours import BESIDE, hosts_of_several, stands_beside
from .selections import takes_some
from .sitewords import NOUNS, last_match, only_links
from .titles import without_title

_REMARK = 120


class ClauseReader:
    """Decides about the names of one clause after the other."""

    def __init__(self, text: Text, parties: frozenset[str], scope: TargetKind, path: str) -> None:
        """Take the text, the first words of the parties' names, and what a plain name means."""
        self.findings: Findings = Findings()
        self._text = text
        self.tables = Tables(text)
        self._parties = parties
        self._scope = scope
        self._path = path
        self._labels: set[str] = set()
        self._hosts: set[str] = set()
        self._begin(0, "", in_list=False)

    def _begin(self, start: int, intro: str, *, in_list: bool) -> None:
        self._from = start
        self._seen = 0
        self._last: Candidate | None = None
        self._last_target: Candidate | None = None
        self._page_name: Candidate | None = None
        self._has_www = False
        self._owned: set[str] = set()
        self._in_list = in_list
        self._exempt = Exemption()
        self._pages = self._part = False
        self._frame, self._nor, self._stop = Frame(), False, 0
        self._addresses = of_addresses(intro)

    def read(
        self, clause: Clause, names: Sequence[Candidate], intro: str = "", *, part: bool = False
    ) -> int:
        """Read the names of a clause that blocks, or of an annex; return how many were targets.

        ``intro`` is what the clauses say of an annex, ``part`` whether of parts of its sites.
        """
        known = len(self.findings.targets)
        start = clause.object_start if not clause.annex else clause.start
        self._begin(clause.start if start is None else start, intro, in_list=clause.annex)
        self._frame = clause.frame
        self._nor = NOT.match(clause.text, max(0, clause.frame.at)) is not None
        self._stop = sentence_end(self._text, clause)
        self._part = part or (clause.frame.part and not clause.annex)
        hosting = hosts_of_several(self._text, names)
        for name in names:
            if name.trait == "e-mail":
                self.mention(name, "an e-mail address")
            elif excepted_in_remark(self._before(name)) and is_below(name.host, self._hosts):
                self._except(name)
            elif reason := self._reason(name, hosting):
                if left_out(self._text.plain[name.end : name.end + _REMARK]) and self._last:
                    self._last = name if self._joined(self._last, name) else self._last
                self.doubt(name, reason)
            elif self._is_page_name(name):
                self._page_name = name
                self.doubt(name, "perhaps printed on each page")
            elif not self.tables.at(name) and stands_beside(self._text, self._last, name):
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

    def _reason(self, name: Candidate, hosting: Collection[str]) -> str:
        """Return why a name is no target by what stands around it alone, or ``""``."""
        column = self.tables.at(name)
        if FURNITURE.match(self._text.plain, self._text.line_start(name.start)):
            return "printed on each page"
        if name.start < self._from:
            if OWN_SITE.search(self._text.plain[max(0, name.start - REACH) : name.start]):
                self._owned.add(name.host)
            return "before the words that order the blocking"
        if column and column.objection:
            return column.objection
        if left_out(self._text.plain[name.end : name.end + _REMARK]):
            return "the remark after it excludes it"
        if reason := said_otherwise(self._before(name)):
            return reason
        own = "the site of whom the order binds" if name.host in self._owned else ""
        return own or (BESIDE if name.host in hosting and not column else "")

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
        begin = max(self._from, self._last.end if self._last else 0, name.start - REACH)
        column = self.tables.at(name)
        end = column.table if column and column.holds_sites else name.start
        return without_title(self._text.plain[begin:end], name.host)

    def _is_cut(self, clause: Clause, name: Candidate) -> bool:
        """Whether the line before may hold the first half of a name; then it is refused."""
        last, half = self._last, broken_before(self._text, name)
        if last is None or not half or self.tables.at(name) or clause.end < name.end:
            return False
        gap = self._text.plain[last.end : name.start]
        if len(gap) > REACH or BLANK_LINE.search(gap) or not only_links(gap.replace(half, "", 1)):
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
        last, column = self._last, self.tables.at(name)
        if column and last is not None and last.start > column.table:
            return True
        if column and last is None and clause.annex:
            return not ASIDE.search(clause.text[: max(0, column.table - clause.start)])
        before = self._before(name)
        if column:
            if self._after_colon(clause, before, column.table):
                return True
            self._addresses |= of_addresses(SENTENCE_END.split(before)[-1])
            return table_announced(self._text, clause, column, last)
        if last is not None and self._resumes(last, name):
            self._exempt = Exemption()
            return True
        if last is not None and self._joined(last, name):
            return True
        if last is None and clause.annex:
            return leads_line(self._text, name) and not ASIDE.search(
                clause.text[: name.start - clause.start]
            )
        excepts = self._exempt.begins(before, heads=leads_line(self._text, name))
        if excepts is not None:
            return excepts
        if self._after_colon(clause, before, name.start) or self._after_noun(clause, before, name):
            self._exempt = Exemption()
            return True
        return False

    def _resumes(self, last: Candidate, name: Candidate) -> bool:
        """Whether it is the next of the sites among which an exception was a remark."""
        text, target, exempt = self._text, self._last_target, self._exempt
        if not exempt.active or target is None:
            return False
        if exempt.ends(text.plain[last.end : name.start], self._hosts, name.host):
            return True
        return goes_back(text, target, last, name, listed=exempt.in_list)

    def _joined(self, last: Candidate, name: Candidate) -> bool:
        """Whether nothing but a list stands between two names."""
        gap = without_title(self._text.plain[last.end : name.start], name.host)
        page = self._page_name
        if page and page.start > last.end:
            gap = gap[: page.start - last.end] + gap[page.end - last.end :]
        gap = with_nor(gap, self._text.plain, name.end) if self._nor else gap
        if not is_joined(self._text, last, name, without_remark(gap), in_list=self._in_list):
            return False
        told = not self._frame.passive and says_of(self._text.plain, name.end)
        told = told or (last.line == name.line and hosted_by(gap))
        if told or leads_inside(gap) or is_bound_next(self._text.plain, name.end):
            return False
        listed = (adds_addresses(gap) and not left_alone(self._text.plain, name.end)) or (
            last.host in self._hosts and not self.tables.at(name) and is_one_more(gap)
        )
        self._addresses = self._addresses or listed
        return True

    def _after_colon(self, clause: Clause, before: str, end: int) -> bool:
        """Whether it opens the list that a colon announces, as in ``i seguenti siti:``."""
        colon = announcing_colon(before)
        if colon < 0:
            return False
        at = end - len(before) + colon
        # Names that were seen behind the colon stand in the table, or list, that it announces.
        near = self._text.plain[max(clause.start, self._seen - _REMARK) : self._seen]
        listed = self._seen <= at and (self._last or ":" in near)
        begin = self._seen if listed else clause.start
        intro = REMARK.sub(" ", self._text.plain[max(begin, at - REACH) : at])
        intro = SENTENCE_END.split(intro)[-1]
        if self._last and not goes_on(intro):
            return False
        before_it = self._text.plain[max(clause.start, at - REACH) : at]
        if heads_others(before_it, intro, goes_on=self._last is not None, bare=clause.relative):
            return False
        other = at > self._stop and of_another_list(intro)
        intro = announced_below(intro)
        if other or takes_some(intro) or not lists_sites(intro, bare=clause.relative):
            return False
        if ASIDE.search(intro[-200:]) or not blocked(self._text, clause, at):
            return False
        self._in_list, self._addresses = True, of_addresses(intro + before[colon:])
        return True

    def _after_noun(self, clause: Clause, before: str, name: Candidate) -> bool:
        """Whether it is the object in a sentence, as in ``l'accesso ai siti``."""
        anchor = last_match(ANCHOR, before)
        whole = self._frame.passive and self._last is None
        if not (anchor or whole) or not blocked(self._text, clause, name.start):
            return False
        away = (self._last or name.start > self._stop) and (
            not goes_on(before, ANCHOR) or ASIDE.search(before)
        )
        if away or (anchor and heads_line(before, anchor)):
            return False
        if clause.annex and LIFTS.search(before):
            return False  # *Cessazione dell'inibizione* heads the rest of the list
        word, said = (anchor[0], before[anchor.end() :]) if anchor else ("", before)
        path = "/" in name.text.partition("://")[2].rstrip("/")
        page = path and (self._part or of_pages(before))
        if self._last and word and not (page or reaches_site(said, word)):
            return False
        acts = self._last is None and anchor and acts_between(before[: anchor.start()])
        if not whole and (acts or says_of(self._text.plain, name.end)):
            return False
        if is_object(said, self._text.plain[name.start : name.start + REACH], word, page=page):
            self._in_list, self._addresses = False, of_addresses(before)
            return True
        return False

    def _take(self, name: Candidate) -> None:
        """Make a target or an exception of a name that stands as the object, unless it may not."""
        before = self._before(name)
        joined = self._last is not None and self._joined(self._last, name)
        on = self._pages and joined and NOUNS.isdisjoint(before.lower().split())
        self._part = self._part and not (self._last and SITE_AGAIN.search(before))
        below = is_of(name.host, self._hosts)
        self._pages = on or self._part or (of_pages(before) and not below)
        gap = self._text.plain[self._last.end if self._last else name.start : name.start]
        known = joined and self._last is self._last_target and name.text.islower()
        before_it, self._last = self._last, name
        self._has_www |= name.text.lower().startswith("www.")
        if self._exempt.active:
            self._exempt.add(name.host, gap)
        else:
            self._last_target = name
        in_list = self._in_list or known or bool(self.tables.at(name))
        reason = (
            objection(self._text, name, self._parties, in_list=in_list)
            or limits(self._text.plain, name.end)
            or entry_doubt(self._text, self.tables, name, in_list=in_list)
        )
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
            self._last = before_it or name
            return
        self.findings.warn_of_tld(name)
        if self._exempt.active:
            self.findings.exceptions.append(target)
        else:
            self.findings.targets.append(target)
            self._hosts.add(name.host)
            self._labels.update(name.host.split(".")[-2:-1])

    def _except(self, name: Candidate) -> None:
        """Take an exception that stands in a remark; the list goes on behind that."""
        target = self.findings.target(name, self._scope, self._path)
        if target is not None:
            self.findings.exceptions.append(target)

    def objection(self, name: Candidate) -> str:
        """Return what speaks against a name wherever it stands, or ``""``."""
        return objection(self._text, name, self._parties, in_list=self._in_list)

    def finish(self) -> Findings:
        """Return what was found; an exception that no target covers would be no exception."""
        self.findings.keep_covered()
        return self.findings
