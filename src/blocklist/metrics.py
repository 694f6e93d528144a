"""METRICS: hits and images as Prometheus metrics; the only importer of ``prometheus_client``."""

from __future__ import annotations

from typing import Any

from .errors import BlocklistError
from .hits import CONFIDENTIAL
from .live import LiveBlocklist
from .match import Match


class Metrics:
    """Counters and gauges of one process; several blocklists may share them.

    - ``blocklist_hits_total{via, action, kind, authority, order}``: one for each order behind a
      hit, so the sum over ``order`` may exceed the number of hits;
    - ``blocklist_reloads_total{result}``: ``swapped``, ``unchanged``, ``rejected``;
    - ``blocklist_rules``, ``blocklist_valid_until_seconds`` and ``blocklist_image_info{digest}`` of
      each watched blocklist, by ``path``; read when they are scraped.
    """

    def __init__(self, registry: Any = None) -> None:
        """Register with ``registry``, or with the default one of ``prometheus_client``.

        Raises:
            BlocklistError: the extra ``metrics`` is not installed.
        """
        try:
            import prometheus_client as prometheus
            from prometheus_client.core import GaugeMetricFamily
        except ImportError as error:
            raise BlocklistError(
                "metrics need prometheus-client: pip install 'blocklist[metrics]'"
            ) from error
        self.registry = prometheus.REGISTRY if registry is None else registry
        self._gauge = GaugeMetricFamily
        self._hits = prometheus.Counter(
            "blocklist_hits", "Queries and requests blocked, by order.",
            ["via", "action", "kind", "authority", "order"], registry=self.registry,
        )  # fmt: skip
        self._reloads = prometheus.Counter(
            "blocklist_reloads", "Reloads of images.", ["result"], registry=self.registry
        )
        self._watched: list[LiveBlocklist] = []
        self.registry.register(self)

    def count(self, match: Match, action: str, via: str) -> None:
        """Count a hit; what ``Hits`` takes as ``count``."""
        for order in match.orders:
            id_ = CONFIDENTIAL if order.confidential else order.id
            self._hits.labels(via, action, match.rule.kind.value, order.authority.key, id_).inc()

    def count_reload(self, result: str) -> None:
        """Count a reload that was ``swapped``, ``unchanged`` or ``rejected``."""
        self._reloads.labels(result).inc()

    def watch(self, live: LiveBlocklist) -> None:
        """Show the image of ``live`` from now on."""
        self._watched.append(live)

    def collect(self) -> list[Any]:
        """Return the gauges, as ``prometheus_client`` asks of a collector."""
        gauge = self._gauge
        rules = gauge("blocklist_rules", "Rules in the image that answers.", labels=["path"])
        until = gauge(
            "blocklist_valid_until_seconds",
            "Unix time at which an order next begins or ends.",
            labels=["path"],
        )
        info = gauge("blocklist_image_info", "The image that answers.", labels=["path", "digest"])
        for live in self._watched:
            current = live.current
            rules.add_metric([live.path], len(current))
            info.add_metric([live.path, current.image.digest], 1)
            if current.valid_until is not None:
                until.add_metric([live.path], current.valid_until.timestamp())
        return [rules, until, info]
