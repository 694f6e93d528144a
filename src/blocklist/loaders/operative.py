"""OPERATIVE: which names in the operative part of an Italian court order are to be blocked.

The part is cut into clauses, each with its verb. A clause blocks if its verb orders (*ordina,
dispone, inibisce*) and its words say block (*disabilitare l'accesso, oscuramento*). Within it a
name is a target only where the object of those words stands: after *ai siti*, *i nomi a dominio*,
in the list after a colon, or joined to a target by no more than a comma or *e*. Any other name in
a clause that blocks is a doubt: a mention, and a warning.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..targets import Mention, Rejected, Target, TargetError, TargetKind, parse_target
from .prosenames import ProseName, Text

_MARKER = re.compile(r"[ \t]*(?:([-–—•*·▪])[ \t]|\(?(?:(\d{1,3})|([a-z]|[ivx]{1,5}))[.)°\]]{1,2}[ \t])")
_ORDERS = (
    "ordina|ordinando|dispone|disponendo|inibisce|inibendo|vieta|ingiunge|intima|impone|prescrive"
    "|sequestra|decreta"
)
_OTHERS = (
    "accerta|accoglie|annulla|assegna|autorizza|avverte|compensa|condanna|conferma|convalida|delega"
    "|determina|dichiara|fissa|invita|liquida|manda|pone|respinge|revoca|rigetta|rimette|riserva"
    "|sospende|stabilisce"
)
# Nouns are spelled like some of the second kind (a conferma, la condanna), so those count only
# where a sentence or an item begins.
_VERB = re.compile(
    rf"\b(?P<orders>{_ORDERS})\b"
    rf"|(?:^|[.;:,]|\be|\bed|\baltresì)\s{{1,40}}(?:\W{{0,3}}|(?:\w{{1,3}}[).]\s{{1,4}}))"
    rf"(?P<other>{_OTHERS})\b",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_MAIN = {"che", "cui", "quale", "quali", "non", "si"}
_STRONG = (
    r"inib\w+|disabilit\w+|blocc\w+|oscur\w+|sequestr\w+|risoluzione|preclu\w+|filtr\w+"
)
_WEAK = r"imped\w+|cessare|cessazione|cessino|interromp\w+|interruzione|sospen\w+|non\s+consent\w+"
_ACCESS = r"access[oi]|accedere|accedano|raggiung\w+|risoluzione|risolvere|fruizione|visualizz\w+"
_BLOCKS = re.compile(
    rf"\b(?:{_STRONG})|\b(?:{_WEAK})(?=[^;]{{0,600}}?\b(?:{_ACCESS}|DNS|hosting|fornitura|prestazione"
    r"|erogazione|trasmission\w+|conness\w+))",
    re.IGNORECASE,
)
_ANCHOR = re.compile(rf"\b(?:{_STRONG}|{_WEAK}|{_ACCESS})\b", re.IGNORECASE)
_LIFTS = re.compile(
    r"(?<!fino a )(?<!sino a )(?<!salvo )\brevoc|dissequestr|\bripristin|\bsblocc|\briattiv|\briabilit"
    r"|\brimo(?:zione|ss\w+|v\w+|zione)\s[^.;:]{0,20}\b(?:blocc|inibi|oscura|sequestr)"
    r"|\b(?:cess\w+|interr\w+|sospen\w+)\s[^.;:]{0,20}\b(?:blocc|inibi|oscura|sequestr|efficacia|esecu)",
    re.IGNORECASE,
)
# Where a name is said for another reason than to be blocked.
_ASIDE = re.compile(
    r"(?<!dalla )\bpubblica(?:zione|re)\b|\bpubblichi|quotidian|testata|giornal[ei]\b|\bavviso"
    r"|\bpagina\b|\breindirizz\w+[^.;:]{0,60}(?:verso|alla\s|all'|al\s|su\s)|\blanding\b|\bPEC\b"
    r"|\be-?mail\b|posta\s+elettronica|consultabil|reperibil|scaricabil|disponibil|\bspese\b"
    r"|compensi|con\s+sede|domicili|\btitolar[ei]|\bgestor[ei]\b|\bgestrice|\brigett|\brespin"
    r"|ufficial|istituzional|\bcomunicat[oa]\b|\bcomunicare\b|\bnotificare\b|\btrasmettere\b"
    r"|\binviare\b|\bsegnal\w+|\bstudio\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\b(?:ad\s+|con\s+|fatta\s+)?(?:eccezione|esclusione)\b|\besclus[oiae]\b|\bfatt[oi]\s+salv[oi]"
    r"|\bsalvo\b|\beccetto\b|\btranne\b|\beccettuat[oiae]\b",
    re.IGNORECASE,
)
_NOUNS = frozenset(
    "sito siti dominio domini portale portali piattaforma piattaforme indirizzo indirizzi url ip "
    "fqdn sottodominio sottodomini prefisso prefissi".split()
)
_LINKS = _NOUNS | frozenset(
    "a ad ai al agli alla alle all o od ed e il i gli la le lo l d di del dei degli della delle dell "
    "nome nomi internet web seguente seguenti alias mirror denominato denominati denominata "
    "raggiungibile raggiungibili corrispondente corrispondenti relativo relativi nonché nonche anche "
    "altresì oppure oltre http https www n nr num data note dns pag pagina".split()
)
_PLACE = frozenset("su sul sulla sui sulle sugli sull nel nella nei nelle dal dalla dai dalle presso".split())
_WORD = re.compile(r"[^\W\d_]+")
_PARENTHESES = re.compile(r"\([^()]{0,400}\)")
_SENTENCE_END = re.compile(r"[\w)»”\"]{2}\.\s+(?=[A-ZÀ-Ü])|;")
_ADDRESS_WORDS = re.compile(r"\bIP\b|\bprefiss|\bsubnet", re.IGNORECASE)
_RESOLVER = re.compile(r"\bserviz\w+[^.;:]{0,40}\bDNS|\bresolver|server\s+DNS|DNS\s+pubblic", re.IGNORECASE)
_PUBLISHES = re.compile(r"\W*(?:\w+\W+){0,9}?pubblica(?:zione|re|ta)\b", re.IGNORECASE)
_COSTS = re.compile(r"\bspese\b|\bcompensi\b", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:che|cui|quale|quali)\b", re.IGNORECASE)
_INFINITIVE = re.compile(rf"\W{{0,5}}(?:\w+(?:[aei]re|rre|rsi)|che|{_ORDERS}|{_OTHERS})\b", re.IGNORECASE)
_FURNITURE = re.compile(
    r"^[ \t]*(?:Firmato\s+Da:|pag(?:ina|\.)\s?\d|[-–]\s?\d{1,3}\s?[-–]\s*$|\d{1,3}[ \t]*$"
    r"|(?:RG\s+n|N\.?\s?R\.?\s?G)\b|[^\n]{0,40}n\.\s?cronol)[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_EVERY_SUFFIX = re.compile(
    r"\b(?:qualsiasi|qualunque|tutt[ei]|ogni|prescindere|indipendentemente)\b[^.;:]{0,60}"
    r"(?:\bTLD|estension[ei]|top[ -]level|primo\s+livello|suffiss[oi])",
    re.IGNORECASE,
)
_SECOND_LEVEL = re.compile(
    r"(?:secondo\s+livello|\bSLD)\s+(?:(?:denominato|costituito\s+da|identico)\s+)?"
    r"(?:[\"«“']\s?([\w-]{2,63})\s?[\"»”']|([\w-]{2,63})\b)",
    re.IGNORECASE,
)
# Parts of the state, whose own sites appear in every order.
_AUTHORITIES = ("agcom.it", "gov.it", "giustizia.it", "garanteprivacy.it", "gazzettaufficiale.it",
                "normattiva.it", "poliziadistato.it", "commissariatodips.it", "europa.eu")  # fmt: skip
_REACH = 400


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of the operative part with one verb.

    Attributes:
        start: in the text.
        end: after its last code point.
        orders: whether its verb, or that of the clause it belongs to, orders something.
        text: what it says.
        annex: whether it is a list behind the signature, or between the clauses.
    """

    start: int
    end: int
    orders: bool
    text: str
    annex: bool = False

    @property
    def object_start(self) -> int | None:
        """Where the words that block begin, or ``None`` if it is not an order to block."""
        if not self.orders or self.lifts or self.other_purpose:
            return None
        found = _BLOCKS.search(self.text)
        return self.start + found.start() if found else None

    @property
    def lifts(self) -> bool:
        """Whether it ends a block."""
        return _LIFTS.search(self.text) is not None

    @property
    def other_purpose(self) -> str:
        """Which of the things that every order says it is about: publication, costs, or ``""``."""
        if _PUBLISHES.match(self.text):
            return "publication"
        return "costs" if _COSTS.search(self.text) and not _BLOCKS.search(self.text) else ""


