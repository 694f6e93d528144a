"""ORDERDATES: since when, until when and by when an order binds, as people say it.

An order's instants are exact. People say the day where one begins or ends with a day.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..model.orders import Moment, Order


def said(moment: Moment) -> str:
    """Return a moment as its source wrote it, without seconds.

    >>> said(datetime.fromisoformat("2022-08-11T09:30:00+02:00"))
    '2022-08-11 09:30+02:00'
    """
    if isinstance(moment, datetime):
        return moment.isoformat(" ", "minutes")
    return moment.isoformat()


def since(order: Order) -> str:
    """Return when an order began or begins to bind; empty if it says nothing of it."""
    return "" if order.begins is None else _first_day(order, order.begins)


def ends(order: Order) -> datetime | None:
    """Return the first instant at which an order no longer binds, revoked or over."""
    instants = []
    if order.revoked is not None:
        instants.append(order.start_of(order.revoked))
    if order.expires is not None:
        instants.append(order.end_of(order.expires))
    return min(instants, default=None)


def until(order: Order) -> str:
    """Return the last day or instant on which an order binds; empty if it has no end."""
    end = ends(order)
    return "" if end is None else _last_day(order, end)


def deadline(order: Order) -> str:
    """Return the last day or instant to enforce an order; empty if it has no deadline.

    A deadline that runs from a date which the order lacks is told as its rule.
    """
    if order.due is None:
        return f"{order.deadline}" if order.deadline else ""
    return _last_day(order, order.due)


def dates(order: Order) -> str:
    """Return all of that in words, as far as the order has it.

    >>> from datetime import date
    >>> dates(Order(id="x", issued=date(2022, 7, 11), expires=date(2023, 1, 31)))
    'since 2022-07-11, until 2023-01-31'
    """
    facts = (("since", since(order)), ("until", until(order)), ("deadline", deadline(order)))
    return ", ".join(f"{word} {fact}" for word, fact in facts if fact)


def _first_day(order: Order, instant: datetime) -> str:
    """Return an instant, or the day if it is the first of one."""
    try:
        local = instant.astimezone(order.zone)
    except OverflowError:  # the first or last day that there is
        return f"{instant.date()}"
    if local.timetz().replace(tzinfo=None) == datetime.min.time():
        return f"{local.date()}"
    return said(local)


def _last_day(order: Order, end: datetime) -> str:
    """Return the instant before which something ends, or the day if it ends with one."""
    try:
        last = (end - timedelta(microseconds=1)).astimezone(order.zone)
        local = end.astimezone(order.zone)
    except OverflowError:  # never
        return f"{end.date()}"
    is_never = end >= datetime.max.replace(tzinfo=UTC)
    return f"{last.date()}" if is_never or last.date() != local.date() else said(local)
