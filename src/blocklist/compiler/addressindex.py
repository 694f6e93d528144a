"""ADDRESS INDEX: prefixes → the section that a look-up of an address reads."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from socket import AF_INET, AF_INET6, inet_pton

from ..image.layout import (
    FAMILY,
    IPV4_BITS,
    IPV4_PREFIX,
    IPV6_BITS,
    IPV6_PREFIX,
    MAX_INDEX_BITS,
    PREFIX_ALLOW,
    PREFIX_NESTED,
    PREFIXES_A_SLOT,
    pack_u32,
)
from ..model.targets import Rule

Prefix = tuple[int, int, bool]
"""Where it begins, its length, and whether it is an exception."""
_LOW_64 = (1 << 64) - 1


def address_rank(rule: Rule) -> tuple[int, int, int, bool]:
    """Sort IPv4 first, then by where a prefix begins; what lies in another after that.

    Of two alike the exception comes last: it decides.
    """
    start, _, length = rule.value.partition("/")
    is_ipv6 = ":" in start
    packed = inet_pton(AF_INET6 if is_ipv6 else AF_INET, start)
    width = IPV6_BITS if is_ipv6 else IPV4_BITS
    return width, int.from_bytes(packed), int(length or width), rule.allow


def encode_addresses(rules: Sequence[Rule]) -> bytes:
    """Return rules about addresses, sorted by ``address_rank``, as a section; empty without any.

    See ``docs/image-format.md``.
    """
    if not rules:
        return b""
    ranks = [address_rank(rule) for rule in rules]
    heads, indexes, parents, prefixes = [], [], [], []
    for width in (IPV4_BITS, IPV6_BITS):
        family = [(start, length, allow) for of, start, length, allow in ranks if of == width]
        starts = [start for start, _, _ in family]
        bits = min((len(family) // PREFIXES_A_SLOT).bit_length(), MAX_INDEX_BITS)
        shared = 0
        if bits:
            shared = min(width - (starts[0] ^ starts[-1]).bit_length(), width - bits)
        above = _parents(family, width)
        heads.append(FAMILY.struct.pack(len(family), shared, bits))
        indexes.append(pack_u32(_index(starts, width, shared, bits)))
        parents.append(pack_u32([max(number, 0) for number in above]))
        prefixes.append(
            b"".join(
                _record(width, start, length | PREFIX_ALLOW * allow | PREFIX_NESTED * (parent >= 0))
                for (start, length, allow), parent in zip(family, above, strict=True)
            )
        )
    return b"".join([*heads, *indexes, *parents, *prefixes])


def _index(starts: Sequence[int], width: int, shared: int, bits: int) -> list[int]:
    """Return how many prefixes begin before each slot, and in all."""
    if not bits:
        return [0, len(starts)]
    base = starts[0] >> width - shared << width - shared
    size = width - shared - bits
    at = 0
    found = []
    for slot in range(1 << bits):
        at = bisect_left(starts, base + (slot << size), at)
        found.append(at)
    return [*found, len(starts)]


def _parents(family: Sequence[Prefix], width: int) -> list[int]:
    """Return for each prefix the number of the longest that holds it, or -1."""
    found, around = [], list[tuple[int, int]]()  # number and end of those that are not over
    for number, (start, length, _) in enumerate(family):
        while around and around[-1][1] <= start:
            around.pop()
        found.append(around[-1][0] if around else -1)
        around.append((number, start + (1 << width - length)))
    return found


def _record(width: int, start: int, flags: int) -> bytes:
    if width == IPV4_BITS:
        return IPV4_PREFIX.struct.pack(start, flags)
    return IPV6_PREFIX.struct.pack(start >> 64, start & _LOW_64, flags)
