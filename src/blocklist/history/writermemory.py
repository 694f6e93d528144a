"""WRITER MEMORY: what a writer that stays recorded last, so that an append costs what changed.

It is used only while the record is as this writer left it. Without it, as in a process that
appends once, all orders are compared with the record by their fingerprints.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..model.orders import Order

Rows = tuple[dict[str, Any], list[str], int]
"""Head, rows, and how many differences lead to them."""
_LEAST_ROWS, _MOST_ROWS = 100, 200_000


class Remembered(NamedTuple):
    """An order as it was recorded.

    Attributes:
        order: that was given.
        is_selected: whether the image had it.
        entry: of its edition.
        deviation: of the image from it.
    """

    order: Order
    is_selected: bool
    entry: int
    deviation: str


@dataclass(slots=True)
class WriterMemory:
    """What is remembered between two appends.

    Attributes:
        size: of the record that it fits.
        options: with which the image was compiled.
    """

    size: int = -1
    options: object = None
    _orders: dict[str, Remembered] = field(default_factory=dict)
    _rows: dict[int, Rows] = field(default_factory=dict)

    def begin(self, size: int) -> None:
        """Forget all if another writer, or an erasure, added to the record."""
        if size != self.size:
            self.clear()

    def compiled_with(self, options: object) -> None:
        """Forget all if the image before was compiled with other options."""
        if options != self.options:
            self.clear()
            self.options = options

    def clear(self) -> None:
        """Forget all."""
        self.size = -1
        self._orders.clear()
        self._rows.clear()

    def order(self, order: Order, *, is_selected: bool) -> Remembered | None:
        """Return what is remembered of an order, if it is the same."""
        found = self._orders.get(order.id)
        if found is None or found.is_selected != is_selected:
            return None
        return found if found.order is order or found.order == order else None

    def rows(self, entry: int) -> Rows | None:
        """Return the rows of an edition."""
        return self._rows.get(entry)

    def keep_rows(self, entry: int, rows: Rows, instead_of: int | None) -> None:
        """Remember the rows of an edition in place of the one before, if they are worth it."""
        self._rows.pop(-1 if instead_of is None else instead_of, None)
        if len(rows[1]) < _LEAST_ROWS:
            return
        if len(rows[1]) + sum(len(one[1]) for one in self._rows.values()) <= _MOST_ROWS:
            self._rows[entry] = rows

    def end(self, size: int, orders: Iterable[Remembered] | None) -> None:
        """Remember the orders of a cycle that was committed; those before if it had none."""
        self.size = size
        if orders is not None:
            self._orders = {one.order.id: one for one in orders}
