"""FIELD WARNINGS: what a person should know of an order because of what its fields leave open."""

from __future__ import annotations

from .authorities import OPERATOR_POLICY
from .orders import Order, Term


def field_warnings(order: Order) -> tuple[str, ...]:
    """Return the warnings that follow from the fields of an order, wherever it was written."""
    found = []
    dated = (order.issued, order.notified, order.published, order.effective_from)
    if order.authority != OPERATOR_POLICY and not any(dated):
        found.append("no date of the order is stated: it counts as in force at any time")
    if isinstance(order.deadline, Term) and getattr(order, order.deadline.start) is None:
        found.append(
            f"the deadline is {order.deadline}, and {order.deadline.start} is not stated: it has "
            "no date"
        )
    return tuple(found)
