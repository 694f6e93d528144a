"""dnstap, PowerDNS protobuf and pcap: what programs write, and what nobody should have written."""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_rows import Row, queries, read
from processortime import within
from servers.querylogs import ODD, query

from blocklist import LogError, query_name
from blocklist.logs.dnsoctets import name_text, question
from blocklist.logs.framelogs import dnstap_events, powerdns_events
from blocklist.logs.logformat import FrameReading
from blocklist.logs.packets import packet_events
from blocklist.logs.protobuf import fields

pytestmark = pytest.mark.no_core

CLIENT, CLIENT6 = bytes([192, 0, 2, 7]), bytes.fromhex("20010db8000000000000000000000007")
SHOP = b"\4ShOp\7example\0"


def varint(number: int) -> bytes:
    made = b""
    while number > 0x7F:
        made += bytes([number & 0x7F | 0x80])
        number >>= 7
    return made + bytes([number])


def field(number: int, value: int | bytes, *, fixed: bool = False) -> bytes:
    if isinstance(value, bytes):
        return varint(number << 3 | 2) + varint(len(value)) + value
    if fixed:
        return varint(number << 3 | 5) + value.to_bytes(4, "little")
    return varint(number << 3) + varint(value)


def answer(name: bytes, *addresses: bytes, rcode: int = 0) -> bytes:
    made = query(name, 1)
    records = b"".join(
        b"\xc0\x0c\0"
        + (b"\1" if len(a) == 4 else b"\x1c")
        + b"\0\1\0\0\0\x3c\0"
        + bytes([len(a)])
        + a
        for a in addresses
    )
    return (
        b"\0\1\x81"
        + bytes([0x80 | rcode])
        + made[4:6]
        + bytes([0, len(addresses)])
        + made[8:]
        + records
    )


def tap(kind: int, *parts: bytes) -> bytes:
    """A frame of dnstap."""
    message = field(14, field(1, kind) + b"".join(parts)) + field(15, 1)
    return len(message).to_bytes(4) + message


START = b"\0\0\0\0\0\0\0\x22\0\0\0\2\0\0\0\1\0\0\0\x16protobuf:dnstap.Dnstap"
STOP = b"\0\0\0\0\0\0\0\4\0\0\0\3"
ASKED = field(4, CLIENT) + field(8, 1796035455) + field(9, 119_000_000, fixed=True)
REPLIED = field(12, 1796035456) + field(13, 5_000, fixed=True)


def row(event: str, time: str | None, name: str | None, *more: str | None) -> Row:
    client, qtype, rcode, outcome = (*more, None, None, None, None)[:4]
    return event, time and f"2026-11-30 10:44:{time}", name, client, qtype, rcode, outcome


def test_dnstap(tmp_path: Path) -> None:
    log = tmp_path / "tap"
    reply = answer(SHOP, CLIENT)
    log.write_bytes(
        START
        + tap(5, ASKED, field(10, query(SHOP, 1)))
        + tap(6, ASKED, REPLIED, field(10, query(SHOP, 1)), field(14, reply))
        + tap(6, field(4, CLIENT6), REPLIED, field(14, answer(b"\1a\4test\0", rcode=3)))  # as BIND
        + tap(6, ASKED, field(14, answer(SHOP, bytes(4), bytes(16))))
        + tap(6, ASKED, field(14, reply), field(15, field(3, 6)))
        + tap(6, ASKED, field(14, reply), field(15, field(3, 3)))  # a policy that lets it pass
        + tap(4, ASKED, field(10, query(SHOP, 1))) + tap(6, ASKED) + tap(6, ASKED, field(14, b"\0"))
        + STOP + START + tap(5, ASKED, field(10, query(b"\3a b\4test\0", 1, 65)))
        + b"\0\0\0\2\xff\xff" + tap(6, ASKED)[:-3]
    )  # fmt: skip
    form, rows, count = read(log)
    assert form == "dnstap"
    assert count.is_cut
    assert queries(rows) == [
        row("query", "15.119", "ShOp.example", "192.0.2.7", "A"),
        row("query", "15.119", "a\\032b.test", "192.0.2.7", "HTTPS"),
        row("reply", "15.119", "ShOp.example", "192.0.2.7", "A", "NOERROR", "answered"),
        row("reply", "15.119", "ShOp.example", "192.0.2.7", "A", "NOERROR", "answered"),
        row("reply", "15.119", "ShOp.example", "192.0.2.7", "A", "NOERROR", "blocked"),
        row("reply", "15.119", "ShOp.example", "192.0.2.7", "A", "NOERROR", "blocked"),
        row("reply", "16.000005", "a.test", "2001:db8::7", "A", "NXDOMAIN", "blocked"),
        row("unread", None, None),
        row("unread", None, None),
    ]
    assert len(rows) == 11


def test_powerdns_protobuf(tmp_path: Path) -> None:
    def message(kind: int, *parts: bytes) -> bytes:
        made = field(1, kind) + field(6, CLIENT) + field(9, 1796035455) + field(10, 119_000)
        made += b"".join(parts)
        return len(made).to_bytes(2) + made

    asked = field(12, field(1, b"ShOp.example.") + field(2, 1))
    record = field(2, field(2, 1) + field(5, CLIENT))
    log = tmp_path / "frames"
    log.write_bytes(
        message(1, asked) + message(2, asked, field(13, field(1, 0) + record))
        + message(2, asked, field(13, field(1, 0) + record + field(10, 3)))
        + message(2, asked, field(13, field(1, 3))) + message(3, asked) + message(1)
        + message(1, field(12, field(1, b"\xff"))) + message(1, asked)[:9]
    )  # fmt: skip
    form, rows, count = read(log)
    assert form == "powerdns-protobuf"
    assert count.is_cut
    asked_row = ("15.119", "ShOp.example.", "192.0.2.7", "A")
    assert queries(rows) == [
        row("query", *asked_row),
        row("reply", *asked_row, "NOERROR", "answered"),
        row("reply", *asked_row, "NOERROR", "blocked"),
        row("reply", *asked_row, "NXDOMAIN", "blocked"),
        row("unread", None, None), row("unread", None, None),
    ]  # fmt: skip


