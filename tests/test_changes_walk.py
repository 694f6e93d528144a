"""The walk over two images, against dictionaries of all their rules, and with hostile octets."""

from __future__ import annotations

import random
import signal
import struct
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from helpers import image, order
from naive_changes import Counts, naive_diff, naive_lists
from processortime import within
from scale import size

from blocklist import (
    EditionRejectedError,
    Image,
    NotAnImageError,
    Order,
    check_edition,
    compile_orders,
    diff,
    load_orders,
)
from blocklist.changes import _pure
from blocklist.cli.group import cli
from blocklist.image.contents import Contents
from blocklist.model.orders import Source

AT = datetime(2026, 6, 2, tzinfo=UTC)
UNIVERSE = [
    *(f"n{i}.example" for i in range(40)),
    *(f"n{i}.blog.test" for i in range(120)),  # more than a line holds
    *(f"x{i}.n{i % 5}.blog.test" for i in range(60)),
    *(f"a.b.c{i}.deep.test" for i in range(40)),
    *(f"{c * 61}.{c * 40}.long.test" for c in "abcdefg"),  # keys in the pool
    *(f"=only{i}.example" for i in range(10)),
    *(f"*.below{i}.example" for i in range(10)),
    *(f"=n{i}.blog.test" for i in range(8)),
    *(f"*.n{i}.blog.test" for i in range(8)),
    *(f"*part{i}*" for i in range(5)),
    *(f"http://u{i}.example/path" for i in range(8)),
    *(f"192.0.2.{i}" for i in range(8)),
    "zip", "xn--80ak6aa92e.test",
]  # fmt: skip


def random_orders(rng: random.Random, kept: dict[str, list[str]]) -> list[Order]:
    """Some orders, of which each takes over most of what it named in ``kept``."""
    orders = []
    for number in range(4):
        id_ = f"o{number}"
        if rng.random() < 0.15:
            continue
        targets = [name for name in kept.get(id_, []) if rng.random() < 0.9]
        targets += rng.sample(UNIVERSE, rng.choice((0, 3, 30)))
        targets = sorted(set(targets)) or ["never.empty.test"]
        kept[id_] = targets
        exceptions = rng.sample(UNIVERSE[:200], rng.choice((0, 0, 5)))
        fields: dict[str, Any] = {}
        if number == 0:
            serial = rng.randrange(100)
            fields |= {"series": "s", "serial": serial, "issued": date(2026, 1, 1 + serial % 28)}
        if number == 1:
            checksum = f"{rng.randrange(16**8):08x}"
            id_ += f":{checksum}"
            fields["source"] = Source("x.txt", checksum * 8)
        if number == 2 and rng.random() < 0.3:
            fields["issued"] = date(2026, 1, rng.randrange(1, 4))
        if number == 3 and rng.random() < 0.5:
            fields["expires"] = date(2026, 6, 1)
        orders.append(order(*targets, id=id_, exceptions=exceptions, **fields))
    return orders or [order("never.empty.test", id="o9")]


@cache
def random_pair(seed: int) -> tuple[Image, Image]:
    rng, kept = random.Random(seed), dict[str, list[str]]()
    # The first is compiled before an order ended that the second must do without.
    times = (datetime(2026, 5, 1, tzinfo=UTC), AT)
    old, new = (
        compile_orders(
            [order("always.test", id="always"), *random_orders(rng, kept)],
            at=at,
            permit=[name.lstrip("=") for name in UNIVERSE],
        )
        for at in times
    )
    return old, new


SEEDS = range(size(120))


@pytest.mark.parametrize("seed", SEEDS)
def test_differences_are_those_of_dictionaries(seed: int) -> None:
    old, new = random_pair(seed)
    assert diff(old, new) == naive_diff(old, new)
    assert diff(new, old) == naive_diff(new, old)


@pytest.mark.parametrize("seed", SEEDS)
def test_lists_are_those_of_dictionaries(seed: int) -> None:
    before, after = random_pair(seed)
    assert after.report is not None
    ended = {id_ for id_, _ in after.report.skipped}
    ended |= {one.id for one in Contents(before).orders if one.expires == date(2026, 6, 1)}
    try:
        report = check_edition(after, before, at=AT, max_drop=1, max_growth=99)
    except EditionRejectedError as error:
        report = error.report
    found: Counter[Counts] = Counter(
        (change.before, change.added, change.removed, change.lifted)
        for change in report.changes
        if change.added or change.removed or change.lifted
    )
    assert found == naive_lists(before, after, ended)


def test_the_pairs_have_what_they_should() -> None:
    """Otherwise the comparisons above compare nothing."""
    totals: Counter[str] = Counter()
    for seed in SEEDS:
        found = diff(*random_pair(seed))
        for what in ("added", "removed", "changed"):
            rules = getattr(found, what)
            totals.update(f"{what} {rule.kind.name} {rule.allow}" for rule in rules)
    assert len(totals) >= 3 * 7, totals


# ---- editions of one list ----------------------------------------------------------------------


