"""Parquet whose row groups are read one by one is counted as SQL counts it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers import image

from blocklist import LogError
from blocklist.logs import Audit, audit
from blocklist.logs.rowgroups import row_groups

pytestmark = pytest.mark.no_core

ROWS = 3_000
START = datetime.fromisoformat("2026-11-30 22:00:00")
NAMES = ("a.example", "WWW.A.example.", "b.example", "c.example", "", "x..a.example", "è.a.example")


def table(seed: int) -> dict[str, Any]:
    random = Random(seed)
    times = [START + timedelta(seconds=random.randrange(20_000)) for _ in range(ROWS)]
    columns: dict[str, list[Any]] = {
        "time": times,
        "client": [f"192.0.2.{random.randrange(40)}" for _ in range(ROWS)],
        "qname": random.choices(NAMES, k=ROWS),
        "rcode": random.choices(("NOERROR", "NXDOMAIN", "0", "3", "odd"), k=ROWS),
    }
    for cells in columns.values():
        for row in random.sample(range(ROWS), random.choice((0, 30))):
            cells[row] = None
    return columns


def audited(path: Path, names: pa.Array, columns: dict[str, Any], zone: str | None) -> Audit:
    times = pa.array(columns["time"], pa.timestamp("us"))
    if zone:
        times = pa.array(
            [time and time.replace(tzinfo=UTC) for time in columns["time"]],
            pa.timestamp("ms", zone),
        )
    made = pa.table({**columns, "time": times, "qname": names})
    pq.write_table(made, path, row_group_size=700)
    read = row_groups(str(path), {}, str(path), None)
    assert (read and read.count) == (5 if names.type == pa.string() else None)
    return audit(
        image("a.example", "b.example"),
        [str(path)],
        zone="Europe/Rome",
        min_clients=1,
        lenient=True,
    )


@pytest.mark.parametrize("zone", [None, "America/New_York"])
@pytest.mark.parametrize("seed", range(6))
def test_the_same_as_by_sql(seed: int, zone: str | None, tmp_path: Path) -> None:
    columns = table(seed)
    names = pa.array(columns["qname"], pa.string())
    one = audited(tmp_path / "log.parquet", names, columns, zone)
    # A dictionary is no plain text.
    two = audited(tmp_path / "log.parquet", names.dictionary_encode(), columns, zone)
    assert one.rows.num_rows > 0
    for shown in ("rows", "names", "orders", "days"):
        assert getattr(one, shown).to_pylist() == getattr(two, shown).to_pylist()
    assert repr(one) == repr(two)


def test_text_that_is_no_utf_8_is_damage(tmp_path: Path) -> None:
    columns = table(1)
    octets = [b"\xff.a.example"] * ROWS
    names = pa.Array.from_buffers(pa.string(), ROWS, pa.array(octets, pa.binary()).buffers())
    with pytest.raises(LogError, match="UTF"):
        audited(tmp_path / "log.parquet", names, columns, None)
