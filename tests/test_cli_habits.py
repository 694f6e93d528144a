"""What programs and terminals expect: JSON, completion, any encoding, a clean screen."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import blocklist
from blocklist.cli.group import cli
from blocklist.exporters import FORMATS
from blocklist.loaders import LOADERS

Run = Callable[..., Result]
SOURCES = Path(blocklist.__file__).resolve().parents[1]
ORDER = """\
[[order]]
id = "x:città"
authority = "Autorità per le garanzie 東京"
number = "n. 1/2026 €"
issued = 2026-01-01
deadline = 2026-02-01
targets = ["a.example", "bücher.example", "no name"]
"""
pytestmark = pytest.mark.no_core


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("order.toml").write_text(ORDER, "utf-8")
    Path("list.txt").write_text("a.example\nb.example\nno name\n")

    def run_(*arguments: str) -> Result:
        result = CliRunner().invoke(cli, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    assert run_("compile", "order.toml", "list.txt", "-o", "it.blk").exit_code == 0
    return run_


def program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "blocklist", *arguments],
        capture_output=True, check=False, stdin=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(SOURCES)} | environment,
    )  # fmt: skip


class TestJson:
    def test_verify(self, run: Run) -> None:
        found = json.loads(run("verify", "--json", "it.blk").stdout)
        image = blocklist.Image.open("it.blk")
        assert (found["path"], found["digest"], found["content_digest"]) == (
            "it.blk", image.digest, image.content_digest,
        )  # fmt: skip
        assert (found["rules"], found["stale"], found["valid_until"]) == (3, False, None)
        assert {order["id"] for order in found["orders"]} >= {"x:città"}

    def test_compile(self, run: Run) -> None:
        result = run("compile", "--json", "list.txt", "-o", "new.blk", "--report", "report")
        assert result.stderr == ""
        found = json.loads(result.stdout)
        assert (found["output"], found["rules"], found["valid_until"]) == ("new.blk", 2, None)
        assert [one["code"] for one in found["rejected"]] == ["white-space"]
        report = json.loads(Path("report").read_bytes())
        assert report.items() <= found.items()

    def test_formats(self, run: Run) -> None:
        found = [json.loads(line) for line in run("formats", "--json").stdout.splitlines()]
        assert {one["name"] for one in found} >= set(LOADERS)
        assert all(one["title"] and one["from"] for one in found)

    def test_export_formats(self, run: Run) -> None:
        for order in (("--list", "--json"), ("--json", "--list")):
            lines = run("export", *order).stdout.splitlines()
            found = [json.loads(line) for line in lines]
            assert [one["name"] for one in found] == list(FORMATS)
            assert {one["is_folder"] for one in found} == {True, False}
        assert len(run("export", "--list").stdout.splitlines()) == len(FORMATS)
        assert run("export", "--json", "it.blk", "--format", "plain").exit_code == 2

    def test_query_of_what_is_blocked(self, run: Run) -> None:
        names = ("z.example", "a.example", "y.example", "b.example")
        result = run("query", "--blocked-only", "it.blk", *names)
        assert result.exit_code == 0
        assert [line.split("\t")[0] for line in result.stdout.splitlines()] == [
            "a.example",
            "b.example",
        ]
        lines = run("query", "--blocked-only", "--json", "it.blk", *names).stdout.splitlines()
        assert [json.loads(line)["name"] for line in lines] == ["a.example", "b.example"]
        none = run("query", "--blocked-only", "it.blk", "z.example")
        assert (none.exit_code, none.stdout) == (1, "")


COMMANDS = (
    ["--help"], ["query", "it.blk", "bücher.example", "東京.example"], ["check", "order.toml"],
    ["explain", "it.blk", "bücher.example"], ["verify", "it.blk"], ["status", "order.toml"],
    ["compile", "order.toml", "-o", "n.blk"], ["formats"], ["export", "--list"], ["template"],
    ["import", "order.toml"], ["import", "--draft", "order.toml"], ["diff", "it.blk", "it.blk"],
    ["query", "--json", "it.blk", "bücher.example"], ["verify", "--json", "it.blk"],
    ["explain", "--json", "it.blk", "bücher.example"], ["check", "--json", "order.toml"],
    ["status", "--json", "order.toml"], ["compile", "--json", "order.toml", "-o", "n.blk"],
    ["query", "città.blk", "a.example"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("command", "encoding"),
    [(command, "ascii") for command in COMMANDS] + [(COMMANDS[1], "cp1252")],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[:2]),
)
def test_output_fails_on_no_encoding(run: Run, command: list[str], encoding: str) -> None:
    done = program(*command, PYTHONIOENCODING=encoding)
    assert b"Traceback" not in done.stderr
    assert b"codec" not in done.stderr
    whole = run(*command)
    assert done.returncode == whole.exit_code
    if "--json" in command:
        assert json.loads(done.stdout.decode(encoding)) == json.loads(whole.stdout)
    if command[0] in ("import", "template"):  # files, whatever the terminal is
        assert done.stdout == whole.stdout_bytes
        tomllib.loads(done.stdout.decode())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete(run: Run, shell: str) -> None:
    script = program(_BLOCKLIST_COMPLETE=f"{shell}_source")
    assert b"_BLOCKLIST_COMPLETE" in script.stdout


def test_completion_of_commands_options_and_formats(run: Run) -> None:
    def completed(words: str, at: int) -> list[str]:
        done = program(_BLOCKLIST_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(at))
        return [line.partition(",")[2] for line in done.stdout.decode().splitlines()]

    assert completed("blocklist ex", 1) == ["explain", "export", "ext-authz"]
    assert "--blocked-only" in completed("blocklist query --", 2)
    assert completed("blocklist export it.blk --format rp", 4) == ["rpz"]


@pytest.mark.parametrize("command", [
    ["compile", "list.txt", "-o", "n.blk"], ["check", "order.toml", "list.txt"],
    ["compile", "missing.txt", "-o", "n.blk"], ["status", "order.toml"],
], ids=" ".join)  # fmt: skip
def test_nothing_of_the_progress_stays_on_the_screen(run: Run, command: list[str]) -> None:
    """On a terminal a line says what is being read; each is erased, and no cursor is hidden."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "blocklist", *command],
        stdout=subprocess.PIPE, stderr=follower, stdin=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(SOURCES), "TERM": "xterm", "COLUMNS": "80"},
    ) as process:  # fmt: skip
        os.close(follower)
        assert process.stdout is not None
        printed = process.stdout.read()
    screen = b""
    try:
        while part := os.read(leader, 1 << 16):
            screen += part
    except OSError:  # Linux: the other end is closed
        pass
    os.close(leader)
    assert b"\x1b[?25l" not in screen
    assert b"reading " in screen
    lines = [line.rpartition(b"\x1b[K")[2] for line in screen.replace(b"\r\n", b"\n").split(b"\n")]
    assert [line for line in lines if b"reading " in line or b"compiling " in line] == []
    assert b"\x1b[K" not in printed  # what is printed is not drawn over
    if command[0] == "check":
        assert b"a.example" in printed


@pytest.mark.parametrize(
    ("command", "closed", "code"),
    [("query it.blk", "0<&-", 1), ("explain it.blk", "1>&-", 0), ("check -", "0<&-", 2),
     ("squid-helper it.blk", "0<&- 1>&-", 0), ("verify it.blk", "0<&- 1>&- 2>&-", 0)],
)  # fmt: skip
def test_a_closed_stream_is_the_null_device(run: Run, command: str, closed: str, code: int) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -m blocklist {command} {closed}', sys.executable],
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
        env=os.environ | {"PYTHONPATH": str(SOURCES)},
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
