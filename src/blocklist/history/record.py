"""RECORD: the folder of a history as a reader finds it, from its checkpoint.

Readers need no lock: they take the checkpoint first, and what it covers never changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..compiler.rebuilding import Deviation
from ..errors import HistoryError, SignatureError
from ..model.orderdata import decode_order
from ..model.orders import Order
from ..signing.notekeys import VerifierKey
from .canonical import canonical, read_canonical
from .checkpoints import Checkpoint
from .fileops import DiskFiles
from .logentries import LogEntry, read_entry
from .objectstore import ObjectStore, StoredObject
from .orderrows import order_of, rule_in
from .ordertexts import with_texts
from .rowobjects import RowObject, all_rows, read_row_object
from .tilelog import CHECKPOINT, TileReader

KEYS = "keys"
"""The file with the public keys that sign checkpoints of the record, one a line."""


class ErasedError(HistoryError, LookupError):
    """What is asked for was erased."""


@dataclass(frozen=True, slots=True)
class ImageParts:
    """What an image was made of.

    Attributes:
        members: entry of each order, and the commitment to its deviation or ``""``.
        head: what else its octets depend on.
    """

    members: tuple[tuple[int, str], ...]
    head: dict[str, Any]


class RecordFolder:
    """Reads a record as of its checkpoint.

    Attributes:
        folder: where it is.
        files: its files.
        checkpoint: the last.
        log: the entries that it covers.
        objects: what the entries point to.
    """

    def __init__(self, folder: Path) -> None:
        """Open a record.

        Raises:
            HistoryError: the folder holds no record, or a damaged one.
            OSError: it cannot be read.
        """
        self.folder = folder
        self.files = DiskFiles(folder)
        self.objects = ObjectStore(self.files)
        self.refresh()

    def refresh(self) -> None:
        """Take the checkpoint as it is now; errors as of ``__init__``."""
        path = str(self.folder / CHECKPOINT)
        try:
            octets = self.files.read(CHECKPOINT)
        except FileNotFoundError:
            raise HistoryError("no record of blocks is here", path=str(self.folder)) from None
        try:
            self.checkpoint = Checkpoint.parse(octets)
        except (HistoryError, SignatureError) as error:
            raise HistoryError(error.reason, path=path) from None
        self.log = TileReader(self.files, self.checkpoint.size)

    def keys(self) -> tuple[VerifierKey, ...]:
        """Return the public keys that the folder names; errors as of ``__init__``."""
        *lines, rest = self.files.read(KEYS).decode("utf-8", "replace").split("\n")
        if rest or not lines:
            raise HistoryError("not public keys, one a line", path=str(self.folder / KEYS))
        return tuple(map(VerifierKey.parse, lines))

    def entry(self, number: int) -> LogEntry:
        """Return an entry; ``IndexError`` if the log is shorter."""
        return read_entry(self.log.entry(number), number)

    def entries(self, begin: int = 0) -> Iterator[LogEntry]:
        """Yield entries in their sequence."""
        for number in range(begin, self.log.size):
            yield self.entry(number)

    def content(self, entry: LogEntry, field: str = "content") -> StoredObject:
        """Return the object that an entry commits to.

        Raises:
            ErasedError: it was erased.
            HistoryError: it is damaged.
        """
        found = self.objects.read(entry.data[field])
        if found is None:
            raise ErasedError(f"what entry {entry.number} points to was erased")
        return found

    def details(self, entry: LogEntry) -> dict[str, Any]:
        """Return the details of an event; none if they were erased, or there were none."""
        return (self.json_object(entry.data["content"]) if "content" in entry.data else None) or {}

    def row_object(self, number: int) -> RowObject:
        """Return the rows of an order or an image as stored; errors as of ``content``."""
        return read_row_object(self.content(self.entry(number)).content)

    def rows(self, number: int) -> tuple[dict[str, Any], list[str], int]:
        """Return head and rows of an order or an image, and how many differences lead to it."""
        head = dict(self.row_object(number).head)
        return head, *all_rows(number, self.row_object)

    def order(self, number: int, *, whole: bool = False) -> Order:
        """Return the order of an entry, with its targets, and its free texts if they are there.

        Raises:
            ErasedError: the order was erased; with ``whole``, also if its texts were dropped.
            HistoryError: as of ``content``.
        """
        head, rows, _ = self.rows(number)
        return order_of(self._order_data(number, head, whole=whole), rows)

    def order_head(self, number: int) -> Order:
        """Return the order of an entry, without its targets; errors as of ``content``."""
        return decode_order(self._order_data(number, self.row_object(number).head))

    def order_texts(self, number: int) -> dict[str, Any] | None:
        """Return the free texts of the order of an entry; ``None`` if they were dropped."""
        commitment = self.entry(number).data.get("texts")
        if commitment is None:
            return {}
        return self.json_object(commitment)

    def json_object(self, commitment: str) -> dict[str, Any] | None:
        """Return an object of JSON; ``None`` if it was erased."""
        found = self.objects.read(commitment)
        return dict(read_canonical(found.content.decode("ascii", "replace"))) if found else None

    def _order_data(
        self, number: int, head: Mapping[str, Any], *, whole: bool = False
    ) -> dict[str, Any]:
        texts = self.order_texts(number)
        if texts is None and whole:
            raise ErasedError(f"the free texts of the order of entry {number} were dropped")
        return with_texts(head["order"], texts or {})

    def image_parts(self, number: int) -> ImageParts:
        """Return what the image of an entry was made of; errors as of ``content``."""
        head, rows, _ = self.rows(number)
        return ImageParts(tuple(map(member_of, rows)), head)

    def deviation(self, commitment: str) -> Deviation | None:
        """Return how an image deviates from the targets of an order; ``None`` for ``""``."""
        if not commitment:
            return None
        found = self.objects.read(commitment)
        if found is None:
            raise ErasedError("a deviation of an image was erased")
        data = read_canonical(found.content.decode("ascii", "replace"))
        places = {
            name: tuple((rule_in(key), line, raw) for key, line, raw in data[name])
            for name in ("added", "without")
        }
        return Deviation(**places)

    def texts(self, commitment: str | None) -> list[str]:
        """Return a list of texts that an object holds; none without an object."""
        found = self.objects.read(commitment) if commitment else None
        if commitment and found is None:
            raise ErasedError("a list that an image needs was erased")
        return list(read_canonical(found.content.decode("ascii", "replace"))) if found else []


def member_row(entry: int, deviation: str) -> str:
    """Return the row of an order in an image."""
    return canonical([entry, deviation]) if deviation else f"[{entry}]"


def member_of(row: str) -> tuple[int, str]:
    """Return entry and commitment of such a row; ``HistoryError`` for anything else."""
    match read_canonical(row):
        case [int(entry)]:
            return entry, ""
        case [int(entry), str(deviation)]:
            return entry, deviation
    raise HistoryError(f"not an order of an image: {row[:80]}")


def deviation_content(order_id: str, deviation: Deviation) -> bytes:
    """Return the content of the object of a deviation."""
    data = {
        name: [[[rule.kind.value, rule.value, rule.allow], line, raw] for rule, line, raw in places]
        for name, places in (("added", deviation.added), ("without", deviation.without))
    }
    return canonical({"order": order_id, **data}).encode("ascii")
