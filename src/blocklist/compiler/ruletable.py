"""RULE TABLE: rules with their grounds, while they are gathered and judged.

A ground is a triple: number of the order, line, and the raw text, or ``""`` where that equals the
rule's value.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import repeat

from .._columns import build_trie, find_names
from ..answers.disclosure import CONFIDENTIAL, hide, is_hidden
from ..image.layout import rule_bit
from ..model.names import superdomains
from ..model.orders import Order
from ..model.targets import NAME_KINDS, Rejected, Rule, TargetKind

Ground = tuple[int, int, str]


@dataclass
class NameColumn:
    """Blocks of one kind that one order names, as columns: they come by the million.

    Attributes:
        number: of the order.
        kind: of all the names.
        names: a line end after each.
        lines: where each stands in the source.
        raws: the raw text of each, ``""`` where it is the name; or none, if all are.
    """

    number: int
    kind: TargetKind
    names: bytes = field(repr=False)
    lines: array[int] = field(repr=False)
    raws: list[str] = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[tuple[str, int, str]]:
        """Yield name, line and raw text of each name."""
        names = self.names.decode("ascii").split("\n")  # and what follows the last line end
        return zip(names, self.lines, self.raws or repeat(""), strict=False)

    def take_out(self, found: Iterable[tuple[int, int]]) -> Iterator[tuple[str, int, str]]:
        """Remove the names of which index and offset are given; yield name, line and raw text.

        They are given in ascending sequence.
        """
        pieces, lines = [], array("I")
        raws: list[str] = []
        at = first = 0
        for index, offset in found:
            end = self.names.index(b"\n", offset) + 1
            raw = self.raws[index] if self.raws else ""
            yield self.names[offset : end - 1].decode("ascii"), self.lines[index], raw
            pieces.append(self.names[at:offset])
            lines += self.lines[first:index]
            raws += self.raws[first:index]
            at, first = end, index + 1
        if at:
            self.names = b"".join([*pieces, self.names[at:]])
            self.lines = lines + self.lines[first:]
            self.raws = raws + self.raws[first:]


@dataclass
class RuleTable:
    """Rules with their grounds.

    Attributes:
        orders: by number.
        columns: plain names of long lists, which nobody looks at one by one.
        rules: all other rules, and those of the columns that were singled out.
        rejected: what guards refused, and what could not be read.
        withheld: the rules that guards refused, each with its ground.
        warnings: sentences for a person.
        protected: names that the operator protects and a rule would reach.
        targets: how many the orders name.
    """

    orders: list[Order]
    columns: list[NameColumn] = field(default_factory=list)
    rules: dict[Rule, list[Ground]] = field(default_factory=dict, repr=False)
    rejected: list[Rejected] = field(default_factory=list)
    withheld: list[tuple[Rule, Ground]] = field(default_factory=list, repr=False)
    warnings: list[str] = field(default_factory=list)
    protected: tuple[str, ...] = ()
    targets: int = 0

    def add(self, rule: Rule, ground: Ground) -> None:
        """Give ``rule`` one more ground."""
        self.rules.setdefault(rule, []).append(ground)

    def protect(self, order: Order, names: Sequence[str]) -> None:
        """Except names that the operator protects, on an order that says so."""
        if not names:
            return
        self.protected = tuple(names)
        self.orders.append(order)
        for name in names:
            self.add(Rule(TargetKind.SUBTREE, name, allow=True), (len(self.orders) - 1, 0, ""))

    def single_out(self, questions: Iterable[Rule]) -> None:
        """Move the names that one of ``questions`` covers from the columns to the rules.

        Questions about names of one label are asked apart: a trie that holds one has to look at
        the last label of every name first.
        """
        by_depth: tuple[list[Rule], list[Rule]] = [], []
        for rule in questions if any(self.columns) else ():
            by_depth["." in rule.value].append(rule)
        for rules in filter(None, by_depth):
            names = "".join(f"{rule.value}\n" for rule in rules).encode("ascii")
            trie, _ = build_trie(names, bytes(rule_bit(rule) or 0 for rule in rules))
            for column in self.columns:
                found = array("I", find_names(trie, column.names))
                places = zip(found[::3], found[1::3], strict=True)
                for name, line, raw in column.take_out(places):
                    self.add(Rule(column.kind, name), (column.number, line, raw))

    def has(self, kind: TargetKind, name: str, *, allow: bool = False) -> bool:
        """Whether there is such a rule, apart from those in columns."""
        return Rule(kind, name, allow) in self.rules

    def reaches(self, exception: Rule, blocks: AbstractSet[TargetKind]) -> bool:
        """Whether an exception has a block to except from; ``blocks`` are the kinds of blocks.

        Names win over patterns, so an exception that is a pattern needs a pattern to be of use; so
        with URLs and addresses, each among their own. Names at and above it were singled out.
        """
        if exception.kind not in NAME_KINDS or TargetKind.PATTERN in blocks:
            return exception.kind in blocks or exception.kind in NAME_KINDS
        name = exception.value
        if any(self.has(kind, name) for kind in NAME_KINDS):
            return True
        wide = (TargetKind.SUBTREE, TargetKind.BELOW)
        return any(self.has(kind, above) for above in superdomains(name) for kind in wide)

    def is_hidden(self, rule: Rule) -> bool:
        """Whether only confidential orders name the rule, so that no report may show it."""
        grounds = self.rules.get(rule, ())
        return bool(grounds) and is_hidden([self.orders[n] for n, _, _ in grounds])

    def shown(self, rule: Rule) -> str:
        """Return the text of a rule, for a warning."""
        return CONFIDENTIAL if self.is_hidden(rule) else rule.text

    def refuse(self, rule: Rule, code: str, reason: str) -> None:
        """Take a block out and report it once for each of its grounds."""
        for number, line, raw in self.rules.pop(rule):
            self.withheld.append((rule, (number, line, raw)))
            order = self.orders[number]
            path = order.source.given or order.source.path
            refused = Rejected(line, raw or rule.value, reason, code, path, order.id)
            self.rejected.append(hide(refused) if is_hidden([order]) else refused)
