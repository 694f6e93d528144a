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
        asked: what answers about a column of names: one for each image.
        counts: rows by event; a query without name or time is an ``unread query``.
        spans: first and last time of each event that is a query, UTC without a zone.
    """

    def __init__(self, asked: Sequence[Callable[[Any], Any]]) -> None:
        """Take what answers about a column of names."""
        self.asked = asked
        self._lock = Lock()
        self.counts: Counter[str] = Counter()
        self.spans: dict[str, tuple[datetime, datetime]] = {}

    def __call__(self, events: Any, times: Any, names: Any) -> Any:
        """Return for each row whether an image blocks its name."""
        import pyarrow as pa
        import pyarrow.compute as pc

        events, times, names = map(_array, (events, times, names))
        kinds = pc.unique(events).to_pylist()
        if len(kinds) == 1 and kinds[0] in QUERIES and not times.null_count + names.null_count:
            with self._lock:  # threads of DuckDB
                self._add(kinds[0], len(times), times)
            return self._hits(names)
        if pa.types.is_dictionary(events.type):
            events = events.dictionary_decode()
        whole = pc.and_(pc.is_valid(times), pc.is_valid(names))
        asked = None
        for event in kinds:
            rows = pc.equal(events, event) if len(kinds) > 1 else pc.is_valid(events)
            if event in QUERIES:
                good = pc.and_(rows, whole)
                read, all_ = good.true_count, rows.true_count
                with self._lock:
                    self.counts[f"unread {event}"] += all_ - read
                    if read:
                        self._add(event, read, times.filter(good))
                asked = good if asked is None else pc.or_(asked, good)
            else:
                with self._lock:
                    self.counts[event or "unread"] += rows.true_count
        if asked is None:
            return pa.repeat(pa.scalar(False), len(events))
        # A null of a name is no row that is asked, and false and null is false.
        return pc.and_kleene(asked, self._hits(names))

    def _hits(self, names: Any) -> Any:
        import pyarrow.compute as pc

        hits = self.asked[0](names)
        for asked in self.asked[1:]:
            hits = pc.or_kleene(hits, asked(names))
        return hits

    def _add(self, event: str, number: int, times: Any) -> None:
        import pyarrow.compute as pc

        self.counts[event] += number
        span = pc.min_max(times).as_py()
        first, last = self.spans.get(event, (span["min"], span["max"]))
        self.spans[event] = min(first, span["min"]), max(last, span["max"])


def _array(column: Any) -> Any:
    """Return a column of DuckDB as one array: what is asked of chunks takes longer."""
    if not hasattr(column, "chunks"):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
