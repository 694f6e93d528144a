"""Policy zones: what they say is what the image says, and comes back when they are read."""

from __future__ import annotations

import io
import ipaddress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.rdatatype
import dns.zone
import pytest
from helpers import blocklist_of, image
from hypothesis import given
from hypothesis import strategies as st
from test_exporters_policytree import ASKED_OF_ALL, RULES

from blocklist import Blocklist, Image, compile_orders, load_orders
from blocklist.errors import ExportError
from blocklist.exporters import ExportOptions, export
from blocklist.exporters.losses import Losses
from blocklist.exporters.policytree import PolicyTree
from blocklist.exporters.prefixes import prefixes
from blocklist.exporters.rpz import address_owner
from blocklist.exporters.serials import is_later
from blocklist.live.policy import Response
from blocklist.model.addresses import Network

pytestmark = pytest.mark.no_core

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = int(AT.timestamp())
PREFIXES = st.one_of(
    st.tuples(st.integers(0, 255), st.integers(24, 32)).map(
        lambda x: ipaddress.ip_network((f"198.51.100.{x[0]}", x[1]), strict=False)
    ),
    st.tuples(
        st.lists(st.sampled_from([0, 0, 0, 1, 0xDB8]), min_size=6, max_size=6),
        st.sampled_from([32, 48, 63, 64, 100, 127, 128]),
    ).map(lambda x: ipaddress.ip_network(
        (":".join(["2001", "db8", *(f"{w:x}" for w in x[0])]), x[1]), strict=False
    )),
)  # fmt: skip


def zone_text(list_: Image, options: ExportOptions | None = None) -> str:
    output = io.BytesIO()
    export(list_, "rpz", output, replace(options or ExportOptions(at=AT), canary=None))
    return output.getvalue().decode("ascii")


def read_back(text: str) -> Blocklist:
    return Blocklist(compile_orders(load_orders(text.encode(), format="rpz")))


def records(text: str) -> list[str]:
    return [line for line in text.splitlines() if line[0] not in ";$@"]


@given(RULES, RULES, st.lists(PREFIXES, max_size=5), st.lists(PREFIXES, max_size=5), ASKED_OF_ALL)
def test_load_of_export_is_identity(
    blocks: list[str], exceptions: list[str], networks: list[Network], excepted: list[Network],
    asked: list[str],
) -> None:  # fmt: skip
    blocked = blocklist_of(
        *blocks, *map(str, networks), "filler.test",
        exceptions=[*exceptions, *map(str, excepted)],
    )  # fmt: skip
    text = zone_text(blocked.image)
    again = read_back(text)
    plan, other = PolicyTree(blocked.contents, Losses()), PolicyTree(again.contents, Losses())
    assert [n[:4] for n in plan.nodes()] == [n[:4] for n in other.nodes()]
    assert [p[:2] for p in prefixes(plan)] == [p[:2] for p in prefixes(other)]
    for name in asked:
        assert again.is_blocked(name) is blocked.is_blocked(name), name
    for network in (*networks, *excepted):
        for address in (network[0], network[-1]):
            assert again.is_blocked_address(address) is blocked.is_blocked_address(address)
    assert records(zone_text(again.image)) == records(text)


@given(RULES, RULES, st.lists(PREFIXES, max_size=5))
def test_dnspython_reads_every_zone(
    blocks: list[str], exceptions: list[str], networks: list[Network]
) -> None:
    list_ = image(*blocks, *map(str, networks), "filler.test", exceptions=exceptions)
    text = zone_text(list_)
    zone = dns.zone.from_text(text, "rpz.blocklist.", relativize=True)
    owners = [line.split()[0] for line in records(text)]
    assert len(owners) == len(set(owners)) == len(zone.nodes) - 1
    assert owners == [owner.lower() for owner in owners]
    assert not [owner for owner in owners if owner.endswith(".")]


def test_the_text() -> None:
    list_ = image(
        "d.example", "=only.example", "*.below.example", "192.0.2.0/24", "2001:db8::/48",
        exceptions=["=q.p.d.example", "192.0.2.7", "ok.example"],
    )  # fmt: skip
    head, *lines = zone_text(
        list_, ExportOptions(at=AT, ttl=30, serial=7, zone="Block.Example.")
    ).split("\n")
    assert head == f"; made by blocklist export from image {list_.digest}"
    assert (
        "\n".join(lines)
        == """\
; at 2026-03-01T12:00:00+00:00, 8 rules; do not edit
$ORIGIN block.example.
$TTL 30
@ SOA localhost. nobody.invalid. 7          300 60 2592000 30
@ NS localhost.
*.below.example CNAME .
d.example CNAME .
*.d.example CNAME .
p.d.example CNAME .
*.p.d.example CNAME .
q.p.d.example CNAME rpz-passthru.
*.q.p.d.example CNAME .
ok.example CNAME rpz-passthru.
*.ok.example CNAME rpz-passthru.
only.example CNAME .
24.0.2.0.192.rpz-ip CNAME .
32.7.2.0.192.rpz-ip CNAME rpz-passthru.
48.zz.db8.2001.rpz-ip CNAME .
"""
    )


