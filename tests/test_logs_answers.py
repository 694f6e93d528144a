"""What answers lead to, in the formats that log them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_rows import answers
from servers.querylogs import query
from test_logs_frames import ASKED, START, STOP, field, tap

from blocklist.logs.dnsoctets import led_to, question

pytestmark = pytest.mark.no_core

SHOP = b"\3www\4shop\7example\0"
CDN = b"\1e\3cdn\3net\0"


def record(kind: int, content: bytes, owner: bytes = b"\xc0\x0c") -> bytes:
    return owner + kind.to_bytes(2) + b"\0\1\0\0\0\x3c" + len(content).to_bytes(2) + content


def reply(*records: bytes) -> bytes:
    made = query(SHOP, 1)
    head = b"\0\1\x81\x80" + made[4:6] + len(records).to_bytes(2) + made[8:]
    return head + b"".join(records)


CHAIN = reply(
    record(5, CDN), record(1, bytes([192, 0, 2, 9])), record(28, bytes(15) + b"\1"),
    record(15, b"\0\x0a\4mail\xc0\x10"), record(2, b"\2ns\xc0\x0c"), record(16, b"\3txt"),
    record(1, b"\1\2\3"), record(5, b"\xc0\xff"), record(5, b"\3cut"),
)  # fmt: skip
LEAD = ["e.cdn.net", "192.0.2.9", "::1", "mail.shop.example", "ns.www.shop.example"]


def test_records_of_a_message() -> None:
    asked = question(CHAIN)
    assert asked is not None
    assert led_to(CHAIN, asked.end) == LEAD
    assert led_to(CHAIN[: len(CHAIN) // 2], asked.end) == LEAD[:2]


@given(st.binary(max_size=60), st.integers(0, 60))
def test_no_octets_are_too_much(octets: bytes, at: int) -> None:
    message = CHAIN[:12] + octets + b"\xc0\x0c" * 3
    assert isinstance(led_to(message, at), list)
    for cut in range(0, len(CHAIN), 7):
        assert set(led_to(CHAIN[:cut], 34)) <= set(LEAD)


def test_dnstap(tmp_path: Path) -> None:
    log = tmp_path / "tap"
    log.write_bytes(START + tap(6, ASKED, field(14, CHAIN)) + STOP)
    assert answers(log) == {"www.shop.example": LEAD}


@pytest.mark.parametrize(
    "text",
    [
        (
            "#separator \\x09\n#path\tdns\n#fields\tts\tid.orig_h\tquery\tanswers\n"
            "1796035455.1\t192.0.2.7\twww.shop.example\te.cdn.net,192.0.2.9\n"
            "1796035455.1\t192.0.2.7\tnone.example\t-\n"
        ),
        (
            '{"ts":1796035455.1,"uid":"C1","id.orig_h":"192.0.2.7","query":"www.shop.example",'
            '"answers":["e.cdn.net","192.0.2.9"]}\n'
            '{"ts":1796035455.1,"uid":"C1","id.orig_h":"192.0.2.7","query":"none.example"}\n'
        ),
        (
            '{"query_timestamp":"2026-11-30T09:43:50Z","query_name":"www.shop.example","srcaddr":'
            '"192.0.2.7","answers":[{"Rdata":"e.cdn.net.","Type":"CNAME"},{"Rdata":"192.0.2.9"}]}\n'
            '{"query_timestamp":"2026-11-30T09:43:50Z","query_name":"none.example"}\n'
        ),
        (
            '{"dnstap":{"operation":"CLIENT_RESPONSE","timestamp-rfc3339ns":"2026-11-30T09:43:50Z"},'
            '"network":{"query-ip":"192.0.2.7"},"dns":{"qname":"www.shop.example","resource-records":'
            '{"an":[{"rdatatype":"CNAME","rdata":"e.cdn.net"},{"rdata":"192.0.2.9"}]}}}\n'
            '{"dnstap":{"operation":"CLIENT_RESPONSE","timestamp-rfc3339ns":"2026-11-30T09:43:50Z"},'
            '"network":{},"dns":{"qname":"none.example"}}\n'
        ),
        (
            'time,name,answers\n1796035455,www.shop.example,"e.cdn.net., 192.0.2.9"\n'
            "1796035455,none.example,\n"
        ),
        (
            '{"time":1796035455,"name":"www.shop.example","answers":["e.cdn.net","192.0.2.9"]}\n'
            '{"time":1796035455,"name":"none.example"}\n'
        ),
    ],
    ids=["zeek", "zeek-json", "route53", "collector", "csv", "json"],
)
def test_lines(tmp_path: Path, text: str) -> None:
    log = tmp_path / "log"
    log.write_text(text)
    found = answers(log)
    assert found["www.shop.example"] == ["e.cdn.net", "192.0.2.9"]
    assert not found["none.example"]


def test_parquet_as_entrada_and_as_lists(tmp_path: Path) -> None:
    log = tmp_path / "log.parquet"
    times, names = pa.array([1796035455], pa.int64()), pa.array(["www.shop.example"])
    for column, cells in (("dns_cname", ["e.cdn.net."]), ("answers", [["e.cdn.net"]])):
        pq.write_table(pa.table({"time": times, "dns_qname": names, column: cells}), log)
        assert answers(log) == {"www.shop.example": ["e.cdn.net"]}
    assert answers(log, time="time", name="dns_qname") == {"www.shop.example": None}
