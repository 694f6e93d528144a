"""Two images compared in Python: the twin of ``walk.h``, with the same results."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import accumulate

from ..errors import NotAnImageError
from ..image.container import Image
from ..image.layout import ALLOW_SHIFT, SECTION_GROUNDS, Octets
from ..image.nametable import decode_names
from ..image.packedgrounds import PackedGrounds

_Rules = list[tuple[int, int, int, str]]


class _Side:
    """One of two images: its names, and the class of the set of orders behind each rule."""

    def __init__(self, octets: Octets, classes: Octets, count: int) -> None:
        image = Image(memoryview(octets), verify=False)
        names, flags = decode_names(image.section)
        grounds, of_sets = PackedGrounds(lambda: image.section(SECTION_GROUNDS)), array("I")
        of_sets.frombytes(bytes(classes))
        self.classes = [of_sets[number] for number in grounds.order_sets()]
        first, *numbers = accumulate(map(int.bit_count, flags), initial=0)
        if (numbers[-1] if numbers else first) > len(self.classes):
            raise ValueError("more rules than grounds")
        self.places = dict(zip(names, zip([first, *numbers], flags, strict=False), strict=True))
        self.counts = [0] * count
        for number, bit, _ in self.rules():
            if bit < 1 << ALLOW_SHIFT:
                self.counts[self.classes[number]] += 1

    def rules(self) -> Iterator[tuple[int, int, str]]:
        """Yield number, bit and name of each rule about a name."""
        for name, (number, flags) in self.places.items():
            left = flags
            while left:
                yield number, left & -left, name
                left &= left - 1
                number += 1

    def find(self, name: str, bit: int) -> int | None:
        """Return the number of a rule, ``None`` if it is not there."""
        number, flags = self.places.get(name, (0, 0))
        return number + (flags & (bit - 1)).bit_count() if flags & bit else None


def compare_names(
    old: Octets, new: Octets, old_classes: Octets, new_classes: Octets, classes: int, /
) -> tuple[_Rules, _Rules, _Rules, list[int], list[int]]:
    """Compare the rules about names of two images, see ``_native``."""
    before, after = _read(old, old_classes, classes, 0), _read(new, new_classes, classes, 1)
    removed: _Rules = []
    changed: _Rules = []
    for number, bit, name in before.rules():
        found = after.find(name, bit)
        if found is None:
            removed.append((number, 0, bit, name))
        elif before.classes[number] != after.classes[found]:
            changed.append((number, found, bit, name))
    added = [
        (0, number, bit, name)
        for number, bit, name in after.rules()
        if before.find(name, bit) is None
    ]
    return removed, added, changed, before.counts, after.counts


def _read(octets: Octets, classes: Octets, count: int, is_new: int) -> _Side:
    try:
        return _Side(octets, classes, count)
    except (ValueError, IndexError, NotAnImageError) as error:
        raise ValueError(str(error), is_new) from error
