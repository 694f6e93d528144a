"""A name server that knows every name, to lie behind resolvers, and questions to them."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rdatatype
import dns.rrset

from servers.program import free_port

REAL = {"A": "192.0.2.99", "AAAA": "2001:db8::99"}
"""What the stub says of every name: an answer with it was not blocked."""
_AGAIN = 5


@dataclass
class Upstream:
    """A stub authority for everything, on UDP and TCP of 127.0.0.1.

    Attributes:
        port: where it listens.
        aliases: names (lower case, no final dot) that are a CNAME of another.
        asked: every question, in sequence: name and type.
    """

    port: int
    aliases: Mapping[str, str]
    asked: list[tuple[str, str]]

    def answer(self, octets: bytes) -> bytes:
        query = dns.message.from_wire(octets)
        response = dns.message.make_response(query, recursion_available=True)
        response.flags |= dns.flags.AA
        name, kind = query.question[0].name, query.question[0].rdtype
        self.asked.append((name.to_text(omit_final_dot=True), dns.rdatatype.to_text(kind)))
        if name == dns.name.root and kind in (dns.rdatatype.NS, dns.rdatatype.SOA):
            data = "ns." if kind == dns.rdatatype.NS else "ns. host. 1 60 60 60 60"
            response.answer.append(dns.rrset.from_text(name, 60, "IN", kind, data))
            return response.to_wire()
        for _ in range(10):
            target = self.aliases.get(name.to_text(omit_final_dot=True).lower())
            if target is None:
                break
            alias = dns.rrset.from_text(name, 60, "IN", "CNAME", f"{target}.")
            response.answer.append(alias)
            name = dns.name.from_text(target)
        data = {
            **REAL, "MX": f"10 mail.{name.to_text()}", "TXT": '"real"', "NS": "ns.", "HTTPS": "1 .",
        }.get(dns.rdatatype.to_text(kind), "")  # fmt: skip
        if data:
            response.answer.append(dns.rrset.from_text(name, 60, "IN", kind, data))
        else:
            soa = dns.rrset.from_text(".", 60, "IN", "SOA", "ns. host. 1 60 60 60 60")
            response.authority.append(soa)
        return response.to_wire()


@contextlib.contextmanager
def upstream(aliases: Mapping[str, str] | None = None) -> Iterator[Upstream]:
    """Run the stub in threads of this process."""
    with socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        where = "127.0.0.1", free_port()
        udp.bind(where)
        tcp.bind(where)
        tcp.listen(64)
        stub = Upstream(udp.getsockname()[1], dict(aliases or {}), [])
        stopping = threading.Event()
        udp.settimeout(0.2)
        tcp.settimeout(0.2)
        threads = [
            threading.Thread(target=_repeat, args=(stopping, _serve_udp, udp, stub)),
            threading.Thread(target=_repeat, args=(stopping, _serve_tcp, tcp, stub)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield stub
        finally:
            stopping.set()
            for thread in threads:
                thread.join()


def _repeat(
    stopping: threading.Event,
    serve: Callable[[socket.socket, Upstream], None],
    listener: socket.socket,
    stub: Upstream,
) -> None:
    while not stopping.is_set():
        with contextlib.suppress(TimeoutError, OSError, dns.exception.DNSException):
            serve(listener, stub)


def _serve_udp(listener: socket.socket, stub: Upstream) -> None:
    octets, client = listener.recvfrom(65_535)
    listener.sendto(stub.answer(octets), client)


def _serve_tcp(listener: socket.socket, stub: Upstream) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(2)
        for _ in range(100):
            head = connection.recv(2, socket.MSG_WAITALL)
            if len(head) < 2:
                return
            octets = connection.recv(struct.unpack("!H", head)[0], socket.MSG_WAITALL)
            answer = stub.answer(octets)
            connection.sendall(struct.pack("!H", len(answer)) + answer)


class Reply(NamedTuple):
    """What a resolver said.

    Attributes:
        rcode: as a word, such as ``NXDOMAIN``; ``TIMEOUT`` if nothing came.
        addresses: A and AAAA of the answer.
        errors: code and text of each Extended DNS Error.
        message: the whole answer.
    """

    rcode: str
    addresses: tuple[str, ...]
    errors: tuple[tuple[int, str], ...]
    message: dns.message.Message | None

    @property
    def is_real(self) -> bool:
        """Whether it is the stub's own answer, so that nothing was blocked."""
        return bool({*REAL.values()} & {*self.addresses})


def ask(
    name: str, port: int, kind: str = "A", *, tcp: bool = False, timeout: float = 3.0,
    options: Iterable[dns.edns.Option] = (), host: str = "127.0.0.1",
) -> Reply:  # fmt: skip
    """Ask a resolver of this machine a question; names are in the case as written.

    On a busy machine the stub is late, and a resolver gives it up for a second (Knot Resolver
    answers then without asking): a failure without a reason is asked again.
    """
    query = dns.message.make_query(name, kind, use_edns=0, payload=1232, options=list(options))
    for _ in range(_AGAIN):
        reply = _ask_once(query, port, tcp=tcp, timeout=timeout, host=host)
        if reply.rcode != "SERVFAIL" or reply.errors:
            break
        time.sleep(0.5)
    return reply


def _ask_once(
    query: dns.message.Message, port: int, *, tcp: bool, timeout: float, host: str
) -> Reply:
    send = dns.query.tcp if tcp else dns.query.udp
    try:
        message = send(query, host, timeout=timeout, port=port)
    except dns.exception.Timeout:
        return Reply("TIMEOUT", (), (), None)
    records = [data for rrset in message.answer for data in rrset]
    addresses = tuple(r.address for r in records if hasattr(r, "address"))
    errors = tuple(
        (int(option.code), option.text or "")
        for option in message.options
        if isinstance(option, dns.edns.EDEOption)
    )
    return Reply(dns.rcode.to_text(message.rcode()), addresses, errors, message)


def answers(port: int, name: str = "ready.example") -> Callable[[], bool]:
    """Return a test whether a resolver gives the stub's answer for an innocent name."""
    return lambda: ask(name, port, timeout=0.5).is_real


def is_told(message: dns.message.Message) -> bool:
    """Whether an answer says that the name is blocked, and not that an upstream was too slow."""
    errors = (o for o in message.options if isinstance(o, dns.edns.EDEOption))
    return any(error.code in (15, 16) for error in errors)
