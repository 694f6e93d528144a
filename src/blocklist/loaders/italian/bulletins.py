"""BULLETINS: a press release by which an authority tells which sites it has had blocked.

There is no operative part: a name is a target where the release lists the sites, at the head of
an item, in parentheses as *(sito internet …)*, joined to a target, or as the object of
*oscuramento*. Any other name is a mention, and so are the sites of authorities and platforms, on
which a release is read and of which it warns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ...documents import Document
from ...errors import OrderSyntaxError, shorten
from ...model.authorities import Authority
from ...model.orders import Order
from ...model.targets import TargetKind
from . import numbers
from .annexes import Tables
from .announcements import (
    COUNT,
    announces,
    ended_later,
    says_blocked,
    says_cue,
    tells_more,
    tells_of_another,
    tells_of_order,
)
from .bulletinheads import issued_on
from .candidates import Candidate, Text, find_candidates, words
from .clauses import MARKER
from .cues import (
    AUTHORITIES,
    BLANK_LINE,
    PLACE,
    REMARK,
    is_earlier,
    left_out,
)
from .deferredpattern import deferred
from .descriptions import LEADS_AWAY, of_others_listed
from .findings import Findings
from .nounphrases import is_object
from .predicates import says_of
from .rowneighbours import BESIDE, stands_beside
from .sitewords import LINKS, NOUNS, WORD

PLATFORMS = (
    ".facebook.com", ".instagram.com", ".linkedin.com", ".t.me", ".telegram.org", ".threads.net",
    ".tiktok.com", ".twitter.com", ".whatsapp.com", ".x.com", ".youtu.be", ".youtube.com",
)  # fmt: skip
"""Platforms that releases mention as where something was seen; never what is blocked."""
BYSTANDERS = (
    *AUTHORITIES, *PLATFORMS,
    ".governo.it",
)  # fmt: skip
"""Whose sites are never targets."""

_LINKS = LINKS | words(
    "pagina pagine relativa relative relativi connessa connesse collegata collegate collegato area "
    "client clienti account ulteriore ulteriori home"
)
_OBJECT = deferred(r"\b(?:oscur\w+|inib\w+|blocc\w+|access[oi])\b", re.IGNORECASE)
_NOT_OBJECT = deferred(
    r"\b(?:su|sul|sulla|sui|nel|nella|nei|dal|dalla|presso|tramite|mediante|cui|che|quale|quali"
    r"|consultabil\w+|disponibil\w+|reperibil\w+|presente|sezione|scrivendo|visitando)\b",
    re.IGNORECASE,
)
_LISTS = deferred(r"\b(?:si\s+tratta\s+di|di\s+seguito|elenco)\b", re.IGNORECASE)
_STOP = deferred(r"[\w)»”\"]{2}\.\s|\n[ \t]*\n|;")
_QUOTED = deferred(r"[\"«“][^\"»”\n]{0,120}[\"»”]")
# Whose site it is, in a sentence on somebody else: *la vera Alfa S.p.A. (sito internet …)*.
_TOLD_OF = deferred(
    r"\b(?:ver[aoie]|autorizzat[aoie]|intermediari[oa]?|ricorrent[ei]|estrane[aoie]|vittim[ae]|segnalant[ei]|legittim[aoie])\b",
    re.IGNORECASE,
)
_REACH = 300
_REMARK = 120
# A firm's name: each word in capitals or with a capital first.
_FIRM = deferred(r"(?:[A-Z0-9&][\w.&'-]{0,30}\s+|(?:e|di|and|of)\s+){0,6}")


def load_bulletin(
    document: Document,
    scope: TargetKind,
    *,
    key: str,
    opening: re.Pattern[str],
    legal_basis: str = "",
    dashes: bool = False,
) -> Order:
    """Read a release.

    Args:
        document: the release.
        scope: what a plain name means.
        key: of the authority; also the name of the format.
        opening: the words by which it says that sites are blocked.
        legal_basis: under which the authority acts.
        dashes: read typographic dashes in names as hyphens.

    Raises:
        OrderSyntaxError: the words are not there, or no name can be read as blocked.
    """
    text = Text(document.lines, dashes=dashes)
    begins = next((b for b in opening.finditer(text.plain) if says_blocked(_around(text, b))), None)
    if begins is None:
        raise OrderSyntaxError(
            "the release does not say that sites are blocked; write what is ordered as an order "
            "file (blocklist template)",
            path=document.path,
        )
    reader = _BulletinReader(text, begins.start(), scope, document.path)
    found = reader.findings
    if not found.targets and not found.rejected:
        raise OrderSyntaxError(
            f"the release lists no site that can be read with certainty, and {len(found.mentions)} "
            "names are only mentioned; write what it orders as an order file (blocklist template)",
            path=document.path,
            line=text.line_at(begins.start()),
        )
    issued = issued_on(text.plain)
    warnings = [*found.warnings, *reader.count_warnings()]
    if issued is None:
        warnings.append("no date of the release was found")
    stated: dict[str, Any] = {"issued": issued, "legal_basis": legal_basis}
    identity = [issued.isoformat()] if issued else []
    return Order(
        **stated,
        id=":".join(["it", key, "oscuramento", *identity, document.sha256[:8]]),
        authority=Authority.named(key),
        jurisdiction="IT",
        instrument="notice",
        title=shorten(" ".join(_line(text, begins.start()).split()), 200),
        targets=tuple(found.targets),
        rejected=tuple(found.rejected),
        mentions=tuple(dict.fromkeys(found.mentions)),
        warnings=tuple(dict.fromkeys(warnings)),
        source=document.source(key, text.line_at(begins.start())),
    )


def _around(text: Text, found: re.Match[str]) -> str:
    """Return the sentence that holds a match."""
    before = text.plain[max(0, found.start() - _REACH) : found.start()]
    after = text.plain[found.end() : found.end() + _REACH]
    stop = _STOP.search(after)
    after = after[: stop.end()] if stop else after
    return _STOP.split(before)[-1] + found[0] + after.partition(":")[0]


def _line(text: Text, position: int) -> str:
    return text.plain[text.line_start(position) : text.line_end(position)]


class _BulletinReader:
    """Decides about the names of a release, in sequence."""

    def __init__(self, text: Text, begins: int, scope: TargetKind, path: str) -> None:
        self.findings = Findings()
        self._text = text
        self._tables = Tables(text)
        before = text.plain[max(0, begins - _REACH) : begins]
        self._begins = begins - len(_STOP.split(before)[-1])
        self._last: Candidate | None = None
        self._items: set[int] = set()
        for name in find_candidates(text):
            self._read(name, scope, path)

    def _read(self, name: Candidate, scope: TargetKind, path: str) -> None:
        found = self.findings
        stands = name.start >= self._begins and self._stands(name)
        if name.trait == "e-mail":
            found.mention(name, "an e-mail address")
        elif f".{name.host}".endswith(BYSTANDERS):
            keep = found.doubt if stands else found.mention
            keep(name, "the site of an authority or a platform")
        elif (column := self._tables.at(name)) and column.objection:
            found.doubt(name, column.objection)
        elif left_out(self._text.plain[name.end : name.end + _REMARK]):
            found.doubt(name, "the remark after it excludes it")
        elif name.trait in ("company", "glued"):
            found.mention(name, "part of a company's name, or two sentences without a space")
        elif not self._tables.at(name) and stands_beside(self._text, self._last, name):
            self._last = name
            found.doubt(name, BESIDE)
        elif not stands:
            before = name.start < self._begins
            why = "before the words that say what is blocked" if before else "not in the list"
            found.doubt(name, why)
        else:
            self._last = name
            self._items.add(self._item(name))
            target = found.target(name, scope, path)
            if target is not None:
                found.targets.append(target)
                found.warn_of_tld(name)
            if target is not None and target.kind is TargetKind.URL:
                found.warnings.append(
                    f"line {name.line}: {name.text!r} is a page; its site is not blocked"
                )

    def _item(self, name: Candidate) -> int:
        """Return the line where the item that holds a name begins."""
        plain, at = self._text.plain, self._text.line_start(name.start)
        for _ in range(4):
            if at == 0 or MARKER.match(plain, at) or plain[at : at + 200].lstrip()[:1] in '"«“':
                break
            at = self._text.line_start(at - 1)
        return at

    def _stands(self, name: Candidate) -> bool:
        """Whether it stands where the release names what is blocked."""
        plain, column = self._text.plain, self._tables.at(name)
        if column and self._last is not None and self._last.start > column.table:
            return True
        if column:
            begin = self._last.end if self._last else self._begins
            at = column.table
            return self._announced(plain[max(begin, at - _REACH) : at], at)
        begin = max(self._begins, name.start - _REACH)
        if self._last is not None and self._last.end > begin:
            begin = self._last.end
            if self._joined(plain[begin : name.start]):
                return True
        before = plain[begin : name.start]
        opening = before.rfind("(")
        if opening > before.rfind(")"):
            remark = before[opening + 1 :]
            item = plain[max(begin, self._text.line_start(name.start)) : begin + opening]
            if tells_of_another(_QUOTED.sub("", item)):
                return False
            if not _said(remark):
                return self._is_item(begin + opening)
            return (
                bool(NOUNS.intersection(_said(remark)))
                and _only_links(remark)
                and not (_TOLD_OF.search(item) or says_of(plain, name.end))
            )
        lead = plain[max(begin, self._text.line_start(name.start)) : name.start]
        if _only_links(_QUOTED.sub("", lead)):
            at = name.start if ":" in lead else name.start - len(lead)
            listed = self._announced(before[: len(before) - name.start + at], at)
            # A line of a sentence may also begin with a name.
            if listed or lead or ":" in _STOP.split(before)[-1]:
                return listed
        after = _STOP.split(plain[name.end : name.end + _REACH])[0]
        return self._is_object(before) and not (says_of(plain, name.end) or ended_later(after))

    def _is_item(self, at: int) -> bool:
        """Whether an item of the list is a firm and its site: *- Alfa Ltd (https://a.example)*."""
        start = self._text.line_start(at)
        marker = MARKER.match(self._text.plain, start, at)
        if marker is None or not _FIRM.fullmatch(
            _QUOTED.sub("", self._text.plain[marker.end() : at]).lstrip()
        ):
            return False
        if self._last is not None:
            above = self._text.plain[self._last.end : start]
            return not _said(above) and "\n\n" not in above
        return self._announced(self._text.plain[max(self._begins, start - _REACH) : start], start)

    def _joined(self, gap: str) -> bool:
        """Whether no more than a list stands between a target and this name."""
        gap = self._text.without_furniture(gap)
        lead = gap.rpartition("\n")[2]
        if BLANK_LINE.search(gap) and _said(lead) and not MARKER.match(lead):
            return False  # *Il sito a.example …* begins a paragraph
        items = re.split(r"[;\n]", gap)
        stops = re.search(r"\.\s", gap) and not MARKER.match(items[-1])
        return not stops and _only_links(_QUOTED.sub("", REMARK.sub("", gap)))

    def _announced(self, before: str, end: int) -> bool:
        """Whether a colon above the list, in the words before ``end``, announces sites."""
        colon = before.rfind(":")
        if colon < 0:
            return False
        after = _QUOTED.sub("", before[colon + 1 :])
        intro = _STOP.split(before[:colon])[-1]
        above = _STOP.split(before[:colon])[-2:-1]
        if above and tells_more(intro, above[0], self._text.plain[end - len(before) + colon + 1 :]):
            intro, above = above[0], []
        lifted = bool(above) and not says_cue(intro) and ended_later(above[0])
        if lifted or is_earlier(intro) or of_others_listed(intro):
            return False
        listed = NOUNS.intersection(_said(intro)) or _LISTS.search(intro)
        return _only_links(after) and bool(listed) and announces(intro)

    def _is_object(self, before: str) -> bool:
        """Whether it is the object in a sentence, as in ``l'oscuramento del sito``."""
        sentence = _STOP.split(before)[-1]
        objects = list(_OBJECT.finditer(sentence))
        told = tells_of_order(sentence) and not is_earlier(sentence)
        if not (objects and told and says_blocked(sentence)):
            return False
        between = _QUOTED.sub("", sentence[objects[-1].end() :])
        said = _said(between)
        away = _NOT_OBJECT.search(between) or LEADS_AWAY.search(between)
        if away or PLACE.intersection(said) or NOUNS.isdisjoint(said):
            return False
        return is_object(between, "", objects[-1][0])

    def count_warnings(self) -> list[str]:
        """Return what to say of numbers that the release states and that were not read."""
        read = len(self.findings.targets)
        warnings = []
        for found in COUNT.finditer(self._text.plain):
            stated = numbers.cardinal(found[1])
            if stated is None or stated in (read, len(self._items)):
                continue
            line = self._text.line_at(found.start())
            said = " ".join(found[0].split())
            warnings.append(f"line {line}: the release says {said!r}, and {read} were read")
        return warnings


def _said(text: str) -> Sequence[str]:
    return [word.lower() for word in WORD.findall(text)]


def _only_links(text: str) -> bool:
    """Whether no word stands there that would end an enumeration."""
    return all(len(word) == 1 or word in _LINKS for word in _said(text))
