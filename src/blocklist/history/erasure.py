"""ERASURE: what a record holds of an order is deleted, and the log says so; its chain stays whole.

The entry ``erased`` names the objects. It is committed first, so a run that is killed is completed
by the next writer, and so is a folder that was restored from a backup.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ..errors import HistoryError
from ..model.names import superdomains
from ..model.orders import Order
from ..model.targets import NAME_KINDS
from .entrywriter import EntryWriter
from .logentries import LogEntry
from .objectstore import FOLDER, object_path
from .orderrows import rules_in
from .record import ErasedError, RecordFolder, member_of

OBJECTS_EACH = 700
"""Objects that one entry names; it has 65,535 octets."""
_TOKEN = re.compile(r"\w[\w.-]*")
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased.

    Attributes:
        editions: how many editions of the order.
        objects: how many objects.
    """

    editions: int
    objects: int


def add_erasure(
    writer: EntryWriter, record: RecordFolder, index: sqlite3.Connection, order_id: str,
    details: dict[str, str],
) -> Erased:  # fmt: skip
    """Add the entries that say what of an order is erased; ``complete_erasures`` deletes it.

    Raises:
        HistoryError: the record has no order of that id.
    """
    rows = index.execute(
        "SELECT entry FROM orders WHERE key IN (SELECT key FROM orders WHERE id = ?)"
        " ORDER BY entry",
        (order_id,),
    ).fetchall()
    editions = [entry for (entry,) in rows]
    if not editions:
        raise HistoryError(f"no order {order_id!r} is in the record", path=str(record.folder))
    words: set[str] = set().union(*(_words(record.order(entry)) for entry in editions))
    if any(tells(text, words, phrases(words)) for text in details.values()):
        raise HistoryError("the ground names what is to be erased; say it without")
    objects = {record.entry(entry).data["content"]: entry for entry in editions}
    for entry in editions:
        if (texts := record.entry(entry).data.get("texts")) is not None:
            objects[texts] = entry
    objects |= dict(_deviations(record, set(editions)))
    objects |= dict(_documents(index, editions))
    objects |= dict(_telling(record, words))
    excepts = _excepts_others(record, index, editions) or None
    named = iter(sorted(objects.items(), key=lambda one: (one[1], one[0])))
    left = set(editions)
    while part := list(islice(named, OBJECTS_EACH)):
        entries = sorted({entry for _, entry in part} & left)
        left -= set(entries)
        gone = [commitment for commitment, _ in part]
        facts = {"entries": entries, "excepts": excepts, "objects": gone}
        writer.add_details("erased", facts, details)
    return Erased(len(editions), len(objects))


def _excepts_others(
    record: RecordFolder, index: sqlite3.Connection, editions: Sequence[int]
) -> bool:
    """Whether an exception of some editions may lift what another order blocks.

    Without it, nobody can say any more whether that was blocked.
    """
    own = json.dumps(editions)
    for rule in {one for entry in editions for one in rules_in(record.rows(entry)[1]) if one.allow}:
        if rule.kind not in NAME_KINDS:
            return True
        row = index.execute(
            "SELECT 1 FROM spans WHERE NOT allow"
            " AND key NOT IN"
            " (SELECT key FROM orders WHERE entry IN (SELECT value FROM json_each(?)))"
            " AND (name IN (SELECT value FROM json_each(?)) OR substr(name, ?) = ?) LIMIT 1",
            (
                own, json.dumps(["", rule.value, *superdomains(rule.value)]),
                -len(rule.value) - 1, f".{rule.value}",
            ),
        ).fetchone()  # fmt: skip
        if row is not None:
            return True
    return False


def complete_erasures(record: RecordFolder, index: sqlite3.Connection) -> None:
    """Delete the objects that the log says are erased, if one is still there."""
    for (number,) in index.execute("SELECT entry FROM erasures").fetchall():
        for commitment in record.entry(number).data["objects"]:
            path = record.folder / object_path(commitment)
            if path.is_file():
                path.write_bytes(bytes(path.stat().st_size))
                record.files.sync_file(object_path(commitment))
                path.unlink()
                record.files.sync_folder(f"{FOLDER}/{commitment[:2]}")


def commitments_of(record: RecordFolder, entry: LogEntry) -> Iterator[str]:
    """Yield the commitments to objects that an entry states, also inside its objects."""
    for field in ("content", "guards", "octets", "texts"):
        if field in entry.data:
            yield entry.data[field]
    if entry.kind == "image":
        try:
            found = record.row_object(entry.number)
        except ErasedError:
            return
        if found.head["protected"]:
            yield found.head["protected"]
        for _, deviation in map(member_of, found.new_rows()):
            if deviation:
                yield deviation


def _deviations(record: RecordFolder, editions: set[int]) -> Iterator[tuple[str, int]]:
    """Yield the deviations of some editions in any image."""
    for entry in record.entries():
        if entry.kind == "image":
            for member, deviation in map(member_of, record.row_object(entry.number).new_rows()):
                if deviation and member in editions:
                    yield deviation, member


def _documents(index: sqlite3.Connection, editions: Sequence[int]) -> Iterator[tuple[str, int]]:
    """Yield the files that some editions were read from, where these are kept."""
    yield from index.execute(
        "SELECT octets, kept.entry FROM kept JOIN orders USING (source)"
        " WHERE orders.entry IN (SELECT value FROM json_each(?))",
        (json.dumps(editions),),
    )


def _telling(record: RecordFolder, words: set[str]) -> Iterator[tuple[str, int]]:
    """Yield the objects of events, sources and whole images that tell a word of an order."""
    long = phrases(words)
    for entry in record.entries():
        for field in ("content", "guards", "octets"):
            commitment = entry.data.get(field)
            if not commitment or (entry.kind in ("order", "image") and field == "content"):
                continue
            found = record.objects.read(commitment)
            if found is None:
                continue
            text = found.content.decode("utf-8", "replace")
            is_image = entry.kind == "image" and field == "octets"
            if is_image or tells(text, words, long):
                yield commitment, entry.number


def tells(text: str, words: set[str], long: Sequence[str]) -> bool:
    """Whether a text holds one of some words, a name below one, or one of the longer texts."""
    text = text.lower()
    for token in set(_TOKEN.findall(text)):
        name = token.strip(".-")
        if any(above in words for above in (token, name, *superdomains(name))):
            return True
    return any(one in text for one in long)


def phrases(words: Iterable[str]) -> list[str]:
    """Return those that are more than one word."""
    return [word for word in words if not _TOKEN.fullmatch(word)]


def _words(order: Order) -> set[str]:
    """Return what tells that a text is about an order: its id, numbers, parties and targets."""
    texts: list[str] = [
        order.id, order.number, order.case_number, order.title, order.link, order.source.path,
        order.note, *order.addressees,
    ]  # fmt: skip
    return telling_words([*texts, *_targets(order)])


def telling_words(texts: Iterable[str]) -> set[str]:
    """Return texts as they are looked for; very short ones tell nothing."""
    return {text.lower() for text in texts if len(text) >= _SHORTEST}


def _targets(order: Order) -> Iterable[str]:
    for target in (*order.targets, *order.exceptions):
        yield target.value
        yield target.raw
        yield target.alternate or ""
