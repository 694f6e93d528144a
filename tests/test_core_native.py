"""What only the binding has: objects of Python, their references, and buffers of strangers."""

from __future__ import annotations

import gc
import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from ipaddress import IPv4Address, IPv6Address
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from helpers import image
from hypothesis import given, settings
from hypothesis import strategies as st
from processortime import spent, within
from scale import size
from strategies import any_text, wire

from blocklist import Blocklist, Image, Match, NotAnImageError, query_name
from blocklist._core._pure import PureCore
from blocklist.model.addresses import packed_address

pytestmark = pytest.mark.no_core

SANITIZED = "libasan" in os.environ.get("LD_PRELOAD", "")
BLOCKS = (
    "example.com", "=exact.example.org", "*.below.example.it", "faß.de", "例子.example",
    "*kickass*", "ads*.example", "192.0.2.0/25", "198.51.100.7", "2001:db8::/48",
    *(f"n{i}.example.net" for i in range(300)),
)  # fmt: skip
EXCEPTIONS = ("ok.example.com", "*kickass*edu", "192.0.2.8/29")
REST = (query_name, (IPv4Address, IPv6Address), packed_address, b"")
"""What a core takes behind its octets."""
ADDRESSES = (
    "192.0.2.7", "192.0.2.9", "198.51.100.7", "2001:db8::1", "::ffff:192.0.2.7", "fe80::1%eth0",
    b"\xc0\0\2\7", IPv6Address("2001:db8::1"), IPv4Address("192.0.2.7"), "\xa0192.0.2.7",
)  # fmt: skip


@cache
def compiled() -> Image:
    return image(*BLOCKS, exceptions=EXCEPTIONS)


def load_native() -> Any:
    """The extension; tests are skipped without it, unless it is required."""
    try:
        return import_module("blocklist._core._native")
    except ImportError as error:
        if os.environ.get("BLOCKLIST_REQUIRE_NATIVE") == "1":
            raise
        pytest.skip(f"no native core: {error}", allow_module_level=True)


native = load_native()


def new_core(octets: Any = None, reads: Callable[[str], Any] = query_name) -> Any:
    return native.Core(compiled().octets if octets is None else octets, reads, *REST[1:])


@cache
def core() -> Any:
    return new_core()


@cache
def pure() -> PureCore:
    return PureCore(compiled())


class Text(str):
    __slots__ = ("more",)

    def __str__(self) -> str:
        return "other.test"

    def __len__(self) -> int:
        return 3

    def __eq__(self, other: object) -> bool:
        raise AssertionError

    def __hash__(self) -> int:
        raise AssertionError


class Octets(bytes):
    def __bytes__(self) -> bytes:
        return b"\0"

    def __len__(self) -> int:
        return 1


# ---- objects -------------------------------------------------------------------------------

NAMES = [
    "example.com", "WWW.Example.COM.", "notexample.com", "ok.example.com", "exact.example.org",
    "x.kickass.to", "kickass.edu", "a\\.b.example.com", "a\\046b.example.com", "\\065.example.com",
    "\\", "a\\", "", ".", "..", "n7.example.net", f"{'a' * 63}.{'b' * 63}.{'c' * 63}.example.com",
    f"{'a' * 64}.example.com", ".".join("a" * 127), "\0.example.com", "a b.example.com",
]  # fmt: skip
OTHERS = [
    "fa\xdf.de", "x.FA\xdf.DE.", "\xe9.example.com", "\xff", "例子.example", "x.例子.EXAMPLE",
    "例\u3002example", "\U0001f4a9.example.com", "\U0001f4a9", "\ud800.example.com", "\udcff",
    "a\udfff\ud800.example.com", "\ufeffexample.com", "e\u0301.example.com", "\xad.example.com",
    "\u200d.kickass.to", "kick\xe4ss.to", "\uff45xample.com", "ex\xadample.com",
    "example\uff0ecom", "\xe9\\.x.example.com",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES + OTHERS, ids=ascii)
def test_every_kind_of_text(name: str) -> None:
    wanted = pure().is_blocked(name)
    assert core().is_blocked(name) is wanted
    assert core().is_blocked(Text(name)) is wanted
    assert core().is_blocked_many([name, Text(name)] * 20) == [wanted] * 40
    wider = name + "\U0001f4a9"
    assert core().is_blocked(wider[:-1]) is wanted


