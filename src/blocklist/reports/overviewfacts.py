"""OVERVIEW FACTS: what the overview for managers shows, worked out of orders and their times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from statistics import median

from ..answers.disclosure import CONFIDENTIAL, describe, is_own, tellable
from ..answers.orderdates import deadline, ends
from ..model.orders import State
from .ordertimes import ReportedOrder


class Due(StrEnum):
    """How an order stands to its deadline."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    UNKNOWN = "not known"
    NONE = "no deadline"


@dataclass(frozen=True, slots=True)
class OverviewWait:
    """What waits for a person.

    Attributes:
        subject: what it is about.
        text: a sentence.
        command: that settles it; empty if none does.
        is_grave: whether something is not served because of it.
    """

    subject: str
    text: str
    command: str = ""
    is_grave: bool = False


@dataclass(frozen=True, slots=True)
class OverviewHeld:
    """A held edition.

    Attributes:
        source: that brought it.
        since: when it was first held (ISO 8601).
        reasons: sentences.
        dues: how many of its orders have a deadline.
    """

    source: str
    since: str
    reasons: Sequence[str]
    dues: int


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One order as the overview shows it.

    Attributes:
        name: its id, or what stands for it.
        said: authority and numbers.
        state: at the time of the overview.
        received: when it was notified, or else accepted.
        begins: when it began to bind.
        ends: when it no longer binds.
        deadline: the instant by which it must be enforced.
        deadline_said: the same as people say it, or its rule.
        effect: when it was given effect.
        due: how it stands to its deadline.
        days: overdue, as ``status`` counts them.
        amount: of the penalty so far; ``None`` without one by the day.
        currency: of it.
        record_days: overdue if it counts as complied with when it was given effect.
        record_amount: of the penalty then.
        targets: how many it names.
    """

    name: str
    said: str
    state: State
    received: datetime | None
    begins: datetime | None
    ends: datetime | None
    deadline: datetime | None
    deadline_said: str
    effect: datetime | None
    due: Due
    days: int
    amount: Decimal | None
    currency: str
    record_days: int
    record_amount: Decimal | None
    targets: int


@dataclass(frozen=True, slots=True)
class AuthorityTimes:
    """How long the orders of an authority took: the median and the longest, and of how many."""

    authority: str
    median: timedelta
    longest: timedelta
    known: int
    orders: int


@dataclass(frozen=True, slots=True)
class OverviewFacts:
    """All of it.

    Attributes:
        made: the time of the overview.
        rows: orders of authorities, the latest first.
        authorities: times to effect, the slowest first.
        waits: what waits for a person; ``None`` if no desk was asked.
        held: held editions; ``None`` as well.
        doubts: what the record leaves open, with how many orders it is about.
        policies: how many rules of the operator's own policy are left out.
        missing: what the record holds no longer, as sentences.
    """

    made: datetime
    rows: Sequence[OverviewRow]
    authorities: Sequence[AuthorityTimes]
    waits: Sequence[OverviewWait] | None = None
    held: Sequence[OverviewHeld] | None = None
    doubts: Sequence[tuple[str, int]] = field(default=())
    policies: int = 0
    missing: Sequence[str] = ()

    def count(self, due: Due) -> int:
        """Return how many orders stand so to their deadline."""
        return sum(row.due is due for row in self.rows)

    @property
    def penalties(self) -> dict[str, tuple[Decimal, Decimal]]:
        """The penalties so far by currency: as ``status`` counts them, and by the record."""
        found: dict[str, tuple[Decimal, Decimal]] = {}
        for row in self.rows:
            if row.amount:
                stated, recorded = found.get(row.currency, (Decimal(), Decimal()))
                recorded += row.record_amount or Decimal()
                found[row.currency] = (stated + row.amount, recorded)
        return found


def overview_facts(
    reported: Iterable[ReportedOrder],
    now: datetime,
    waits: Sequence[OverviewWait] | None = None,
    held: Sequence[OverviewHeld] | None = None,
    *,
    missing: Sequence[str] = (),
    confidential: bool = False,
) -> OverviewFacts:
    """Work out what the overview shows.

    Args:
        reported: orders with their times.
        now: the time of the overview.
        waits: what waits for a person, by the desk; ``None`` without one.
        held: held editions, by the desk; ``None`` without one.
        missing: what the record holds no longer, as sentences.
        confidential: whether confidential orders are named.
    """
    everything = list(reported)
    these = [one for one in everything if not is_own(one.order)]
    doubts: dict[str, int] = {}
    for one in these:
        for doubt in one.times.doubts:
            doubts[doubt] = doubts.get(doubt, 0) + 1
    rows = [_row(one, now, confidential=confidential) for one in these]
    early = datetime.min.replace(tzinfo=now.tzinfo)
    rows.sort(key=lambda row: row.received or row.begins or early, reverse=True)
    return OverviewFacts(
        now, rows, _authorities(these, confidential=confidential), waits, held,
        sorted(doubts.items(), key=lambda one: -one[1]), len(everything) - len(these), missing,
    )  # fmt: skip


def _row(one: ReportedOrder, now: datetime, *, confidential: bool) -> OverviewRow:
    order = one.order
    told = bool(tellable([order], confidential=confidential))
    done = order if one.effect is None else replace(order, complied=order.complied or one.effect)
    return OverviewRow(
        order.id if told else CONFIDENTIAL,
        describe(order, confidential=confidential) if told else "",
        order.state(now),
        one.received,
        order.begins,
        ends(order),
        order.due,
        deadline(order),
        one.effect,
        due_of(one, now),
        order.days_overdue(now),
        order.penalty_accrued(now),
        order.penalty.currency if order.penalty is not None else "",
        done.days_overdue(now),
        done.penalty_accrued(now),
        len(order.targets),
    )


def due_of(one: ReportedOrder, now: datetime) -> Due:
    """Return how an order stands to its deadline at an instant.

    Past its deadline, an order counts as missed if nothing says that it was met, as for `status`.
    """
    due = one.order.due
    if due is None:
        return Due.UNKNOWN if one.order.deadline is not None else Due.NONE
    end = ends(one.order)
    if end is not None and end <= due and (one.effect is None or one.effect > end):
        return Due.NONE
    if one.effect is not None:
        return Due.MET if one.effect <= due else Due.MISSED
    return Due.OPEN if now < due else Due.MISSED


def _authorities(these: Sequence[ReportedOrder], *, confidential: bool) -> list[AuthorityTimes]:
    spans: dict[str, list[timedelta]] = {}
    orders: dict[str, int] = {}
    for one in these:
        told = tellable([one.order], confidential=confidential)
        name = one.order.authority.name if told else CONFIDENTIAL
        orders[name] = orders.get(name, 0) + 1
        if (span := one.time_to_effect) is not None:
            spans.setdefault(name, []).append(span)
    found = [
        AuthorityTimes(name, _median(known), max(known), len(known), orders[name])
        for name, known in spans.items()
    ]
    return sorted(found, key=lambda one: one.median, reverse=True)


def _median(spans: Sequence[timedelta]) -> timedelta:
    return timedelta(microseconds=median(span // timedelta.resolution for span in spans))