@dataclass(slots=True)
class Findings:
    """What the names of a document came to."""

    targets: list[Target] = field(default_factory=list)
    exceptions: list[Target] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def split_clauses(text: Text, names: Sequence[ProseName], start: int, end: int) -> list[Clause]:
    """Cut the operative part at its verbs and at the numbers and bullets that begin an item."""
    marks: dict[int, bool | None] = {start: None}
    position = start
    while position < end:
        line_end = min(text.line_end(position), end)
        marker = _MARKER.match(text.plain, position, line_end)
        if marker and _begins_item(text, names, marker, line_end):
            marks[position] = None
        position = line_end + 1
    for found in _VERB.finditer(text.plain, start, end):
        at = found.start("orders") if found["orders"] else found.start("other")
        before = text.plain[max(start, found.start() - 40) : found.start()].lower().split()[-2:]
        negated = before[-1:] == ["si"] and _NOT_MAIN.intersection(before[:-1])
        if not found["orders"] or not (negated or _NOT_MAIN.intersection(before[-1:]) - {"si"}):
            marks[at] = found["orders"] is not None
    clauses = []
    orders = leads = False
    starts = sorted(marks)
    for at, after in zip(starts, [*starts[1:], end], strict=True):
        said, verb = text.plain[at:after], marks[at]
        if verb is not None:
            orders = verb
            leads = said.rstrip().endswith(":") or len(said.strip()) < 60
        elif not leads:
            orders = False
        clauses.append(Clause(at, after, orders, said))
    return clauses