@given(
    any_text, st.sampled_from(["", ".example.com", ".kickass.", ".fa\xdf.de", "\\.n7.example.net"])
)
def test_text_of_every_width(text: str, rest: str) -> None:
    for name in (text + rest, Text(text + rest)):
        assert core().is_blocked(name) is pure().is_blocked(text + rest)


@pytest.mark.parametrize("name", ["x.example.com", "n7.example.net", "com", "", "x.kickass.to"])
def test_bytes_and_what_inherits_from_them(name: str) -> None:
    octets = wire(name)
    wanted = pure().is_blocked(octets)
    assert core().is_blocked(octets) is wanted
    assert core().is_blocked(Octets(octets)) is wanted
    assert core().is_blocked(octets[:-1]) is False
    assert core().is_blocked(octets + b"\0") is False


HUGE = 10_000_000


@pytest.mark.parametrize(
    "name",
    [
        "a" * HUGE,
        "." * HUGE,
        "a." * (HUGE // 2) + "example.com",
        "\\046" * (HUGE // 4),
        "\xe9" * HUGE,
        "\xe9." * (HUGE // 2) + "example.com",
        "\U0001f4a9" * (HUGE // 4),
        b"\x01a" * (HUGE // 2) + b"\0",
        b"\x3f" * HUGE,
        bytes(HUGE),
    ],
    ids=lambda name: ascii(name[:4]),
)
def test_huge_names_are_no_names(name: str | bytes) -> None:
    with within(60):
        assert core().is_blocked(name) is False
        assert core().is_blocked_many([name, "example.com", name]) == [False, True, False]


CHANGES: dict[str, Callable[[list[str]], object]] = {
    "cleared": lambda names: names.clear(),
    "longer": lambda names: names.append("x"),
    "shorter": lambda names: names.pop(),
    "much longer": lambda names: names.extend(["\xe9"] * 1000),
    "other names": lambda names: names.__setitem__(slice(None), ["y"] * len(names)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_list_that_changes_while_it_is_read(change: Callable[[list[str]], object]) -> None:
    names: list[str] = []

    def reads(_: str) -> str:
        change(names)
        gc.collect()
        return "n1.example.net"

    changed = new_core(reads=reads)
    names += ["n1.example.net", "\xe9", *(f"n{i}.example.net" for i in range(200))]
    with suppress(RuntimeError):
        answers = changed.is_blocked_many(names)
        assert answers[:2] == [True, True]
    names[:] = ["\xe9"]  # in the last group, so that nobody sees the change
    assert changed.is_blocked_many(names) == [True]


def test_what_query_name_may_return() -> None:
    assert new_core(reads=lambda _: None).is_blocked("\xe9") is False
    assert new_core(reads=lambda _: 7).is_blocked("\xe9") is False
    assert new_core(reads=lambda _: "\xe9").is_blocked("\xe9") is False
    assert new_core(reads=lambda _: Text("example.com")).is_blocked("\xe9") is True
    with pytest.raises(ZeroDivisionError):
        new_core(reads=lambda _: 1 // 0).is_blocked("\xe9")
    with pytest.raises(ZeroDivisionError):
        new_core(reads=lambda _: 1 // 0).is_blocked_many(["x"] * 40 + ["\xe9"])


def test_iterables_that_raise_or_are_none() -> None:
    def raising() -> Iterator[str]:
        yield "example.com"
        raise KeyError

    with pytest.raises(KeyError):
        core().is_blocked_many(raising())
    for wrong in (None, 7, object()):
        with pytest.raises(TypeError):
            core().is_blocked_many(wrong)


@pytest.mark.parametrize(
    "arguments",
    [(), (b"",), (None, None), ("text", *REST), (b"", *REST), (b"x" * 100, *REST),
     (bytes(1000), *REST), (b"", *REST, 1), (7, *REST), (compiled().octets, query_name),
     (compiled().octets, query_name, (IPv4Address, 7), *REST[2:]),
     (compiled().octets, *REST[:3], None), (compiled().octets, *REST[:3], bytes(17)),
     (memoryview(b"abc")[::2], *REST)],
)  # fmt: skip
def test_a_core_of_garbage(arguments: tuple[Any, ...]) -> None:
    with pytest.raises((TypeError, ValueError, BufferError)):
        native.Core(*arguments)
    with pytest.raises((TypeError, ValueError, BufferError)):
        native.Core.__new__(native.Core, *arguments)


def test_a_core_by_other_ways() -> None:
    with pytest.raises(TypeError):
        native.Core(octets=compiled().octets, query_name=query_name)
    with pytest.raises(TypeError):
        object.__new__(native.Core)
    inherited = type("Core", (native.Core,), {})(compiled().octets, *REST)
    assert inherited.is_blocked("example.com")
    inherited.itself = inherited
    del inherited
    gc.collect()
    assert new_core(bytearray(bytes(compiled()))).is_blocked("example.com")
    for matching in ((), (Match,), (Match, 1, 2), (int, 1), (7, 1), (Holder, 1), (Text, 1)):
        with pytest.raises((TypeError, AttributeError)):
            core().matcher(*matching)
    with pytest.raises(TypeError, match="takes a class and a finder"):
        core().matcher(kind=Match, finder=1)
    for judging in ((), (Match, 1, 2), (7, 1, Reader(), 0), (Match, 1, 2, 0)):
        with pytest.raises((TypeError, AttributeError)):
            core().url_judges(*judging)
    with pytest.raises(ZeroDivisionError):
        core().url_judges(Match, 1, Reader(), Untrue())
    for place in (None, "x", -1, 2**64):
        for ask in (core().number_at, core().set_at):
            with pytest.raises((TypeError, OverflowError)):
                ask(place)
    for wrong in ("\xe9", b"a", None, 7):
        with pytest.raises(TypeError, match="key must be a key of query_name"):
            core().covering(wrong)
    assert core().covering("") == core().covering("..") == core().covering("a" * 300) == []


def test_the_octets_stay_while_a_core_reads_them() -> None:
    octets = bytearray(bytes(compiled()))
    reader = new_core(octets)
    with pytest.raises(BufferError):
        octets.clear()
    reader.close()
    if getattr(sys, "_is_gil_enabled", lambda: True)():
        octets.clear()
    with pytest.raises(ValueError, match="the blocklist is closed"):
        reader.is_blocked("example.com")
    for ask, question in (
        (reader.is_blocked_many, "x"),
        (reader.rule_numbers, "x"),
        (reader.covering, "x"),
        (reader.matcher(Match, None), "x"),
        (reader.is_blocked_address, "x"),
        (reader.is_blocked_address, IPv4Address("192.0.2.7")),
        (reader.covering_address, b"1234"),
    ):
        with pytest.raises(ValueError, match="the blocklist is closed"):
            ask(question)
    with pytest.raises(ValueError, match="the blocklist is closed"):
        reader.ask_column(0, 4, False, (None, bytes(8), b""), 0, 1)


# ---- references ----------------------------------------------------------------------------


def ask_everything(asked: Any, names: list[Any]) -> None:
    for name in names:
        with suppress(TypeError):
            asked.is_blocked(name)
    texts = [name for name in names if isinstance(name, str | bytes)]
    asked.is_blocked_many(texts)
    asked.is_blocked_many(iter(texts))
    with suppress(TypeError):
        asked.is_blocked_many(names)
    asked.covering("x.n7.example.net")
    asked.covering("kickass.edu")
    with suppress(TypeError):
        asked.covering(None)
    offsets, data = struct.pack("<4i", 0, 3, 14, 16), b"abcexample.com\xc3\xa9"
    asked.rule_numbers(texts)
    with suppress(TypeError):
        asked.rule_numbers(names)
    for question in range(3):
        for is_wire in (False, True):
            asked.ask_column(question, 4, is_wire, (b"\xff", offsets, data), 0, 3)
        for wrong in ((None, offsets, b"x"), (None, b"", data), (7, offsets, data), ()):
            with suppress(TypeError, ValueError):
                asked.ask_column(question, 4, False, wrong, 0, 3)
    with suppress(TypeError, ValueError):
        native.Core(b"no image at all" * 9, *REST)
    for address in ADDRESSES:
        assert asked.is_blocked_address(address) is pure().is_blocked_address(address)
    for no_address in (None, 7, bytearray(b"1234")):
        with pytest.raises(TypeError):
            asked.is_blocked_address(no_address)
    asked.covering_address(b"\xc0\0\2\7")
    with pytest.raises(TypeError):
        asked.covering_address("192.0.2.7")


class Holder:
    """A class with the names of the slots and none."""

    _finder = _asked = _place = None


class Reader:
    """What reads URLs in place of the library; its rules are what they are."""

    def __init__(self, rules: Any = ()) -> None:
        self.rules = rules

    def is_blocked_url(self, url: object) -> object:
        return url

    def match_url(self, url: object) -> object:
        return url

    def url_rules(self) -> Any:
        return self.rules() if callable(self.rules) else self.rules


class Untrue:
    def __bool__(self) -> bool:
        raise ZeroDivisionError


class Finder:
    def name(self, asked: str | bytes) -> str:
        return query_name(asked) or ""


def test_no_reference_is_kept() -> None:
    octets = bytes(compiled())
    asked = new_core(octets)
    names: list[Any] = ["x.Example.com", Text("x.example.com"), "\xe9.example.com", b"\1a\0", 7.5]
    names += [
        Octets(b"\1a\0"),
        "".join(["\U0001f4a9", ".kickass.to"]),
        "\ud800",
        "a\\.b.example.com",
    ]
    watched = [*names, asked, octets, query_name, native.Core, True, False]

    def count() -> list[int]:
        gc.collect()
        return [sys.getrefcount(thing) for thing in watched]

    ask_everything(asked, names)
    before, blocks = count(), sys.getallocatedblocks()
    for _ in range(500):
        ask_everything(asked, names)
    after, more = count(), sys.getallocatedblocks() - blocks
    assert [b - a for a, b in zip(before, after, strict=True) if abs(b - a) > 5] == []
    assert more < 400


def test_no_reference_of_a_match_is_kept() -> None:
    asked, finder = new_core(), Finder()
    names = [
        "x.Example.com",
        Text("x.example.com"),
        "\xe9.example.com",
        b"\1a\7example\3com\0",
        7.5,
    ]

    def ask() -> None:
        match = asked.matcher(Match, finder)
        for name in names:
            with suppress(TypeError):
                found = match(name)
                assert found.name == query_name(name)  # type: ignore[arg-type]
                asked.number_at(found._place)
        for wrong in ((), (Match,), (int, finder), (7, finder), (Holder, finder)):
            with suppress(TypeError, AttributeError):
                asked.matcher(*wrong)

    def count() -> list[int]:
        gc.collect()
        watched = [*names, asked, finder, Match, Holder, native.Core, query_name]
        return [*map(sys.getrefcount, watched), sys.getallocatedblocks() // 150]

    for _ in range(500):
        ask()
    before = count()
    for _ in range(1000):
        ask()
    assert [b - a for a, b in zip(before, count(), strict=True) if abs(b - a) > 5] == []


@pytest.mark.parametrize(
    "rules", [None, 7, [7], [("x",)], [("x", 1)], [(b"x/", True)], [(Text("x/"), True)], "ab"]
)
def test_rules_about_urls_that_are_none(rules: Any) -> None:
    is_blocked, match = core().url_judges(Match, Finder(), Reader(rules), 1)
    for ask in (is_blocked, match):
        with pytest.raises(TypeError):
            ask("http://www.example.com/")


def test_rules_about_urls_that_are_strange() -> None:
    rules = [("", True), ("é/", False), ("x", False), ("x.test/a", False), ("x.test/a", True)] * 3
    rules += [(f"x.test/{'b' * i}", False) for i in range(1, 300)]
    ask, match = core().url_judges(Match, Finder(), Reader(rules), 1)
    assert [ask(f"http://x.test/{path}") for path in ("a", "b/c", "c", "a/b")] == [
        False, True, False, False,
    ]  # fmt: skip
    assert ask("http://203.0.113.1/") is False
    assert match("http://203.0.113.1/") is None
    assert ask("http://[2001:db8::1]/") == match("http://[2001:db8::1]/") == "http://[2001:db8::1]/"
    assert ask(7) == match(7) == 7
    assert match("http://x.test/b/c") == "http://x.test/b/c"
    assert match("http://x.test/c") is None
    closing = new_core()
    ask, match = closing.url_judges(Match, Finder(), Reader(lambda: closing.close() or []), 1)
    for question in (ask, match):
        with pytest.raises(ValueError, match="the blocklist is closed"):
            question("http://www.example.com/")


def test_no_reference_of_a_url_is_kept() -> None:
    asked, finder, reader = new_core(), Finder(), Reader([("x.test/a", False)])
    urls: list[Any] = ["http://www.example.com/x", "http://x.test/a", "http://x.test/é", "http://é/",
                       Text("http://www.example.com/x"), 7.5, "http://[::1]/"]  # fmt: skip

    def ask() -> None:
        for functions in (asked.url_judges(Match, finder, reader, has) for has in (0, 1)):
            for function in functions:
                for url in urls:
                    function(url)

    def count() -> list[int]:
        gc.collect()
        watched = [*urls, asked, finder, reader, Match]
        return [*map(sys.getrefcount, watched), sys.getallocatedblocks() // 100]

    for _ in range(300):
        ask()
    before = count()
    for _ in range(600):
        ask()
    assert [b - a for a, b in zip(before, count(), strict=True) if abs(b - a) > 5] == []


def test_an_image_is_free_once_its_core_is() -> None:
    octets = bytearray(bytes(compiled()))
    view = memoryview(octets)
    before = sys.getrefcount(view)
    for _ in range(100):
        reader = new_core(view)
        reader.is_blocked("\xe9")
        del reader
        with suppress(ValueError):
            new_core(view[:70])
    gc.collect()
    assert sys.getrefcount(view) == before
    view.release()
    octets.clear()


GROWTH = """
import gc, os, sys
from blocklist import Blocklist, NotAnImageError, Image
def resident():
    with open("/proc/self/statm") as file: pages = int(file.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
def round(i):
    blocked = Blocklist.open(sys.argv[1], verify=False)
    assert blocked.is_blocked("www.example.com") and blocked.is_blocked("x.fa\\xdf.de")
    names = ["a.example.com", "\\xe9.example.com", b"\\1x\\0"]
    assert blocked.is_blocked_many(names) == [True, True, False]
    assert blocked.match("www.example.com")
    try: blocked.is_blocked_many(["x", None])
    except TypeError: pass
    if i % 2: blocked.close()
for i in range(300): round(i)
gc.collect()
before = resident()
for i in range(3000): round(i)
gc.collect()
print(resident() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
@pytest.mark.skipif(SANITIZED, reason="ASan keeps what is freed")
def test_memory_does_not_grow(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    compiled().save(path)
    command = [sys.executable, "-c", GROWTH, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 8_000_000


# ---- columns of strangers ------------------------------------------------------------------


def view(*parts: int) -> bytes:
    """A row of a column of views: length, prefix, buffer, offset."""
    return struct.pack("<4i", *parts)


SHORT = struct.pack("<i12s", 11, b"example.com ")
DATA = b"a-long-name.example.com"


@pytest.mark.parametrize(
    ("width", "buffers", "first", "count"),
    [
        (4, (None, struct.pack("<2i", 0, 24), DATA), 0, 1),
        (4, (None, struct.pack("<2i", -1, 5), DATA), 0, 1),
        (4, (None, struct.pack("<2i", 5, 4), DATA), 0, 1),
        (4, (None, struct.pack("<2i", 2**31 - 1, -(2**31)), DATA), 0, 1),
        (4, (None, struct.pack("<2i", 0, 1), None), 0, 1),
        (4, (None, struct.pack("<2i", 0, 5), DATA), 1, 1),
        (4, (None, struct.pack("<2i", 0, 5), DATA), 0, 2),
        (4, (None, None, DATA), 0, 1),
        (4, (b"", struct.pack("<2i", 0, 5), DATA), 0, 1),
        (4, (b"\xff", bytes(80), DATA), 2, 8),
        (8, (None, struct.pack("<2q", 0, 2**62), DATA), 0, 1),
        (8, (None, struct.pack("<2q", -(2**63), 2**63 - 1), DATA), 0, 1),
        (8, (None, struct.pack("<2i", 0, 5), DATA), 0, 1),
        (16, (None, view(23, 0, 0, 1), DATA), 0, 1),
        (16, (None, view(23, 0, 0, -1), DATA), 0, 1),
        (16, (None, view(23, 0, 1, 0), DATA), 0, 1),
        (16, (None, view(23, 0, -1, 0), DATA), 0, 1),
        (16, (None, view(-23, 0, 0, 0), DATA), 0, 1),
        (16, (None, view(2**31 - 1, 0, 0, 0), DATA), 0, 1),
        (16, (None, view(23, 0, 0, 2**31 - 1), DATA), 0, 1),
        (16, (None, view(23, 0, 0, 0), None), 0, 1),
        (16, (None, view(23, 0, 0, 0)), 0, 1),
        (16, (None, SHORT[:15]), 0, 1),
        (4, (None, bytes(8)), 0, 1),
        (4, (None, bytes(8), b"", b""), 0, 1),
        (3, (None, bytes(8), b""), 0, 1),
        (0, (None, bytes(8), b""), 0, 1),
        (-4, (None, bytes(8), b""), 0, 1),
        (4, (), 0, 0),
        (4, (None, bytes(8), b""), -1, 1),
        (4, (None, bytes(8), b""), 0, -1),
        (4, (None, bytes(8), b""), 2**63 - 1, 2**63 - 1),
        (4, (None, bytes(8), b""), 0, 2**62),
        (16, (None, bytes(16)), 2**59, 1),
    ],
)
def test_columns_that_contradict_themselves(
    width: int, buffers: tuple[bytes | None, ...], first: int, count: int
) -> None:
    for ask in range(3):
        with pytest.raises(ValueError, match="column"):
            core().ask_column(ask, width, ask == 1, buffers, first, count)


def test_columns_that_are_strange_and_right() -> None:
    def ask(width: int, *rest: Any) -> Any:
        return core().ask_column(0, width, False, *rest)

    assert ask(16, (None, SHORT), 0, 1) == b"\1"
    assert ask(16, (None, SHORT + view(23, 0, 1, 0), None, DATA), 0, 2) == b"\3"
    assert ask(16, (b"\0", view(-1, -1, -1, -1)), 0, 1) == b"\0"  # null: nobody looks
    assert ask(4, (None, b"", b""), 0, 0) == ask(4, (None, None, None), 0, 0) == b""
    assert ask(4, (None, bytes(80), None), 3, 9) == b"\0\0"
    assert ask(4, (None, struct.pack("<3i", 7, 18, 7)[:8], b"unused-example.com"), 0, 1) == b"\1"
    assert ask(8, (b"\x02", struct.pack("<3q", 0, 11, 22), b"example.com" * 2), 0, 2) == b"\2"
    assert ask(4, (None, struct.pack("<2i", 0, 3), b"\xff\xc3\x28"), 0, 1) == b"\0"
    for wrong in ([None, b"", b""], None, 7, ("text", bytes(8), b""), (None, bytes(8), 7)):
        with pytest.raises(TypeError):
            ask(4, wrong, 0, 1)
    with pytest.raises((TypeError, OverflowError)):
        ask(4, (None, bytes(8), b""), 2**64, 1)


@given(
    st.sampled_from([4, 8, 16]),
    st.none() | st.binary(max_size=4),
    st.binary(max_size=100)
    | st.lists(st.integers(-2, 30)).map(lambda numbers: struct.pack(f"<{len(numbers)}i", *numbers)),
    st.lists(st.none() | st.binary(max_size=40) | st.just(DATA), max_size=3),
    st.integers(0, 12),
    st.integers(0, 20),
)  # fmt: skip
def test_columns_of_any_octets(
    width: int, validity: bytes | None, index: bytes, data: list[Any], first: int, count: int
) -> None:
    for ask, is_wire in product(range(3), (False, True)):
        with suppress(ValueError):
            answers = core().ask_column(ask, width, is_wire, (validity, index, *data), first, count)
            assert len(answers) == (4 * count if ask else (count + 7) // 8)


@pytest.mark.parametrize("ask", [-1, 3, 2**31 - 1])
def test_questions_that_there_are_not(ask: int) -> None:
    with pytest.raises(ValueError, match="not the buffers of a string column"):
        core().ask_column(ask, 4, False, (None, bytes(8), b""), 0, 1)


def test_numbers_of_an_image_that_contradicts_itself() -> None:
    """The ranks say that more rules stand before a line than there are."""
    built = compiled()
    sections = {name: bytes(built.section(name)) for name in built.sections}
    sections["ranks"] = b"\0\0\0\x7f" * (len(sections["ranks"]) // 4)
    asked = native.Core(Image.build(sections).octets, *REST)
    offsets = struct.pack("<2i", 0, len(DATA))
    assert asked.ask_column(0, 4, False, (None, offsets, DATA), 0, 1) == b"\1"
    with pytest.raises(IndexError, match="contradict each other"):
        asked.ask_column(1, 4, False, (None, offsets, DATA), 0, 1)
    with pytest.raises(IndexError, match="contradict each other"):
        asked.rule_numbers([DATA.decode()])


# ---- images of strangers -------------------------------------------------------------------


@st.composite
def changed_images(draw: st.DrawFn) -> bytes:
    """An image in which some numbers are others, mostly in what the core reads."""
    octets = bytearray(bytes(compiled()))
    sections = [(0, 64), (64, 512), *(place(name) for name in READ_BY_CORE)]
    for _ in range(draw(st.integers(1, 5))):
        at, length = draw(st.sampled_from(sections))
        number = draw(st.integers(0, 2**32 - 1) | st.integers(0, 300) | st.just(2**32 - 1))
        offset = at + draw(st.integers(0, max(length - 1, 0)))
        size = draw(st.sampled_from([1, 4]))
        octets[offset : offset + size] = number.to_bytes(4, "little")[:size]
    del octets[len(compiled()) :]
    octets[:12] = bytes(compiled())[:12]
    octets[16:24] = len(octets).to_bytes(8, "little")
    return bytes(octets)


READ_BY_CORE = (
    "trie",
    "lines",
    "gates",
    "filter",
    "labels",
    "ranks",
    "pool",
    "automaton",
    "automaton",
    "addresses",
    "addresses",
)


def place(name: str) -> tuple[int, int]:
    """Where a section lies, and its length."""
    octets = bytes(compiled())
    for i in range(struct.unpack_from("<I", octets, 12)[0]):
        title, offset, length = struct.unpack_from("<16sQQ", octets, 64 + 32 * i)
        if title.rstrip(b"\0") == name.encode():
            return offset, length
    raise AssertionError(name)


@settings(max_examples=size(500))
@given(changed_images(), any_text)
def test_images_that_were_changed(octets: bytes, text: str) -> None:
    try:
        blocked = Blocklist(Image(octets, verify=False))
    except NotAnImageError:
        return
    asked: list[str | bytes] = [*NAMES, *OTHERS, text, f"{text}.example.com", wire("x.kickass.edu")]
    answers = [blocked.is_blocked(name) for name in asked]
    assert set(answers) <= {True, False}
    assert blocked.is_blocked_many(asked) == answers
    for name in asked:
        with suppress(NotAnImageError):
            blocked.match_all(name)
    for address in ADDRESSES:
        answer = blocked.is_blocked_address(address)
        with suppress(NotAnImageError):
            assert (blocked.match_address(address) is not None) is answer


BACKWARDS = """
import resource, struct, sys
from blocklist import Blocklist, Image, NotAnImageError
resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))
image = Image.open(sys.argv[1])
sections = {name: bytes(image.section(name)) for name in image.sections}
sections["automaton"] = b"".join((
    struct.pack("<8I", 2, 1, 3, 3, 7, 0, 0, 0),
    struct.pack("<12I", 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 3, 0),
    struct.pack("<4I", ord("a") | 1 << 8, 2, 2, 0),
    2 * struct.pack("<I4B", 0, 3, 0, 1, 1), struct.pack("<I4B", 3, 4, 0, 1, 1),
    b"*a**ab*",
))
sections["patterns"] = b'[["*a*", false], ["*a*", false], ["*ab*", false]]'
blocked = Blocklist(Image(bytes(Image.build(sections)), verify=False))
print(blocked.is_blocked("a"))
try: blocked.match_all("a")
except NotAnImageError: pass
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits memory as POSIX does")
@pytest.mark.skipif(SANITIZED, reason="ASan needs more address space")
def test_patterns_that_a_state_gives_backwards(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    compiled().save(path)
    command = [sys.executable, "-c", BACKWARDS, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


# ---- questions that cost -------------------------------------------------------------------


def seconds_each(asked: Any, names: list[str]) -> float:
    """Seconds that a question takes at most, of three turns the best."""
    turns = []
    for _ in range(3):
        began = spent()
        for name in names:
            asked.is_blocked(name)
        turns.append((spent() - began) / len(names))
    return min(turns)


def test_the_deepest_names_are_answered_soon() -> None:
    """Every suffix is heavy, so that each of 127 levels is asked."""
    rules = [f"{c}.{'a.' * level}aa" for level in range(125) for c in "bcdefghijklmnopqrstuvwxyz"]
    asked = new_core(image(*rules, permit=rules).octets)
    deepest = ".".join(["1", *["a"] * 124, "aa"])
    assert asked.is_blocked("b" + deepest[1:])
    assert not asked.is_blocked(deepest)
    longest = f"{'1' * 4}.{'a.' * 123}aa"
    assert seconds_each(asked, [deepest, longest] * 200) < 2e-3


def test_names_that_pass_every_filter_are_answered_soon() -> None:
    """Names of no rule that the filters let through, and that meet the fullest lines."""
    rules = [f"n{i}.example.com" for i in range(20_000)]
    compiled_rules = image(*rules)
    asked = new_core(compiled_rules.octets)
    sections = {name: bytearray(compiled_rules.section(name)) for name in compiled_rules.sections}
    for name in ("gates", "filter"):  # every filter says yes; displacements stay
        step = 4 if name == "gates" else 8
        for at in range(0, len(sections[name]), step):
            sections[name][at : at + step] = b"\xff" * step
    struct.pack_into("<I", sections["trie"], 32, 16)
    lines = sections["lines"]
    for at in range(0, len(lines), 64):
        lines[at] |= 0x80  # and every group goes on
    hostile = Image.build({name: bytes(octets) for name, octets in sections.items()})
    worst = new_core(hostile.octets)
    names = [f"{i}.{'a.' * 20}q{i}.example.com" for i in range(300)]
    assert not any(asked.is_blocked_many(names))
    assert seconds_each(asked, names) < 2e-3
    assert seconds_each(worst, names) < 2e-2


def test_evidence_from_many_patterns_costs_one_pass() -> None:
    """An image that gives one slow pattern thousands of times beside many that cover the name."""
    covering, repeats = 100, 65_000
    slow = b"*b*" + b"*".join([b"a"] * 60) + b"*" + b"a" * 60 + b"c*"
    texts = b"*a*" + slow
    automaton = b"".join(
        (
            struct.pack("<8I", 3, 2, covering + repeats, covering + 1, len(texts), 0, 0, 0),
            struct.pack("<8I", 0, 0, 0, 0, 2, 0, 0, 0),
            struct.pack("<8I", 2, 0, covering, 0, 2, 0, covering + repeats, 0),
            struct.pack("<2I", ord("a") | 1 << 8, ord("b") | 2 << 8),
            struct.pack(f"<{covering}I", *range(covering)),
            struct.pack("<I", covering) * repeats,
            struct.pack("<I4B", 0, 3, 0, 1, 1) * covering,
            struct.pack("<I4B", 3, len(slow), 0, 1, 1),
            texts,
        )
    )
    image = compiled()
    sections = {name: bytes(image.section(name)) for name in image.sections}
    core = native.Core(Image.build(sections | {"automaton": automaton}).octets, *REST)
    name = "b" + ".".join(["a" * 62, "a" * 63, "a" * 63, "a" * 61])
    with within(5):  # it took as long for each pattern that covers
        found = core.covering(name)
    assert [what for _, bit, what in found if not bit] == list(range(covering))