@pytest.mark.parametrize(
    ("response", "said"),
    [
        ("nxdomain", ["CNAME ."]),
        ("nodata", ["CNAME *."]),
        ("drop", ["CNAME rpz-drop."]),
        ("tcp-only", ["CNAME rpz-tcp-only."]),
        ("passthru", ["CNAME rpz-passthru."]),
        ("sinkhole 192.0.2.1 192.0.2.2", ["A 192.0.2.1", "A 192.0.2.2"]),
        ("sinkhole 192.0.2.1 2001:db8::1", ["A 192.0.2.1", "AAAA 2001:db8::1"]),
    ],
)  # fmt: skip
def test_responses(response: str, said: list[str]) -> None:
    text = zone_text(image("=d.example"), ExportOptions(at=AT, response=Response.parse(response)))
    assert records(text) == [f"d.example {answer}" for answer in said]


def test_refused_responses_and_zones(tmp_path: Path) -> None:
    refused = ExportOptions(response=Response.parse("refused"))
    with pytest.raises(ExportError, match="rpz cannot answer refused"):
        export(image("d.example"), "rpz", tmp_path / "z", refused)
    for zone in ("", "a..b", "x y", "*", "l" * 64):
        with pytest.raises(ExportError, match="is not a zone name: "):
            export(image("d.example"), "rpz", tmp_path / "z", ExportOptions(zone=zone))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("network", "owner"),
    [
        ("192.0.2.7", "32.7.2.0.192.rpz-ip"),
        ("2001:db8::/48", "48.zz.db8.2001.rpz-ip"),
        ("2001:db8:0:0:1:0:0:1", "128.1.0.0.1.zz.db8.2001.rpz-ip"),
        ("2001:db8:a:b:c:d:e:f", "128.f.e.d.c.b.a.db8.2001.rpz-ip"),
        ("::/8", "8.zz.rpz-ip"),
        ("::5", "128.5.zz.rpz-ip"),
        ("2001:db8:0:1:1:1:1:1", "128.1.1.1.1.1.0.db8.2001.rpz-ip"),
    ],
)
def test_address_owners(network: str, owner: str) -> None:
    assert address_owner(ipaddress.ip_network(network)) == owner


def test_the_same_prefix_blocked_and_excepted() -> None:
    list_ = image("198.51.100.0/24", "filler.test", exceptions=["198.51.100.0/24"])
    assert [r for r in records(zone_text(list_)) if "rpz-ip" in r] == [
        "24.0.100.51.198.rpz-ip CNAME rpz-passthru."
    ]


def test_too_long_names_are_lost_and_reported(tmp_path: Path) -> None:
    def named(size: int) -> str:
        return ".".join(["l" * 60] * 3 + ["m" * (size - 3 * 61 - 8), "example"])

    fits, over = named(237), named(238)
    covered = f"{over.removesuffix('.example')}.d.example"  # is blocked with what is above it
    report = export(image(fits, over, covered, "d.example"), "rpz", tmp_path / "z")
    assert [(loss.code, loss.count, loss.examples) for loss in report.losses] == [
        ("too-long", 1, (over,))
    ]
    text = (tmp_path / "z").read_text()
    assert f"*.{fits} CNAME ." in text
    assert over not in text
    dns.zone.from_text(text, "rpz.blocklist.")  # refuses an owner that is too long
    wire = len(f"*.{fits}.rpz.blocklist.") + 1
    assert wire == 255


def test_an_exception_that_is_too_long_takes_the_block_with_it() -> None:
    exception = ".".join(["l" * 60] * 3 + ["m" * 50, "d.example"])
    list_ = image("d.example", "e.example", exceptions=[f"={exception}"])
    output = io.BytesIO()
    report = export(list_, "rpz", output)
    assert "d.example" not in output.getvalue().decode().replace(exception, "")
    assert [(loss.code, loss.examples) for loss in report.losses] == [("exception", ("d.example",))]


def test_names_that_would_be_triggers_are_lost() -> None:
    names = ["32.1.2.0.192.rpz-client-ip", "a.rpz-ip", "=b.rpz-nsdname", "ok.rpz-ip.example"]
    output = io.BytesIO()
    blocked = image(*names, exceptions=["x.a.rpz-ip"])
    report = export(blocked, "rpz", output, ExportOptions(canary=None))
    assert [(loss.code, loss.count) for loss in report.losses] == [("trigger", 3)]
    assert records(output.getvalue().decode()) == [
        "ok.rpz-ip.example CNAME .", "*.ok.rpz-ip.example CNAME .",
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [{"ttl": -1}, {"ttl": 2**31}, {"serial": -1}, {"serial": 2**32}])
def test_numbers_that_no_record_can_hold(wrong: dict[str, int]) -> None:
    with pytest.raises(ExportError, match=f"not {next(iter(wrong.values()))}"):
        ExportOptions(**wrong)  # type: ignore[arg-type]


