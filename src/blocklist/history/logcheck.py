"""LOG CHECK: reads every file of a record, and says what does not fit."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import BlocklistError, HistoryError, SignatureError
from ..signing.notekeys import VerifierKey
from ..signing.strictbase64 import decode_base64
from .attestations import NOBODY, Attestation, WitnessTrust, stamp_of
from .checkpoints import Checkpoint
from .erasure import commitments_of
from .logentries import LogEntry, read_entry
from .merkle import leaf_hash, root_of, tree_in_memory
from .objectstore import object_path
from .orderrows import rule_keys
from .record import RecordFolder, member_of
from .recordwriter import field_texts
from .rowobjects import RowObject, with_hunks
from .saltedroot import salted_root
from .spanfeed import catch_up
from .spanindex import FILE, digest_of, in_memory, state_of, to_read
from .tilelog import CHECKPOINT, beyond
from .tiles import (
    ENTRIES,
    FOLDER,
    WIDTH,
    Tile,
    every_tile,
    join_bundle,
    shift_of,
    split_bundle,
)


@dataclass(slots=True)
class LogCheck:
    """What a check found.

    Attributes:
        entries: how many the log has.
        objects: how many objects are there.
        faults: what does not fit; none if the record is sound.
        notes: what a crash left, or is to be known.
        attestations: what witnesses answered, with the size of the log that they were given.
    """

    entries: int = 0
    objects: int = 0
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    attestations: list[tuple[int, Attestation]] = field(default_factory=list)


class RecordCheck:
    """Checks one record."""

    def __init__(self, record: RecordFolder, trust: WitnessTrust = NOBODY) -> None:
        """Take a record, and the witnesses that are believed."""
        self._record, self._trust = record, trust
        self._size = record.checkpoint.size
        self._found = LogCheck(self._size)
        self._rows: dict[int, list[str]] = {}
        self._erased: set[str] = set()
        self._stated: set[str] = set()

    def run(self, keys: tuple[VerifierKey, ...] = (), since: bytes | None = None) -> LogCheck:
        """Read everything.

        Args:
            keys: that are believed; the default is those that the folder names.
            since: a checkpoint that somebody kept; the log must have grown from it.

        Raises:
            BlocklistError: the extra ``sign`` is not installed.
            OSError: the folder cannot be read.
        """
        self._signatures(keys, since)
        entries = self._log()
        if entries is not None:
            for entry in self._parsed(entries):
                try:
                    self._entry(entry)
                except (HistoryError, ValueError, KeyError, TypeError) as error:
                    self._fault(f"entry {entry.number}: {error}")
            self._objects()
            if not self._found.faults:
                self._index()
        return self._found

    def _fault(self, text: str) -> None:
        self._found.faults.append(text)

    def _signatures(self, keys: tuple[VerifierKey, ...], since: bytes | None) -> None:
        try:
            believed = keys or self._record.keys()
            Checkpoint.open(self._record.checkpoint.octets, believed)
        except (HistoryError, SignatureError) as error:
            self._fault(f"{CHECKPOINT}: {error.reason}")
            return
        if since is None:
            return
        try:
            old = Checkpoint.open(since, believed)
            if old.origin != self._record.checkpoint.origin:
                self._fault(f"the checkpoint that was kept is of another log, {old.origin}")
            elif old.size > self._size:
                self._fault(f"the log had {old.size:,} entries, and has {self._size:,} now")
            elif self._record.log.root(old.size) != old.root:
                self._fault(f"the first {old.size:,} entries are not those that were signed")
        except (HistoryError, SignatureError) as error:
            self._fault(f"the checkpoint that was kept: {error.reason}")

    def _log(self) -> list[bytes] | None:
        """Read all tiles and bundles, and compare them with the hashes of the entries."""
        files, size = self._record.files, self._size
        past = set(beyond(files, size))
        for path in sorted(past):
            self._found.notes.append(f"{path}: beyond the checkpoint, left by a crash")
        try:
            entries = [
                entry
                for tile in every_tile(size)
                if tile.level == ENTRIES
                for entry in split_bundle(self._record.log.read_tile(tile), tile)
            ]
        except (HistoryError, OSError) as error:
            self._fault(_said(error))
            return None
        nodes = tree_in_memory(list(map(leaf_hash, entries)))
        if root_of(nodes, size) != self._record.checkpoint.root:
            self._fault("the entries are not those of the checkpoint")
        known = set()
        for tile in every_tile(size):
            known.add(tile.whole)
            for part in self._stored(tile):
                known.add(part.path)
                first = part.number * WIDTH
                if part.level == ENTRIES:
                    wanted = join_bundle(entries[first : first + part.width])
                else:
                    level = shift_of(part.level)
                    wanted = b"".join(nodes(level, first + n) for n in range(part.width))
                try:
                    if files.read(part.path) != wanted:
                        self._fault(f"{part.path}: not what the entries give")
                except OSError as error:
                    self._fault(_said(error))
        folder = self._record.folder
        for file in sorted((folder / FOLDER).rglob("*")):
            name = file.relative_to(folder).as_posix()
            if file.is_file() and name not in known and name not in past:
                self._fault(f"{name}: no part of the log")
        return entries

    def _stored(self, tile: Tile) -> Iterator[Tile]:
        """Yield a tile, and the narrower ones of older checkpoints that are there."""
        yield tile
        for width in self._record.files.names(f"{tile.whole}.p"):
            if width.isascii() and width.isdecimal() and int(width) < tile.width:
                yield Tile(tile.level, tile.number, int(width))

    def _parsed(self, entries: list[bytes]) -> list[LogEntry]:
        found = []
        for number, octets in enumerate(entries):
            try:
                found.append(read_entry(octets, number))
            except HistoryError as error:
                self._fault(error.reason)
        for entry in found:
            if entry.kind == "erased":
                self._erased.update(entry.data.get("objects", ()))
        return found

    def _entry(self, entry: LogEntry) -> None:
        for commitment in commitments_of(self._record, entry):
            if commitment in self._stated:
                continue
            self._stated.add(commitment)
            is_there = self._record.objects.read(commitment) is not None
            if not is_there and commitment not in self._erased:
                path = object_path(commitment)
                self._fault(f"{path}: missing, and entry {entry.number} points to it")
            if is_there and commitment in self._erased:
                self._found.notes.append(f"{object_path(commitment)}: is to be erased")
        if entry.kind in ("order", "image") and entry.data["content"] not in self._erased:
            self._editions(entry)
        if entry.kind == "timestamp" and entry.data.get("content") not in self._erased:
            self._stamp(entry)
        if entry.kind == "key":
            self._key(entry)

    def _key(self, entry: LogEntry) -> None:
        """See that the key is named in the folder, and that another of these signed it."""
        text, keys = entry.data["key"], self._record.keys()
        if text not in map(str, keys):
            raise HistoryError("states a public key that the folder does not name")
        if "signature" not in entry.data:
            self._found.notes.append(
                f"entry {entry.number}: the key was lost, and replaced without its signature"
            )
            return
        signature = decode_base64(entry.data["signature"])
        others = (key for key in keys if str(key) != text)
        if not any(key.is_signature(signature, text.encode()) for key in others):
            raise HistoryError("states a public key that no other key signed")

    def _stamp(self, entry: LogEntry) -> None:
        """Compare what was handed to a witness with the log, and the answer with that."""
        found = stamp_of(self._record, entry.number)
        for one in found.attestations(self._trust) if found is not None else ():
            if one.fault:
                self._fault(f"entry {entry.number}: {one.text}")
            self._found.attestations.append((entry.data["size"], one))

    def _editions(self, entry: LogEntry) -> None:
        """Compare the rows of an order or an image with the roots that the entry states."""
        stored = self._record.content(entry)
        found: RowObject = self._record.row_object(entry.number)
        rows = found.rows
        if found.base is not None:
            if found.base != entry.data.get("before"):
                raise HistoryError("differs from another edition than the one before")
            rows = with_hunks(self._rows.pop(found.base), found.hunks)
        self._rows[entry.number] = rows
        if entry.kind == "image":
            members = list(map(member_of, rows))
            is_right = salted_root(stored.salt, rows) == entry.data["root"]
            if not is_right or len(members) != entry.data["orders"]:
                raise HistoryError("its orders are not those of its root")
            return
        if len(rows) != entry.data["count"]:
            raise HistoryError(f"has {len(rows):,} targets, not {entry.data['count']:,}")
        if salted_root(stored.salt, rule_keys(rows)) != entry.data["targets"]:
            raise HistoryError("its targets are not those of its root")
        if salted_root(stored.salt, field_texts(found.head["order"])) != entry.data["fields"]:
            raise HistoryError("what it says of itself is not what its root says")

    def _index(self) -> None:
        """Compare the index, if it is up to date, with one that is made from the record."""
        stored = to_read(self._record.folder)
        if stored is None:
            self._found.notes.append(f"{FILE}: missing; it is made when it is needed")
            return
        with closing(stored), closing(in_memory()) as made:
            catch_up(made, self._record)
            try:
                is_behind = state_of(stored, "size") != self._size
                is_right = is_behind or digest_of(stored) == digest_of(made)
            except sqlite3.DatabaseError as error:
                self._fault(f"{FILE}: {error}; run 'blocklist history index'")
                return
        if is_behind:
            self._found.notes.append(f"{FILE}: behind; it is brought up when it is needed")
        if not is_right:
            self._fault(f"{FILE}: not what the record gives; run 'blocklist history index'")

    def _objects(self) -> None:
        for commitment in self._record.objects.names():
            self._found.objects += 1
            path = object_path(commitment)
            try:
                self._record.objects.read(commitment)
            except (HistoryError, OSError, ValueError) as error:
                self._fault(_said(error))
            if commitment not in self._stated:
                self._found.notes.append(f"{path}: no entry points to it, left by a crash")


def check_record(
    record: RecordFolder,
    *,
    keys: tuple[VerifierKey, ...] = (),
    since: Path | None = None,
    trust: WitnessTrust = NOBODY,
) -> LogCheck:
    """Check a record; see ``RecordCheck.run``."""
    return RecordCheck(record, trust).run(keys, None if since is None else since.read_bytes())


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error) if isinstance(error, BlocklistError) else f"{type(error).__name__}: {error}"
