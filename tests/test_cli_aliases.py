"""``blocklist aliases``: what it prints, what a person dismisses, and drafts of the rest."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from cli_output import error
from click.testing import CliRunner, Result
from helpers import order

from blocklist import compile_orders
from blocklist.cli.group import cli
from blocklist.documents.candidatemark import CANDIDATES_MARK

pytestmark = pytest.mark.no_core

Run = Callable[..., Result]
CLAUSE = "every future name of the same site"
LINE = "[{}] unbound[8:0] reply: 198.51.100.{} {}. A IN NOERROR 0.0 1 83\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in a folder with an image and a log."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    compile_orders([
        order("brandxyz.example", "brandxyz2.example", id="court:1", issued=date(2026, 11, 4),
              dynamic=CLAUSE, jurisdiction="IT"),
        order("moviehall.example", "moviehall2.example", id="court:2"),
        order("veiledone.example", "veiledone.test", id="veiled", confidential=True),
    ]).save("it.blk")  # fmt: skip
    Path("query.log").write_text(
        "".join(
            LINE.format(1_793_800_000 + n, n, name)
            for name in ("www.brandxyz.org", "moviehall7.test", "veiledone.org", "free.test")
            for n in range(12)
        )
        + LINE.format(1_793_800_000, 1, "brandxyz.rare.test")
        + LINE.format(1_793_800_000, 1, "brandxyz.net"),
        "utf-8",
    )
    return lambda *words: CliRunner().invoke(cli, ["aliases", *words])


def test_the_terminal(run: Run) -> None:
    done = run("it.blk", "query.log")
    assert done.exit_code == 0, done.output
    first, said, head, *lines = done.stdout.splitlines()
    assert first == CANDIDATES_MARK
    assert said.startswith("# No order names these, and no loader reads this file.")
    assert head.removeprefix("# ").split("\t")[:3] == ["name", "level", "relation"]
    cells = [line.split("\t") for line in lines]
    assert [row[:-1] for row in cells] == [
        ["moviehall7.test", "strong", "number", "3.00", "12", "12", "2026-11-04 13:46", "court:2"],
        ["brandxyz.org", "strong", "suffix", "2.80", "12", "12", "2026-11-04 13:46", "court:1"],
    ]
    share = '2 ordered names share "moviehall"'
    assert [row[-1] for row in cells] == [
        f"same name, other number (moviehall.example → moviehall7.test); {share}",
        'same name, other suffix (.example → .org); 2 ordered names share "brandxyz"',
    ]
    assert "other names: 2 names, 2 queries; each was asked for by fewer than 10 clients" in (
        done.stderr
    )
    assert "2 names of confidential orders not compared" in done.stderr
    assert "50 queries read, 0 unreadable; 6 names not blocked; 2 strong; rare in the logs" in (
        done.stderr
    )
    for hidden in ("198.51.100", "veiled", "brandxyz.net"):
        assert hidden not in done.output


def test_the_files(run: Run) -> None:
    assert run("it.blk", "query.log", "-o", "out.txt").exit_code == 0
    assert Path("out.txt").read_text("utf-8") == run("it.blk", "query.log").stdout
    assert run("it.blk", "query.log", "-o", "out.parquet").exit_code == 0
    table = pq.read_table("out.parquet")
    assert table["dynamic"].to_pylist() == ["", CLAUSE]
    assert "198.51.100" not in str(table)
    for words in (["out.txt"], ["out.parquet", "--encoding", "latin-1"]):
        refused = CliRunner().invoke(cli, ["compile", *words, "--format", "plain", "-o", "x.blk"])
        assert "a list of candidates of 'blocklist aliases'" in error(refused)


def test_what_is_dismissed_is_not_shown_again(run: Run) -> None:
    done = run("it.blk", "--not", "not.txt", "--dismiss", "Brandxyz.ORG.", "other.test")
    assert "not.txt: 2 names added" in done.stderr
    assert "0 names added" in run("it.blk", "--not", "not.txt", "--dismiss", "other.test").stderr
    done = run("it.blk", "query.log", "--not", "not.txt")
    assert "brandxyz.org" not in done.stdout
    assert "moviehall7.test" in done.stdout
    assert "1 dismissed" in done.stderr
    first, *lines = Path("not.txt").read_text("utf-8").splitlines()
    assert first == CANDIDATES_MARK
    assert [line.partition("\t")[0] for line in lines[1:]] == ["brandxyz.org", "other.test"]


def test_what_was_printed_can_be_dismissed_whole(run: Run) -> None:
    run("it.blk", "query.log", "-o", "seen.txt")
    done = run("it.blk", "query.log", "--not", "seen.txt")
    assert len(done.stdout.splitlines()) == 3
    assert "no candidate; 2 dismissed" in done.stderr


def test_a_list_that_a_loader_would_read_dismisses_nothing(run: Run) -> None:
    Path("not.txt").write_text("brandxyz.org\n", "utf-8")
    assert "so a loader would block what is dismissed" in error(
        run("it.blk", "query.log", "--not", "not.txt")
    )
    assert "so a loader would block" in error(run("it.blk", "--not", "not.txt", "--dismiss", "a.b"))
    Path("not.txt").write_text(f"{CANDIDATES_MARK}\nno-name\n", "utf-8")
    assert "line 2: 'no-name' is no name" in error(run("it.blk", "query.log", "--not", "not.txt"))
    assert "No such file" in error(run("it.blk", "query.log", "--not", "none.txt"))


def test_the_draft_of_what_is_accepted(run: Run) -> None:
    done = run("it.blk", "--accept", "www.brandxyz.org", "moviehall7.test", "--draft", "d.toml")
    assert done.exit_code == 0, done.output
    assert "court:2 says nothing of future names (dynamic)" in done.stderr
    text = Path("d.toml").read_text("utf-8")
    first, second = tomllib.loads(text)["order"]
    assert first["dynamic"] == CLAUSE
    assert f"# court:1 says of future names: {CLAUSE}" in text
    assert first["jurisdiction"] == "IT"
    assert "court:1" in first["note"]
    assert "dynamic" not in second
    for one in (first, second):
        assert (one["reviewed"], one["targets"]) == (False, [])
    compiled = CliRunner().invoke(cli, ["compile", "d.toml", "-o", "x.blk"])
    assert "is a draft that nobody has reviewed" in error(compiled)
    reviewed = text.replace("reviewed = false", "reviewed = true").replace('  # "', '  "')
    Path("d.toml").write_text(reviewed, "utf-8")
    assert CliRunner().invoke(cli, ["compile", "d.toml", "-o", "x.blk"]).exit_code == 0
    asked = CliRunner().invoke(cli, ["query", "x.blk", "a.www.brandxyz.org", "brandxyz.org"])
    assert ["not blocked" in line for line in asked.stdout.splitlines()] == [False, True]


def test_a_draft_is_reviewed_like_any_other(run: Run) -> None:
    run("it.blk", "--accept", "brandxyz.org", "--draft", "d.toml")
    done = CliRunner().invoke(cli, ["review", "d.toml", "-o", "r.toml"], input="q\n")
    assert "accepted: 1 candidate" in done.output
    assert "brandxyz.org" in done.output


def test_confidential_orders_want_a_word(run: Run) -> None:
    words = ["it.blk", "--accept", "veiledone.org", "--draft", "d.toml"]
    assert error(run(*words)) == (
        "veiledone.org is like no ordered name; write an order for it by hand"
    )
    assert run(*words, "--show-confidential").exit_code == 0
    assert "confidential = true" in Path("d.toml").read_text("utf-8")
    assert Path("d.toml").stat().st_mode & 0o077 == 0
    shown = run("it.blk", "query.log", "--show-confidential", "-o", "out.txt")
    assert shown.exit_code == 0
    assert "veiledone.org" in Path("out.txt").read_text("utf-8")
    assert Path("out.txt").stat().st_mode & 0o077 == 0


def test_what_belongs_together(run: Run) -> None:
    draft = ["--draft", "d.toml"]
    assert "name a log" in error(run("it.blk"))
    assert "--dismiss needs --not FILE" in error(run("it.blk", "--dismiss", "a.test"))
    assert "belong together" in error(run("it.blk", "--accept", "a.test"))
    assert "belong together" in error(run("it.blk", *draft))
    assert "not both" in error(run("it.blk", "--accept", "a.test", "--dismiss", "a.test"))
    assert "query.log is like no ordered name" in error(
        run("it.blk", "query.log", "--accept", "brandxyz.org", *draft)
    )
    assert "is no name; --accept takes names" in error(run("it.blk", "--accept", "x", *draft))
    assert "is blocked already" in error(run("it.blk", "--accept", "brandxyz.example", *draft))
    assert "is no name" in error(run("it.blk", "--not", "n.txt", "--dismiss", "x"))
    assert not Path("d.toml").exists()
    Path("d.toml").write_text("", "utf-8")
    assert "use --force" in error(run("it.blk", "--accept", "brandxyz.org", *draft))
    assert run("it.blk", "--accept", "brandxyz.org", *draft, "--force").exit_code == 0
    for words in (["-o", "it.blk"], ["-o", "query.log"]):
        assert "would replace" in error(run("it.blk", "query.log", *words))
    assert "would replace" in error(run("it.blk", "--not", "it.blk", "--dismiss", "a.test"))
