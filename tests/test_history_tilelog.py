"""The log: hashes, proofs, tiles, and what a loss of power may do to it."""

from __future__ import annotations

import hashlib
import random
from itertools import pairwise
from pathlib import Path

import pytest
from scale import size
from tile_disk import LossyDisk, Node

from blocklist import HistoryError
from blocklist.history.fileops import DiskFiles, DurableFiles
from blocklist.history.merkle import (
    EMPTY_ROOT,
    consistency_path,
    inclusion_path,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
    tree_in_memory,
)
from blocklist.history.tilelog import CHECKPOINT, LogAppender, TileReader, beyond
from blocklist.history.tiles import ENTRIES, Tile, every_tile, join_bundle, split_bundle

pytestmark = pytest.mark.no_core

# The tree of the reference implementation of RFC 6962 (merkletree tests): leaves and roots.
LEAVES = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def seal(size: int, root: bytes) -> bytes:
    return f"{size} {root.hex()}".encode()


def sealed(octets: bytes) -> tuple[int, bytes]:
    count, root = octets.decode().split(" ")
    return int(count), bytes.fromhex(root)


def entries_of(begin: int, end: int) -> list[bytes]:
    return [f"entry {number}".encode() * (number % 3 + 1) for number in range(begin, end)]


def entries_in(reader: TileReader) -> list[bytes]:
    return list(map(reader.entry, range(reader.size)))


class TestTree:
    def test_the_roots_are_those_of_the_reference(self) -> None:
        leaves = [bytes.fromhex(leaf) for leaf in LEAVES]
        nodes = tree_in_memory(list(map(leaf_hash, leaves)))
        for count, root in enumerate(ROOTS, 1):
            assert root_of(nodes, count).hex() == root == naive_root(leaves[:count]).hex()
        assert root_of(nodes, 0) == EMPTY_ROOT == naive_root([])

    def test_each_proof_holds_and_no_other(self) -> None:
        leaves = [leaf_hash(bytes([n])) for n in range(size(70, 20))]
        nodes = tree_in_memory(leaves)
        for count in range(1, len(leaves) + 1):
            root = root_of(nodes, count)
            for index in range(count):
                path = inclusion_path(nodes, index, count)
                assert is_included(leaves[index], index, count, path, root)
                assert not is_included(leaves[index - 1], index, count, path, root) or count == 1
                assert not is_included(leaves[index], index, count, [*path, root], root)
                assert not path or not is_included(leaves[index], index, count, path[:-1], root)
                wrong = [n for n in range(count) if n != index]
                assert not any(is_included(leaves[index], n, count, path, root) for n in wrong)
            for old in range(1, count + 1):
                path = consistency_path(nodes, old, count)
                before = root_of(nodes, old)
                assert is_consistent(old, count, before, root, path)
                assert not is_consistent(old, count, root, before, path) or old == count
                if path:
                    assert not is_consistent(old, count, before, root, path[:-1])
                    turned = [path[0][:-1] + bytes([path[0][-1] ^ 1]), *path[1:]]
                    assert not is_consistent(old, count, before, root, turned)

    def test_there_is_no_proof_of_what_is_not_there(self) -> None:
        nodes = tree_in_memory([leaf_hash(b"")])
        for index, count in ((1, 1), (-1, 1), (0, 0)):
            with pytest.raises(IndexError):
                inclusion_path(nodes, index, count)
        for old in (0, 2):
            with pytest.raises(IndexError):
                consistency_path(nodes, old, 1)


