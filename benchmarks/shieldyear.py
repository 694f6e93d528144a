"""A history of a simulated year of Piracy Shield: size, time of an append, time of a question.

Run with a folder and a number of changes, it measures in a separate process, and prints JSON.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.processes import ask_child
from benchmarks.report import Report
from benchmarks.workloads import Workload
from blocklist import History, Image, Order, RecordedCycle, RecordedEvent, compile_orders
from blocklist.history.logcheck import check_record
from blocklist.model.targetlist import TargetList

CHANGES = 8_347
"""Changes in a year of 105,120 looks, one each five minutes."""
_YEAR = timedelta(days=365)
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_PER_TICKET, _FIRST, _LAST = 10, 40_000, 65_000
_QUESTIONS = 2_000
_OUTPUTS = ("module", "bind")
_SIZE_TARGET, _FILES_TARGET, _APPEND_TARGET, _QUESTION_TARGET = 60.0, 2_000, 50.0, 1.0


def shield_year(report: Report, workload: Workload) -> None:
    """Print size and times of the record; the names are made, whatever the workload."""
    with tempfile.TemporaryDirectory() as folder:
        found = ask_child("shieldyear", folder, CHANGES)
    title = f"History: {found['changes']:,} changes of {_FIRST:,} to {_LAST:,} names"
    rows = [[name, f"{value:,.2f}"] for name, value in found.items()]
    report.table(title, ["figure", "value"], rows)
    report.record("history", workload, **found)
    for what, name, target in (
        ("a year of Piracy Shield in the history, MB", "megabytes", _SIZE_TARGET),
        ("files of that outside objects", "files", _FILES_TARGET),
        ("an append to it, p99, ms", "append_p99_ms", _APPEND_TARGET),
        ("a question to it, ms", "question_ms", _QUESTION_TARGET),
    ):
        report.target(what, workload, found[name], {workload.scale: target}, unit="")


def measure(folder: Path, changes: int) -> dict[str, Any]:
    """Record the year, then ask."""
    draw = random.Random(17)
    first: list[tuple[float, float]] = []
    second: list[tuple[float, float]] = []
    names: list[str] = []
    with History.create(folder / "record", origin="isp.example/blocks") as history:
        for at, orders, image in _editions(draw, changes, names):
            cycle = RecordedCycle(orders=orders, image=image, events=[_accepted()])
            _timed(first, partial(history.append, cycle, now=at))
            after = RecordedCycle(events=list(_served(image, at)))
            _timed(second, partial(history.append, after, now=at))
        asked = _questions(history, draw, names)
        entries = history.checkpoint.size
        faults = check_record(history.record).faults
    files = [path for path in (folder / "record").rglob("*") if path.is_file()]
    walls, cpus = zip(*first, strict=True)
    return {
        "changes": changes, "entries": entries, "faults": len(faults),
        "megabytes": sum(path.stat().st_size for path in files) / 1e6,
        "files": sum("objects" not in path.parts for path in files),
        "append_p50_ms": median(walls), "append_p99_ms": _p99(walls),
        "append_cpu_p50_ms": median(cpus), "append_cpu_p99_ms": _p99(cpus),
        "append_served_p99_ms": _p99([wall for wall, _ in second]),
        "question_ms": median(asked), "question_p99_ms": _p99(asked),
    }  # fmt: skip


def _editions(
    draw: random.Random, changes: int, names: list[str]
) -> Iterator[tuple[datetime, list[Order], Image]]:
    """Yield time, tickets and image of each change; ``names`` gets those that were ordered."""
    number = 0
    tickets: list[Order] = []

    def add() -> None:
        nonlocal number
        number += 1
        own = [f"s{number}x{draw.randrange(10**6)}.example" for _ in range(_PER_TICKET)]
        names.append(own[0])
        lines = array("I", range(1, _PER_TICKET + 1))
        targets = TargetList("".join(f"{name}\n" for name in own).encode("ascii"), lines)
        tickets.append(Order(id=f"it:shield:{number}", confidential=True, targets=targets))

    while len(tickets) * _PER_TICKET < _FIRST:
        add()
    grow = (_LAST - _FIRST) / _PER_TICKET / CHANGES
    for step in range(changes):
        add()
        if draw.random() > grow:
            tickets.pop(draw.randrange(len(tickets) // 2))
        image = compile_orders(tickets)
        _ = image.content_digest  # which the desk asks for before it records
        yield _BEGIN + _YEAR * step / CHANGES, list(tickets), image


def _accepted() -> RecordedEvent:
    details = {"source": "piracy-shield", "files": ["get-all.json"], "added": _PER_TICKET}
    return RecordedEvent(kind="event", facts={"event": "accepted"}, details=details)


def _served(image: Image, at: datetime) -> Iterator[RecordedEvent]:
    seen = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    for output in _OUTPUTS:
        facts = {"digest": image.digest, "format": "rpz", "image": image.digest}
        yield RecordedEvent(kind="output", facts=facts, details={"output": output, "resolver": ""})
        facts = {"first": seen, "image": image.digest, "last": seen}
        details = {"output": output, "resolver": "127.0.0.1:53"}
        yield RecordedEvent(kind="served", facts=facts, details=details)


def _questions(history: History, draw: random.Random, names: list[str]) -> list[float]:
    end = history.record.entry(history.checkpoint.size - 1).time - _BEGIN
    asked: list[tuple[float, float]] = []
    for _ in range(_QUESTIONS):
        name, at = f"www.{draw.choice(names)}", _BEGIN + end * draw.random()
        _timed(asked, partial(history.was_blocked, name, at))
    return [wall for wall, _ in asked]


def _timed(times: list[tuple[float, float]], work: Callable[[], object]) -> None:
    """Add milliseconds of the clock and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    times.append(((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3))


def _p99(values: Any) -> float:
    return float(quantiles(values, n=100)[98])


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))))
