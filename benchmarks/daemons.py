"""Servers of other makers on loopback: configured, started, watched, ended by process id.

An NSD with one wildcard lies behind the resolvers, so that resolving costs as little as it can.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import CLONE

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_PYTHON = "/usr/bin/python3"
_PACKAGES = Path("/usr/lib/python3/dist-packages")
_MODULE = CLONE / "src" / "blocklist" / "integrations" / "unbound_module.py"
_MAKEFILE = CLONE / "src" / "blocklist" / "c" / "Makefile"
_SECONDS = 120
REAL = "192.0.2.99"
"""What every name that is resolved has for an address."""


@dataclass(frozen=True)
class Server:
    """One that runs.

    Attributes:
        port: where it answers.
        pid: its process.
        seconds: from its start until it was ready.
    """

    port: int
    pid: int
    seconds: float


def find(program: str) -> str | None:
    """Return the path of a program, system folders included."""
    return shutil.which(program, path=_PATH)


def missing(*programs: str) -> str | None:
    """Return what is not installed, as a reason to leave something out."""
    absent = [program for program in programs if find(program) is None]
    return f"{', '.join(absent)} not installed" if absent else None


def module_missing() -> str | None:
    """Return why Unbound cannot run our module from this clone."""
    if not (_PACKAGES / "unboundmodule.py").exists():
        return "python3-unbound is not installed"
    words = [_PYTHON, "-ISc", "import sys; print(*sys.version_info[:2])"]
    version = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    if version != [str(part) for part in sys.version_info[:2]]:
        return f"Unbound runs Python {'.'.join(version)}, and ours is another"
    return None


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free at this moment."""
    with socket.socket() as tcp:
        tcp.bind(("127.0.0.1", 0))
        port: int = tcp.getsockname()[1]
        return port


def answer(port: int, name: str) -> str | None:
    """Ask for the address of a name: what it is, ``""`` if it has none; ``None``: no answer."""
    import dns.exception
    import dns.message
    import dns.query

    query = dns.message.make_query(name, "A", use_edns=0)
    try:
        reply = dns.query.udp(query, "127.0.0.1", timeout=0.2, port=port)
    except (dns.exception.DNSException, OSError):
        return None
    return next((data.to_text() for rrset in reply.answer for data in rrset), "")


