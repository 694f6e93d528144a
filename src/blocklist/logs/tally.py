"""TALLY: asks the images about every query of a log, and counts on the way what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from typing import Any

QUERIES = ("query", "reply")


class Tally:
    """A function of columns; it must be called once for each row.

    Attributes:
        counts: rows by event; a query without name or time is an ``unread query``.
        spans: first and last time of each event that is a query, UTC without a zone.
    """

    def __init__(self, asked: Sequence[Callable[[Any], Any]]) -> None:
        """Take what answers about a column of names: one for each image."""
        self._asked = asked
        self._lock = Lock()
        self.counts: Counter[str] = Counter()
        self.spans: dict[str, tuple[datetime, datetime]] = {}

    def __call__(self, events: Any, times: Any, names: Any) -> Any:
        """Return for each row whether an image blocks its name."""
        import pyarrow as pa
        import pyarrow.compute as pc

        kinds = pc.unique(events).to_pylist()
        if len(kinds) == 1 and kinds[0] in QUERIES and not times.null_count + names.null_count:
            with self._lock:  # threads of DuckDB
                self._add(kinds[0], len(times), times)
            return self._hits(names)
        whole = pc.and_(pc.is_valid(times), pc.is_valid(names))
        with self._lock:
            for event in kinds:
                self._count(event or "unread", pc.equal(events, event), whole, times)
        queries = pc.or_(pc.equal(events, QUERIES[0]), pc.equal(events, QUERIES[1]))
        hits = pc.and_kleene(pc.and_(queries, whole), self._hits(names))
        return pc.coalesce(hits, pa.scalar(False))

    def _hits(self, names: Any) -> Any:
        import pyarrow.compute as pc

        hits = self._asked[0](names)
        for asked in self._asked[1:]:
            hits = pc.or_kleene(hits, asked(names))
        return hits

    def _count(self, event: str, rows: Any, whole: Any, times: Any) -> None:
        import pyarrow.compute as pc

        number = pc.sum(rows).as_py() or 0
        if event not in QUERIES:
            self.counts[event] += number
            return
        good = pc.and_(rows, whole)
        read = pc.sum(good).as_py() or 0
        self.counts[f"unread {event}"] += number - read
        if read:
            self._add(event, read, times.filter(good))

    def _add(self, event: str, number: int, times: Any) -> None:
        import pyarrow.compute as pc

        self.counts[event] += number
        span = pc.min_max(times).as_py()
        first, last = self.spans.get(event, (span["min"], span["max"]))
        self.spans[event] = min(first, span["min"]), max(last, span["max"])
