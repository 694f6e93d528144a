"""Children that measure by themselves and print one line of JSON, and what they know of memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

CLONE = Path(__file__).parents[1]
_STATUS = Path("/proc/self/status")
HAS_STATUS = _STATUS.exists()
NO_STATUS = "this system has no /proc/self/status"


def command(module: str, *arguments: object) -> list[str]:
    """Return the command that runs a module of ours in a process of its own."""
    return [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]


def ask_child(module: str, *arguments: object) -> Any:
    """Run a module of ours and return what it printed; its complaints go where ours go."""
    done = subprocess.run(
        command(module, *arguments), check=True, stdout=subprocess.PIPE, text=True, cwd=CLONE
    )
    return json.loads(done.stdout)


def resident() -> int:
    """Octets of this process that are in memory."""
    return _status("VmRSS")


def anonymous() -> int:
    """Octets of this process that are in memory and belong to no file."""
    return _status("RssAnon")


def peak() -> int:
    """Octets that were in memory at most since ``reset_peak``; 0 where nothing tells."""
    return _status("VmHWM")


def reset_peak() -> None:
    """Forget the peak so far, where the system allows it."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _status(field: str) -> int:
    if not HAS_STATUS:
        return 0
    for line in _STATUS.read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    return 0
