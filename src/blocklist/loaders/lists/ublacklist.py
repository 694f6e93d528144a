"""UBLACKLIST: match patterns of the browser extension uBlacklist: ``*://*.example.com/*``.

Such a pattern is every page of a name and of all below it. ``@`` before one makes it an exception.
"""

from __future__ import annotations

import re

from ...documents import Document
from ...model.orders import Order
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .rulereader import NAME, RuleReader, frame_of, rule_order, said_lines

_WHOLE = re.compile(rf"(\*://\*\.){NAME}(/\*)")
_PATTERN = re.compile(r"@?(?:\*|https?)://(\*\.)?([^\s/*]+)(/\S*)")


class UblacklistLoader:
    """Match patterns of uBlacklist."""

    name = "ublacklist"
    title = "uBlacklist: *://*.name/*"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether most lines are match patterns with a star."""
        lines = said_lines(document, "#")
        fitting = sum("*" in line and bool(_PATTERN.fullmatch(line)) for line in lines)
        return fitting > len(lines) / 2

    def load(self, document: Document, options: LoadOptions) -> list[Order]:  # noqa: ARG002
        """Read the whole document as one order; an exception wins against every block."""
        reader = RuleReader(document)

        def rule(number: int, line: str) -> None:
            text = line.strip()
            if text and text[0] != "#":
                _read(reader, number, text)

        reader.read_rules(frame_of(document, _WHOLE), rule)
        reader.withdraw_excepted()
        return [rule_order(document, self.name, reader)]


def _read(reader: RuleReader, number: int, text: str) -> None:
    add = reader.allow if text[0] == "@" else reader.block
    found = _PATTERN.fullmatch(text)
    if found is None and text.lstrip("@").startswith("/"):
        reason = "a regular expression over addresses of pages; write the names it means"
        reader.refuse(number, reason, "regex")
    elif found is None:
        reader.refuse(number, "not a match pattern such as *://*.name/*", "not-a-rule")
    elif found[3] == "/*":
        add(number, found[2], TargetKind.SUBTREE if found[1] else TargetKind.EXACT, raw=text)
    else:
        reason = "a path with or without a star: pages of the site, not the name; write the URL"
        reader.refuse(number, reason, "path")
