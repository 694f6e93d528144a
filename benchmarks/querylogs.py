"""Query logs: what the audit of a log costs, beside what people write in SQL today.

Processor time of all threads counts: wall time says more about the other work of the machine. The
log is generated: ten rows for each rule, at most ten million, 0.3 % of them for names of the rules.
"""

from __future__ import annotations

import importlib
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.batch import arrow_missing
from benchmarks.report import Report
from benchmarks.workloads import Workload
from blocklist import Blocklist, Order, parse_target

OURS = "blocklist.logs.audit, Parquet"
COLLATERAL = "blocklist.logs.collateral of 1,000 targets, Parquet"
MONTH = "blocklist.logs.prepare_month, Parquet"
LINES = "blocklist.logs.audit, Unbound's lines"
KERNEL = "DuckDB, WHERE is_blocked(name)"
SUFFIXES = "DuckDB, name and three suffixes IN (rules)"
READING = "DuckDB, reading the columns alone"
_MOST = 10_000_000
_LINES = 1_000_000
_TARGETS = 1_000
_MIX = "99.9 % miss"
# As multiples of the first one in the same rounds; millions of rows a second of processor time.
FASTER = 1.5
MILLIONS = 2.5

_ROWS = """
COPY (SELECT TIMESTAMP '2026-11-01' + to_microseconds(CAST(hash(range) % 2592000000000 AS BIGINT))
    AS time, '10.0.' || hash(range + 1) % 200 || '.' || hash(range + 2) % 250 AS client,
  CASE WHEN hash(range + 3) % 1000 < 3
    THEN 'www.' || rules[1 + CAST(hash(range + 4) % len(rules) AS BIGINT)]
    ELSE names[1 + CAST(power((hash(range + 5) % 1000000) / 1e6, 3) * (len(names) - 1) AS BIGINT)]
  END AS name, 'NOERROR' AS rcode
  FROM range({first}, {end}), (SELECT list(name) AS names FROM names),
    (SELECT list(rule) AS rules FROM rules))
TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""
_UNBOUND = """
COPY (SELECT '[' || CAST(epoch(time) AS BIGINT) || '] unbound[812:0] reply: ' || client || ' ' ||
  name || '. A IN ' || rcode || ' 0.012345 0 49' AS line FROM '{path}' LIMIT {lines})
TO '{log}' (FORMAT csv, HEADER false, QUOTE '', DELIM '\t')
"""
_REPORT = (
    "SELECT lower(name), date_trunc('day', time), count(*), count(DISTINCT client), min(time), "
    "max(time) FROM {} WHERE {} GROUP BY ALL"
)
_SHORTER = "(SELECT *, string_split(name, '.') AS s FROM '{path}')"
_IN = " OR ".join(
    f"{name} IN (SELECT rule FROM rules)"
    for name in ("name", *(f"array_to_string(s[-{count}:], '.')" for count in (4, 3, 2)))
)


def querylogs(report: Report, workload: Workload, rounds: int) -> None:
    """Print processor seconds and rows a second of it."""
    blocked = Blocklist.open(workload.rules.image)
    try:
        duckdb = importlib.import_module("duckdb")
    except ImportError:
        report.skip("query logs", "duckdb is not installed")
        return
    reason = arrow_missing(blocked)
    if reason:
        report.skip("query logs", reason)
        return
    with tempfile.TemporaryDirectory(prefix="blocklist-logs-") as folder:
        ways, rows = _ways(duckdb, blocked, workload, Path(folder))
        times = {name: [_taken(way) for _ in range(rounds)] for name, way in ways.items()}
    seconds = {name: statistics.median(taken) for name, taken in times.items()}
    table = []
    for name, second in seconds.items():
        million = rows[name] / second / 1e6
        ratio = second / rows[name] / (seconds[OURS] / rows[OURS])
        table.append((name, f"{rows[name]:,}", f"{second:.2f}", f"{million:.2f}", f"{ratio:.2f}"))
        report.record("query logs", workload, way=name, rows=rows[name], seconds=second)
    report.table(
        f"Query logs, {workload.title}",
        ("way", "rows", "CPU s", "million rows a CPU s", "against the audit"),
        table,
    )
    faster = seconds[SUFFIXES] / seconds[OURS]
    report.target(
        f"{OURS}, times faster than {SUFFIXES}", workload, faster, _same(FASTER), at_least=True
    )
    million = rows[OURS] / seconds[OURS] / 1e6
    report.target(
        f"{OURS}, million rows a CPU s", workload, million, _same(MILLIONS), at_least=True
    )


def _same(value: float) -> dict[str, float]:
    return {"100k": value, "1M": value}


def _ways(
    duckdb: Any, blocked: Blocklist, workload: Workload, folder: Path
) -> tuple[dict[str, Callable[[], object]], dict[str, int]]:
    from blocklist.logs import audit, collateral, prepare_month

    count = rows_for(workload)
    path, log = folder / "log.parquet", folder / "unbound.log"
    link = link_with_names(duckdb, workload, folder)
    write_rows(link, path, 0, count)
    lines = min(count, _LINES)
    link.execute(_UNBOUND.format(path=path, lines=lines, log=log))
    link.create_function(
        "is_blocked", blocked.is_blocked_many, [duckdb.sqltypes.VARCHAR], duckdb.sqltypes.BOOLEAN,
        type="arrow", null_handling="special",
    )  # fmt: skip
    image = workload.rules.image

    def run(source: str, where: str) -> Callable[[], object]:
        statement = _REPORT.format(source, where)
        return lambda: link.sql(statement).fetchall()

    rules = workload.rules.names()
    few = Order(id="new", targets=tuple(map(parse_target, rules[:: len(rules) // _TARGETS])))
    ways: dict[str, Callable[[], object]] = {
        OURS: lambda: audit(image, [str(path)], zone="UTC", log_zone="UTC"),
        KERNEL: run(f"'{path}'", "is_blocked(name)"),
        SUFFIXES: run(_SHORTER.format(path=path), _IN),
        READING: lambda: link.sql(
            f"SELECT max(time), max(strlen(name)), max(strlen(client)) FROM '{path}'"
        ).fetchall(),
        COLLATERAL: lambda: collateral([few], [str(path)], log_zone="UTC"),
        MONTH: lambda: prepare_month([str(path)], folder / "month", log_zone="UTC"),
        LINES: lambda: audit(image, [str(log)], zone="UTC", log_zone="UTC"),
    }
    return ways, dict.fromkeys(ways, count) | {LINES: lines}


def rows_for(workload: Workload) -> int:
    """Return how many rows a log has for these rules."""
    return min(_MOST, 10 * workload.rules.count)


def link_with_names(duckdb: Any, workload: Workload, folder: Path) -> Any:
    """Return a connection of DuckDB with the tables ``rules`` and ``names``."""
    pa = importlib.import_module("pyarrow")
    names = next(mix for mix in workload.mixes if mix.title == _MIX).names()
    link = duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(folder / "spilled")})
    link.register("rule_rows", pa.table({"rule": workload.rules.names()}))
    link.register("names", pa.table({"name": names}))
    link.execute("CREATE TABLE rules AS SELECT rule FROM rule_rows")
    return link


def write_rows(link: Any, path: Path, first: int, end: int) -> None:
    """Write generated rows of a log, by number, as Parquet."""
    link.execute(_ROWS.format(path=path, first=first, end=end))


def _taken(way: Callable[[], object]) -> float:
    before = time.process_time()
    way()
    return time.process_time() - before
