from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import only
from processortime import within
from scale import size
from strategies import any_text, names

from blocklist import BlocklistError, Order, TargetKind, load_orders
from blocklist.documents import Document
from blocklist.loaders.lists import adblock, dnsmasq, hosts, rpz, squid, ublacklist, unbound
from blocklist.loaders.lists.rulereader import (
    RuleReader,
    frame_of,
    numbered_lines,
    said_lines,
    without_comment,
)
from blocklist.loaders.loadoptions import LoadOptions

pytestmark = pytest.mark.no_core

# Loader, the frame that the lists of its syntax have, and lines that are no part of it.
SYNTAXES: list[tuple[Any, tuple[str, str], list[str]]] = [
    (
        adblock,
        ("||", "^"),
        ["@@||b.example^", "||c.example^$all", "a.example", "! x", "||d.example"],
    ),
    (adblock, ("||", "^$all"), ["||c.example^", "||^$all", "||#x^$all"]),
    (dnsmasq, ("address=/", "/0.0.0.0"), ["server=/b.example/#", "address=/a.example/192.0.2.1"]),
    (dnsmasq, ("local=/", "/"), ["server=/b.example/", "local=/a.example/b.example/", "local=//"]),
    (unbound, ('local-zone: "', '." always_null'), ['local-zone: "a.example" transparent', "x: y"]),
    (hosts, ("0.0.0.0 ", ""), ["192.0.2.1 a.example", "0.0.0.0 localhost.localdomain", "0.0.0.0"]),
    (hosts, ("127.0.0.1\t", ""), ["127.0.0.1\tlocalhost.localdomain", "127.0.0.1 b.example"]),
    (squid, (".", ""), ["a.example", ".b.example .c.example", ".", "..a.example"]),
    (ublacklist, ("*://*.", "/*"), ["*://a.example/*", "@*://*.b.example/*", "*://*./*"]),
]
LOADERS: dict[Any, Any] = {
    adblock: adblock.AdblockLoader, dnsmasq: dnsmasq.DnsmasqLoader, unbound: unbound.UnboundLoader,
    hosts: hosts.HostsLoader, squid: squid.SquidLoader,
    ublacklist: ublacklist.UblacklistLoader,
}  # fmt: skip
ODD = st.sampled_from(
    [
        "", " ", "#", "# x", "a.example #x", "a.example # x", "a b", "xn--bcher-kva.example",
        "B\u00fccher.example", "A.Example", "*.a.example", "a..example", "192.0.2.1", "\0",
        "\1a.example", "a.example\2", "a^\n||b", "a" * 64 + ".example", "localhost.localdomain",
        "localhost.localdomain.example",
        "\u2028", "a.example\x0b",
    ]
)  # fmt: skip


def read(module: Any, octets: bytes) -> Order:
    orders: list[Order] = LOADERS[module]().load(Document("x", "x", octets), LoadOptions())
    return orders[0]


def said(order: Order) -> tuple[list[Any], list[Any], list[Any]]:
    return (
        [(t.line, t.kind, t.value, t.note) for t in order.targets],
        [(t.line, t.kind, t.value) for t in order.exceptions],
        [(r.line, r.text, r.code) for r in order.rejected],
    )


@settings(max_examples=size(300))
@given(
    st.sampled_from(SYNTAXES),
    st.lists(names | names | ODD | any_text | st.none(), min_size=3, max_size=14),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.data(),
)
def test_bulk_is_the_same_as_line_by_line(
    syntax: tuple[Any, tuple[str, str], list[str]],
    bodies: list[str | None],
    end: str,
    data: st.DataObject,
) -> None:
    """What the scan takes of the lines in the frame is what each of them says alone."""
    module, (prefix, suffix), others = syntax
    lines = [
        data.draw(st.sampled_from([*others, "r.example", "# x", ""])) if body is None
        else f"{prefix}{body}{suffix}"
        for body in [*bodies, "one.example", "two.example"]
    ]  # fmt: skip
    octets = end.join(lines).encode("utf-8", "replace")
    bulk = read(module, octets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "frame_of", lambda *_: None)
        alone = read(module, octets)
    assert said(bulk) == said(alone)


