"""Matches that are made as they are read: the same values as those made at once."""

from __future__ import annotations

import copy
import dataclasses
import gc
import pickle
import random
import weakref
from functools import cache

import pytest
from helpers import order
from hypothesis import example, given
from scale import size
from strategies import any_text, wire

from blocklist import Blocklist, Image, Match, Rule, TargetKind, compile_orders

LONG = "a-label-of-thirty-octets-and-so"
HOUSES = [f"house{number}.crowd.example" for number in range(60)]  # more than a line holds
BLOCKS = [
    "pirate.example", "www.pirate.example", "=exact.www.pirate.example", "*.below.pirate.example",
    f"{LONG}.{LONG}.pirate.example", f"x.{LONG}.{LONG}.pirate.example", "faß.example",
    "*kickass*", "kickass-*.example", "crowd.example", *HOUSES, *(f"x.{h}" for h in HOUSES[::3]),
    f"{'k' * 60}.house1.crowd.example",
]  # fmt: skip
EXCEPTIONS = ["ok.pirate.example", "=crowd.example", f"{LONG}.ok.pirate.example", "*kickass*.edu"]
PARTS = ["www", "x", "ok", "exact", "below", "pirate", "example", "crowd", "house3", "house1"]
PARTS += [LONG, "kickass-a", "edu", "faß", "xn--fa-hia", "WWW", "a\\046b", "é", "k" * 60, "Pirate"]


@cache
def compiled(exceptions: bool) -> Image:
    orders = [
        order(*BLOCKS[number::3], id=f"it:{number}", exceptions=EXCEPTIONS if exceptions else ())
        for number in range(3)
    ]
    return compile_orders([*orders, order(*BLOCKS[::2], id="it:again")])


def eager(blocked: Blocklist, name: str | bytes) -> Match | None:
    """What decides, by way of every rule that covers the name."""
    first = next(iter(blocked.match_all(name)), None)
    return None if first is None or first.rule.allow else first


def check(blocked: Blocklist, name: str | bytes) -> None:
    found, wanted = blocked.match(name), eager(blocked, name)
    assert (found is not None) is blocked.is_blocked(name), name
    assert found == wanted, name
    if found is not None and wanted is not None:
        assert found.orders == wanted.orders
        assert (found.name, found.rule, found.grounds) == (wanted.name, wanted.rule, wanted.grounds)


@pytest.mark.parametrize("exceptions", [False, True])
def test_the_longest_rule_decides(exceptions: bool) -> None:
    blocked, rng = Blocklist(compiled(exceptions)), random.Random(3)
    hits = 0
    for _ in range(size(20_000, 1_000)):
        tail = rng.choice(["pirate.example", "crowd.example", *HOUSES[:5], "example", "edu", "to"])
        name = ".".join([*rng.choices(PARTS, k=rng.randrange(5)), tail])
        check(blocked, name)
        hits += blocked.is_blocked(name)
        if name.isascii() and "\\" not in name and len(name) < 254:
            check(blocked, wire(name))
    assert hits > size(2_000, 100)


@example("\0")
@example(" ")
@example("\x7f")
@given(any_text)
def test_any_text(text: str) -> None:
    for name in (text, f"{text}.pirate.example", f"{text}.{LONG}.{LONG}.pirate.example"):
        check(Blocklist(compiled(True)), name)


def found(blocked: Blocklist, name: str | bytes) -> Match:
    match = blocked.match(name)
    assert match is not None
    return match


