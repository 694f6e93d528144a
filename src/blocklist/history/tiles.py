"""TILES: where a log of the C2SP specification tlog-tiles keeps hashes and entries.

A tile holds up to 256 hashes of one level, a bundle up to 256 entries, each after its length in 16
bits. The last of a level is partial, and has its width in its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..errors import HistoryError
from .merkle import HASH_SIZE, node_hash

WIDTH = 256
HEIGHT = 8
MAX_ENTRY = 65_535
ENTRIES = "entries"
FOLDER = "log/tile"


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One tile or bundle.

    Attributes:
        level: ``"0"``, ``"1"``, … or ``ENTRIES``.
        number: within the level.
        width: how many hashes or entries it holds, up to 256.
    """

    level: str
    number: int
    width: int

    @property
    def whole(self) -> str:
        """The path that it has when it is full."""
        digits = f"{self.number:03d}"
        digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        return "/".join([FOLDER, self.level, *(f"x{part}" for part in parts[:-1]), parts[-1]])

    @property
    def path(self) -> str:
        """The path that it has."""
        return self.whole if self.width == WIDTH else f"{self.whole}.p/{self.width}"


def shift_of(level: str) -> int:
    """Return how many bits to shift the size of a log for the number of hashes in a level."""
    return 0 if level == ENTRIES else HEIGHT * int(level)


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield the last tile of each level of a log of ``size`` entries, and the last bundle."""
    if size:
        yield _last(ENTRIES, size)
    level = 0
    while size:
        yield _last(str(level), size)
        size >>= HEIGHT
        level += 1


def every_tile(size: int) -> Iterator[Tile]:
    """Yield all tiles and bundles of a log of ``size`` entries."""
    for last in tiles_of(size):
        for number in range(last.number):
            yield Tile(last.level, number, WIDTH)
        yield last


def new_tiles(old: int, size: int) -> Iterator[tuple[str, int, int]]:
    """Yield level, first and last number of the tiles that change when a log grows."""
    for last in tiles_of(size):
        shift = shift_of(last.level)
        if size >> shift != old >> shift:
            yield last.level, (old >> shift) // WIDTH, last.number


def _last(level: str, count: int) -> Tile:
    return Tile(level, (count - 1) // WIDTH, (count - 1) % WIDTH + 1)


def split_hashes(octets: bytes, tile: Tile) -> list[bytes]:
    """Return the hashes of a tile; ``HistoryError`` if there are more or fewer."""
    if len(octets) != tile.width * HASH_SIZE:
        raise HistoryError(f"has {len(octets)} octets, not {tile.width} hashes", path=tile.path)
    return [octets[at : at + HASH_SIZE] for at in range(0, len(octets), HASH_SIZE)]


def split_bundle(octets: bytes, tile: Tile) -> list[bytes]:
    """Return the entries of a bundle; ``HistoryError`` unless its lengths fit to the last octet."""
    entries, at = [], 0
    while at < len(octets):
        end = at + 2 + int.from_bytes(octets[at : at + 2], "big")
        if at + 2 > len(octets) or end > len(octets):
            raise HistoryError("an entry is cut short", path=tile.path)
        entries.append(octets[at + 2 : end])
        at = end
    if len(entries) != tile.width:
        raise HistoryError(f"has {len(entries)} entries, not {tile.width}", path=tile.path)
    return entries


def join_bundle(entries: Iterable[bytes]) -> bytes:
    """Return the octets of a bundle."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def hash_within(hashes: list[bytes]) -> bytes:
    """Return the hash over a power of two of hashes of a tile."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [node_hash(left, right) for left, right in pairs]
    return hashes[0]