def names(count: int) -> list[str]:
    return [f"pirate{number}.example" for number in range(count)]


@pytest.mark.parametrize(
    ("heads", "name"),
    [
        (("", ""), "list.txt"),
        (("0000268_2023.21.07", "0000277_2023.18.09"), "agcom.txt"),
        (("0000311_2024.06.06", "0000312_2024.07.06"), "adm.txt"),
        (("0000311_2024.06.06", ""), "adm.txt"),
    ],
)
def test_the_next_edition_of_a_list_changes_no_rule_that_stays(
    heads: tuple[str, str], name: str
) -> None:
    format_ = "adm-giochi" if name == "adm.txt" else None
    old, new = (
        compile_orders(
            load_orders("\n".join([head, *some, ""]).encode(), name=name, format=format_)
        )
        for head, some in zip(heads, (names(500), names(495)), strict=True)
    )
    found = diff(old, new)
    assert (len(found.added), len(found.removed), len(found.changed)) == (0, 5, 0)
    assert naive_diff(old, new).removed == found.removed


def test_a_rule_that_another_order_gives_has_changed() -> None:
    one, two = ("a.example", "b.example"), ("c.example", "d.example")
    old = compile_orders([order(*one, id="1"), order(*two, id="2")])
    new = compile_orders([order(*one[:1], id="1"), order(*one[1:], *two, id="2")])
    assert [rule.value for rule in diff(old, new).changed] == ["b.example"]
    other = compile_orders([order(*one, *two[:1], id="1"), order(*two, id="2")])
    assert [rule.value for rule in diff(old, other).changed] == ["c.example"]


def test_a_rule_that_moves_from_list_to_list_is_gone_from_one_and_new_in_the_other() -> None:
    old = compile_orders([order(*names(10), id="1"), order("x.example", id="2")])
    new = compile_orders([order(*names(9), id="1"), order("x.example", names(10)[9], id="2")])
    found = {change.name: change for change in check_edition(new, old).changes}
    assert [rule.value for rule in found["1"].removed] == ["pirate9.example"]
    assert [rule.value for rule in found["2"].added] == ["pirate9.example"]
    assert not diff(old, new).added


# ---- the twins ---------------------------------------------------------------------------------


def native() -> Any:
    return pytest.importorskip("blocklist.changes._native")


def classes_of(some: Image, rng: random.Random, count: int) -> bytes:
    numbers = [rng.randrange(count) for _ in Contents(some).sets_of_orders()]
    return struct.pack(f"={len(numbers)}I", *numbers)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_twins_find_the_same_in_the_same_sequence(seed: int) -> None:
    old, new = random_pair(seed)
    rng = random.Random(seed)
    count = 1 + seed % 3
    arguments = (old.octets, new.octets, classes_of(old, rng, count), classes_of(new, rng, count))
    assert native().compare_names(*arguments, count) == _pure.compare_names(*arguments, count)


def test_images_without_a_name() -> None:
    bare, named = image("*part*", "192.0.2.1"), image("a.example", "*part*")
    assert [rule.value for rule in diff(bare, named).added] == ["a.example"]
    assert [rule.value for rule in diff(named, bare).removed] == ["a.example"]
    assert diff(bare, image("*part*", "192.0.2.2")) == naive_diff(
        bare, image("*part*", "192.0.2.2")
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (b"", b"", b"", b""),
        ("", b"", b"", b"", 1),
        (b"", b"", b"", b"", -1),
        (b"", b"", b"", b"", 1),
        (b"", b"", b"abcd", b"", 2),
    ],
)
def test_arguments_that_are_none(arguments: tuple[Any, ...]) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError)):
        native().compare_names(*arguments)


# ---- hostile octets ----------------------------------------------------------------------------

READ = ("trie", "lines", "gates", "filter", "labels", "ranks", "pool", "grounds")


def damaged(good: Image, rng: random.Random) -> Image:
    """The image with some numbers changed in the sections that are compared."""
    sections = {name: bytearray(good.section(name)) for name in good.sections}
    for _ in range(rng.randrange(1, 4)):
        section = sections[rng.choice(READ)]
        width = rng.choice((1, 1, 4))
        if len(section) < width:
            continue
        at = rng.randrange(len(section) - width + 1)
        value = rng.choice((rng.randrange(2**32), rng.randrange(300), 2**32 - 1, 0))
        section[at : at + width] = value.to_bytes(4, "little")[:width]
    if rng.random() < 0.1:
        section = sections[rng.choice(READ)]
        del section[len(section) - min(len(section), rng.choice((1, 4, 8, 12, 64))) :]
    return Image.build({name: bytes(section) for name, section in sections.items()})


