"""BINDING: orders as they are once they bind, for what judges them before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from .orders import Order, State

_BEFORE = timedelta(seconds=1)


def as_begun(order: Order, at: datetime) -> Order:
    """Return an order as if it had begun at an instant; errors as of ``Order.state``."""
    if order.state(at) is State.PENDING:
        return replace(order, effective_from=at - _BEFORE)
    return order


def as_binding(order: Order, at: datetime) -> Order:
    """Return an order as if it had begun and were not suspended; one that has ended stays so."""
    order = as_begun(order, at)
    return replace(order, suspended=()) if order.state(at) is State.SUSPENDED else order
