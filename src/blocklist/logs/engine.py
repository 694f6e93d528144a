"""ENGINE: DuckDB with limits, functions of columns for it, and times as logs write them.

Nothing is loaded from the network. What does not fit into memory lies in a folder that only this
user can read, and that is gone afterwards, also on an error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..errors import LogError, missing_extra
from ..model.countries import time_zone

_QUARTER = 1 << 28
"""Octets of memory that DuckDB is given where the system does not say how much there is."""

_LEAST = 1 << 25
"""Octets of memory with which DuckDB does anything at all."""

_NO_MEMORY = "Out of Memory Error"

# Times are UTC without a zone inside; `local` reads the clock of the machine that logged.
_MACROS = """
CREATE MACRO local_time(t) AS {local};
CREATE MACRO epoch_time(n) AS CASE WHEN n > 0 AND n < 9e18 THEN make_timestamp((CASE
  WHEN n < 1e11 THEN n * 1e6 WHEN n < 1e14 THEN n * 1e3 WHEN n < 1e17 THEN n ELSE n / 1e3 END)
  ::BIGINT) END;
CREATE MACRO iso_time(x) AS CASE WHEN regexp_matches(x, '(Z|[+-][0-9]{{2}}:?[0-9]{{2}})$')
  THEN timezone('UTC', TRY_CAST(x AS TIMESTAMPTZ)) ELSE local_time(TRY_CAST(x AS TIMESTAMP)) END;
CREATE MACRO yearless(x) AS CASE
  WHEN try_strptime('{year} ' || x, '%Y %b %d %H:%M:%S') <= TIMESTAMP '{latest}'
  THEN try_strptime('{year} ' || x, '%Y %b %d %H:%M:%S')
  ELSE try_strptime('{before} ' || x, '%Y %b %d %H:%M:%S') END;
CREATE MACRO any_time(x) AS CASE
  WHEN x IS NULL OR x = '' THEN NULL
  WHEN x[5] = '-' AND x[11] = 'T' THEN iso_time(split_part(split_part(x, ' ', 1), ']', 1))
  WHEN x[5] = '-' THEN iso_time(x[1:10] || ' ' ||
    split_part(split_part(split_part(x[12:], ' ', 1), chr(9), 1), ']', 1))
  WHEN x[3] = '-' THEN local_time(coalesce(try_strptime(x[1:24], '%d-%b-%Y %H:%M:%S.%g'),
    try_strptime(x[1:20], '%d-%b-%Y %H:%M:%S')))
  WHEN x[1] > '9' THEN local_time(yearless(x[1:15]))
  ELSE epoch_time(TRY_CAST(split_part(split_part(x, ' ', 1), ']', 1) AS DOUBLE)) END;
CREATE MACRO line_time(l) AS CASE WHEN l[1] = '[' THEN any_time(l[2:]) ELSE any_time(l) END;
CREATE MACRO web_time(x) AS timezone('UTC', coalesce(try_strptime(x, '%d/%b/%Y:%H:%M:%S %z'),
  timezone('UTC', local_time(coalesce(try_strptime(x, '%d/%b/%Y:%H:%M:%S.%g'),
    try_strptime(x, '%d/%b/%Y:%H:%M:%S'))))));
CREATE MACRO bare(x) AS CASE WHEN x[1] = '[' THEN split_part(x[2:], ']', 1)
  WHEN contains(x, '.') AND NOT x LIKE '%:%:%' THEN split_part(x, ':', 1) ELSE x END;
CREATE MACRO said(rcode) AS CASE WHEN rcode IN ('NXDOMAIN', 'REFUSED') THEN 'blocked' END;
CREATE MACRO undotted(x) AS CASE WHEN suffix(x, '.') AND NOT suffix(x, '\\.') AND length(x) > 1
  THEN x[1:-2] ELSE x END;
CREATE MACRO leading_to(records) AS
  [undotted(string_split(trim(x), ' ')[-1]) FOR x IN records IF x IS NOT NULL];
CREATE MACRO parted(x) AS [undotted(y) FOR y IN regexp_split_to_array(x, '[][",;\\s]+') IF y <> ''];
CREATE MACRO number_or_time(x) AS coalesce(epoch_time(TRY_CAST(x AS DOUBLE)), any_time(x));
"""


@dataclass(frozen=True, slots=True)
class Clock:
    """How the times of a log are read.

    Attributes:
        zone: IANA name of the zone of times that have none.
        written: when the file was last written, in that zone; times without a year are before it.
    """

    zone: str
    written: datetime


def libraries(task: str) -> tuple[Any, Any]:
    """Return DuckDB and pyarrow; ``ImportError`` that says how to install them."""
    try:
        import duckdb
        import pyarrow as pa
    except ImportError as error:
        raise ImportError(missing_extra(task, "logs"), name=error.name) from error
    return duckdb, pa


def machine_zone() -> str:
    """Return the IANA name of this machine's time zone, ``UTC`` if it cannot be found."""
    said = os.environ.get("TZ", "").lstrip(":")
    link = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    for name in (said, link):
        try:
            if name and time_zone(name) is not None:
                return name
        except ValueError:
            continue
    return "UTC"


