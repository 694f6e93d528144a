"""One program of others: found, started, watched, ended."""

from __future__ import annotations

import atexit
import fcntl
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, NoReturn

import pytest

START_SECONDS = 120
"""A guard against programs that hang, no limit: a busy machine is given its time."""


def missing(reason: str) -> NoReturn:
    """Skip the test, or fail it where every program has to be there (as in CI)."""
    if os.environ.get("BLOCKLIST_REQUIRE_SERVERS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def find_program(name: str) -> str:
    """Return the path of a program, system folders included; skip the test without it."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/bin"])
    found = shutil.which(name, path=path)
    if found is None:
        missing(f"no {name} on this machine")
    return found


def signal_command(name: str, pid: int) -> list[str]:
    """Return a command that sends a signal: not every Debian has ``kill`` as a program."""
    return [sys.executable, "-c", f"import os, signal; os.kill({pid}, signal.SIG{name})"]


@cache
def _first_ephemeral() -> int:
    """The first port that the system may give to whoever asks for none in particular."""
    try:
        return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except OSError:
        return 32768


_kept: list[IO[bytes]] = []
"""Locked files, one for each port that this process has had; their locks last as long as it."""


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free for UDP and TCP, and that no other test will take.

    It is below those that the system gives to clients, and its lock is ours until this process
    ends: no race with other processes of tests, whatever becomes of the program that listens.
    """
    last = _first_ephemeral() - 1 if _first_ephemeral() > 12_000 else 32_767
    folder = Path(tempfile.gettempdir(), f"blocklist-test-ports-{os.getuid()}")
    folder.mkdir(exist_ok=True)
    for _ in range(10_000):
        port = random.SystemRandom().randint(10_240, last)  # Hypothesis seeds the common one
        lock = (folder / str(port)).open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
        except OSError:
            lock.close()
            continue
        _kept.append(lock)
        return port
    raise OSError("no free port")


def built_once(name: str, build: Callable[[Path], object]) -> Path:
    """Return a folder that the first process of this run filled, and that the last one deletes.

    Each holds the lock ``users`` in common until it ends; who gets it alone is the last one. The
    lock files are empty and stay.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}-{time.monotonic_ns()}")
    folder = Path(tempfile.gettempdir(), f"blocklist-test-{name}-{run}")
    users = os.open(f"{folder}.users", os.O_WRONLY | os.O_CREAT, 0o600)
    fcntl.flock(users, fcntl.LOCK_SH)
    atexit.register(_leave, folder, users)
    with Path(f"{folder}.build").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "built").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o755)
            folder.chmod(0o755)  # servers read it as another user
            build(folder)
            (folder / "built").touch()
    return folder


def _leave(folder: Path, users: int) -> None:
    with suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)


def blocklist(*words: str | Path) -> list[str | Path]:
    """Return a command line of this library, in which a warning is an error."""
    return [sys.executable, "-W", "error", "-m", "blocklist", *words]


def environment() -> dict[str, str]:
    """Return this process's environment, in which a Python finds this tree."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def until(ready: Callable[[], bool], seconds: float = START_SECONDS) -> None:
    """Ask ``ready`` until it is true; fail if that takes too long."""
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.05)


class Program:
    """A process that we started, with its output in a file."""

    def __init__(
        self, command: Sequence[str | Path], folder: Path, *, env: dict[str, str] | None = None
    ) -> None:
        self.log = folder / f"{Path(command[0]).name}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, env=env, cwd=folder,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        return self.process.pid

    def output(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def wait_until(self, ready: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        """Ask ``ready`` until it is true; fail with the program's output if that takes too long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                pytest.fail(f"ended with {self.process.returncode}:\n{self.output()[-4000:]}")
            try:
                if ready():
                    return
            except OSError:
                pass
            time.sleep(0.05)
        pytest.fail(f"not ready after {seconds} s:\n{self.output()[-4000:]}")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


@contextmanager
def running(
    command: Sequence[str | Path],
    folder: Path,
    *,
    ready: Callable[[], bool],
    env: dict[str, str] | None = None,
) -> Iterator[Program]:
    """Start a program, wait until it is ready, and end it whatever happens."""
    program = Program(command, folder, env=env)
    try:
        program.wait_until(ready)
        yield program
    finally:
        program.stop()


def listens(port: int) -> Callable[[], bool]:
    """Return a test whether something accepts TCP connections at a port of 127.0.0.1."""

    def ready() -> bool:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True

    return ready
