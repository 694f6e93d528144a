"""RECORD WRITER: makes the entries of a cycle: sources, orders that changed, the image, events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from ..answers.disclosure import is_hidden
from ..backend import __version__
from ..compiler.rebuilding import Deviation, deviations, rebuild_image
from ..compiler.rules import unique_orders
from ..errors import HistoryError
from ..image.container import Image
from ..image.contentdigest import without_file
from ..image.contents import Contents
from ..image.layout import VERSION
from ..model.orders import Order
from ..model.targets import TargetKind
from .canonical import canonical
from .entrywriter import EntryWriter
from .logentries import EVENTS, instant_text
from .orderrows import order_of, order_rows, rule_keys
from .ordertexts import split_texts, text_content
from .record import deviation_content, member_row
from .rowobjects import row_object
from .saltedroot import salted_root
from .spanfeed import fingerprint

MARK_SIZE = 32
"""Octets of the first part of a fingerprint of an order, that of all but its free texts."""


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
        octets: returns those of the file that an order was read from, to keep them; ``None`` for
            one that they are not at hand of.
    """

    orders: Sequence[Order] = ()
    image: Image | None = None
    instant: datetime | None = None
    widen_urls: bool = False
    strip_www: bool = False
    guards: Mapping[str, Any] | None = None
    events: Sequence[RecordedEvent] = ()
    octets: Callable[[Order], bytes | None] | None = None


class _LastEdition(NamedTuple):
    """The last edition of an order: entry, fingerprint, texts, and what dropped these."""

    entry: int
    mark: bytes | None
    texts: str | None
    dropped: int | None


class RecordWriter(EntryWriter):
    """Makes the entries of a cycle."""

    def add_cycle(self, cycle: RecordedCycle) -> None:
        """Add what a cycle gives.

        Raises:
            HistoryError: an event that callers do not add, or a fact that might be a name.
            CompileError: two orders share an id.
        """
        for event in cycle.events:
            if event.kind not in EVENTS:
                raise HistoryError(f"{event.kind!r} is no kind of event that can be added")
        orders = unique_orders(cycle.orders)
        for source, order in {order.source: order for order in orders}.items():
            if source.sha256:
                self._add_source(order, cycle.octets)
        report = cycle.image.report if cycle.image is not None else None
        selected = set(report.orders) if report is not None else set()
        editions = {order.id: self._edition(order, order.id in selected) for order in orders}
        if cycle.image is not None:
            self._add_image(cycle, cycle.image, orders, editions)
        for event in cycle.events:
            self.add_details(event.kind, event.facts, event.details)

    @cached_property
    def _recorded(self) -> dict[str, Order]:
        """The orders of which an edition was added, as they can be read again."""
        return {}

    @cached_property
    def _last_editions(self) -> dict[tuple[str, str], _LastEdition]:
        """The last entry of each order that was not erased in each family."""
        rows = self._index.execute(
            "SELECT id, family, max(entry), fingerprint, texts, dropped"
            " FROM orders JOIN families USING (key) WHERE id IS NOT NULL GROUP BY id, family"
        )
        return {(one, family): _LastEdition(*rest) for one, family, *rest in rows}

    def _add_source(self, order: Order, octets_of: Callable[[Order], bytes | None] | None) -> None:
        source = order.source
        facts = {"format": source.format, "path": source.path, "sha256": source.sha256}
        if octets_of is not None:
            kept = canonical({**facts, "kept": True}).encode("ascii")
            if self.is_known(kept):
                return
            octets = octets_of(order)
            if octets is not None:
                content, _ = self.kept(kept)
                commitment, _ = self.kept(octets)
                self.add("source", {"content": content, "octets": commitment, "size": len(octets)})
                return
        content, is_new = self.kept(canonical(facts).encode("ascii"))
        if is_new:
            self.add("source", {"content": content})

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
        last = self._last_editions.get((order.id, family))
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
            _, old, depth = self._record.rows(base)
        if said and commitment is None:
            commitment, _ = self._objects.put(said)
        content, salt = self._objects.put(row_object(head, rows, base, old, depth))
        self._recorded[order.id] = order_of(whole, rows)
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
            guards, _ = self.kept(canonical(cycle.guards).encode("ascii"))
        self.add(
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
                "versions": {"package": __version__, "image": VERSION},
            },
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
    # The name of a file may be that of a party.
    path = fingerprint(order.source.path.encode("utf-8", "surrogatepass")).hex()
    return f"id:{order.id}" if bare == order.id else f"file:{bare}:{path}"
