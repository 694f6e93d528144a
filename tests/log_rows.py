"""What is read of a query log, row by row, as the statement of its format makes it."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from blocklist.logs.engine import Clock, ColumnFunction, connection, register
from blocklist.logs.framelogs import wire_names
from blocklist.logs.knownformats import format_of
from blocklist.logs.logfile import LineCount, head_of
from blocklist.logs.logsource import source_of
from blocklist.logs.scantask import ScanTask

WRITTEN = 1_796_100_000
"""When each log of these tests was last written: 1 December 2026, 04:40 UTC."""
Row = tuple[str, str | None, str | None, str | None, str | None, str | None, str | None]


def read(
    path: Path,
    *,
    form: str = "",
    zone: str = "UTC",
    **columns: str,
) -> tuple[str, list[Row], LineCount]:
    """Return the format of a file, its rows in a fixed sequence, and what was lost."""
    wanted = "event, CAST(time AS VARCHAR), name, client, qtype, rcode, outcome"
    name, rows, count = _rows(path, wanted, form, zone, columns)
    return name, sorted(rows, key=lambda row: tuple(map(_key, row))), count


def answers(path: Path, **columns: str) -> dict[str, list[str] | None]:
    """Return what the answers of a file lead to, by the name that was asked for."""
    return dict(_rows(path, "name, answers", "", "UTC", columns)[1])


def _rows(
    path: Path, wanted: str, form: str, zone: str, columns: dict[str, str]
) -> tuple[str, list[Any], LineCount]:
    os.utime(path, (WRITTEN, WRITTEN))
    head, count = head_of(str(path)), LineCount()
    name = format_of(head, form, has_columns=bool(columns), path=str(path))
    task = ScanTask(str(path), (), columns=columns, answers=True)
    clock = Clock(zone, datetime.fromisoformat("2026-12-01 04:40"))
    with TemporaryDirectory() as folder, connection(1 << 28, 1, clock) as link:
        register(link, {"wire_name": ColumnFunction(wire_names, ("BLOB",), "VARCHAR")})
        with source_of(link, task, head, name, str(path), folder, count, []) as statement:
            rows = link.sql(f"SELECT {wanted} FROM ({statement})").fetchall()
    return name, rows, count


def queries(rows: list[Row]) -> list[Row]:
    """Return the rows that are queries of clients, readable or not."""
    return [row for row in rows if row[0] != "other"]


def _key(cell: Any) -> tuple[bool, str]:
    return cell is not None, str(cell)
