"""Two editions compared: ``diff``, ``check_edition``, and the set idiom on their names.

CPU seconds, as the walk releases the interpreter's lock but uses one thread.
"""

from __future__ import annotations

import hashlib
import random
import statistics
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import process_time

from benchmarks.processes import ask_child, peak, reset_peak, resident
from benchmarks.report import Report
from benchmarks.timing import undisturbed
from benchmarks.workloads import Workload
from blocklist import Image, Order, check_edition, compile_orders, diff, load_orders

_CHANGES = 5  # names that are gone, and as many that are new
_ORDERS = 4
_MOVES = 1900
_DIFF, _MANY = "diff", f"diff, the names on {_ORDERS} orders, {_MOVES} of them on another"
_CHECK = "check_edition"
_SHA256, _IDIOM = "SHA-256 of one image", "frozenset(old) ^ frozenset(new), names from the files"
BEFORE = {"1M": {_DIFF: 20.5, _CHECK: 13.1}}
"""CPU seconds of the walk over objects that these functions were, measured once, on 2026-11-30."""
TARGETS = {"1M": 0.3, "10M": 0.2}
MEMORY_TARGETS = {"10M": 1.0}


def comparing(report: Report, workload: Workload, rounds: int) -> None:
    """Print CPU seconds, microseconds a rule of both images, and what memory it takes."""
    source = workload.rules.file
    names = source.read_bytes().split()
    fresh = [b"new%d.changed.example" % number for number in range(_CHANGES)]
    other = source.with_suffix(".next.txt")
    other.write_bytes(b"\n".join([*names[_CHANGES:], *fresh, b""]))
    old, new = (_compiled(source, "list.txt"), _compiled(other, "list.txt"))
    shares = _shared_out(names, 0), _shared_out(names, _MOVES)
    ways: dict[str, Callable[[], object]] = {
        _DIFF: lambda: diff(old, new),
        _MANY: lambda: diff(*shares),
        _CHECK: lambda: check_edition(new, old),
        _SHA256: lambda: hashlib.sha256(old.octets).digest(),
        _IDIOM: lambda: _lines(source) ^ _lines(other),
    }
    found = diff(old, new)
    changed = len(diff(*shares).changed)
    report.say(
        f"{len(found.added)} added, {len(found.removed)} removed, {len(found.changed)} changed; "
        f"{changed} on another order"
    )
    times = _timed(ways, min(rounds, 5))
    rules = 2 * workload.rules.count
    before = BEFORE.get(workload.scale, {})
    rows = []
    for title, seconds in times.items():
        row = [title, f"{seconds:.2f}", f"{seconds / rules * 1e6:.3f}", ""]
        if title in before:
            row[-1] = f"{before[title]:.1f} s, 1/{before[title] / seconds:.0f}"
        rows.append(row)
        report.record("diff", workload, subject=title, cpu=seconds, us_a_rule=seconds / rules * 1e6)
    report.table(
        f"Comparing two editions of {workload.title}",
        ["", "CPU s", "µs a rule of both", "before"],
        rows,
    )
    each = times[_DIFF] / rules * 1e6
    report.target("diff, µs of CPU a rule of both images", workload, each, TARGETS, unit="")
    paths = [source.with_suffix(f".{title}.blk") for title in ("old", "new")]
    for image, path in zip((old, new), paths, strict=True):
        image.save(path)
    extra = ask_child("comparing", *paths) / rules
    report.say(f"memory while comparing: {extra:.2f} octets a rule of both images")
    report.record("diff-memory", workload, octets_a_rule=extra)
    report.target("diff, octets a rule of extra memory", workload, extra, MEMORY_TARGETS, unit="")


def _compiled(path: Path, name: str) -> Image:
    return compile_orders(load_orders(path.read_bytes(), name=name, format="plain"))


def _shared_out(names: list[bytes], moves: int) -> Image:
    """Compile the names as several orders, some of them in another order than before."""
    parts: list[list[bytes]] = [names[number::_ORDERS] for number in range(_ORDERS)]
    parts[1] = parts[1] + parts[0][:moves]
    parts[0] = parts[0][moves:]
    orders: list[Order] = []
    for number, part in enumerate(parts):
        (read,) = load_orders(b"\n".join([*part, b""]), format="plain")
        orders.append(replace(read, id=f"order:{number}"))
    return compile_orders(orders)


def _lines(path: Path) -> frozenset[bytes]:
    return frozenset(path.read_bytes().split())


def measure(paths: list[str]) -> int:
    """Return the octets that comparing two images added to what was in memory before."""
    old, new = map(Image.open, paths)  # verified, so that all pages are in memory
    little = compile_orders(load_orders(b"a.example"))
    diff(little, compile_orders(load_orders(b"b.example")))  # imports what the first one needs
    reset_peak()
    start = resident()
    diff(old, new)
    return max(peak() - start, 0)


def _timed(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {title: [] for title in ways}
    rng = random.Random(1)
    with undisturbed():
        for _ in range(rounds):
            for title in rng.sample(list(ways), len(ways)):
                began = process_time()
                made = ways[title]()
                times[title].append(process_time() - began)
                del made
    return {title: statistics.median(values) for title, values in times.items()}


if __name__ == "__main__":
    print(measure(sys.argv[1:]))
