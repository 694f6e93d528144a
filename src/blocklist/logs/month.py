"""MONTH: a table of names with queries and clients, made of logs at night and asked in a run.

A row counts those that asked for the name or for one below it. A name that fewer clients than the
least ask for is left out, and counts of clients are cut to a multiple of the least, so that neither
a count nor a difference of two tells of few. The rows of all logs lie in parts on disk meanwhile;
one part at a time is in memory.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..atomicfile import replacing
from ..errors import LogError
from ..model.countries import time_zone
from ..model.patterns import PatternSet
from ..model.targets import NAME_KINDS, Rule, TargetKind
from .engine import connection, half_of_memory, libraries, machine_zone, quoted, selected
from .logfile import files_of
from .logoptions import LEAST_CLIENTS, check_options, refuse_unread
from .logsource import LogRows
from .partial import Partial, rows_of, scan_by
from .reach import Traffic
from .scantask import ScanTask

_PARTS = 64
_DEEPEST = 8
"""Labels of the longest name above a name that is counted."""
_KEY = b"blocklist-month"
_VERSION = 1
_NOTHING = "SELECT '' AS event WHERE false"
_PAIRS = """
CREATE OR REPLACE TABLE pairs AS SELECT name, client, count(*) AS queries
FROM read_parquet({files}) GROUP BY ALL
"""
_NAMES = """
SELECT name, sum(queries)::BIGINT AS queries, count(DISTINCT client) // {least} * {least} AS clients
FROM (SELECT client, queries, unnest(list_concat(
    [array_to_string(s[i:], '.') FOR i IN range(greatest(1, len(s) - {deepest} + 1), len(s))],
    CASE WHEN len(s) > {deepest} THEN [name] ELSE [] END)) AS name
  FROM (SELECT *, string_split(name, '.') AS s FROM pairs WHERE NOT contains(name, '\\')))
GROUP BY name HAVING count(DISTINCT client) >= {least}
"""


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What a month is about.

    Attributes:
        clients: in all logs.
        queries: in all logs.
        first, last: times of the first and last query (ISO 8601, UTC); empty without queries.
        least: counts of clients are multiples of it.
        version: of the form of the table.
    """

    clients: int
    queries: int
    first: str
    last: str
    least: int
    version: int = _VERSION


def prepare_month(
    logs: str | Iterable[str],
    path: str | os.PathLike[str],
    *,
    format: str = "",
    columns: Mapping[str, str] | None = None,
    log_zone: str = "",
    min_clients: int = LEAST_CLIENTS,
    prefix: int = 64,
    lenient: bool = False,
    memory: int = 0,
    each: Callable[[Partial], None] | None = None,
) -> MonthFacts:
    """Write the table of a month of logs, as Parquet.

    Args:
        logs: files, folders, globs; ``-`` is standard input.
        path: of the table; one that is there is replaced whole.
        format: of all files; empty to look at the content of each.
        columns: of tables: ``{"time": …, "name": …, "client": …}``.
        log_zone: of times that have none; default: this machine's.
        min_clients: names that fewer ask for are left out.
        prefix: bits of an IPv6 address by which clients are told apart.
        lenient: also take files of which more than 1 % of the queries cannot be read.
        memory: octets; the rest is spilled. Default: half of the machine's.
        each: is called with what each file gave.

    Raises:
        ImportError: DuckDB or pyarrow is missing (extra ``logs``).
        LogError: a log cannot be read, or none names clients; ``OSError`` passes through.
        ConfigurationError: an option is not possible.
    """
    libraries("reading query logs")
    check_options(columns, min_clients, prefix)
    files = files_of([logs] if isinstance(logs, str) else logs)
    log_zone = log_zone or machine_zone()
    time_zone(log_zone)
    memory = memory or half_of_memory()
    with TemporaryDirectory(prefix="blocklist-month-") as folder:  # mode 0700
        read: list[Partial] = []
        for number, log in enumerate(files):
            task = ScanTask(
                log, (), format=format, columns=dict(columns or {}), log_zone=log_zone,
                prefix=prefix, memory=memory,
            )  # fmt: skip
            part = _scan(task, Path(folder, str(number)))
            refuse_unread(part, lenient=lenient)
            read.append(part.without_hits())
            if each is not None:
                each(read[-1])
        with connection(memory, None, None) as link:
            tables, clients = _merged(link, Path(folder), read, min_clients)
    if not clients and any(one.queries for one in read):
        raise LogError("no log names clients, so that they say nothing of reach")
    times = sorted(at for one in read for at in (one.first, one.last) if at is not None)
    facts = MonthFacts(
        clients,
        sum(one.queries for one in read),
        times[0].isoformat() if times else "",
        times[-1].isoformat() if times else "",
        min_clients,
    )
    _write(path, tables, facts)
    return facts