def test_damaged_images_are_errors_or_differences(core: str) -> None:
    rng = random.Random(15)
    outcomes: Counter[bool] = Counter()
    with within(60):
        for turn in range(size(4000, 800)):
            old, new = random_pair(turn % 8)
            pair = [damaged(old, rng), new] if turn % 2 else [old, damaged(new, rng)]
            try:
                found = diff(*pair)
            except NotAnImageError:
                outcomes[False] += 1
                continue
            outcomes[True] += 1
            rules = [len(Contents(one)) for one in pair]
            assert len(found.removed) + len(found.changed) <= rules[0]
            assert len(found.added) + len(found.changed) <= rules[1]
            if core == "native":  # what a lookup does not find is an error there alone
                with suppress(NotAnImageError):
                    assert found == naive_diff(*pair)
    assert outcomes[True] > 20
    assert outcomes[False] > 20


@pytest.mark.parametrize("is_new", [False, True])
@pytest.mark.parametrize(
    ("section", "octets"),
    [
        ("grounds", b"\xff" * 4),
        ("ranks", b"\x01\0\0\0"),
        ("lines", b"\xff"),
    ],
)
def test_the_error_names_the_file(
    section: str, octets: bytes, is_new: bool, tmp_path: Path
) -> None:
    good = image("a.example", "b.example")
    sections = {name: bytes(good.section(name)) for name in good.sections}
    sections[section] = octets + sections[section][len(octets) :]
    Image.build(sections).save(tmp_path / "bad.blk")
    good.save(tmp_path / "good.blk")
    pair = [tmp_path / "good.blk", tmp_path / "bad.blk"]
    with pytest.raises(NotAnImageError, match=r"bad\.blk"):
        diff(*(pair if is_new else pair[::-1]))


def test_a_name_that_stands_twice() -> None:
    """The line of one name takes the place of another's; all counts stay right."""
    good = image("aa.example", "bb.example", "cc.example")
    lines = bytes(good.section("lines"))
    twice = lines.replace(b"bb", b"aa")
    assert twice != lines
    sections = {name: bytes(good.section(name)) for name in good.sections} | {"lines": twice}
    bad = Image.build(sections)
    for pair in ((good, bad), (bad, good), (bad, image("zz.example"))):
        with pytest.raises(NotAnImageError):
            diff(*pair)


# ---- long walks --------------------------------------------------------------------------------


@cache
def large_pair() -> tuple[Image, Image]:
    rng = random.Random(5)
    some = [f"n{rng.randrange(10**6)}.host{rng.randrange(977)}.example" for _ in range(100_000)]
    some += [f"{rng.randrange(10**7)}.{rng.choice(('test', 'example'))}" for _ in range(70_000)]
    old, new = (
        compile_orders(load_orders("\n".join(part).encode(), name="l.txt"))
        for part in (rng.sample(some, 150_000), rng.sample(some, 150_000))
    )
    return old, new


@pytest.mark.no_core
def test_both_twins_find_the_same_in_large_images() -> None:
    old, new = large_pair()
    classes = struct.pack("=I", 0)
    arguments = (old.octets, new.octets, classes, classes, 1)
    found = native().compare_names(*arguments)
    assert found == _pure.compare_names(*arguments)
    assert len(found[0]) > 10_000
    assert len(found[1]) > 10_000


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="interrupts as POSIX does")
def test_control_c_ends_a_walk(core: str) -> None:
    if core == "pure":
        pytest.skip("Python code can always be interrupted")
    old, new = large_pair()
    classes = struct.pack("=I", 0)

    def walk() -> None:
        native().compare_names(old.octets, new.octets, classes, classes, 1)

    begun = time.thread_time()
    walk()
    whole = time.thread_time() - begun

    def interrupt(*_: object) -> None:  # no KeyboardInterrupt: that would end the run of all tests
        raise InterruptedError

    def interrupted_walk() -> None:
        signal.setitimer(signal.ITIMER_REAL, whole / 50)
        walk()

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        begun = time.thread_time()
        with pytest.raises(InterruptedError):
            interrupted_walk()
        assert time.thread_time() - begun < 0.7 * whole
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_other_threads_run_meanwhile(core: str) -> None:
    if core == "pure":
        pytest.skip("Python code gives way by itself")
    old, new = large_pair()
    classes = struct.pack("=I", 0)
    inside = threading.Event()
    done = threading.Event()

    def walk() -> None:
        inside.set()
        native().compare_names(old.octets, new.octets, classes, classes, 1)
        done.set()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        thread = threading.Thread(target=walk)
        thread.start()
        inside.wait()
        turns = 0
        while not done.is_set():
            turns += 1
        thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert turns > 1000  # a walk that kept the GIL would leave none


def test_the_command_reads_no_rule_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = compile_orders([order("a.example", "b.example", id="1", confidential=True)])
    new = compile_orders(
        [order("b.example", id="1", confidential=True), order("c.example", id="2")]
    )
    old.save(tmp_path / "old.blk")
    new.save(tmp_path / "new.blk")
    monkeypatch.setattr(Contents, "rules", lambda _: pytest.fail("all rules are read"))
    paths = [str(tmp_path / name) for name in ("old.blk", "new.blk")]
    result = CliRunner().invoke(cli, ["diff", *paths])
    assert result.output.splitlines() == ["+ c.example", "- (confidential)"]
