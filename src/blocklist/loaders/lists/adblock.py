"""ADBLOCK: filter lists of AdBlock, uBlock Origin and AdGuard, as far as they block whole names.

``||example.com^`` is the name and all below it, ``|example.com^`` the name alone, ``.example.com^``
what is below it. A rule for pages, kinds of content or some visitors blocks less than the name and
is refused; it is never widened to the name. An exception (``@@``) wins against every block of its
list but one that is ``$important``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...documents import Document
from ...model.names import MAX_NAME_OCTETS, superdomains
from ...model.orders import Order
from ...model.targets import Target, TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .hosts import read_host_line
from .masks import MaskError, read_mask
from .modifiers import split_rule
from .rulereader import NAME, RuleReader, covering, frame_of, rule_order, said_lines

_WHOLE = re.compile(rf"(\|\|){NAME}(\^(?:\$all)?)")
_COSMETIC = re.compile(r"#[@?$%]{0,3}#[^\s#]|\$@?\$[a-z]|%%")
# A mark alone proves nothing: |x| is a cross-reference elsewhere, /x/ a folder, #### a line.
_RULE = re.compile(
    r"(?:@@)?(?:\|\|?(?=\S*[.*:/])[^\s|]+\|?(?:\$\S*)?\Z"
    r"|/(?=[^/\s])(?=.*[\\^$(\[*+?]).*/(?:\$[a-z~,=|-]+)?\Z"
    r"|(?=[^\s^]*[.*/:])[^\s()\\^]+\^(?:[$|]|\Z))"
    r"|[^\s#]*#[@?$%]{0,3}#[^\s#]"
)
_HEADER = re.compile(r"\[(?:Adblock|uBlock|AdGuard)[^\]]*\]", re.IGNORECASE)
_HOST_LINE = re.compile(r"[0-9a-fA-F.:]+\s+\S")
_CONDITION = "!#if"


class AdblockLoader:
    """A filter list."""

    name = "adblock"
    title = "AdBlock, uBlock Origin and AdGuard filter list: ||name^"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether it says so at the top, or most lines have a mark that only filters have."""
        lines = said_lines(document, "!")
        if lines and _HEADER.fullmatch(lines[0]):
            return True
        lines = [line for line in lines if not line.startswith(("# ", "[")) and line != "#"]
        return sum(bool(_RULE.match(line)) for line in lines) > len(lines) / 2

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the whole document as one order."""
        return [_FilterList(document, options).order(self.name)]


class _FilterList:
    """One list on its way to an order: rules may take back others, above or below them."""

    def __init__(self, document: Document, options: LoadOptions) -> None:
        self._document = document
        self._reader = RuleReader(document)
        self._bare = options.kind_or(TargetKind.EXACT)
        self._important: list[Target] = []
        self._firm: set[int] = set()  # lines of exceptions that are important
        self._denied: list[tuple[int, str]] = []
        self._warnings: list[str] = []
        self._taken_back: dict[str, int] = {}
        if "badfilter" in document.text:
            for number, line in enumerate(document.lines, 1):
                modifiers = split_rule(line.strip())
                if modifiers and "badfilter" in modifiers.names:
                    self._taken_back.setdefault(modifiers.twin, number)
        self._met: set[str] = set()

    def order(self, name: str) -> Order:
        # A rule that takes another back must see each rule that it may mean.
        frame = None if self._taken_back else frame_of(self._document, _WHOLE)
        self._reader.read_rules(frame, self._rule)
        for twin, number in self._taken_back.items():
            if twin not in self._met:
                reason = "takes back a rule that is not in this list"
                line = self._document.lines[number - 1]
                self._reader.reject(number, line, reason, "badfilter")
        self._weigh_exceptions()
        self._except_denied()
        self._reader.rejected.sort(key=lambda refused: refused.line)
        return rule_order(self._document, name, self._reader, warnings=self._warnings)

    def _weigh_exceptions(self) -> None:
        """Let each exception win or lose against every block of the list, as the syntax has it."""
        reader = self._reader
        important = {(target.kind, target.value): target for target in self._important}
        patterns = any(target.kind is TargetKind.PATTERN for target in self._important)
        firm = {(e.kind, e.value): e for e in reader.exceptions if e.line in self._firm}
        kept: list[Target] = []
        for exception in reader.exceptions:
            above = None if exception.line in self._firm else covering(exception, important)
            if above is None:
                kept.append(exception)
            else:
                reason = f"line {above.line} blocks {above.text} all the same ($important)"
                reader.reject(exception.line, f"@@{exception.raw}", reason, "overruled")
        if patterns and len(kept) > len(firm):
            self._warnings.append(
                "an $important pattern wins against exceptions in this list; here they win"
            )
        reader.exceptions = kept
        reader.withdraw_excepted({t.line for t in self._important if not covering(t, firm)})

    def _except_denied(self) -> None:
        """Make exceptions of ``$denyallow``, for names that no other rule of the list blocks."""
        if not self._denied:
            return
        wanted = {suffix for _, name in self._denied for suffix in _suffixes(name)}
        blocks: dict[tuple[TargetKind, str], set[int]] = {}
        for target in self._reader.targets:
            if target.value in wanted:
                blocks.setdefault((target.kind, target.value), set()).add(target.line)
        for number, name in self._denied:
            wider = [(TargetKind.SUBTREE, suffix) for suffix in _suffixes(name)]
            lines = (blocks.get(rule, set()) for rule in [(TargetKind.EXACT, name), *wider])
            if not any(len(found) > 1 or found - {number} for found in lines):
                self._reader.allow(number, name, TargetKind.SUBTREE)

    def _rule(self, number: int, line: str) -> None:
        text = line.strip()
        if not text or text[0] == "!" or _HEADER.fullmatch(text):
            if text.startswith(_CONDITION) and not self._warnings:
                self._warnings.append("conditions (!#if) are ignored: all rules were read")
        elif _COSMETIC.search(text):
            self._reader.refuse(number, "hides parts of pages, which blocks no name", "cosmetic")
        elif text[0] != "#":
            self._read(number, text)

    def _read(self, number: int, text: str) -> None:
        if _HOST_LINE.match(text):
            read_host_line(self._reader, number, text, self._bare)
            return
        modifiers = split_rule(text)
        if modifiers is None:
            self._reader.refuse(number, "not a rule of a filter list", "not-a-rule")
            return
        if "badfilter" in modifiers.names:
            return
        if modifiers.twin in self._taken_back:
            self._met.add(modifiers.twin)
            reason = f"line {self._taken_back[modifiers.twin]} of the list takes this rule back"
            self._reader.refuse(number, reason, "withdrawn")
            return
        refusal = modifiers.refusal()
        if refusal:
            self._reader.refuse(number, *refusal)
            return
        try:
            meanings = read_mask(modifiers.mask, self._bare, excepts=modifiers.excepts)
        except MaskError as error:
            self._reader.refuse(number, str(error), error.code)
            return
        add = self._reader.allow if modifiers.excepts else self._reader.block
        for kind, target, raw, note in meanings:
            added = add(number, target, kind, raw=raw, note=note)
            if added is None:
                return
            if "important" in modifiers.names:
                if modifiers.excepts:
                    self._firm.add(number)
                else:
                    self._important.append(added)
        self._denied += ((number, name) for name in modifiers.denied)


def _suffixes(name: str) -> Iterator[str]:
    """Yield a name and what it is below, as far as it is a name at all."""
    name = name[-MAX_NAME_OCTETS:]
    yield name
    yield from superdomains(name)
