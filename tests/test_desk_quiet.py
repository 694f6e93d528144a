"""A run that has nothing to do: what it costs, and what it does not touch."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from desk_folder import IMAGE, DeskFolder, order_file
from processortime import within
from scale import size
from servers.program import environment

from blocklist.desk.agenda import agenda
from blocklist.desk.runfile import read_run_file
from blocklist.desk.state import load_state

pytestmark = pytest.mark.no_core

COURTS = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
FILES = size(2_000, 400)
HEAVY = ("loaders", "compiler", "exporters", "probe", "documents")


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
    *_, modules, memory = done.stdout.splitlines()
    for room in HEAVY:
        assert f"blocklist.{room}" not in modules.split()
    assert {"dns", "tldextract", "subprocess"}.isdisjoint(modules.split())
    assert int(memory) < 30 * 1024  # the most that the process held, in KiB


def test_a_file_more_is_something_to_do(desk: DeskFolder) -> None:
    path = desk.old("courts/more.toml", order_file("it:more", "more.example"))
    assert desk.run().page["image"]["added"] == 1
    path.write_text(order_file("it:more", "more.example", "else.example"))
    os.utime(path, ns=(0, path.stat().st_mtime_ns - 10**10))  # as a copy with its old time has
    assert desk.run().page["image"]["added"] == 1


def test_another_setting_is_something_to_do(desk: DeskFolder) -> None:
    file = desk.path / "run.toml"
    file.write_text(file.read_text() + 'protect = ["n1.example"]\n')  # the last table is guards
    assert desk.run().code == 1
    assert desk.blocks("n1.example", "n2.example") == [False, True]
    settings, state = read_run_file(file), load_state(desk.path / "state")
    assert [
        why for _, why in agenda(settings, state, datetime.fromtimestamp(state.told_at, UTC))
    ] == ["the alarm is repeated"]
