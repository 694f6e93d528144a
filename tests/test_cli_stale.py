"""An image is loud once an order in it has begun or ended since it was compiled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from servers.dns import upstream
from test_integrations_forwarder import serving

from blocklist.cli.group import cli

pytestmark = pytest.mark.no_core

Run = Callable[..., Result]
WARNING = (
    "warning: {}: stale since 2024-02-01 00:00:00+00:00, when an order began or ended; compile the "
    "orders again\n"
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    orders = '[[order]]\nid = "x"\n{}targets = ["a.example"]\n'
    Path("ends.toml").write_text(orders.format("expires = 2024-01-31\n"))
    Path("later.toml").write_text(orders.format("expires = 2999-12-31\n"))
    Path("never.toml").write_text(orders.format(""))

    def run_(*arguments: str) -> Result:
        result = CliRunner().invoke(cli, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    for name, at in (("ends", "2024-01-01"), ("later", "2024-01-01"), ("never", "2024-01-01")):
        assert run_("compile", f"{name}.toml", "-o", f"{name}.blk", "--at", at).exit_code == 0
    return run_


QUIET = [
    ("query", "{}", "a.example"), ("explain", "{}", "a.example"), ("verify", "{}"),
    ("verify", "{}", "--fresh"), ("export", "{}", "--format", "plain"),
    ("compile", "{}.toml", "-o", "{}", "--at", "2024-01-01"),
]  # fmt: skip


@pytest.mark.parametrize("words", QUIET)
def test_each_command_warns(run: Run, words: tuple[str, ...]) -> None:
    for image in ("ends.blk", "later.blk", "never.blk"):
        told = run(*(word.format(image).replace(".blk.toml", ".toml") for word in words))
        is_stale = image == "ends.blk"
        assert told.stderr.count(WARNING.format(image)) == is_stale
        assert told.stderr.count("stale") == is_stale
        assert told.exit_code == (is_stale and words[-1] == "--fresh")


def test_a_quiet_query_says_nothing(run: Run) -> None:
    told = run("query", "-q", "ends.blk", "a.example")
    assert (told.exit_code, told.output) == (0, "")


def test_compiling_says_when_something_changes_next(run: Run) -> None:
    says = "next change at 3000-01-01T00:00:00+00:00: compile again then\n"
    assert says in run("compile", "later.toml", "-o", "x.blk").stderr
    assert "next change" not in run("compile", "never.toml", "-o", "x.blk").stderr


def test_a_stale_image_is_not_green(run: Run) -> None:
    for image in ("ends", "later"):
        with upstream() as behind, serving(behind.port, blocks=Path(f"{image}.blk")) as server:
            told = run(
                "probe", f"{image}.blk", "--resolver", f"127.0.0.1:{server.port}", "--rate", "1000"
            )
        assert "orders: 1 enforced;" in told.stderr
        assert told.exit_code == (image == "ends")
        assert told.stderr.count("stale since") == (image == "ends")
