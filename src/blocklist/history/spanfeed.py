"""SPAN FEED: brings the index up to the record, entry by entry; the one code that writes spans."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable

from ..compiler.guards import PROTECTION
from ..errors import HistoryError
from ..model.targets import Rule, TargetKind
from ..model.urls import split_url
from .logentries import TEXTS, LogEntry, milliseconds_of, read_instant
from .orderrows import rules_in
from .record import ErasedError, RecordFolder, member_of
from .rowobjects import RowObject, all_rows
from .spanindex import family_key, set_state, state_of


def catch_up(connection: sqlite3.Connection, record: RecordFolder) -> None:
    """Read what the record has and the index has not.

    Raises:
        HistoryError: the record is damaged, or the index is of another record.
        OSError: the record cannot be read.
    """
    begin = state_of(connection, "size")
    size = record.checkpoint.size
    if begin == size and state_of(connection, "root") == record.checkpoint.root.hex():
        return
    if not is_beginning(connection, record):
        raise HistoryError("the index is of another record")
    feed = SpanFeed(connection, record)
    for entry in record.entries(int(begin or 0)):
        feed.take(entry)
    set_state(connection, "size", size)
    set_state(connection, "root", record.checkpoint.root.hex())
    connection.commit()


def is_beginning(connection: sqlite3.Connection, record: RecordFolder) -> bool:
    """Whether the index was made from the first entries of the record."""
    size, root = state_of(connection, "size"), state_of(connection, "root")
    if not isinstance(size, int) or size > record.checkpoint.size:
        return False
    return size == 0 or record.log.root(size).hex() == root


def fingerprint(octets: bytes) -> bytes:
    """Return what tells one content from another, kept in the index alone."""
    return hashlib.sha256(octets).digest()


class SpanFeed:
    """Puts entries into the index."""

    def __init__(self, connection: sqlite3.Connection, record: RecordFolder) -> None:
        """Take both; the caller commits."""
        self._index = connection
        self._do = connection.execute
        self._many = connection.executemany
        self._record = record

    def take(self, entry: LogEntry) -> None:
        """Put an entry into the index."""
        self._clock(entry)
        if entry.kind == "image":
            self._image(entry)
        elif entry.kind == "order":
            self._order(entry)
        elif entry.kind == "source":
            self._source(entry)
        elif entry.kind == "served":
            self._served(entry)
        elif entry.kind == "output":
            self._output(entry)
        elif entry.kind == "timestamp":
            self._do("INSERT INTO stamps VALUES (?, ?)", (entry.number, entry.data["size"]))
        elif entry.kind == "key" and "signature" not in entry.data:
            self._do("INSERT INTO lost_keys VALUES (?)", (entry.number,))
        elif entry.kind == "erased":
            self._erased(entry)

    def _erased(self, entry: LogEntry) -> None:
        self._do("INSERT INTO erasures VALUES (?)", (entry.number,))
        gone = [(commitment,) for commitment in entry.data["objects"]]
        self._many("DELETE FROM kept WHERE octets = ?", gone)
        self._many("UPDATE kept SET source = NULL WHERE content = ?", gone)
        if entry.data.get("what") != TEXTS:
            # What is recorded again must not point to an object that is gone.
            self._many("DELETE FROM known WHERE commitment = ?", gone)
        if entry.data.get("what") is None:
            for number in entry.data["entries"]:
                self.forget(number, entry.number)
        elif entry.data["what"] == TEXTS:
            # What an unsalted hash tells of the texts goes as well.
            self._many(
                "UPDATE orders SET dropped = ?, fingerprint = substr(fingerprint, 1, 32)"
                " WHERE entry = ?",
                [(entry.number, number) for number in entry.data["entries"]],
            )

    def forget(self, number: int, by: int) -> None:
        """Delete what is known of the order of an entry, erased by another."""
        found = self._do("SELECT key FROM orders WHERE entry = ?", (number,)).fetchone()
        if found is None:
            return
        self._do(
            "UPDATE orders SET erased = ?, fingerprint = NULL, key = NULL, id = NULL,"
            " texts = NULL, dropped = NULL, source = NULL WHERE entry = ?",
            (by, number),
        )
        (key,) = found
        left = self._do("SELECT 1 FROM orders WHERE key = ?", (key,)).fetchone()
        if key is not None and left is None:
            self._do("DELETE FROM spans WHERE key = ?", (key,))
            self._do("DELETE FROM families WHERE key = ?", (key,))

    def _clock(self, entry: LogEntry) -> None:
        at, number = entry.milliseconds, entry.number
        last = self._do("SELECT first, ends FROM runs ORDER BY first DESC LIMIT 1").fetchone()
        if last is None or at < last[1]:
            self._do("INSERT INTO runs VALUES (?, ?, ?, ?)", (number, number, at, at))
        else:
            self._do("UPDATE runs SET last = ?, ends = ? WHERE first = ?", (number, at, last[0]))

    def _know(self, commitment: str | None) -> None:
        if not commitment:
            return
        found = self._record.objects.read(commitment)
        if found is not None:
            self._do(
                "INSERT OR REPLACE INTO known VALUES (?, ?)",
                (commitment, fingerprint(found.content)),
            )

    def _order(self, entry: LogEntry) -> None:
        key = order_id = texts = source = None
        try:
            head = self._record.row_object(entry.number).head
        except ErasedError:
            pass
        else:
            order_id = head["order"]["id"]
            key = family_key(self._index, head["family"])
            texts = entry.data.get("texts")
            source = head["order"].get("source", {}).get("sha256")
        self._do(
            "INSERT INTO orders VALUES (?, ?, ?, NULL, NULL, ?, NULL, ?)",
            (entry.number, key, order_id, texts, source),
        )

    def _source(self, entry: LogEntry) -> None:
        content, octets = entry.data["content"], entry.data.get("octets")
        self._know(content)
        if octets is None or self._record.objects.read(octets) is None:
            return
        self._know(octets)
        source = self._record.details(entry).get("sha256")
        self._do("INSERT INTO kept VALUES (?, ?, ?, ?)", (entry.number, content, octets, source))

    def _served(self, entry: LogEntry) -> None:
        details = self._record.details(entry)
        first, last = (
            milliseconds_of(read_instant(entry.data[name])) for name in ("first", "last")
        )
        where = (details.get("output", ""), details.get("resolver", ""))
        self._do("INSERT OR IGNORE INTO resolvers (output, resolver) VALUES (?, ?)", where)
        self._do(
            "INSERT INTO served SELECT number, ?, (SELECT max(entry) FROM images WHERE digest = ?),"
            " ?, ? FROM resolvers WHERE output = ? AND resolver = ?",
            (entry.number, entry.data["image"], first, last, *where),
        )

    def _output(self, entry: LogEntry) -> None:
        details = self._record.details(entry)
        row = (entry.number, entry.milliseconds, details.get("output", ""), entry.data["image"])
        self._do("INSERT INTO outputs VALUES (?, ?, ?, ?)", row)

    def _image(self, entry: LogEntry) -> None:
        number = entry.number
        gone, come = self._member_changes(entry)
        self._do(
            "INSERT INTO images VALUES (?, ?, ?)",
            (number, entry.milliseconds, entry.data["digest"]),
        )
        old, new = self._by_order(gone), self._by_order(come)
        for key in old.keys() | new.keys():
            self._change(number, key, old.get(key, []), new.get(key, []))
        self._many(
            "UPDATE members SET until = ? WHERE entry = ? AND until IS NULL",
            [(number, member) for member, _ in gone],
        )
        self._many(
            "INSERT INTO members VALUES (?, ?, ?, NULL)",
            [(member, deviation, number) for member, deviation in come],
        )
        for _, deviation in come:
            self._know(deviation)
        self._know(entry.data.get("guards"))
        self._protected(number, self._record.row_object(number).head["protected"] or "")

    def _protected(self, image: int, commitment: str) -> None:
        """Take the names that the operator protects, which an image excepts."""
        before = self._do("SELECT value FROM state WHERE name = 'protected'").fetchone()
        old = before[0] if before is not None else ""
        if commitment == old:
            return
        self._know(commitment)
        key = family_key(self._index, f"id:{PROTECTION.id}")
        change = Counter(self._record.texts(commitment))
        change.subtract(self._record.texts(old))
        for name, count in change.items():
            if count:
                self._count(image, key, Rule(TargetKind.SUBTREE, name, allow=True), count)
        self._do("INSERT OR REPLACE INTO state VALUES ('protected', ?)", (commitment,))

    def _member_changes(self, entry: LogEntry) -> tuple[set[tuple[int, str]], set[tuple[int, str]]]:
        """Return the orders that go and come with an image."""
        found = self._record.row_object(entry.number)
        if found.base is not None and found.base == entry.data.get("before"):
            gone = {member_of(row) for _, rows, _ in found.hunks for row in rows}
            come = {member_of(row) for _, _, rows in found.hunks for row in rows}
        else:
            gone = set(self._do("SELECT entry, deviation FROM members WHERE until IS NULL"))
            rows, _ = all_rows(entry.number, self._record.row_object)
            come = set(map(member_of, rows))
        return gone - come, come - gone

    def _by_order(self, members: Iterable[tuple[int, str]]) -> dict[int, list[tuple[int, str]]]:
        found: dict[int, list[tuple[int, str]]] = {}
        for member in members:
            row = self._do("SELECT key FROM orders WHERE entry = ?", member[:1]).fetchone()
            if row is not None and row[0] is not None:  # else it was erased
                found.setdefault(row[0], []).append(member)
        return found

    def _change(
        self, image: int, key: int, old: list[tuple[int, str]], new: list[tuple[int, str]]
    ) -> None:
        """Open and close spans of the rules that an order has no longer or has now."""
        change: Counter[Rule] = Counter()
        if len(old) == len(new) == 1:
            change.update(self._edition_change(old[0][0], new[0][0]))
        else:
            for members, sign in ((old, -1), (new, 1)):
                for member, _ in members:
                    for rule, count in self._all_rules(member).items():
                        change[rule] += sign * count
        for members, sign in ((old, -1), (new, 1)):
            for _, deviation in members:
                for rule, count in self._deviation_change(deviation).items():
                    change[rule] += sign * count
        counts = [
            (rule, count)
            for rule, count in change.items()
            if count and rule.kind is not TargetKind.EVERY_SUFFIX
        ]
        if old:
            for rule, count in counts:
                self._count(image, key, rule, count)
            return
        # Nothing of it is in force, so a list of a million names needs no look for each.
        self._many(
            "INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, NULL, ?)",
            sorted(
                (*_place(rule), rule.kind.value, rule.allow, key, image, count)
                for rule, count in counts
                if count > 0
            ),
        )

    def _edition_change(self, old: int, new: int) -> Counter[Rule]:
        if old == new:
            return Counter()
        found = self._object(new)
        change: Counter[Rule] = Counter()
        if found is not None and found.base == old:
            for _, gone, come in found.hunks:
                change.update(rules_in(come))
                change.subtract(rules_in(gone))
            return change
        change.update(self._all_rules(new))
        change.subtract(self._all_rules(old))
        return change

    def _object(self, number: int) -> RowObject | None:
        try:
            return self._record.row_object(number)
        except ErasedError:
            return None

    def _all_rules(self, number: int) -> Counter[Rule]:
        try:
            return Counter(rules_in(all_rows(number, self._record.row_object)[0]))
        except ErasedError:
            return Counter()

    def _deviation_change(self, commitment: str) -> Counter[Rule]:
        change: Counter[Rule] = Counter()
        try:
            found = self._record.deviation(commitment)
        except ErasedError:
            found = None
        if found is not None:
            change.update(rule for rule, _, _ in found.added)
            change.subtract(rule for rule, _, _ in found.without)
        return change

    def _count(self, image: int, key: int, rule: Rule, count: int) -> None:
        place = (*_place(rule), rule.kind.value, rule.allow, key)
        row = self._do(
            "SELECT since, grounds FROM spans WHERE name = ? AND value = ? AND kind = ?"
            " AND allow = ? AND key = ? AND until IS NULL",
            place,
        ).fetchone()
        if row is None:
            if count > 0:
                self._do(
                    "INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, NULL, ?)", (*place, image, count)
                )
            return
        left = row[1] + count
        self._do(
            "UPDATE spans SET grounds = ?, until = ? WHERE name = ? AND value = ? AND kind = ?"
            " AND allow = ? AND key = ? AND since = ?",
            (left, image if left <= 0 else None, *place, row[0]),
        )


def _place(rule: Rule) -> tuple[str, str]:
    """Return under which name a rule is looked for, and its value where that is another."""
    if rule.kind is TargetKind.PATTERN:
        return "", rule.value
    if rule.kind is TargetKind.URL:
        url = split_url(rule.value)
        return (rule.value if url is None else url.host), rule.value
    return rule.value, ""
