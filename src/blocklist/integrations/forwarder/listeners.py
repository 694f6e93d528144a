"""LISTENERS: take queries over UDP and TCP, and send the answers."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ...errors import BlocklistError
from .configuration import Configuration, Endpoint
from .forwarding import MAX_QUERY, Forwarder, is_query
from .quota import Quota

_BATCH = 64
_BUFFER = 1 << 20
_BACKLOG = 128
_TRIES = 20  # to find a port that is free for UDP and TCP
_MAX_PIPELINED = 64
"""Queries of one TCP connection on their way; more are read when some are answered."""
_UNREAD = 1 << 14
_MAX_UNREAD = 1 << 20
"""Octets of answers that wait for a client; one that lets more wait does not read."""


def bind(endpoint: Endpoint, *, reuse_port: bool) -> tuple[socket.socket, socket.socket]:
    """Return sockets for UDP and TCP at an endpoint; port 0 means one that is free for both.

    Raises:
        BlocklistError: it is taken, not of this machine, or not allowed.
    """
    tries = 1 if endpoint.port else _TRIES
    while True:
        tries -= 1
        udp = _socket(endpoint, socket.SOCK_DGRAM, reuse_port=reuse_port)
        tcp = _socket(endpoint, socket.SOCK_STREAM, reuse_port=reuse_port)
        try:
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            udp.bind(endpoint)
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tcp.bind((endpoint.host, udp.getsockname()[1]))
            tcp.listen(_BACKLOG)
        except OSError as error:
            udp.close()
            tcp.close()
            if not tries or error.errno != errno.EADDRINUSE:
                raise BlocklistError(f"cannot listen on {endpoint}: {error.strerror}") from error
        else:
            return udp, tcp


def _socket(endpoint: Endpoint, kind: int, *, reuse_port: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in endpoint.host else socket.AF_INET
    made = socket.socket(family, kind)
    made.setblocking(False)
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if reuse_port:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return made


class UdpListener:
    """Answers datagrams."""

    def __init__(self, listener: socket.socket, forwarder: Forwarder) -> None:
        self._socket, self._forwarder = listener, forwarder
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(listener, self._readable)

    def stop(self) -> None:
        """Take no more queries; answers still go out."""
        self._loop.remove_reader(self._socket)

    def close(self) -> None:
        """Close the socket."""
        self.stop()
        self._socket.close()

    def _readable(self) -> None:
        for _ in range(_BATCH):  # then it is the turn of others
            try:
                query, client = self._socket.recvfrom(MAX_QUERY + 1)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # about a datagram that was sent
                continue
            self._forwarder.take(query, client[0], partial(self._send, client), tcp=False)

    def _send(self, client: Any, answer: bytes) -> None:
        if answer:
            # Like a lost datagram: the buffer is full, or the client cannot be reached.
            with contextlib.suppress(OSError):
                self._socket.sendto(answer, client)


class TcpListener:
    """Answers connections at all TCP sockets, each any number of queries (RFC 7766)."""

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        forwarder: Forwarder,
        configuration: Configuration,
    ) -> None:
        """Take the sockets, who answers, and the limits."""
        self._sockets, self._forwarder = listeners, forwarder
        self._max_connections = configuration.max_connections
        self._idle_timeout = configuration.idle_timeout
        self._quota = Quota(
            configuration.max_client_connections,
            prefix_v4=configuration.client_prefix_v4, prefix_v6=configuration.client_prefix_v6,
        )  # fmt: skip
        # The first has been idle for the longest time, or waits for an answer.
        self._open: OrderedDict[_Connection, None] = OrderedDict()
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[Any] | None] = set()

    async def start(self) -> None:
        """Begin to accept connections."""
        for listener in self._sockets:
            self._servers.append(await asyncio.start_server(self._accepted, sock=listener))

    def stop(self) -> None:
        """Accept no more connections."""
        for server in self._servers:
            server.close()

    async def close(self) -> None:
        """End all connections."""
        self.stop()
        tasks = [task for task in self._tasks if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for listener in self._sockets:
            listener.close()

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = writer.get_extra_info("peername")  # None if it has gone already
        reason = self._why_not(client[0]) if client else None
        if client is None or reason:
            if reason:
                self._forwarder.refused[reason] += 1
            writer.transport.abort()
            return
        connection = _Connection(
            reader, writer, self._forwarder, client[0], self._idle_timeout, self._touched
        )
        self._open[connection] = None
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            await connection.run()
            writer.close()
            async with asyncio.timeout(self._idle_timeout):
                await writer.wait_closed()
        except (OSError, EOFError):  # of the client's making; TimeoutError is one
            pass
        except asyncio.CancelledError:  # by close(); streams would report it as an error
            pass
        finally:
            writer.transport.abort()  # does nothing to what is closed
            self._tasks.discard(task)
            self._open.pop(connection, None)
            self._quota.give_back(client[0])

    def _why_not(self, client: str) -> str | None:
        """Return why a client may not have one more connection; else it has one."""
        if not self._forwarder.may_ask(client):
            return "not-allowed"
        if not self._quota.take(client):
            return "client-connections"
        if len(self._open) >= self._max_connections and not self._displace():
            self._quota.give_back(client)
            return "connections"
        return None

    def _displace(self) -> bool:
        """End the connection that is idle for the longest time; whether there was one."""
        for connection in self._open:
            if connection.is_idle:
                del self._open[connection]
                self._forwarder.refused["displaced"] += 1
                connection.abort()
                return True
        return False

    def _touched(self, connection: _Connection) -> None:
        if connection in self._open:
            self._open.move_to_end(connection)


class _Connection:
    """One connection of a client; answers go out as they come, not as they were asked for."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        forwarder: Forwarder,
        client: str,
        idle_timeout: float,
        touched: Callable[[_Connection], None],
    ) -> None:
        self._reader, self._writer = reader, writer
        self._forwarder, self._client = forwarder, client
        self._idle_timeout, self._touched = idle_timeout, touched
        self._waiting = 0
        self._replied = asyncio.Event()
        # Who lets answers wait reads all of them before another query of his is taken.
        writer.transport.set_write_buffer_limits(high=_UNREAD, low=0)

    @property
    def is_idle(self) -> bool:
        """Whether no query of it waits for its answer."""
        return not self._waiting

    def abort(self) -> None:
        """Close it at once."""
        self._writer.transport.abort()

    async def run(self) -> None:
        """Answer queries until the client sends no more, for too long or for ever.

        Raises:
            OSError: the connection broke, or the client takes no answers.
            EOFError: it ended within a query.
        """
        while await self._take():
            await self._until_fewer_than(_MAX_PIPELINED)
            await asyncio.sleep(0)  # what is buffered would be taken without a turn for others
        await self._until_fewer_than(1)  # it has said all, but not heard all

    async def _take(self) -> bool:
        """Take one query; whether there may be more."""
        try:
            async with asyncio.timeout(self._idle_timeout):
                head = await self._reader.readexactly(2)
        except TimeoutError:
            return self._waiting > 0
        except asyncio.IncompleteReadError as error:
            if error.partial:
                raise
            return False
        async with asyncio.timeout(self._idle_timeout):
            query = await self._reader.readexactly(int.from_bytes(head))
        if not is_query(query):  # an empty one, for example, costs its sender nothing
            self._forwarder.refused["no-query"] += 1
            return False
        await self._until_read()
        self._waiting += 1
        self._touched(self)
        self._forwarder.take(query, self._client, self._reply, tcp=True)
        return True

    async def _until_read(self) -> None:
        try:
            async with asyncio.timeout(self._idle_timeout):
                await self._writer.drain()
        except TimeoutError:
            self._forwarder.refused["slow-reader"] += 1
            raise

    def _reply(self, answer: bytes) -> None:
        self._waiting -= 1
        self._replied.set()
        if answer and not self._writer.is_closing():
            self._writer.write(len(answer).to_bytes(2) + answer)
            self._touched(self)
            if self._writer.transport.get_write_buffer_size() > _MAX_UNREAD:
                self._forwarder.refused["slow-reader"] += 1
                self._writer.transport.abort()

    async def _until_fewer_than(self, count: int) -> None:
        while self._waiting >= count:
            self._replied.clear()
            await self._replied.wait()
