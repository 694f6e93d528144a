"""SPARK: the audit of query logs that are rows of a DataFrame, in the cluster that holds them.

A partition is the unit: each is scanned as a file is, and Spark adds up what they gave. Files that
Spark does not read itself go through ``audit`` with ``map=``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from ..errors import ConfigurationError, LogError, missing_extra
from ..image.contents import ImageSource
from ..model.countries import time_zone
from .auditplan import planned
from .auditreport import Audit
from .columnfiles import chosen, typed_rows
from .engine import Clock, connection, libraries, register
from .logfile import LineCount
from .logoptions import LEAST_CLIENTS
from .partial import Partial, functions_of, hits_of, partial_of, tally_of
from .scantask import ScanTask
from .tally import Tally

SPARK: Final = "Spark"
"""Stands for the path of a file in what was read and in messages."""
MEMORY = 1 << 29
"""Octets that each task of Spark may use if nothing else is said, and the merge."""

_KEYS = {
    "event": "string",
    "blocked": "boolean",
    "shadow": "boolean",
    "name": "string",
    "day": "bigint",
    "period": "int",
    "client": "string",
    "outcome": "string",
}
_SUMS = {"queries": "sum", "first": "min", "last": "max"}
_SCHEMA = ", ".join(
    f"{name} {kind}" for name, kind in (_KEYS | dict.fromkeys(_SUMS, "bigint")).items()
)
_TIMES = ("day", "first", "last")
_FAILED = "blocklist.errors.LogError: "


def audit_frame(
    frame: Any,
    image: ImageSource,
    *,
    shadow: ImageSource | None = None,
    columns: Mapping[str, str] | None = None,
    zone: str = "",
    log_zone: str = "",
    by: str = "day",
    min_clients: int = LEAST_CLIENTS,
    prefix: int = 64,
    lenient: bool = False,
    confidential: bool = False,
    memory: int = MEMORY,
    ship: bool = True,
) -> Audit:
    """Read the queries in a DataFrame of Spark, and say what they hold for the orders in an image.

    The tables are those that ``audit`` makes of the same rows.

    Args:
        frame: a row for each query.
        image: compiled orders.
        shadow: orders that are not enforced yet; their hits are reported apart.
        columns: ``{"time": …, "name": …, "client": …}``; default: columns with usual names.
        zone: IANA name of the zone in which days are cut; default: this machine's.
        log_zone: of times that are text without a zone; default: this machine's.
        by: ``day`` or ``hour``.
        min_clients: smaller counts of clients are not shown.
        prefix: bits of an IPv6 address by which clients are told apart.
        lenient: also take logs of which more than 1 % of the queries cannot be read.
        confidential: show names and ids of confidential orders.
        memory: octets of each task, and of the merge here; the rest is spilled.
        ship: send the images to the executors; else they open them at the paths given here.

    Raises:
        ImportError: pyspark, DuckDB or pyarrow is missing (extra ``spark``).
        LogError: the rows cannot be read.
        ImageError: an image cannot be opened.
        ConfigurationError: an option is not possible.
    """
    make, failure = pyspark()
    with planned(
        image,
        shadow,
        columns=columns,
        zone=zone,
        log_zone=log_zone,
        by=by,
        min_clients=min_clients,
        sinkholes=(),
        prefix=prefix,
        lenient=lenient,
        confidential=confidential,
        memory=memory,
    ) as plan:
        found = chosen(plan.task.columns, frame.columns, SPARK)
        # mapInArrow takes no column with a point in its name.
        rows = frame.select(*(make.col(_quoted(name)).alias(key) for key, name in found.items()))
        task = replace(
            plan.task, path=SPARK, columns=dict(zip(found, found, strict=True)), threads=1
        )
        if ship:
            context = _context(frame, failure)
            for path, digest in task.images:
                context.addFile(_kept(path, digest))
            task = replace(task, images=tuple((f"{d}.blk", d) for _, d in task.images))
        return plan.audit([_collected(rows, task, is_shipped=ship)])


def pyspark() -> tuple[Any, Any]:
    """Return what makes columns in Spark, and its errors; ``ImportError`` if it is missing."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import functions as make
    except ImportError as error:
        text = missing_extra("reading query logs on Spark", "spark")
        raise ImportError(text, name=error.name) from error
    return make, PySparkException


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def _context(frame: Any, failure: Any) -> Any:
    try:
        return frame.sparkSession.sparkContext
    except failure as error:
        raise ConfigurationError(
            "Spark Connect takes no files; put the image where each executor sees it under the "
            "same path, and pass ship=False"
        ) from error


