"""JUDGEMENT: whether what a source brings may take the place of its accepted edition.

Both are compiled alone and compared list by list. Orders that have not begun are taken as begun, so
that what an edition changes is judged when it arrives and not when it begins. Guards also take
suspended orders as binding: nothing judges them when the suspension ends. An order of this room
stands in both, since an image of nothing cannot be compiled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from ..answers.disclosure import conceal, is_hidden
from ..changes.editions import EditionReport, ListChange, check_edition
from ..compiler.pipeline import compile_orders
from ..compiler.watchlists import critical_names, popular_names, rows_of
from ..errors import CompileError, EditionRejectedError
from ..image.container import Image
from ..model.binding import as_begun, as_binding
from ..model.orders import Order, State
from ..model.shadows import enforced
from ..model.targets import Rejected, Rule, parse_target
from ..model.wording import plural
from .monthguard import MonthGuard
from .runsettings import NEWEST, RunSettings, SourceSettings

ANCHOR = Order(id="desk:anchor", targets=(parse_target("=anchor.blocklist.invalid"),))
"""Blocks a name that cannot exist (RFC 2606), in images that are only compared."""
_WATCHED = ("critical", "popular")
_NO_LIMIT = 1 << 62  # protected names are refused and reported; they hold nothing
_ENDED = (State.EXPIRED, State.REVOKED)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be said of a part.

    Attributes:
        reasons: why it is held; empty if it may be accepted.
        permits: targets that a confirmation lets through the guards.
        changes: what it changes, list by list.
        basis: digest of the content of the accepted edition.
    """

    reasons: tuple[str, ...] = ()
    permits: tuple[str, ...] = ()
    changes: tuple[ListChange, ...] = ()
    basis: str = ""

    @property
    def added(self) -> int:
        """How many rules are new."""
        return sum(len(change.added) for change in self.changes)

    @property
    def lifted(self) -> int:
        """How many rules are gone."""
        return sum(len(change.removed) + len(change.lifted) for change in self.changes)


@dataclass
class Guarding:
    """The guards of ``run.toml`` and what was confirmed, as ``compile_orders`` takes them.

    Attributes:
        settings: of the run.
        permits: targets that confirmations let through.
        at: the instant of the cycle.
    """

    settings: RunSettings
    permits: Sequence[str]
    at: datetime

    def compile(
        self,
        orders: Iterable[Order],
        previous: Image | None = None,
        *,
        allow_empty: bool = False,
        shadow: bool = False,
    ) -> Image:
        """Compile; errors as of ``compile_orders``.

        Popular names are held only where ``previous`` says what is new.
        """
        guards = self.settings.guards
        return compile_orders(
            orders,
            at=self.at,
            jurisdiction=self.settings.jurisdiction,
            protect=guards.protect,
            permit=(*guards.permit, *self.permits),
            critical=guards.critical,
            popular=() if previous is None else self.popular,
            hold=guards.popular.hold if guards.popular else 0,
            previous=previous,
            allow_empty=allow_empty,
            shadow=shadow,
        )

    @cached_property
    def month(self) -> MonthGuard:
        """The month of queries that new targets are held against."""
        settings = self.settings
        return MonthGuard(settings.collateral, settings.guards, lambda: self.popular)

    @cached_property
    def popular(self) -> tuple[str, ...]:
        """The names of the popularity list that are held or mentioned."""
        guards = self.settings.guards.popular
        if guards is None:
            return ()
        most = max(guards.hold, guards.mention)
        return tuple(name for _, name in zip(range(most), rows_of(guards.file), strict=False))


def judge(
    source: SourceSettings, new: Sequence[Order], old: Sequence[Order], guarding: Guarding
) -> Judgement:
    """Compare new orders of a source with the accepted ones."""
    before = guarding.compile([ANCHOR, *_comparable(source, old, guarding.at)])
    basis = before.content_digest
    try:
        found, hits = _compared(source, new, before, guarding)
        reach = found
        if any(_is_suspended(order, guarding.at) for order in (*new, *old)):
            bound = [as_binding(order, guarding.at) for order in old]
            other = guarding.compile([ANCHOR, *_comparable(source, bound, guarding.at)])
            bound = [as_binding(order, guarding.at) for order in new]
            reach, hits = _compared(source, bound, other, guarding)
    except CompileError as error:
        return Judgement((_said(str(error.reason), new),), basis=basis)
    reasons = [_said(violation, [*new, *old]) for violation in found.violations]
    reasons += [_said(f"{hit.text!r}: {hit.reason}", new) for hit in hits]
    if source.collateral:
        added = [rule for change in reach.changes for rule in change.added]
        reasons += [_said(said, new) for said in guarding.month.reasons(added)]
    return Judgement(tuple(reasons), tuple(_permits(hits, new, guarding)), found.changes, basis)


def _compared(
    source: SourceSettings, new: Iterable[Order], before: Image, guarding: Guarding
) -> tuple[EditionReport, list[Rejected]]:
    """Return what new orders change, and which of their targets the guards refuse.

    Raises:
        CompileError: they cannot be compiled.
    """
    after = guarding.compile([ANCHOR, *_comparable(source, new, guarding.at)], before)
    try:
        found = check_edition(
            after, before, max_drop=source.max_drop, max_growth=source.max_growth,
            max_protected=_NO_LIMIT, at=guarding.at,
        )  # fmt: skip
    except EditionRejectedError as error:
        found = error.report
    known = {(hit.text, hit.code) for hit in _hits(before)}
    return found, [hit for hit in _hits(after) if (hit.text, hit.code) not in known]


def missing(paths: Iterable[str], old: Sequence[Order], guarding: Guarding) -> Judgement:
    """Return what is to be said of accepted files that are gone; no reasons if all has ended."""
    basis = guarding.compile([ANCHOR, *old]).content_digest
    living = [order for order in enforced(old) if order.state(guarding.at) not in _ENDED]
    if not living:
        return Judgement(basis=basis)
    files = ", ".join(paths)
    reason = (
        f"{files}: no file any more; its accepted edition counts until its "
        f"{plural(len(living), 'order')} {'ends' if len(living) == 1 else 'end'}"
    )
    return Judgement((reason,), basis=basis)


def _comparable(source: SourceSettings, orders: Iterable[Order], at: datetime) -> Iterator[Order]:
    """Yield orders as if those that are to begin had begun.

    A list without serial is known by its source, not by the name of its file.
    """
    for order in orders:
        order = as_begun(order, at)
        if source.editions == NEWEST and not order.series:
            order = replace(order, series=f"source:{source.name}")
        yield order


def _is_suspended(order: Order, at: datetime) -> bool:
    return as_begun(order, at).state(at) is State.SUSPENDED


def _hits(image: Image) -> list[Rejected]:
    report = image.report
    rejected = () if report is None else report.rejected
    return [one for one in rejected if one.code in _WATCHED]


def _said(text: str, orders: Sequence[Order]) -> str:
    """Return a sentence as it may be shown."""
    return conceal(text) if orders and is_hidden(orders) else text


def _permits(hits: Collection[Rejected], new: Iterable[Order], guarding: Guarding) -> list[str]:
    """Return the targets, in order notation, of the orders with hits that the guards hold."""
    if not hits:
        return []
    ids = {hit.order_id for hit in hits}
    rules = {
        Rule(target.kind, target.value)
        for order in new
        if order.id in ids
        for target in order.targets
    }
    guards = guarding.settings.guards
    hold = guards.popular.hold if guards.popular else 0
    watched = (critical_names(guards.critical), popular_names(guarding.popular, hold)[0])
    return sorted({rule.text for names in watched for rule in names.blocked_by(rules)})