def half_of_memory() -> int:
    """Return octets: half of this machine's memory, or a quarter of a gigabyte if unknown."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (ValueError, OSError, AttributeError):
        return _QUARTER


@contextmanager
def connection(memory: int, threads: int | None, clock: Clock | None) -> Iterator[Any]:
    """Yield a connection of DuckDB.

    Args:
        memory: octets that it may use; what is more goes to a temporary folder.
        threads: how many; ``None`` for all cores.
        clock: makes the macros that read times.

    Raises:
        LogError: the memory does not suffice, or DuckDB cannot read what it is given.
    """
    duckdb, _ = libraries("reading query logs")
    memory = max(memory, _LEAST)
    with TemporaryDirectory(prefix="blocklist-logs-") as folder:  # mode 0700
        settings: dict[str, Any] = {
            "memory_limit": f"{memory >> 20}MiB",
            "temp_directory": str(Path(folder, "spilled")),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
        }
        if threads:
            settings["threads"] = threads
        link = duckdb.connect(":memory:", config=settings)
        try:
            _begin(link)
            if clock is not None:
                link.execute(_macros(clock))
            yield link
        except duckdb.Error as error:
            if _NO_MEMORY in str(error):  # also of a statement that reads the result of another
                raise LogError(
                    f"more memory is needed than {memory >> 20:,} MiB; give more with --memory"
                ) from error
            raise LogError(str(error).partition("\n")[0]) from error
        finally:
            link.close()


def beside(link: Any) -> Any:
    """Return a second connection to the same data, for what reads the result of the first."""
    other = link.cursor()
    _begin(other)
    return other


def _begin(link: Any) -> None:
    link.execute("SET TimeZone = 'UTC'")
    link.execute("SET enable_progress_bar = false")  # it would go to standard output


def _macros(clock: Clock) -> str:
    latest = clock.written + timedelta(days=1)
    return _MACROS.format(
        local=_local(clock.zone, latest.year),
        year=latest.year,
        before=latest.year - 1,
        latest=f"{latest:%Y-%m-%d %H:%M:%S}",
    )


def _local(zone: str, year: int) -> str:
    """Return SQL that reads the clock of a zone; of an hour that comes twice the first is meant."""
    spans = _twice(zone, year)  # refuses what is no zone, so nothing else gets into the statement
    if zone == "UTC":
        return "t"
    cases = " ".join(
        f"WHEN t >= TIMESTAMP '{first}' AND t < TIMESTAMP '{end}' THEN INTERVAL {length} SECOND"
        for first, end, length in spans
    )
    earlier = f" - (CASE {cases} ELSE INTERVAL 0 SECOND END)" if cases else ""
    return f"timezone('UTC', timezone('{zone}', t)){earlier}"


@lru_cache(maxsize=64)
def _twice(zone: str, year: int) -> tuple[tuple[datetime, datetime, int], ...]:
    """Return the times of a clock that come twice in a year and the two before, with the seconds.

    They begin and end at whole minutes.
    """
    place = time_zone(zone)
    found = []
    day = datetime(year - 2, 1, 1, 12, tzinfo=place)
    while day.year <= year:
        after = day + timedelta(days=1)
        back = (day.utcoffset() or timedelta()) - (after.utcoffset() or timedelta())
        if back > timedelta():
            minutes = (day + timedelta(minutes=count) for count in range(1440))
            double = [at for at in minutes if at.utcoffset() != at.replace(fold=1).utcoffset()]
            if double:
                first = double[0].replace(tzinfo=None)
                found.append((first, first + back, round(back.total_seconds())))
        day = after
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ColumnFunction:
    """A function of columns of Arrow for statements.

    Attributes:
        call: takes an array for each argument, and returns one.
        taken: types of DuckDB of the arguments.
        given: type of the result.
        has_effects: whether it must be called once for each row.
    """

    call: Callable[..., Any]
    taken: tuple[str, ...]
    given: str
    has_effects: bool = False


def register(link: Any, functions: Mapping[str, ColumnFunction]) -> None:
    """Let statements call functions, by name."""
    from duckdb import sqltypes

    for name, one in functions.items():
        link.create_function(
            name,
            one.call,
            [getattr(sqltypes, kind) for kind in one.taken],
            getattr(sqltypes, one.given),
            type="arrow",
            null_handling="special",
            side_effects=one.has_effects,
        )


def selected(columns: str, relation: str) -> str:
    """Return the statement for columns of a relation.

    Args:
        columns: SQL; text from outside stands in it only as ``quoted`` or ``identifier`` return it.
        relation: SQL, the same; may end with what follows it, such as ``WHERE``.
    """
    return " ".join(("SELECT", columns, "FROM", relation))


def quoted(text: str) -> str:
    """Return text as a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return the name of a column as SQL has it."""
    return '"' + name.replace('"', '""') + '"'
