"""``blocklist collateral``: exit codes, what it prints, and the files that it writes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from cli_output import error
from click.testing import CliRunner, Result
from helpers import image

from blocklist.cli.group import cli

pytestmark = pytest.mark.no_core

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in a folder with orders, lists and a log."""
    monkeypatch.chdir(tmp_path)
    Path("orders.txt").write_text("big.com\nsmall.com\nxn--fa-hia.net\n192.0.2.9\n", "utf-8")
    Path("popular.csv").write_text("1,big.com\n2,other.com\n", "utf-8")
    Path("networks.txt").write_text("192.0.2.0/24 Example CDN\n", "utf-8")
    names = ["<script>alert.small.com", "big.com", "www.xn--fa-hia.net"]
    rows = [f"{1796035455 + n},{name},198.51.100.{n}\n" for n in range(12) for name in names]
    rows += [f"{1796035455 + n},free.com,2001:db8:{n:x}::1\n" for n in range(60)]
    Path("log.csv").write_text("time,name,client\n" + "".join(rows), "utf-8")
    image("big.com").save("used.blk")
    return lambda *words: CliRunner().invoke(
        cli, ["collateral", "orders.txt", "--log", "log.csv", "--log-tz", "UTC", *words]
    )


def test_the_terminal(run: Run) -> None:
    done = run("--popular", "popular.csv", "--networks", "networks.txt", "--previous", "used.blk")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[:8] == [
        "stop  big.com  12.0 queries a day, 12 clients (13.889%)",
        (
            "      blocks big.com, number 1 of the popularity list; at least 0.25% of the clients "
            "ask for it"
        ),
        f"      order {_order(done)}; already covered by it:test:1",
        "stop  192.0.2.9",
        (
            "      holds or lies in 192.0.2.0/24 (Example CDN), where many sites share an address; "
            "names on it not judged: no log holds answers"
        ),
        f"      order {_order(done)}",
        "look  small.com  12.0 queries a day, 12 clients (13.889%)",
        "      at least 0.25% of the clients ask for it",
    ]
    assert done.stdout.splitlines()[-2:] == [
        "Already enforced, by clients (to set --reach):",
        "  big.com: ≥10 clients (13.889%), 12 queries",
    ]
    assert "96 queries read, 0 unreadable; 72 clients; 2026-11-30 10:44 to" in done.stderr
    assert "2 at stop, 2 at look, 0 at note" in done.stderr
    assert "not judged: who depends on a target by an alias: no log holds answers" in done.stderr
    for address in ("198.51.100", "2001:db8"):
        assert address not in done.output


def test_few_clients_are_not_counted_at_all(run: Run) -> None:
    Path("log.csv").write_text("time,name,client\n1796035455,big.com,198.51.100.7\n", "utf-8")
    done = run("-o", "out.html")
    assert "1 query read, 0 unreadable; <10 clients; 2026-11-30" in done.stderr
    assert "<dt>Clients</dt><dd>&lt;10; fewer than 10 are not shown</dd>" in Path(
        "out.html"
    ).read_text("utf-8")


def _order(done: Result) -> str:
    line = next(line for line in done.stdout.splitlines() if line.startswith("      order "))
    return line.removeprefix("      order ").partition(";")[0]


def test_the_files(run: Run) -> None:
    outputs = ["out.csv", "out.parquet", "out.html"]
    done = run(*(word for name in outputs for word in ("-o", name)))
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(Path("out.csv").read_text("utf-8").splitlines()))
    assert [row["kind"] for row in rows].count("lost") == 3
    assert {row["unicode"] for row in rows} >= {"faß.net", "www.faß.net"}
    assert pq.read_table("out.parquet").num_rows == len(rows)
    page = Path("out.html").read_text("utf-8")
    assert "<script" not in page
    assert "names lost: &lt;script&gt;alert.small.com (12)" in page
    for text in (page, Path("out.csv").read_text("utf-8"), str(pq.read_table("out.parquet"))):
        assert "198.51.100" not in text
    for outside in ("http:", "https:", "src=", "@import", "url("):
        assert outside not in page


def test_levels_are_exit_codes(run: Run) -> None:
    limits = ("--stop-rank", "1", "--look-rank", "1", "--reach", "50%")
    popular = ("--popular", "popular.csv", *limits)
    done = run(*popular, "--fail-on", "stop")
    assert done.exit_code == 3
    assert "1 target at stop\n" in done.stderr
    assert run(*popular, "--fail-on", "stop", "--previous", "used.blk").exit_code == 0
    assert run(*limits, "--fail-on", "look").exit_code == 0
    done = run("--fail-on", "look", "--reach", "10%")
    assert done.exit_code == 3
    assert "3 targets at stop or look" in done.stderr


def test_what_cannot_be_done(run: Run) -> None:
    assert "end the name with .csv or .parquet or .html" in error(run("-o", "out.txt"))
    assert "would replace what is read" in error(run("-o", "log.csv"))
    Path("networks.txt").write_text("here\n", "utf-8")
    assert error(run("--networks", "networks.txt")) == (
        "networks.txt:1: 'here' is no address or prefix"
    )