RECORDS = st.sampled_from(
    [
        "{0} CNAME .", "*.{0} CNAME .", "{0} CNAME .\n*.{0} CNAME .", "{0}\tCNAME .",
        "{0}     CNAME .", "{0} CNAME . ; x", "; (x", "", "  ", "*. CNAME .", "# {0} CNAME .",
        "{0} # CNAME .", "{0} ( CNAME\n. )", "\tTXT x", "24.0.2.0.192.rpz-ip CNAME .",
        "{0}.rpz-nsdname CNAME .", "{0}.rpz-x CNAME .", "{0}. CNAME .", "*.{0}.x. CNAME .",
        "xn--bcher-kva.{0} CNAME .", "A{0} CNAME .", "\1{0} CNAME .", "$TTL 3",
    ]
)  # fmt: skip


@given(
    st.sampled_from(["", "x. SOA a b 1 2 3 4 5\n", "@ SOA a b (\n1 2 3 4 5)\n", "$ORIGIN y.\n"]),
    st.lists(RECORDS, max_size=20),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_bulk_of_a_zone_is_the_same_as_line_by_line(
    head: str, records: list[str], end: str
) -> None:
    """Each name is said once or in a pair, so that no line is about what another one says."""
    lines = [line.format(f"n{number}.example") for number, line in enumerate(records)]
    text = head + "\n".join(["one.example CNAME .", *lines, "two.example CNAME ."])
    document = Document("x", "x", text.replace("\n", end).encode())

    def orders() -> list[Any]:
        found = rpz.RpzLoader().load(document, LoadOptions())
        return sorted((order.response, *map(sorted, said(order))) for order in found)

    bulk = orders()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rpz, "frame_of", lambda *_: None)
        assert bulk == orders()


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax[1][0])
def test_run_is_read_in_bulk(syntax: tuple[Any, tuple[str, str], list[str]]) -> None:
    module, (prefix, suffix), _ = syntax
    lines = [f"{prefix}n{number}.example{suffix}" for number in range(50)]
    order = read(module, "\n".join(lines).encode())
    assert [(t.line, t.value, t.kind) for t in order.targets] == [
        (number + 1, f"n{number}.example", TargetKind.SUBTREE) for number in range(50)
    ]
    assert not order.rejected


def test_frame_is_that_of_most_lines() -> None:
    document = Document("x", "x", b"||a.example^\n||b.example^$all\n||c.example^$all\nx\n")
    assert frame_of(document, adblock._WHOLE) == ("||", "^$all")
    assert frame_of(Document("x", "x", b"x\n"), adblock._WHOLE) is None


def test_said_lines() -> None:
    assert said_lines(Document("x", "x", b"# a\n\n  b \n!c\n"), "#!") == ["b"]
    assert len(said_lines(Document("x", "x", b"a\n" * 9_000), "#")) == 500


@pytest.mark.parametrize("text", ["", "a", "a\n", "\n\na\r\nb\rc\n\r", "a\u2028b\x0bc\nd"])
def test_numbered_lines(text: str) -> None:
    lines = Document("x", "x", text.encode()).lines
    assert list(numbered_lines(text)) == list(enumerate(lines, 1))


@pytest.mark.parametrize(
    ("line", "expected"),
    [(" a # b", "a"), ("#a", ""), ("a#b", "a#b"), ("a\t#", "a"), (" a ", "a"), ("", "")],
)
def test_without_comment(line: str, expected: str) -> None:
    assert without_comment(line) == expected


ALL = ["a.example", "www.a.example", "*.b.example", "b.example", "=c.example", "d.example"]


