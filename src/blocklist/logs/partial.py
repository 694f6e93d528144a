"""PARTIAL: one file of a log → a small table of hits, and what was read.

The unit of work of every executor: ``scan`` takes a ``ScanTask`` and returns a ``Partial``, both of
which can be pickled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .engine import ColumnFunction, beside, libraries, quoted, selected
from .framelogs import wire_names
from .hitcolumns import Networks, Periods
from .logfile import LineCount
from .logsource import log_rows, reading
from .scantask import ScanTask, opened
from .tally import Tally

_MOSTLY = 0.9
"""Share of the queries that must have a reply for replies to be counted in their place."""
_AT_ONCE = 1 << 16
"""Rows of which an image is asked at once: DuckDB hands 2,048 to a function."""
_SEEN = (
    "CAST(event AS ENUM ('query', 'reply', 'other', 'unread', 'unread query', 'unread reply')) "
    "AS event, time, name, client, CAST(outcome AS ENUM ('blocked', 'answered')) AS outcome"
)
"""Columns of hits; words that come again in each row are handed over as numbers."""


Kept = Callable[[Any, str, str], Any]
"""See ``scan_by``."""


@dataclass(frozen=True, slots=True)
class Partial:
    """What one file gave.

    Attributes:
        path: of the file.
        format: how it was read.
        counted: ``query`` or ``reply``: which event of each query was counted.
        queries: that were counted.
        second: the other events of the same queries.
        others: lines, frames or packets that are no query of a client.
        unread: queries that could not be read.
        is_cut: whether the file ends too early.
        first: time of the first query, UTC without a zone; ``None`` without queries.
        last: time of the last one.
        hits: table of Arrow: ``blocked, shadow, name, day, period, client, outcome, queries,
            first, last``.
        with_answers: queries whose answers were read; 0 where nobody asked for them.
    """

    path: str
    format: str
    counted: str
    queries: int
    second: int
    others: int
    unread: int
    is_cut: bool
    first: datetime | None
    last: datetime | None
    hits: Any
    with_answers: int = 0

    def without_hits(self) -> Partial:
        """Return what was read, without the names and clients."""
        return replace(self, hits=None)

    @property
    def unread_share(self) -> float:
        """The part of the queries that could not be read, from 0 to 1."""
        return self.unread / max(1, self.unread + self.queries)


def scan(task: ScanTask) -> Partial:
    """Read one file; errors as of ``scan_by``."""
    tally = tally_of(task)
    return scan_by(task, lambda link, of, _: hits_of(task, link, of, tally), tally=tally)


def scan_by(
    task: ScanTask,
    kept: Kept,
    functions: Mapping[str, ColumnFunction] | None = None,
    tally: Tally | None = None,
) -> Partial:
    """Read one file, and keep of its rows what statements make of them.

    Args:
        task: what is to be read; without images every query is a hit.
        kept: from the connection, the statement for the common columns and the name of the format
            to the table that becomes ``hits``; statements in it call ``is_hit(event, time, name)``
            once for each row, and keep ``event``.
        functions: that they call, beside those of ``scan``.
        tally: that counts, if ``kept`` calls it itself in the place of ``is_hit``.

    Raises:
        LogError: it cannot be read, or its format is not known.
        OSError: it cannot be opened.
    """
    tally = tally or tally_of(task)
    known = {**functions_of(task, tally), **(functions or {})}
    with (
        reading(task) as (path, folder, failed),
        log_rows(task, path, folder, failed, known) as rows,
    ):
        hits = kept(rows.link, rows.statement, rows.format)
        rows.count_rejected()
    return partial_of(task.path, rows.format, tally, hits, rows.count)


def rows_of(link: Any, statement: str) -> Any:
    """Return the rows of a statement as a table of Arrow."""
    return link.sql(statement).to_arrow_table()


def _each(names: Any) -> Any:
    return names.is_valid()


def tally_of(task: ScanTask) -> Tally:
    """Return what asks the images of a task, and counts; without images every name is a hit."""
    return Tally([opened(*image).is_blocked_many for image in task.images] or [_each])


def functions_of(task: ScanTask, tally: Tally) -> dict[str, ColumnFunction]:
    """Return what the statements of a scan call, by name."""
    found = {
        "is_hit": ColumnFunction(
            tally, ("VARCHAR", "TIMESTAMP", "VARCHAR"), "BOOLEAN", has_effects=True
        ),
        "network": ColumnFunction(Networks(task.prefix), ("VARCHAR",), "VARCHAR"),
        "wire_name": ColumnFunction(wire_names, ("BLOB",), "VARCHAR"),
    }
    for number, function in enumerate(tally.asked):
        found[f"asked_{number}"] = ColumnFunction(function, ("VARCHAR",), "BOOLEAN")
    if task.changes:
        found["period_of"] = ColumnFunction(Periods(task.changes), ("TIMESTAMP",), "INTEGER")
    return found


def hits_of(task: ScanTask, link: Any, statement: str, tally: Tally) -> Any:
    """Return the rows that an image blocks, grouped, as a table of Arrow.

    Args:
        task: how they are grouped.
        link: the connection.
        statement: for the common columns.
        tally: counts all rows; that is cheaper than groups for those without a hit.
    """
    _, pa = libraries("reading query logs")
    rows = link.sql(selected(_SEEN, f"({statement})")).to_arrow_reader(_AT_ONCE)
    hits = (row.filter(tally(row["event"], row["time"], row["name"])) for row in rows)
    other = beside(link)
    other.register("hits", pa.RecordBatchReader.from_batches(rows.schema, hits))
    local = (
        "time" if task.zone == "UTC" else f"timezone({quoted(task.zone)}, timezone('UTC', time))"
    )
    grouped = selected(
        "CAST(event AS VARCHAR) AS event, asked_0(name) AS blocked, "
        f"{'asked_1(name)' if len(task.images) > 1 else 'FALSE'} AS shadow, "
        "lower(undotted(name)) AS name, "
        f"CAST(date_trunc({quoted(task.by)}, {local}) AS TIMESTAMP) AS day, "
        f"{'period_of(time)' if task.changes else '0'} AS period, "
        "CASE WHEN contains(client, ':') THEN network(client) ELSE client END AS client, "
        "CAST(outcome AS VARCHAR) AS outcome, "
        "count(*) AS queries, min(time) AS first, max(time) AS last",
        "hits GROUP BY ALL",
    )
    return rows_of(other, grouped)


def partial_of(path: str, name: str, tally: Tally, hits: Any, count: LineCount) -> Partial:
    """Return what a file gave, from the hits of all events and what was counted.

    Args:
        path: of the file.
        name: of its format.
        tally: that was asked for each row of it.
        hits: what ``hits_of`` gives.
        count: what became of its lines.
    """
    import pyarrow.compute as pc

    counts = tally.counts
    # A log that has both of some queries only is counted by what it has of all.
    is_reply = counts["reply"] >= _MOSTLY * counts["query"] and counts["reply"] > 0
    counted, second = ("reply", "query") if is_reply else ("query", "reply")
    first, last = tally.spans.get(counted, (None, None))
    return Partial(
        path=path,
        format=name,
        counted=counted,
        queries=counts[counted],
        second=counts[second],
        others=counts["other"],
        unread=counts["unread"] + counts[f"unread {counted}"] + count.lost,
        is_cut=count.is_cut,
        first=first,
        last=last,
        hits=hits.filter(pc.equal(hits["event"], counted)).drop_columns(["event"]),
    )
