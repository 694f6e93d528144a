"""Programs of others on loopback that write down every query, and the queries to ask them."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from servers.dns import ask
from servers.program import find_program, free_port, running, until

ODD = [
    b"\3www\7example\3com\0", b"\3WwW\7ExAmPlE\3CoM\0", b"\1a\4test\0", b"\3a b\4test\0",
    b"\3x.y\4test\0", b"\3x\\y\4test\0", b"\2\xff\xfe\4test\0", b"\0",
    b"\77" + b"k" * 63 + b"\77" + b"l" * 63 + b"\77" + b"m" * 63 + b"\73" + b"n" * 59 + b"\0",
    b"\1*\4test\0", b"\3a$b\4test\0", b"\4fa\xc3\x9f\4test\0", b"\3a_b\4test\0", b"\3a?b\4test\0",
    b"\3a;b\4test\0", b'\3a"b\4test\0', b"\3a@b\4test\0",
]  # fmt: skip
"""Names in wire format: plain, of every length, and with octets that logs write in another way."""


def query(name: bytes, number: int, kind: int = 1) -> bytes:
    """A query with recursion desired."""
    return number.to_bytes(2) + b"\1\0\0\1\0\0\0\0\0\0" + name + kind.to_bytes(2) + b"\0\1"


def ask_all(port: int, names: Sequence[bytes]) -> list[int]:
    """Ask for each name once and wait for each answer; return the codes of the answers."""
    codes = []
    with socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.connect(("127.0.0.1", port))
        udp.settimeout(20)
        for number, name in enumerate(names, 1):
            udp.send(query(name, number))
            answer = udp.recv(4096)
            assert answer[:2] == number.to_bytes(2)
            codes.append(answer[3] & 15)
    return codes


@contextmanager
def unbound(folder: Path, settings: str) -> Iterator[int]:
    """Run Unbound, which refuses all but what it is told to; yield its port."""
    port = free_port()
    (folder / "unbound.conf").write_text(
        f"server:\n interface: 127.0.0.1@{port}\n username: ''\n chroot: ''\n"
        f" directory: '{folder}'\n"
        f" pidfile: '{folder}/pid'\n use-syslog: no\n logfile: '{folder}/query.log'\n"
        " do-not-query-localhost: no\n module-config: 'iterator'\n"
        ' local-zone: "." static\n local-data: "www.example.com. A 192.0.2.1"\n'
        ' local-data: "ready.example. A 192.0.2.1"\n'
        f"{settings}remote-control:\n control-enable: no\n",
        "utf-8",
    )
    command = [find_program("unbound"), "-d", "-c", str(folder / "unbound.conf")]
    with running(command, folder, ready=_is_up(port)):
        yield port


@contextmanager
def bind(folder: Path, options: str = "", logging: str = "") -> Iterator[int]:
    """Run BIND with an empty root zone, so that it answers everything; yield its port."""
    port = free_port()
    (folder / "root.zone").write_text(
        "$TTL 60\n@ SOA ns. ns. 1 60 60 60 60\n@ NS ns.\nns A 192.0.2.2\n"
        "www.example.com A 192.0.2.1\nready.example A 192.0.2.1\n"
    )
    (folder / "named.conf").write_text(
        f'options {{ directory "{folder}"; listen-on port {port} {{ 127.0.0.1; }}; '
        "listen-on-v6 { none; }; pid-file none; session-keyfile none; recursion no; "
        f"{options} }};\n"
        f'controls {{ }};\nzone "." {{ type primary; file "{folder}/root.zone"; '
        f"check-names ignore; }};\n{logging}"
    )
    command = [find_program("named"), "-f", "-n", "1", "-c", str(folder / "named.conf")]
    with running(command, folder, ready=_is_up(port)):
        yield port


@contextmanager
def dnsmasq(folder: Path) -> Iterator[int]:
    """Run dnsmasq, which knows nothing but one address; yield its port."""
    port = free_port()
    command = [
        find_program("dnsmasq"), "-k", "--conf-file=/dev/null", f"--port={port}",
        "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts",
        "--address=/www.example.com/192.0.2.1", "--address=/ready.example/192.0.2.1",
        "--log-queries", f"--log-facility={folder}/query.log", f"--user={_user()}", "--pid-file=",
    ]  # fmt: skip
    with running(command, folder, ready=_is_up(port)):
        yield port


def _is_up(port: int) -> Callable[[], bool]:
    return lambda: ask("ready.example", port, timeout=0.5).rcode != "TIMEOUT"


def _user() -> str:
    return "root" if os.getuid() == 0 else ""


def written(path: Path, count: int, mark: bytes) -> Path:
    """Wait until a file holds so many lines with a mark."""
    until(lambda: path.is_file() and path.read_bytes().count(mark) >= count)
    return path


@contextmanager
def recursor(folder: Path) -> Iterator[tuple[int, Path]]:
    """Run PowerDNS Recursor, which answers from a root zone; yield its port and its log."""
    port = free_port()
    (folder / "root.zone").write_text(
        "$TTL 60\n. SOA ns. ns. 1 60 60 60 60\n. NS ns.\nns. A 192.0.2.2\n"
        "www.example.com. A 192.0.2.1\n"
    )
    (folder / "recursor.conf").write_text(
        f"local-address=127.0.0.1\nlocal-port={port}\nsocket-dir={folder}\ndaemon=no\nquiet=no\n"
        f"threads=1\nhint-file=no\nsecurity-poll-suffix=\ndnssec=off\nloglevel=9\n"
        f"auth-zones=.={folder}/root.zone\n"
    )
    command = [find_program("pdns_recursor"), f"--config-dir={folder}"]
    with running(command, folder, ready=_is_up(port)) as program:
        yield port, program.log
