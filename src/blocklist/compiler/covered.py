"""COVERED RULES: which blocks a wider block makes needless."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

from .._columns import find_covered
from ..answers.disclosure import CONFIDENTIAL, is_hidden
from ..image.layout import SUBTREE
from ..model.targets import NAME_KINDS, Rule, TargetKind
from .ruletable import RuleTable


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
                shown.add(
                    (rule.text, by.text if visible is None or by in visible else CONFIDENTIAL)
                )
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
    secret = {number for number, order in enumerate(table.orders) if is_hidden([order])}
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
