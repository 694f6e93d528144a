"""The audit of a log against what is asked and counted row by row, on both cores."""

from __future__ import annotations

import pickle
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers import order
from scale import size

from blocklist import Blocklist, Image, LogError, compile_orders
from blocklist.logs import Audit, audit, scantask

ZONE = "Europe/Rome"
FIRST = datetime(2026, 10, 23, 22, tzinfo=UTC)  # the night in which summer time ends is inside
ROWS = size(200_000, 4_000)


@cache
def compiled() -> Image:
    return compile_orders(
        [
            order("shop.example", "=exact.example", "*.below.example", "faß.de", id="kinds",
                  exceptions=["ok.shop.example"]),
            order("shop.example", "*kick*", id="also"),
            order("deep.shop.example", id="deeper"),
        ]
    )  # fmt: skip


@cache
def shadow() -> Image:
    return compile_orders([order("new.example", "shop.example", id="planned")])


BASES = ["shop.example", "exact.example", "below.example", "xn--fa-hia.de", "deep.shop.example",
         "ok.shop.example", "kickz.example", "new.example", "free.example", "a..b"]  # fmt: skip


@cache
def made() -> list[tuple[datetime, str, str, str]]:
    rng = random.Random(7)
    rows = []
    for _ in range(ROWS):
        name = rng.choice(["", "w.", "W\\119.", "x.y."]) + rng.choice(BASES)
        name = "".join(c.upper() if rng.random() < 0.2 else c for c in name) + rng.choice(["", "."])
        client = rng.choice(
            [f"192.0.2.{rng.randrange(99)}", f"2001:db8:0:{rng.randrange(9)}::{rng.randrange(99)}"]
        )
        at = FIRST + timedelta(seconds=rng.randrange(4 * 86_400), microseconds=rng.randrange(10**6))
        rows.append((at, name, client, rng.choice(["NOERROR", "NXDOMAIN", "REFUSED"])))
    return rows


def write(path: Path, rows: list[tuple[datetime, str, str, str]]) -> str:
    columns = dict(
        zip(("time", "name", "client", "rcode"), map(list, zip(*rows, strict=True)), strict=True)
    )
    pq.write_table(pa.table(columns), path)
    return str(path)


def expected(
    rows: list[tuple[datetime, str, str, str]], blocked: Blocklist
) -> dict[tuple[str, ...], Any]:
    """Queries, blocked queries and clients by order, rule, name and day."""
    counts: Counter[tuple[str, ...]] = Counter()
    refused: Counter[tuple[str, ...]] = Counter()
    clients: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for at, name, client, rcode in rows:
        match = blocked.match(name)
        if match is None:
            continue
        assert blocked.is_blocked(name)
        day = str(at.astimezone(ZoneInfo(ZONE)).date())
        for one in match.orders:
            key = (one.id, match.rule.text, match.name, day)
            counts[key] += 1
            refused[key] += rcode != "NOERROR"
            clients[key].add(client.partition("::")[0])
    return {key: (counts[key], refused[key], str(len(clients[key]))) for key in counts}


def found(report: Audit, image: str) -> dict[tuple[str, ...], Any]:
    rows = [row for row in report.rows.to_pylist() if row["image"] == image]
    result: dict[tuple[str, ...], Any] = {
        (row["order"], row["rule"], row["name"], str(row["day"].date())): (
            row["queries"], row["blocked"], row["clients"],
        )
        for row in rows
    }  # fmt: skip
    assert len(result) == len(rows)
    return result


def asked(*logs: str, **options: Any) -> Audit:
    return audit(
        compiled(), logs, shadow=shadow(), zone=ZONE, log_zone="UTC", min_clients=1, **options
    )


def test_the_same_as_row_by_row(core: str, tmp_path: Path) -> None:
    report = asked(write(tmp_path / "log.parquet", made()))
    for image, blocked in (("orders", compiled()), ("shadow", shadow())):
        rows = expected(made(), Blocklist(blocked))
        assert found(report, image) == rows
        assert len(rows) > 20
    assert report.queries == ROWS
    assert report.hit == sum(Blocklist(compiled()).is_blocked(row[1]) for row in made())


@pytest.mark.no_core
def test_files_in_any_sequence_and_by_any_executor(tmp_path: Path) -> None:
    whole = asked(write(tmp_path / "whole.parquet", made()))
    parts = [write(tmp_path / f"{n}.parquet", made()[n::7]) for n in range(7)]
    (tmp_path / "5.csv").write_text(
        "time,name,client,rcode\n"
        + "".join(f"{a.isoformat()},{b},{c},{d}\n" for a, b, c, d in made()[5::7])
    )
    parts[5] = str(tmp_path / "5.csv")
    with ThreadPoolExecutor(2) as pool:
        maps: list[Callable[..., Any]] = [pool.map, lambda scan, tasks: map(scan, reversed(tasks))]
        for mapped in maps:
            split = asked(*parts, map=mapped)
            for name in ("rows", "names", "orders", "days"):
                assert getattr(split, name).to_pylist() == getattr(whole, name).to_pylist()
            assert split.queries == whole.queries


def images_opened() -> int:
    return scantask.opened.cache_info().misses


@pytest.mark.no_core
def test_another_process_opens_images_at_their_path_once(tmp_path: Path) -> None:
    parts = [write(tmp_path / f"{n}.parquet", made()[n:300:3]) for n in range(3)]
    (tmp_path / "bad.parquet").write_bytes(b"PAR1")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:

        def mapped(scan: Any, tasks: Any) -> Any:
            assert all(len(pickle.dumps(task)) < 1_000 for task in tasks)
            return pool.map(scan, tasks)

        assert asked(*parts, map=mapped).rows.equals(asked(*parts).rows)
        assert pool.submit(images_opened).result() == 2
        with pytest.raises(LogError, match=r"bad\.parquet: ") as caught:
            asked(str(tmp_path / "bad.parquet"), map=mapped)
    assert caught.value.path == str(tmp_path / "bad.parquet")
