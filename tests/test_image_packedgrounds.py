"""The section ``grounds``: both twins write it, what the docs say of it, and hostile octets."""

from __future__ import annotations

import random
import struct
from array import array
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from typing import Any

import pytest
from helpers import image, order
from hypothesis import example, given
from hypothesis import strategies as st
from processortime import within
from scale import size

from blocklist import Blocklist, Image, NotAnImageError, compile_orders
from blocklist._columns import _pure_grounds
from blocklist._core import open_core
from blocklist.image.contents import Contents
from blocklist.image.layout import GROUNDS
from blocklist.image.packedgrounds import GroundsError, PackedGrounds

Row = tuple[int, int, int, int]
"""Rule, order, line and raw text of a ground."""

HEAD = struct.Struct("<5I5B7x")


# ---- a reader, as plain as the docs ------------------------------------------------------------


class PlainReader:
    """Reads the section after ``docs/image-format.md``: everything at once, as bits."""

    def __init__(self, section: bytes) -> None:
        (self.rules, self.count, self.sets, members, raws, *widths) = HEAD.unpack_from(section)
        set_bits, start_bits, order_bits, line_bits, raw_bits = widths
        self.section, self.at = section, HEAD.size
        of_rules = self.numbers(self.rules, set_bits)
        starts = list(range(self.sets + 1))
        if members > self.sets:
            starts = self.numbers(self.sets + 1, start_bits)
        orders = self.numbers(members, order_bits)
        self.members = [tuple(orders[a:b]) for a, b in pairwise(starts)]
        firsts = marks = [1] * self.count
        if self.count > self.rules:
            firsts = self.counted(self.count)
            marks = self.numbers(self.count, 1)
        lines = self.numbers(self.count, line_bits)
        flags = self.counted(self.count) if raws else [0] * self.count
        texts = iter(self.numbers(raws, raw_bits) if raws else [])
        assert section[self.at :] == bytes(8)
        self.rows: list[Row] = []
        rule = place = -1
        for first, mark, line, flag in zip(firsts, marks, lines, flags, strict=True):
            rule += first
            place = 0 if first else place + mark
            self.rows.append(
                (rule, self.members[of_rules[rule]][place], line, next(texts) if flag else 0)
            )
        self.of_rules = of_rules

    def numbers(self, count: int, bits: int) -> list[int]:
        octets = (count * bits + 7) // 8
        octets += -octets % 8
        whole = int.from_bytes(self.section[self.at : self.at + octets], "little")
        self.at += octets
        assert not whole >> count * bits
        return [whole >> i * bits & ((1 << bits) - 1) for i in range(count)]

    def counted(self, count: int) -> list[int]:
        bits = self.numbers(count, 1)
        ranks = self.numbers((count + 511) // 512, 32)
        assert ranks == [sum(bits[:at]) for at in range(0, count, 512)]
        return bits


# ---- writing and reading -----------------------------------------------------------------------


def native() -> Any:
    return pytest.importorskip("blocklist._columns._native")


def packed(rows: list[Row], twin: Any = _pure_grounds) -> bytes:
    columns = [array("I", [row[i] for row in rows]) for i in range(4)]
    section = twin.pack_grounds(*columns, len({row[0] for row in rows}))
    assert isinstance(section, bytes)
    return section


def reader_of(section: bytes) -> PackedGrounds:
    return PackedGrounds(lambda: section)


U32 = 2**32 - 1
NUMBERS = st.sampled_from([0, 1, 2, 7, 255, 256, 2**20, U32]) | st.integers(0, 40)
GROUND = st.tuples(NUMBERS, NUMBERS, st.just(0) | NUMBERS)
RULES = st.lists(st.lists(GROUND, min_size=1, max_size=4), max_size=40)


@given(RULES)
@example([])
@example([[(0, 0, 0)]])
@example([[(U32, U32, U32)] * 3, [(0, 0, 0)]])
def test_both_twins_write_what_every_reader_reads(rules: list[list[tuple[int, int, int]]]) -> None:
    rows = [(rule, *ground) for rule, grounds in enumerate(rules) for ground in grounds]
    random.Random(1).shuffle(rows)
    section = packed(rows)
    assert section == packed(rows, native())
    plain, reader = PlainReader(section), reader_of(section)
    assert plain.rows == sorted(rows)
    wanted = [tuple(sorted({order for order, _, _ in grounds})) for grounds in rules]
    assert plain.members == sorted(set(wanted)) == reader.sets_of_orders()
    assert (reader.rules, reader.sets) == (len(rules), len(set(wanted)))
    assert list(reader.order_sets()) == plain.of_rules
    for rule, grounds in enumerate(rules):
        assert reader.read(rule) == sorted(grounds)
        assert reader.orders_of_set(reader.order_set(rule)) == wanted[rule]


@pytest.mark.parametrize("several", [1, 2, 600])
def test_more_grounds_than_a_run_of_bits_holds(several: int) -> None:
    rng = random.Random(several)
    rows = [
        (rule, rng.randrange(3), rng.randrange(2000), rng.randrange(-4, 3))
        for rule in range(1300)
        for _ in range(several if rule in (0, 7, 600, 1299) else 1)
    ]
    rows = [(*row[:3], max(row[3], 0)) for row in rows]
    section = packed(rows, native())
    reader = reader_of(section)
    assert PlainReader(section).rows == sorted(rows)
    found = [(rule, *ground) for rule in range(1300) for ground in reader.read(rule)]
    assert found == sorted(rows)
    if several == 1:
        assert section == packed(rows)


def test_what_one_list_takes() -> None:
    """At most three octets a rule for a million; of fewer less, since their lines are smaller."""
    count = 50_000
    rows = [(rule, 0, 1 + rule * 7919 % count, 0) for rule in range(count)]
    assert len(packed(rows, native())) == HEAD.size + count * 16 // 8 + 8
    some = [(*row[:3], int(not row[0] % 50)) for row in rows]
    assert len(packed(some, native())) < 2.3 * count


@pytest.mark.parametrize(
    ("rules", "orders", "count"),
    [([6], [0], 6), ([0], [], 6), ([0], [0], -1), ([0, 2], [0, 0], 3), ([0, 1], [0, 0], 1)],
)
@pytest.mark.parametrize("twin", ["native", "pure"])
def test_columns_that_do_not_fit(
    twin: str, rules: list[int], orders: list[int], count: int
) -> None:
    pack = _pure_grounds if twin == "pure" else native()
    one, other = array("I", rules), array("I", orders)
    with pytest.raises(ValueError, match="columns of grounds do not fit together"):
        pack.pack_grounds(one, other, one, one, count)


# ---- images ------------------------------------------------------------------------------------

SHARED = ["a.example", "b.example", "=c.example", "*x*", "192.0.2.1", "http://u.example/p"]


def shared_orders() -> Image:
    """Rules of one order, of two and of three; one is there twice in the same order."""
    return compile_orders(
        [
            order(*SHARED, "only1.example", "A.example", id="1"),
            order(*SHARED[:2], "only2.example", id="2"),
            order("B.EXAMPLE", *SHARED[2:], id="3", exceptions=["ok.a.example"]),
        ]
    )


def test_rules_on_the_same_orders_have_the_same_set(core: str) -> None:
    compiled = shared_orders()
    contents, asked = Contents(compiled), open_core(compiled)
    plain = PlainReader(bytes(compiled.section("grounds")))
    sets: dict[tuple[str, ...], set[int]] = {}
    for number, rule in enumerate(contents.rules()):
        ids = [ground.order.id for ground in contents.grounds(number, rule)]
        assert tuple(dict.fromkeys(ids)) == tuple(one.id for one in contents.orders_of(number))
        chosen = asked.order_set(number)
        assert chosen == contents.order_set(number) == plain.of_rules[number]
        assert contents.orders_of_set(chosen) == contents.orders_of(number)
        sets.setdefault(tuple(sorted(set(ids))), set()).add(chosen)
    assert set(sets) == {("1",), ("2",), ("3",), ("1", "2"), ("1", "3"), ("1", "2", "3")}
    assert sorted(number for some in sets.values() for number in some) == list(range(len(sets)))
    for wrong in (len(contents), 2**32 - 1):
        with pytest.raises(IndexError):
            asked.order_set(wrong)
        with pytest.raises(NotAnImageError):
            contents.order_set(wrong)


def test_no_sets_are_read_of_a_closed_blocklist(core: str) -> None:
    blocked = Blocklist(image("a.example"))
    asked = blocked._core
    assert asked.order_set(0) == 0
    blocked.close()
    with pytest.raises(ValueError, match="closed"):
        blocked._core.order_set(0)
    with pytest.raises(ValueError, match="released"):
        blocked.contents.order_set(0)


# ---- hostile octets ----------------------------------------------------------------------------


def changed(section: bytes, **fields: int) -> bytes:
    octets = bytearray(section)
    names = list(GROUNDS.at)
    for name, value in fields.items():
        width = 4 if names.index(name) < 5 else 1
        octets[GROUNDS.at[name] : GROUNDS.at[name] + width] = value.to_bytes(width, "little")
    return bytes(octets)


ONE = packed([(rule, 0, rule, 0) for rule in range(30)])
MANY = packed([(rule, rule % 5, rule, rule % 2) for rule in range(30)] + [(3, 4, 1, 1)])
EDITS: list[tuple[bytes, dict[str, int]]] = [
    *((MANY, {name: value}) for name in list(GROUNDS.at)[:5] for value in (1000, U32)),
    *((MANY, {name: value}) for name in list(GROUNDS.at)[5:10] for value in (33, 64, 255)),
    (MANY, {"sets": 0}), (MANY, {"members": 1}), (MANY, {"grounds": 29}), (MANY, {"start_bits": 1}),
    (ONE, {"line_bits": 0}), (ONE, {"rules": U32, "grounds": U32, "line_bits": 0}),
    (ONE, {"sets": 2, "members": 2}), (ONE, {"members": U32}), (ONE, {"sets": 30, "members": 30}),
    (ONE, {"rules": 0, "grounds": 30, "sets": 0, "members": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("section", "fields"), EDITS)
def test_heads_that_contradict_the_section(section: bytes, fields: dict[str, int]) -> None:
    """Neither reader takes room for what is not there."""
    octets = changed(section, **fields)
    good = image("a.example")
    sections = {name: bytes(good.section(name)) for name in good.sections} | {"grounds": octets}
    with pytest.raises(GroundsError):
        reader_of(octets)
    with pytest.raises(NotAnImageError, match="grounds"):
        Blocklist(Image.build(sections))


@pytest.mark.parametrize("octets", [b"", b"\0" * 31, ONE[:-1], ONE + b"\0", MANY[:-8], bytes(40)])
def test_sections_of_another_size(octets: bytes) -> None:
    with pytest.raises(GroundsError):
        reader_of(octets)


def test_changed_octets_are_errors_or_other_grounds() -> None:
    core = import_module("blocklist._core._native") if has_native() else None
    rng = random.Random(4)
    good = image(*(f"n{i}.example" for i in range(30)))
    sections = {name: bytes(good.section(name)) for name in good.sections}
    outcomes = set()
    with within(20):
        for _ in range(size(4000, 600)):
            octets = bytearray(MANY)
            for _ in range(rng.randrange(1, 4)):
                at = rng.randrange(20, len(octets)) if rng.random() < 0.9 else rng.randrange(32)
                octets[at] = rng.choice((rng.randrange(256), 255, 0))
            section = bytes(octets)
            outcomes.add(reads(section))
            if core is not None:
                outcomes.add(agrees(core, section, sections))
    assert outcomes == {True, False}


def has_native() -> bool:
    try:
        import_module("blocklist._core._native")
    except ImportError:
        return False
    return True


def attempt(what: Callable[[], Any], *errors: type[Exception]) -> Any:
    try:
        return what()
    except errors:
        return None


def reads(section: bytes) -> bool:
    """Whether every rule of the section can be read."""
    reader = attempt(lambda: reader_of(section), GroundsError)
    if reader is None:
        return False
    attempt(reader.sets_of_orders, GroundsError)
    attempt(reader.order_sets, GroundsError)
    found = [
        attempt(lambda rule=rule: reader.read(rule), GroundsError)  # type: ignore[misc]
        for rule in range(reader.rules)
    ]
    return None not in found


def agrees(core: Any, section: bytes, sections: dict[str, bytes]) -> bool:
    """Whether the native reader opens the section; it must say the same as the other."""
    built = Image.build(sections | {"grounds": section})
    opened = attempt(lambda: core.Core(built.octets, str), ValueError)
    reader = attempt(lambda: reader_of(section), GroundsError)
    assert (opened is None) == (reader is None)
    for rule in range(reader.rules if reader else 0):
        chosen = attempt(lambda rule=rule: opened.order_set(rule), IndexError)  # type: ignore[misc]
        assert chosen == attempt(
            lambda rule=rule: reader.order_set(rule),  # type: ignore[misc]
            GroundsError,
        )
    return opened is not None
