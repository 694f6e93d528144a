"""``blocklist audit``: exit codes, what it prints, and the files that it writes."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from browser import chromium
from cli_output import error
from click.testing import CliRunner, Result
from helpers import order
from servers.program import environment

from blocklist import compile_orders
from blocklist.cli.group import cli

pytestmark = pytest.mark.no_core

Run = Callable[..., Result]
SQUID = "{} 12 {} {} 3920 CONNECT {}:443 - HIER_DIRECT/192.0.2.9 -\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in a folder with an image, a shadow image and a log."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    compile_orders(
        [order("shop.example", id="it:made:1", effective_from=date(2026, 11, 1)),
         order("dark.example", id="veiled", confidential=True)]
    ).save("it.blk")  # fmt: skip
    compile_orders([order("new.example", id="planned")]).save("new.blk")
    names = ["<script>.shop.example", "xn--fa-hia.shop.example", "dark.example",
             "new.example", "free.test"]  # fmt: skip
    Path("access.log").write_text(
        "".join(
            SQUID.format(f"{1796035455 + n}.000", f"198.51.100.{n}", code, name)
            for n in range(12)
            for name in names
            for code in (["TCP_TUNNEL/200"] if n % 2 else ["TCP_DENIED/403"])
        ),
        "utf-8",
    )
    return lambda *words: CliRunner().invoke(cli, ["audit", *words])


def test_the_terminal(run: Run) -> None:
    done = run("it.blk", "access.log", "--shadow", "new.blk", "--tz", "UTC", "--log-tz", "UTC")
    assert done.exit_code == 0, done.output
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["order", "queries", "names", "clients", "days", "in", "force", "answered"],
        ["it:made:1", "24", "2", "12", "1", "24", "12"],
        ["(confidential)", "1", "12", "1", "12", "1", "12", "6"],
        ["shadow:", "planned", "12", "1", "12", "1", "12", "6"],
    ]
    assert "60 queries read, 0 unreadable; 36 for names that orders block; " in done.stderr
    assert "2026-11-30 10:44 to 2026-11-30 10:44 UTC; days in UTC" in done.stderr
    assert "198.51.100" not in done.output


def test_the_files(run: Run) -> None:
    outputs = ["out.csv", "out.parquet", "out.html"]
    done = run("it.blk", "access.log", *(word for name in outputs for word in ("-o", name)))
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(Path("out.csv").read_text("utf-8").splitlines()))
    assert {row["unicode"] for row in rows} >= {"(confidential)", "faß.shop.example"}
    assert [row["queries"] for row in rows] == ["12", "12", "12"]
    assert pq.read_table("out.parquet").num_rows == 3
    page = Path("out.html").read_text("utf-8")
    assert "<script" not in page
    assert "faß.shop.example" in page
    for text in (page, Path("out.csv").read_text("utf-8"), str(pq.read_table("out.parquet"))):
        assert "198.51.100" not in text
        assert "dark.example" not in text
        assert "veiled" not in text
    shown = chromium(Path("out.html").resolve().as_uri(), "--dump-dom")
    assert shown.count("<rect") == page.count("<rect") == 2
    for outside in ("http:", "https:", "src=", "@import", "url("):
        assert outside not in page


def test_a_leak_is_an_exit_code(run: Run) -> None:
    done = run("it.blk", "access.log", "--fail-on", "leak")
    assert done.exit_code == 3
    assert "leak: 18 queries for names of orders in force answered" in done.stderr
    Path("asked.log").write_text(
        "[1796035455] unbound[8:0] query: 192.0.2.7 shop.example. A IN\n", "utf-8"
    )
    done = run("it.blk", "asked.log", "--fail-on", "leak")
    assert done.exit_code == 2
    assert "Error: --fail-on leak needs a log that says what was answered" in done.stderr
    Path("refused.log").write_text(
        SQUID.format("1796035455.000", "192.0.2.7", "TCP_DENIED/403", "shop.example"), "utf-8"
    )
    assert run("it.blk", "refused.log", "--fail-on", "leak").exit_code == 0


def test_what_cannot_be_read(run: Run) -> None:
    Path("odd.log").write_text("hello\n", "utf-8")
    assert error(run("it.blk", "odd.log")) == (
        "odd.log: its format is not known; name it with --format, or the columns of a table with "
        "--columns"
    )
    assert error(run("it.blk", "none.log")) == "none.log: no such file, folder or glob with files"
    assert "'time' is not NAME=COLUMN" in error(run("it.blk", "odd.log", "--columns", "time"))
    assert "no time zone 'Nowhere'" in error(run("it.blk", "access.log", "--tz", "Nowhere"))
    assert "end the name with .csv or .parquet or .html" in error(
        run("it.blk", "access.log", "-o", "out.txt")
    )
    Path("log.csv").write_text("time,name\n", "utf-8")
    assert "would replace what is read" in error(run("it.blk", "log.csv", "-o", "log.csv"))
    assert "is not a size such as 512MB" in error(run("it.blk", "access.log", "--memory", "12"))


def test_unread_queries_are_told(run: Run) -> None:
    good = "[1796035455] unbound[8:0] query: 192.0.2.7 shop.example. A IN\n"
    Path("some.log").write_text(good * 30 + good.replace("shop", "s?op"), "utf-8")
    assert "3.2% of the queries cannot be read as unbound (1 query)" in error(
        run("it.blk", "some.log")
    )
    done = run("it.blk", "some.log", "--lenient")
    assert done.exit_code == 0
    assert "some.log: 1 query not readable (3.23%)" in done.stderr
    assert "30 queries read, 1 unreadable" in done.stderr


def test_the_formats_are_listed(run: Run) -> None:
    done = run("--formats")
    assert done.exit_code == 0
    assert "dnstap " in done.stdout
    assert "squid " in done.stdout


def test_standard_input_and_a_missing_library(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    log = b"[1796035455] unbound[8:0] query: 192.0.2.7 shop.example. A IN\n" * 3
    code = "import sys; from blocklist.cli import main; sys.argv = sys.argv[1:]; main()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, "blocklist", "audit", "it.blk", "-"],
        input=log, capture_output=True, check=False, env=environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"3 queries read, 0 unreadable; 3 for names" in done.stderr
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert error(run("it.blk", "access.log")).startswith(
        'reading query logs needs the extra "logs": pip install'
    )
