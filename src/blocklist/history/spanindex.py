"""SPAN INDEX: since when and until when each rule was in force, found by its name.

``index.sqlite`` is made from the record alone, and can be made again at any time. It holds names,
so it is its owner's alone, and what is deleted from it is overwritten.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..model.targets import Rule, TargetKind

FILE = "index.sqlite"
LAYOUT = 2
_TABLES = """
CREATE TABLE state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE known (commitment TEXT PRIMARY KEY, fingerprint BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX known_by ON known (fingerprint);
CREATE TABLE runs (first INTEGER PRIMARY KEY, last INTEGER, begins INTEGER, ends INTEGER);
CREATE TABLE families (key INTEGER PRIMARY KEY, family TEXT UNIQUE);
CREATE TABLE orders (
  entry INTEGER PRIMARY KEY, key INTEGER, id TEXT, fingerprint BLOB, erased INTEGER,
  texts TEXT, dropped INTEGER, source TEXT);
CREATE TABLE lost_keys (entry INTEGER PRIMARY KEY);
CREATE TABLE stamps (entry INTEGER PRIMARY KEY, size INTEGER);
CREATE TABLE kept (entry INTEGER PRIMARY KEY, content TEXT, octets TEXT, source TEXT);
CREATE INDEX orders_from ON orders (source);
CREATE INDEX orders_by ON orders (key);
CREATE INDEX orders_of ON orders (id);
CREATE TABLE erasures (entry INTEGER PRIMARY KEY);
CREATE TABLE images (entry INTEGER PRIMARY KEY, time INTEGER, digest TEXT);
CREATE INDEX images_by ON images (time, entry);
CREATE INDEX images_of ON images (digest);
CREATE TABLE members (
  entry INTEGER, deviation TEXT, since INTEGER, until INTEGER,
  PRIMARY KEY (entry, since)) WITHOUT ROWID;
CREATE INDEX members_now ON members (entry) WHERE until IS NULL;
CREATE TABLE spans (
  name TEXT, value TEXT, kind TEXT, allow INTEGER, key INTEGER, since INTEGER, until INTEGER,
  grounds INTEGER,
  PRIMARY KEY (name, value, kind, allow, key, since)) WITHOUT ROWID;
CREATE INDEX spans_by ON spans (key);
CREATE TABLE resolvers (number INTEGER PRIMARY KEY, output TEXT, resolver TEXT,
  UNIQUE (output, resolver));
CREATE TABLE served (
  resolver INTEGER, entry INTEGER, image INTEGER, first INTEGER, last INTEGER,
  PRIMARY KEY (resolver, entry)) WITHOUT ROWID;
CREATE TABLE outputs (entry INTEGER PRIMARY KEY, time INTEGER, output TEXT, digest TEXT);
"""


@dataclass(frozen=True, slots=True)
class RuleSpan:
    """A rule of the editions of one order while it was in force.

    Attributes:
        rule: what it blocks or excepts.
        key: number of the order's family in the index.
        since: entry of the first image that has it.
        until: entry of the first that has it no longer; ``None`` if the last has it.
    """

    rule: Rule
    key: int
    since: int
    until: int | None

    def holds(self, image: int) -> bool:
        """Whether the image of an entry has it."""
        return self.since <= image and (self.until is None or image < self.until)


def connect(folder: Path) -> sqlite3.Connection:
    """Open the index of a record to write; one that cannot be used is made anew."""
    path = folder / FILE
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path)
    with suppress(sqlite3.DatabaseError):
        _prepare(connection)
        if _layout(connection) == LAYOUT:
            return connection
    connection.close()
    return made_anew(folder)


def made_anew(folder: Path) -> sqlite3.Connection:
    """Return an empty index in place of the one that is there."""
    for name in (FILE, f"{FILE}-journal"):
        _wipe(folder / name)
    path = folder / FILE
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    return _with_tables(sqlite3.connect(path))


def in_memory() -> sqlite3.Connection:
    """Return an empty index for a reader who may not write the one of the record."""
    return _with_tables(sqlite3.connect(":memory:"))


def to_read(folder: Path) -> sqlite3.Connection | None:
    """Open the index of a record to read; ``None`` if it is missing or cannot be read."""
    path = folder / FILE
    if not path.is_file():
        return None
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    with suppress(sqlite3.DatabaseError):
        if _layout(connection) == LAYOUT:
            return connection
    connection.close()
    return None


def state_of(connection: sqlite3.Connection, name: str) -> str | int | None:
    """Return what the index says of itself."""
    found = connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
    return None if found is None else found[0]


def set_state(connection: sqlite3.Connection, name: str, value: str | int) -> None:
    """Change what the index says of itself."""
    connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))


def spans_of(connection: sqlite3.Connection, names: Iterable[str]) -> list[RuleSpan]:
    """Return the spans of the rules at some names; ``""`` is where patterns stand."""
    rows = connection.execute(
        "SELECT name, value, kind, allow, key, since, until FROM spans"
        " WHERE name IN (SELECT value FROM json_each(?))",
        (json.dumps(list(names)),),
    )
    return [
        RuleSpan(Rule(TargetKind(kind), value or name, bool(allow)), key, since, until)
        for name, value, kind, allow, key, since, until in rows
    ]


def images_at(connection: sqlite3.Connection, instant: int) -> list[int]:
    """Return the images that were the last when the clock showed an instant.

    There are several if it was set back, and none before the first.
    """
    found: list[int] = []
    runs = connection.execute(
        "SELECT first, last, ends FROM runs WHERE begins <= ? ORDER BY first", (instant,)
    ).fetchall()
    (final,) = connection.execute("SELECT max(last) FROM runs").fetchone()
    for first, last, ends in runs:
        if instant > ends and last != final:
            continue
        row = connection.execute(
            "SELECT entry FROM images WHERE time <= ? AND entry BETWEEN ? AND ?"
            " ORDER BY time DESC, entry DESC LIMIT 1",
            (instant, first, last),
        ).fetchone()
        if row is None:
            row = connection.execute(
                "SELECT max(entry) FROM images WHERE entry < ?", (first,)
            ).fetchone()
        found += row if row[0] is not None else ()
    return list(dict.fromkeys(found))


def member_at(connection: sqlite3.Connection, image: int, order_id: str) -> tuple[int, str] | None:
    """Return entry and deviation of an order in an image; ``None`` if it has none of that id."""
    row = connection.execute(
        "SELECT entry, deviation FROM members JOIN orders USING (entry)"
        " WHERE id = ? AND since <= ? AND (until IS NULL OR until > ?)",
        (order_id, image, image),
    ).fetchone()
    return None if row is None else (int(row[0]), str(row[1]))


def orders_at(
    connection: sqlite3.Connection, image: int, keys: Iterable[int]
) -> list[tuple[int, int, str]]:
    """Return family, entry and deviation of the orders of some families in an image."""
    return connection.execute(
        "SELECT o.key, m.entry, m.deviation FROM orders o JOIN members m USING (entry)"
        " WHERE o.key IN (SELECT value FROM json_each(?))"
        " AND m.since <= ? AND (m.until IS NULL OR m.until > ?) ORDER BY o.key, m.entry",
        (json.dumps(list(keys)), image, image),
    ).fetchall()


def family_key(connection: sqlite3.Connection, family: str) -> int:
    """Return the number of a family, which gets one."""
    connection.execute("INSERT OR IGNORE INTO families (family) VALUES (?)", (family,))
    (key,) = connection.execute("SELECT key FROM families WHERE family = ?", (family,)).fetchone()
    return int(key)


def resolvers_of(connection: sqlite3.Connection) -> list[tuple[int, str, str]]:
    """Return number, output and name of each resolver that was seen to serve."""
    return connection.execute(
        "SELECT number, output, resolver FROM resolvers ORDER BY output, resolver"
    ).fetchall()


def last_look(connection: sqlite3.Connection, resolver: int, instant: int) -> int | None:
    """Return the image that a resolver was last seen with; ``None`` if it was not seen.

    It is -1 for an image that is not in the record.
    """
    row = connection.execute(
        "SELECT coalesce(image, -1) FROM served WHERE resolver = ? AND first <= ?"
        " ORDER BY entry DESC LIMIT 1",
        (resolver, instant),
    ).fetchone()
    return None if row is None else int(row[0])


def served_since(
    connection: sqlite3.Connection, resolver: int, instant: int, image: int
) -> int | None:
    """Return since when a resolver was seen with no image before ``image``, until an instant."""
    (before,) = connection.execute(
        "SELECT coalesce(max(entry), -1) FROM served"
        " WHERE resolver = ? AND first <= ? AND coalesce(image, -1) < ?",
        (resolver, instant, image),
    ).fetchone()
    (first,) = connection.execute(
        "SELECT min(first) FROM served WHERE resolver = ? AND first <= ? AND entry > ?",
        (resolver, instant, before),
    ).fetchone()
    return None if first is None else int(first)


def digest_of(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Return what the index says of rules and orders, to compare it with another."""
    spans = connection.execute(
        "SELECT name, value, kind, allow, family, since, until, grounds FROM spans"
        " JOIN families USING (key) ORDER BY name, value, kind, allow, family, since"
    ).fetchall()
    members = connection.execute(
        "SELECT entry, deviation, since, until, id, erased, family FROM members"
        " LEFT JOIN orders USING (entry) LEFT JOIN families USING (key) ORDER BY entry, since"
    ).fetchall()
    served = connection.execute(
        "SELECT output, resolvers.resolver, entry, image, first, last FROM served"
        " JOIN resolvers ON number = served.resolver ORDER BY entry"
    ).fetchall()
    parts = connection.execute(
        "SELECT entry, texts, dropped, source FROM orders ORDER BY entry"
    ).fetchall()
    kept = connection.execute("SELECT * FROM kept ORDER BY entry").fetchall()
    kept += connection.execute("SELECT * FROM stamps ORDER BY entry").fetchall()
    images = connection.execute("SELECT * FROM images ORDER BY entry").fetchall()
    runs = connection.execute("SELECT * FROM runs ORDER BY first").fetchall()
    outputs = connection.execute("SELECT * FROM outputs ORDER BY entry").fetchall()
    return [*spans, *members, *served, *parts, *kept, *images, *runs, *outputs]


def was_written(connection: sqlite3.Connection, instant: int) -> bool:
    """Whether an output was recorded up to an instant."""
    row = connection.execute("SELECT 1 FROM outputs WHERE time <= ?", (instant,)).fetchone()
    return row is not None


def last_output(connection: sqlite3.Connection, output: str, instant: int) -> int | None:
    """Return the entry that says how an output was last written up to an instant, if any does."""
    row = connection.execute(
        "SELECT max(entry) FROM outputs WHERE output = ? AND time <= ?", (output, instant)
    ).fetchone()
    return None if row[0] is None else int(row[0])


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA secure_delete = ON")
    # It is behind the record after a loss of power, at worst, and is then made again.
    connection.execute("PRAGMA synchronous = OFF")


def _with_tables(connection: sqlite3.Connection) -> sqlite3.Connection:
    _prepare(connection)
    connection.executescript(_TABLES)
    set_state(connection, "layout", LAYOUT)
    set_state(connection, "size", 0)
    connection.commit()
    return connection


def _layout(connection: sqlite3.Connection) -> str | int | None:
    return state_of(connection, "layout")


def _wipe(path: Path) -> None:
    """Overwrite a file and remove it."""
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
