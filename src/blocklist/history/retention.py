"""RETENTION: some time after its end, the document of an order and its free texts are dropped.

What was ordered when, and for how long, stays; so questions are answered as before. The log says
what was dropped, and its chain stays whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .entrywriter import EntryWriter
from .erasure import OBJECTS_EACH, phrases, telling_words, tells
from .logentries import EVENTS, SOURCES, TEXTS, milliseconds_of
from .ordertexts import phrases_of
from .record import ErasedError, RecordFolder
from .spanindex import set_state, state_of

_CHECKED = "retention"
_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept of an order is kept after its end; ``None`` for always.

    Attributes:
        sources: the octets of the file that it was read from.
        texts: its free texts, and the details of events that tell them.
    """

    sources: timedelta | None = None
    texts: timedelta | None = None


KEEP_ALL = Retention()


class Lapses:
    """Finds what is to be dropped, and adds the entries that say so."""

    def __init__(
        self, writer: EntryWriter, record: RecordFolder, index: sqlite3.Connection, now: datetime
    ) -> None:
        """Take the writer of a commit; the record and its index are up to date."""
        self._writer, self._record, self._index, self._now = writer, record, index, now

    def add(self, retention: Retention) -> bool:
        """Add the entries, once a day; ``complete_erasures`` deletes what they name.

        Returns:
            Whether there is something to delete.

        Raises:
            HistoryError: the record is damaged.
            OSError: it cannot be read.
        """
        if retention == KEEP_ALL:
            return False
        now = milliseconds_of(self._now)
        last = state_of(self._index, _CHECKED)
        if isinstance(last, int) and last <= now < last + _DAY:
            return False
        count = 0
        # What had lapsed a day ago: a clock that shows a wrong year for a while deletes nothing.
        if isinstance(last, int) and last <= now:
            ends = dict(self._ends())
            if retention.texts is not None:
                count += self._drop_texts(_past(ends, last, retention.texts), retention.texts)
            if retention.sources is not None:
                lapsed = _past(ends, last, retention.sources)
                count += self._drop_sources(lapsed, retention.sources)
        set_state(self._index, _CHECKED, now)
        self._index.commit()
        return bool(count)

    def _ends(self) -> Iterator[tuple[str, int]]:
        """Yield the orders that ended, by id, and when: the first image without them is later."""
        yield from self._index.execute(
            "SELECT o.id, max(i.time) FROM orders o JOIN members m USING (entry)"
            " LEFT JOIN images i ON i.entry = m.until WHERE o.id IS NOT NULL"
            " GROUP BY o.id HAVING sum(m.until IS NULL) = 0"
        )
        never = self._index.execute(
            "SELECT id, max(entry) FROM orders WHERE id IS NOT NULL AND id NOT IN"
            " (SELECT id FROM orders JOIN members USING (entry) WHERE id IS NOT NULL) GROUP BY id"
        ).fetchall()
        for order_id, entry in never:
            order = self._record.order_head(entry)
            ends = [order.start_of(order.revoked)] if order.revoked is not None else []
            ends += [order.end_of(order.expires)] if order.expires is not None else []
            if ends:
                yield order_id, milliseconds_of(min(ends))

    def _drop_texts(self, lapsed: set[str], span: timedelta) -> int:
        rows = self._index.execute(
            "SELECT entry, texts, id FROM orders WHERE texts IS NOT NULL AND dropped IS NULL"
            " AND id IS NOT NULL ORDER BY entry"
        ).fetchall()
        gone = [(entry, texts) for entry, texts, order_id in rows if order_id in lapsed]
        if not gone:
            return 0
        left = {texts for _, texts, order_id in rows if order_id not in lapsed}
        # What an order that has not ended tells as well stays; so does whom all orders name.
        words = self._words({texts for _, texts in gone}) - self._words(left)
        editions = {entry for entry, _ in gone}
        others = [(None, one) for one in [*self._telling(words), *self._whole_images(editions)]]
        return self._add(TEXTS, [*gone, *others], span)

    def _words(self, commitments: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for commitment in commitments:
            texts = self._record.json_object(commitment)
            found |= telling_words(phrases_of(texts)) if texts is not None else set()
        return found

    def _telling(self, words: set[str]) -> Iterator[str]:
        """Yield the objects of events and sources that tell one of some words."""
        long = phrases(words)
        for entry in self._record.entries():
            commitment = entry.data.get("content")
            if commitment and (entry.kind in EVENTS or entry.kind == "source"):
                found = self._record.objects.read(commitment)
                if found and tells(found.content.decode("ascii", "replace"), words, long):
                    yield commitment

    def _whole_images(self, editions: set[int]) -> Iterator[str]:
        """Yield the images that are kept whole and hold one of some editions, with its texts."""
        for (number,) in self._index.execute("SELECT entry FROM images").fetchall():
            octets = self._record.entry(number).data.get("octets")
            if octets is None or self._record.objects.read(octets) is None:
                continue
            try:
                members = self._record.image_parts(number).members
            except ErasedError:
                continue
            if any(entry in editions for entry, _ in members):
                yield octets

    def _drop_sources(self, lapsed: set[str], span: timedelta) -> int:
        needed: dict[str, set[str | None]] = {}
        for octets, order_id in self._index.execute(
            "SELECT octets, id FROM kept JOIN orders USING (source)"
        ):
            needed.setdefault(octets, set()).add(order_id)
        gone: list[tuple[int | None, str]] = [
            (None, octets) for octets, orders in needed.items() if orders <= lapsed
        ]
        return self._add(SOURCES, gone, span)

    def _add(self, what: str, gone: list[tuple[int | None, str]], span: timedelta) -> int:
        ground = f"{what} are kept for {span.days:,} days after the end of an order"
        for begin in range(0, len(gone), OBJECTS_EACH):
            part = gone[begin : begin + OBJECTS_EACH]
            facts = {
                "entries": [entry for entry, _ in part if entry is not None],
                "objects": sorted({commitment for _, commitment in part}),
                "what": what,
            }
            self._writer.add_details("erased", facts, {"ground": ground})
        return len(gone)


def _past(ends: Mapping[str, int], at: int, span: timedelta) -> set[str]:
    limit = at - span // timedelta(milliseconds=1)
    return {order_id for order_id, end in ends.items() if end <= limit}