def capture(*packets: bytes, link: int = 1) -> bytes:
    head = b"\xd4\xc3\xb2\xa1\2\0\4\0" + bytes(8) + (1 << 18).to_bytes(4, "little")
    made = head + link.to_bytes(4, "little")
    for packet in packets:
        made += (1796035455).to_bytes(4, "little") + (119_000).to_bytes(4, "little")
        made += 2 * len(packet).to_bytes(4, "little") + packet
    return made


def udp4(payload: bytes, port: int = 53, fragment: int = 0, protocol: int = 17) -> bytes:
    udp = b"\x10\x92" + port.to_bytes(2) + (8 + len(payload)).to_bytes(2) + b"\0\0" + payload
    head = b"\x45\0" + (20 + len(udp)).to_bytes(2) + b"\0\0" + fragment.to_bytes(2)
    return head + b"\x40" + bytes([protocol]) + b"\0\0" + CLIENT + bytes([192, 0, 2, 53]) + udp


def udp6(payload: bytes) -> bytes:
    udp = b"\x10\x92\0\x35" + (8 + len(payload)).to_bytes(2) + b"\0\0" + payload
    return b"\x60\0\0\0" + len(udp).to_bytes(2) + b"\x11\x40" + CLIENT6 + CLIENT6 + udp


ETHERNET = bytes(12) + b"\x08\0"


def test_pcap(tmp_path: Path) -> None:
    asked, log = query(SHOP, 1), tmp_path / "capture"
    log.write_bytes(
        capture(
            ETHERNET + udp4(asked), bytes(12) + b"\x81\0\0\1\x86\xdd" + udp6(asked),
            ETHERNET + udp4(answer(SHOP)), ETHERNET + udp4(asked, port=5353),
            ETHERNET + udp4(asked, fragment=0x2000), ETHERNET + udp4(asked, protocol=6),
            ETHERNET + udp4(asked[:-8]), b"", ETHERNET, ETHERNET + udp4(b""),
        )[:-3]
    )  # fmt: skip
    form, rows, count = read(log)
    assert form == "pcap"
    assert count.is_cut
    assert queries(rows) == [
        row("query", "15.119", "ShOp.example", "192.0.2.7", "A"),
        row("query", "15.119", "ShOp.example", "2001:db8::7", "A"),
        row("unread", None, None),
    ]
    log.write_bytes(capture(udp4(asked), link=101))
    assert len(queries(read(log)[1])) == 1
    log.write_bytes(capture(udp4(asked), link=147))
    with pytest.raises(LogError, match="links of type 147, which are not read"):
        read(log)
    log.write_bytes(b"\x0a\x0d\x0d\x0a" + bytes(40))
    with pytest.raises(LogError, match="convert pcapng"):
        read(log)


# ---- hostile octets ------------------------------------------------------------------------------

READERS = [dnstap_events, powerdns_events, packet_events]
SEEDS = [
    START
    + tap(6, ASKED, REPLIED, field(10, query(SHOP, 1)), field(14, answer(SHOP, CLIENT)))
    + STOP,
    capture(ETHERNET + udp4(query(SHOP, 1)), ETHERNET + udp6(query(SHOP, 2))),
]


@given(st.data())
def test_no_octets_make_a_reader_fail(data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(SEEDS))
    at = data.draw(st.integers(0, len(seed)))
    octets = (
        seed[:at] + data.draw(st.binary(max_size=40)) + seed[at + data.draw(st.integers(0, 9)) :]
    )
    for reader in READERS:
        try:
            events = list(reader(io.BytesIO(octets), FrameReading()))
        except LogError:
            continue
        for one in events:
            assert one.event in ("query", "reply", "other", "unread")
            assert one.time is None or 0 <= one.time < 1 << 63


@given(st.binary(max_size=300))
def test_messages_are_total(octets: bytes) -> None:
    question(octets)
    with suppress(ValueError):
        fields(octets)


@pytest.mark.parametrize("wire", ODD)
def test_names_as_text_are_the_names_of_the_wire(wire: bytes) -> None:
    assert query_name(name_text(wire)) == query_name(wire)
    found = question(query(wire, 1))
    assert found is not None
    assert found.name == name_text(wire)


@pytest.mark.parametrize(
    "octets",
    [
        START + b"\xff\xff\xff\xff" + bytes(1000),  # a frame of four gigabytes
        START + b"\0\0\0\0\xff\xff\xff\xff",  # a control frame of four gigabytes
        capture()[:24] + bytes(8) + b"\xff\xff\xff\xff" * 2,
        capture(ETHERNET[:12] + b"\x81\0\0\1" * 50_000),
        START
        + tap(
            6,
            field(
                14, b"\0\1\x81\x80\0\1\xff\xff\0\0\0\0" + SHOP + b"\0\1\0\1" + b"\xc0\x0c" * 9999
            ),
        ),
    ],
)
def test_lengths_that_cannot_be_true_cost_nothing(octets: bytes) -> None:
    with within(0.2):
        for reader in READERS:
            with suppress(LogError):
                list(reader(io.BytesIO(octets), FrameReading()))
