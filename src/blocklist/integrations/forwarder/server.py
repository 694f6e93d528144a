"""SERVER: puts the parts of the forwarder together and runs it until a signal."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from time import monotonic

from ...errors import BlocklistError
from ...live.blocklog import Hits
from ...live.blocklog import log as hits_log
from ...live.metrics import Metrics
from ...live.shadowtally import ShadowTally
from ...matcher.match import Match
from .configuration import Configuration, Endpoint
from .forwarding import Forwarder
from .listeners import TcpListener, UdpListener, bind
from .upstream import Upstreams
from .views import Views

log: logging.Logger = logging.getLogger("blocklist.serve")
_FAREWELL = 2.0  # seconds to finish pending queries when the server ends


class Server:
    """A forwarder in the event loop in which it is started.

    Attributes:
        endpoints: where it listens, with the ports that were free where 0 was asked for.
        views: who gets what.
    """

    def __init__(self, configuration: Configuration, metrics: Metrics | None = None) -> None:
        """Open the images.

        Raises:
            ImageError, OSError: one cannot be opened; there is no last good one yet.
        """
        self._configuration, self._metrics = configuration, metrics
        hits = Hits(
            "serve", count=metrics.count if metrics else None, log_clients=configuration.log_clients
        )
        self._tally = ShadowTally()
        shadow_hits = Hits(
            "serve", count=self._count_shadow, log_clients=configuration.log_clients, shadow=True
        )
        self.views: Views = Views(configuration, hits, shadow_hits)
        self.endpoints: tuple[Endpoint, ...] = ()
        self._reload_now = asyncio.Event()
        if metrics is not None:
            for live in self.views.images:
                metrics.watch(live)
            for shadow in self.views.shadows:
                metrics.watch_shadow(shadow)

    def _count_shadow(self, match: Match, action: str, via: str) -> None:
        self._tally.count(match)
        if self._metrics is not None:
            self._metrics.count_shadow(match, action, via)

    async def start(self) -> None:
        """Take queries from now on.

        Raises:
            BlocklistError: it cannot listen somewhere.
        """
        wanted = self._configuration
        pairs = []
        with ExitStack() as undo:
            for endpoint in wanted.listen:
                pair = bind(endpoint, reuse_port=wanted.reuse_port)
                for listener in pair:
                    undo.callback(listener.close)
                pairs.append(pair)
            undo.pop_all()
        self.endpoints = tuple(
            Endpoint(endpoint.host, udp.getsockname()[1])
            for endpoint, (udp, _) in zip(wanted.listen, pairs, strict=True)
        )
        self._upstreams = Upstreams(wanted.upstreams, timeout=wanted.timeout, tries=wanted.tries)
        forwarder = Forwarder(self.views, self._upstreams, wanted)
        self._udp = [UdpListener(udp, forwarder) for udp, _ in pairs]
        self._tcp = TcpListener([tcp for _, tcp in pairs], forwarder, wanted)
        if self._metrics is not None:
            show = self._metrics.show
            show("blocklist_queries", "Messages of clients.", "transport", forwarder.queries)
            show(
                "blocklist_refused", "Queries and connections of clients that were refused.",
                "reason", forwarder.refused,
            )  # fmt: skip
            show(
                "blocklist_upstream_failures", "Queries that an upstream did not answer.",
                "upstream", self._upstreams.failures,
            )  # fmt: skip
        await self._tcp.start()
        self._watching = asyncio.create_task(self._watch_images())

    def reload(self) -> None:
        """Open all images again soon, in a thread; queries continue meanwhile."""
        self._reload_now.set()

    async def close(self) -> None:
        """Take no more queries, answer those that are on their way, and close everything."""
        self._watching.cancel()
        for listener in self._udp:
            listener.stop()
        self._tcp.stop()
        end = monotonic() + _FAREWELL
        while self._upstreams.outstanding and monotonic() < end:
            await asyncio.sleep(0.01)
        await self._tcp.close()
        for listener in self._udp:
            listener.close()
        await self._upstreams.close()
        self._tally.tell(now=True)

    async def _watch_images(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._configuration.check_every or None):
                    await self._reload_now.wait()
            always = self._reload_now.is_set()
            self._reload_now.clear()
            self._tally.tell()
            try:
                await asyncio.to_thread(self.views.reload, always=always)
            except Exception:  # the images in use stay
                log.exception("cannot check the images; the ones in use stay")


def run(configuration: Configuration, ready: Callable[[Sequence[Endpoint]], None]) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP reloads the images.

    Args:
        configuration: what to do.
        ready: called with where it listens, once it does.

    Raises:
        ImageError, OSError: an image cannot be opened.
        BlocklistError: it cannot listen somewhere, or a library is missing.
    """
    hits_log.setLevel(logging.INFO if configuration.log_hits else logging.WARNING)
    metrics = stop_metrics = None
    if configuration.metrics is not None:
        metrics = Metrics()
        try:
            stop_metrics = metrics.serve(*configuration.metrics)
        except OSError as error:
            raise BlocklistError(
                f"cannot serve metrics on {configuration.metrics}: {error.strerror}"
            ) from error
    try:
        asyncio.run(_until_signal(configuration, metrics, ready))
    finally:
        if stop_metrics is not None:
            stop_metrics()


async def _until_signal(
    configuration: Configuration,
    metrics: Metrics | None,
    ready: Callable[[Sequence[Endpoint]], None],
) -> None:
    server = Server(configuration, metrics)
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    loop.add_signal_handler(signal.SIGHUP, server.reload)
    await server.start()
    if configuration.is_open:
        log.warning(
            "the whole Internet may query this server, so attackers can flood others through it"
        )
    ready(server.endpoints)
    try:
        await ended.wait()
    finally:
        await server.close()