@cache
def _copies() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="blocklist-spark-")  # until this process ends


def _kept(path: str, digest: str) -> str:
    """Return a copy of an image under a name that no other has, there until this process ends.

    Spark never forgets a file that was added: an executor that starts later fetches it, and another
    one of the same name is refused.
    """
    copy = Path(_copies().name, f"{digest}.blk")
    if not copy.exists():
        shutil.copyfile(path, copy)
    return str(copy)


def _collected(rows: Any, task: ScanTask, *, is_shipped: bool) -> Partial:
    """Return what all partitions gave, added up by Spark."""
    make, failure = pyspark()
    hits = rows.mapInArrow(partial(scanned, task, is_shipped), _SCHEMA)
    sums = [getattr(make, how)(name).alias(name) for name, how in _SUMS.items()]
    try:
        return _partial(_table(hits.groupBy(*_KEYS).agg(*sums)))
    except failure as error:
        _, found, said = str(error).rpartition(_FAILED)
        if not found:
            raise
        raise LogError(said.partition("\n")[0]) from error


def _table(frame: Any) -> Any:
    """Return the rows of a DataFrame, which are few, with times of Arrow."""
    _, pa = libraries("reading query logs")
    if hasattr(frame, "toArrow"):  # since 4.0
        table = frame.toArrow()
    else:
        table = pa.Table.from_pandas(frame.toPandas(), preserve_index=False)
    kinds = {"period": pa.int32(), "queries": pa.int64()}
    for at, name in enumerate(table.column_names):
        if name in _TIMES:
            table = table.set_column(
                at, name, table[name].cast(pa.int64()).cast(pa.timestamp("us"))
            )
        elif name in kinds:
            table = table.set_column(at, name, table[name].cast(kinds[name]))
    return table


def _partial(table: Any) -> Partial:
    import pyarrow.compute as pc

    tally = Tally(())
    for row in table.filter(pc.is_null(table["name"])).to_pylist():
        tally.counts[row["event"]] = row["queries"]
        if row["first"] is not None:
            tally.spans[row["event"]] = row["first"], row["last"]
    hits = table.filter(pc.is_valid(table["name"]))
    return partial_of(SPARK, SPARK.lower(), tally, hits, LineCount())


def scanned(task: ScanTask, is_shipped: bool, batches: Iterable[Any]) -> Iterator[Any]:
    """Yield the hits of one partition, as batches; runs on an executor.

    Rows without a name say how many rows of an event there are: an accumulator of Spark would count
    a task again that it repeats.
    """
    _, pa = libraries("reading query logs")
    if is_shipped:
        from pyspark import SparkFiles

        task = replace(task, images=tuple((SparkFiles.get(n), d) for n, d in task.images))
    rows = iter(batches)
    first = next(rows, None)
    if first is None:
        return
    tally = tally_of(task)
    clock = Clock(task.log_zone, datetime.now(time_zone(task.log_zone)).replace(tzinfo=None))

    def all_rows() -> Iterator[Any]:
        yield first
        yield from rows

    with connection(task.memory, task.threads, clock) as link:
        register(link, functions_of(task, tally))
        link.register("cells", pa.RecordBatchReader.from_batches(first.schema, all_rows()))
        hits = hits_of(task, link, typed_rows(link, "cells", task.columns, task.path), tally)
    for at, name in enumerate(hits.schema.names):
        if name in _TIMES:
            hits = hits.set_column(at, name, hits[name].cast(pa.int64()))
    yield from hits.to_batches()
    counts = [
        dict.fromkeys(hits.schema.names) | {"event": event, "queries": count} | _span(tally, event)
        for event, count in tally.counts.items()
    ]
    yield from pa.Table.from_pylist(counts, hits.schema).to_batches()


def _span(tally: Tally, event: str) -> dict[str, int]:
    import pyarrow as pa

    span = pa.array(tally.spans.get(event, ()), pa.timestamp("us"))
    return dict(zip(("first", "last"), span.cast(pa.int64()).to_pylist(), strict=False))
