"""Orders with times, for the tests of reports."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from blocklist import Authority, Order, Penalty, Term, parse_target
from blocklist.model.orders import Source
from blocklist.reports.ordertimes import (
    OrderTimes,
    RecordEntry,
    ReportedOrder,
    ServedTimes,
    ServingGap,
)

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
NOTIFIED = date(2026, 5, 1)
DUE = datetime(2026, 5, 5, 22, tzinfo=UTC)  # the end of 5 May in Rome
CANARY = "zqxcanary"
COURT = Authority("court", "Tribunale di Prova")


def reported(
    *served: timedelta | None, doubts: tuple[str, ...] = (), **fields: Any
) -> ReportedOrder:
    """An order notified on 1 May 2026, and served by outputs so long after its deadline."""
    said: dict[str, Any] = {
        "id": "it:1", "authority": COURT, "jurisdiction": "IT", "issued": date(2026, 4, 30),
        "notified": NOTIFIED, "deadline": Term(4, "day"), "penalty": Penalty(Decimal(10_000)),
        "targets": (parse_target("a.example"), parse_target("http://b.example/film")),
        "source": Source("order.pdf", "ab" * 32), **fields,
    }  # fmt: skip
    outputs = tuple(
        ServedTimes(f"dns{n}", None if span is None else DUE + span)
        for n, span in enumerate(served)
    )
    accepted = datetime(2026, 5, 2, 9, tzinfo=UTC)
    entries = (RecordEntry(accepted, "accepted", f"source courts {CANARY}", "desk"),)
    times = OrderTimes(
        said["id"], "record", accepted, accepted + timedelta(minutes=1), outputs,
        ("d1" * 32, "d2" * 32), entries, doubts,
    )  # fmt: skip
    return ReportedOrder(Order(**said), times)


def with_gap(one: ReportedOrder, start: datetime, end: datetime | None, why: str) -> ReportedOrder:
    """The same, and its first output did not serve it for a while."""
    first, *others = one.times.outputs
    gap = ServingGap(start, end, why)
    served = ServedTimes(first.output, first.first, gaps=(gap,))
    values = {name: getattr(one.times, name) for name in OrderTimes.__slots__}
    return ReportedOrder(one.order, OrderTimes(**{**values, "outputs": (served, *others)}))


def assert_same(whole: OrderTimes, light: OrderTimes) -> None:
    """What is read for many orders is what is read for one, without gaps and entries."""
    assert light.images == whole.images[:1]
    assert (light.accepted, light.in_force, light.doubts) == (
        whole.accepted, whole.in_force, whole.doubts,
    )  # fmt: skip
    assert [(one.output, one.first, one.unchecked, one.counts) for one in light.outputs] == [
        (one.output, one.first, one.unchecked if one.is_unchecked else light.outputs[n].unchecked,
         one.counts)
        for n, one in enumerate(whole.outputs)
    ]  # fmt: skip
