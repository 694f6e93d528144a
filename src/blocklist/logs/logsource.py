"""LOG SOURCE: a file of a log in DuckDB, as a statement for its common columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..errors import LogError
from ..model.countries import time_zone
from .columnfiles import csv_rows, database_batches, json_rows, parquet_rows
from .engine import Clock, ColumnFunction, connection, libraries, register
from .framelogs import batches, schema, text_schema
from .knownformats import FORMATS, PLAIN, format_of
from .logfile import Head, LineCount, blocks, head_of, spooled, unpacked, written
from .logformat import FrameReading, select
from .rowgroups import RowGroups, row_groups
from .scantask import ScanTask

_LINK = "log"
_REJECTED = "SELECT count(DISTINCT line) FROM reject_errors"


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
        groups: the same rows, of a file of Parquet with plain columns.
        failed: what goes wrong as the file is read.
    """

    link: Any
    statement: str
    format: str
    count: LineCount
    groups: RowGroups | None = None
    failed: list[LogError] = field(default_factory=list)

    def count_rejected(self) -> None:
        """Count the lines that DuckDB itself rejected, when the statement was read."""
        if self.format == "csv":
            self.count.lost += self.link.sql(_REJECTED).fetchall()[0][0]


@contextmanager
def log_rows(
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
            is_parquet = name == "parquet"
            groups = row_groups(path, task.columns, task.path, task.threads) if is_parquet else None
            yield LogRows(link, statement, name, count, groups, failed)


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
        link.register(
            "cells", batch_reader(text_schema(), database_batches(path, task.columns), failed)
        )
        yield (
            "SELECT * REPLACE (number_or_time(time) AS time), CAST(NULL AS VARCHAR[]) AS answers "
            "FROM cells"
        )
        return
    known = FORMATS.get(name)
    if known is not None and known.events is not None:
        with unpacked(path, head.packing, count) as file:
            events = known.events(file, FrameReading(task.sinkholes, task.answers, count))
            link.register("events", batch_reader(schema(), batches(events), failed))
            yield known.statement(head)
        return
    made = pa.schema([("block", pa.string())])
    texts = (
        pa.record_batch([pa.array([text], pa.string())], schema=made)
        for text in blocks(path, head.packing, count)
    )
    link.register("blocks", batch_reader(made, texts, failed))
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


def batch_reader(made: Any, batches_: Iterator[Any], failed: list[LogError]) -> Any:
    """Return a reader of batches for DuckDB, which tells errors of them in other words.

    Args:
        made: schema of the batches.
        batches_: what is read.
        failed: errors of it are added to it.
    """
    _, pa = libraries("reading query logs")

    def read() -> Iterator[Any]:
        try:
            yield from batches_
        except LogError as error:
            failed.append(error)
            raise

    return pa.RecordBatchReader.from_batches(made, read())
