"""A plan says what ``is_blocked`` says, whatever is read from it."""

from __future__ import annotations

import pytest
from helpers import blocklist_of, order
from hypothesis import given
from hypothesis import strategies as st

from blocklist import Blocklist, compile_orders
from blocklist.exporters.losses import Losses
from blocklist.exporters.policytree import Effect, Node, PolicyTree, closed

pytestmark = pytest.mark.no_core

# Few labels, so that names meet: above, below, beside each other.
LABELS = st.sampled_from(["a", "b", "a-", "_x"])
NAMES = st.lists(LABELS, min_size=1, max_size=5).map(lambda parts: ".".join([*parts, "example"]))
MARKED = st.tuples(st.sampled_from(["", "=", "*."]), NAMES).map("".join)
RULES = st.lists(MARKED, max_size=14)
ASKED = st.tuples(st.sampled_from(["", "", "a.", "z.", "z.b."]), NAMES).map("".join)
ASKED_OF_ALL = st.lists(ASKED, min_size=30, max_size=60)


def blocklist(blocks: list[str], exceptions: list[str]) -> Blocklist:
    return blocklist_of(*blocks, "filler.test", exceptions=exceptions)


def verdict(nodes: list[Node], name: str) -> Effect:
    """What nodes say of a name: its own, or that of the nearest node above it."""
    by_name = {node.name: node for node in nodes}
    if name in by_name:
        return by_name[name].own
    while name:
        name = name.partition(".")[2]
        if name in by_name:
            return by_name[name].below
    return None


def zone_verdict(nodes: list[Node], name: str) -> Effect:
    """What a zone with wildcards says, with the closest encloser of RFC 4592."""
    records: dict[str, Effect] = {}
    for node in nodes:
        if node.own is not None:
            records[node.name] = node.own
        if node.below is not None:
            records[f"*.{node.name}"] = node.below
    exist = {owner[at:] for owner in records for at in (0, *_after_dots(owner))}
    if name in exist:
        return records.get(name)
    while name not in exist:
        name = name.partition(".")[2]
        if not name:
            return None
    return records.get(f"*.{name}")


def _after_dots(name: str) -> list[int]:
    return [at + 1 for at, octet in enumerate(name) if octet == "."]


@given(RULES, RULES, ASKED_OF_ALL)
def test_nodes_say_what_the_image_says(
    blocks: list[str], exceptions: list[str], asked: list[str]
) -> None:
    blocked = blocklist(blocks, exceptions)
    losses = Losses()
    nodes = list(PolicyTree(blocked.contents, losses).nodes())
    every = list(PolicyTree(blocked.contents, losses).nodes(every=True))
    filled = list(closed(nodes))
    assert not losses.all()
    for name in asked:
        wanted = blocked.is_blocked(name)
        assert bool(verdict(nodes, name)) is wanted, name
        assert verdict(every, name) == verdict(nodes, name), name
        assert bool(zone_verdict(filled, name)) is wanted, name


@given(RULES, RULES)
def test_nodes_are_sorted_and_each_changes_something(
    blocks: list[str], exceptions: list[str]
) -> None:
    blocked = blocklist(blocks, exceptions)
    nodes = list(PolicyTree(blocked.contents, Losses()).nodes())
    keys = [node.name.split(".")[::-1] for node in nodes]
    assert keys == sorted(keys)
    assert len({node.name for node in nodes}) == len(nodes)
    for node in nodes:
        assert (node.own, node.below) != (node.above, node.above)
        above = verdict([other for other in nodes if other is not node], f"{node.name}")
        assert node.above == above
        assert bool(node.parent) is (node.above is not None)
        if node.parent:
            assert node.name.endswith(f".{node.parent}")
    filled = [node.name for node in closed(nodes)]
    assert len(set(filled)) == len(filled)


@given(RULES, RULES, ASKED_OF_ALL)
def test_the_orders_of_a_node_are_those_of_the_match(
    blocks: list[str], exceptions: list[str], asked: list[str]
) -> None:
    half = len(blocks) // 2
    orders = [
        order(*blocks[:half], "filler.test", id="one"),
        order(*blocks[half:], "filler.test", id="two", exceptions=exceptions),
    ]
    blocked = Blocklist(compile_orders(orders))
    plan = PolicyTree(blocked.contents, Losses())
    by_name = {node.name: node for node in plan.nodes(every=True)}
    for name in asked:
        match, number, rest = blocked.match(name), -1, name
        if name in by_name:
            number = by_name[name].number_own
        else:
            while rest and rest not in by_name:
                rest = rest.partition(".")[2]
            number = by_name[rest].number_below if rest else -1
        if match is not None:
            assert plan.orders_of(number) == match.orders, name


@given(RULES, RULES, RULES, ASKED_OF_ALL)
def test_what_is_confidential_is_left_out_and_nothing_gets_wider(
    blocks: list[str], exceptions: list[str], secret: list[str], asked: list[str]
) -> None:
    half = len(secret) // 2
    blocked = Blocklist(compile_orders([
        order(*blocks, "filler.test", id="open", exceptions=exceptions),
        order(*secret[half:], "secret.test", id="hidden", confidential=True,
              exceptions=secret[:half]),
    ]))  # fmt: skip
    losses = Losses()
    nodes = list(PolicyTree(blocked.contents, losses).nodes())
    for name in asked:
        assert not verdict(nodes, name) or blocked.is_blocked(name), name
    for node in nodes:
        assert any(order.id == "open" for order in blocked.contents.orders_of(node.number))
    assert {loss.code for loss in losses.all()} >= {"confidential"}
    told = list(PolicyTree(blocked.contents, Losses(), confidential=True).nodes())
    for name in asked:
        assert bool(verdict(told, name)) is blocked.is_blocked(name), name


@given(RULES, RULES, ASKED_OF_ALL, st.integers(9, 17))
def test_what_is_too_long_is_left_out_and_nothing_gets_wider(
    blocks: list[str], exceptions: list[str], asked: list[str], longest: int
) -> None:
    blocked = blocklist([*blocks], exceptions)
    losses = Losses()
    nodes = list(PolicyTree(blocked.contents, losses).nodes(longest=longest))
    assert all(len(node.name) <= longest for node in nodes)
    for name in asked:
        assert not verdict(nodes, name) or blocked.is_blocked(name), name
    if not losses.all():
        for name in asked:
            assert bool(verdict(nodes, name)) is blocked.is_blocked(name), name


def test_examples() -> None:
    blocked = blocklist(
        ["d.example", "b.d.example", "=x.example", "*.y.example", "c.no.d.example"],
        ["no.d.example", "=q.p.d.example", "z.example"],
    )
    losses = Losses()
    nodes = {
        node.name: (node.own, node.below, node.above, node.parent)
        for node in closed(PolicyTree(blocked.contents, losses).nodes())
    }
    assert nodes == {
        "d.example": (True, True, None, ""),
        "no.d.example": (False, False, True, "d.example"),
        "c.no.d.example": (True, True, False, "no.d.example"),
        "p.d.example": (True, True, True, "d.example"),
        "q.p.d.example": (False, True, True, "d.example"),
        "x.example": (True, None, None, ""),
        "y.example": (None, True, None, ""),
        "z.example": (False, False, None, ""),
        "filler.test": (True, True, None, ""),
    }
