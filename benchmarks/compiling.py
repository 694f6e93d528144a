"""Compile time: a file of names to a saved image, in a process of its own.

Run with a source, a target and a number of rounds, it prints what the child found as JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.processes import peak, reset_peak, resident
from benchmarks.report import Report
from benchmarks.workloads import Workload
from blocklist import Image

PROVENANCE = ("grounds", "raw-texts", "orders", "meta")
TARGETS = {"1M": 2.0}
GROUNDS_TARGETS = {"1M": 3.0}
MEGABYTES_TARGETS = {"1M": 26.0}
IMAGE_TARGETS = {"100k": 24.0, "1M": 24.0, "10M": 24.0, "real": 28.0, "all": 28.0}


def compiling(report: Report, workload: Workload) -> None:
    """Print time, memory and size."""
    found = workload.compiling
    report.table(
        f"Compiling {workload.title}, file to saved image",
        ["step", "seconds", "ratio"],
        [
            [step, f"{found[step]:.2f}", f"{found[step] / found['unit']:.2f}x"]
            for step in ("load", "compile", "save")
        ]
        + [
            ["in all", f"{found['all']:.2f}", f"{found['ratio']:.2f}x"],
            ["frozenset(map(str.strip, file)), the unit", f"{found['unit']:.2f}", "1.00x"],
            ["once in a process: imports and the public suffix list", f"{found['once']:.2f}", ""],
        ],
    )
    kept = {key: value for key, value in found.items() if key not in ("image", "refused")}
    report.record("compile", workload, **kept, refused=len(found["refused"]))
    report.target("compile, file to saved image", workload, found["ratio"], TARGETS)
    report.say(
        f"peak memory {found['peak'] / 1e6:.0f} MB, of which the child had "
        f"{found['before'] / 1e6:.0f} MB before"
    )
    size(report, workload)


def size(report: Report, workload: Workload) -> None:
    """Print how many octets of the image a rule takes, with and without provenance."""
    image = Image.open(workload.rules.image, verify=False)
    whole = len(image)
    bare = whole - sum(len(image.section(name)) for name in PROVENANCE)
    count = workload.rules.count
    report.say(
        f"image {whole / 1e6:.1f} MB: {whole / count:.1f} octets a rule, {bare / count:.1f} beside "
        "provenance"
    )
    grounds = len(image.section("grounds")) / count
    report.say(f"grounds {grounds:.2f} octets a rule")
    report.record(
        "size", workload, octets=whole, a_rule=whole / count, beside=bare / count, grounds=grounds
    )
    report.target("grounds, octets a rule", workload, grounds, GROUNDS_TARGETS, unit="")
    report.target("image, MB", workload, whole / 1e6, MEGABYTES_TARGETS, unit="")
    report.target(
        "image beside provenance, octets a rule", workload, bare / count, IMAGE_TARGETS, unit=""
    )


def measure(source: Path, target: Path, rounds: int) -> dict[str, Any]:
    """Compile ``rounds`` times, after a little one that pays what a process pays once."""
    cold, warm = _little(), _little()
    before = resident()
    reset_peak()
    columns: dict[str, list[float]] = {}
    highest, refused = 0, list[str]()
    for number in range(rounds):
        times, refused = _compile(source, target)
        # Only the first round begins with memory that nothing has used.
        highest = highest if number else peak()
        began = perf_counter()
        with source.open(encoding="ascii") as lines:
            frozenset(map(str.strip, lines))
        times["unit"] = perf_counter() - began
        times["ratio"] = times["all"] / times["unit"]
        for step, value in times.items():
            columns.setdefault(step, []).append(value)
    return {
        **{step: statistics.median(values) for step, values in columns.items()},
        "once": cold - warm,
        "cold": cold,
        "warm": warm,
        "peak": highest,
        "before": before,
        "refused": refused,
    }


def _compile(source: Path, target: Path) -> tuple[dict[str, float], list[str]]:
    from blocklist import compile_orders, load_orders  # what importing costs is counted

    began = perf_counter()
    orders = load_orders(source)
    loaded = perf_counter()
    image = compile_orders(orders)
    compiled = perf_counter()
    image.save(target)
    saved = perf_counter()
    times = {
        "load": loaded - began,
        "compile": compiled - loaded,
        "save": saved - compiled,
        "all": saved - began,
    }
    rejected = image.report.rejected if image.report else ()
    return times, [refused.text for refused in rejected]


def _little() -> float:
    """Return the seconds of compiling two names."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "little.txt")
        source.write_text("blocked.example.com\nwww.blocked.example.net\n", "ascii")
        began = perf_counter()
        _compile(source, source.with_suffix(".blk"))
        return perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))))
