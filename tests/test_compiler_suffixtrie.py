from __future__ import annotations

from array import array

import pytest

from blocklist import Image, Order, Rule, TargetKind
from blocklist.compiler.covered import CoveredRules
from blocklist.compiler.ruletable import NameColumn, RuleTable
from blocklist.compiler.suffixtrie import encode_trie
from blocklist.image.nametable import names_in

pytestmark = pytest.mark.no_core

GROUND = (0, 1, "")
SUBTREE = TargetKind.SUBTREE


def table(**kinds: object) -> RuleTable:
    return RuleTable([Order(id="a"), Order(id="b")], **kinds)  # type: ignore[arg-type]


def test_rules_and_columns_come_together() -> None:
    rules = {
        Rule(TargetKind.EXACT, "a.com"): [(0, 3, "")],
        Rule(SUBTREE, "a.com"): [(0, 2, "A.com")],
        Rule(TargetKind.BELOW, "c.com", True): [(0, 4, "")],
        Rule(TargetKind.PATTERN, "*x*"): [(0, 5, "")],
    }
    columns = [NameColumn(1, SUBTREE, b"b.com\na.com\n", array("I", [7, 8]))]
    sections, grounds, count = encode_trie(table(rules=rules, columns=columns), {"": 0, "A.com": 1})
    image = Image.build(sections)
    assert sorted(names_in(image)) == [("a.com", 3), ("b.com", 2), ("c.com", 32)]
    assert count == 4
    triples = zip(grounds.orders, grounds.lines, grounds.raws, strict=True)
    by_rule: dict[int, set[tuple[int, int, int]]] = {}
    for rule, triple in zip(grounds.rules, triples, strict=True):
        by_rule.setdefault(rule, set()).add(triple)
    numbers: dict[tuple[str, int], int] = {}
    for name, flags in names_in(image):
        for bit in (1, 2, 32):
            if flags & bit:
                numbers[name, bit] = len(numbers)
    assert by_rule == {
        numbers["a.com", 1]: {(0, 3, 0)},
        numbers["a.com", 2]: {(0, 2, 1), (1, 8, 0)},
        numbers["b.com", 2]: {(1, 7, 0)},
        numbers["c.com", 32]: {(0, 4, 0)},
    }


def test_no_names_at_all() -> None:
    sections, grounds, count = encode_trie(table(), {})
    assert count == 0
    assert not grounds.rules
    assert list(names_in(Image.build(sections))) == []


def test_covered_rules_are_looked_for_once_and_when_asked() -> None:
    columns = [
        NameColumn(0, SUBTREE, b"a.com\nx.a.com\nx.a.com\nb.com\n", array("I", [1, 2, 3, 4]))
    ]
    rules = table(columns=columns)
    covered = CoveredRules(rules, encode_trie(rules, {"": 0})[0])
    assert covered == [("x.a.com", "a.com")]
    assert (len(covered), covered[0], covered[:1]) == (1, ("x.a.com", "a.com"), list(covered))
    assert repr(covered) == "[('x.a.com', 'a.com')]"
    assert covered != 5
    assert hash(covered) == hash((("x.a.com", "a.com"),))