def test_what_a_zone_cannot_say_is_reported() -> None:
    list_ = image("d.example", "*kickass*", "http://x.example/path", exceptions=["*nice*"])
    report = export(list_, "rpz", io.BytesIO())
    assert [(loss.code, loss.count) for loss in report.losses] == [("pattern", 1), ("url", 1)]
    with pytest.raises(ExportError, match="rpz cannot express everything in this image"):
        export(list_, "rpz", io.BytesIO(), strict=True)


def serial(path: Path) -> int:
    zone = dns.zone.from_file(str(path), "rpz.blocklist.")
    return int(zone.get_soa().serial)


def test_serials_rise_when_the_zone_changed_and_only_then(tmp_path: Path) -> None:
    path = tmp_path / "z"

    def write(*targets: str, hours: float = 0, **options: object) -> int:
        at = AT + timedelta(hours=hours)
        export(image(*targets), "rpz", path, ExportOptions(at=at, **options))  # type: ignore[arg-type]
        return serial(path)

    assert write("a.example") == NOW
    assert write("a.example", hours=1) == NOW
    assert "13:00" in path.read_text()  # the comments are new
    assert write("a.example", "b.example", hours=2) == NOW + 7200
    assert write("a.example", "b.example", hours=3, ttl=5) == NOW + 3 * 3600
    assert write("a.example", hours=1) == NOW + 3 * 3600 + 1  # a clock that was set back
    assert write("a.example", "c.example", hours=1) == NOW + 3 * 3600 + 2
    text = path.read_text()
    path.write_text(text.replace(f"{NOW + 3 * 3600 + 2} ", "2026030101 "))  # as people write them
    assert write("a.example", "c.example", hours=9) == 2026030101
    assert write("c.example", hours=10) == 2026030102
    path.write_text(path.read_text().replace("2026030102", "4294967295"))
    assert write("d.example") == NOW  # later, as serials are compared
    path.write_text(path.read_text().replace(f" {NOW} ", f" {(NOW + 2**31 - 1) % 2**32} "))
    assert write("e.example") == (NOW + 2**31) % 2**32


def test_serials_of_the_caller(tmp_path: Path) -> None:
    path = tmp_path / "z"
    export(image("a.example"), "rpz", path, ExportOptions(serial=5))
    export(image("a.example"), "rpz", path, ExportOptions(serial=5))
    export(image("b.example"), "rpz", path, ExportOptions(serial=6))
    before = path.read_bytes()
    for wrong in (6, 5, 0, 2**31 + 7):
        with pytest.raises(ExportError, match=f"serial {wrong} is not later than 6"):
            export(image("c.example"), "rpz", path, ExportOptions(serial=wrong))
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["z"]


@pytest.mark.parametrize(
    ("old", "expected"),
    [
        ("$TTL 1h\n@ IN SOA a. b. (\n 2000000000 ; serial\n 1 1 1 1 )\n", 2000000001),
        ("; x\n$ORIGIN z.\n@ 60 IN SOA a. b. ( ; the\n 2000000000 1 1 1 1)\n", 2000000001),
        ("", NOW),
        ("no zone at all\n", NOW),
        ("\x00\xff" * 100, NOW),
    ],
)
def test_what_was_there_before(old: str, expected: int, tmp_path: Path) -> None:
    path = tmp_path / "z"
    path.write_text(old, "latin-1")
    export(image("a.example"), "rpz", path, ExportOptions(at=AT))
    assert serial(path) == expected


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_serial_arithmetic(one: int, other: int) -> None:
    if (one - other) % 2**32 == 2**31:  # undefined; neither is later
        assert not is_later(one, other)
    elif one != other:
        assert is_later(one, other) is not is_later(other, one)
    else:
        assert not is_later(one, other)


def test_one_name_more_moves_few_records() -> None:
    """What a secondary gets as an increment (IXFR) is the name, and what it makes of the others."""
    names = [f"n{number}.x{number % 7}.example" for number in range(300)]
    before = records(zone_text(image(*names)))
    after = records(zone_text(image(*names, "new.x3.example")))
    assert set(after) - set(before) == {"new.x3.example CNAME .", "*.new.x3.example CNAME ."}
    assert [record for record in after if "new" not in record] == before


def test_the_same_octets_for_the_same_orders() -> None:
    names = [f"n{number}.example" for number in range(50)]
    one, other = image(*names), image(*reversed(names))
    assert records(zone_text(one)) == records(zone_text(other))
    assert zone_text(one) == zone_text(one)
