"""RECORD WRITER: makes the entries of a cycle: sources, orders that changed, the image, events."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from ..answers.disclosure import is_hidden
from ..backend import __version__
from ..compiler.rebuilding import Deviation, deviations, rebuild_image
from ..compiler.rules import unique_orders
from ..errors import HistoryError
from ..image.container import Image
from ..image.contents import Contents, refuse_other_kind
from ..image.layout import VERSION
from ..model.orders import Order
from ..model.shadows import enforced
from ..signing.notekeys import SigningKey
from .canonical import canonical
from .entrywriter import EntryWriter
from .logentries import EVENTS, instant_text
from .orderfamily import family_of, read_back
from .orderrows import order_rows, rule_keys
from .ordertexts import split_texts, text_content
from .record import RecordFolder, deviation_content, member_row
from .recordedcycle import RecordedCycle
from .rowobjects import row_object
from .saltedroot import salted_root
from .spanfeed import fingerprint
from .writermemory import Remembered, Rows, WriterMemory

_BUILT_EACH = 128
"""Images after which one is built again to see that its parts give it, though nothing is odd."""
_FEW = 100
"""Orders that are looked for one by one."""
_VERSIONS = {"package": __version__, "image": VERSION}
MARK_SIZE = 32
"""Octets of the first part of a fingerprint of an order, that of all but its free texts."""


class _LastEdition(NamedTuple):
    """The last edition of an order: entry, fingerprint, texts, and what dropped these."""

    entry: int
    mark: bytes | None
    texts: str | None
    dropped: int | None


class RecordWriter(EntryWriter):
    """Makes the entries of a cycle."""

    def __init__(
        self, record: RecordFolder, index: sqlite3.Connection, keys: Sequence[SigningKey],
        now: datetime, memory: WriterMemory,
    ) -> None:  # fmt: skip
        """Take what ``EntryWriter`` takes, and what is remembered."""
        super().__init__(record, index, keys, now)
        self._memory = memory
        self._cycle: list[Remembered] | None = None
        self._unlike: dict[str, Order] = {}
        self._is_bulk = True

    def add_cycle(self, cycle: RecordedCycle) -> None:
        """Add what a cycle gives.

        Raises:
            HistoryError: an event that callers do not add, or a fact that might be a name.
            CompileError: two orders share an id. ImageError: the image is of shadow orders.
        """
        for event in cycle.events:
            if event.kind not in EVENTS:
                raise HistoryError(f"{event.kind!r} is no kind of event that can be added")
        self._memory.begin(self._record.checkpoint.size)
        if cycle.orders or cycle.image is not None:
            self._add_orders(cycle)
        for event in cycle.events:
            self.add_details(event.kind, event.facts, event.details)

    def _add_orders(self, cycle: RecordedCycle) -> None:
        """Add sources and orders that changed, and the image."""
        self._memory.compiled_with((cycle.widen_urls, cycle.strip_www))
        report = cycle.image.report if cycle.image is not None else None
        selected = set(report.orders) if report is not None else set()
        orders = unique_orders(enforced(cycle.orders))
        known = {
            order.id: self._memory.order(order, is_selected=order.id in selected)
            for order in orders
        }
        new = [order for order in orders if known[order.id] is None]
        binding = {order.source for order in new if order.id in selected}
        for order in {one.source: one for one in new if one.source.sha256}.values():
            self._add_source(order, cycle.octets, binds=order.source in binding)
        self._is_bulk = len(new) > _FEW
        for order in new:
            entry = self._edition(order, order.id in selected)
            known[order.id] = Remembered(order, order.id in selected, entry, "")
        editions = {name: one for name, one in known.items() if one is not None}
        if cycle.image is not None:
            refuse_other_kind(cycle.image, shadow=False)
            self._add_image(cycle, cycle.image, editions, {order.id for order in new})
        self._cycle = list(editions.values())

    def remember(self) -> None:
        """Remember what was committed for the next append."""
        self._memory.end(self._record.checkpoint.size, self._cycle)

    def _rows(self, entry: int) -> Rows:
        return self._memory.rows(entry) or self._record.rows(entry)

    def _last_edition(self, order_id: str, family: str) -> _LastEdition | None:
        if self._is_bulk:
            return self._last_editions.get((order_id, family))
        row = self._index.execute(
            "SELECT entry, fingerprint, texts, dropped FROM orders JOIN families USING (key)"
            " WHERE id = ? AND family = ? ORDER BY entry DESC LIMIT 1",
            (order_id, family),
        ).fetchone()
        return None if row is None else _LastEdition(*row)

    @cached_property
    def _last_editions(self) -> dict[tuple[str, str], _LastEdition]:
        """The last entry of each order that was not erased in each family."""
        rows = self._index.execute(
            "SELECT id, family, max(entry), fingerprint, texts, dropped"
            " FROM orders JOIN families USING (key) WHERE id IS NOT NULL GROUP BY id, family"
        )
        return {(one, family): _LastEdition(*rest) for one, family, *rest in rows}

    def _add_source(
        self, order: Order, octets_of: Callable[[Order], bytes | None] | None, *, binds: bool
    ) -> None:
        """Add a source that is new, or was dropped and has an order that binds again."""
        source = order.source
        facts = {"format": source.format, "path": source.path, "sha256": source.sha256}
        plain = canonical(facts).encode("ascii")
        kept = canonical({**facts, "kept": True}).encode("ascii")
        if octets_of is not None:
            if self.is_known(kept) and not (binds and self._is_dropped(source.sha256)):
                return
            octets = octets_of(order)
            if octets is not None:
                content, _ = self.kept(kept)
                commitment, _ = self.kept(octets)
                self.add("source", {"content": content, "octets": commitment, "size": len(octets)})
                return
        if binds or not self.is_known(plain):
            content, is_new = self.kept(plain)
            if is_new:
                self.add("source", {"content": content})

    def _is_dropped(self, sha256: str) -> bool:
        row = self._index.execute("SELECT 1 FROM kept WHERE source = ?", (sha256,)).fetchone()
        return row is None

    def _edition(self, order: Order, is_selected: bool) -> int:
        """Return the entry of an order as it is now, added if it is new or has changed."""
        whole, rows = order_rows(order)
        family = family_of(order, whole)
        data, texts = split_texts(whole)
        head = {"family": family, "order": data}
        mark = fingerprint("\n".join([canonical(head), *rows]).encode("ascii"))
        said = text_content(texts)
        text_mark = fingerprint(said) if said else b""
        # A base of another family would be erased with that, and leave this edition unreadable.
        last = self._last_edition(order.id, family)
        base: int | None = None
        old: list[str] = []
        depth, commitment = 0, None
        if last is not None:
            # Texts that were dropped are recorded again if the order binds again.
            is_done = last.dropped is not None and not is_selected
            known = last.mark or self._made_mark(last)
            base = last.entry
            if known == mark + text_mark or (is_done and known[:MARK_SIZE] == mark):
                return base
            if known[MARK_SIZE:] == text_mark and last.dropped is None:
                commitment = last.texts
        else:
            row = self._index.execute(
                "SELECT entry FROM orders JOIN families USING (key) WHERE family = ?"
                " ORDER BY entry DESC LIMIT 1",
                (family,),
            ).fetchone()
            base = row[0] if row is not None else None
        if base is not None:
            _, old, depth = self._rows(base)
        if said and commitment is None:
            commitment, _ = self._objects.put(said)
        stored, depth = row_object(head, rows, base, old, depth)
        content, salt = self._objects.put(stored)
        again = read_back(order, whole, rows)
        if again is not None:
            self._unlike[order.id] = again
        number = self.add(
            "order",
            {
                "before": base,
                "confidential": is_hidden([order]) or None,
                "content": content,
                "count": len(rows),
                "fields": salted_root(salt, field_texts(data)),
                "targets": salted_root(salt, rule_keys(rows)),
                "texts": commitment,
            },
        )
        self._marks[number] = mark + text_mark
        self._memory.keep_rows(number, (head, rows, depth), base)
        return number

    def _made_mark(self, last: _LastEdition) -> bytes:
        """Return the fingerprint of an edition, which an index that was made again has not."""
        head, rows, _ = self._record.rows(last.entry)
        mark = fingerprint("\n".join([canonical(head), *rows]).encode("ascii"))
        found = self._record.objects.read(last.texts) if last.texts else None
        mark += fingerprint(found.content) if found is not None else b""
        self._index.execute("UPDATE orders SET fingerprint = ? WHERE entry = ?", (mark, last.entry))
        return mark

    def _add_image(
        self, cycle: RecordedCycle, image: Image, editions: dict[str, Remembered], new: set[str]
    ) -> None:
        report, contents = image.report, Contents(image)
        chosen = {name: one for name, one in editions.items() if one.is_selected}
        found: dict[str, Deviation] = {}
        if report is not None:
            options = {"widen_urls": cycle.widen_urls, "strip_www": cycle.strip_www}
            asked = new.union(one[0] for one in report.withheld)
            asked |= {name for name, one in chosen.items() if one.deviation}
            orders = [one.order for name, one in chosen.items() if name in asked]
            found = deviations(orders, report, **options)
            for name in asked & chosen.keys():
                deviation = self._deviation(name, found.get(name))
                editions[name] = chosen[name] = chosen[name]._replace(deviation=deviation)
        rows = [
            member_row(entry, deviation)
            for entry, deviation in sorted((one.entry, one.deviation) for one in chosen.values())
        ]
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
        before: dict[str, Any] = {}
        old: list[str] = []
        depth = 0
        if last is not None:
            base = last[0]
            before, old, depth = self._rows(base)
            if last[1] == image.digest and (before, old) == (head, rows):
                return
        octets = None
        if base is None or self._is_odd(base, head, before, old, rows):
            parts = [(self._unlike.get(n, one.order), found.get(n)) for n, one in chosen.items()]
            again = rebuild_image(parts, protected, contents.jurisdiction, contents.valid_until)
            if again.digest != image.digest:  # compiled in a way that its parts do not say
                octets, _ = self._objects.put(bytes(image))
        stored, depth = row_object(head, rows, base, old, depth)
        commitment, salt = self._objects.put(stored)
        guards = None
        if cycle.guards is not None:
            guards, _ = self.kept(canonical(cycle.guards).encode("ascii"))
        number = self.add(
            "image",
            {
                "before": base,
                "content": commitment,
                "content_digest": image.content_digest,
                "digest": image.digest,
                "guards": guards,
                "instant": instant_text(cycle.instant or self.now),
                "jurisdiction": contents.jurisdiction,
                "octets": octets,
                "orders": len(rows),
                "root": salted_root(salt, rows),
                "rules": len(contents),
                "versions": _VERSIONS,
            },
        )
        self._memory.keep_rows(number, (head, rows, depth), base)

    def _is_odd(
        self, base: int, head: dict[str, Any], before: dict[str, Any], old: list[str],
        rows: list[str],
    ) -> bool:  # fmt: skip
        """Whether an image may be one that its parts do not give, so that it is built to see."""
        (images,) = self._index.execute("SELECT count(*) FROM images").fetchone()
        parts = ("jurisdiction", "protected")
        stated = self._record.entry(base).data
        return (
            images % _BUILT_EACH == 0
            or bool(self._unlike)
            or any(head[one] != before[one] for one in parts)
            or stated["versions"] != _VERSIONS
            or "octets" in stated
            or any("," in row for row in set(rows).difference(old))  # a new deviation
        )

    def _deviation(self, order_id: str, found: Deviation | None) -> str:
        if found is None or found == Deviation():
            return ""
        return self.kept(deviation_content(order_id, found))[0]

    def _texts(self, texts: Sequence[str]) -> str | None:
        if not texts:
            return None
        return self.kept(canonical(list(texts)).encode("ascii"))[0]


def field_texts(head: Mapping[str, Any]) -> list[str]:
    """Return what an order says of itself as texts for a salted root: ``[field, value]``."""
    return [canonical([name, value]) for name, value in head.items()]
