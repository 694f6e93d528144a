"""TIMELINES: what was in force and what was served at an instant, for one name.

The few rules that may decide a name are compiled into an image, and that is asked: so the answer
obeys the precedence of a resolver, without a second implementation.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from ipaddress import ip_network
from itertools import groupby

from ..answers.disclosure import is_hidden
from ..compiler.rebuilding import image_of_rules
from ..matcher.blocklist import Blocklist
from ..model.addresses import Address, parse_address
from ..model.names import query_name, superdomains
from ..model.orders import Order
from ..model.targets import Rule
from ..model.urls import refang, split_url
from .logentries import LogEntry, instant_of, milliseconds_of
from .orderrows import rules_in
from .record import RecordFolder
from .spanindex import (
    RuleSpan,
    images_at,
    last_look,
    last_output,
    orders_at,
    resolvers_of,
    served_since,
    spans_of,
    was_written,
)


class Serving(StrEnum):
    """What is known of the resolvers at an instant."""

    SERVED = "served"
    """All that are known served the block."""
    INTRODUCED = "being introduced"
    """It was in force, and some had not been seen to serve it."""
    LIFTED = "being lifted"
    """It was not in force, and some had not been seen without it."""
    NOT_SERVED = "not served"
    NOT_RECORDED = "serving was not recorded"
    NOT_KNOWN = "serving is not known"
    """What the images held is not known any more."""


@dataclass(frozen=True, slots=True)
class ResolverState:
    """What one resolver served.

    Attributes:
        output, resolver: which.
        blocked: whether the image that it was last seen with blocks the name.
        since: when the first of the images that do was seen there; ``None`` if it does not.
    """

    output: str
    resolver: str
    blocked: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class WasBlocked:
    """The answer to whether a name was blocked.

    Attributes:
        name: as asked.
        at: when.
        in_force: whether the image of that instant blocks it; ``None`` if that is not known.
        reason: why it is not known, or what makes the answer uncertain; else empty.
        rule: the one that decides, an exception too; ``None`` where nothing covers the name.
        orders: those behind it, as they were then, by id.
        image: entry of the image; ``None`` before the first.
        since: since when it was in force, or not, without a break.
        serving: what is known of the resolvers.
        resolvers: each of them.
    """

    name: str
    at: datetime
    in_force: bool | None
    reason: str = ""
    rule: Rule | None = None
    orders: tuple[Order, ...] = ()
    image: int | None = None
    since: datetime | None = None
    serving: Serving = Serving.NOT_RECORDED
    resolvers: tuple[ResolverState, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """A time in which the answer about a name was the same.

    Attributes:
        blocked: whether it was blocked.
        rule: the one that decides; ``None`` where nothing covers the name.
        orders: behind it.
        since: entry of the first image.
        begins: when that was recorded.
        until: entry of the first image of the next period, if there is one.
        ends: when that was recorded.
    """

    blocked: bool
    rule: Rule | None
    orders: tuple[Order, ...]
    since: int
    begins: datetime
    until: int | None
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class _Verdict:
    blocked: bool
    rule: Rule | None
    keys: tuple[int, ...]


class Timeline:
    """One name through all images of a record."""

    def __init__(self, record: RecordFolder, index: sqlite3.Connection, name: str) -> None:
        """Fetch the rules that may decide the name."""
        self._record, self._index, self._name = record, index, name
        self._spans = spans_of(index, _places(name))
        self._known: dict[frozenset[RuleSpan], _Verdict] = {}

    def verdict(self, image: int) -> _Verdict:
        """Return what the image of an entry says."""
        holding = frozenset(span for span in self._spans if span.holds(image))
        found = self._known.get(holding)
        if found is None:
            found = self._known[holding] = self._judge(holding)
        return found

    def orders(self, image: int, verdict: _Verdict) -> tuple[Order, ...]:
        """Return the orders behind a verdict, as they were in an image, without targets, by id."""
        entries = self.entries(image, verdict)
        return tuple(sorted(map(self._record.order_head, entries), key=lambda order: order.id))

    def entries(self, image: int, verdict: _Verdict) -> list[int]:
        """Return the entries of the orders behind a verdict."""
        members = orders_at(self._index, image, verdict.keys)
        several = Counter(key for key, _, _ in members)
        return [
            entry
            for key, entry, deviation in members
            if several[key] == 1 or self._names(entry, deviation, verdict.rule)
        ]

    def _names(self, entry: int, deviation: str, rule: Rule | None) -> bool:
        """Whether an edition gives a rule, of several of one list in an image."""
        found = self._record.deviation(deviation)
        places = found.added if found is not None else ()
        return any(place[0] == rule for place in places) or rule in set(
            rules_in(self._record.rows(entry)[1])
        )

    def periods(self) -> Iterator[Period]:
        """Yield the times of each answer, the first first; from the first image on."""
        firsts = [(verdict, next(images)) for verdict, images in groupby(self._steps, self.verdict)]
        ends = [*(image for _, image in firsts[1:]), None]
        for (verdict, start), end in zip(firsts, ends, strict=False):
            yield self._period(verdict, start, end)

    def since(self, image: int) -> int:
        """Return the first image since which the answer was that of ``image`` without a break."""
        blocked = self.verdict(image).blocked
        first = image
        for step in reversed([step for step in self._steps if step <= image]):
            if self.verdict(step).blocked != blocked:
                break
            first = step
        return first

    def time_of(self, image: int) -> datetime:
        """Return when an image was recorded."""
        (at,) = self._index.execute("SELECT time FROM images WHERE entry = ?", (image,)).fetchone()
        return instant_of(at)

    @cached_property
    def _steps(self) -> list[int]:
        """The first image, and those with which a rule of the name comes or goes."""
        (first,) = self._index.execute("SELECT min(entry) FROM images").fetchone()
        if first is None:
            return []
        changes = {first, *(span.since for span in self._spans)}
        changes |= {span.until for span in self._spans if span.until is not None}
        return sorted(changes)

    def _period(self, verdict: _Verdict, start: int, end: int | None) -> Period:
        return Period(
            verdict.blocked, verdict.rule, self.orders(start, verdict),
            start, self.time_of(start), end, None if end is None else self.time_of(end),
        )  # fmt: skip

    def _judge(self, holding: Iterable[RuleSpan]) -> _Verdict:
        rules: dict[Rule, list[Order]] = {}
        keys: dict[Rule, set[int]] = {}
        for span in holding:
            rules.setdefault(span.rule, []).append(Order(id=f"{span.key:020}"))
            keys.setdefault(span.rule, set()).add(span.key)
        if not rules:
            return _Verdict(blocked=False, rule=None, keys=())
        blocked = Blocklist(image_of_rules(rules))
        match = blocked.lookup(self._name)
        covering = [match] if match is not None else blocked.covering(self._name)
        rule = covering[0].rule if covering else None
        chosen = keys[rule] if rule is not None else set()
        return _Verdict(match is not None, rule, tuple(sorted(chosen)))


def was_blocked(
    record: RecordFolder, index: sqlite3.Connection, name: str, at: datetime, now: datetime
) -> WasBlocked:
    """Say whether a name, a URL or an address was blocked at an instant."""
    if at > now:
        return WasBlocked(name, at, None, "that instant has not come")
    instant = milliseconds_of(at)
    images = images_at(index, instant)
    if not images:
        return WasBlocked(name, at, None, "the record begins later")
    timeline = Timeline(record, index, name)
    verdicts = {timeline.verdict(image).blocked for image in images}
    image = images[-1]
    found = timeline.verdict(image)
    in_force: bool | None = found.blocked
    erased = erased_at(record, index, image)
    reason = erasure_reason(record, erased[0]) if erased else ""
    if len(verdicts) > 1:
        in_force = None
        reason = "the clock was set back, and showed that instant twice, with and without the block"
    elif erased and (not found.blocked or any(entry.data.get("excepts") for entry in erased)):
        in_force = None
    orders = timeline.orders(image, found)
    since = timeline.time_of(timeline.since(image))
    resolvers = _resolvers(record, index, timeline, instant)
    serving = Serving.NOT_KNOWN
    if in_force is not None:
        serving = _serving(found.blocked, resolvers, is_written=was_written(index, instant))
    return WasBlocked(
        name, at, in_force, reason, found.rule, orders, image, since, serving, resolvers
    )


def erased_at(record: RecordFolder, index: sqlite3.Connection, image: int) -> list[LogEntry]:
    """Return the entries by which orders of an image were erased."""
    rows = index.execute(
        "SELECT DISTINCT o.erased FROM members m JOIN orders o USING (entry)"
        " WHERE o.erased IS NOT NULL AND m.since <= ? AND (m.until IS NULL OR m.until > ?)"
        " ORDER BY o.erased",
        (image, image),
    )
    return [record.entry(number) for (number,) in rows]


def erasure_reason(record: RecordFolder, entry: LogEntry) -> str:
    """Say that an order was erased, and on what ground."""
    ground = record.details(entry).get("ground", "")
    on = f" on the ground {ground!r}" if ground else ""
    return (
        f"an order that was in force then was erased on {entry.time.date()}{on}, and what it named "
        "is no longer known"
    )


def _resolvers(
    record: RecordFolder, index: sqlite3.Connection, timeline: Timeline, instant: int
) -> tuple[ResolverState, ...]:
    """Return what each resolver was last seen to serve, and since when without a break."""
    found = []
    for number, output, resolver in resolvers_of(index):
        image = last_look(index, number, instant)
        if image is None:
            continue
        blocked = image >= 0 and timeline.verdict(image).blocked
        entry = last_output(index, output, instant) if blocked else None
        if entry and record.details(record.entry(entry)).get("without_confidential"):
            blocked = not is_hidden(timeline.orders(image, timeline.verdict(image)))
        since = served_since(index, number, instant, timeline.since(image)) if blocked else None
        found.append(
            ResolverState(output, resolver, blocked, None if since is None else instant_of(since))
        )
    return tuple(found)


def _serving(in_force: bool, resolvers: tuple[ResolverState, ...], *, is_written: bool) -> Serving:
    if not resolvers and not is_written:
        return Serving.NOT_RECORDED
    if in_force and not resolvers:
        return Serving.INTRODUCED
    if in_force:
        is_served = all(one.blocked for one in resolvers)
        return Serving.SERVED if is_served else Serving.INTRODUCED
    is_left = any(one.blocked for one in resolvers)
    return Serving.LIFTED if is_left else Serving.NOT_SERVED


def _places(name: str) -> list[str]:
    """Return where the index has the rules that may decide what ``Blocklist.lookup`` is asked."""
    text = refang(name.strip())
    url = split_url(text) if any(mark in text for mark in "/:?#@") else None
    host = text if url is None else url.host
    address = parse_address(text) or parse_address(host)
    if address is not None:
        return [*_prefixes(address), ""]
    return [*_names(host), ""]


def _names(name: str) -> list[str]:
    asked = query_name(name)
    return [asked, *superdomains(asked)] if asked else []


def _prefixes(address: Address) -> list[str]:
    """Return an address, and each prefix that holds it, as rules are written."""
    one = ip_network(address)
    return [str(address), *(str(one.supernet(new_prefix=n)) for n in range(one.max_prefixlen))]
