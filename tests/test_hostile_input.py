"""Whatever comes in, only errors of this library come out, and soon."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from functools import cache
from typing import Any

import pytest
from helpers import image
from hypothesis import example, given, settings
from hypothesis import strategies as st
from processortime import within
from scale import LONG, size
from strategies import any_text, names, wire

from blocklist import (
    Blocklist,
    BlocklistError,
    Image,
    ImageChecksumError,
    ImageError,
    ImageVersionError,
    NotAnImageError,
    compile_orders,
    load_orders,
)
from blocklist.image.layout import VERSION
from blocklist.loaders import LOADERS

pytestmark = pytest.mark.begin

FORMATS = [None, *LOADERS]
LINES = [
    "[[order]]",
    'id = "x"',
    'targets = ["a.example"]',
    "expires = 9999-12-31",
    "[order]",
    '"""',
    "0000268_2023.21.07",
    "a.example",
    "b.example;2020;x",
    "url;removed",
    '"a.example',
    '";"',
    "0.0.0.0 a.example",
    "::1 localhost",
    "\x00",
    "\ufeff",
    "TRIBUNALE DI MILANO",
    "P.Q.M.",
    "ORDINA",
    "http://a.example/x",
    "*.*",
    "=",
    ".",
    "http://[",
    "1.2.3.4/0",
    "{suffix}",
    "a.{suffix}",
    "<!doctype html>",
    "\u2028",
    "\x85",
    "٠.٠.٠.٠",
    "xn--a",
    "a\u200d.example",
    "# x",
    "\\",
    "\ud83d\ude00",
]


def load(octets: bytes, **options: Any) -> None:
    """Load and use what can be loaded; any error must be one of this library."""
    try:
        orders = load_orders(octets, **options)
        Blocklist(compile_orders(orders, strict=options.get("strict", False)))
    except BlocklistError as error:
        assert len(str(error)) < 2_000  # noqa: PT017 - an error is right, too


