"""METRICS: hits and images as Prometheus metrics; the only importer of ``prometheus_client``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..answers.disclosure import CONFIDENTIAL, fit, is_hidden
from ..errors import BlocklistError, missing_extra
from ..matcher.match import Match
from .liveblocklist import LiveBlocklist
from .shadowlist import ShadowList


class Metrics:
    """Counters and gauges of one process; several blocklists may share them.

    - ``blocklist_hits_total{via, action, kind, authority, order}``: one for each order behind a
      hit, so the sum over ``order`` may exceed the number of hits;
    - ``blocklist_shadow_hits_total``, the same of shadow orders, for which nothing is blocked;
    - ``blocklist_rules``, ``blocklist_valid_until_seconds``, ``blocklist_image_info{digest}`` and
      ``blocklist_reloads_total{result}`` (``swapped``, ``unchanged``, ``rejected``) of each watched
      blocklist, by ``path``; read when they are scraped; the same with ``blocklist_shadow_`` of
      each watched shadow image;
    - what a server shows, see ``show``.

    Confidential orders share one ``authority`` and one ``order``, ``(confidential)``.
    """

    def __init__(self, registry: Any = None) -> None:
        """Register with ``registry``, or with the default one of ``prometheus_client``.

        Raises:
            BlocklistError: the extra ``metrics`` is not installed.
        """
        try:
            import prometheus_client as prometheus
            from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
        except ImportError as error:
            raise BlocklistError(missing_extra("exporting metrics", "metrics")) from error
        self.registry = prometheus.REGISTRY if registry is None else registry
        self._gauge, self._counter = GaugeMetricFamily, CounterMetricFamily
        by = ["via", "action", "kind", "authority", "order"]
        self._hits = prometheus.Counter(
            "blocklist_hits", "Queries and requests blocked, by order.", by, registry=self.registry
        )
        self._shadow_hits = prometheus.Counter(
            "blocklist_shadow_hits", "Queries that shadow orders would block, by order.", by,
            registry=self.registry,
        )  # fmt: skip
        self._watched: dict[str, LiveBlocklist] = {}
        self._tried: dict[str, ShadowList] = {}
        self._shown: dict[str, tuple[str, str, Mapping[str, int]]] = {}
        self.registry.register(self)

    def count(self, match: Match, action: str, via: str) -> None:
        """Count a hit; what ``Hits`` takes as ``count``."""
        _count(self._hits, match, action, via)

    def count_shadow(self, match: Match, action: str, via: str) -> None:
        """Count a hit of shadow orders."""
        _count(self._shadow_hits, match, action, via)

    def watch(self, live: LiveBlocklist) -> None:
        """Show the image of ``live`` from now on, in the place of another of the same path."""
        self._watched[live.path] = live

    def watch_shadow(self, shadow: ShadowList) -> None:
        """Show a shadow image from now on, in the place of another of the same path."""
        self._tried[shadow.path] = shadow

    def show(self, name: str, documentation: str, label: str, counts: Mapping[str, int]) -> None:
        """Show counters from now on, by one label; read when they are scraped."""
        self._shown[name] = documentation, label, counts

    def serve(self, host: str, port: int) -> Callable[[], None]:
        """Let Prometheus read over HTTP, in a thread; return what ends that.

        Raises:
            OSError: the port is taken, or the address is not of this machine.
        """
        from prometheus_client import start_http_server

        server, thread = start_http_server(port, host, self.registry)

        def stop() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return stop

    def collect(self) -> list[Any]:
        """Return what is read of the watched blocklists; ``prometheus_client`` calls it."""
        families = self._of_images("blocklist", "image in use", self._watched)
        if self._tried:
            families += self._of_images("blocklist_shadow", "shadow image in use", self._tried)
        return [*families, *self._counters()]

    def _of_images(
        self, prefix: str, image: str, watched: Mapping[str, LiveBlocklist | ShadowList]
    ) -> list[Any]:
        gauge = self._gauge
        rules = gauge(f"{prefix}_rules", f"Rules in the {image}.", labels=["path"])
        until = gauge(
            f"{prefix}_valid_until_seconds",
            "Unix time when an order next begins or ends.",
            labels=["path"],
        )
        info = gauge(f"{prefix}_image_info", f"Digest of the {image}.", labels=["path", "digest"])
        reloads = self._counter(f"{prefix}_reloads", "Reloads.", labels=["path", "result"])
        for path, one in list(watched.items()):
            current = one.current
            rules.add_metric([path], len(one))
            if current is not None:
                info.add_metric([path, current.image.digest], 1)
                if current.valid_until is not None:
                    until.add_metric([path], current.valid_until.timestamp())
            for result, count in one.reloads.items():
                reloads.add_metric([path, result], count)
        return [rules, until, info, reloads]

    def _counters(self) -> Iterator[Any]:
        for name, (documentation, label, counts) in list(self._shown.items()):
            family = self._counter(name, documentation, labels=[label])
            for value, count in list(counts.items()):
                family.add_metric([value], count)
            yield family


def _count(hits: Any, match: Match, action: str, via: str) -> None:
    for order in match.orders:
        by = (CONFIDENTIAL,) * 2 if is_hidden([order]) else (order.authority.key, fit(order.id))
        hits.labels(via, action, match.rule.kind.value, *by).inc()
