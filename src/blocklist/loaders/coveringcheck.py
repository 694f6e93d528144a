"""COVERING CHECK: an order that came by mail, and that its mail may take back, is not read."""

from __future__ import annotations

from collections.abc import Sequence

from ..documents import Document
from ..errors import OrderSyntaxError
from ..model.orders import Order
from .italian.coverings import covering_doubt


def refuse_covered(document: Document, orders: Sequence[Order]) -> None:
    """Refuse what would block if the mail that brought it says that it may not.

    Args:
        document: what was read.
        orders: what was read in it.

    Raises:
        OrderSyntaxError: the subject of the mail, or its words around an attachment, say so.
    """
    if not document.covering or not any(order.targets for order in orders):
        return
    said = covering_doubt(document.covering)
    if said:
        raise OrderSyntaxError(
            f"the mail that brings it says {said!r}: look whether it is in force; if so, save it "
            "from the mail, and load that",
            path=document.path,
        )
