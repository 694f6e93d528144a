"""Cycles: what a run of the desk costs that has nothing to do, and one that has.

Run with a folder and a file of names, it measures in a separate process, and prints JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.processes import ask_child
from benchmarks.report import Report
from benchmarks.workloads import Workload

_FILES = 2_000
_IDLE_TARGET, _MEMORY_TARGET = 0.1, 30.0
_OUTPUTS = """
[[output]]
name = "image"
format = "image"
path = "out/it.blk"

[[output]]
name = "zone"
format = "rpz"
path = "out/it.rpz"
"""
_COMMAND = """
import os, sys
from blocklist.cli import main
try:
    main()
finally:
    if os.path.exists("/proc/self/status"):
        with open("/proc/self/status") as status:
            print(status.read(), file=sys.stderr)
"""
"""The command, which says what it needed; what the system says of a child counts its parent too."""
_ORDERS = '[[source]]\nname = "courts"\npath = "orders/*.toml"\n'
_LIST = '[[source]]\nname = "list"\npath = "list/*.txt"\nformat = "plain"\n'


def cycles(report: Report, workload: Workload, rounds: int) -> None:
    """Print processor time and memory of the command."""
    with tempfile.TemporaryDirectory() as folder:
        found = ask_child("cycles", folder, workload.source, rounds)
    titles = {
        "idle": f"nothing to do, {_FILES:,} order files",
        "first": f"{workload.title}, the first run",
        "next": f"{workload.title}, 1 name more and 1 less",
        "same": f"{workload.title}, nothing to do",
    }
    rows = [
        [titles[key], f"{one['cpu']:.3f}", f"{one['peak'] / 1e6:.0f}"] for key, one in found.items()
    ]
    report.table("The desk: a run, to an image and a zone", ["run", "CPU s", "peak MB"], rows)
    report.record("cycles", workload, **found)
    report.target("a run with nothing to do, s", workload, found["idle"]["cpu"],
                  {workload.scale: _IDLE_TARGET}, unit="")  # fmt: skip
    report.target("a run with nothing to do, MB", workload, found["idle"]["peak"] / 1e6,
                  {workload.scale: _MEMORY_TARGET}, unit="")  # fmt: skip


def measure(folder: Path, names: Path, rounds: int) -> dict[str, Any]:
    """Make two desks and run the command."""
    idle = _desk(folder / "idle", _ORDERS)
    for number in range(_FILES):
        order = (
            f'[[order]]\nid = "it:{number}"\nissued = 2026-01-02\ntargets = ["n{number}.example"]\n'
        )
        _write(idle / f"orders/{number}.toml", order)
    _run(idle)
    found = {"idle": min((_run(idle) for _ in range(rounds)), key=lambda one: one["cpu"])}
    large = _desk(folder / "large", _LIST)
    text = names.read_text("ascii")
    _write(large / "list/list.txt", text)
    found["first"] = _run(large)
    _write(large / "list/list.txt", f"{text.partition(chr(10))[2]}more.example\n")
    found["next"] = _run(large)
    found["same"] = _run(large)
    return found


def _desk(folder: Path, source: str) -> Path:
    (folder / "out").mkdir(parents=True)
    text = f'state = "state"\n{source}{_OUTPUTS}[guards]\ncritical = "none"\n'
    (folder / "run.toml").write_text(text)
    return folder


def _write(path: Path, text: str) -> None:
    """Write a file that nobody changed just now."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    at = path.stat().st_mtime - 10
    os.utime(path, (at, at))


def _run(desk: Path) -> dict[str, float]:
    """Run the command; seconds of processor time and octets that it held at most."""
    command = [sys.executable, "-c", _COMMAND, "run", str(desk / "run.toml")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        said = process.stderr.read().split() if process.stderr else []
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"exit code {process.returncode}")
    peak = int(said[said.index(b"VmHWM:") + 1]) * 1024 if b"VmHWM:" in said else 0
    return {"cpu": used.ru_utime + used.ru_stime, "peak": peak}


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))))
