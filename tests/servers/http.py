"""What lies behind proxies: a web server that knows every host; raw requests to them."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from socketserver import BaseRequestHandler, StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import NamedTuple

import trustme

LINK = '<https://isp.example/blocking>; rel="blocked-by"'
"""What every integration says in its how-to."""
UNIFORM_REASON = 'By law, "$1" \\ 100% <#> {};'
UNIFORM_SHOWN = (
    "<p>Orders: By law, &#34;&#36;1&#34; &#92; 100&#37; &#60;&#35;&#62; &#123;&#125;;</p>"
)
"""A reason with what is syntax in configurations, and how it stands on the page of a proxy."""
_REAL = ("x-origin", "real")


class Reply(NamedTuple):
    """An HTTP answer: status (0: none came), headers by lower-case name, body as text."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def is_real(self) -> bool:
        """Whether it is the origin's own answer, so that nothing was blocked."""
        return self.status == 200 and _REAL in self.headers.items()

    @property
    def is_page(self) -> bool:
        """Whether it is the whole answer to a request that the founding case blocks."""
        return (
            self.status == 451
            and self.headers.get("link") == LINK
            and self.headers.get("content-type") == "text/html; charset=utf-8"
            and "ordered" in self.body
        )


@dataclass
class Origin:
    """A web server, and a proxy to be chained to, that say yes to everything.

    The answer to a request is its request line without the version; a tunnel leads nowhere.

    Attributes:
        port: of the web server; on every address of the loopback network.
        echo: the port of a server that repeats what it is sent.
        tls_echo: of one that does so inside TLS, with a certificate that nobody trusts.
        asked: every request line.
        echoed: whatever those two were sent.
        greeted: the server names of TLS handshakes.
    """

    port: int = 0
    echo: int = 0
    tls_echo: int = 0
    asked: list[str] = field(default_factory=list)
    echoed: list[bytes] = field(default_factory=list)
    greeted: list[str | None] = field(default_factory=list)


class _Server(ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
    block_on_close = False
    request_queue_size = 64

    def verify_request(self, _: object, client_address: tuple[str, int]) -> bool:
        return client_address[0].startswith("127.")


@contextmanager
def origin() -> Iterator[Origin]:
    """Run it in threads of this process."""
    known = Origin()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("origin.example").configure_cert(tls)
    tls.sni_callback = lambda _, name, __: known.greeted.append(name)

    class Web(StreamRequestHandler):
        timeout = 5

        def handle(self) -> None:
            with suppress(OSError):
                while line := self.rfile.readline(65_536).strip():
                    known.asked.append(line.decode("latin-1"))
                    length = 0
                    while header := self.rfile.readline(65_536).strip():
                        name, _, value = header.partition(b":")
                        length = int(value) if name.lower() == b"content-length" else length
                    self.rfile.read(length)
                    if line.startswith(b"CONNECT "):
                        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                        return
                    body = line.rpartition(b" ")[0]
                    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n%s: %s\r\n\r\n"
                    if line.startswith(b"HEAD "):
                        body = b""
                    self.wfile.write((head % _REAL).encode() + body)

    class Echo(BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(5)
            with suppress(OSError):
                while octets := self.request.recv(4096):
                    known.echoed.append(octets)
                    self.request.sendall(octets)

    class TlsEcho(Echo):
        def handle(self) -> None:
            with suppress(OSError), tls.wrap_socket(self.request, server_side=True) as self.request:
                super().handle()

    with ExitStack() as stack:
        servers = [
            stack.enter_context(_Server(("0.0.0.0", 0), kind)) for kind in (Web, Echo, TlsEcho)
        ]
        known.port, known.echo, known.tls_echo = (server.server_address[1] for server in servers)
        threads = [Thread(target=server.serve_forever, args=(0.05,)) for server in servers]
        for thread in threads:
            thread.start()
        try:
            yield known
        finally:
            for server in servers:
                server.shutdown()
            for thread in threads:
                thread.join()


def request(
    port: int, target: str, host: str | None, *, method: str = "GET",
    headers: Mapping[str, str] | None = None, timeout: float = 10,
) -> Reply:  # fmt: skip
    """Send a request as it is written here, on a connection of its own; ``None``: no Host."""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        return _exchange(connection, target, host, method, headers or {}, close=True)


def get(
    port: int, host: str, path: str = "/", *, proxy: bool = True,
    headers: Mapping[str, str] | None = None, timeout: float = 10,
) -> Reply:  # fmt: skip
    """Ask a proxy for ``http://host/path``, or with ``proxy=False`` a web server for ``/path``."""
    target = f"http://{host}{path}" if proxy else path
    return request(port, target, host, headers=headers, timeout=timeout)


def connect(port: int, host: str, to: int = 443, *, timeout: float = 10) -> Reply:
    """Ask a proxy for a tunnel; the body of a refusal is read, a tunnel is closed again."""
    return request(port, f"{host}:{to}", f"{host}:{to}", method="CONNECT", timeout=timeout)


def get_many(port: int, hosts: Iterable[str], *, proxy: bool = True) -> Iterator[Reply]:
    """Do ``get`` for many hosts on one connection for as long as it stays open."""
    connection: socket.socket | None = None
    try:
        for host in hosts:
            target = f"http://{host}/" if proxy else "/"
            connection = connection or socket.create_connection(("127.0.0.1", port), 10)
            reply = _exchange(connection, target, host, "GET", {}, close=False)
            if reply.status == 0 or reply.headers.get("connection", "").lower() == "close":
                connection.close()
                connection = None
            yield reply
    finally:
        if connection is not None:
            connection.close()


def _exchange(
    connection: socket.socket, target: str, host: str | None, method: str,
    headers: Mapping[str, str], *, close: bool,
) -> Reply:  # fmt: skip
    lines = [f"{method} {target} HTTP/1.1"]
    if host is not None:
        lines.append(f"Host: {host}")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += ["Connection: close"] if close else []
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    response = HTTPResponse(connection, method=method)
    try:
        response.begin()
        body = b"" if method == "CONNECT" and response.status == 200 else response.read()
    except (HTTPException, ConnectionError):
        return Reply(0, {}, "")
    finally:
        response.close()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Reply(response.status, headers, body.decode("utf-8", "replace"))
