"""PACKED BITS: numbers in as many bits as the largest needs, and bits that are counted.

What is packed lies bit after bit, the lowest first, and is padded with zero to a multiple of
``PART_ALIGNMENT`` octets.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from .layout import BITS_A_RANK, PART_ALIGNMENT, RANK_SIZE, Octets, pack_u32

_TOGETHER = 8  # so many numbers of n bits are n octets
_WORD = 8
RANK_BITS = 8 * RANK_SIZE


def part_size(count: int, bits: int) -> int:
    """Return how many octets so many numbers of ``bits`` bits take."""
    octets = (count * bits + 7) // 8
    return octets + -octets % PART_ALIGNMENT


def ranked_size(count: int) -> int:
    """Return how many octets so many bits take that are counted."""
    return part_size(count, 1) + part_size(-(-count // BITS_A_RANK), RANK_BITS)


def pack_numbers(numbers: Sequence[int], bits: int) -> bytes:
    """Return the numbers as a part, ``bits`` bits each."""
    packed = bytearray()
    for start in range(0, len(numbers) if bits else 0, _TOGETHER):
        together = 0
        for place, number in enumerate(numbers[start : start + _TOGETHER]):
            together |= number << place * bits
        packed += together.to_bytes(bits, "little")
    return _padded(bytes(packed[: (len(numbers) * bits + 7) // 8]))


def pack_ranked(flags: Sequence[bool]) -> bytes:
    """Return the bits as a part, and how many are set before each run of ``BITS_A_RANK``."""
    ranks, before = [], 0
    for start in range(0, len(flags), BITS_A_RANK):
        ranks.append(before)
        before += sum(flags[start : start + BITS_A_RANK])
    return pack_numbers(flags, 1) + _padded(pack_u32(ranks))


def _padded(part: bytes) -> bytes:
    return part + bytes(-len(part) % PART_ALIGNMENT)


def read_number(octets: Octets, part: int, index: int, bits: int) -> int:
    """Return a number of the part that begins at ``part``."""
    at = index * bits
    start = part + (at >> 3)
    word = int.from_bytes(octets[start : start + _WORD], "little")
    return word >> (at & 7) & ((1 << bits) - 1)


def read_numbers(octets: Octets, part: int, count: int, bits: int) -> array[int]:
    """Return all numbers of the part that begins at ``part``."""
    if not bits:
        return array("I", [0]) * count
    mask, shifts = (1 << bits) - 1, range(0, _TOGETHER * bits, bits)
    numbers = array("I")
    for start in range(part, part + (count * bits + 7) // 8, bits):
        together = int.from_bytes(octets[start : start + bits], "little")
        numbers.extend([together >> shift & mask for shift in shifts])
    del numbers[count:]
    return numbers


def count_before(octets: Octets, part: int, count: int, index: int) -> int | None:
    """Return how many of ``count`` bits are set before one; ``None`` if that one is not."""
    if not read_number(octets, part, index, 1):
        return None
    run = index // BITS_A_RANK
    start = part + run * BITS_A_RANK // 8
    bits = int.from_bytes(octets[start : start + BITS_A_RANK // 8], "little")
    before = bits & ((1 << index % BITS_A_RANK) - 1)
    return read_number(octets, part + part_size(count, 1), run, RANK_BITS) + before.bit_count()


def find_set(octets: Octets, part: int, count: int, number: int) -> int:
    """Return the place of the set bit that ``number`` others stand before; ``count`` if none is."""
    ranks = part + part_size(count, 1)
    low, high = 0, -(-count // BITS_A_RANK)
    while high - low > 1:  # the last run that begins with at most as many
        middle = (low + high) // 2
        if read_number(octets, ranks, middle, RANK_BITS) <= number:
            low = middle
        else:
            high = middle
    left = number - read_number(octets, ranks, low, RANK_BITS) if high else 0
    for start in range(low * BITS_A_RANK, min((low + 1) * BITS_A_RANK, count), 8 * _WORD):
        at = part + start // 8
        word = int.from_bytes(octets[at : at + _WORD], "little")
        ones = word.bit_count()
        if left < ones:
            for _ in range(left):
                word &= word - 1
            return min(start + (word & -word).bit_length() - 1, count)
        left -= ones
    return count