def test_it_is_the_value_that_is_made_by_hand() -> None:
    blocked = Blocklist(compiled(False))
    rule = Rule(TargetKind.SUBTREE, "www.pirate.example")
    grounds = found(blocked, "www.pirate.example").grounds
    made = Match("a.www.pirate.example", rule, grounds)
    for how in range(8):
        lazy = found(blocked, "A.WWW.pirate.example.")  # each from the start, not read before
        if how == 0:
            assert lazy == made
            assert made == lazy
        elif how == 1:
            assert hash(lazy) == hash(made)
            assert {lazy, made} == {made}
        elif how == 2:
            assert repr(lazy) == repr(made)
        elif how == 3:
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                assert pickle.loads(pickle.dumps(lazy, protocol)) == made
        elif how == 4:
            assert copy.copy(lazy) == copy.deepcopy(lazy) == made
        elif how == 5:
            assert dataclasses.replace(lazy, name="b.example") == Match("b.example", rule, grounds)
            assert [field.name for field in dataclasses.fields(lazy)] == ["name", "rule", "grounds"]
        elif how == 6:
            match lazy:
                case Match(name, Rule(kind=TargetKind.SUBTREE), grounds=(first, *_)):
                    assert (name, first) == (made.name, grounds[0])
                case _:
                    pytest.fail("no pattern matched")
        else:
            assert made.orders == lazy.orders
            assert lazy != found(blocked, "b.www.pirate.example")


@pytest.mark.parametrize("attribute", ["name", "rule", "grounds", "orders", "_place", "other"])
def test_it_is_frozen_before_and_after_it_is_read(attribute: str) -> None:
    match = found(Blocklist(compiled(False)), "pirate.example")
    for _ in range(2):
        with pytest.raises((dataclasses.FrozenInstanceError, AttributeError, TypeError)):
            setattr(match, attribute, "other")
        with pytest.raises((dataclasses.FrozenInstanceError, AttributeError, TypeError)):
            delattr(match, attribute)
        assert str(match) == "pirate.example: blocked by pirate.example (it:0, it:again)"
    assert not hasattr(match, "other")
    assert not hasattr(Match("x", match.rule, ()), "_place")


def test_one_tuple_for_each_set_of_orders() -> None:
    blocked = Blocklist(compiled(False))
    sets = [found(blocked, name).orders for name in HOUSES]
    assert len({id(orders) for orders in sets}) == len(set(sets)) > 2
    one = Blocklist(compile_orders([order(*HOUSES)]))
    assert found(one, HOUSES[0]).orders is found(one, HOUSES[1]).orders
    assert [o.id for o in found(one, HOUSES[0]).orders] == ["it:test:1"]


@pytest.mark.parametrize("name", ["www.pirate.example", "x.kickass.to", b"\x06pirate\7example\0"])
def test_a_match_outlives_its_blocklist_until_that_is_closed(name: str | bytes) -> None:
    blocked = Blocklist(Image(bytes(compiled(False))))
    unread, read = found(blocked, name), found(blocked, name)
    wanted = (read.name, read.rule, read.grounds)
    blocked.close()
    assert (read.name, read.rule, read.grounds) == wanted
    with pytest.raises(ValueError, match="the blocklist is closed"):
        unread.grounds  # noqa: B018
    with pytest.raises(ValueError, match="the blocklist is closed"):
        unread.orders  # noqa: B018
    with pytest.raises(ValueError, match="the blocklist is closed"):
        blocked.match(name)
    blocked = Blocklist(compiled(False))
    kept = found(blocked, name)
    del blocked
    gc.collect()
    assert (kept.name, kept.rule, kept.grounds) == wanted


def test_a_match_frees_what_it_holds() -> None:
    blocked = Blocklist(compiled(False))
    matches = [found(blocked, f"n{number}.pirate.example") for number in range(100)]
    held = weakref.ref(blocked.contents)
    for match in matches[::2]:
        str(match)
    del blocked
    gc.collect()
    assert held() is not None
    del match, matches
    gc.collect()
    assert held() is None


@pytest.mark.parametrize("name", [None, 7, ["pirate.example"], bytearray(b"\0")])
def test_what_is_no_name_is_an_error(name: object) -> None:
    with pytest.raises(TypeError, match="name must be str or bytes"):
        Blocklist(compiled(False)).match(name)  # type: ignore[arg-type]
