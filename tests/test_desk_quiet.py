"""A run that has nothing to do: what it costs, and what it does not touch."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk_folder import IMAGE, DeskFolder, order_file
from processortime import within
from scale import size
from servers.program import blocklist as command
from servers.program import environment

import blocklist
from blocklist.desk import state
from blocklist.desk.agenda import agenda
from blocklist.desk.runfile import read_run_file
from blocklist.desk.sourcestate import SourceFiles

pytestmark = pytest.mark.no_core

COURTS = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
FILES = size(2_000, 200)
HEAVY = ("loaders", "compiler", "exporters", "probe", "documents", "image", "matcher")
UNUSED = ("dns", "tldextract", "subprocess", "logging", "tempfile", "shutil", "decimal")
MODULES = 30
"""How many the room may need to find out that there is nothing to do."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskFolder:
    desk = DeskFolder(tmp_path_factory.mktemp("desk"))
    desk.configure(COURTS, IMAGE)
    for number in range(FILES):
        desk.old(f"courts/{number}.toml", order_file(f"it:{number}", f"n{number}.example"))
    assert desk.run().code == 0
    return desk


def test_nothing_to_do_with_many_files_costs_little(desk: DeskFolder) -> None:
    with within(0.1 * FILES / 2_000):
        assert desk.run().page["outputs"][0]["state"] == "unchanged"


def test_the_command_costs_little(desk: DeskFolder, tmp_path: Path) -> None:
    """An installed package has its bytecode; a tree that is tested may not."""
    kept = {**environment(), "PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    words = [*map(str, command("run", desk.path / "run.toml"))]

    def run() -> None:
        subprocess.run(words, stdout=subprocess.DEVNULL, env=kept, check=True)

    run()
    with within(0.2):  # three fifths of it are Python's, and those of the library for options
        run()


@pytest.mark.skipif(blocklist.BACKEND == "pure", reason="the pure core imports more than that")
def test_nothing_to_do_imports_nothing_that_reads_orders(desk: DeskFolder) -> None:
    script = (
        "import contextlib, pathlib, sys\nfrom blocklist.cli.group import cli\n"
        "with contextlib.suppress(SystemExit):\n"
        f"    cli(['run', {str(desk.path / 'run.toml')!r}], standalone_mode=False)\n"
        "print(*sys.modules)\nstatus = pathlib.Path('/proc/self/status')\n"
        "print(status.read_text().split('VmHWM:')[1].split()[0] if status.exists() else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment(),
        check=True,
    )  # fmt: skip
    *_, said, memory = done.stdout.splitlines()
    modules = said.split()
    for room in HEAVY:
        assert f"blocklist.{room}" not in modules
    assert set(UNUSED).isdisjoint(modules)
    assert len([one for one in modules if one.startswith("blocklist.desk.")]) <= MODULES
    assert int(memory) < 30 * 1024  # the most that the process held, in KiB


def test_nothing_to_do_reads_no_list_of_files(
    desk: DeskFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each file the digest of what was seen of all is compared."""

    def unwanted(_: object) -> SourceFiles:
        raise AssertionError("the files of the state are read")

    monkeypatch.setattr(state, "files_of", unwanted)
    assert desk.run().page["sources"][0]["files"] == FILES


def test_a_file_more_is_something_to_do(desk: DeskFolder) -> None:
    path = desk.old("courts/more.toml", order_file("it:more", "more.example"))
    assert desk.run().page["image"]["added"] == 1
    path.write_text(order_file("it:more", "more.example", "else.example"))
    os.utime(path, ns=(0, path.stat().st_mtime_ns - 10**10))  # as a copy with its old time has
    assert desk.run().page["image"]["added"] == 1


@pytest.mark.parametrize("change", ["content", "time", "mode", "name", "gone"])
def test_no_change_of_a_file_is_missed(tmp_path: Path, change: str) -> None:
    """Also not one of the same size and time: its inode or its ctime is another."""
    desk = DeskFolder(tmp_path)
    desk.configure(COURTS, IMAGE)
    path = desk.old("courts/3.toml", order_file("it:3", "n3.example"))
    desk.run()
    assert "is_new" not in desk.run().page["image"]
    facts, text = path.stat(), path.read_text()
    if change == "content":
        path.write_text(text.replace("n3.", "m3."))
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    elif change == "time":
        os.utime(path, ns=(0, facts.st_mtime_ns - 1))
    elif change == "mode":
        path.chmod(0o600)
    elif change == "name":
        path = path.rename(path.with_name("three.toml"))
    else:
        path.unlink()
    assert "is_new" in desk.run().page["image"]  # it was compiled


def test_another_setting_is_something_to_do(desk: DeskFolder) -> None:
    file = desk.path / "run.toml"
    file.write_text(file.read_text() + 'protect = ["n1.example"]\n')  # the last table is guards
    assert desk.run().code == 1
    assert desk.blocks("n1.example", "n2.example") == [False, True]
    settings, known = read_run_file(file), state.load_state(desk.path / "state")
    assert [
        why for _, why in agenda(settings, known, datetime.fromtimestamp(known.told_at, UTC))
    ] == ["the alarm is repeated"]
