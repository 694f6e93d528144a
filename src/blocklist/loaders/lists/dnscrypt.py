"""DNSCRYPT: names files of dnscrypt-proxy: ``example.com``, ``=example.com``, ``ads.*``, ``*sex*``.

``example.com``, ``.example.com`` and ``*.example.com`` are one rule there: the name and all below
it. The program reads blocked and allowed names from files of one syntax; a file whose comments say
that it holds names to allow blocks nothing.
"""

from __future__ import annotations

import re

from ...documents import Document
from ...model.orders import Order
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .rulereader import BARE, RuleReader, rule_order, said_lines, without_comment

_TIMED = re.compile(r"(\S+)\s+@([\w-]+)")
_GLOB = re.compile(r"(?!\[[^\]]*\]\Z)[^\s:/@^$()+|\[\]=]*\[[^\s:/@^$()+|\[\]]+\][^\s:/@^$()+|]*")
# No rule has = inside, or neither dot nor star; the settings of programs have.
_FITTING = re.compile(r"=?(?=[^\s]*[.*\[])[^\s/:|,;^$()+=]+(?:\s+@[\w-]+)?")
_SECTION = re.compile(r"\[[^\]]*\]")
# What the program's own examples of these files say of themselves.
_SAYS_SO = re.compile(
    r"(?im)^[ \t]*#.*(?:\bdnscrypt|rules for (?:name-based query blocking|allowing))"
)
_SAYS_ALLOW = re.compile(r"(?im)^[ \t]*#+[ \t]*(?:rules for allowing|allow-?list\b|white-?list\b)")


class DnscryptLoader:
    """A names file of dnscrypt-proxy."""

    name = "dnscrypt"
    title = "dnscrypt-proxy names file: name, =name, ads.*, *word*, name @schedule"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether a schedule, a set of letters or a comment shows that the stars are its own."""
        lines = [without_comment(line) for line in said_lines(document, "#")]
        own = sum(bool(_TIMED.fullmatch(x) or _GLOB.fullmatch(x)) for x in lines)
        fitting = sum(bool(_FITTING.fullmatch(x)) for x in lines)
        says = _SAYS_SO.search(document.sample.text) is not None
        if any(map(_SECTION.fullmatch, lines)):
            return False
        return bool(lines) and (own > 0 or says) and fitting > 0.9 * len(lines)

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the whole document as one order."""
        reader = RuleReader(document, options.kind)
        allows = _SAYS_ALLOW.search(document.sample.text) is not None

        def rule(number: int, line: str) -> None:
            text = without_comment(line)
            if text and allows:
                reason = "the comments of this file say that its names are to be allowed"
                reader.refuse(number, reason, "allowed")
            elif text:
                _read(reader, number, text)

        reader.read_rules(None if allows else BARE, rule)
        return [rule_order(document, self.name, reader)]


def _read(reader: RuleReader, number: int, text: str) -> None:
    timed = _TIMED.fullmatch(text)
    if timed:
        reason = f"holds only at the times of {timed[2]!r}; an order has none"
        reader.refuse(number, reason, "schedule")
    elif "?" in text or "[" in text:
        reason = "? and [] are not supported in patterns; write the names, or *"
        reader.refuse(number, reason, "bad-pattern")
    elif text.startswith("=") and "*" in text:
        reader.refuse(number, "= means one exact name, so * cannot follow", "bad-pattern")
    elif text.startswith("*") and "*" not in text[1:]:
        # The program strips the star and one dot: *x is no wider than x.
        reader.block(number, text[1:].removeprefix("."), TargetKind.SUBTREE, raw=text)
    elif text.startswith("."):
        reader.block(number, text[1:], TargetKind.SUBTREE, raw=text)
    else:
        reader.block(number, text)
