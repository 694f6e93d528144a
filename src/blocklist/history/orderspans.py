"""ORDER SPANS: in which images an order stood, and which resolvers were seen with them.

It asks the index, so the record is read for what is shown alone.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .logentries import instant_of


@dataclass(frozen=True, slots=True)
class RecordedImage:
    """An image of the record: its entry, when that was written, and its digest."""

    entry: int
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class ResolverLook:
    """What a resolver was seen with.

    Attributes:
        output: that it is fed by.
        resolver: its name.
        entry: of the look.
        image: entry of the image; -1 for one that is not in the record.
        first: when it was first seen.
    """

    output: str
    resolver: str
    entry: int
    image: int
    first: datetime


@dataclass(frozen=True, slots=True)
class OrderSpans:
    """The editions of one order, and the images that held one.

    Attributes:
        entries: of its editions.
        spans: first image that held it, and the first that did not any more, ``None`` if the last
            one holds it.
    """

    entries: tuple[int, ...]
    spans: tuple[tuple[int, int | None], ...]

    def holds(self, image: int) -> bool:
        """Whether the image of an entry held it."""
        return any(
            since <= image and (until is None or image < until) for since, until in self.spans
        )


def order_ids(index: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """Yield the id of each order that was not erased, with the entry of its last edition."""
    yield from index.execute(
        "SELECT id, max(entry) FROM orders WHERE id IS NOT NULL GROUP BY id ORDER BY max(entry)"
    )


def erased_orders(index: sqlite3.Connection) -> int:
    """Return how many editions of orders were erased."""
    (count,) = index.execute("SELECT count(*) FROM orders WHERE erased IS NOT NULL").fetchone()
    return int(count)


def spans_of_order(index: sqlite3.Connection, order_id: str) -> OrderSpans:
    """Return in which images an order stood; nothing of one that the record does not have."""
    entries = index.execute(
        "SELECT entry FROM orders WHERE id = ? ORDER BY entry", (order_id,)
    ).fetchall()
    spans = index.execute(
        "SELECT since, until FROM members JOIN orders USING (entry) WHERE id = ? ORDER BY since",
        (order_id,),
    ).fetchall()
    return OrderSpans(tuple(entry for (entry,) in entries), tuple(spans))


def recorded_images(index: sqlite3.Connection) -> list[RecordedImage]:
    """Return all images, in their sequence."""
    rows = index.execute("SELECT entry, time, digest FROM images ORDER BY entry")
    return [RecordedImage(entry, instant_of(time), digest) for entry, time, digest in rows]


def image_after(images: list[RecordedImage], entry: int) -> RecordedImage | None:
    """Return the first image after an entry."""
    place = bisect_right(images, entry, key=lambda image: image.entry)
    return images[place] if place < len(images) else None


def resolver_looks(index: sqlite3.Connection) -> list[ResolverLook]:
    """Return what each resolver was seen with, in the sequence of the entries."""
    rows = index.execute(
        "SELECT output, resolvers.resolver, entry, coalesce(image, -1), first"
        " FROM served JOIN resolvers ON number = served.resolver ORDER BY entry"
    )
    return [
        ResolverLook(output, resolver, entry, image, instant_of(first))
        for output, resolver, entry, image, first in rows
    ]


def outputs_written(index: sqlite3.Connection) -> list[tuple[int, datetime, str, int]]:
    """Return entry, time, name and entry of the image (-1 if unknown) of each written output."""
    rows = index.execute(
        "SELECT entry, time, output, coalesce((SELECT max(i.entry) FROM images i"
        " WHERE i.digest = outputs.digest AND i.entry <= outputs.entry), -1)"
        " FROM outputs ORDER BY entry"
    )
    return [(entry, instant_of(time), output, image) for entry, time, output, image in rows]
