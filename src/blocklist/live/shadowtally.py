"""SHADOW TALLY: says from time to time how often shadow orders would have blocked, for the log."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Lock
from time import monotonic

from ..answers.disclosure import CONFIDENTIAL, fit, is_hidden
from ..matcher.match import Match
from ..model.wording import duration, plural

log: logging.Logger = logging.getLogger("blocklist.shadow")
EVERY_SECONDS = 3600.0
_MOST = 10


class ShadowTally:
    """Counts hits by order, and logs what came since it logged last; confidential ones as one."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Begin at nothing; ``clock`` gives seconds and never goes back."""
        self._lock = Lock()
        self._clock, self._since = clock, clock()
        self._total, self._by_order = 0, Counter[str]()

    def count(self, match: Match, *_: str) -> None:
        """Count a hit; what ``Hits`` takes as ``count``."""
        with self._lock:
            self._total += 1
            names = {CONFIDENTIAL if is_hidden([one]) else fit(one.id) for one in match.orders}
            self._by_order.update(names)

    def tell(self, *, now: bool = False) -> None:
        """Log what was counted, once an hour, or ``now``; nothing if nothing was."""
        with self._lock:
            at = self._clock()
            past = at - self._since
            if not now and past < EVERY_SECONDS:
                return
            total, by_order = self._total, self._by_order
            self._since, self._total, self._by_order = at, 0, Counter()
        if not total:
            return
        first = [f"{name} {count:,}" for name, count in by_order.most_common(_MOST)]
        if len(by_order) > _MOST:
            first.append(f"and {plural(len(by_order) - _MOST, 'more order')}")
        log.info(
            "shadow orders would have blocked %s in %s: %s",
            plural(total, "query", "queries"), duration(timedelta(seconds=round(past))),
            ", ".join(first),
            extra={"event": "shadow.hits", "hits": total, "orders": dict(by_order)},
        )  # fmt: skip
