"""SHADOWS: orders that are only tried, beside those that are enforced.

Shadow orders never stand in one room with the others: each reader of orders asks here which it
gets, before anything is made of them. So a shadow order replaces, excepts and lifts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from .orders import Order


def enforced(orders: Iterable[Order]) -> list[Order]:
    """Return the orders that are to be enforced, in their sequence."""
    return [order for order in orders if not order.shadow]


def tried(orders: Iterable[Order]) -> list[Order]:
    """Return the shadow orders, in their sequence."""
    return [order for order in orders if order.shadow]
