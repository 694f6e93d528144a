"""OPERATIVE: which names of a clause that blocks are to be blocked.

A name is a target only where the object of the words that block stands: after *ai siti*, *i nomi a
dominio*, in the list after a colon, or joined to a target by no more than a comma or *e*. Any other
name in such a clause is a doubt: a mention, and a warning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ...targets import Mention, Rejected, Target, TargetError, TargetKind, parse_target
from .candidates import Candidate, Text
from .clauses import (
    ANCHOR,
    ASIDE,
    BLOCKS,
    FURNITURE,
    LINKS,
    MARKER,
    NOUNS,
    WORD,
    Clause,
    last_match,
    only_links,
)
from .context import (
    AUTHORITIES,
    BLANK_LINE,
    EXCEPT,
    NEGATION,
    NO_WORDS,
    OPENS,
    PLACE,
    RELATIVE,
    REMARK,
    RESOLVER,
    SENTENCE_END,
    below_furniture,
    is_below,
    of_addresses,
    said_otherwise,
)
from .facts import every_suffix

_COMPANY = "part of a company's name"
_GLUED = "perhaps two sentences without a blank between them"
_AUTHORITY = "an authority's own site"
_PARTY = "named like a party: its own site"
_DNS_SERVICE = "the address of a DNS service"
_PLAIN_OBJECTIONS = (_COMPANY, _GLUED, _AUTHORITY, _PARTY, _DNS_SERVICE)
_REACH = 400


@dataclass(slots=True)
class Findings:
    """What the names of a document came to."""

    targets: list[Target] = field(default_factory=list)
    exceptions: list[Target] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class ClauseReader:
    """Decides about the names of one clause after the other."""

    def __init__(self, text: Text, parties: frozenset[str], scope: TargetKind, path: str) -> None:
        """Take the text, the first words of the parties' names, and what a plain name means."""
        self.findings = Findings()
        self._text = text
        self._parties = parties
        self._scope = scope
        self._path = path
        self._labels: set[str] = set()
        self._begin(0, "", in_list=False)

    def _begin(self, start: int, intro: str, *, in_list: bool) -> None:
        self._from = start
        self._last: Candidate | None = None
        self._last_target: Candidate | None = None
        self._page_name: Candidate | None = None
        self._has_www = False
        self._in_list = in_list
        self._excepting = self._excepting_list = False
        self._addresses = of_addresses(intro)

    def read(self, clause: Clause, names: Sequence[Candidate], intro: str = "") -> int:
        """Read the names of a clause that blocks, or of an annex; return how many were targets.

        ``intro`` is what the clauses say of an annex.
        """
        known = len(self.findings.targets)
        start = clause.object_start if not clause.annex else clause.start
        self._begin(clause.start if start is None else start, intro, in_list=clause.annex)
        for name in names:
            if name.trait == "e-mail":
                self.mention(name, "an e-mail address")
            elif name.start < self._from:
                self.doubt(name, "before the words that order the blocking")
            elif reason := said_otherwise(self._before(name)):
                self.doubt(name, reason)
            elif self._is_page_name(name):
                self._page_name = name
                self.doubt(name, "perhaps printed on each page")
            elif self._stands_as_object(clause, name):
                self._take(name)
            else:
                self.doubt(name, "not where the object of the blocking stands")
        if not clause.annex:
            self._read_every_suffix(clause)
        return len(self.findings.targets) - known

    def mention(self, name: Candidate, reason: str) -> None:
        """Keep a name that is no target."""
        if name.host or name.trait == "e-mail":
            self.findings.mentions.append(Mention(name.text, name.line, reason))

    def doubt(self, name: Candidate, reason: str) -> None:
        """Keep a name that is no target where a person might have read one.

        No warning for what nobody would block, unless it stands where a target does.
        """
        own = self._objection(name)
        if name is not self._last and (own in _PLAIN_OBJECTIONS or not name.host):
            self.mention(name, own or reason)
            return
        self.mention(name, reason)
        self.findings.warnings.append(
            f"line {name.line}: {name.text!r} is not blocked: {reason}; look at it"
        )

    def _before(self, name: Candidate) -> str:
        """Return what stands between the last name that was taken, or the verb, and this one."""
        begin = max(self._from, self._last.end if self._last else 0, name.start - _REACH)
        return self._text.plain[begin : name.start]

    def _is_page_name(self, name: Candidate) -> bool:
        """Whether it stands below what is printed on a page and differs from the list's names."""
        if self._last is None or self._has_www or not name.text.lower().startswith("www."):
            return False
        return below_furniture(self._text, self._last, name)

    def _stands_as_object(self, clause: Clause, name: Candidate) -> bool:
        last = self._last
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
        if self._after_colon(clause, before, name) or self._after_noun(clause, before, name):
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
        if not NO_WORDS.fullmatch(gap):
            gap = REMARK.sub("", FURNITURE.sub("", gap))
        elif "\n" not in gap:
            return True
        led, same = self._marker(last), self._marker(last) == self._marker(name)
        if last.line != name.line:
            if led and not same and not re.search(r"^\s*,|\bed?\b|\bnonché\b", gap):
                return False
            stops = re.search(r"\.(?:\s|$)", gap) or re.search(r"\n[ \t]*\n[ \t]*\n", gap)
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
        columns = re.match(r"\s{2,}|\t|\s?[|;]", remark)
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

    def _after_colon(self, clause: Clause, before: str, name: Candidate) -> bool:
        """Whether it opens the list that a colon announces, as in ``i seguenti siti:``."""
        colon = before.rfind(":")
        if colon < 0 or not only_links(REMARK.sub("", before[colon + 1 :])):
            return False
        at = name.start - len(before) + colon
        intro = self._text.plain[max(clause.start, at - _REACH) : at]
        intro = SENTENCE_END.split(intro)[-1]
        nouns = NOUNS.intersection(word.lower() for word in WORD.findall(intro))
        if not nouns or ASIDE.search(intro[-200:]) or not self._blocked(clause, at):
            return False
        self._in_list, self._addresses = True, of_addresses(intro)
        return True

    def _blocked(self, clause: Clause, end: int) -> bool:
        """Whether the last word before ``end`` that blocks or opens is one that blocks."""
        said = self._text.plain[max(clause.start, end - 2 * _REACH) : end]
        blocks, opens = last_match(BLOCKS, said), last_match(OPENS, said)
        if blocks is None or (opens and opens.start() > blocks.start()):
            return False
        return not NEGATION.search(said[: blocks.start()][-_REACH:])

    def _after_noun(self, clause: Clause, before: str, name: Candidate) -> bool:
        """Whether it is the object in a sentence, as in ``l'accesso ai siti``."""
        anchor = last_match(ANCHOR, before)
        if anchor is None or (self._last and ASIDE.search(before)):
            return False
        if not self._blocked(clause, name.start):
            return False
        between = REMARK.sub(" ", before[anchor.end() :])
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
        self._last = name
        self._has_www |= name.text.lower().startswith("www.")
        if not self._excepting:
            self._last_target = name
        reason = self._objection(name)
        if reason:
            self.doubt(name, reason)
            return
        written = name.host if name.host.endswith(".{suffix}") else name.text
        try:
            target = parse_target(written, line=name.line, kind=self._scope)
        except TargetError as error:
            self.findings.rejected.append(
                Rejected(name.line, name.text, str(error), error.code, self._path)
            )
            return
        if target.kind is TargetKind.ADDRESS and not self._addresses:
            self.doubt(name, "an address, where the order speaks of names or of a DNS service")
            return
        if name.trait == "unknown-tld":
            self.findings.warnings.append(f"line {name.line}: {name.text!r} has an unknown TLD")
        if self._excepting:
            self.findings.exceptions.append(target)
        else:
            self.findings.targets.append(target)
            self._labels.update(name.host.split(".")[-2:-1])

    def _objection(self, name: Candidate) -> str:
        if name.trait == "company":
            return _COMPANY
        if name.trait == "glued":
            return _GLUED
        said = self._text.plain[max(0, name.start - 80) : name.start]
        if (name.host[-1:].isdecimal() or ":" in name.host) and RESOLVER.search(said):
            return _DNS_SERVICE
        if name.trait == "unknown-tld" and not self._in_list:
            return "unknown TLD"
        if f".{name.host}".endswith(AUTHORITIES):
            return _AUTHORITY
        if self._parties.intersection(name.host.replace("-", "").split(".")[:-1]):
            return _PARTY
        return ""

    def _read_every_suffix(self, clause: Clause) -> None:
        """Read "any extension of the same second-level name": only the name that it says."""
        labels = every_suffix(clause.text)
        if labels is None:
            return
        stated = False
        for at, label, quoted in labels:
            name = label.lower()
            if (quoted or name in self._labels) and name not in self._parties:
                line = self._text.line_at(clause.start + at)
                target = parse_target(f"{name}.{{suffix}}", line=line)
                self.findings.targets.append(replace(target, raw=label))
                stated = True
        if not stated:
            self.findings.warnings.append(
                f"line {self._text.line_at(clause.start)}: the order speaks of every extension of "
                "a name and does not say the name itself; add it as name.{suffix} if that is meant"
            )

    def finish(self) -> Findings:
        """Return what was found; an exception that no target covers would be no exception."""
        kept: list[Target] = []
        values = {target.value for target in self.findings.targets}
        every = {t.value for t in self.findings.targets if t.kind is TargetKind.EVERY_SUFFIX}
        for target in self.findings.exceptions:
            if is_below(target, values, every):
                kept.append(target)
                continue
            reason = "named as an exception, but below no target"
            self.findings.mentions.append(Mention(target.raw, target.line, reason))
            self.findings.warnings.append(
                f"line {target.line}: {target.raw!r} is {reason}; look at it"
            )
        self.findings.exceptions = kept
        return self.findings
