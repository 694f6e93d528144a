"""Debian's dnsdist, configured as the page of the how-to says."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from servers.dns import answers
from servers.program import Program, find_program, free_port, running


@dataclass
class Dnsdist:
    """One that runs.

    Attributes:
        port: where it answers.
        config: its configuration, with which its console is reached.
        program: the process.
    """

    port: int
    config: Path
    program: Program

    def console(self, command: str) -> str:
        """Run a line of Lua in it."""
        done = subprocess.run(
            [find_program("dnsdist"), "-C", self.config, "-c", "-e", command],
            capture_output=True, text=True, timeout=60, check=False, env={},
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout, done.stderr)
        return done.stdout


def configure(folder: Path, text: str, upstream: int, replaced: dict[str, str]) -> tuple[Path, int]:
    """Write a configuration of a page with our ports and paths; return it and the port."""
    port = free_port()
    changes = {
        "127.0.0.1:53": f"127.0.0.1:{port}",
        "127.0.0.1:5300": f"127.0.0.1:{upstream}",
        "127.0.0.1:5199": f"127.0.0.1:{free_port()}",
        **replaced,
    }
    for old in changes:
        assert old in text, old
    text = re.sub("|".join(sorted(map(re.escape, changes), key=len, reverse=True)),
                  lambda found: changes[found[0]], text)  # fmt: skip
    config = folder / "dnsdist.conf"
    config.write_text(f'setSecurityPollSuffix("")\n{text}', "utf-8")
    return config, port


@contextmanager
def dnsdist(folder: Path, text: str, upstream: int, replaced: dict[str, str]) -> Iterator[Dnsdist]:
    """Run it; see ``configure``."""
    config, port = configure(folder, text, upstream, replaced)
    command = [find_program("dnsdist"), "--supervised", "--disable-syslog", "-C", str(config)]
    with running(command, folder, ready=answers(port), env={}) as program:
        yield Dnsdist(port, config, program)
