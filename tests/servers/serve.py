"""``blocklist serve`` as a process of its own, in front of a stub."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from servers.dns import answers
from servers.program import Program, blocklist, environment, free_port, running


@dataclass
class Serve:
    """One that runs.

    Attributes:
        port: where it answers.
        program: the process.
    """

    port: int
    program: Program

    def log(self) -> str:
        return self.program.output()


def command(*words: str | Path) -> list[str | Path]:
    return blocklist("serve", *words)


@contextmanager
def serve(folder: Path, *words: str | Path, upstream: int | None = None) -> Iterator[Serve]:
    """Run it at a free port of 127.0.0.1, with the words of a command line."""
    port = free_port()
    more = [] if upstream is None else ["--upstream", f"127.0.0.1:{upstream}"]
    line = command(*words, "--listen", f"127.0.0.1:{port}", *more)
    with running(line, folder, ready=answers(port), env=environment()) as program:
        yield Serve(port, program)
