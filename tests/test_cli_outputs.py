"""What a command writes is there whole or not at all, and never in the place of what it reads."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_output import error
from click.testing import CliRunner, Result

from blocklist.cli.group import cli

Run = Callable[..., Result]
pytestmark = pytest.mark.no_core


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("orders").mkdir()
    Path("orders/list.txt").write_text("a.example\nb.example\n")
    Path("list.txt").write_text("a.example\nb.example\n")
    Path("protected.txt").write_text("p.example\n")
    Path("link").symlink_to("list.txt")

    def run_(*arguments: str) -> Result:
        result = CliRunner().invoke(cli, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    assert run_("compile", "list.txt", "-o", "it.blk").exit_code == 0
    return run_


@pytest.mark.parametrize(
    ("arguments", "option", "output", "source"),
    [
        (["compile", "list.txt", "-o", "list.txt"], "-o", "list.txt", "list.txt"),
        (["compile", "list.txt", "-o", "./orders/../list.txt"],
         "-o", "./orders/../list.txt", "list.txt"),
        (["compile", "list.txt", "-o", "link"], "-o", "link", "list.txt"),
        (["compile", "orders", "-o", "orders/list.txt"], "-o", "orders/list.txt", "orders"),
        (["compile", "list.txt", "-o", "x.blk", "--report", "list.txt"],
         "--report", "list.txt", "list.txt"),
        (["compile", "list.txt", "-o", "protected.txt", "--protect-list", "protected.txt"],
         "-o", "protected.txt", "protected.txt"),
        (["import", "list.txt", "-o", "list.txt", "--force"], "-o", "list.txt", "list.txt"),
        (["import", "--draft", "orders", "-o", "orders/list.txt", "--force"],
         "-o", "orders/list.txt", "orders"),
        (["export", "it.blk", "--format", "plain", "-o", "it.blk"], "-o", "it.blk", "it.blk"),
        (["export", "it.blk", "--format", "plain", "-o", "x", "--losses", "it.blk"],
         "--losses", "it.blk", "it.blk"),
    ],
)  # fmt: skip
def test_an_output_that_is_a_source_is_refused(
    run: Run, arguments: list[str], option: str, output: str, source: str
) -> None:
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    message = f"{option} {output} would replace what is read from {source}; name another file"
    assert error(run(*arguments)) == message
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


def test_new_files_beside_sources_are_written(run: Run) -> None:
    assert run("import", "orders/list.txt", "-o", "orders/list.toml").exit_code == 0
    assert run("compile", "list.txt", "-o", "it.blk", "--previous", "it.blk").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (["import", "list.txt", "--force", "-o", "out"], "out"),
        (["compile", "list.txt", "-o", "new.blk", "--report", "out"], "out"),
        (["export", "it.blk", "--format", "hosts", "-o", "hosts", "--losses", "out"], "out"),
    ],
)
def test_outputs_are_whole_or_the_old_ones(
    run: Run, arguments: list[str], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(path).write_bytes(b"old")
    inode = Path(path).stat().st_ino
    with Path(path).open("rb") as reader:  # whoever reads the old one keeps it
        assert run(*arguments).exit_code == 0
        assert reader.read() == b"old"
    assert Path(path).stat().st_ino != inode
    Path(path).write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    message = error(run(*arguments))
    assert message.endswith(": No space left on device")
    assert Path(path).read_bytes() == b"old"
    assert not list(Path().glob(".*.tmp"))


def test_devices_are_outputs(run: Run) -> None:
    for arguments in (
        ["compile", "list.txt", "-o", "it.blk", "--report", "/dev/null"],
        ["export", "it.blk", "--format", "hosts", "-o", "hosts", "--losses", "/dev/null"],
    ):
        assert run(*arguments).exit_code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_named(run: Run) -> None:
    done = run("compile", "list.txt", "-o", "it.blk", "--report", "/dev/full")
    assert error(done) == "/dev/full: No space left on device"
    with Path("/dev/full").open("wb") as full:
        told = subprocess.run(
            [sys.executable, "-m", "blocklist", "export", "it.blk", "--format", "plain"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            env={**os.environ, "PYTHONUNBUFFERED": ""},
        )  # fmt: skip
    assert (told.returncode, told.stderr) == (
        2,
        "Error: standard output: No space left on device\n",
    )
