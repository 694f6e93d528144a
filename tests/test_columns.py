"""The twins of ``_columns`` against each other, and a reader written after the docs."""

from __future__ import annotations

import os
import random
import struct
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import shared
from strategies import any_text, names

from blocklist import Image, NotAnImageError
from blocklist._columns import _pure, _pure_grounds, _pure_hash, _pure_trie
from blocklist._core._pure import PureCore

pytestmark = pytest.mark.no_core

Row = tuple[str, int]
Column = list[Row]

U32, U64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF


def load(module: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as error:
        if os.environ.get("BLOCKLIST_REQUIRE_NATIVE") == "1":
            raise
        pytest.skip(f"no native twin: {error}")


@pytest.fixture(scope="module")
def native() -> Any:
    return load("blocklist._columns._native")


@pytest.fixture(scope="module", params=["native", "pure"])
def twin(request: pytest.FixtureRequest) -> Any:
    return load("blocklist._columns._native") if request.param == "native" else _pure


def columns(rows: Iterable[Row]) -> tuple[bytes, bytes]:
    """Names and bits as ``build_trie`` takes them."""
    rows = list(rows)
    return "".join(f"{name}\n" for name, _ in rows).encode(), bytes(bits for _, bits in rows)


def subtrees(texts: Iterable[str]) -> Column:
    return [(text, 2) for text in texts]


# ---- a reader, as plain as the docs ------------------------------------------------------------


def fold(a: int, b: int) -> int:
    return (a * b >> 64) ^ (a * b & U64)


def scale(x: int, n: int) -> int:
    return x * n >> 32


class Reader:
    """Reads the sections of a trie after ``docs/image-format.md``, and is slow at it."""

    def __init__(self, sections: dict[str, bytes]) -> None:
        fields = struct.unpack("<Q8I24x", sections["trie"])
        self.seed, self.line_count, self.gate_count, self.word_count, self.rules = fields[:5]
        self.first_level, self.last_level, self.reach, self.exceptions = fields[5:]
        self.lines, self.pool, self.labels = (
            sections[name] for name in ("lines", "pool", "labels")
        )
        self.gates = struct.unpack(f"<{self.gate_count}I", sections["gates"])
        self.words = struct.unpack(f"<{self.word_count}Q", sections["filter"])
        self.ranks = struct.unpack(f"<{(self.line_count + 15) // 16}I", sections["ranks"])
        self.keys: list[int] = []
        for i in range(6):
            z = (6 * self.seed + i + 1) * 0x9E3779B97F4A7C15 & U64
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & U64
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB & U64
            self.keys.append((z ^ (z >> 31)) | 0x8080808080808080)

    def hash(self, suffix: bytes) -> int:
        suffix = bytes(-len(suffix) % 32) + suffix
        key = self.keys
        state = key[4]
        for end in range(len(suffix), 0, -32):
            w = struct.unpack("<4Q", suffix[end - 32 : end])
            state = fold(
                fold(w[3] ^ key[0], w[2] ^ key[1]) ^ state,
                fold(w[1] ^ key[2], w[0] ^ key[3]) ^ key[5],
            )
        return state

    def asks(self, node: int) -> tuple[bool, bool]:
        """Whether the filters let a group through, and a heavy node."""
        g = node * 0x9E3779B97F4A7C15 & U64
        gate = self.gates[scale(node & U32, self.gate_count)]
        word = self.words[scale(node >> 16 & U32, self.word_count)]
        gate_bits = [((g >> 58) * 3) >> 3, ((g >> 52 & 63) * 3) >> 3]
        if not all(gate >> bit & 1 for bit in gate_bits):
            return False, False
        group, heavy = ((46, 40, 34), (28, 22, 16))
        return (
            all(word >> (g >> shift & 63) & 1 for shift in group),
            all(word >> (g >> shift & 63) & 1 for shift in heavy),
        )

    def lines_of(self, node: int) -> Iterator[int]:
        displacement = self.gates[scale(node & U32, self.gate_count)] >> 24
        home = scale((node >> 32) + displacement * 0x9E3779B1 & U32, self.line_count)
        for t in range(2 * self.reach):
            p = (home // 2 + t // 2) % (self.line_count // 2)
            line = 2 * p + ((home ^ t) & 1)
            yield line
            if not self.lines[64 * line] & 0x80:
                return

    def entries(self, line: int) -> Iterator[tuple[str, int, int]]:
        """Name, flags, and number of the first rule."""
        number = self.ranks[line // 16]
        for before in range(line // 16 * 16, line):
            number += self.lines[64 * before] & 0x7F
        octets = self.lines[64 * line : 64 * line + 64]
        at, end = 2, 2 + octets[1]
        assert end <= 64
        assert not any(octets[end:])
        while at < end:
            head, code, at = octets[at], octets[at + 1], at + 2
            size, flags = head & 0x3F, 2
            assert not head & 0x40
            if size == 63:
                offset = int.from_bytes(octets[at : at + 4], "little")
                key = self.pool[offset + 1 : offset + 1 + self.pool[offset]]
                at += 4
            else:
                assert size <= 59
                key = octets[at : at + size]
                at += size
            if head & 0x80:
                flags = octets[at]
                assert flags != 2
                at += 1
            if code:
                label = self.labels[8 * code - 8 : 8 * code]
                key += b"." + label[: label[7]]
            yield key.decode(), flags, number
            number += flags.bit_count()

    def find(self, name: str) -> tuple[int, int] | None:
        """Flags and number of a name, as a lookup comes to them."""
        octets = name.encode()
        labels = octets.split(b".")
        for level in range(self.first_level, min(len(labels), self.last_level) + 1):
            node = self.hash(b".".join(labels[-level:]))
            is_group, is_heavy = self.asks(node)
            for line in self.lines_of(node) if is_group else ():
                for known, flags, number in self.entries(line):
                    if known == name:
                        return flags, number
            if not is_heavy:
                return None
        return None


def check(rows: Column, sections: dict[str, bytes], numbers: bytes) -> Reader:
    """Look every input up after the docs, and in the cores that are there."""
    reader = Reader(sections)
    flags: dict[str, int] = {}
    for name, bits in rows:
        flags[name] = flags.get(name, 0) | bits
    for (name, bits), number in zip(rows, array("I", numbers), strict=True):
        found = reader.find(name)
        assert found is not None
        assert found[0] == flags[name]
        assert number == found[1] + (found[0] & (bits - 1)).bit_count()
    held = [entry for line in range(reader.line_count) for entry in reader.entries(line)]
    assert {name: bits for name, bits, _ in held} == flags
    assert len(held) == len(flags)
    assert reader.rules == sum(map(int.bit_count, flags.values()))
    assert reader.exceptions == any(bits > 7 for bits in flags.values())
    assert reader.first_level == (1 if any("." not in name for name in flags) else 2)
    assert reader.last_level == max((name.count(".") + 1 for name in flags), default=0)
    check_cores(rows, sections, numbers)
    return reader


NO_GROUNDS = _pure_grounds.pack_grounds(b"", b"", b"", b"", 0)


def image_of(sections: dict[str, bytes]) -> Image:
    return Image.build(sections | {"patterns": b"[]", "automaton": b"", "grounds": NO_GROUNDS})


def check_cores(rows: Column, sections: dict[str, bytes], numbers: bytes) -> None:
    cores: list[Any] = [PureCore(image_of(sections))]
    try:
        cores.append(import_module("blocklist._core.native").NativeCore(image_of(sections)))
    except ImportError:
        assert os.environ.get("BLOCKLIST_REQUIRE_NATIVE") != "1"
    allows = any(bits > 7 for _, bits in rows)
    for core in cores:
        for (name, bits), number in zip(rows, array("I", numbers), strict=True):
            key = f"w.{name}" if bits in (4, 32) else name
            if bits.bit_count() == 1 and len(key) <= 253:
                assert number in [found for found, _ in core.rules_for(key)]
                assert allows or core.is_blocked(key)


def build(rows: Column, native: Any) -> Reader:
    """Build with both twins, compare, and look everything up."""
    sections, numbers = native.build_trie(*columns(rows))
    assert _pure.build_trie(*columns(rows)) == (sections, numbers)
    return check(rows, sections, numbers)


# ---- build_trie --------------------------------------------------------------------------------

SMALL = st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map(".".join)
WIDE = st.builds("{:x}.{}".format, st.integers(0, 400), SMALL)
LONG = st.builds(
    lambda c, n: ".".join([c * 63] * 4)[-n:].strip("."),
    st.sampled_from("abc"),
    st.integers(50, 253),
)
LAST = st.builds("x.{}".format, st.text("abcdefgh", min_size=1, max_size=12))
BITS = st.just(2) | st.sampled_from([1, 2, 4, 8, 16, 32]) | st.integers(1, 63)
ROWS = st.lists(st.tuples(SMALL | WIDE | LONG | LAST | names, BITS), max_size=60)


@given(ROWS)
def test_both_twins_build_the_same_and_all_is_found(native: Any, rows: Column) -> None:
    build(rows, native)


@given(ROWS, st.randoms())
def test_the_sequence_of_the_inputs_changes_nothing(rows: Column, order: random.Random) -> None:
    mixed = list(rows)
    order.shuffle(mixed)
    assert _pure.build_trie(*columns(mixed))[0] == _pure.build_trie(*columns(rows))[0]


def crowd(*counts: int, parent: str = "example.com") -> list[str]:
    """Names below ``parent``: so many, so many below each of those, and so on."""
    level, found = [parent], []
    for count in counts:
        level = [f"n{i:x}.{name}" for name in level for i in range(count)]
        found += level
    return found


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["a"],
        ["a.b"],
        ["a.b", "a.b", "b", "a.b"],
        crowd(30),
        crowd(2000),
        crowd(12, 12, 12),
        [*crowd(40, 3), *crowd(40, parent="com"), "com", "example.com"],
        [f"a.{chr(97 + i // 26)}{chr(97 + i % 26)}x" for i in range(400)],
        [f"a{i}.a-long-last-label" for i in range(50)],
        [f"{i}".rjust(i, "x") + ".com" for i in range(30, 64)],
        [("x" * 63 + ".") * 3 + f"{i:x}".rjust(61, "y") for i in range(100)],
    ],
    ids=lambda texts: f"{len(texts)} like {texts[-1][-20:]}" if texts else "none",
)
def test_lists_of_every_shape(texts: list[str], native: Any) -> None:
    build(subtrees(texts), native)
    build([(text, 1 + i % 63) for i, text in enumerate(texts)], native)


def test_heavy_nodes_at_several_levels(native: Any) -> None:
    reader = build(subtrees(crowd(12, 12, 12)), native)
    for suffix in (b"example.com", b"n3.example.com", b"n4.n3.example.com"):
        assert reader.asks(reader.hash(suffix))[1]


def test_the_most_frequent_last_labels_get_codes(twin: Any) -> None:
    lasts = [f"t{i:03}" for i in range(300)]
    texts = [f"a{i}.{last}" for n, last in enumerate(lasts) for i in range(1 + n % 3)]
    sections, _ = twin.build_trie(*columns(subtrees(texts)))
    counts = Counter(text.rpartition(".")[2] for text in texts)
    # Names of one length: the value as a number compares the last character first.
    wanted = sorted(counts, key=lambda label: (-counts[label], label[::-1]))[:255]
    held = [sections["labels"][at : at + 8] for at in range(0, len(sections["labels"]), 8)]
    assert held == [label.encode().ljust(7, b"\0") + b"\x04" for label in wanted]


def test_keys_over_59_octets_go_to_the_pool(twin: Any) -> None:
    texts = ["x" * n + ".com" for n in (58, 59, 60, 61)]
    sections, _ = twin.build_trie(*columns(subtrees(texts)))
    keys = [b"\x3c" + b"x" * 60, b"\x3d" + b"x" * 61]
    assert sections["pool"] in (keys[0] + keys[1], keys[1] + keys[0])


def names_at(count: int, gates: int, lines: int, size: int) -> list[str]:
    """Names with keys of ``size`` octets that seed 0 sends to one gate and one home line."""
    candidates = (f"{i:x}".rjust(size, "x") + ".com" for i in range(1_000_000))
    found: list[str] = []
    while len(found) < count:
        batch = [next(candidates) for _ in range(1000)]
        nodes = _pure_hash.hash_suffixes(map(str.encode, batch), 0)
        found += (
            name
            for name, node in zip(batch, nodes, strict=True)
            if not scale(node & U32, gates) and not scale(node >> 32, lines)
        )
    return found[:count]


def test_more_groups_than_a_gate_may_hold_take_another_seed(native: Any) -> None:
    texts = names_at(49, 49 // 5 + 1, 1, 5)
    reader = build(subtrees(texts), native)
    assert reader.seed > 0
    assert reader.reach <= 16
    assert build(subtrees(texts[1:]), native).seed == 0  # 48 are not too many


def full_lines(count: int) -> Column:
    """So many names of which each fills a line, and all have the same home with seed 0."""
    lines = 2 * (count * 62 * 100 // (2 * 62 * 82) + 1)
    return [(name, 1) for name in names_at(count, count // 5 + 1, lines, 59)]


def test_more_names_than_the_reach_holds_take_another_seed(
    native: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = full_lines(40)
    reader = build(rows, native)
    assert reader.seed > 0
    assert reader.reach <= 16
    monkeypatch.setattr(_pure_trie, "SEEDS", 1)
    with pytest.raises(ValueError, match="these names find no place in any trie"):
        _pure.build_trie(*columns(rows))


def test_a_group_reaches_as_far_as_it_may(native: Any) -> None:
    reader = build(full_lines(30), native)
    assert reader.seed == 0
    assert 12 <= reader.reach <= 16


def test_a_real_list(native: Any) -> None:
    text = shared("lists/large-union.txt.xz").decode()
    assert native.scan_names(text) == _pure.scan_names(text)
    column = native.scan_names(text[: 60_000 * 16])[0]
    bits = bytes([2]) * column.count(b"\n")
    assert len(bits) > 40_000
    sections, numbers = native.build_trie(column, bits)
    assert _pure.build_trie(column, bits) == (sections, numbers)
    known = column.decode().split("\n")[:-1]
    reader = Reader(sections)
    for name in known[::17]:
        assert reader.find(name) is not None
    core = PureCore(image_of(sections))
    assert all(core.is_blocked_many(known))
    assert not any(core.is_blocked_many(f"{name}q" for name in known))
    core = import_module("blocklist._core.native").NativeCore(image_of(sections))
    assert all(core.is_blocked_many(known))
    assert not any(core.is_blocked_many(f"{name}q" for name in known))


@pytest.mark.parametrize(
    ("column", "bits"),
    [
        (b"a.b", b"\x02"),
        (b"a.b\n", b""),
        (b"", b"\x02"),
        (b"a.b\nc.d\n", b"\x02"),
        (b"a.b\nc.d", b"\x02\x02"),
        (b"a.b\n\nc.d\n", b"\x02\x02\x02"),
        (b"a.b\n", b"\x00"),
        (b"a.b\n", b"\x40"),
        (b"a" * 254 + b"\n", b"\x02"),
    ],
)
def test_columns_that_do_not_fit_together(twin: Any, column: bytes, bits: bytes) -> None:
    with pytest.raises(ValueError, match="names and bits do not fit together"):
        twin.build_trie(column, bits)


# ---- what no compiler writes -------------------------------------------------------------------

DAMAGED = ["trie", "lines", "labels", "pool", "ranks"]


@given(ROWS, st.lists(st.tuples(st.sampled_from(DAMAGED), st.integers(0), st.integers(0, 255))))
def test_the_pure_core_outlives_every_octet(
    rows: Column, changes: list[tuple[str, int, int]]
) -> None:
    sections, _ = _pure.build_trie(*columns(rows))
    for name, at, octet in changes:
        octets = bytearray(sections[name])
        if octets:
            octets[at % len(octets)] = octet
            sections[name] = bytes(octets)
    try:
        core = PureCore(image_of(sections))
    except NotAnImageError:
        return
    for name, _ in rows:
        core.is_blocked(name)
        list(core.rules_for(name))


# ---- scan_names --------------------------------------------------------------------------------

L63, L64 = "x" * 63, "x" * 64
N253 = f"{L63}.{L63}.{L63}.{'y' * 61}"


@pytest.mark.parametrize(
    ("text", "wanted", "lines", "rest"),
    [
        ("", "", [], []),
        ("a.com", "a.com\n", [1], []),
        ("a.com\nb.com\n", "a.com\nb.com\n", [1, 2], []),
        ("a.com\rb.com\r\nc.com\n\rd.com", "a.com\nb.com\nc.com\nd.com\n", [1, 2, 3, 5], []),
        ("\r\r\n\na.com", "a.com\n", [4], []),
        ("  a.com\t\n\tb.com # why\nc.com\t#\nd.com  ", "a.com\nb.com\nc.com\nd.com\n",
         [1, 2, 3, 4], []),
        ("# a.com\n \t\n\t# b.com\n#\n", "", [], []),
        ("a.com#b\nc.com b.com\n a.com b # c", "", [],
         [(0, 1, "a.com#b"), (0, 2, "c.com b.com"), (0, 3, " a.com b # c")]),
        ("a.com\n=b.com\nc.com\n*.d.com", "a.com\nc.com\n", [1, 3],
         [(1, 2, "=b.com"), (2, 4, "*.d.com")]),
        ("A.com \ncom\n.com\na..com\na.com.\n1.2.3.4\na.1com\na.-com", "", [],
         [(0, 1, "A.com "), (0, 2, "com"), (0, 3, ".com"), (0, 4, "a..com"), (0, 5, "a.com."),
          (0, 6, "1.2.3.4"), (0, 7, "a.1com"), (0, 8, "a.-com")]),
        ("_a.b-c.c1-_\n1.2.3.d", "_a.b-c.c1-_\n1.2.3.d\n", [1, 2], []),
        ("xn--e1a.com\na.xn--p1ai\nxn-a.com\naxn--b.com", "xn-a.com\n", [3],
         [(0, 1, "xn--e1a.com"), (0, 2, "a.xn--p1ai"), (1, 4, "axn--b.com")]),
        (f"{L63}.com\n{L64}.com\na.{L63}\na.{L64}", f"{L63}.com\na.{L63}\n", [1, 3],
         [(1, 2, f"{L64}.com"), (2, 4, f"a.{L64}")]),
        (f"{N253}\n{N253}y\n {N253} # c", f"{N253}\n{N253}\n", [1, 3], [(1, 2, f"{N253}y")]),
        ("é.com\n例子.cn\u2028a.com\u0085\n\u00a0a.com", "", [],
         [(0, 1, "é.com"), (0, 2, "例子.cn\u2028a.com\u0085"), (0, 3, "\u00a0a.com")]),
        ("a.com\x0b\n\x0c\na\0.com\nb.com\0", "", [],
         [(0, 1, "a.com\x0b"), (0, 2, "\x0c"), (0, 3, "a\0.com"), (0, 4, "b.com\0")]),
    ],
)  # fmt: skip
def test_lines_of_every_kind(
    twin: Any, text: str, wanted: str, lines: list[int], rest: list[tuple[int, int, str]]
) -> None:
    assert twin.scan_names(text) == (wanted.encode(), array("I", lines).tobytes(), rest)


PIECES = st.sampled_from(["\n", "\r", "\r\n", " ", "\t", "#", ".", "xn--", "a.com", L63, N253, "A"])


@given(st.lists(names | PIECES | PIECES | any_text, max_size=30).map("".join))
def test_both_twins_read_the_same_lines(native: Any, text: str) -> None:
    def scan(module: Any) -> Any:
        try:
            return module.scan_names(text)
        except UnicodeEncodeError:
            return "halves of surrogate pairs"

    assert scan(_pure) == scan(native)


# ---- scan_framed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "befores", "after", "comments", "odd", "wanted", "rest"),
    [
        ("||a.com^\n||b.com^", ("||",), "^", False, "", [{1: "a.com", 2: "b.com"}], []),
        ("||a.com^\r\n\r||b.com^\r", ("||",), "^", False, "", [{1: "a.com", 3: "b.com"}],
         [(1, 2, ""), (2, 4, "")]),
        ("# x\n || a.com^\n|| a.com^\n||a.com ^\n||a.com^ ", ("||",), "^", False, "", [{}],
         [(0, 1, "# x"), (0, 2, " || a.com^"), (0, 3, "|| a.com^"), (0, 4, "||a.com ^"),
          (0, 5, "||a.com^ ")]),
        ("0  a.com # x\n0 #a.com\n0 b.com\t\n0 c.com\n0 ", ("0 ",), "", True, "",
         [{1: "a.com", 3: "b.com", 4: "c.com"}], [(1, 2, "0 #a.com"), (3, 5, "0 ")]),
        ("0 a.com # x\n0 b.com ", ("0 ",), "", False, "", [{}],
         [(0, 1, "0 a.com # x"), (0, 2, "0 b.com ")]),
        ("*.a.com X\na.com\t  X\n*.a.com\ta X\n b.com X\nX", ("", "*."), " X", False, "",
         [{2: "a.com"}, {1: "a.com"}], [(2, 3, "*.a.com\ta X"), (2, 4, " b.com X"), (2, 5, "X")]),
        ("a.local\nlocal.b\na.locality\na.loca", ("",), "", False, "local",
         [{2: "local.b", 4: "a.loca"}], [(0, 1, "a.local"), (1, 3, "a.locality")]),
        ("aba.ba\nab\na", ("ab",), "ba", False, "", [{}],
         [(0, 1, "aba.ba"), (0, 2, "ab"), (0, 3, "a")]),
        ("xa.bx\nxa.b.x\nx\nxx", ("x",), ".x", False, "", [{2: "a.b"}],
         [(0, 1, "xa.bx"), (1, 3, "x"), (1, 4, "xx")]),
        ("\u00e9a.com\u4f8b\na.com\u4f8b", ("\u00e9",), "\u4f8b", False, "", [{1: "a.com"}],
         [(1, 2, "a.com\u4f8b")]),
        ("a.com", ("", ""), "", False, "", [{1: "a.com"}, {}], []),
        ("a.com", (), "", False, "", [], [(0, 1, "a.com")]),
        ("", ("",), "", True, "", [{}], [(0, 1, "")]),
        (f"<{N253}>\n<{N253}y>\n<{L64}.com>\n<xn--a.com>\n<A.com>", ("<",), ">", False, "",
         [{1: N253}], [(1, 2, f"<{N253}y>"), (1, 3, f"<{L64}.com>"), (1, 4, "<xn--a.com>"),
                       (1, 5, "<A.com>")]),
    ],
)  # fmt: skip
def test_names_in_a_frame(
    twin: Any,
    text: str,
    befores: tuple[str, ...],
    after: str,
    comments: bool,
    odd: str,
    wanted: list[dict[int, str]],
    rest: list[tuple[int, int, str]],
) -> None:
    found = [
        ("".join(f"{name}\n" for name in column.values()).encode(), array("I", column).tobytes())
        for column in wanted
    ]
    assert twin.scan_framed(text, befores, after, comments, odd) == (found, rest)


PARTS = st.sampled_from(["", "a", "a.", ".", "||", "^", " ", " x", "\t", "#", "\u00e9", "a.com"])


@given(
    st.lists(names | PIECES | PIECES | PARTS | any_text, max_size=30),
    st.lists(PARTS, max_size=3).map(tuple),
    PARTS | any_text,
    st.booleans(),
    PARTS,
    st.data(),
)
def test_both_twins_read_the_same_frames(
    native: Any,
    pieces: list[str],
    befores: tuple[str, ...],
    after: str,
    comments: bool,
    odd: str,
    data: st.DataObject,
) -> None:
    framed = [before + "a.b-c.com" + after for before in befores]
    ends = ["\n", "\r", "\r\n", *framed]
    text = "".join(x + data.draw(st.sampled_from(ends)) for x in [*pieces, *framed])

    def scan(module: Any) -> Any:
        try:
            return module.scan_framed(text, befores, after, comments, odd)
        except UnicodeEncodeError:
            return "halves of surrogate pairs"

    assert scan(_pure) == scan(native)


def test_long_text_in_a_frame(twin: Any) -> None:
    """More lines than there is room for at first, each in one column of two."""
    lines = [f"{'*.' * (i % 3 == 0)}n{i}.com CNAME ." for i in range(5_000)]
    columns, rest = twin.scan_framed("\n".join(lines), ("", "*."), " CNAME .", False, "")
    assert not rest
    for column, thirds in zip(columns, [(1, 2), (0,)], strict=True):
        kept = [i for i in range(5_000) if i % 3 in thirds]
        assert column[0] == "".join(f"n{i}.com\n" for i in kept).encode()
        assert array("I", column[1]).tolist() == [i + 1 for i in kept]


def test_frames_that_are_none(native: Any) -> None:
    for arguments in [(b"", (), "", 0, ""), ("", [""], "", 0, ""), ("", (b"",), "", 0, ""), ("",)]:
        with pytest.raises(TypeError):
            native.scan_framed(*arguments)


# ---- find_names, find_covered ------------------------------------------------------------------


@given(ROWS, st.lists(SMALL | WIDE | names, max_size=30))
def test_both_twins_find_the_same(native: Any, rows: Column, asked: list[str]) -> None:
    sections, _ = _pure.build_trie(*columns(rows))
    column = columns(subtrees([*asked, *(name for name, _ in rows)]))[0]
    assert _pure.find_names(sections, column) == native.find_names(sections, column)
    assert _pure.find_covered(sections, column) == native.find_covered(sections, column)


def test_names_that_are_found_or_covered(twin: Any) -> None:
    rows = [("b.c", 2), ("x.b.c", 2), ("y.b.c", 2 | 8), ("d.c", 1), ("e.c", 4), ("z.e.c", 16)]
    sections, _ = twin.build_trie(*columns(rows))
    asked = ["b.c", "x.b.c", "q.x.b.c", "y.b.c", "d.c", "x.d.c", "e.c", "x.e.c", "z.e.c", "q.z.e.c"]
    column = columns(subtrees(asked))[0]

    def found(octets: bytes) -> list[tuple[str, int, int]]:
        numbers = array("I", octets)
        triples = list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))
        for index, offset, _ in triples:
            assert column[offset:].startswith(f"{asked[index]}\n".encode())
        return [(asked[index], place >> 8, place & 255) for index, _, place in triples]

    blocked = ["b.c", "x.b.c", "q.x.b.c", "d.c", "x.e.c"]
    assert found(twin.find_names(sections, column)) == [(name, 0, 0) for name in blocked]
    assert found(twin.find_covered(sections, column)) == [
        ("x.b.c", 2, 2),
        ("q.x.b.c", 2, 2),
        ("x.e.c", 2, 4),
    ]


@pytest.mark.parametrize("column", [b"a.b", b"a.b\nc", b"a" * 254 + b"\n"])
def test_what_is_no_column_of_names(twin: Any, column: bytes) -> None:
    sections, _ = twin.build_trie(b"a.b\n", b"\x02")
    for find in (twin.find_names, twin.find_covered):
        with pytest.raises(ValueError, match="not a column of names"):
            find(sections, column)


def test_sections_that_are_missing_or_do_not_fit(twin: Any) -> None:
    sections, _ = twin.build_trie(b"a.b\n", b"\x02")
    for find in (twin.find_names, twin.find_covered):
        with pytest.raises(ValueError, match="there is no section pool"):
            find({name: sections[name] for name in sections if name != "pool"}, b"a.b\n")
        with pytest.raises(ValueError, match="the sections of the suffix trie do not fit together"):
            find(sections | {"lines": b""}, b"a.b\n")
