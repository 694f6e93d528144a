"""RECORD WRITER: adds the entries of a cycle in one commit; there is one writer at a time."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from ..answers.disclosure import is_hidden
from ..atomicfile import can_lock, lock
from ..backend import __version__
from ..compiler.rebuilding import Deviation, deviations, rebuild_image
from ..compiler.rules import unique_orders
from ..errors import HistoryError
from ..image.container import Image
from ..image.contentdigest import without_file
from ..image.contents import Contents, refuse_other_kind
from ..image.layout import VERSION
from ..model.orders import Order
from ..model.shadows import enforced
from ..model.targets import TargetKind
from ..signing.notekeys import SigningKey
from .canonical import canonical
from .checkpoints import seal_checkpoint
from .fileops import DurableFiles
from .logentries import EVENTS, LogEntry, instant_text, new_entry
from .objectstore import NewObjects
from .orderrows import order_of, order_rows, rule_keys
from .record import RecordFolder, deviation_content, member_row
from .rowobjects import row_object
from .saltedroot import salted_root
from .spanfeed import catch_up, fingerprint
from .spanindex import FILE as INDEX
from .tilelog import LogAppender

LOCK = "lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """Something that happened, beside orders and images.

    Attributes:
        kind: one of ``logentries.EVENTS``.
        facts: what stands in the log for ever: codes, digests, times and counts; no name, no party.
        details: what may be erased; JSON.
    """

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCycle:
    """What one cycle gives the record.

    Attributes:
        orders: all that were read, also those that are not in force.
        image: what was compiled from them, with its report; ``None`` if nothing was.
        instant: for which it was compiled; the default is when it is recorded.
        widen_urls, strip_www: as it was compiled.
        guards: what was protected and permitted, as JSON; the log holds a commitment to it.
        events: what else happened.
    """

    orders: Sequence[Order] = ()
    image: Image | None = None
    instant: datetime | None = None
    widen_urls: bool = False
    strip_www: bool = False
    guards: Mapping[str, Any] | None = None
    events: Sequence[RecordedEvent] = ()


@contextmanager
def one_writer(record: RecordFolder) -> Iterator[None]:
    """Hold the lock of a record; another writer is waited for.

    Raises:
        OSError: the folder or the index cannot be written, or its file system has no locks.
    """
    handle = os.open(record.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if can_lock():
            lock(handle)
        record.refresh()
        yield
    except sqlite3.OperationalError as error:  # a full disk, for one
        raise OSError(errno.EIO, str(error), str(record.folder / INDEX)) from error
    finally:
        os.close(handle)


class RecordWriter:
    """Makes the entries of one commit and appends them; its caller holds the lock."""

    def __init__(
        self,
        record: RecordFolder,
        index: sqlite3.Connection,
        keys: Sequence[SigningKey],
        now: datetime,
    ) -> None:
        """Take a record, its index, which has caught up, and what signs.

        Raises:
            HistoryError: the key is not that of the record.
        """
        known = record.keys()
        if any(key.verifier not in known for key in keys):
            raise HistoryError(
                f"the record of {record.checkpoint.origin} cannot be signed by a key that it does "
                f"not name ({keys[0].verifier})",
                path=str(record.folder),
            )
        self._record, self._index, self._keys = record, index, keys
        self._now = now.astimezone(UTC)
        self._appender = LogAppender(DurableFiles(record.files), record.checkpoint.size)
        self._objects = NewObjects()
        self._entries: list[LogEntry] = []
        self._marks: dict[int, bytes] = {}
        self._recorded: dict[str, Order] = {}

    def add(self, kind: str, facts: Mapping[str, Any]) -> int:
        """Add an entry and return its number."""
        number = self._record.checkpoint.size + len(self._entries)
        self._entries.append(new_entry(number, self._now, kind, facts))
        return number

    def add_details(self, kind: str, facts: Mapping[str, Any], details: Mapping[str, Any]) -> int:
        """Add an entry with what may be erased, and return its number."""
        content = None
        if details:
            content, _ = self._objects.put(canonical(details).encode("ascii"))
        return self.add(kind, {**facts, "content": content})

    def commit(self) -> None:
        """Append what was added, and bring the index up to it; nothing is done if nothing was."""
        if not self._entries:
            return
        origin = self._record.checkpoint.origin
        self._appender.append(
            [entry.octets for entry in self._entries],
            lambda size, root: seal_checkpoint(origin, size, root, self._keys),
            self._objects.files,
        )
        self._record.refresh()
        catch_up(self._index, self._record)
        self._index.executemany(
            "UPDATE orders SET fingerprint = ? WHERE entry = ?",
            [(mark, number) for number, mark in self._marks.items()],
        )
        self._index.commit()
        self._entries, self._objects, self._marks = [], NewObjects(), {}

    def add_clock(self) -> None:
        """Record that the clock went back since the last entry."""
        size = self._record.checkpoint.size
        if size:
            step = self._now - self._record.entry(size - 1).time
            seconds = step.total_seconds()
            if seconds < 0:
                self.add("clock", {"step": round(seconds * 1000)})

    def add_cycle(self, cycle: RecordedCycle) -> None:
        """Add what a cycle gives.

        Raises:
            HistoryError: an event that callers do not add, or a fact that might be a name.
            CompileError: two orders share an id. ImageError: the image is of shadow orders.
        """
        for event in cycle.events:
            if event.kind not in EVENTS:
                raise HistoryError(f"{event.kind!r} is no kind of event that can be added")
        orders = unique_orders(enforced(cycle.orders))
        for order in orders:
            self._add_source(order)
        editions = {order.id: self._edition(order) for order in orders}
        if cycle.image is not None:
            refuse_other_kind(cycle.image, shadow=False)
            self._add_image(cycle, cycle.image, orders, editions)
        for event in cycle.events:
            self.add_details(event.kind, event.facts, event.details)

    @cached_property
    def _last_editions(self) -> dict[tuple[str, str], tuple[int, bytes | None]]:
        """The last entry of each order that was not erased in each family, and its fingerprint."""
        rows = self._index.execute(
            "SELECT id, family, max(entry), fingerprint FROM orders JOIN families USING (key)"
            " WHERE id IS NOT NULL GROUP BY id, family"
        )
        return {(order_id, family): (entry, mark) for order_id, family, entry, mark in rows}

    def _add_source(self, order: Order) -> None:
        source = order.source
        if source.sha256:
            facts = {"format": source.format, "path": source.path, "sha256": source.sha256}
            commitment, is_new = self._kept(canonical(facts).encode("ascii"))
            if is_new:
                self.add("source", {"content": commitment})

    def _kept(self, content: bytes) -> tuple[str, bool]:
        """Return the commitment to a content that may be there already, and whether it is new."""
        mark = fingerprint(content)
        row = self._index.execute(
            "SELECT commitment FROM known WHERE fingerprint = ?", (mark,)
        ).fetchone()
        if row is not None:
            return str(row[0]), False
        commitment, _ = self._objects.put(content)
        self._index.execute("INSERT OR REPLACE INTO known VALUES (?, ?)", (commitment, mark))
        return commitment, True

    def _edition(self, order: Order) -> int:
        """Return the entry of an order as it is now, added if it is new or has changed."""
        data, rows = order_rows(order)
        family = family_of(order, data)
        head = {"family": family, "order": data}
        mark = fingerprint("\n".join([canonical(head), *rows]).encode("ascii"))
        # A base of another family would be erased with that, and leave this edition unreadable.
        row = self._last_editions.get((order.id, family))
        if row is None:
            row = self._index.execute(
                "SELECT entry, x'' FROM orders JOIN families USING (key) WHERE family = ?"
                " ORDER BY entry DESC LIMIT 1",
                (family,),
            ).fetchone()
        base: int | None = None
        old: list[str] = []
        depth = 0
        if row is not None:
            base, known = row
            if known == mark:
                return int(base)
            before, old, depth = self._record.rows(base)
            if known is None and before == head and old == rows:
                self._index.execute(
                    "UPDATE orders SET fingerprint = ? WHERE entry = ?", (mark, base)
                )
                return int(base)
        commitment, salt = self._objects.put(row_object(head, rows, base, old, depth))
        self._recorded[order.id] = order_of(data, rows)
        number = self.add(
            "order",
            {
                "before": base,
                "confidential": is_hidden([order]) or None,
                "content": commitment,
                "count": len(rows),
                "fields": salted_root(salt, field_texts(data)),
                "targets": salted_root(salt, rule_keys(rows)),
            },
        )
        self._marks[number] = mark
        return number

    def _add_image(
        self, cycle: RecordedCycle, image: Image, orders: Iterable[Order], editions: dict[str, int]
    ) -> None:
        report, contents = image.report, Contents(image)
        selected = set(report.orders) if report is not None else set()
        chosen = [order for order in orders if order.id in selected]
        found: dict[str, Deviation] = {}
        if report is not None:
            options = {"widen_urls": cycle.widen_urls, "strip_www": cycle.strip_www}
            found = deviations(chosen, report, **options)
        members = sorted(
            (editions[order.id], self._deviation(order.id, found.get(order.id))) for order in chosen
        )
        rows = [member_row(*member) for member in members]
        protected = report.protected if report is not None else ()
        head = {
            "jurisdiction": contents.jurisdiction,
            "protected": self._texts(protected),
            "valid_until": contents.valid_until and contents.valid_until.isoformat(),
        }
        last = self._index.execute(
            "SELECT entry, digest FROM images ORDER BY entry DESC LIMIT 1"
        ).fetchone()
        base: int | None = None
        old: list[str] = []
        depth = 0
        if last is not None:
            base = last[0]
            before, old, depth = self._record.rows(base)
            if last[1] == image.digest and (before, old) == (head, rows):
                return
        # What was recorded before was built again then.
        parts = [(self._recorded.get(order.id, order), found.get(order.id)) for order in chosen]
        again = rebuild_image(parts, protected, contents.jurisdiction, contents.valid_until)
        octets = None
        if again.digest != image.digest:  # compiled in a way that its parts do not say
            octets, _ = self._objects.put(bytes(image))
        commitment, salt = self._objects.put(row_object(head, rows, base, old, depth))
        guards = None
        if cycle.guards is not None:
            guards, _ = self._kept(canonical(cycle.guards).encode("ascii"))
        self.add(
            "image",
            {
                "before": base,
                "content": commitment,
                "content_digest": image.content_digest,
                "digest": image.digest,
                "guards": guards,
                "instant": instant_text(cycle.instant or self._now),
                "jurisdiction": contents.jurisdiction,
                "octets": octets,
                "orders": len(rows),
                "root": salted_root(salt, rows),
                "rules": len(contents),
                "versions": {"package": __version__, "image": VERSION},
            },
        )

    def _deviation(self, order_id: str, found: Deviation | None) -> str:
        if found is None or found == Deviation():
            return ""
        return self._kept(deviation_content(order_id, found))[0]

    def _texts(self, texts: Sequence[str]) -> str | None:
        if not texts:
            return None
        return self._kept(canonical(list(texts)).encode("ascii"))[0]


def field_texts(head: Mapping[str, Any]) -> list[str]:
    """Return what an order says of itself as texts for a salted root: ``[field, value]``."""
    return [canonical([name, value]) for name, value in head.items()]


def family_of(order: Order, data: Mapping[str, Any]) -> str:
    """Return what the editions of one list share, though their ids may differ.

    A list without a number has an id with the checksum of its file; editions of a series have the
    number of the issue. Names and addresses of one issue are two lists.
    """
    if order.series:
        first = next(iter(order.targets), None)
        kind = "addresses" if first and first.kind is TargetKind.ADDRESS else "names"
        return f"series:{order.series}:{kind}"
    bare = str(without_file(data).get("id", ""))
    return f"id:{order.id}" if bare == order.id else f"file:{bare}:{order.source.path}"
