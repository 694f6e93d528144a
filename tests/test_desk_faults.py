"""A run that is killed, or that finds the disk full, anywhere: the next one puts it right."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from desk_faults import Faults, full
from desk_folder import IMAGE, DeskFolder, agcom, names, order_file
from scale import size
from servers.program import blocklist, environment, until

from blocklist import Blocklist
from blocklist.desk.cycle import run_cycle
from blocklist.desk.lock import BusyError, locked
from blocklist.desk.runfile import read_run_file
from blocklist.desk.runrequest import RunRequest

pytestmark = [
    pytest.mark.no_core,
    pytest.mark.skipif(os.name != "posix", reason="the desk needs a system with signals"),
]

SOURCES = (
    '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
    '[[source]]\nname = "agcom"\npath = "agcom/*.txt"\nformat = "agcom"\neditions = "serial"\n'
)
RPZ = '[[output]]\nname = "rpz"\nformat = "rpz"\npath = "out/it.rpz"\nreload = ["true"]\n'
KEPT = "kept.example"
FAULTS = Faults()


@pytest.fixture
def desk(tmp_path: Path) -> DeskFolder:
    desk = DeskFolder(tmp_path)
    desk.configure(SOURCES, IMAGE, RPZ, '[alarm]\nmetrics = "m.prom"\n')
    desk.old("courts/a.toml", order_file("it:a", KEPT))
    desk.old("agcom/1.txt", agcom(1, *names(10)))
    return desk


def bring(desk: DeskFolder, number: int) -> None:
    """Bring an order more, and the next edition of the list."""
    desk.old(f"courts/{number}.toml", order_file(f"it:{number}", f"new{number}.example"))
    desk.old(f"agcom/{number}.txt", agcom(number, *names(10), f"list{number}.example"))


def is_right(desk: DeskFolder, number: int) -> None:
    """Both outputs hold what is ordered, nothing is left over, and nothing is to do."""
    wanted = (KEPT, f"new{number}.example", f"list{number}.example", "n9.example")
    assert desk.blocks(*wanted) == [True] * 4
    zone = (desk.path / "out/it.rpz").read_text()
    assert all(f"{name} CNAME ." in zone for name in wanted)
    assert zone.splitlines()[-1].startswith("check.rpz.blocklist ")
    assert desk.left() == []
    written = {path: path.stat() for path in desk.path.glob("out/*")}
    assert desk.run().code == 0
    assert {path: path.stat() for path in desk.path.glob("out/*")} == written


def never_open(desk: DeskFolder) -> None:
    """A name that was blocked before and is afterwards is in what lies there now."""
    with Blocklist.open(desk.path / "out/it.blk") as blocked:
        assert blocked.is_blocked(KEPT)
    assert f"{KEPT} CNAME ." in (desk.path / "out/it.rpz").read_text()


def points(desk: DeskFolder, number: int) -> list[str]:
    """Those of a run that has something to do."""
    bring(desk, number)
    FAULTS.arm(desk.path, -1, lambda _: None)
    desk.run()
    return FAULTS.disarm()


WRITES = {
    "open /state/objects/": 2,
    "open /state/images/": 2,
    "open /state/journal": 2,
    "open /state/.state": 2,
    "os.rename /state/.state": 2,
    "open /out/.it.blk": 3,
    "os.rename /out/.it.rpz": 3,
}
"""What the exit code is if the disk is full there for the first time."""


@pytest.mark.parametrize("point", WRITES)
def test_a_full_disk(desk: DeskFolder, point: str) -> None:
    desk.run()
    bring(desk, 3)
    before = {path: path.stat() for path in desk.path.glob("out/*")}
    FAULTS.arm(desk.path, point, full)
    try:
        outcome = desk.run()
    finally:
        FAULTS.disarm()
    assert outcome.code == WRITES[point]
    assert "No space left" in str(outcome.page)
    if outcome.code == 2:  # nothing outside was touched
        assert {path: path.stat() for path in desk.path.glob("out/*")} == before
    never_open(desk)
    assert [matter["code"] for matter in desk.run().page["matters"]] == []
    is_right(desk, 3)


def test_a_full_disk_at_any_point(desk: DeskFolder) -> None:
    desk.run()
    count = len(points(desk, 2))
    assert count > 25
    for at in range(1, count, count // size(count, 3)):
        bring(desk, at + 3)
        FAULTS.arm(desk.path, at, full)
        try:
            code = desk.run().code
        except OSError:  # before the state could be read: the command says it, with exit code 2
            code = 2
        finally:
            FAULTS.disarm()
        assert code in (0, 2, 3)  # of metrics, staging and tidying nothing hangs
        never_open(desk)
        desk.run()
        is_right(desk, at + 3)


def test_a_kill_at_any_point(desk: DeskFolder) -> None:
    """Each kill is that of a process; the runs after it are in this one, which takes less time."""
    desk.run()
    count = len(points(desk, 2))
    killed = 0
    for step, at in enumerate(range(count // 4, count, max(1, count // size(count, 3)))):
        bring(desk, step + 3)
        program = [sys.executable, Path(__file__).with_name("desk_faults.py")]
        words = [desk.path, str(at), "run", desk.path / "run.toml"]
        done = subprocess.run(
            [*map(str, program), *map(str, words)], capture_output=True, check=False,
            env=environment(),
        )  # fmt: skip
        killed += done.returncode == -signal.SIGKILL
        never_open(desk)
        # Half-done work is no change by somebody else.
        assert [matter["code"] for matter in desk.run().page["matters"]] == []
        is_right(desk, step + 3)
    assert killed


def test_two_runs_at_once(desk: DeskFolder) -> None:
    settings = read_run_file(desk.path / "run.toml")
    with locked(desk.path / "state", 0):
        with pytest.raises(BusyError, match="another run has the lock"):
            run_cycle(settings, RunRequest(wait=0))
        command = [*map(str, blocklist("run", desk.path / "run.toml", "--wait", "0"))]
        done = subprocess.run(command, capture_output=True, env=environment(), check=False)
        assert done.returncode == 75
        command[-1] = "60s"
        waiting = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment())
        until(lambda: _has_open(waiting.pid, desk.path / "state/lock"))
        assert waiting.poll() is None
    assert waiting.wait(60) == 0
    is_right_once(desk)


def _has_open(pid: int, path: Path) -> bool:
    folder = Path(f"/proc/{pid}/fd")
    if not folder.is_dir():
        pytest.skip("no /proc")
    return any(os.path.realpath(one) == str(path) for one in folder.iterdir())


def is_right_once(desk: DeskFolder) -> None:
    events = [entry["event"] for entry in desk.journal("compiled", "written")]
    assert events == ["compiled", "written", "written"]


def test_a_lock_is_free_when_its_process_has_ended(tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom blocklist.desk.lock import locked\n"
        "with locked(Path(sys.argv[1]), 0):\n    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], env=environment(), check=False)
    with locked(tmp_path, 0):
        pass
