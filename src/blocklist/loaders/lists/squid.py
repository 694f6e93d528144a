"""SQUID: names for ``dstdomain``: ``.example.com`` with all below it, ``example.com`` alone.

The dot is what marks the wider meaning, so that a name without it is that name alone unless the
caller says otherwise. Squid itself refuses a file in which one entry covers another; here both are
targets.
"""

from __future__ import annotations

import re

from ...documents import Document
from ...model.orders import Order
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .rulereader import NAME, RuleReader, frame_of, rule_order, said_lines, without_comment

_WHOLE = re.compile(rf"(\.){NAME}()")
# Two labels or more: the macros of manual pages and the files that systems hide have one.
_DOTTED = re.compile(r"\.[^\s.*/=]+(?:\.[^\s*/=]+|(?<=\^))(?:\s+#.*)?")
_OPTION = re.compile(r"(?:acl|http_access|include|deny_info|cache_peer_access)\s.*")


class SquidLoader:
    """Names for ``acl … dstdomain "file"``."""

    name = "squid"
    title = "Squid dstdomain: .name with all below it, name alone"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether most lines begin with a dot, and then a name."""
        lines = said_lines(document, "#")
        return sum(bool(_DOTTED.fullmatch(line)) for line in lines) > len(lines) / 2

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the whole document as one order."""
        reader = RuleReader(document)
        bare = options.kind_or(TargetKind.EXACT)

        def rule(number: int, line: str) -> None:
            text = without_comment(line)
            if not text:
                return
            if _OPTION.fullmatch(text):
                reason = "a setting of Squid; give the file of names that it refers to"
                reader.refuse(number, reason, "configuration")
                return
            if text.startswith("."):
                reader.block(number, text[1:], TargetKind.SUBTREE, raw=text)
            else:
                reader.block(number, text, bare)

        reader.read_rules(frame_of(document, _WHOLE), rule, comments=True)
        return [rule_order(document, self.name, reader)]
