"""A name server that says whatever a test wants, byte for byte, on UDP and TCP."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator

import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from servers.program import free_port

Answer = Callable[[dns.message.Message], bytes | None]


@contextlib.contextmanager
def stub(answer: Answer) -> Iterator[int]:
    """Yield the port of a server of 127.0.0.1; ``None`` from ``answer`` is silence."""
    with socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        where = "127.0.0.1", free_port()
        udp.bind(where)
        tcp.bind(where)
        tcp.listen(16)
        udp.settimeout(0.1)
        tcp.settimeout(0.1)
        stopping = threading.Event()

        def serve_udp() -> None:
            while not stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    octets, client = udp.recvfrom(65_535)
                    said = answer(dns.message.from_wire(octets))
                    if said is not None:
                        udp.sendto(said, client)

        def serve_tcp() -> None:
            while not stopping.is_set():
                with contextlib.suppress(OSError, struct.error, dns.exception.DNSException):
                    connection, _ = tcp.accept()
                    with connection:
                        connection.settimeout(2)
                        (length,) = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))
                        query = connection.recv(length, socket.MSG_WAITALL)
                        said = answer(dns.message.from_wire(query))
                        if said is not None:
                            connection.sendall(struct.pack("!H", len(said)) + said)

        threads = [threading.Thread(target=serve) for serve in (serve_udp, serve_tcp)]
        for thread in threads:
            thread.start()
        try:
            yield udp.getsockname()[1]
        finally:
            stopping.set()
            for thread in threads:
                thread.join()


def negative(query: dns.message.Message, rcode: str = "NXDOMAIN", zone: str = ".") -> bytes:
    """Return what the servers of a zone say of a name that is not in it."""
    response = dns.message.make_response(query, recursion_available=True)
    response.set_rcode(dns.rcode.from_text(rcode))
    soa = dns.rrset.from_text(zone, 60, "IN", "SOA", "ns.example. host.example. 1 60 60 60 60")
    response.authority.append(soa)
    return response.to_wire()
