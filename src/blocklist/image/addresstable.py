"""PREFIXES: the rules about addresses, as they lie in an image, asked for those that hold one.

``docs/image-format.md`` says how. Whatever the octets are, what contradicts itself is an error when
the table is opened or read, and a question ends after a bounded number of steps.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from itertools import accumulate

from ..model.addresses import Address
from .layout import (
    FAMILY,
    INDEX_SIZE,
    IPV4_BITS,
    IPV4_PREFIX,
    IPV6_BITS,
    IPV6_PREFIX,
    MAX_INDEX_BITS,
    PARENT_SIZE,
    PREFIX_ALLOW,
    PREFIX_LENGTH,
    PREFIX_NESTED,
    Octets,
    Record,
)

_U32 = struct.Struct("<I")
_SLOT = struct.Struct("<2I")
_U64_BITS = 64


@dataclass(frozen=True, slots=True)
class _Family:
    """The prefixes of IPv4 or of IPv6: their numbers, and where their parts begin."""

    octets: Octets
    width: int
    record: Record
    count: int
    shared: int
    bits: int
    index: int
    parents: int
    prefixes: int

    def prefix(self, number: int) -> tuple[int, int]:
        """Return where a prefix begins, and its flags."""
        at = self.prefixes + number * self.record.size
        if self.record is IPV4_PREFIX:
            start, flags = self.record.struct.unpack_from(self.octets, at)
            return start, flags
        high, low, flags = self.record.struct.unpack_from(self.octets, at)
        return high << _U64_BITS | low, flags

    def entry(self, start: int, flags: int) -> tuple[str, bool]:
        """Return a prefix as text, and whether it is an exception."""
        length = flags & PREFIX_LENGTH
        if length > self.width or start & (1 << self.width - length) - 1:
            raise ValueError("a prefix has bits behind its length")
        text = str(IPv4Address(start) if self.width == IPV4_BITS else IPv6Address(start))
        return text if length == self.width else f"{text}/{length}", bool(flags & PREFIX_ALLOW)

    def entries(self) -> Iterator[tuple[str, bool]]:
        """Yield all of them, and look whether they are sorted."""
        before = (-1, 0, 0)
        for start, flags in map(self.prefix, range(self.count)):
            here = (start, flags & PREFIX_LENGTH, flags & PREFIX_ALLOW)
            if here <= before:
                raise ValueError("prefixes are out of sequence")
            before = here
            yield self.entry(start, flags)

    def covering(self, value: int) -> Iterator[int]:
        """Yield the numbers of the prefixes that hold an address, the longest first."""
        number = self._before(value) - 1
        for _ in range(2 * self.width + 2):  # no more can lie in each other
            if number < 0:
                return
            start, flags = self.prefix(number)
            length = flags & PREFIX_LENGTH
            if length <= self.width and not (start ^ value) >> (self.width - length):
                yield number
            if not flags & PREFIX_NESTED:
                return
            (parent,) = _U32.unpack_from(self.octets, self.parents + number * PARENT_SIZE)
            number = parent if parent < number else -1

    def _before(self, value: int) -> int:
        """Return how many prefixes begin at an address or before it."""
        low: int
        high: int
        if not self.count or self.prefix(0)[0] > value:
            return 0
        if self.prefix(self.count - 1)[0] <= value:
            return self.count
        slot = (value << self.shared & (1 << self.width) - 1) >> (self.width - self.bits)
        low, high = _SLOT.unpack_from(self.octets, self.index + slot * INDEX_SIZE)
        high = min(high, self.count)
        low = min(low, high)
        while low < high:
            middle = (low + high) // 2
            if self.prefix(middle)[0] <= value:
                low = middle + 1
            else:
                high = middle
        return low


class AddressTable:
    """Rules about addresses, asked for those that hold one; of two alike the exception first."""

    __slots__ = ("_families",)

    def __init__(self, octets: Octets) -> None:
        """Take the section, without reading more than its head.

        Raises:
            ValueError: its parts do not fit together.
        """
        self._families = _families(octets) if len(octets) else ()

    def __len__(self) -> int:
        return sum(family.count for family in self._families)

    def covering(self, address: Address) -> Iterator[int]:
        """Yield the numbers of the rules that hold ``address``, the one that decides first.

        They are counted among the rules about addresses, from 0.
        """
        first = 0
        for family in self._families:
            if family.width == address.max_prefixlen:
                for number in family.covering(int(address)):
                    yield first + number
            first += family.count

    def decides(self, address: Address) -> bool | None:
        """Whether the rule that decides about ``address`` blocks it; ``None``: there is no rule."""
        for family in self._families:
            if family.width == address.max_prefixlen:
                for number in family.covering(int(address)):
                    return not family.prefix(number)[1] & PREFIX_ALLOW
        return None

    def entry(self, number: int) -> tuple[str, bool]:
        """Return the prefix of a rule as text, and whether it is an exception.

        Raises:
            ValueError: its octets are no prefix, or there is no such rule.
        """
        for family in self._families:
            if number < family.count:
                return family.entry(*family.prefix(number))
            number -= family.count
        raise ValueError("there is no rule of this number")

    def entries(self) -> list[tuple[str, bool]]:
        """Return all of them.

        Raises:
            ValueError: they are out of sequence, or one is no prefix.
        """
        return [entry for family in self._families for entry in family.entries()]


def _families(octets: Octets) -> tuple[_Family, ...]:
    """Read the head, and find where the parts begin."""
    kinds = ((IPV4_BITS, IPV4_PREFIX), (IPV6_BITS, IPV6_PREFIX))
    if len(octets) < len(kinds) * FAMILY.size:
        raise ValueError("section addresses is cut short")
    heads = [FAMILY.struct.unpack_from(octets, i * FAMILY.size) for i in range(len(kinds))]
    for (_, shared, bits), (width, _) in zip(heads, kinds, strict=True):
        if bits > MAX_INDEX_BITS or shared >= width or shared + bits > width:
            raise ValueError("section addresses has an index that cannot be")
    sizes = [((1 << bits) + 1) * INDEX_SIZE for _, _, bits in heads]
    sizes += [count * PARENT_SIZE for count, _, _ in heads]
    sizes += [count * record.size for (count, _, _), (_, record) in zip(heads, kinds, strict=True)]
    *starts, end = accumulate(sizes, initial=len(kinds) * FAMILY.size)
    if end != len(octets):
        raise ValueError("section addresses is cut short or too long")
    return tuple(
        _Family(octets, *kind, *head, *starts[i :: len(kinds)])
        for i, (kind, head) in enumerate(zip(kinds, heads, strict=True))
    )