class TestTiles:
    @pytest.mark.parametrize(
        ("number", "width", "path"),
        [
            (0, 256, "log/tile/0/000"),
            (7, 3, "log/tile/0/007.p/3"),
            (1000, 256, "log/tile/0/x001/000"),
            (1234067, 1, "log/tile/0/x001/x234/067.p/1"),
        ],
    )
    def test_paths_are_those_of_the_specification(self, number: int, width: int, path: str) -> None:
        assert Tile("0", number, width).path == path

    def test_a_log_of_70000_has_the_tiles_of_the_specification(self) -> None:
        found = [(tile.level, tile.number, tile.width) for tile in every_tile(70_000)]
        assert [one for one in found if one[2] < 256] == [
            ("entries", 273, 112), ("0", 273, 112), ("1", 1, 17), ("2", 0, 1),
        ]  # fmt: skip
        assert sum(level == "0" for level, *_ in found) == 274

    def test_a_log_grows_to_the_same_roots_as_the_tree(self, tmp_path: Path) -> None:
        """Each step begins and ends anywhere, within a tile or not."""
        draw = random.Random(17)
        steps = [0, *sorted(draw.sample(range(1, 1500), size(40, 12))), 1500]
        want = entries_of(0, 1500)
        nodes = tree_in_memory(list(map(leaf_hash, want)))
        disk = DiskFiles(tmp_path)
        durable = DurableFiles(disk)
        for begin, end in pairwise(steps):
            appender = LogAppender(durable, begin)
            octets = appender.append(want[begin:end], seal)
            assert sealed(octets) == (end, root_of(nodes, end))
            assert disk.read(CHECKPOINT) == octets
            reader = TileReader(disk, end)
            assert list(map(reader.entry, range(begin, end))) == want[begin:end]
            assert reader.root(begin) == root_of(nodes, begin)
            assert is_included(
                leaf_hash(want[begin]), begin, end,
                inclusion_path(reader.node, begin, end), reader.root(),
            )  # fmt: skip
        files = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
        full = {tile.path for tile in every_tile(1500)} | {CHECKPOINT}
        assert full <= files
        # Partial ones of the last tile stay, those that are full now are gone.
        assert {path.rpartition("/")[0] for path in files - full} <= {
            tile.path.rpartition("/")[0] for tile in every_tile(1500)
        }

    def test_a_partial_tile_that_is_gone_is_read_from_the_full_one(self, tmp_path: Path) -> None:
        durable = DurableFiles(DiskFiles(tmp_path))
        LogAppender(durable, 0).append(entries_of(0, 100), seal)
        LogAppender(durable, 100).append(entries_of(100, 300), seal)
        assert not (tmp_path / "log/tile/0/000.p").exists()
        old = TileReader(DiskFiles(tmp_path), 100)
        assert entries_in(old) == entries_of(0, 100)
        assert old.root() == naive_root(entries_of(0, 100))

    def test_a_damaged_bundle_or_tile_is_refused(self, tmp_path: Path) -> None:
        LogAppender(DurableFiles(DiskFiles(tmp_path)), 0).append(entries_of(0, 5), seal)
        for name in ("log/tile/entries/000.p/5", "log/tile/0/000.p/5"):
            file = tmp_path / name
            whole = file.read_bytes()
            for at in range(0, len(whole), size(1, 7)):
                file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
                with pytest.raises(HistoryError, match="000"):
                    entries_in(TileReader(DiskFiles(tmp_path), 5))
            file.write_bytes(whole[:-1])
            with pytest.raises(HistoryError, match=r"cut short|octets"):
                entries_in(TileReader(DiskFiles(tmp_path), 5))
            file.write_bytes(whole)

    def test_a_bundle_is_read_to_its_last_octet(self) -> None:
        tile = Tile(ENTRIES, 0, 2)
        octets = join_bundle([b"a", b"bc"])
        assert split_bundle(octets, tile) == [b"a", b"bc"]
        for wrong in (octets[:-1], octets + b"\0", octets + b"\0\0", octets[:1], b"\xff" + octets):
            with pytest.raises(HistoryError):
                split_bundle(wrong, tile)

    def test_an_entry_that_no_bundle_can_hold_is_refused(self, tmp_path: Path) -> None:
        appender = LogAppender(DurableFiles(DiskFiles(tmp_path)), 0)
        with pytest.raises(HistoryError, match="65,536"):
            appender.append([bytes(65_536)], seal)
        appender.append([bytes(65_535)], seal)
        assert appender.reader.entry(0) == bytes(65_535)


class TestCrash:
    def test_what_a_crash_left_beyond_the_checkpoint_is_removed(self, tmp_path: Path) -> None:
        disk = DiskFiles(tmp_path)

        def fail(size: int, root: bytes) -> bytes:
            raise KeyboardInterrupt

        want = entries_of(0, 250)
        kept, lost = {"objects/a/kept": b"1"}, {"objects/b/lost": b"2"}
        LogAppender(DurableFiles(disk), 0).append(want, seal, kept)
        with pytest.raises(KeyboardInterrupt):
            LogAppender(DurableFiles(disk), 250).append(entries_of(1000, 1600), fail, lost)
        left = beyond(disk, 250)
        assert {"log/tile/0/000", "log/tile/1", "log/tile/entries/003.p/82"} & set(left)
        (tmp_path / "tmp" / "7-1").write_bytes(b"")
        assert entries_in(TileReader(disk, 250)) == want
        appender = LogAppender(DurableFiles(disk), 250)
        assert beyond(disk, 250) == []
        assert disk.names("tmp") == []
        assert (disk.names("objects/a"), disk.names("objects/b")) == (["kept"], [])
        appender.append([b"x"], seal)
        assert appender.reader.root() == naive_root([*want, b"x"])


