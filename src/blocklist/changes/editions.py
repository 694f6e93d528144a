"""EDITIONS: a new image against the last accepted one, list by list, before it takes its place.

Lists are snapshots: what is no longer in the file is no longer ordered. So a download that was cut
short lifts most blocks, an old file brings withdrawn ones back, and neither looks wrong by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..errors import EditionRejectedError
from ..image.contents import Contents, ImageSource, contents_of, refuse_other_kind
from ..model.kinship import Kinship
from ..model.orders import Order, State, utc
from ..model.report import MAX_DROP, Report, shrank
from ..model.targets import Rule
from ..model.wording import plural
from .comparison import compare
from .editionkeys import is_of_list, stem

MAX_GROWTH = 1.0
"""How much of its size a list may grow by between editions: here it may double."""
GRACE = 100
"""By so many targets any list may grow: half of a short one may well come in one day."""
_REPLACED = "superseded by"
_ENDED = (State.EXPIRED.value, State.REVOKED.value, State.SUSPENDED.value, _REPLACED)


@dataclass(frozen=True, slots=True)
class ListChange:
    """What a new edition changes in one list: a series, the file of a list, or a single order.

    Attributes:
        name: the series, the id of the order, or that of the file without its checksum; for a
            register of many orders, the file.
        serials: of the old edition and the new one, where both have one.
        before: how many rules it gave.
        added: rules that are new.
        removed: rules that are gone without a stated reason.
        lifted: rules that are gone because all their orders were revoked, suspended or superseded,
            or have expired.
    """

    name: str
    serials: tuple[int, int] | None
    before: int
    added: tuple[Rule, ...] = field(repr=False)
    removed: tuple[Rule, ...] = field(repr=False)
    lifted: tuple[Rule, ...] = field(repr=False)

    def __str__(self) -> str:
        issues = " {} → {}".format(*self.serials) if self.serials else ""
        lifted = f", {len(self.lifted):,} lifted" if self.lifted else ""
        counts = f"{len(self.added):,} added, {len(self.removed):,} removed{lifted}"
        return f"{self.name}{issues}: {counts}"


@dataclass(frozen=True, slots=True)
class EditionReport:
    """What ``check_edition`` found.

    Attributes:
        changes: the lists that differ, by name.
        violations: a sentence for each limit that is broken.
    """

    changes: tuple[ListChange, ...]
    violations: tuple[str, ...]


def check_edition(
    new: ImageSource,
    previous: ImageSource,
    *,
    max_drop: float = MAX_DROP,
    max_growth: float = MAX_GROWTH,
    min_targets: int = 1,
    max_protected: int = 0,
    at: datetime | None = None,
) -> EditionReport:
    """Compare a fresh image with the last accepted one, before it is saved in its place.

    The editions of one list are known by their series, else by their format and file name. A single
    order is known by its id, and may only be gone when it was revoked, suspended or superseded, or
    has expired.

    Args:
        new: the image that ``compile_orders`` returned; its report says what was refused.
        previous: the image that serves now, or its path.
        max_drop: the part of a list that may vanish.
        max_growth: the part of its size that a list may grow by; the first hundred are free.
        min_targets: what a list that is still there names at least.
        max_protected: how many targets under protected names lists with new content may hold. They
            are never blocked, but a list that holds one is to be looked at.
        at: the instant for which ``new`` was compiled, if not now.

    Returns:
        What changes, list by list.

    Raises:
        EditionRejectedError: a limit is broken, a serial goes back or comes twice with other
            content, or an order is missing; its ``report`` has it all.
        ImageError: a file is no image, or one of shadow orders and the other not; ``OSError``
            passes through.
    """
    after, before = contents_of(new), contents_of(previous)
    refuse_other_kind(before, shadow=after.is_shadow)
    report = after.image.report or Report()
    ended = _ended(
        before.orders, after.orders, report, datetime.now(UTC) if at is None else utc(at)
    )
    changes: list[ListChange] = []
    violations: list[str] = []
    for listed in _lists(before, after, ended):
        change = listed.change()
        if change.added or change.removed or change.lifted or change.serials:
            changes.append(change)
        violations += listed.faults(change)
        if change.removed and _is_tried(listed.orders, report.shadow):
            lost = plural(len(change.removed), "block")
            violations.append(f"{change.name} is a shadow order now, which would lift {lost}")
            continue
        violations += _over_limits(listed, change, max_drop, max_growth, min_targets)
    violations += _protected(before.orders, after.orders, report, max_protected)
    found = EditionReport(tuple(changes), tuple(violations))
    if violations:
        first, *more = violations
        rest = f"; and {len(more)} more: {'; '.join(more)}" if more else ""
        raise EditionRejectedError(f"the new edition is rejected: {first}{rest}", report=found)
    return found


@dataclass
class _List:
    """The orders of one list in both images, how many rules they give, and what differs."""

    orders: tuple[list[Order], list[Order]] = field(default_factory=lambda: ([], []))
    counts: tuple[int, int] = (0, 0)
    added: list[Rule] = field(default_factory=list)
    removed: list[Rule] = field(default_factory=list)
    lifted: list[Rule] = field(default_factory=list)

    @property
    def name(self) -> str:
        orders = self.orders[1] or self.orders[0]
        stems = {_stem(order) for order in orders}
        return stems.pop() if len(stems) == 1 else orders[0].source.path or min(stems)

    def change(self) -> ListChange:
        return ListChange(
            self.name,
            next(((old, new) for _, old, new in self._serials() if old != new), None),
            self.counts[0],
            added=tuple(sorted(self.added)),
            removed=tuple(sorted(self.removed)),
            lifted=tuple(sorted(self.lifted)),
        )

    def faults(self, change: ListChange) -> Iterator[str]:
        """Yield what is wrong with the serials, which no limit can allow."""
        old_series = {order.series for order in self.orders[0]} - {""}
        if old_series and self.orders[1] and old_series.isdisjoint(map(_stem, self.orders[1])):
            yield f"{min(old_series)}: the new edition is not an issue of this list; check its file"
        contents = [{order.source.sha256 for order in orders} for orders in self.orders]
        for series, old, new in self._serials():
            if new < old:
                yield f"{series}: issue {new} is older than {old}, the last accepted issue"
            elif new == old and contents[0] != contents[1] and (change.added or change.removed):
                yield (
                    f"{series}: issue {new} came again with other content ({len(change.added):,} "
                    f"added, {len(change.removed):,} removed); ask the authority which one is valid"
                )

    def _serials(self) -> Iterator[tuple[str, int, int]]:
        """Yield each series of both images with its highest serial in either."""
        old, new = ({o.series: o.serial for o in orders if o.series} for orders in self.orders)
        for series in sorted(old.keys() & new.keys()):
            before, after = old[series], new[series]
            if before is not None and after is not None:
                yield series, before, after


def _lists(before: Contents, after: Contents, ended: set[str]) -> list[_List]:
    """Return what both images hold, list by list."""
    images = (before, after)
    leader = _kinship(order for contents in images for order in contents.orders).leader
    keys = [[leader(_keys(order)[0]) for order in contents.orders] for contents in images]
    lists: dict[str, _List] = {}
    for side, contents in enumerate(images):
        for key, order in zip(keys[side], contents.orders, strict=True):
            lists.setdefault(key, _List()).orders[side].append(order)
    found = compare(before, after, *keys)
    for key, listed in lists.items():
        listed.counts = found.counts[key]
    orders_of = [contents.sets_of_orders() for contents in images]
    takers: dict[tuple[int, int], list[list[Rule]]] = {}
    for compared in (*found.added, *found.removed, *found.changed):
        if not compared.rule.allow:
            stand = (
                -1 if compared.old is None else before.order_set(compared.old),
                -1 if compared.new is None else after.order_set(compared.new),
            )
            if stand not in takers:  # few orders stand together
                numbers = [() if at < 0 else orders_of[side][at] for side, at in enumerate(stand)]
                is_lifted = ended.issuperset(before.orders[order].id for order in numbers[0])
                old, new = ({keys[side][order] for order in numbers[side]} for side in (0, 1))
                takers[stand] = [
                    *(lists[key].lifted if is_lifted else lists[key].removed for key in old - new),
                    *(lists[key].added for key in new - old),
                ]
            for rules in takers[stand]:
                rules.append(compared.rule)
    kept = (listed for listed in lists.values() if any(listed.counts))
    return sorted(kept, key=lambda listed: listed.name)


def _kinship(orders: Iterable[Order]) -> Kinship:
    """Return the lists that orders are of: those that share a key are of one."""
    kinship = Kinship()
    for order in orders:
        kinship.join(*_keys(order))
    return kinship


def _keys(order: Order) -> list[str]:
    """Return what tells that two orders are of one list.

    An order of a list has an id that its next edition has not, so its series or file counts.
    """
    source, path = order.source, order.source.path
    is_listed = is_of_list(order.id, order.series, source.sha256, order.instrument)
    # Octets without a name are all called alike.
    named = [f"file {path}"] if is_listed and path and not path.startswith("<") else []
    return [_stem(order), *named]


def _stem(order: Order) -> str:
    return stem(order.id, order.series, order.source.sha256)


def _ended(
    orders: Iterable[Order], after: Iterable[Order], report: Report, at: datetime
) -> set[str]:
    """Return the ids of orders of the previous image that no longer bind, as a source says.

    An issue that gives way to a newer one of its series has not ended: what the newer one no
    longer names is gone from the list, also if both stand in one folder.
    """
    ended = {id_ for id_, reason in report.skipped if reason.startswith(_ENDED)}
    superseded = {id_ for id_, reason in report.skipped if reason.startswith(_REPLACED)}
    explicit = {id_ for order in after for id_ in order.supersedes}
    series = {order.series for order in after if order.series}
    replaced = {
        order.id
        for order in orders
        if order.series in series
        and order.id not in explicit
        and order.state(at) not in _ENDED
        and order.id in superseded
    }
    # The file of such an order may be gone as well.
    return (ended - replaced) | {order.id for order in orders if order.state(at) in _ENDED}


def _is_tried(orders: tuple[list[Order], list[Order]], shadow: Iterable[str]) -> bool:
    """Whether a list is gone because all its orders are shadow orders now."""
    return not orders[1] and {order.id for order in orders[0]} <= {*shadow}


def _over_limits(
    listed: _List, change: ListChange, max_drop: float, max_growth: float, min_targets: int
) -> Iterator[str]:
    before, after = listed.counts
    removed, added = len(change.removed), len(change.added)
    if not before or (change.lifted and not removed):
        return
    if not listed.orders[1]:
        yield (
            f"{change.name} is missing, which would lift {plural(removed, 'block')}; add its "
            "source again, or record in it when the order was revoked"
        )
        return
    if after < min_targets:
        yield f"{change.name} has {plural(after, 'target')}, fewer than {min_targets:,}"
    if shrank(before, before - removed, max_drop):
        yield (
            f"{change.name} lost {removed:,} of {plural(before, 'target')} "
            f"({removed / before:.1%}, the limit is {max_drop:.1%}); is the source complete?"
        )
    if added > GRACE and added > max_growth * before:
        yield (
            f"{change.name} gained {plural(added, 'target')}, having had {before:,} "
            f"({added / before:.1%}, the limit is {max_growth:.1%}); is it another list?"
        )


def _protected(
    before: Iterable[Order], after: Iterable[Order], report: Report, limit: int
) -> Iterator[str]:
    """Yield that lists with new content name what the operator protects."""
    seen = {order.source.sha256 for order in before}
    known = {order.id for order in after if order.source.sha256 in seen}
    hits = [
        refused
        for refused in report.rejected
        if refused.code == "protected" and refused.order_id not in known
    ]
    if len(hits) > max(limit, 0):
        first = hits[0]
        yield (
            f"{plural(len(hits), 'target')} under protected names (the limit is {limit:,}), such "
            f"as {first.text!r} in {first.order_id}; they are not blocked, but check the list"
        )
