"""The pure-Python twin of ``packer.h``: grounds → the section that holds them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from ..image.layout import GROUNDS, GROUNDS_END
from ..image.packedbits import pack_numbers, pack_ranked

if TYPE_CHECKING:
    _Column = bytes | array[int]


def pack_grounds(
    rules: _Column, orders: _Column, lines: _Column, raws: _Column, count: int, /
) -> bytes:
    """Return the section that holds the grounds of ``count`` rules; each has one or more."""
    columns = [memoryview(column).cast("B").cast("I") for column in (rules, orders, lines, raws)]
    grounds = sorted(zip(*columns, strict=False))
    if any(len(column) != len(grounds) for column in columns) or {*columns[0]} != {*range(count)}:
        raise ValueError("columns of grounds do not fit together")
    of_rules = [
        tuple(dict.fromkeys(map(itemgetter(1), some)))
        for _, some in groupby(grounds, itemgetter(0))
    ]
    sets = {orders: number for number, orders in enumerate(sorted(set(of_rules)))}
    members = [order for some in sets for order in some]
    starts = [0]
    for some in sets if len(members) > len(sets) else ():
        starts.append(starts[-1] + len(some))
    texts = [raw for *_, raw in grounds if raw]
    packed = [
        _packed([sets[orders] for orders in of_rules]),
        _packed(starts) if len(members) > len(sets) else (b"", 0),
        _packed(members),
        _packed([line for _, _, line, _ in grounds], least=1),
        _packed(texts),
    ]
    of_sets, set_starts, of_members, of_lines, of_texts = (part for part, _ in packed)
    counts = (count, len(grounds), len(sets), len(members), len(texts))
    return b"".join(
        (
            GROUNDS.struct.pack(*counts, *(bits for _, bits in packed)),
            of_sets, set_starts, of_members,
            _pack_several(grounds) if len(grounds) > count else b"",
            of_lines,
            pack_ranked([bool(raw) for *_, raw in grounds]) if texts else b"",
            of_texts,
            bytes(GROUNDS_END),
        )
    )  # fmt: skip


def _packed(numbers: Sequence[int], least: int = 0) -> tuple[bytes, int]:
    """Return the numbers in as many bits as the largest needs, and how many these are."""
    bits = max(max(numbers, default=0).bit_length(), least)
    return pack_numbers(numbers, bits), bits


def _pack_several(grounds: Sequence[tuple[int, ...]]) -> bytes:
    """Return which grounds are the first of their rule, and which of their order there."""
    before: Sequence[tuple[int, ...]] = [(), *grounds[:-1]]
    firsts = [
        [here[:size] != last[:size] for here, last in zip(grounds, before, strict=True)]
        for size in (1, 2)
    ]
    return pack_ranked(firsts[0]) + pack_numbers(firsts[1], 1)
