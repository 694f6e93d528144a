"""The table of a month that a run is held against: counts, what it leaves out, and damage."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cli_output import error
from click.testing import CliRunner
from scale import size

from blocklist import LogError, Rule, TargetKind
from blocklist.cli.group import cli
from blocklist.logs import engine, prepare_month
from blocklist.logs.month import Month

pytestmark = pytest.mark.no_core

Line = tuple[str, str, str]


def log(path: Path, *lines: Line) -> str:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("time", "name", "client"))
        writer.writerows(lines)
    return str(path)


def asked(name: str, clients: int, first: int = 0) -> list[Line]:
    return [
        (f"2026-11-{1 + c % 30:02}T10:00:00", name, f"2001:db8:{c:x}::7")
        for c in range(first, first + clients)
    ]


DEEP = "a.b.c.d.e.f.g.h.i.deep.com"


def test_counts_of_a_name_and_all_below(tmp_path: Path) -> None:
    half = [*asked("www.Shop.com.", 29), *asked("api.shop.com", 20, 15), *asked("own.shop.com", 3)]
    logs = [
        log(tmp_path / "1.csv", *half, *asked("rare.org", 9)),
        log(tmp_path / "2.csv", *half, *asked(DEEP, 10), *asked(r"od\.d.net", 30),
            *((at, name, client.replace("::7", "::8")) for at, name, client in half)),
    ]  # fmt: skip
    facts = prepare_month(logs, tmp_path / "month", log_zone="UTC")
    assert (facts.clients, facts.queries, facts.least) == (35, 205, 10)
    assert (facts.first, facts.last) == ("2026-11-01T10:00:00", "2026-11-30T10:00:00")
    table = pq.read_table(tmp_path / "month")
    rows = {row["name"]: (row["queries"], row["clients"]) for row in table.to_pylist()}
    labels = DEEP.split(".")
    above = {".".join(labels[at:]): (10, 10) for at in range(3, 10)}
    assert rows == {
        "www.shop.com": (87, 20), "api.shop.com": (60, 20), "shop.com": (156, 30), DEEP: (10, 10),
        **above,
    }  # fmt: skip
    assert b"2001:db8" not in (tmp_path / "month").read_bytes()


def test_how_far_targets_reach(tmp_path: Path) -> None:
    lines = [*asked("www.shop.com", 30), *asked("cdn.shop.com", 20), *asked("free.net", 60)]
    prepare_month(log(tmp_path / "log.csv", *lines), tmp_path / "month", log_zone="UTC")
    month = Month(tmp_path / "month")
    rules = [
        Rule(TargetKind.SUBTREE, "shop.com"), Rule(TargetKind.EXACT, "cdn.shop.com"),
        Rule(TargetKind.BELOW, "shop.com"), Rule(TargetKind.PATTERN, "*.shop.*"),
        Rule(TargetKind.SUBTREE, "never.com"), Rule(TargetKind.ADDRESS, "192.0.2.1/32"),
    ]  # fmt: skip
    shares = map(month.traffic(rules), rules)
    assert [one.share for one in shares] == [30 / 60, 20 / 60, 30 / 60, 30 / 60, None, None]


def test_a_month_that_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("time,name\n2026-11-01T10:00:00,a.com\n")
    with pytest.raises(LogError, match="no log names clients"):
        prepare_month(str(path), tmp_path / "month")
    assert not (tmp_path / "month").exists()
    facts = prepare_month(log(tmp_path / "empty.csv"), tmp_path / "month")
    assert (facts.clients, facts.queries, facts.first) == (0, 0, "")
    rule = Rule(TargetKind.SUBTREE, "a.com")
    assert Month(tmp_path / "month").traffic([rule])(rule).share is None


def test_another_file_is_no_month(tmp_path: Path) -> None:
    path = tmp_path / "month"
    for octets in (b"", b"PAR1 no", b"text"):
        path.write_bytes(octets)
        with pytest.raises(LogError, match="prepare it again"):
            Month(path)
    pq.write_table(pa.table({"name": ["a.com"]}), path)
    with pytest.raises(LogError, match="prepare it again"):
        Month(path)
    with pytest.raises(FileNotFoundError):
        Month(tmp_path / "none")


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    log(tmp_path / "log.csv", *asked("shop.com", 30))

    done = CliRunner().invoke(
        cli, ["collateral", "--prepare", "--log", "log.csv", "--log-tz", "UTC", "-o", "m"]
    )
    assert done.exit_code == 0, done.output
    assert done.stderr.startswith(
        "m: written; 30 queries of 30 clients, 2026-11-01T10:00 to 2026-11-30T10:00 UTC; "
    )
    assert Month("m").facts.clients == 30
    for words, said in (
        ((), "give SOURCE…, or --prepare"),
        (("--prepare",), "--prepare takes no SOURCE, and one -o FILE"),
        (("--prepare", "x", "-o", "m"), "--prepare takes no SOURCE, and one -o FILE"),
        (("--prepare", "-o", "log.csv"), "would replace what is read"),
    ):
        done = CliRunner().invoke(cli, ["collateral", "--log", "log.csv", *words])
        assert said in error(done)


def test_months_of_logs_need_a_bounded_memory(tmp_path: Path) -> None:
    """Names are asked once each: what is grouped whole would not fit."""
    path = str(tmp_path / "log.parquet")
    rows = size(3_000_000, 60_000)
    with engine.connection(1 << 28, 2, None) as link:
        link.execute(
            "COPY (SELECT TIMESTAMP '2026-11-01' + INTERVAL (i) SECOND AS time, CASE WHEN i % 2 = "
            "0 THEN 'n' || i || '.once.com' ELSE 'www.site' || (i % 1000) || '.com' END AS name, "
            f"'10.0.0.' || (hash(i) % 500) AS client FROM range({rows}) t(i)) "
            f"TO {engine.quoted(path)}"
        )
    facts = prepare_month(path, tmp_path / "month", memory=1 << 27)
    assert (facts.queries, facts.clients) == (rows, 500)
    names = pq.read_table(tmp_path / "month")["name"].to_pylist()
    assert len(names) == 1_001  # those that were asked once are counted above them
    assert "once.com" in names
