"""SUFFIX TRIE: rules about names → the sections that answer "which rules stand at this suffix?".

The trie has one level for each label, read from the right, and a name is looked up by walking down.
``docs/image-format.md`` says how its nodes lie in lines of 64 octets; ``_columns`` lays them out.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from .._columns import build_trie, pack_grounds
from ..image.layout import SECTION_TRIE, TRIE, rule_bit
from ..model.targets import Rule
from .ruletable import Ground, RuleTable


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

    def packed(self, rules: int) -> bytes:
        """Return the section that holds the grounds of so many rules."""
        return pack_grounds(self.rules, self.orders, self.lines, self.raws, rules)


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
        columns.raws += array(
            "I", map(raws.__getitem__, column.raws) if column.raws else [0] * size
        )
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
    return sections, columns, TRIE.read(sections[SECTION_TRIE], "rules")
