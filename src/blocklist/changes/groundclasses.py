"""GROUND CLASSES: which orders are behind each rule, those alike in two images as one class."""

from __future__ import annotations

from collections.abc import Sequence

from ..image.container import Image
from ..image.contentdigest import ground_columns


class GroundClasses:
    """The classes of the orders behind the rules of one image."""

    def __init__(self, image: Image, classes: Sequence[int]) -> None:
        """Take the class of each order.

        Raises:
            ValueError: the grounds do not fit together, or are of no order.
        """
        self._starts, self._orders = ground_columns(image.section)
        if max(self._orders, default=-1) >= len(classes):
            raise ValueError("a ground is of no order")
        self._classes = classes
        self._single = [frozenset((class_,)) for class_ in classes]

    def __len__(self) -> int:
        """How many rules there are."""
        return len(self._starts) - 1

    def of(self, number: int) -> frozenset[int]:
        """Return the classes behind the rule of that number."""
        first, last = self._starts[number : number + 2]
        if last - first == 1:
            return self._single[self._orders[first]]
        return frozenset(self._classes[order] for order in self._orders[first:last])
