"""PROGRAMS: runs the operator's commands: a list of arguments, no shell, a clean environment.

Standard input is closed unless something is to be read there. After a time limit the whole process
group is ended.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import BinaryIO

from ..errors import shorten
from .runsettings import Arguments

_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "USER", "LOGNAME")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SHOWN = 300
_READ = 65_536


def run_program(
    arguments: Arguments,
    limit: timedelta,
    variables: Mapping[str, str] | None = None,
    octets: bytes = b"",
    output: BinaryIO | None = None,
) -> str:
    """Run a program; return why it failed, empty if it did not.

    Args:
        arguments: the program and its arguments.
        limit: after this it is ended.
        variables: of the environment, beside the few that every program has.
        octets: for its standard input.
        output: takes what it prints on standard output.
    """
    import subprocess
    import tempfile

    kept = {name: value for name in _KEPT if (value := os.environ.get(name)) is not None}
    environment = {"PATH": _PATH, **kept, **(variables or {})}
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as told:
        told.write(octets)
        told.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - the operator's own, without a shell
                arguments, stdin=told if octets else subprocess.DEVNULL, stdout=output or said,
                stderr=said, env=environment, start_new_session=True, close_fds=True,
            )  # fmt: skip
        except OSError as error:
            return f"{arguments[0]}: {error.strerror or error}"
        try:
            code = process.wait(limit.total_seconds())
        except subprocess.TimeoutExpired:
            return f"{arguments[0]} did not end within {limit.total_seconds():g} s"
        finally:
            # What it started ends with it, and it too if anything interrupts the wait.
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if code == 0:
            return ""
        said.seek(0)
        words = " ".join(said.read(_READ).decode("utf-8", "replace").split())
        how = f"exit code {code}" if code > 0 else f"signal {-code}"
        return f"{arguments[0]}: {how}{f': {shorten(words, _SHOWN)}' if words else ''}"