class TestWithdrawing:
    """An exception takes out what lies within it, and reports it."""

    def reader(self, scope: TargetKind = TargetKind.SUBTREE) -> RuleReader:
        reader = RuleReader(Document("x", "x.txt", b""), scope)
        for number, text in enumerate(ALL, 1):
            reader.block(number, text)
        return reader

    @pytest.mark.parametrize(
        ("exception", "left"),
        [
            ("a.example", ALL[2:]),
            ("*.a.example", [ALL[0], *ALL[2:]]),
            ("=a.example", ALL),
            ("*.b.example", [*ALL[:2], *ALL[3:]]),
            ("b.example", [*ALL[:2], *ALL[4:]]),
            ("=c.example", [*ALL[:4], *ALL[5:]]),
            ("example", []),
            ("*x*", ALL),
        ],
    )  # fmt: skip
    def test_within(self, exception: str, left: list[str]) -> None:
        reader = self.reader()
        before = len(reader)
        reader.allow(7, exception)
        reader.withdraw_excepted()
        assert [target.text for target in reader.targets] == left
        assert len(reader) == before
        assert {refused.code for refused in reader.rejected} <= {"withdrawn"}
        assert all("in line 7 is excepted" in refused.reason for refused in reader.rejected)
        lines = {target.text: target.line for target in self.reader().targets}
        assert all(lines[target.text] == target.line for target in reader.targets)

    def test_kept(self) -> None:
        reader = self.reader()
        reader.allow(7, "example")
        reader.withdraw_excepted({2, 5})
        assert [target.text for target in reader.targets] == ["www.a.example", "=c.example"]


def test_other_controls_are_read_line_by_line() -> None:
    order = only(b"||a.example^\n||b.example^\n\x01\n", format="adblock")
    assert [target.value for target in order.targets] == ["a.example", "b.example"]
    assert [(refused.line, refused.code) for refused in order.rejected] == [(3, "bad-pattern")]


HOSTILE = {
    "stars": "||" + "*" * 100_000 + "^",
    "marks": "||" + "^" * 100_000,
    "modifiers": "||a.example^$" + "all," * 30_000,
    "expressions": "/x" + "/$a" * 30_000 + " y",
    "slashes": "address=/" + "#/" * 100_000,
    "names": "address=/" + "a.example/" * 20_000,
    "zones": 'local-data: "' + "a." * 100_000 + ' A 0.0.0.0"',
    "record": "local-data: '" + "1 " * 100_000 + "'",
    "blanks": "local-zone:" + " " * 200_000 + "x",
    "brackets": "[" * 30_000 + "\n" + "a[b" * 20_000,
    "comments": "#" * 100_000 + "\n" + "# " * 100_000,
    "schedules": "a.example" + " @" * 100_000,
    "groups": "^(" + ".*" * 100_000 + "\\.)?x$",
    "dots": "." * 100_000,
    "braces": ". {\nhosts {\n" + "hosts {\n" * 20_000,
    "todnames": "policy.add(policy.suffix(policy.DENY, " + "todnames({" * 30_000 + " " * 30_000,
    "denied": "||a.example^$denyallow=" + "|".join(["b.c." * 60] * 2_000),
    "denied name": "||a.example^$denyallow=" + "b." * 100_000,
    "hashes": "##" * 100_000 + "\n" + "a#@" * 30_000,
}


@pytest.mark.parametrize("format_", [
    "adblock", "coredns", "dnscrypt", "dnsmasq", "hosts", "knot", "pihole", "squid", "ublacklist",
    "unbound",
])  # fmt: skip
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_long_lines_take_no_time(text: str, format_: str) -> None:
    with within(6), suppress(BlocklistError):
        load_orders(b"||a.example^\n" + text.encode(), format=format_)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_long_lines_are_recognised_in_no_time(text: str) -> None:
    with within(6), suppress(BlocklistError):
        load_orders(text.encode())
