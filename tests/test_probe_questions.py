"""What is asked: of each order some rules, and of each rule what the image says of them."""

from __future__ import annotations

import random

import pytest
from helpers import order
from hypothesis import given
from hypothesis import strategies as st
from strategies import names

from blocklist import Blocklist, ConfigurationError, compile_orders
from blocklist.probe.questions import Case, Sampler, Why

pytestmark = pytest.mark.no_core


def sampler(*orders, **options) -> Sampler:  # type: ignore[no-untyped-def]
    blocked = Blocklist(compile_orders(list(orders)))
    return Sampler(blocked, rng=random.Random(7), **options)


def asked(case: Case) -> dict[str, tuple[str, bool]]:
    return {q.why.value: (q.name, q.is_ordered) for q in case.questions}


def test_a_subtree() -> None:
    (case,) = sampler(order("www.pirate.it")).cases()
    questions = asked(case)
    assert questions["name"] == ("www.pirate.it", True)
    assert questions["subdomain"][0].endswith(".www.pirate.it")
    assert questions["mixed-case"][0] != "www.pirate.it"
    assert questions["mixed-case"][0].lower() == "www.pirate.it"
    assert questions["neighbour"] == ("notwww.pirate.it", False)
    assert questions["middle"] == ("www.pirate.it.example.org", False)
    assert questions["parent"] == ("pirate.it", False)


def test_what_many_rules_lie_in_is_asked_for_once() -> None:
    many = order(*(f"site{i}.host.it" for i in range(30)))
    asked_for = [q for case in sampler(many, per_order=None).cases() for q in case.questions]
    assert [q.name for q in asked_for if q.why is Why.PARENT] == ["host.it"]
    assert len({q.name for q in asked_for}) == len(asked_for)


def test_exact_below_pattern_exception() -> None:
    cases = {
        case.rule.text: asked(case)
        for case in sampler(
            order("=one.it", "*.two.it", "*zzqq*", "three.it", exceptions=["ok.three.it"]),
            per_order=None,
        ).cases()
    }
    assert cases["=one.it"]["name"] == ("one.it", True)
    assert cases["=one.it"]["outside"][0].endswith(".one.it")
    assert not cases["=one.it"]["outside"][1]
    assert cases["*.two.it"]["outside"] == ("two.it", False)
    assert cases["*.two.it"]["subdomain"][1]
    assert "zzqq" in cases["*zzqq*"]["pattern"][0]
    assert cases["ok.three.it"] == {"exception": ("ok.three.it", False)}


@given(st.lists(names, min_size=1, max_size=8, unique=True))
def test_the_image_agrees_with_every_question(targets: list[str]) -> None:
    blocked = Blocklist(compile_orders([order(*targets, exceptions=targets[:1])], permit=targets))
    chosen = Sampler(blocked, per_order=None, rng=random.Random(1))
    for case in chosen.cases():
        for question in case.questions:
            assert blocked.is_blocked(question.name) == question.is_ordered


def test_so_many_rules_of_each_order_and_a_rule_of_two_orders_once() -> None:
    many = order(*(f"site{i}.it" for i in range(50)), id="a")
    few = order("site7.it", "other.it", id="b")
    chosen = sampler(many, few, per_order=2)
    cases = list(chosen.cases())
    assert [o.id for o in chosen.orders] == ["a", "b"]
    assert 2 <= len(cases) <= 4
    assert {o.id for case in cases for o in case.orders} == {"a", "b"}
    assert len({case.rule for case in cases}) == len(cases)
    assert len(list(sampler(many, few, per_order=None).cases())) == 51
    assert sum(o.id == "a" for case in sampler(many, per_order=5).cases() for o in case.orders) == 5


def test_every_rule_is_chosen_sometimes() -> None:
    many = order(*(f"site{i}.it" for i in range(10)))
    blocked = Blocklist(compile_orders([many]))
    chance = random.Random(3)
    seen = {
        case.rule.value
        for _ in range(60)
        for case in Sampler(blocked, per_order=2, rng=chance).cases()
    }
    assert len(seen) == 10


def test_confidential_orders_are_asked_for_and_marked() -> None:
    hidden = order("secret.it", "both.it", id="h", confidential=True)
    shown = order("both.it", id="s")
    chosen = sampler(hidden, shown, per_order=None)
    assert [o.id for o in chosen.orders] == ["h", "s"]
    cases = {case.rule.value: case for case in chosen.cases()}
    assert [o.id for o in cases["both.it"].orders] == ["h", "s"]
    assert {name: case.is_secret for name, case in cases.items()} == {
        "both.it": False, "secret.it": True,
    }  # fmt: skip
    (only,) = sampler(hidden, order("c.it", id="c"), only=["h"], per_order=1).cases()
    assert only.orders[0].id == "h"


def test_one_order_only() -> None:
    first, second = order("a.it", id="1"), order("b.it", id="2")
    (case,) = sampler(first, second, only=["2"]).cases()
    assert case.rule.value == "b.it"
    with pytest.raises(ConfigurationError, match="has no order '3' that can be probed"):
        sampler(first, order("c.it", id="h", confidential=True), only=["3"])


def test_orders_that_no_resolver_sees() -> None:
    chosen = sampler(order("a.it", id="1"), order("http://b.it/x", "198.51.100.7", id="2"))
    assert [o.id for o in chosen.orders] == ["1"]
    assert [o.id for o in chosen.elsewhere] == ["2"]
    assert chosen.not_asked == 2
    mixed = order("c.it", "http://b.it/y", "198.51.100.8", exceptions=["http://b.it/y/z"], id="3")
    assert sampler(order("http://b.it/x", id="1"), mixed, only=["3"]).not_asked == 2
    assert sampler(order("c.it", id="1")).not_asked == 0
