"""``blocklist compile --previous``: the old image stays until a new one deserves its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from blocklist import Blocklist
from blocklist.cli.group import cli

Run = Callable[..., Result]
NAMES = [f"pirate{number}.example" for number in range(10)]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def run_(*arguments: str) -> Result:
        result = CliRunner().invoke(cli, ["compile", "list.txt", "-o", "it.blk", *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run_


def deliver(*names: str, header: str = "") -> None:
    Path("list.txt").write_text("\n".join([header, *names, ""]))


def accepted(run: Run, *arguments: str) -> str:
    result = run("--previous", "it.blk", *arguments)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    return result.stderr


def refused(run: Run, *arguments: str) -> str:
    before = Path("it.blk").read_bytes()
    result = run("--previous", "it.blk", *arguments)
    assert result.exit_code == 2
    assert Path("it.blk").read_bytes() == before
    assert not list(Path().glob(".*tmp"))
    return result.stderr


def test_a_job_works_from_its_first_day(run: Run) -> None:
    deliver(*NAMES)
    assert "it.blk: not there yet, so there is nothing to compare with" in accepted(run)
    assert "edition:" not in accepted(run)
    deliver(*NAMES, "new.example")
    assert "edition: list:list.txt: 1 added, 0 removed" in accepted(run)
    assert Blocklist.open("it.blk").is_blocked("new.example")


def test_a_list_that_was_cut_short_changes_nothing(run: Run) -> None:
    deliver(*NAMES)
    accepted(run)
    deliver(*NAMES[:5])
    error = refused(run, "--report", "report.json")
    assert "list:list.txt lacks 5 of 10 targets (50.0%, the limit is 20.0%)" in error
    assert not Path("report.json").exists()
    assert "the limit is 40.0%" in refused(run, "--max-drop", "40%")
    assert "0 added, 5 removed" in accepted(run, "--max-drop", "50%")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!DOCTYPE html><html><title>Error</title></html>", "HTML"),
        (b"", "empty"),
        (b"\n0000267_2023.14.07\n\npirate0.example\n", "issue 267 is older than 268"),
        (b"\n0000268_2023.21.07\n\npirate1.example\n", "issue 268 again, with other content"),
        (b"other.example\n", "it:agcom:allegato-b: the new edition is no issue of it"),
        (b"\n0000269_2023.28.07\n\n" + b"\n".join(b"x%d.example" % n for n in range(200)), "200"),
    ],
)
def test_what_is_no_next_edition(run: Run, content: bytes, says: str) -> None:
    deliver("", "pirate0.example", header="0000268_2023.21.07")
    accepted(run)
    Path("list.txt").write_bytes(content)
    assert says in refused(run)


def test_a_protected_name_is_looked_at_once(run: Run) -> None:
    deliver(*NAMES)
    protect = ("--protect", "google.com")
    accepted(run, *protect)
    deliver(*NAMES, "drive.usercontent.google.com")
    assert "1 targets under names that you protect" in refused(run, *protect)
    accepted(run, *protect, "--max-protected", "1")
    accepted(run, *protect)


def test_growth_has_a_limit_of_its_own(run: Run) -> None:
    deliver(*NAMES)
    accepted(run)
    deliver(*NAMES, *(f"new{number}.example" for number in range(101)))
    assert "is it another list?" in refused(run)
    accepted(run, "--max-growth", "2000%")


@pytest.mark.parametrize("value", ["20", "0.2", "-5%", "%", "nan%", "1e3%", "x"])
def test_a_part_is_written_in_percent(run: Run, value: str) -> None:
    deliver(*NAMES)
    result = run("--previous", "it.blk", "--max-drop", value)
    assert result.exit_code == 2
    assert "is no part in percent such as 20%" in result.stderr


def test_a_limit_without_a_previous_image_is_a_mistake(run: Run) -> None:
    deliver(*NAMES)
    result = run("--max-drop", "20%")
    assert result.exit_code == 2
    assert "--max-drop needs --previous IMAGE" in result.stderr


def test_a_mistyped_previous_image_is_an_error(run: Run) -> None:
    deliver(*NAMES)
    result = run("--previous", "id.blk")
    assert result.exit_code == 2
    assert "id.blk: No such file" in result.stderr
    assert not Path("it.blk").exists()


def test_a_previous_file_that_is_no_image(run: Run) -> None:
    deliver(*NAMES)
    Path("it.blk").write_text("x" * 100)
    assert "not a blocklist image" in refused(run)