def _begins_item(text: Text, names: Sequence[ProseName], marker: re.Match[str], end: int) -> bool:
    """Whether a number or bullet begins an item of the order, rather than an entry of a list."""
    index = bisect_left(names, marker.end(), key=lambda name: name.start)
    if index < len(names) and names[index].start < end:
        if _only_links(text.plain[marker.end() : names[index].start]):
            return False
    if marker[1]:
        return _INFINITIVE.match(text.plain, marker.end(), end) is not None
    return marker.end() < end


def _only_links(text: str) -> bool:
    """Whether no word stands there that would end an enumeration."""
    words = _WORD.findall(_FURNITURE.sub("", text))
    return all(len(word) == 1 or word.lower() in _LINKS for word in words)


class ClauseReader:
    """Decides about the names of one clause after the other."""

    def __init__(
        self, text: Text, parties: frozenset[str], scope: TargetKind, path: str
    ) -> None:
        """Take the text, the first words of the parties' names, and what a plain name means."""
        self.findings = Findings()
        self._text = text
        self._parties = parties
        self._scope = scope
        self._path = path
        self._begin(0, "", in_list=False)

    def _begin(self, start: int, context: str, *, in_list: bool) -> None:
        self._from = start
        self._last: ProseName | None = None
        self._last_target: ProseName | None = None
        self._in_list = in_list
        self._excepting = self._excepting_list = False
        self._context = context

    def read(self, clause: Clause, names: Sequence[ProseName], context: str = "") -> int:
        """Read the names of a clause that blocks, or of an annex; return how many were targets."""
        known = len(self.findings.targets)
        start = clause.object_start if not clause.annex else clause.start
        self._begin(clause.start if start is None else start, context, in_list=clause.annex)
        for name in names:
            if name.trait == "e-mail":
                self.mention(name, "an e-mail address")
            elif name.start < self._from:
                self.mention(name, "before the words that order the blocking")
            elif self._stands_as_object(clause, name):
                self._take(name)
            elif name.host:
                self.doubt(name, "not where the object of the blocking stands")
        if not clause.annex:
            self._read_every_suffix(clause)
        return len(self.findings.targets) - known

    def mention(self, name: ProseName, reason: str) -> None:
        """Keep a name that is no target."""
        if name.host or name.trait == "e-mail":
            self.findings.mentions.append(Mention(name.text, name.line, reason))

    def doubt(self, name: ProseName, reason: str) -> None:
        """Keep a name that is no target where a person might have read one."""
        self.mention(name, reason)
        self.findings.warnings.append(
            f"line {name.line}: {name.text!r} is not blocked: {reason}; look at it"
        )

    def _stands_as_object(self, clause: Clause, name: ProseName) -> bool:
        last = self._last
        if last is not None and self._excepting and not self._excepting_list:
            gap = self._text.plain[last.end : name.start]
            if ";" in gap or (self._marker(name) and last.line != name.line):
                # The next item of the list that the exception was a remark in.
                last = self._last_target
                self._excepting = last is None
        if last is not None and self._joined(last, name):
            return True
        if last is None and clause.annex:
            return self._leads_line(name) and not _ASIDE.search(clause.text[: name.start - clause.start])
        begin = max(self._from, self._last.end if self._last else 0, name.start - _REACH)
        before = self._text.plain[begin : name.start]
        exception = None
        for exception in _EXCEPT.finditer(before):
            pass
        if exception and (self._last_target or "accesso" in before):
            if _only_links(before[exception.end() :].replace(" per ", " ")):
                self._excepting = True
                self._excepting_list = ":" in before[exception.end() :]
                return True
            return False
        if self._after_colon(clause, before, name) or self._after_noun(before):
            self._excepting = False
            return True
        return False

    def _joined(self, last: ProseName, name: ProseName) -> bool:
        """Whether nothing but a list stands between two names."""
        if name.start - last.end > _REACH:
            return False
        gap = self._text.plain[last.end : name.start]
        gap = _PARENTHESES.sub("", _FURNITURE.sub("", gap))
        led, same = self._marker(last), self._marker(last) == self._marker(name)
        if last.line != name.line:
            if led and not same and not re.search(r"^\s*,|\bed?\b|\bnonché\b", gap):
                return False
            stops = re.search(r"\.(?:\s|$)", gap) or re.search(r"\n[ \t]*\n[ \t]*\n", gap)
            if stops and not (led and same):
                return False
        elif re.search(r"\.\s", gap):
            return False
        if _only_links(gap):
            self._context += gap
            return True
        if not self._in_list or last.line == name.line:
            return False
        # A table, or an entry with a remark after the name, on the line of the last name alone.
        remark, _, rest = gap.partition("\n")
        columns = re.match(r"\s{2,}|\t|\s?[|;]", remark)
        aside = _ASIDE.search(remark)
        return bool((led and same) or columns) and not aside and _only_links(rest)

    def _marker(self, name: ProseName) -> str:
        """Say how the line of a name is numbered: ``-``, ``1``, ``a``; ``""`` if it is not."""
        found = _MARKER.match(self._text.plain, self._text.line_start(name.start), name.start)
        if found is None:
            return ""
        return found[1] or ("1" if found[2] else "a")

    def _leads_line(self, name: ProseName) -> bool:
        return _only_links(self._text.plain[self._text.line_start(name.start) : name.start])

    def _after_colon(self, clause: Clause, before: str, name: ProseName) -> bool:
        """Whether it opens the list that a colon announces, as in ``i seguenti siti:``."""
        colon = before.rfind(":")
        if colon < 0 or not _only_links(_PARENTHESES.sub("", before[colon + 1 :])):
            return False
        at = name.start - len(before) + colon
        intro = self._text.plain[max(clause.start, at - _REACH) : at]
        intro = _SENTENCE_END.split(intro)[-1]
        nouns = _NOUNS.intersection(word.lower() for word in _WORD.findall(intro))
        if not nouns or _ASIDE.search(intro[-200:]):
            return False
        self._in_list, self._context = True, intro
        return True

    def _after_noun(self, before: str) -> bool:
        """Whether it is the object in a sentence, as in ``l'accesso ai siti``."""
        anchor = None
        for anchor in _ANCHOR.finditer(before):
            pass
        if anchor is None or (self._last and _ASIDE.search(before)):
            return False
        between = _PARENTHESES.sub(" ", before[anchor.end() :])
        if any(p.search(between) for p in (_ASIDE, _RELATIVE, _SENTENCE_END)):
            return False
        words = [word.lower() for word in _WORD.findall(between)]
        link = len(words)
        while link and (len(words[link - 1]) == 1 or words[link - 1] in _LINKS):
            link -= 1
        if link and words[link - 1] in _PLACE:
            return False
        if link and not _NOUNS.intersection(words[link:]):
            return False
        self._in_list, self._context = False, before
        return True

    def _take(self, name: ProseName) -> None:
        """Make a target or an exception of a name that stands as the object, unless it may not."""
        self._last = name
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
        if target.kind is TargetKind.ADDRESS and (
            not _ADDRESS_WORDS.search(self._context) or _RESOLVER.search(self._context)
        ):
            self.doubt(name, "an address, where the order speaks of names or of a DNS service")
            return
        if name.trait == "unknown-tld":
            self.findings.warnings.append(f"line {name.line}: {name.text!r} has an unknown TLD")
        if self._excepting:
            self.findings.exceptions.append(target)
        else:
            self.findings.targets.append(target)

    def _objection(self, name: ProseName) -> str:
        if name.trait == "company":
            return "part of a company's name"
        if name.trait == "glued":
            return "perhaps two sentences without a blank between them"
        if name.trait == "unknown-tld" and not self._in_list:
            return "unknown TLD"
        if any(name.host == site or name.host.endswith("." + site) for site in _AUTHORITIES):
            return "an authority's own site"
        if self._parties.intersection(name.host.split(".")[:-1]):
            return "named like a party: its own site"
        return ""

    def _read_every_suffix(self, clause: Clause) -> None:
        """Read "any extension of the same second-level name": only the name that it says."""
        if not _EVERY_SUFFIX.search(clause.text):
            return
        listed = {t.value.split(".")[-2]: t for t in self.findings.targets if "." in t.value}
        stated = False
        for found in _SECOND_LEVEL.finditer(clause.text):
            label = found[1] or found[2]
            line = self._text.line_at(clause.start + found.start())
            if (found[1] or label.lower() in listed) and label.lower() not in self._parties:
                target = parse_target(f"{label.lower()}.{{suffix}}", line=line)
                self.findings.targets.append(
                    Target(target.kind, target.value, label, line, target.alternate)
                )
                stated = True
        if not stated:
            self.findings.warnings.append(
                f"line {self._text.line_at(clause.start)}: the order speaks of every extension of "
                "a name and does not say the name itself; add it as name.{suffix} if that is meant"
            )