def _scan(task: ScanTask, folder: Path) -> Partial:
    """Write the rows of a file into parts by the last labels of the name; ``hits`` is empty."""

    def kept(source: LogRows) -> Any:
        rows = selected(
            "event, lower(undotted(name)) AS name, CASE WHEN client IS NOT NULL THEN hash(CASE "
            "WHEN contains(client, ':') THEN network(client) ELSE client END) END AS client, "
            f"hash(string_split(lower(undotted(name)), '.')[-2:]) % {_PARTS} AS part",
            f"({source.statement}) WHERE is_hit(event, time, name)",
        )
        source.link.execute(
            f"COPY ({rows}) TO {quoted(str(folder))} "
            "(FORMAT parquet, COMPRESSION zstd, PARTITION_BY (event, part))"
        ).fetchall()
        return rows_of(source.link, _NOTHING)

    return scan_by(task, kept)


def _merged(link: Any, folder: Path, read: Sequence[Partial], least: int) -> tuple[list[Any], int]:
    """Return the rows of each part, and how many clients there are."""
    link.execute("CREATE TABLE clients (client UBIGINT)")
    tables = []
    for part in range(_PARTS):
        files = [
            str(file)
            for number, one in enumerate(read)
            for file in folder.glob(f"{number}/event={one.counted}/part={part}/*.parquet")
        ]
        if files:
            listed = ", ".join(map(quoted, files))
            link.execute(_PAIRS.format(files=f"[{listed}], hive_partitioning = false"))
            link.execute("INSERT INTO clients SELECT DISTINCT client FROM pairs")
            tables.append(rows_of(link, _NAMES.format(least=least, deepest=_DEEPEST)))
    clients = link.sql("SELECT count(DISTINCT client) FROM clients").fetchall()[0][0]
    return tables, int(clients)


def _write(path: str | os.PathLike[str], tables: Sequence[Any], facts: MonthFacts) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = pa.schema(
        [("name", pa.string()), ("queries", pa.int64()), ("clients", pa.int64())],
        metadata={_KEY: json.dumps(asdict(facts)).encode()},
    )
    with replacing(path) as file, pq.ParquetWriter(file, made, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table.cast(made))


class Month:
    """The table, as a run asks it.

    Attributes:
        facts: what it is about.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open the file.

        Raises:
            ImportError: pyarrow is missing (extra ``logs``).
            LogError: it is no such table; ``OSError`` passes through.
        """
        _, pa = libraries("the month of [collateral]")
        import pyarrow.parquet as pq

        with Path(path).open("rb"):  # says what is wrong in the words of the system
            pass
        try:
            self._file = pq.ParquetFile(path)
            data = json.loads((self._file.schema_arrow.metadata or {})[_KEY])
            if data["version"] != _VERSION:
                raise LogError("written by another version; prepare it again", path=str(path))
            self.facts: MonthFacts = MonthFacts(**data)
        except (pa.ArrowException, KeyError, TypeError, ValueError) as error:
            raise LogError(
                "no table of `blocklist collateral --prepare`; prepare it again", path=str(path)
            ) from error

    def traffic(self, rules: Iterable[Rule]) -> Callable[[Rule], Traffic]:
        """Return what says how far each of some targets reaches.

        For a target that does not take down all below it, or that only takes down what is below,
        the count is that of the name with all below: at most too high. Of a pattern the widest name
        that it matches counts.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        rules = list(rules)
        patterns = [rule for rule in rules if rule.kind is TargetKind.PATTERN]
        matching = PatternSet([rule.value for rule in patterns]) if patterns else None
        wanted = pa.array(sorted({r.value for r in rules if r.kind in NAME_KINDS}), pa.string())
        found: dict[str, tuple[int, int]] = {}
        widest: dict[Rule, tuple[int, int]] = {}
        for batch in self._file.iter_batches():
            names = batch["name"]
            if matching is not None:
                for name, queries, clients in _rows(batch):
                    for index in matching.matching(name):
                        rule = patterns[index]
                        widest[rule] = max(widest.get(rule, (0, 0)), (clients, queries))
            for name, queries, clients in _rows(batch.filter(pc.is_in(names, value_set=wanted))):
                found[name] = clients, queries
        total = self.facts.clients

        def traffic(rule: Rule) -> Traffic:
            of = widest.get(rule) if rule.kind is TargetKind.PATTERN else found.get(rule.value)
            if of is None or rule.kind in (TargetKind.ADDRESS, TargetKind.URL):
                return Traffic()
            return Traffic(of[1], of[0] / total if total else None)

        return traffic


def _rows(batch: Any) -> Iterable[tuple[str, int, int]]:
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)
