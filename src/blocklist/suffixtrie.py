"""SUFFIX TRIE: rules about names → the sections that answer "which rules stand at this suffix?".

The trie has one level for each label, read from the right, and a name is looked up by walking down.
``docs/image-format.md`` says how its nodes lie in lines of 64 octets; ``_columns`` lays them out.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import overload

from ._columns import build_trie, find_covered, sort_grounds
from .ruletable import Ground, RuleTable
from .targets import NAME_KINDS, SUBTREE, Rule, TargetKind, rule_bit

_RULES_AT = slice(20, 24)  # of the section "trie": how many rules there are


def _numbers() -> array[int]:
    return array("I")


@dataclass
class GroundColumns:
    """Grounds in columns: number of the rule, and of the order, line and raw text it names."""

    rules: array[int] = field(default_factory=_numbers)
    orders: array[int] = field(default_factory=_numbers)
    lines: array[int] = field(default_factory=_numbers)
    raws: array[int] = field(default_factory=_numbers)

    def add(self, ground: Ground, raws: dict[str, int]) -> None:
        """Add a ground of the rule that stands last in ``rules``, or will."""
        number, line, raw = ground
        self.orders.append(number)
        self.lines.append(line)
        self.raws.append(raws[raw])

    def sections(self, rules: int) -> dict[str, bytes]:
        """Return the sections that hold the grounds of so many rules."""
        starts, grounds = sort_grounds(self.rules, self.orders, self.lines, self.raws, rules)
        return {"ground-starts": starts, "grounds": grounds}


def encode_trie(
    table: RuleTable, raws: dict[str, int]
) -> tuple[dict[str, bytes], GroundColumns, int]:
    """Return the sections, the grounds of all rules about names, and how many rules these are."""
    names, bits, columns = [], [], GroundColumns()
    for column in table.columns:
        size = len(column)
        names.append(column.names)
        bits.append(bytes([rule_bit(Rule(column.kind, "")) or 0]) * size)
        columns.orders += array("I", [column.number]) * size
        columns.lines += column.lines
        columns.raws += array("I", [0]) * size
    for rule, grounds in table.rules.items():
        bit = rule_bit(rule)
        if bit is None:
            continue
        for ground in grounds:
            names.append(f"{rule.value}\n".encode("ascii"))
            bits.append(bytes([bit]))
            columns.add(ground, raws)
    sections, numbers = build_trie(b"".join(names), b"".join(bits))
    columns.rules.frombytes(numbers)
    return sections, columns, int.from_bytes(sections["trie"][_RULES_AT], "little")


class CoveredRules(Sequence[tuple[str, str]]):
    """Each block of a name that a wider block makes needless, with that block, sorted; lazy.

    They are looked for when somebody asks, since nobody does who only compiles. Names that only
    confidential orders give are left out, and not named as what covers another.
    """

    def __init__(self, table: RuleTable, sections: dict[str, bytes]) -> None:
        """Take the rules, and the sections of the trie that holds them."""
        self._sources = (table, sections)

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        table, sections = self._sources
        visible = _visible(table)
        shown = set()
        for rule, by in _covered(table, sections):
            if visible is None or rule in visible:
                shown.add((rule.text, by.text if visible is None or by in visible else _SECRET))
        del self._sources
        return sorted(shown)

    @overload
    def __getitem__(self, index: int) -> tuple[str, str]: ...
    @overload
    def __getitem__(self, index: slice) -> list[tuple[str, str]]: ...
    def __getitem__(self, index: int | slice) -> tuple[str, str] | list[tuple[str, str]]:
        return self._pairs[index]

    def __len__(self) -> int:
        return len(self._pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._pairs == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self._pairs))

    def __repr__(self) -> str:
        return repr(self._pairs)


_SECRET = "(confidential)"  # noqa: S105 - what stands for a name that no report may show


def _covered(table: RuleTable, sections: dict[str, bytes]) -> Iterator[tuple[Rule, Rule]]:
    for column in table.columns:
        yield from _covered_names(column.kind, column.names, sections)
    for kind in NAME_KINDS:
        rules = [r for r in table.rules if r.kind is kind and not r.allow]
        apart = []
        for rule in rules:
            wide = Rule(TargetKind.SUBTREE, rule.value)
            if rule == wide or wide not in table.rules:
                apart.append(rule.value)
            elif not any(Rule(k, rule.value, True) in table.rules for k in NAME_KINDS):
                yield rule, wide
        names = "".join(f"{name}\n" for name in apart).encode("ascii")
        yield from _covered_names(kind, names, sections)


def _covered_names(
    kind: TargetKind, names: bytes, sections: dict[str, bytes]
) -> Iterator[tuple[Rule, Rule]]:
    found = array("I", find_covered(sections, names))
    for offset, place in zip(found[1::3], found[2::3], strict=True):
        name = names[offset : names.index(b"\n", offset)].decode("ascii")
        start, bit = place >> 8, place & 0xFF
        by = TargetKind.SUBTREE if bit & SUBTREE else TargetKind.BELOW
        yield Rule(kind, name), Rule(by, name[start:])


def _visible(table: RuleTable) -> set[Rule] | None:
    """Return the rules that an order names which is not confidential; ``None`` if none is."""
    secret = {number for number, order in enumerate(table.orders) if order.confidential}
    if not secret:
        return None
    visible = {
        rule for rule, grounds in table.rules.items() if any(n not in secret for n, _, _ in grounds)
    }
    for column in table.columns:
        if column.number not in secret:
            names = column.names.decode("ascii").split("\n")[:-1]
            visible.update(Rule(column.kind, name) for name in names)
    return visible
