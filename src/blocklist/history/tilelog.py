"""TILE LOG: reads hashes and entries from tiles, and appends in the order of syncs that is safe.

Who reads says which size the log has, from a checkpoint. What lies beyond that was left by a crash:
it is never read, and the next append removes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from ..errors import HistoryError
from .fileops import SECRET, TEMPORARY, DurableFiles, FileOperations
from .merkle import leaf_hash, root_of
from .tiles import (
    ENTRIES,
    FOLDER,
    HEIGHT,
    MAX_ENTRY,
    WIDTH,
    Tile,
    hash_within,
    join_bundle,
    new_tiles,
    shift_of,
    split_bundle,
    split_hashes,
    tiles_of,
)

CHECKPOINT = "log/checkpoint"
_INTENT = f"{TEMPORARY}/intent"
"""Names the files that are written with entries, until these are committed."""
Seal = Callable[[int, bytes], bytes]
"""Makes the checkpoint of a size and a root."""
_KEPT_TILES = 64


class TileReader:
    """The hashes and entries of a log of a known size.

    Attributes:
        size: how many entries it has.
    """

    def __init__(self, files: FileOperations, size: int) -> None:
        """Take the files and the size that a checkpoint states."""
        self._files = files
        self.size = size
        self._hashes = lru_cache(_KEPT_TILES)(self._read_hashes)
        self._bundle = lru_cache(_KEPT_TILES)(self._read_bundle)

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree: a ``NodeReader``; errors as of ``entry``."""
        height = level % HEIGHT
        first = index << height
        hashes = self._hashes(level // HEIGHT, first // WIDTH)
        chosen = hashes[first % WIDTH : first % WIDTH + (1 << height)]
        if len(chosen) != 1 << height:
            raise IndexError(f"no subtree {index} of level {level}")
        return hash_within(list(chosen))

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first ``size`` entries; all, if it is not said."""
        return root_of(self.node, self.size if size is None else size)

    def entry(self, index: int) -> bytes:
        """Return an entry after comparing its hash with that in the tile.

        Raises:
            IndexError: the log is shorter.
            HistoryError: the file is damaged.
            OSError: it cannot be read.
        """
        if not 0 <= index < self.size:
            raise IndexError(f"no entry {index} among {self.size}")
        return self._bundle(index // WIDTH)[index % WIDTH]

    def read_tile(self, tile: Tile) -> bytes:
        """Return the octets of a tile or bundle, of a full one only as many as it has.

        A partial one may be deleted once it is full.
        """
        try:
            return self._files.read(tile.path)
        except FileNotFoundError:
            if tile.width == WIDTH:
                raise
            octets = self._files.read(tile.whole)
        full = Tile(tile.level, tile.number, WIDTH)
        if tile.level == ENTRIES:
            return join_bundle(split_bundle(octets, full)[: tile.width])
        return b"".join(split_hashes(octets, full)[: tile.width])

    def _read_hashes(self, level: int, number: int) -> tuple[bytes, ...]:
        tile = self._tile(str(level), self.size >> HEIGHT * level, number)
        return tuple(split_hashes(self.read_tile(tile), tile))

    def _read_bundle(self, number: int) -> tuple[bytes, ...]:
        tile = self._tile(ENTRIES, self.size, number)
        entries = split_bundle(self.read_tile(tile), tile)
        if tuple(map(leaf_hash, entries)) != self._hashes(0, number):
            raise HistoryError("an entry is not what its tile says", path=tile.path)
        return tuple(entries)

    def _tile(self, level: str, count: int, number: int) -> Tile:
        if not 0 <= number * WIDTH < count:
            raise IndexError(f"no tile {number} of level {level}")
        return Tile(level, number, min(WIDTH, count - number * WIDTH))


class LogAppender:
    """Adds entries to a log; its caller is the one writer.

    Attributes:
        reader: the log as it is.
    """

    def __init__(self, files: DurableFiles, size: int) -> None:
        """Take a log of a known size, and remove what lies beyond it."""
        self._files = files
        self.reader = TileReader(files.files, size)
        files.remove(_uncommitted(files.files, size))
        files.tidy()
        files.remove(beyond(files.files, size))

    def append(
        self, entries: Sequence[bytes], seal: Seal, others: Mapping[str, bytes] | None = None
    ) -> bytes:
        """Add entries and return their checkpoint, when all is durable.

        Args:
            entries: as they are hashed.
            seal: makes the checkpoint.
            others: new files that the entries point to, by path; secret.

        The checkpoint is made after its tiles are durable, and its rename is the commit: so no two
        roots of one size are ever shown.

        Raises:
            HistoryError: an entry is too long, or what is there is damaged.
            OSError: nothing was added, unless the checkpoint was renamed and not yet synced.
        """
        for entry in entries:
            if len(entry) > MAX_ENTRY:
                raise HistoryError(f"an entry of {len(entry):,} octets; {MAX_ENTRY:,} is the most")
        old = self.reader.size
        size = old + len(entries)
        contents = self._grown(entries, size)
        if others:
            self._files.put(_INTENT, "\n".join([str(old), *others]).encode("ascii"), SECRET)
            self._files.settle()
            self._files.put_all(others, SECRET)
        self._files.put_all(contents)
        self._files.settle()
        grown = TileReader(self._files.files, size)
        checkpoint = seal(size, grown.root())
        self._files.put(CHECKPOINT, checkpoint)
        self._files.settle()
        self.reader = grown
        self._files.remove(_outgrown(self._files.files, old, size))
        if others:
            self._files.remove([_INTENT])
        return checkpoint

    def _grown(self, entries: Sequence[bytes], size: int) -> dict[str, bytes]:
        """Return the octets of each tile and bundle that is new or grows, by path."""
        old = self.reader
        levels = {ENTRIES: list(entries), "0": list(map(leaf_hash, entries))}
        found: dict[str, bytes] = {}
        for level, first, last in new_tiles(old.size, size):
            if level != ENTRIES and level != "0":
                levels[level] = self._above(int(level), levels[str(int(level) - 1)])
            before = (old.size >> shift_of(level)) % WIDTH
            kept = self._kept(Tile(level, first, before)) if before else []
            row = [*kept, *levels[level]]
            for number in range(first, last + 1):
                part = row[(number - first) * WIDTH : (number - first + 1) * WIDTH]
                tile = Tile(level, number, len(part))
                found[tile.path] = join_bundle(part) if level == ENTRIES else b"".join(part)
        return found

    def _above(self, level: int, below: list[bytes]) -> list[bytes]:
        """Return the new hashes of a level, each over a tile below it that is now full."""
        before = self.reader.size >> HEIGHT * (level - 1)
        kept = before % WIDTH
        row = [*(self._kept(Tile(str(level - 1), before // WIDTH, kept)) if kept else []), *below]
        return [hash_within(row[at : at + WIDTH]) for at in range(0, len(row) - WIDTH + 1, WIDTH)]

    def _kept(self, tile: Tile) -> list[bytes]:
        octets = self.reader.read_tile(tile)
        return split_bundle(octets, tile) if tile.level == ENTRIES else split_hashes(octets, tile)


def _uncommitted(files: FileOperations, size: int) -> list[str]:
    """Return the files that were written with entries which were not committed."""
    try:
        old, *paths = files.read(_INTENT).decode("ascii", "replace").split("\n")
    except FileNotFoundError:
        return []
    return paths if old == str(size) else []


def beyond(files: FileOperations, size: int) -> list[str]:
    """Return what lies beyond a log of that size, as a crash leaves it; files, then folders."""
    last = {tile.level: tile for tile in tiles_of(size)}
    found: list[str] = []
    for level in files.names(FOLDER):
        _beyond(files, f"{FOLDER}/{level}", 0, last.get(level, Tile(level, 0, 0)), found)
    return found


def _beyond(files: FileOperations, folder: str, above: int, last: Tile, found: list[str]) -> None:
    """Add what lies beyond the last in a folder whose numbers begin at ``above`` thousand."""
    for name in files.names(folder):
        path = f"{folder}/{name}"
        digits = name.removeprefix("x").removesuffix(".p")
        if not _is_number(digits):
            continue  # not of a log, so it is for a person
        number = above * 1000 + int(digits)
        if name.startswith("x"):
            _beyond(files, path, number, last, found)
        elif not name.endswith(".p"):
            found += [path] if (number, WIDTH) > (last.number, last.width) else []
        elif number >= last.number:
            widths = files.names(path)
            past = [
                width
                for width in widths
                if _is_number(width) and (number, int(width)) > (last.number, last.width)
            ]
            found += (f"{path}/{width}" for width in past)
            found += [path] if past == widths else []


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdecimal()


def _outgrown(files: FileOperations, old: int, size: int) -> list[str]:
    """Return the partial tiles and bundles that full ones replace, with their folders."""
    found: list[str] = []
    for level, first, last in new_tiles(old, size):
        count = size >> shift_of(level)
        # Those before the first were full already; one of them may be left by a crash.
        for number in range(max(first - 1, 0), last + 1):
            if (number + 1) * WIDTH <= count:
                folder = f"{Tile(level, number, WIDTH).whole}.p"
                widths = files.names(folder)
                found += (f"{folder}/{width}" for width in widths)
                found += [folder] if widths else []
    return found