@contextmanager
def started(
    command: Sequence[object], folder: Path, port: int, ready: Callable[[], bool]
) -> Iterator[Server]:
    """Run a server until the block ends.

    Raises:
        RuntimeError: it ended, or was not ready in time; with the end of what it said.
    """
    log = folder / "log"
    # For the Python of Unbound alone: ours has packages of its own.
    packages = {} if command[0] == sys.executable else {"PYTHONPATH": str(_PACKAGES)}
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, env={"PATH": _PATH, **packages}, cwd=folder,
        )  # fmt: skip
    try:
        while not ready():
            if process.poll() is not None or time.perf_counter() - began > _SECONDS:
                raise RuntimeError(f"{command[0]}: {log.read_text('utf-8', 'replace')[-2000:]}")
            time.sleep(0.02)
        yield Server(port, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def nsd(folder: Path) -> Iterator[Server]:
    """Run an authority that knows every name."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    zone = ". 3600 SOA ns. host. 1 3600 600 86400 60\n. 3600 NS ns.\nns. 3600 A 127.0.0.1\n"
    (folder / "root.zone").write_text(f"{zone}*. 3600 A {REAL}\n")
    (folder / "nsd.conf").write_text(
        f"server:\n ip-address: 127.0.0.1\n port: {port}\n username: ''\n chroot: ''\n"
        f" database: ''\n server-count: 1\n rrl-ratelimit: 0\n pidfile: '{folder}/pid'\n"
        f" xfrdfile: '{folder}/xfrd'\n zonelistfile: '{folder}/list'\n"
        f"zone:\n name: '.'\n zonefile: '{folder}/root.zone'\n".replace("'", '"')
    )
    command = [find("nsd") or "", "-d", "-c", folder / "nsd.conf"]
    with started(command, folder, port, lambda: answer(port, "ready.org") == REAL) as server:
        yield server


@contextmanager
def unbound(
    folder: Path, upstream: int, *, modules: str, more: str = "", blocked: str = ""
) -> Iterator[Server]:
    """Run an Unbound with one thread that forwards to ``upstream``.

    ``modules`` is its ``module-config``, ``more`` are further clauses. It is ready once it resolves
    ``ready.org`` and not the name ``blocked``.
    """
    folder.mkdir(exist_ok=True)
    port = free_port()
    (folder / "unbound.conf").write_text(
        f"server:\n interface: 127.0.0.1@{port}\n do-not-query-localhost: no\n username: ''\n"
        f" directory: '{folder}'\n pidfile: '{folder}/pid'\n chroot: ''\n use-syslog: no\n"
        f" logfile: ''\n msg-cache-size: 64m\n rrset-cache-size: 128m\n"
        f" module-config: '{modules}'\npython:\n python-script: '{_MODULE}'\n"
        f"remote-control:\n control-enable: no\n{more}"
        f"forward-zone:\n name: '.'\n forward-addr: 127.0.0.1@{upstream}\n"
    )
    command = [find("unbound") or "", "-d", "-c", folder / "unbound.conf"]
    with started(command, folder, port, lambda: _filters(port, blocked)) as server:
        yield server


@contextmanager
def named(
    folder: Path, upstream: int, *, zone: Path | None = None, blocked: str = ""
) -> Iterator[Server]:
    """Run a BIND that forwards to ``upstream``, with a response policy zone if there is one."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    policy = "response-policy { zone rpz.blocklist; } qname-wait-recurse no;" if zone else ""
    clause = f"zone rpz.blocklist {{ type primary; file '{zone}'; }};\n" if zone else ""
    (folder / "named.conf").write_text(
        f"options {{ directory '{folder}'; pid-file none; session-keyfile none; recursion yes;\n"
        f" listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n"
        f" forward only; forwarders {{ 127.0.0.1 port {upstream}; }}; dnssec-validation no;\n"
        f" {policy}\n}};\ncontrols {{ }};\n{clause}".replace("'", '"')
    )
    command = [find("named") or "", "-g", "-n", "2", "-c", folder / "named.conf"]
    with started(command, folder, port, lambda: _filters(port, blocked)) as server:
        yield server


def libblocklist(folder: Path) -> Path:
    """Build and install the C library; return where."""
    folder.mkdir(exist_ok=True)
    words = ["make", "-s", "-f", _MAKEFILE, "install", f"PREFIX={folder}"]
    subprocess.run(list(map(str, words)), check=True, cwd=folder)
    return folder


@contextmanager
def recursor(
    folder: Path, upstream: int, *, script: str = "", rpz: str = "", blocked: str = ""
) -> Iterator[Server]:
    """Run a PowerDNS Recursor with one thread, and without its packet cache.

    ``script`` is the text of its ``lua-dns-script``, ``rpz`` that of its ``lua-config-file``.
    """
    folder.mkdir(exist_ok=True)
    port = free_port()
    texts = {"lua-dns-script": script, "lua-config-file": rpz}
    more = ""
    for setting, text in texts.items():
        if text:
            (folder / setting).write_text(text)
            more += f"{setting}={folder / setting}\n"
    (folder / "recursor.conf").write_text(
        f"local-address=127.0.0.1\nlocal-port={port}\nsocket-dir={folder}\ndaemon=no\n"
        f"forward-zones=.=127.0.0.1:{upstream}\ndnssec=off\nthreads=1\nhint-file=no\n"
        "pdns-distributes-queries=no\nreuseport=yes\ndisable-packetcache=yes\nquiet=yes\n"
        "security-poll-suffix=\ndont-query=\nmax-tcp-per-client=0\n"
        f"extended-resolution-errors=yes\n{more}"
    )
    command = [find("pdns_recursor") or "", f"--config-dir={folder}"]
    with started(command, folder, port, lambda: _filters(port, blocked)) as server:
        yield server


@contextmanager
def ours(folder: Path, upstream: int, image: Path, blocked: str) -> Iterator[Server]:
    """Run ``blocklist serve``."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    command = [
        sys.executable, "-m", "blocklist", "serve", image,
        "--upstream", f"127.0.0.1:{upstream}", "--listen", f"127.0.0.1:{port}",
    ]  # fmt: skip
    with started(command, folder, port, lambda: _filters(port, blocked)) as server:
        yield server


def _filters(port: int, blocked: str) -> bool:
    """Whether it resolves what is innocent and nothing else: some resolve all while they load."""
    if answer(port, "ready.org") != REAL:
        return False
    return not blocked or answer(port, blocked) == ""


class Rate(NamedTuple):
    """How fast a server answers.

    Attributes:
        a_second: answers a second, by the clock on the wall, with all that runs beside it.
        micros: microseconds of processor time that it spends on an answer.
    """

    a_second: float
    micros: float


def rate(server: Server, queries: Path, seconds: int) -> Rate:
    """Let dnsperf ask as fast as it can, a hundred queries at a time.

    Raises:
        RuntimeError: one query in a hundred and more was lost or failed.
    """
    words = [
        "dnsperf", "-s", "127.0.0.1", "-p", str(server.port), "-d", str(queries),
        "-l", str(seconds), "-c", "8", "-q", "100", "-e",
    ]  # fmt: skip
    _pin(server.pid)
    before = processor(server.pid)
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    spent = processor(server.pid) - before
    sent = int(re.findall(r"Queries sent: +(\d+)", told)[0])
    good = sum(map(int, re.findall(r"(?:NOERROR|NXDOMAIN) (\d+)", told)))
    if good < sent * 0.99:
        raise RuntimeError(f"{good:,} of {sent:,} queries were answered")
    return Rate(float(re.findall(r"Queries per second: +([\d.]+)", told)[0]), spent / good * 1e6)


def _pin(pid: int) -> None:
    """Let a server run on the last processor alone, as all others: luck would decide else."""
    last = max(os.sched_getaffinity(0))
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {last})


def processor(pid: int) -> float:
    """Return the seconds of processor time that a process has spent."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int, field: str = "VmRSS") -> int:
    """Return octets that a process and its children have in memory; ``VmHWM``: at most."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(
                line.split(":", 1) for line in status.read_text().splitlines() if ":" in line
            )
        except OSError:
            continue
        if str(pid) in (lines["Pid"].strip(), lines["PPid"].strip()) and field in lines:
            total += int(lines[field].split()[0]) * 1024
    return total