@pytest.mark.no_core
class TestSources:
    @given(st.binary(max_size=200), st.sampled_from(FORMATS), st.booleans())
    def test_octets(self, octets: bytes, format_: str | None, strict: bool) -> None:
        load(octets, format=format_, strict=strict)

    @given(any_text, st.sampled_from(FORMATS))
    def test_text(self, text: str, format_: str | None) -> None:
        load(text.encode("utf-8", "surrogatepass"), format=format_)

    @settings(max_examples=size(300))
    @given(
        st.lists(st.sampled_from(LINES) | names | any_text, max_size=12),
        st.sampled_from(["\n", "\r\n", "\r", ";", "\t", " "]),
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1"]),
        st.sampled_from(FORMATS),
        st.sampled_from([None, 1, "2", "url"]),
    )
    def test_lines(
        self, lines: list[str], end: str, encoding: str, format_: str | None, column: Any
    ) -> None:
        octets = end.join(lines).encode(encoding, "replace")
        load(octets, format=format_, column=column)

    @settings(max_examples=size(200))
    @given(
        st.sampled_from(
            [
                "id",
                "issued",
                "expires",
                "deadline",
                "penalty",
                "suspended",
                "serial",
                "authority",
                "territory",
                "targets",
                "exceptions",
                "scope",
                "timezone",
                "source",
                "confidential",
            ]
        ),
        st.recursive(
            st.sampled_from(["1", "-1", "1.5", "nan", "inf", "true", '""', '"x"', "[]", "{}"])
            | st.sampled_from(
                ["2022-07-11", "0001-01-01", "9999-12-31", "00:00:00", "0xffffffffffff"]
            )
            | st.sampled_from(["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]),
            lambda inner: (
                st.lists(inner, max_size=2).map(lambda v: f"[{', '.join(v)}]")
                | st.dictionaries(
                    st.sampled_from(
                        ["amount", "unit", "from", "until", "cap", "key", "target", "kind"]
                    ),
                    inner,
                    max_size=3,
                ).map(lambda d: "{" + ", ".join(f"{k} = {v}" for k, v in d.items()) + "}")
            ),
            max_leaves=4,
        ),
    )
    def test_order_file(self, name: str, value: str) -> None:
        given_ = {"id": '"x"', "targets": '["a.example"]', "jurisdiction": '"IT"'} | {name: value}
        text = "[[order]]\n" + "\n".join(f"{key} = {value}" for key, value in given_.items())
        load(text.encode())


def order(field: str) -> bytes:
    return f'[[order]]\nid = "x"\ntargets = ["a.example"]\n{field}\n'.encode()


BOMBS: dict[str, bytes] = {
    "one line": b"a" * 1_000_000,
    "one line of dots": b"a." * 500_000,
    "one line of stars": b"*a" * 200_000,
    "one line of blanks": b"a.example" + b" " * 1_000_000 + b"b.example",
    "one line of open brackets": b"http://" + b"[" * 1_000_000,
    "one line of open braces": b"{[(" * 300_000,
    "one line of escapes": b"http://a.example/" + b"%41" * 300_000,
    "one line of dot segments": b"http://a.example" + b"/.." * 300_000,
    "one line of digits": b"9" * 1_000_000,
    "one line of full width dots": "a．".encode() * 300_000,
    "one line of joiners": "क्‍ष".encode() * 80_000 + b".example",
    "one line of punycode": b"xn--" + b"a" * 1_000_000,
    "one comment": b"a.example\nb.example #" + b"#" * 1_000_000,
    "blank lines": b"\r\n" * 500_000 + b"a.example",
    "commas": b"," * 100_000,
    "commas after a name": b"a.example" + b"," * 100_000 + b"\n",
    "rows of commas": (b"a.example" + b"," * 20_000 + b"\n") * 50,
    "quotes": b'"' * 1_000_001,
    "quoted quotes": b'a.example;"' + b'""' * 200_000 + b"\n",
    "open quotes": b'a.example,"b\n' * 20_000,
    "nul": b"\0" * 1_000_000,
    "utf-16 nul": b"\xff\xfe" + b"\0" * 1_000_000,
    "headers": b"0000268_2023.21.07\n" * 50_000,
    "orders": b"[[order]]\n" * 20_000,
    "addresses": b"0.0.0.0 " * 100_000,
    "prefixes": b"0.0.0.0/0\n::/0\n" * 8_000,
    "arrays": order("note = " + "[" * 100_000),
    "closed arrays": order("note = " + "[" * 50_000 + "]" * 50_000),
    "inline tables": order("note = " + "{a=" * 50_000),
    "dotted keys": order("note" + ".a" * 20_000 + " = 1"),
    "dotted table": order("[order" + ".a" * 20_000 + "]"),
    "many dotted keys": order("\n".join(f"note{'.a' * 60}.b{i} = 1" for i in range(3_000))),
    "digits": order("serial = " + "9" * 100_000),
    "hexadecimal digits": order("serial = 0x" + "f" * 4_000),
    "hexadecimal text": order("note = 0x" + "f" * 4_000),
    "exponent": order("penalty = { amount = 1e999999999 }"),
    "negative exponent": order('penalty = { amount = "1e-999999999" }'),
    "long key": order("n" * 300_000 + " = 1"),
    "long value": order(f'note = "{"x" * 1_000_000}"\nserial = "{"x" * 1_000_000}"'),
    "long id": order("").replace(b'"x"', b'"' + b"x" * 100_000 + b'"'),
    "many targets": order("").replace(b'["a', b"[" + b'"n.example", ' * 5_000 + b'"a'),
    "court": b"TRIBUNALE DI MILANO\nP.Q.M.\nordina " + b"a.example, " * 20_000,
}


@pytest.mark.no_core
@pytest.mark.parametrize(
    ("bomb", "format_"),
    # Each is recognised or not; a sample is also forced on every fifth loader, each time others.
    [
        (bomb, format_)
        for number, bomb in enumerate(BOMBS)
        for turn, format_ in enumerate(FORMATS)
        if LONG or format_ is None or (number + turn) % 5 == 0
    ],
)
def test_bomb(bomb: str, format_: str | None) -> None:
    with within(4):
        load(BOMBS[bomb], format=format_)


@pytest.mark.no_core
@pytest.mark.parametrize("depth", [*range(20, 500, 53), 1_000, 10_000])
@pytest.mark.parametrize("pair", ["[]", "{}"])
def test_depth(depth: int, pair: str) -> None:
    opening, closing = ("{a=", "}") if pair == "{}" else ("[", "]")
    nested = opening * depth + "1" + closing * depth
    for field in (f"note = {nested}", f"serial = {nested}", f"exceptions = [{nested}]"):
        load(order(field))


@cache
def good() -> bytes:
    """An image with a rule of each kind, an exception and a note."""
    targets = (
        "a.example",
        "=b.example",
        "*.c.example",
        "*kick*",
        "http://d.example/x?y",
        "192.0.2.7",
        "2001:db8::/48",
        "www.a.example",
        "straße.example",
        "e.example:8080",
    )
    return bytes(image(*targets, exceptions=["ok.a.example"], permit=targets))


def ask_everything(blocked: Blocklist) -> None:
    """Put every question; an answer or an error of this library is right."""
    asked = ["a.example", "x.c.example", "ok.a.example", "kick.test", "no.example", "", "\0"]
    questions: list[Any] = [
        *(lambda name=name: blocked.is_blocked(name) for name in asked),
        *(lambda name=name: blocked.match(name) for name in asked),
        *(lambda name=name: blocked.match_all(name) for name in asked),
        *(lambda name=name: blocked.explain(name) for name in asked),
        lambda: blocked.is_blocked(wire("x.a.example")),
        lambda: blocked.is_blocked_many(asked),
        lambda: blocked.first_blocked(asked),
        lambda: blocked.is_blocked_url("http://d.example/x?y"),
        lambda: blocked.match_url("http://192.0.2.7/"),
        lambda: blocked.match_address("192.0.2.7"),
        lambda: blocked.is_blocked_address("2001:db8::1"),
        lambda: list(blocked.rules()),
        lambda: (blocked.orders, blocked.valid_until, len(blocked), repr(blocked)),
    ]
    for question in questions:
        with suppress(BlocklistError):
            question()


class TestImages:
    def test_good(self) -> None:
        blocked = Blocklist(Image(good()))
        assert blocked.is_blocked("www.a.example")
        ask_everything(blocked)

    @given(st.binary(max_size=300))
    @example(b"")
    @example(b"\x89blk\r\n\x1a\n")
    def test_foreign(self, octets: bytes) -> None:
        for verify in (True, False):
            with pytest.raises(ImageError):
                Image(octets, verify=verify)

    @given(st.integers(0, len(good()) - 1), st.booleans())
    def test_cut_short(self, length: int, verify: bool) -> None:
        with pytest.raises(NotAnImageError):
            Image(good()[:length], verify=verify)

    @given(st.binary(min_size=1, max_size=99), st.booleans())
    def test_extended(self, more: bytes, verify: bool) -> None:
        with pytest.raises(NotAnImageError, match="cut short or grown"):
            Image(good() + more, verify=verify)

    @given(st.integers(0, 2**32 - 1).filter(lambda version: version != VERSION))
    @example(VERSION - 1)
    def test_other_version(self, version: int) -> None:
        octets = good()[:8] + version.to_bytes(4, "little") + good()[12:]
        with pytest.raises(ImageVersionError) as caught:
            Image(octets)
        assert (caught.value.expected, caught.value.got) == (VERSION, version)

    def test_each_octet_counts(self) -> None:
        for i in range(len(good())):
            octets = bytearray(good())
            octets[i] ^= 0x10
            with pytest.raises(ImageError) as caught:
                Image(bytes(octets))
            if i >= 24:
                assert type(caught.value) is ImageChecksumError

    @settings(max_examples=size(400))
    @given(
        st.lists(
            st.tuples(
                st.integers(0, len(good()) - 1),
                st.integers(0, 255) | st.sampled_from([0, 0xFF, 0x7F, 0x80]),
                st.integers(1, 8),
            ),
            min_size=1,
            max_size=6,
        )
    )
    def test_damaged_and_not_verified(self, changes: list[tuple[int, int, int]]) -> None:
        octets = bytearray(good())
        for at, value, length in changes:
            for i in range(at, min(at + length, len(octets))):
                octets[i] = value
        try:
            blocked = Blocklist(Image(bytes(octets), verify=False))
        except BlocklistError:
            return
        with within(5):
            ask_everything(blocked)

    def test_each_octet_damaged_and_not_verified(self) -> None:
        with within(30):
            for i in range(64, len(good())):
                octets = bytearray(good())
                octets[i] ^= 0x81
                try:
                    blocked = Blocklist(Image(bytes(octets), verify=False))
                except BlocklistError:
                    continue
                ask_everything(blocked)

    @given(
        st.dictionaries(
            st.sampled_from(
                [
                    "orders",
                    "meta",
                    "urls",
                    "addresses",
                    "patterns",
                    "raw-texts",
                    "grounds",
                    "trie",
                    "lines",
                    "gates",
                    "filter",
                    "labels",
                    "ranks",
                    "pool",
                    "automaton",
                ]
            ),
            st.sampled_from(
                [
                    b"",
                    b"[]",
                    b"{}",
                    b"null",
                    b"1",
                    b'"x"',
                    b"[1]",
                    b"[[1]]",
                    b"[[null,null]]",
                    b"[{}]",
                    b'[["x",0]]',
                    b'[["1.2.3.4/99",0]]',
                    b"\xff",
                    b"[" * 5_000,
                    b'{"valid_until":"x"}',
                    b'{"valid_until":1}',
                    b"\0\0\0\0",
                    b"\xff\xff\xff\xff" * 3,
                    b"1e9999",
                    b"9" * 5_000,
                ]
            ),
            min_size=1,
            max_size=3,
        )
    )
    def test_sections_that_say_something_else(self, sections: dict[str, bytes]) -> None:
        source = Image(good())
        count = int.from_bytes(good()[12:16], "little")
        table = [
            good()[64 + 32 * i : 64 + 32 * i + 16].rstrip(b"\0").decode() for i in range(count)
        ]
        content = {name: bytes(source.section(name)) for name in table}
        rebuilt = Image.build(content | {k: v for k, v in sections.items() if k in content})
        try:
            blocked = Blocklist(Image(bytes(rebuilt)))
        except BlocklistError:
            return
        ask_everything(blocked)


class TestQuestions:
    BLOCKED = Blocklist(Image(good()))

    @settings(max_examples=size(500))
    @given(any_text | st.binary(max_size=300) | names | names.map(wire))
    @example("a" * 100_000)
    @example("." * 9_000)
    @example("．" * 10_000)
    @example("\\" * 10_001)
    @example(b"\xc0\x00" * 1_000)
    @example(b"\x3f" + b"a" * 63)
    def test_names(self, name: str | bytes) -> None:
        blocked = self.BLOCKED
        found = blocked.is_blocked(name)
        assert found is (blocked.match(name) is not None)
        assert blocked.is_blocked_many([name]) == [found]
        assert (blocked.first_blocked([name]) is not None) is found
        everything = blocked.match_all(name)
        assert found is bool(everything and not everything[0].rule.allow)
        assert isinstance(blocked.explain(name), str)
        blocked.lookup(name)

    @pytest.mark.parametrize(
        "part", [".", "a.", "．", "\\", "\\000", "é", "xn--a.", "*", "kick.", "a.example."]
    )
    def test_long_names(self, part: str) -> None:
        name = part * (100_000 // len(part))
        with within(2):
            assert not self.BLOCKED.is_blocked(name)
            assert self.BLOCKED.match(name) is None
            assert self.BLOCKED.explain(name)

    @settings(max_examples=size(500))
    @given(
        any_text
        | st.tuples(
            st.sampled_from(["http://", "//", "HTTPS:\\\\", "x://", ""]),
            any_text | names,
            st.sampled_from(["", "/", "/x?y", ":80", ":99999", "#"]),
            any_text,
        ).map("".join)
    )
    @example("http://[::1")
    @example("http://" + "1." * 50_000)
    @example("http://a.example/" + "%2e%2e/" * 20_000)
    @example("http://" + "@" * 50_000)
    @example("http://0x" + "f" * 60_000)
    def test_urls(self, url: str) -> None:
        blocked = self.BLOCKED
        assert blocked.is_blocked_url(url) is (blocked.match_url(url) is not None)
        assert isinstance(blocked.explain(url), str)

    @given(
        any_text
        | st.ip_addresses().map(str)
        | st.text("0123456789abcdefx:./%[]", max_size=50)
        | st.ip_addresses()
    )
    @example("9" * 100_000)
    @example(":" * 100_000)
    @example("fe80::1%" + "x" * 100_000)
    @example("192.0.2.7/32")
    @example("٠.٠.٠.٠")
    def test_addresses(self, address: Any) -> None:
        blocked = self.BLOCKED
        assert blocked.is_blocked_address(address) is (blocked.match_address(address) is not None)

    def test_addresses_that_are_blocked(self) -> None:
        assert self.BLOCKED.is_blocked_address("192.0.2.7")
        assert self.BLOCKED.is_blocked_address(ipaddress.ip_address("2001:db8::7"))

    @pytest.mark.parametrize("wrong", [None, 7, ["a.example"], object()])
    def test_wrong_types(self, wrong: Any) -> None:
        for question in (
            self.BLOCKED.is_blocked,
            self.BLOCKED.match,
            self.BLOCKED.match_all,
            self.BLOCKED.is_blocked_url,
            self.BLOCKED.match_url,
        ):
            with pytest.raises(TypeError):
                question(wrong)
