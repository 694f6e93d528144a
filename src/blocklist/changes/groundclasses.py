"""GROUND CLASSES: which orders are behind each rule, those alike in two images as one class."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from ..errors import NotAnImageError
from ..image.contents import Contents


class GroundClasses:
    """Numbers the sets of orders of two images, so that sets of the same classes have one number.

    Attributes:
        members: the classes of each number.
    """

    def __init__(self) -> None:
        """Know no set yet."""
        self.members: list[frozenset[int]] = []
        self._numbers: dict[frozenset[int], int] = {}

    def of_sets(self, contents: Contents, classes: Sequence[int]) -> array[int]:
        """Return the number for each set of orders of an image.

        Args:
            contents: of the image.
            classes: the class of each of its orders.

        Raises:
            NotAnImageError: a set is empty, or has a member that is no order.
        """
        found, path = array("I"), contents.image.path
        for orders in contents.sets_of_orders():
            try:
                some = frozenset([classes[order] for order in orders])
            except IndexError as error:
                raise NotAnImageError("a ground is of no order", path=path) from error
            number = self._numbers.setdefault(some, len(self.members))
            if number == len(self.members):
                self.members.append(some)
            found.append(number)
        return found
