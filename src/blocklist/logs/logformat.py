"""LOG FORMAT: what is known of one format of query logs.

A statement of SQL makes the common columns of it:

- ``event``: ``query`` or ``reply``, either of which is one query of a client;
  ``other`` for what is no query of a client; ``unread query`` and ``unread reply`` for one whose
  name or time is lost, and ``unread`` where it may be either;
- ``time``: UTC; ``name``: text as logged; ``client``, ``qtype``, ``rcode``: text or null;
- ``outcome``: ``blocked`` if the client got nothing of what it asked for, ``answered`` if it did,
  null if the log does not tell;
- ``answers``: list of the addresses and names that the records of the answer lead to, null if the
  log does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, BinaryIO

from .engine import selected
from .logfile import Head, LineCount

TIME = "@time@"
"""Stands in a statement for the time at the beginning of the line."""
SAMPLE = 500
"""Lines of the beginning that are compared with what a format looks like."""


class Basis(StrEnum):
    """What shows that a format is read as it is."""

    PROGRAM = "logs of the real program were read"
    DESCRIPTION = "known from its documentation or source only"


@dataclass(frozen=True, slots=True)
class FrameReading:
    """What the reader of a file that is no text is given beside the file.

    Attributes:
        sinkholes: addresses of 4 or 16 octets that stand for a block, beside 0.0.0.0 and ::.
        answers: whether the column ``answers`` is wanted, which takes time.
        count: what became of the file.
    """

    sinkholes: frozenset[bytes] = frozenset()
    answers: bool = False
    count: LineCount = field(default_factory=LineCount)


@dataclass(frozen=True, slots=True)
class LogFormat:
    """One format.

    Attributes:
        name: as ``--format`` takes it.
        title: the program, in words.
        looks: the share of a file's beginning that looks like it, from 0 to 1.
        statement: from the beginning of a file to SQL over ``lines(line)`` or ``events``.
        events: for a file that is no text: from the file to its events; else ``None``.
        zone: how its times are meant, in words.
        counted: what is counted, in words.
        proof: what shows that it is read rightly.
    """

    name: str
    title: str
    looks: Callable[[Head], float]
    statement: Callable[[Head], str]
    counted: str
    zone: str = "local time without a zone"
    events: Callable[[BinaryIO, FrameReading], Iterator[Any]] | None = None
    proof: Basis = Basis.DESCRIPTION


def like(pattern: str) -> Callable[[Head], float]:
    """Return what says which share of the first lines a pattern is found in."""
    found = re.compile(pattern).search

    def looks(head: Head) -> float:
        lines = [line[:4096] for line in head.lines[:SAMPLE] if line]
        return sum(found(line) is not None for line in lines) / len(lines) if lines else 0.0

    return looks


def always(statement: str) -> Callable[[Head], str]:
    """Return what gives the same statement for every file but for the way it writes the time."""
    return lambda head: statement.replace(TIME, stamped(head))


_STAMPS = (
    (r"\[\d{9,}", "epoch_time(TRY_CAST(split_part(substr(line, 2, 24), ']', 1) AS DOUBLE))"),
    (r"\[?\d{4}-\d\d-\d\dT", "iso_time(split_part(line, ' ', 1))"),
    (
        r"\d\d-[A-Z][a-z]{2}-\d{4} \S+\.\d",
        "local_time(try_strptime(substr(line, 1, 24), '%d-%b-%Y %H:%M:%S.%g'))",
    ),
    (r"[A-Z][a-z]{2} [ \d]\d ", "local_time(yearless(substr(line, 1, 15)))"),
)


def stamped(head: Head) -> str:
    """Return SQL for the time at the beginning of ``line``, as most of the first lines write it.

    Lines that write it otherwise are read as well, which costs more.
    """
    looks = {sql: like(f"^{pattern}")(head) for pattern, sql in _STAMPS}
    best = max(looks, key=lambda sql: looks[sql])
    return f"coalesce({best}, line_time(line))" if looks[best] else "line_time(line)"


LINES = "(SELECT line FROM lines WHERE line <> '')"
"""The lines of a file."""


def staged(relation: str, **columns: str) -> str:
    """Return a relation of SQL with more columns, which are worked out once for each row."""
    more = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    return f"({selected(f'*, {more}', relation)})"


def rewritten(line: str) -> str:
    """Return the lines of a file as SQL makes them of each ``line``."""
    return f"({selected(f'{line} AS line', LINES)})"


def select(
    relation: str,
    *,
    event: str,
    time: str,
    name: str,
    client: str = "NULL",
    qtype: str = "NULL",
    rcode: str = "NULL",
    outcome: str = "",
    answers: str = "NULL",
) -> str:
    """Return the statement that makes the common columns from a relation of SQL."""
    return selected(
        f"{event} AS event, {time} AS time, {name} AS name, {client} AS client, "
        f"{qtype} AS qtype, {rcode} AS rcode, {outcome or f'said({rcode})'} AS outcome, "
        f"CAST({answers} AS VARCHAR[]) AS answers",
        relation,
    )
