"""Each format of query logs, on lines as its program writes them, with the accidents of logs."""

from __future__ import annotations

import gzip
import json
import sqlite3
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from log_rows import queries, read
from scale import LONG

from blocklist import LogError
from blocklist.logs.knownformats import FORMATS
from blocklist.logs.logfile import HEAD, MAX_LINE, head_of
from blocklist.logs.logformat import Basis

pytestmark = pytest.mark.no_core

SAMPLES = Path(__file__).parent / "vectors" / "logs"
EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text("utf-8"))


def zstd(octets: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(octets)
    return bytes(sink.getvalue())


PACKED: list[Callable[[bytes], bytes]] = [
    lambda octets: octets.replace(b"\n", b"\r\n"), gzip.compress, zstd,
]  # fmt: skip


@pytest.mark.parametrize("sample", EXPECTED)
def test_lines_become_the_common_columns(sample: str, tmp_path: Path) -> None:
    """Each as it is and, in the sample, packed in one of the ways."""
    octets = (SAMPLES / f"{sample}.log").read_bytes()
    expected = EXPECTED[sample]
    rows = [tuple(row) for row in expected["queries"]]
    ways = PACKED if LONG else [PACKED[list(EXPECTED).index(sample) % len(PACKED)]]
    for number, packed in enumerate([octets, *(way(octets) for way in ways)]):
        log = tmp_path / str(number)
        log.write_bytes(packed)
        form, found, count = read(log)
        assert form == expected["format"]
        assert queries(found) == rows
        assert len(found) - len(rows) == expected["others"]
        assert (count.lost, count.is_cut) == (0, False)


def test_every_format_of_text_has_a_sample() -> None:
    text = {name for name, one in FORMATS.items() if one.events is None}
    assert text - {one["format"] for one in EXPECTED.values()} == {"combined"}


def test_a_log_without_hosts_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text('192.0.2.7 - - [30/Nov/2026:10:43:50 +0100] "GET / HTTP/1.1" 200 5 "-" "UA"\n')
    with pytest.raises(LogError, match=r"has no host: add \$host to log_format"):
        read(log)


@pytest.mark.parametrize(
    ("zone", "written", "utc"),
    [
        ("Europe/Rome", "Nov 30 10:43:50", "2026-11-30 09:43:50"),
        ("Europe/Rome", "Dec  2 10:43:50", "2025-12-02 09:43:50"),  # later than the file: last year
        ("Europe/Rome", "Mar 29 02:30:00", "2026-03-29 01:30:00"),  # an hour that is skipped
        ("Europe/Rome", "Oct 25 01:59:59", "2026-10-24 23:59:59"),
        ("Europe/Rome", "Oct 25 02:00:00", "2026-10-25 00:00:00"),  # an hour that comes twice
        ("Europe/Rome", "Oct 25 02:59:59", "2026-10-25 00:59:59"),
        ("Europe/Rome", "Oct 25 03:00:00", "2026-10-25 02:00:00"),
        ("Australia/Lord_Howe", "Apr  5 01:45:00", "2026-04-04 14:45:00"),  # half an hour
        ("UTC", "Feb 29 10:00:00", None),  # neither year has it
    ],
)
def test_times_without_a_year_and_a_zone(
    zone: str, written: str, utc: str | None, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.write_text(f"{written} dnsmasq[812]: query[A] shop.example from 192.0.2.7\n")
    _, rows, _ = read(log, zone=zone)
    assert [row[1] for row in rows] == [utc]


@pytest.mark.parametrize("digits", [0, 3, 9])
def test_unix_time_of_every_length(digits: int, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(f"ts,qname\n1796035455{'0' * digits},shop.example\n")
    assert read(log)[1][0][1:3] == ("2026-11-30 10:44:15", "shop.example")


def test_octets_that_are_no_text_and_lines_without_end(tmp_path: Path) -> None:
    log = tmp_path / "log"
    good = b"[1796035455] unbound[812:0] query: 192.0.2.7 %s.example. A IN"
    long = good % (b"x" * (3 * MAX_LINE))
    log.write_bytes(b"\n".join([good % b"a", good % b"\xff", long, good % b"b", long]))
    _, rows, count = read(log)
    assert [row[2] for row in rows] == ["a.example.", "b.example."]
    assert count.lost == 3


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd])
def test_a_format_is_detected_without_reading_the_whole_file(pack: Any, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(pack(b"a.example\n" * (100 * HEAD // 10)))
    tracemalloc.start()
    try:
        head = head_of(str(log))
        assert tracemalloc.get_traced_memory()[1] < 20 * HEAD
    finally:
        tracemalloc.stop()
    assert len(head.octets) == HEAD
    assert set(head.lines) == {"a.example"}


@pytest.mark.parametrize(
    ("pack", "size"),
    [(gzip.compress, 2_000), (gzip.compress, 20_000), (zstd, 20_000)],  # zstd: blocks of 128 KiB
)
def test_a_packed_file_that_ends_too_early(pack: Any, size: int, tmp_path: Path) -> None:
    log = tmp_path / "log"
    lines = (
        f"[{n}] unbound[8:0] query: 192.0.2.7 n{n * n}.example. A IN"
        for n in range(10**9, 10**9 + size)
    )
    packed = pack("\n".join(lines).encode())
    log.write_bytes(packed[: len(packed) * 3 // 4])
    _, rows, count = read(log)
    assert count.is_cut
    assert size // 4 < len(rows) < size
    log.write_bytes(packed[:10])
    with pytest.raises(LogError):
        read(log)


# ---- tables ------------------------------------------------------------------------------------


def test_parquet_of_every_type_of_time_and_name(tmp_path: Path) -> None:
    at = datetime.fromisoformat("2026-11-30 10:44:15")
    times = [
        pa.array([at], pa.timestamp("ns")),
        pa.array([at.replace(tzinfo=UTC)], pa.timestamp("ms", "Europe/Rome")),
        pa.array([1796035455]),
        pa.array([1796035455000.0]),
        pa.array(["2026-11-30T11:44:15+01:00"]),
    ]
    names = [
        pa.array(["WwW.shop.example."]),
        pa.array(["WwW.shop.example."], pa.large_string()),
        pa.array(["WwW.shop.example."]).dictionary_encode(),
        pa.array([b"\3WwW\4shop\7example\0"]),
    ]
    pairs = [(time, names[0]) for time in times] + [(times[0], name) for name in names[1:]]
    for time, name in pairs:
        log = tmp_path / "log[1].parquet"  # a pattern to DuckDB
        pq.write_table(pa.table({"ts": time, "qname": name, "client": [None]}), log)
        (row,) = read(log)[1]
        assert row[:2] == ("reply", "2026-11-30 10:44:15")
        assert str(row[2]).rstrip(".") == "WwW.shop.example"


def test_parquet_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "log.parquet"
    for columns, message in (
        ({"ts": [1], "qname": [5]}, "column qname has the type BIGINT, not text or binary"),
        ({"ts": [True], "qname": ["a"]}, "column ts has the type BOOLEAN, which is no time"),
        ({"x": [1], "qname": ["a"]}, "not clear which column is time; say it with --columns"),
    ):
        pq.write_table(pa.table(columns), log)
        with pytest.raises(LogError, match=message):
            read(log)
    log.write_bytes(b"PAR1" + bytes(100))
    with pytest.raises(LogError):
        read(log)


def test_csv_with_quotes_and_other_delimiters(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    for mark in ",;\t|":
        lines = ("when|who|what", f'2026-11-30T10:44:15Z| 2001:db8::7 |"a{mark}b.example"', "x", "")
        log.write_text("\r\n".join(lines).replace("|", mark))
        name, rows, _ = read(log, time="when", name="what", client="who")
        assert name == "csv"
        assert (
            "reply",
            "2026-11-30 10:44:15",
            f"a{mark}b.example",
            "2001:db8::7",
            None,
            None,
            None,
        ) in rows
    with pytest.raises(LogError, match="not clear which column is time and which is name"):
        read(log)
    with pytest.raises(LogError, match="no column 'no'; the file has"):
        read(log, time="no", name="what")


def test_json_lines_with_keys_that_are_nested_or_hold_points(tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    log.write_text(
        '{"at": 1796035455, "q.name": "A.example", "src": {"ip": "192.0.2.7"}, "code": 3}\n'
        '{"at": 1796035455.5, "q": {"name": "b.example"}, "src.ip": "192.0.2.8"}\n{"at": '
    )
    _, rows, _ = read(log, time="at", name="q.name", client="src.ip", rcode="code")
    assert rows[:2] == [
        ("reply", "2026-11-30 10:44:15", "A.example", "192.0.2.7", None, "NXDOMAIN", "blocked"),
        ("reply", "2026-11-30 10:44:15.5", "b.example", "192.0.2.8", None, None, None),
    ]
    assert rows[2][0] == "unread"


def test_databases_of_known_programs_and_of_others(tmp_path: Path) -> None:
    log = tmp_path / "pihole-FTL.db"
    with sqlite3.connect(log) as link:
        link.executescript(
            "CREATE TABLE query_storage (id INTEGER, timestamp REAL, type, status, domain, client);"
            "CREATE TABLE domain_by_id (id INTEGER, domain TEXT);"
            "CREATE TABLE client_by_id (id INTEGER, ip TEXT, name TEXT);"
            "INSERT INTO domain_by_id VALUES (1, 'shop.example'), (2, 'Ads.example');"
            "INSERT INTO client_by_id VALUES (1, '192.0.2.7', NULL);"
            "INSERT INTO query_storage VALUES (1, 1796035455.25, 1, 2, 1, 1);"
            "INSERT INTO query_storage VALUES (2, 1796035456, 1, 1, 2, 1);"
        )
    link.close()
    before = log.read_bytes()
    assert read(log)[1] == [
        ("reply", "2026-11-30 10:44:15.25", "shop.example", "192.0.2.7", None, None, "answered"),
        ("reply", "2026-11-30 10:44:16", "Ads.example", "192.0.2.7", None, None, "blocked"),
    ]
    assert log.read_bytes() == before
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as link:
        link.executescript(
            "CREATE TABLE a (x); CREATE TABLE b (ts, q, c);"
            "INSERT INTO b VALUES ('2026-11-30T10:44:15Z', 'shop.example', x'00');"
        )
    link.close()
    assert read(other, time="ts", name="q", client="c")[1] == [
        ("reply", "2026-11-30 10:44:15", "shop.example", None, None, None, None)
    ]
    log.write_bytes(before[: len(before) // 2])
    with pytest.raises(LogError, match="SQLite"):
        read(log)


def test_plain_names_only_if_it_is_said(tmp_path: Path) -> None:
    log = tmp_path / "names"
    log.write_text("a.example\nWww.B.example. \n\n")
    with pytest.raises(LogError, match="its format is not known"):
        read(log)
    rows = queries(read(log, form="plain")[1])
    assert [row[:3] for row in rows] == [
        ("query", "2026-12-01 04:40:00", "Www.B.example."),
        ("query", "2026-12-01 04:40:00", "a.example"),
    ]
    with pytest.raises(LogError, match="no format 'plane'; there are dnstap"):
        read(log, form="plane")


def test_the_page_of_formats_has_the_table_as_it_is() -> None:
    page = (SAMPLES.parents[2] / "docs" / "reference" / "log-formats.md").read_text("utf-8")
    for name, one in FORMATS.items():
        proof = "program" if one.proof is Basis.PROGRAM else "description"
        assert f"| `{name}` | {one.title} | {one.counted} | {one.zone} | {proof} |\n" in page
    assert page.count("| program |\n") + page.count("| description |\n") == len(FORMATS)
