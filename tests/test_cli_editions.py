"""``blocklist compile --previous``: the old image stays until a new one deserves its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_output import error, normalised
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
    return normalised(result.stderr)


def refused(run: Run, *arguments: str) -> str:
    before = Path("it.blk").read_bytes()
    result = run("--previous", "it.blk", *arguments)
    assert Path("it.blk").read_bytes() == before
    assert not list(Path().glob(".*tmp"))
    return error(result)


def summary(targets: int) -> str:
    """What a compilation of that many targets without faults says."""
    return (
        f"it.blk: {targets} rules from {targets} targets of 1 order; 0 rejected, 0 covered, "
        "0 orders not selected, 0 warnings\ndigest DIGEST, N octets\n"
    )


def test_a_job_works_from_its_first_day(run: Run) -> None:
    deliver(*NAMES)
    assert accepted(run) == (
        f"it.blk does not exist yet; there is nothing to compare with\n{summary(10)}"
    )
    assert accepted(run) == summary(10)
    deliver(*NAMES, "new.example")
    assert accepted(run) == f"edition: list:list.txt: 1 added, 0 removed\n{summary(11)}"
    assert Blocklist.open("it.blk").is_blocked("new.example")


def test_a_list_that_was_cut_short_changes_nothing(run: Run) -> None:
    deliver(*NAMES)
    accepted(run)
    deliver(*NAMES[:5])
    for limit in ("20.0%", "40.0%"):
        message = refused(run, "--report", "report.json", "--max-drop", limit)
        assert message == (
            f"the new edition is rejected: list:list.txt lost 5 of 10 targets (50.0%, the limit is "
            f"{limit}); is the source complete?"
        )
    assert refused(run) == message.replace("40.0%", "20.0%")
    assert not Path("report.json").exists()
    assert accepted(run, "--max-drop", "50%") == (
        f"edition: list:list.txt: 0 added, 5 removed\n{summary(5)}"
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            b"<!DOCTYPE html><html><title>Error</title></html>",
            (
                "list.txt: an HTML page or XML, not a list; check it: it may be an error page; "
                "'blocklist import --draft list.txt' writes a draft with every name in it"
            ),
        ),
        (b"", "list.txt: the file is empty"),
        (
            b"\n0000267_2023.14.07\n\npirate0.example\n",
            (
                "the new edition is rejected: it:agcom:allegato-b: issue 267 is older than 268, "
                "the last accepted issue"
            ),
        ),
        (
            b"\n0000268_2023.21.07\n\npirate1.example\n",
            (
                "the new edition is rejected: it:agcom:allegato-b: issue 268 came again with other "
                "content (1 added, 1 removed); ask the authority which one is valid; and 1 more: "
                "it:agcom:allegato-b lost 1 of 1 target (100.0%, the limit is 20.0%); is the "
                "source complete?"
            ),
        ),
        (
            b"other.example\n",
            (
                "the new edition is rejected: it:agcom:allegato-b: the new edition is not an issue "
                "of this list; check its file; and 1 more: list:list.txt lost 1 of 1 target "
                "(100.0%, the limit is 20.0%); is the source complete?"
            ),
        ),
        (
            b"\n0000269_2023.28.07\n\n" + b"\n".join(b"x%d.example" % n for n in range(200)),
            (
                "the new edition is rejected: it:agcom:allegato-b lost 1 of 1 target (100.0%, the "
                "limit is 20.0%); is the source complete?; and 1 more: it:agcom:allegato-b gained "
                "200 targets, having had 1 (20000.0%, the limit is 100.0%); is it another list?"
            ),
        ),
    ],
)
def test_what_is_no_next_edition(run: Run, content: bytes, says: str) -> None:
    deliver("", "pirate0.example", header="0000268_2023.21.07")
    accepted(run)
    Path("list.txt").write_bytes(content)
    assert refused(run) == says


def test_a_protected_name_is_looked_at_once(run: Run) -> None:
    deliver(*NAMES)
    protect = ("--protect", "google.com")
    accepted(run, *protect)
    deliver(*NAMES, "drive.usercontent.google.com")
    assert refused(run, *protect) == (
        "the new edition is rejected: 1 target under protected names (the limit is 0), such as "
        "'drive.usercontent.google.com' in list:list.txt:bdeb2c6d; they are not blocked, but check "
        "the list"
    )
    accepted(run, *protect, "--max-protected", "1")
    accepted(run, *protect)


def test_growth_has_a_limit_of_its_own(run: Run) -> None:
    deliver(*NAMES)
    accepted(run)
    deliver(*NAMES, *(f"new{number}.example" for number in range(101)))
    assert refused(run) == (
        "the new edition is rejected: list:list.txt gained 101 targets, having had 10 (1010.0%, "
        "the limit is 100.0%); is it another list?"
    )
    accepted(run, "--max-growth", "2000%")


@pytest.mark.parametrize("value", ["20", "0.2", "-5%", "%", "nan%", "1e3%", "x"])
def test_a_part_is_written_in_percent(run: Run, value: str) -> None:
    deliver(*NAMES)
    result = run("--previous", "it.blk", "--max-drop", value)
    assert error(result) == (
        f"Invalid value for '--max-drop': '{value}' is not a percentage such as 20%"
    )


def test_a_limit_without_a_previous_image_is_a_mistake(run: Run) -> None:
    deliver(*NAMES)
    assert error(run("--max-drop", "20%")) == "--max-drop needs --previous IMAGE"


def test_a_mistyped_previous_image_is_an_error(run: Run) -> None:
    deliver(*NAMES)
    result = run("--previous", "id.blk")
    assert error(result) == "id.blk: No such file or directory"
    assert not Path("it.blk").exists()


def test_a_previous_file_that_is_no_image(run: Run) -> None:
    deliver(*NAMES)
    Path("it.blk").write_text("x" * 100)
    assert refused(run) == (
        "it.blk: not a blocklist image (make one with: blocklist compile SOURCE -o FILE)"
    )
