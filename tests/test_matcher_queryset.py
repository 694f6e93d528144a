"""The set of orders behind a name in wire format, as a number; on each core."""

from __future__ import annotations

import pytest
from helpers import image, order
from scale import size
from servers.many import near, random_image
from strategies import wire

from blocklist import Authority, Blocklist, NotAnImageError, compile_orders


@pytest.mark.parametrize("seed", range(3))
def test_the_set_is_that_of_the_match(seed: int) -> None:
    blocked = Blocklist(random_image(seed, secrets=True))
    numbers = set()
    for name in near(blocked, seed, size(1000)):
        number = blocked.query_set(name)
        match = blocked.match(name)
        assert (number >= 0) is blocked.is_blocked(name) is (match is not None), name
        if match is not None:
            first = blocked.match_all(name)[0]
            assert blocked.contents.orders_of_set(number) == match.orders == first.orders, name
        numbers.add(number)
    assert len(numbers) > 2


def test_names_that_the_same_orders_block_have_one_number() -> None:
    agcom = Authority("agcom", "AGCOM")
    blocked = Blocklist(compile_orders([
        order("one.example", "*kickass*", "both.example", id="1"),
        order("two.example", "=both.example", id="2", authority=agcom),
        order("both.example", id="3", exceptions=["good.one.example"]),
    ]))  # fmt: skip
    asked = ["one.example", "A.One.example", "xkickass.org", "two.example", "both.example",
             "a.both.example", "good.one.example", "free.example"]  # fmt: skip
    numbers = [blocked.query_set(wire(name)) for name in asked]
    one, again, pattern, two, exact, below, *free = numbers
    assert one == again == pattern
    assert two == exact  # the rule for that name alone decides, and the second order has it
    assert len({one, two, below}) == 3
    assert free == [-1, -1]
    assert [o.id for o in blocked.contents.orders_of_set(below)] == ["1", "3"]


def test_octets_of_any_kind() -> None:
    blocked = Blocklist(image("a.example", "*kickass*"))
    good = wire("a.example")
    for name in (b"", b"\0", good[:-1], good + b"\0", good[:-1] + b"\xc0\x0c", b"\x40" + good,
                 b"\xff", b"\2a", b"\1x" * 123 + good, b"\7kickass", b"\0" + good):  # fmt: skip
        assert blocked.query_set(name) == -1, name
    for name in (good, b"\1\xe9" + good, b"\1x" * 122 + good, b"\x0amy\0kickass\0"):
        assert blocked.query_set(name) >= 0, name


@pytest.mark.parametrize("wrong", ["a.example", None, bytearray(b"\1a\0"), 7])
def test_other_types_are_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match="name must be bytes, not"):
        Blocklist(image("a.example")).query_set(wrong)  # type: ignore[arg-type]


def test_a_closed_one_answers_nothing() -> None:
    blocked = Blocklist(image("a.example"))
    blocked.close()
    with pytest.raises(ValueError, match="closed"):
        blocked.query_set(wire("a.example"))


def test_there_are_no_orders_of_a_number_that_no_set_has() -> None:
    contents = Blocklist(image("a.example")).contents
    for number in (-1, 1, 0xFFFFFFFF):
        with pytest.raises(NotAnImageError):
            contents.orders_of_set(number)
