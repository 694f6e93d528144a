"""Executors: the audit of the same files by DuckDB alone, a process pool, Spark, Dask and Ray.

Each runs in a process of its own, twice: the second run is what counts, for the first one also
starts workers and compiles. Processor time is that of the process and all that it started.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.batch import arrow_missing
from benchmarks.processes import HAS_STATUS, NO_STATUS, ask_child
from benchmarks.querylogs import link_with_names, rows_for, write_rows
from benchmarks.report import Report
from benchmarks.workloads import Workload
from blocklist import Blocklist

OURS = "DuckDB in this process"
FILES = 10
WORKERS = os.cpu_count() or 1
Audited = Callable[[str, Sequence[str]], Any]
"""Audits files with the image at a path."""


def executors(report: Report, workload: Workload, rounds: int) -> None:
    """Print seconds to start, wall and processor seconds, and rows a second of it."""
    blocked = Blocklist.open(workload.rules.image)
    try:
        duckdb = importlib.import_module("duckdb")
    except ImportError:
        report.skip("executors", "duckdb is not installed")
        return
    reason = arrow_missing(blocked) or ("" if HAS_STATUS else NO_STATUS)
    if reason:
        report.skip("executors", reason)
        return
    rows, table, digests = rows_for(workload), [], set()
    with tempfile.TemporaryDirectory(prefix="blocklist-executors-") as name:
        folder = Path(name)
        link = link_with_names(duckdb, workload, folder)
        for number in range(FILES):
            part = folder / f"{number}.parquet"
            write_rows(link, part, rows * number // FILES, rows * (number + 1) // FILES)
        link.close()
        for way in WAYS:
            found = ask_child("executors", way, workload.rules.image, folder, rounds)
            if "missing" in found:
                report.skip(way, f"{found['missing']} is not installed")
                continue
            digests.add(found.pop("digest"))
            report.record("executors", workload, way=way, rows=rows, **found)
            cells = (found["start"], found["first"], found["wall"], found["processor"])
            million = rows / found["processor"] / 1e6
            table.append((way, *(f"{cell:.1f}" for cell in cells), f"{million:.2f}"))
    if len(digests) > 1:
        raise AssertionError("executors do not agree on the tables")
    report.table(
        f"Executors, {rows:,} rows in {FILES} files, {WORKERS} workers, {workload.title}",
        ("way", "start, s", "first run, s", "run, s", "run, CPU s", "million rows a CPU s"),
        table,
    )


@contextmanager
def _alone() -> Iterator[Audited]:
    yield lambda image, logs: _audited(image, logs, None)


@contextmanager
def _pool() -> Iterator[Audited]:
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        yield lambda image, logs: _audited(image, logs, pool.map)


@contextmanager
def _spark() -> Iterator[Audited]:
    sql = importlib.import_module("pyspark.sql")
    from blocklist.logs.spark import audit_frame

    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(2 * WORKERS),
        "spark.ui.enabled": "false",
    }
    builder = sql.SparkSession.builder.master(f"local[{WORKERS}]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield lambda image, logs: audit_frame(
            session.read.parquet(*logs), image, zone="UTC", log_zone="UTC", min_clients=1
        )
    finally:
        session.stop()


@contextmanager
def _dask() -> Iterator[Audited]:
    dask = importlib.import_module("distributed")
    with (
        dask.LocalCluster(
            n_workers=WORKERS, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        dask.Client(cluster) as client,
    ):

        def mapped(scan: Any, tasks: Any) -> Any:
            return client.gather(client.map(scan, tasks, pure=False))

        yield lambda image, logs: _audited(image, logs, mapped)


@contextmanager
def _ray() -> Iterator[Audited]:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray = importlib.import_module("ray")
    ray.init(
        num_cpus=WORKERS,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
        _node_ip_address="127.0.0.1",
    )

    def mapped(scan: Any, tasks: Any) -> Any:
        remote = ray.remote(scan)
        return ray.get([remote.remote(task) for task in tasks])

    try:
        yield lambda image, logs: _audited(image, logs, mapped)
    finally:
        ray.shutdown()


WAYS = {
    OURS: _alone,
    "process pool": _pool,
    "Spark": _spark,
    "Dask": _dask,
    "Ray": _ray,
}


def _audited(image: str, logs: Sequence[str], mapped: Any) -> Any:
    from blocklist.logs import audit

    return audit(image, logs, zone="UTC", log_zone="UTC", min_clients=1, map=mapped)


def main() -> None:
    """Run one way, and print what it took."""
    way, image, folder, rounds = sys.argv[1:]
    logs = sorted(map(str, Path(folder).glob("*.parquet")))
    began = time.monotonic()
    try:
        with WAYS[way]() as audited:
            start = time.monotonic() - began
            first = _wall(lambda: audited(image, logs))[0]
            taken = []
            for _ in range(max(1, int(rounds) - 1)):
                before = processor_seconds()
                wall, found = _wall(lambda: audited(image, logs))
                taken.append((processor_seconds() - before, wall))
    except ModuleNotFoundError as error:
        print(json.dumps({"missing": error.name}))
        return
    processor, wall = min(taken)
    digest = hashlib.sha256(repr(found.rows.to_pylist()).encode()).hexdigest()
    values = {"start": start, "first": first, "wall": wall, "processor": processor}
    print(json.dumps(values | {"digest": digest}))


def _wall(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.monotonic()
    found = call()
    return time.monotonic() - began, found


def processor_seconds() -> float:
    """Processor time so far of this process, those below it, and those of them that have ended."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        number = int(path.parent.name)
        parents[number] = int(fields[1])
        ticks[number] = sum(map(int, fields[11:15]))
    total = 0
    for number, used in ticks.items():
        above = number
        while above not in (os.getpid(), 0):
            above = parents.get(above, 0)
        total += used if above else 0
    return total / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
