"""DSA TABLE: article 15(1)(a), table 3 "Member State orders" of Regulation (EU) 2024/2835.

The headers are those of published reports. What the regulation leaves open is decided here, and
each decision stands in the columns "Contextual information on …" of the first row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

from ..answers.disclosure import fit, is_hidden, is_own, tellable
from ..errors import ConfigurationError
from ..model.orders import Moment, Order
from ..model.wording import plural
from .dsacategories import MEMBER_STATES, NOT_SPECIFIED, OTHER, category_of, rows_of_categories
from .ordertimes import OrderTimes, ReportedOrder

_ORDERS = "umber of orders to act against illegal content received"
_ITEMS = (
    "umber of specific items of information included in the total number of orders to act against "
    "illegal content"
)
_INFORM = "Median time to inform the authority of the receipt of the order to"
_EFFECT = "Median time to give effect to the order to"
_TIMES = (
    f"{_INFORM} act against illegal content",
    f"{_EFFECT} act against illegal content",
    "Number of orders to provide information",
    f"{_INFORM} provide information",
    f"{_EFFECT} provide information",
)
_CONTEXT = "Contextual information on "
HEADER = (
    "Applicability", "Service", "Reporting period", "Category of illegal content",
    'Description of the sub-category "Other"', "Scope", f"N{_ORDERS}", f"N{_ITEMS}", *_TIMES,
    f"{_CONTEXT}n{_ORDERS}", f"{_CONTEXT}n{_ITEMS}", *(f"{_CONTEXT}{title}" for title in _TIMES),
)  # fmt: skip
"""The twenty columns."""
TOTAL, APPLICABILITY = "TOTAL", "All"
_DAYS = "a day without a time counts from its first instant as received, and until its last as {}"
_HOUR = timedelta(hours=1)
_PERIOD = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)")
_NUMBERS = range(6, 13)
_NUMBER = re.compile(r"|\d+(?:\.\d{1,2})?")


@dataclass(frozen=True, slots=True)
class ReportingPeriod:
    """The days of a report, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, text: str) -> ReportingPeriod:
        """Read a year (``2026``) or two days (``2026-01-01/2026-06-30``).

        Raises:
            ConfigurationError: it is neither.
        """
        found = _PERIOD.fullmatch(text)
        try:
            if re.fullmatch(r"\d{4}", text):
                return cls(date(int(text), 1, 1), date(int(text), 12, 31))
            if found:
                period = cls(date.fromisoformat(found[1]), date.fromisoformat(found[2]))
                if period.first <= period.last:
                    return period
        except ValueError:  # no such day
            pass
        raise ConfigurationError(
            f"--period {text!r} is neither a year such as 2026 nor two days such as "
            "2026-01-01/2026-06-30"
        )

    def __str__(self) -> str:
        return f"{self.first.isoformat()}/{self.last.isoformat()}"

    def holds(self, moment: Moment, order: Order) -> bool:
        """Whether a moment of an order is in it, in the order's time zone."""
        day = moment.astimezone(order.zone).date() if isinstance(moment, datetime) else moment
        return self.first <= day <= self.last


