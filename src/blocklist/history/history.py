"""HISTORY: the one door to a record: open it or make it, add to it, ask it.

Asking needs no library beside the package; adding needs the extra ``sign``.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ..compiler.rebuilding import rebuild_image
from ..errors import HistoryError
from ..image.container import Image
from ..model.orders import utc
from ..signing.strictbase64 import encode_base64
from .attestations import Stamp, first_stamp
from .checkpoints import Checkpoint
from .entrywriter import one_writer
from .erasure import Erased, add_erasure, complete_erasures
from .fileops import PUBLIC, DurableFiles
from .indexkeeper import IndexKeeper
from .logentries import milliseconds_of
from .newrecord import KEY, create_record
from .record import KEYS, ErasedError, RecordFolder
from .recordedcycle import RecordedCycle
from .recordwriter import RecordWriter
from .retention import KEEP_ALL, Lapses, Retention
from .spanindex import images_at
from .timelines import Period, Timeline, WasBlocked, was_blocked
from .writermemory import WriterMemory

if TYPE_CHECKING:
    from ..signing.notekeys import SigningKey


class History:
    """What was in force when, on whose order.

    Attributes:
        folder: where the record is.
        record: the entries and the objects that they point to.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Open a record.

        Args:
            folder: of the record.

        Raises:
            HistoryError: the folder holds no record, or a damaged one.
            OSError: it cannot be read.
        """
        self.folder = Path(folder)
        self.record = RecordFolder(self.folder)
        self._keeper = IndexKeeper(self.record)
        self._memory = WriterMemory()

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Open a record; as the constructor."""
        return cls(folder)

    @classmethod
    def create(
        cls,
        folder: str | os.PathLike[str],
        *,
        origin: str = "",
        key: str | os.PathLike[str] | None = None,
    ) -> Self:
        """Make a record in a folder that is empty or does not exist, and its key.

        Args:
            folder: of the record; the one above it has to exist.
            origin: what names the record in each checkpoint; the default is made by chance.
            key: file of the private key; one that exists is used. The default is ``key`` in the
                folder.

        Raises:
            HistoryError: there is a record, or something else, or the origin cannot be one.
            SignatureError: the key cannot be read, or is of another name.
            BlocklistError: the extra ``sign`` is not installed.
            OSError: passes through.
        """
        create_record(Path(folder), origin, None if key is None else Path(key))
        return cls(folder)

    @property
    def origin(self) -> str:
        """What names the record in each checkpoint."""
        return self.record.checkpoint.origin

    @property
    def checkpoint(self) -> Checkpoint:
        """The last signed state that was read."""
        return self.record.checkpoint

    def close(self) -> None:
        """Close the index."""
        self._keeper.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(
        self,
        cycle: RecordedCycle,
        *,
        key: str | os.PathLike[str] | SigningKey | None = None,
        now: datetime | None = None,
        retention: Retention = KEEP_ALL,
    ) -> Checkpoint:
        """Add what one cycle gives, in one commit; nothing is added if nothing changed.

        Args:
            cycle: orders, image and events.
            key: the private key, or its file; the default is ``key`` in the folder.
            now: aware; the default is the clock.
            retention: what is dropped, once a day, of orders that ended long ago.

        Returns:
            The checkpoint after it.

        Raises:
            HistoryError: the record is damaged, or a fact has no place in it.
            SignatureError: the key cannot be used.
            BlocklistError: the extra ``sign`` is not installed.
            OSError: passes through; nothing was added, or all of it.
        """
        with self._writing(key, now) as writer:
            writer.add_clock()
            writer.add_cycle(cycle)
            writer.commit()
            writer.remember()
            if Lapses(writer, self.record, self.index, writer.now).add(retention):
                writer.commit()
                complete_erasures(self.record, self.index)
                self._memory.clear()
        return self.checkpoint

    def was_blocked(self, name: str, at: datetime) -> WasBlocked:
        """Say whether a name, a URL or an address was blocked at an instant, and on whose order.

        Args:
            name: as a client asks for it.
            at: aware.

        Raises:
            HistoryError: the record is damaged.
            ConfigurationError: ``at`` has no time zone.
            OSError: it cannot be read.
        """
        at, now = utc(at), datetime.now(UTC)
        return self._keeper.asked(lambda index: was_blocked(self.record, index, name, at, now))

    def periods(self, name: str) -> list[Period]:
        """Return the times in which a name was blocked or not, from the first image on."""
        return self._keeper.asked(lambda index: list(Timeline(self.record, index, name).periods()))

    def witnessed(self, entry: int) -> Stamp | None:
        """Return the first checkpoint with an entry to which a witness gave an answer of use."""
        return self._keeper.asked(lambda index: first_stamp(self.record, index, entry))

    def image(self, entry: int) -> Image:
        """Build the image of an entry again, octet for octet.

        Raises:
            ErasedError: an order in it was erased.
            HistoryError: the record is damaged, or that is no entry of an image.
        """
        stated = self.record.entry(entry)
        if stated.kind != "image":
            raise HistoryError(f"entry {entry} is of no image")
        octets = stated.data.get("octets")
        if octets is not None:
            found = self.record.objects.read(octets)
            if found is None:
                raise ErasedError("an order in that image was erased")
            return Image(found.content)
        parts = self.record.image_parts(entry)
        orders = [
            (self.record.order(number, whole=True), self.record.deviation(deviation))
            for number, deviation in parts.members
        ]
        orders.sort(key=lambda part: part[0].id)
        until = parts.head["valid_until"]
        image = rebuild_image(
            orders,
            self.record.texts(parts.head["protected"]),
            parts.head["jurisdiction"],
            None if until is None else datetime.fromisoformat(until),
        )
        if image.digest != stated.data["digest"]:
            raise HistoryError(f"the image of entry {entry} cannot be built again as it was")
        return image

    def image_at(self, at: datetime) -> Image | None:
        """Build the image that was in force at an instant; ``None`` before the first.

        If the clock was set back and showed the instant twice, it is the later one.
        """
        instant = milliseconds_of(utc(at))
        images = self._keeper.asked(lambda index: images_at(index, instant))
        return self.image(images[-1]) if images else None

    @property
    def index(self) -> sqlite3.Connection:
        """The index, brought up to the record; in memory if the folder cannot be written."""
        return self._keeper.current()

    def rebuild_index(self) -> int:
        """Make the index again from the record; return how many entries were read."""
        return self._keeper.make_anew()

    def erase(
        self,
        order_id: str,
        ground: str,
        *,
        who: str = "",
        key: str | os.PathLike[str] | SigningKey | None = None,
        now: datetime | None = None,
    ) -> Erased:
        """Delete what the record holds of an order, all its editions; the log stays whole.

        Events, sources and images that name it or one of its targets lose their details. Questions
        about that time are answered with the ground.

        Args:
            order_id: of the order.
            ground: why, in words; it is kept, and can be read.
            who: ordered it.
            key: as for ``append``.
            now: as for ``append``.

        Raises:
            HistoryError: the record has no such order. Others as of ``append``.
        """
        details = {"ground": ground, **({"who": who} if who else {})}
        with self._writing(key, now) as writer:
            found = add_erasure(writer, self.record, self.index, order_id, details)
            writer.commit()
            complete_erasures(self.record, self.index)
            # A page that was balanced may hold what stood in it before, though it is deleted.
            self.index.execute("VACUUM")
        return found

    def rotate(
        self,
        new: SigningKey,
        *,
        key: str | os.PathLike[str] | SigningKey | None = None,
        now: datetime | None = None,
    ) -> Checkpoint:
        """Take another key into use: the old one signs it, and both sign the next checkpoint.

        Args:
            new: of the same name; later calls of ``append`` take it.
            key: the old one, as for ``append``.
            now: as for ``append``.

        Raises:
            HistoryError: the new key is of another name. Others as of ``append``.
        """
        old = self._signer(key)
        self._introduce(new)
        with self._writing(old, now, new) as writer:
            text = str(new.verifier)
            signature = encode_base64(old.sign(text.encode()))
            writer.add("key", {"key": text, "signature": signature})
        return self.checkpoint

    def replace_lost_key(self, new: SigningKey, *, now: datetime | None = None) -> Checkpoint:
        """Take another key into use, as the old one is lost; each proof says so from then on.

        Raises:
            HistoryError: the new key is of another name, or signed the record before. Others as of
                ``append``.
        """
        known = self.record.keys()
        if new.verifier in known:
            raise HistoryError("that key signs the record already", path=str(self.folder / KEYS))
        self._introduce(new)
        with self._writing(new, now) as writer:
            writer.add("key", {"key": str(new.verifier)})
        return self.checkpoint

    def _introduce(self, new: SigningKey) -> None:
        """Name a key in the folder, which readers believe, so it has to be there first."""
        if new.name != self.origin:
            raise HistoryError(f"the new key is of {new.name}, not of {self.origin}")
        with one_writer(self.record):
            keys = dict.fromkeys([*self.record.keys(), new.verifier])
            files = DurableFiles(self.record.files)
            files.put(KEYS, "".join(f"{one}\n" for one in keys).encode(), PUBLIC)
            files.settle()

    @contextmanager
    def _writing(
        self,
        key: str | os.PathLike[str] | SigningKey | None,
        now: datetime | None,
        *others: SigningKey,
    ) -> Iterator[RecordWriter]:
        """Hold the lock, and commit what the block adds."""
        signer = self._signer(key)
        with one_writer(self.record):
            index = self._keeper.to_write()
            complete_erasures(self.record, index)
            writer = RecordWriter(
                self.record,
                index,
                [signer, *others],
                utc(datetime.now(UTC) if now is None else now),
                self._memory,
            )
            try:
                yield writer
                writer.commit()
            except BaseException:
                self._memory.clear()
                index.rollback()
                raise

    def _signer(self, key: str | os.PathLike[str] | SigningKey | None) -> SigningKey:
        if key is None or isinstance(key, str | os.PathLike):
            from ..signing.keyfile import read_key

            return read_key(self.folder / KEY if key is None else key)
        return key
