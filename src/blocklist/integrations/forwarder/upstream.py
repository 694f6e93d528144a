"""UPSTREAM: asks other resolvers, over UDP and where the answer does not fit over TCP.

Queries go out as the client sent them, in its case (0x20) and with its EDNS, under an identifier
of our own and from one of some random ports that change. An answer counts if it comes from where
the query went, with that identifier and the same question, octet for octet.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice

from ..wire import HEADER, WireQuestion
from .configuration import Endpoint

log: logging.Logger = logging.getLogger("blocklist.serve")
Done = Callable[[bytes | None], None]
"""Takes the answer, with any identifier; ``None`` if no answer came in time."""

_PORTS = 16
_USES = 4096  # queries from one port, then another is opened
_BATCH = 64
_PATIENCE = 5  # unanswered queries in a row
_REST = 10.0  # seconds for which an upstream that failed is asked last
_MAX_CONNECTIONS = 256  # to all of them; more wait, as files are few
_MAX_MESSAGE = 65_535


class Exchange:
    """A query on its way."""

    __slots__ = ("done", "id", "is_long", "octets", "port", "question", "timer", "tries")

    def __init__(
        self,
        octets: bytes,
        question: WireQuestion,
        done: Done,
        tries: Iterator[_Upstream],
        is_long: bool,
    ) -> None:
        self.octets: bytes = octets
        self.question: WireQuestion = question
        self.done: Done = done
        self.tries: Iterator[_Upstream] = tries
        self.is_long: bool = is_long
        self.port: _Port | None = None
        self.id: int = 0
        self.timer: asyncio.TimerHandle | None = None


class Upstreams:
    """The resolvers that are asked; lives in the event loop in which it is made.

    Attributes:
        outstanding: queries without an answer so far.
        failures: how often each upstream did not answer, or could not be reached.
    """

    def __init__(self, endpoints: Sequence[Endpoint], *, timeout: float, tries: int) -> None:
        """Take where they are, the seconds until one counts as silent, and tries for a query."""
        self.loop: asyncio.AbstractEventLoop = asyncio.get_running_loop()
        self.outstanding: int = 0
        self.failures: Counter[str] = Counter({str(endpoint): 0 for endpoint in endpoints})
        self._upstreams = [_Upstream(self, endpoint) for endpoint in endpoints]
        self._timeout, self._tries = timeout, tries
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections = asyncio.Semaphore(_MAX_CONNECTIONS)

    def ask(self, octets: bytes, question: WireQuestion, done: Done, *, is_long: bool) -> None:
        """Ask; ``done`` is called once, maybe before this returns.

        ``is_long`` says that the client takes answers of any size.
        """
        now = self.loop.time()
        # In the sequence of the configuration, those that failed of late last.
        ordered = sorted(self._upstreams, key=lambda upstream: upstream.rests_until > now)
        tries = islice(cycle(ordered), self._tries)
        self.outstanding += 1
        self._next(Exchange(octets, question, done, tries, is_long))

    async def close(self) -> None:
        """Close all sockets; what is on its way is forgotten."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for upstream in self._upstreams:
            upstream.close()

    def answered(self, exchange: Exchange, upstream: _Upstream, answer: bytes) -> None:
        """Take an answer that came over UDP."""
        self._stop(exchange)
        upstream.works()
        if exchange.is_long and answer[2] & 0x02:  # TC
            task = self.loop.create_task(self._ask_over_tcp(exchange, upstream))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._finish(exchange, answer)

    def failed(self, exchange: Exchange, upstream: _Upstream, *, for_certain: bool) -> None:
        """Take that no answer will come, or came in time, and try the next upstream."""
        self._stop(exchange)
        upstream.fails(for_certain=for_certain)
        self._next(exchange)

    def _next(self, exchange: Exchange) -> None:
        for upstream in exchange.tries:
            if upstream.send(exchange):
                exchange.timer = self.loop.call_later(
                    self._timeout, self._expired, exchange, upstream
                )
                return
        self._finish(exchange, None)

    def _expired(self, exchange: Exchange, upstream: _Upstream) -> None:
        self.failed(exchange, upstream, for_certain=False)

    def _finish(self, exchange: Exchange, answer: bytes | None) -> None:
        self.outstanding -= 1
        exchange.done(answer)

    def _stop(self, exchange: Exchange) -> None:
        if exchange.timer is not None:
            exchange.timer.cancel()
        if exchange.port is not None:
            exchange.port.drop(exchange)

    async def _ask_over_tcp(self, exchange: Exchange, upstream: _Upstream) -> None:
        octets = exchange.id.to_bytes(2) + exchange.octets[2:]
        answer = b""
        try:
            async with asyncio.timeout(self._timeout), self._connections:
                reader, writer = await asyncio.open_connection(*upstream.endpoint)
                try:
                    writer.write(len(octets).to_bytes(2) + octets)
                    size = int.from_bytes(await reader.readexactly(2))
                    answer = await reader.readexactly(size)
                finally:
                    writer.close()
        except (OSError, EOFError):  # TimeoutError and IncompleteReadError are such
            pass
        if answer[:2] == octets[:2] and _is_answer(answer, exchange):
            self._finish(exchange, answer)
        else:
            upstream.fails(for_certain=False)
            self._next(exchange)