@dataclass
class _Cell:
    """What one row adds up."""

    orders: int = 0
    items: int = 0
    informed: list[timedelta] = field(default_factory=list)
    effect: list[timedelta] = field(default_factory=list)
    others: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class DsaTable:
    """The table.

    Attributes:
        rows: cells as they are written, without the header.
        notes: what a person should know of it; no names of confidential orders.
    """

    rows: list[list[str]]
    notes: list[str]

    def text(self) -> str:
        """Return it as CSV."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerows([HEADER, *self.rows])
        return out.getvalue()


def dsa_table(
    reported: Iterable[ReportedOrder],
    period: ReportingPeriod,
    service: str,
    missing: Sequence[str] = (),
) -> DsaTable:
    """Return the table of the orders that were notified in a period.

    Args:
        reported: orders with their times; all editions that are known of each list.
        period: of the report.
        service: the name of the service.
        missing: what the record holds no longer, as sentences.
    """
    reported = list(reported)
    counted, notes, lost = _counted(reported, period)
    items = _new_items([one.order for one in reported])
    cells: dict[tuple[str, str, str], _Cell] = {}
    for order, times, received in counted:
        category, keyword = category_of(order.category_code, order.category_other)
        rows = [(TOTAL, ""), (category, ""), *([(category, keyword)] if keyword else [])]
        for scope in (TOTAL, order.jurisdiction):
            for row in rows:
                cell = cells.setdefault((scope, *row), _Cell())
                cell.orders += 1
                cell.items += items[id(order)]
                if order.acknowledged is not None:
                    cell.informed.append(_span(order, received, order.end_of(order.acknowledged)))
                effect = ReportedOrder(order, times).effect
                if effect is not None:
                    cell.effect.append(_span(order, received, effect))
                if row[1] == OTHER and tellable([order]):
                    cell.others.add(order.category_other)
    rows_below = [(TOTAL, ""), *rows_of_categories()]
    rows_made = [
        _row(service, period, scope, row, cells.get((scope, *row), _Cell()))
        for scope in (TOTAL, *MEMBER_STATES)
        for row in rows_below
    ]
    rows_made[0][13:17] = _contexts(cells.get((TOTAL, TOTAL, ""), _Cell()), counted, lost, missing)
    return DsaTable(rows_made, notes)


_Counted = tuple[Order, OrderTimes, Moment]


def _counted(
    reported: Iterable[ReportedOrder], period: ReportingPeriod
) -> tuple[list[_Counted], list[str], int]:
    """Return the orders that count, each with the moment at which it was received.

    Then what a person should know, and how many may belong into the table and do not count.
    """
    counted: list[_Counted] = []
    undated = elsewhere = nowhere = secret = 0
    for order, times in reported:
        received = order.notified or times.accepted
        if is_own(order):
            continue
        if received is None:
            undated += 1
        elif period.holds(received, order):
            if not order.jurisdiction:
                nowhere += 1
            elif order.jurisdiction not in MEMBER_STATES:
                elsewhere += 1
            else:
                secret += is_hidden([order])
                counted.append((order, times, received))
    notes = [
        f"{plural(count, 'order')} {text}"
        for count, text in (
            (undated, "not counted: neither notified nor in the record; write notified"),
            (nowhere, "not counted: the country of the authority is not stated (jurisdiction)"),
            (elsewhere, "not counted: of authorities outside the European Union"),
            (secret, "of those counted confidential: small numbers may tell of them"),
        )
        if count
    ]
    return counted, notes, undated + nowhere


def _new_items(orders: Sequence[Order]) -> dict[int, int]:
    """Return for each order how many of its targets the edition before it did not hold."""
    editions: dict[str, list[Order]] = {}
    for order in orders:
        if order.series and order.serial is not None:
            editions.setdefault(order.series, []).append(order)
    found = {id(order): len(order.targets) for order in orders}
    for series in editions.values():
        series.sort(key=lambda order: order.serial or 0)
        for before, order in pairwise(series):
            known = {(target.kind, target.value) for target in before.targets}
            found[id(order)] = sum((t.kind, t.value) not in known for t in order.targets)
    return found


def _span(order: Order, start: Moment, end: datetime) -> timedelta:
    return max(timedelta(), end - order.start_of(start))


def _row(
    service: str, period: ReportingPeriod, scope: str, row: tuple[str, str], cell: _Cell
) -> list[str]:
    category, keyword = row
    numbers = (str(cell.orders), str(cell.items), _hours(cell.informed), _hours(cell.effect))
    others = _plain("; ".join(sorted(filter(None, cell.others))))
    head = [
        APPLICABILITY,
        _plain(service),
        str(period),
        keyword or category,
        others,
        scope,
        *numbers,
    ]
    return [*head, *[""] * (len(HEADER) - len(head))]


def _plain(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    text = fit(text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _hours(spans: Sequence[timedelta]) -> str:
    """Return the median in hours, with at most two decimals; empty without any."""
    if not spans:
        return ""
    return f"{median(span / _HOUR for span in spans):.2f}".rstrip("0").rstrip(".")


def _contexts(
    cell: _Cell, counted: Sequence[_Counted], lost: int, missing: Sequence[str]
) -> list[str]:
    """Return what was decided, for the columns 14 to 17."""
    accepted = sum(order.notified is None for order, _, _ in counted)
    codes = (category_of(order.category_code)[0] for order, _, _ in counted)
    unspecified = sum(category == NOT_SPECIFIED for category in codes)
    stated = sum(
        times.served_everywhere is None and order.complied is not None
        for order, times, _ in counted
    )
    unsure = sum(bool(times.doubts) for _, times, _ in counted)
    return [
        _sentence(
            "Each legal act counts as one order, and so does each edition of a cumulative list",
            "counted are orders of authorities of Member States that were notified in the period",
            f"{accepted:,} without that date count from when they were recorded" * bool(accepted),
            f"{unspecified:,} without a category of the regulation" * bool(unspecified),
            f"{lost:,} without a day or a country are not counted" * bool(lost),
            *missing,
        ),
        _sentence(
            "Names, URLs, addresses and patterns that an order names",
            "of an edition of a cumulative list only those that the edition before it, if it is "
            "known, did not hold",
        ),
        _sentence(
            f"In hours; known of {len(cell.informed):,} of {plural(cell.orders, 'order')}",
            _DAYS.format("acknowledged"),
        ),
        _sentence(
            "In hours, from notification until the last resolver or proxy that is checked was "
            "seen to serve the order",
            "effect before notification counts as 0",
            f"known of {len(cell.effect):,} of {plural(cell.orders, 'order')}",
            f"of {stated:,} by the provider's own statement" * bool(stated),
            f"of {unsure:,} the record leaves something open" * bool(unsure),
            _DAYS.format("complied with"),
        ),
    ]


def _sentence(*parts: str) -> str:
    return f"{'; '.join(filter(None, parts))}."


def check_table(text: str) -> Iterator[str]:
    """Yield what is wrong with a written table: header, width, periods, scopes, numbers.

    Published ones had ``2025-12/31`` for a period, and ``TOTAL`` in a column of numbers.
    """
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows or tuple(rows[0]) != HEADER:
        yield "line 1: not the header of table 3"
        return
    wanted = {TOTAL, *(keyword or category for category, keyword in rows_of_categories())}
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(HEADER):
            yield f"line {number}: {len(row)} columns, not {len(HEADER)}"
            continue
        try:
            ReportingPeriod.of(row[2])
        except ConfigurationError:
            yield f"line {number}: {row[2]!r} is not a period"
        if not _PERIOD.fullmatch(row[2]):
            yield f"line {number}: {row[2]!r} is not two days"
        if row[3] not in wanted:
            yield f"line {number}: {row[3]!r} is not a category"
        if row[5] not in (TOTAL, *MEMBER_STATES):
            yield f"line {number}: {row[5]!r} is not a scope"
        for column in _NUMBERS:
            if not _NUMBER.fullmatch(row[column]):
                yield f"line {number}: {row[column]!r} is not a number: {HEADER[column]}"
