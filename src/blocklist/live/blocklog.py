"""BLOCKLOG: reports each enforced block: a log event, and metrics on request.

Integrations call it only for a block, so other queries cost nothing. It logs the rule and the
orders; the client and the queried name only if the operator wants that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from ..answers.disclosure import CONFIDENTIAL, fit, ids, shown
from ..matcher.match import Match

log: logging.Logger = logging.getLogger("blocklist.hits")


class Hits:
    """Reports the hits of one integration.

    Attributes:
        via: the name of the integration, for logs and metrics.
        log_clients: whether events hold the client address and the queried name.
        shadow: whether they are hits of shadow orders, for which nothing is blocked.
    """

    def __init__(
        self,
        via: str,
        *,
        count: Callable[[Match, str, str], None] | None = None,
        log_clients: bool = False,
        shadow: bool = False,
    ) -> None:
        """Take an additional receiver of hits, such as ``Metrics.count``: (match, action, via)."""
        self.via = via
        self.log_clients = log_clients
        self.shadow = shadow
        self._count = count

    @property
    def are_taken(self) -> bool:
        """Whether somebody takes hits, so that a match has to be made for them."""
        return self._count is not None or log.isEnabledFor(logging.INFO)

    def __call__(self, match: Match, action: str, *, client: str = "") -> None:
        """Log a hit at INFO, logger ``blocklist.hits``, and count it."""
        if self._count is not None:
            self._count(match, action, self.via)
        if not log.isEnabledFor(logging.INFO):
            return
        rule = shown(fit(match.rule.text), match.orders)
        orders = ids(match.orders)
        event = {
            "event": "shadow" if self.shadow else "blocked", "via": self.via, "action": action,
            "rule": rule, "kind": match.rule.kind.value, "orders": orders,
        }  # fmt: skip
        if self.log_clients:
            event |= {"client": client, "asked": shown(fit(match.name), match.orders)}
        told = f" for {client}" if self.log_clients and client else ""
        what = f"shadow, not blocked: {action}" if self.shadow else action
        log.info("%s: %s by %s%s", what, rule, ", ".join(orders) or CONFIDENTIAL, told, extra=event)