class _Upstream:
    """One of them: its ports, and whether it answers."""

    def __init__(self, upstreams: Upstreams, endpoint: Endpoint) -> None:
        self.upstreams, self.endpoint = upstreams, endpoint
        self.rests_until: float = 0.0
        self._failures = 0
        self._ports: list[_Port | None] = [None] * _PORTS
        self.open: set[_Port] = set()

    def send(self, exchange: Exchange) -> bool:
        """Send a query; whether it could be."""
        entropy = os.urandom(3)
        index, id_ = entropy[2] % _PORTS, int.from_bytes(entropy[:2])
        try:
            port = self._ports[index]
            if port is None or port.left <= 0:
                port = self._ports[index] = _Port(self)
            port.send(exchange, id_)
        except OSError:
            self.fails(for_certain=True)
            return False
        return True

    def works(self) -> None:
        """Take that it answered; if it rests it does so to the end, lest each answer be logged."""
        self._failures = 0
        if self.rests_until and self.rests_until <= self.upstreams.loop.time():
            self.rests_until = 0.0
            log.info("upstream %s answers again", self.endpoint)

    def fails(self, *, for_certain: bool) -> None:
        """Take that it did not answer, or that it cannot be reached."""
        self._failures += 1
        self.upstreams.failures[str(self.endpoint)] += 1
        if self._failures < _PATIENCE and not for_certain:
            return
        if not self.rests_until:
            log.warning("upstream %s does not answer; the others are preferred", self.endpoint)
        self.rests_until = self.upstreams.loop.time() + _REST

    def close(self) -> None:
        for port in list(self.open):
            port.close()


class _Port:
    """A socket towards an upstream, and what is on its way through it."""

    def __init__(self, upstream: _Upstream) -> None:
        self._upstream, self._upstreams = upstream, upstream.upstreams
        self._waiting: dict[int, Exchange] = {}
        self.left: int = _USES
        family = socket.AF_INET6 if ":" in upstream.endpoint.host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.connect(upstream.endpoint)  # the kernel drops what others send
        except OSError:
            self._socket.close()
            raise
        self._upstreams.loop.add_reader(self._socket, self._readable)
        upstream.open.add(self)

    def send(self, exchange: Exchange, id_: int) -> None:
        """Send a query with that identifier, or the next that is free.

        Raises:
            OSError: it cannot be sent.
        """
        while id_ in self._waiting:
            id_ = (id_ + 1) & 0xFFFF
        self._socket.send(id_.to_bytes(2) + exchange.octets[2:])
        self.left -= 1
        self._waiting[id_] = exchange
        exchange.port, exchange.id = self, id_

    def drop(self, exchange: Exchange) -> None:
        """Wait no longer for an exchange."""
        self._waiting.pop(exchange.id, None)
        exchange.port = None
        if self.left <= 0 and not self._waiting:
            self.close()

    def close(self) -> None:
        """Close the socket; the port is not used again."""
        self.left = 0
        self._upstream.open.discard(self)
        self._upstreams.loop.remove_reader(self._socket)
        self._socket.close()

    def _readable(self) -> None:
        for _ in range(_BATCH):
            if self not in self._upstream.open:
                return
            try:
                answer = self._socket.recv(_MAX_MESSAGE)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # no program listens there
                for exchange in list(self._waiting.values()):
                    self._upstreams.failed(exchange, self._upstream, for_certain=True)
                return
            asked = self._waiting.get(int.from_bytes(answer[:2]))
            if asked is not None and _is_answer(answer, asked):
                self._upstreams.answered(asked, self._upstream, answer)


def _is_answer(answer: bytes, exchange: Exchange) -> bool:
    """Whether it is an answer to that query; a failure may come without the question."""
    if len(answer) < HEADER or answer[2] & 0xF8 != 0x80:  # QR, opcode QUERY
        return False
    if answer[4:6] == b"\0\1":
        end = exchange.question.end
        return answer[HEADER:end] == exchange.octets[HEADER:end]
    return answer[4:HEADER] == bytes(HEADER - 4) and answer[3] & 0x0F != 0
