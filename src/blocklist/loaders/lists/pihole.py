"""PI-HOLE: regular expressions, one a line, as Pi-hole's ``regex.list`` has them.

Pi-hole's other lists are read by their own syntax: hosts, plain names, ``||name^`` (``adblock``).
"""

from __future__ import annotations

import re

from ...documents import Document
from ...model.orders import Order
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .expressions import REFUSAL, reduce_expression
from .rulereader import RuleReader, rule_order, said_lines

# What no name, URL or pattern holds; a list of "||name^" is another syntax.
_EXPRESSION = re.compile(r"(?!\|\||@@|/)(?=.*(?:\\\.|\A[\^(]|\$\Z|\]\+|\[\[:))\S+")
_ANSWERS = frozenset({"nxdomain", "nodata", "refused", "ip", "null", "none"})


class PiholeLoader:
    """Regular expressions of Pi-hole."""

    name = "pihole"
    title = r"Pi-hole: a regular expression a line, as (\.|^)name\.example$"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether most lines are regular expressions, by what names and URLs cannot hold."""
        lines = said_lines(document, "#")
        return sum(bool(_EXPRESSION.fullmatch(line)) for line in lines) > len(lines) / 2

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read those that mean exactly a name or a pattern; the others are refused."""
        reader = RuleReader(document, options.kind)

        def rule(number: int, line: str) -> None:
            text = line.strip()
            if text and text[0] != "#":
                _read(reader, number, text)

        reader.read_rules(None, rule)
        return [rule_order(document, self.name, reader)]


def _read(reader: RuleReader, number: int, text: str) -> None:
    expression, *extras = text.split(";")
    for extra in extras:
        key, _, value = extra.strip().partition("=")
        if key == "reply" and value.lower() in _ANSWERS:
            continue
        if key == "reply":
            reader.refuse(number, f"sends the name to {value}, which is no block", "redirect")
        else:
            reason = f"{key} narrows or turns the rule, which blocks no name as a whole"
            reader.refuse(number, reason, "modifier")
        return
    meanings = reduce_expression(expression)
    if meanings is None:
        reader.refuse(number, REFUSAL, "regex")
        return
    for kind, target in meanings:
        reader.block(number, target, kind, raw=text)
