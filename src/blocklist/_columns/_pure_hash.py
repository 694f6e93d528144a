"""The hash of a suffix, written after ``docs/image-format.md``, "The hash"."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from ..image import layout
from ..image.layout import HASH_BLOCK, HASH_SPREAD

U32, U64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF

_BLOCK = struct.Struct("<4Q")


def _shifts(top: int, count: int) -> tuple[int, ...]:
    return tuple(range(top, top - count * layout.PLACE_BITS, -layout.PLACE_BITS))


# Where the places of bits lie in the spread hash, each PLACE wide.
PLACE = (1 << layout.PLACE_BITS) - 1
IN_GATE = _shifts(layout.GATE_PLACES_AT, 2)
IF_PRESENT = _shifts(layout.PRESENT_PLACES_AT, 3)
IF_HEAVY = _shifts(layout.HEAVY_PLACES_AT, 3)


def hash_keys(seed: int) -> list[int]:
    """Return the six keys of a seed."""
    keys = []
    for i in range(1, layout.HASH_KEYS + 1):
        z = (layout.HASH_KEYS * seed + i) * HASH_SPREAD & U64
        z = (z ^ z >> 30) * layout.HASH_MIX_1 & U64
        z = (z ^ z >> 27) * layout.HASH_MIX_2 & U64
        keys.append((z ^ z >> 31) | layout.HASH_KEY_BITS)
    return keys


def hash_suffixes(suffixes: Iterable[bytes], seed: int) -> list[int]:
    """Return the hash of each suffix; one loop, because it runs for every name."""
    k0, k1, k2, k3, start, k5 = hash_keys(seed)
    read, hashes = _BLOCK.unpack_from, []
    for suffix in suffixes:
        padded = suffix.rjust(len(suffix) + HASH_BLOCK - 1 & -HASH_BLOCK, b"\0")
        state = start
        for at in range(len(padded) - HASH_BLOCK, -1, -HASH_BLOCK):
            w0, w1, w2, w3 = read(padded, at)
            a = (w3 ^ k0) * (w2 ^ k1)
            b = (w1 ^ k2) * (w0 ^ k3)
            a = (a >> 64 ^ a & U64 ^ state) * (b >> 64 ^ b & U64 ^ k5)
            state = a >> 64 ^ a & U64
        hashes.append(state)
    return hashes