def object_of(entry: bytes) -> tuple[str, bytes]:
    """A file that an entry points to, which is written with it."""
    name = hashlib.sha256(entry).hexdigest()
    return f"objects/{name[:1]}/{name[1:9]}", b"object of " + entry


def lose_power(
    skipped: frozenset[str], draw: random.Random, again: bool
) -> tuple[list[bytes], int, LossyDisk]:
    """Append in steps, be killed at a step of the disk, perhaps append again, and lose power.

    Return all entries, how many were acknowledged, and the disk that is left.
    """

    class Killed(BaseException):
        pass

    class Killing(LossyDisk):
        left = draw.randrange(10, 3_000)

        def _set(self, folder: Node, name: str, node: Node | None) -> None:
            self._step()
            super()._set(folder, name, node)

        def sync_file(self, path: str) -> None:
            self._step()
            super().sync_file(path)

        def sync_folder(self, path: str) -> None:
            self._step()
            super().sync_folder(path)

        def _step(self) -> None:
            Killing.left -= 1
            if Killing.left < 0:
                raise Killed

    disk = Killing(skipped)
    written: list[bytes] = []
    acknowledged, size_now = 0, 0
    for _ in range(2 if again else 1):
        try:
            durable = DurableFiles(disk)
            appender = LogAppender(durable, size_now)
            while True:
                more = entries_of(len(written), len(written) + draw.randrange(1, 60))
                written = written[: appender.reader.size] + more
                objects = dict(map(object_of, more))
                acknowledged = sealed(appender.append(more, seal, objects))[0]
        except Killed:
            Killing.left = draw.randrange(5, 700)
            try:  # the next process reads what is there
                size_now = sealed(disk.read(CHECKPOINT))[0]
            except FileNotFoundError:
                size_now = 0
            written = written[:size_now] if again and size_now < len(written) else written
    return written, acknowledged, disk.after_loss(draw)


def verdict(written: list[bytes], acknowledged: int, disk: LossyDisk) -> str:
    """Say what a reader finds after the loss of power."""
    try:
        count, root = sealed(disk.read(CHECKPOINT))
    except FileNotFoundError:
        return "lost" if acknowledged else "good"
    except ValueError:
        return "damaged"
    try:
        reader = TileReader(disk, count)
        entries = entries_in(reader)
        if reader.root() != root:
            return "damaged"
    except (HistoryError, OSError):
        return "damaged"
    if entries != written[:count]:
        return "damaged"
    for path, octets in map(object_of, entries):
        try:
            if disk.read(path) != octets:
                return "damaged"
        except FileNotFoundError:
            return "damaged"
    return "good" if count >= acknowledged else "lost"


@pytest.mark.parametrize("again", [False, True])
def test_a_loss_of_power_at_any_instant_loses_nothing(again: bool) -> None:
    found = [
        verdict(*lose_power(frozenset(), random.Random(state), again))
        for state in range(size(5_000, 40))
    ]
    assert set(found) == {"good"}


@pytest.mark.parametrize("skipped", ["file", "folder", "new-folder"])
def test_a_sync_that_is_left_out_is_found(skipped: str) -> None:
    found = {
        verdict(*lose_power(frozenset({skipped}), random.Random(state), False))
        for state in range(size(500, 25))
    }
    assert found & {"lost", "damaged"}


def test_no_state_of_the_model_is_the_same_disk() -> None:
    """The model does lose something, so that the test of it can fail."""
    disk = LossyDisk()
    disk.make_folder("a")
    disk.write("a/b", b"text", 0o600)
    left = {tuple(disk.after_loss(random.Random(n)).names("a")) for n in range(20)}
    assert left == {(), ("b",)}
    assert node_hash(b"", b"") != leaf_hash(b"")
