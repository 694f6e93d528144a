"""Differences and editions in the plainest way: a dictionary of all rules of either image."""

from __future__ import annotations

import json
from collections import Counter

from blocklist import Difference, Image, Order, Rule
from blocklist.image.contents import Contents
from blocklist.model.orderdata import encode_order


def naive_diff(old: Image, new: Image) -> Difference:
    before, after = _keys_by_rule(Contents(old)), _keys_by_rule(Contents(new))
    return Difference(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(sorted(r for r in before.keys() & after.keys() if before[r] != after[r])),
    )


def _keys_by_rule(contents: Contents) -> dict[Rule, set[str]]:
    return {
        rule: {_key(order) for order in contents.orders_of(number)}
        for number, rule in enumerate(contents.rules())
    }


def _key(order: Order) -> str:
    """What is the same in the next edition; orders of the tests have no file names in their ids."""
    if order.series or order.id.startswith("list:"):
        return list_of(order)
    said = encode_order(order) | {"id": list_of(order)}
    return json.dumps({key: said[key] for key in said if key not in ("source", "warnings")})


def list_of(order: Order) -> str:
    checksum = order.source.sha256[:8]
    return order.series or (order.id.replace(f":{checksum}", "") if checksum else order.id)


Counts = tuple[int, tuple[Rule, ...], tuple[Rule, ...], tuple[Rule, ...]]


def naive_lists(before: Image, after: Image, ended: set[str]) -> Counter[Counts]:
    """How many rules each list had, and which came, went and were lifted, where any did."""
    sides: list[dict[str, set[Rule]]] = [{}, {}]
    lifted: dict[str, set[Rule]] = {}
    for side, image in enumerate((before, after)):
        contents = Contents(image)
        for number, rule in enumerate(contents.rules()):
            orders = () if rule.allow else contents.orders_of(number)
            for order in orders:
                sides[side].setdefault(list_of(order), set()).add(rule)
                if not side and ended.issuperset(order.id for order in orders):
                    lifted.setdefault(list_of(order), set()).add(rule)
    found: Counter[Counts] = Counter()
    for name in sides[0].keys() | sides[1].keys():
        old, new = (side.get(name, set()) for side in sides)
        gone = old - new
        ends = gone & lifted.get(name, set())
        if old != new:
            came, went, ended_ = (tuple(sorted(part)) for part in (new - old, gone - ends, ends))
            found[len(old), came, went, ended_] += 1
    return found
