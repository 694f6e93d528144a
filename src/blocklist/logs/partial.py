"""PARTIAL: one file of a log → a small table of hits, and what was read.

The unit of work of every executor: ``scan`` takes a ``ScanTask`` and returns a ``Partial``, both of
which can be pickled. An image is opened once in a process, and never pickled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..errors import LogError
from ..matcher.blocklist import Blocklist
from ..model.countries import time_zone
from .columnfiles import csv_rows, database_batches, json_rows, parquet_rows
from .engine import Clock, ColumnFunction, connection, libraries, quoted, register, selected
from .framelogs import batches, schema, text_schema, wire_names
from .hitcolumns import Networks, Periods
from .knownformats import FORMATS, PLAIN, format_of
from .logfile import Head, LineCount, blocks, head_of, spooled, unpacked, written
from .logformat import FrameReading, select
from .tally import Tally

_LINK = "log"
_MOSTLY = 0.9
"""Share of the queries that must have a reply for replies to be counted in their place."""


@dataclass(frozen=True, slots=True)
class ScanTask:
    """What is to be done with one file.

    Attributes:
        path: of the file, or ``-``.
        images: path and digest of the image, and of the shadow image if there is one.
        format: its name; empty to look at the content.
        columns: of a table: which column is which.
        zone: IANA name of the zone in which days are cut.
        log_zone: of times that have no zone.
        by: ``day`` or ``hour``.
        changes: instants at which an order of the images begins or ends, as microseconds since
            1970, sorted.
        sinkholes: addresses of 4 or 16 octets that stand for a block.
        prefix: bits of an IPv6 address by which clients are told apart.
        memory: octets that the scan may use.
        threads: how many; ``None`` for all cores.
    """

    path: str
    images: tuple[tuple[str, str], ...]
    format: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"
    log_zone: str = "UTC"
    by: str = "day"
    changes: tuple[int, ...] = ()
    sinkholes: frozenset[bytes] = frozenset()
    prefix: int = 64
    memory: int = 1 << 29
    threads: int | None = None


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

    def without_hits(self) -> Partial:
        """Return what was read, without the names and clients."""
        return replace(self, hits=None)

    @property
    def unread_share(self) -> float:
        """The part of the queries that could not be read, from 0 to 1."""
        return self.unread / max(1, self.unread + self.queries)


@lru_cache(maxsize=4)
def opened(path: str, digest: str) -> Blocklist:
    """Return the blocklist of an image, opened once in a process; ``LogError`` if it changed."""
    blocked = Blocklist.open(path)
    if blocked.image.digest != digest:
        raise LogError("the image was replaced while logs were read; start again", path=path)
    return blocked


def scan(task: ScanTask) -> Partial:
    """Read one file.

    Raises:
        LogError: it cannot be read, or its format is not known.
        OSError: it cannot be opened.
    """
    with reading(task) as (path, folder, failed):
        return _scan(task, path, folder, failed)


@contextmanager
def reading(task: ScanTask) -> Iterator[tuple[str, str, list[LogError]]]:
    """Yield the path of a file, a folder for what is needed meanwhile, and a list for faults.

    Raises:
        LogError: what went wrong meanwhile, with the file's own path.
    """
    with TemporaryDirectory(prefix="blocklist-log-") as folder, spooled(task.path, folder) as path:
        failed: list[LogError] = []
        try:
            yield path, folder, failed
        except LogError as error:
            told = failed[0] if failed else error  # DuckDB says it in other words
            if told.path is not None:
                raise told from error
            said = str(told).replace(str(Path(folder, _LINK)), task.path)
            raise LogError(said, path=task.path) from error


@dataclass(frozen=True, slots=True)
class LogRows:
    """A file that is open in DuckDB.

    Attributes:
        link: the connection.
        statement: for the common columns; it can be read once.
        format: how the file is read.
        count: what became of its lines, when the statement was read.
    """

    link: Any
    statement: str
    format: str
    count: LineCount

    def count_rejected(self) -> None:
        """Count the lines that DuckDB itself rejected, when the statement was read."""
        if self.format == "csv":
            self.count.lost += self.link.sql(_REJECTED).fetchall()[0][0]


@contextmanager
def rows_of(
    task: ScanTask,
    path: str,
    folder: str,
    failed: list[LogError],
    functions: Mapping[str, ColumnFunction],
) -> Iterator[LogRows]:
    """Open a file, with functions for statements about it; arguments are those of ``reading``."""
    head = head_of(path)
    name = format_of(head, task.format, has_columns=bool(task.columns), path=task.path)
    clock = Clock(task.log_zone, written(path, time_zone(task.log_zone)))
    count = LineCount()
    with connection(task.memory, task.threads, clock) as link:
        register(link, functions)
        with source_of(link, task, head, name, path, folder, count, failed) as statement:
            yield LogRows(link, statement, name, count)


def _scan(task: ScanTask, path: str, folder: str, failed: list[LogError]) -> Partial:
    asked = [opened(*image).is_blocked_many for image in task.images]
    tally = Tally(asked)
    functions = standard_functions(task, tally)
    for number, function in enumerate(asked):
        functions[f"asked_{number}"] = ColumnFunction(function, ("VARCHAR",), "BOOLEAN")
    if task.changes:
        functions["period_of"] = ColumnFunction(Periods(task.changes), ("TIMESTAMP",), "INTEGER")
    with rows_of(task, path, folder, failed, functions) as rows:
        hits = rows.link.sql(_hits(task, rows.statement)).to_arrow_table()
        rows.count_rejected()
    return partial_of(task, rows, tally, hits)


_REJECTED = "SELECT count(DISTINCT line) FROM reject_errors"


def standard_functions(task: ScanTask, tally: Tally) -> dict[str, ColumnFunction]:
    """Return what the statements of all formats call, ``is_hit`` and ``network``."""
    return {
        "is_hit": ColumnFunction(
            tally, ("VARCHAR", "TIMESTAMP", "VARCHAR"), "BOOLEAN", has_effects=True
        ),
        "network": ColumnFunction(Networks(task.prefix), ("VARCHAR",), "VARCHAR"),
        "wire_name": ColumnFunction(wire_names, ("BLOB",), "VARCHAR"),
    }


@contextmanager
def source_of(
    link: Any,
    task: ScanTask,
    head: Head,
    name: str,
    path: str,
    folder: str,
    count: LineCount,
    failed: list[LogError],
) -> Iterator[str]:
    """Let the connection read a file, and yield the statement for its common columns.

    What goes wrong as it is read is added to ``failed``.
    """
    _, pa = libraries("reading query logs")
    if name in {"parquet", "csv"}:
        plain = str(Path(folder, _LINK))  # DuckDB takes * and ? of a path as a pattern
        Path(plain).symlink_to(Path(path).resolve())
        if name == "parquet":
            yield parquet_rows(link, plain, task.columns, task.path)
        else:
            yield csv_rows(plain, head, task.columns, task.path)
        return
    if name == "sqlite":
        link.register("cells", _reader(text_schema(), database_batches(path, task.columns), failed))
        yield "SELECT * REPLACE (number_or_time(time) AS time) FROM cells"
        return
    known = FORMATS.get(name)
    if known is not None and known.events is not None:
        with unpacked(path, head.packing, count) as file:
            events = known.events(file, FrameReading(task.sinkholes, count))
            link.register("events", _reader(schema(), batches(events), failed))
            yield known.statement(head)
        return
    made = pa.schema([("block", pa.string())])
    texts = (
        pa.record_batch([pa.array([text], pa.string())], schema=made)
        for text in blocks(path, head.packing, count)
    )
    link.register("blocks", _reader(made, texts, failed))
    link.execute(
        "CREATE TEMP VIEW lines AS SELECT unnest(string_split(block, chr(10))) AS line FROM blocks"
    )
    if known is not None:
        yield known.statement(head)
    elif name == PLAIN:
        instant = datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)
        yield select(
            "lines",
            event="CASE WHEN line = '' THEN 'other' ELSE 'query' END",
            time=f"TIMESTAMP '{instant:%Y-%m-%d %H:%M:%S}'",
            name="trim(line)",
        )
    else:
        yield json_rows(head, task.columns, task.path)


def _reader(made: Any, batches_: Iterator[Any], failed: list[LogError]) -> Any:
    _, pa = libraries("reading query logs")

    def read() -> Iterator[Any]:
        try:
            yield from batches_
        except LogError as error:
            failed.append(error)
            raise

    return pa.RecordBatchReader.from_batches(made, read())


def _hits(task: ScanTask, statement: str) -> str:
    """Return the statement that groups the rows that an image blocks.

    All rows go through ``is_hit``, which counts them: that is cheaper than groups for the others.
    """
    local = (
        "time" if task.zone == "UTC" else f"timezone({quoted(task.zone)}, timezone('UTC', time))"
    )
    return selected(
        "event, asked_0(name) AS blocked, "
        f"{'asked_1(name)' if len(task.images) > 1 else 'FALSE'} AS shadow, "
        "lower(undotted(name)) AS name, "
        f"CAST(date_trunc({quoted(task.by)}, {local}) AS TIMESTAMP) AS day, "
        f"{'period_of(time)' if task.changes else '0'} AS period, "
        "CASE WHEN contains(client, ':') THEN network(client) ELSE client END AS client, outcome, "
        "count(*) AS queries, min(time) AS first, max(time) AS last",
        f"({statement}) WHERE is_hit(event, time, name) GROUP BY ALL",
    )


def partial_of(task: ScanTask, rows: LogRows, tally: Tally, hits: Any) -> Partial:
    """Return what a file gave, with the hits of the events that are counted."""
    import pyarrow.compute as pc

    counts, count = tally.counts, rows.count
    # A log that has both of some queries only is counted by what it has of all.
    is_reply = counts["reply"] >= _MOSTLY * counts["query"] and counts["reply"] > 0
    counted, second = ("reply", "query") if is_reply else ("query", "reply")
    first, last = tally.spans.get(counted, (None, None))
    return Partial(
        path=task.path,
        format=rows.format,
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
