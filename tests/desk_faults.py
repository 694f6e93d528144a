"""Faults at each point at which a run touches anything: a kill, or a disk that is full.

An audit hook of the interpreter counts what touches the world (files opened to write, renames,
links, removals, processes), so no point is forgotten when the code changes. Run as a program, it
kills itself at one of them.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_EVENTS = (
    "os.rename",
    "os.link",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
    "subprocess.Popen",
)


class Faults:
    """What happens at a point; as a hook cannot be taken away, it is set and unset."""

    def __init__(self) -> None:
        self.below = ""
        self.seen: list[str] = []
        self.at: int | str = -1
        self.act: Callable[[str], None] = lambda _: None
        sys.addaudithook(self._hook)

    def arm(self, below: Path, at: int | str, act: Callable[[str], None]) -> None:
        """Call ``act`` at a point, by number or by its beginning; files below a folder count."""
        self.seen, self.at, self.act, self.below = [], at, act, str(below)

    def disarm(self) -> list[str]:
        """Let nothing happen any more; return the points that there were."""
        self.below = ""
        return self.seen

    def _hook(self, event: str, args: tuple[object, ...]) -> None:
        if not self.below or (event != "open" and event not in _EVENTS):
            return
        if event == "open" and not (isinstance(args[2], int) and args[2] & _WRITES):
            return
        path = args[0] if isinstance(args[0], str | os.PathLike) else ""
        if event != "subprocess.Popen" and not str(path).startswith(self.below):
            return
        said = f"{event} {str(path).removeprefix(self.below)}"
        self.seen.append(said)
        if self.at == len(self.seen) - 1 or (isinstance(self.at, str) and said.startswith(self.at)):
            self.at = -1  # once
            self.act(str(path))


def full(path: str) -> None:
    """A disk that is full."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)


def kill(_: str) -> None:
    """The end of this process."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    from blocklist.cli import main

    faults = Faults()
    faults.arm(Path(sys.argv[1]), int(sys.argv[2]), kill)
    sys.argv[1:] = sys.argv[3:]
    main()
