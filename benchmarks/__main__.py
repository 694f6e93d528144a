"""``python -m benchmarks``: lookups against peers, compile time, size and memory, as tables.

All peers are asked in turn, in blocks of fresh strings, and the medians are divided by that of
``name in frozenset`` in the same run: the machines are noisy, the ratios less so.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.peers import PEERS, UNIT, Ask
from benchmarks.workloads import Workload, real_union, synthetic
from blocklist import BACKEND, Blocklist, Image, compile_orders, load_orders

_BLOCK = 20_000


def lookups(workload: Workload, rounds: int) -> None:
    """Print nanoseconds a lookup, and the ratio to the unit."""
    asks = {title: make(workload.rules) for title, make in PEERS.items()}
    print(f"\n## {workload.title}: ns a lookup (ratio to `{UNIT}`), {BACKEND} core\n")
    print("| peer | " + " | ".join(workload.mixes) + " |")
    print("|---|" + "---|" * len(workload.mixes))
    columns = [_measure(asks, queries, rounds) for queries in workload.mixes.values()]
    for title in asks:
        cells = [f"{c[title]:.0f} ({c[title] / c[UNIT]:.2f}x)" for c in columns]
        print(f"| {title} | " + " | ".join(cells) + " |")


def _measure(asks: Mapping[str, Ask], queries: Sequence[str], rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {title: [] for title in asks}
    rng = random.Random(1)
    for _ in range(rounds):
        titles = list(asks)
        rng.shuffle(titles)
        start = rng.randrange(max(1, len(queries) - _BLOCK))
        chosen = [name.encode("ascii") for name in queries[start : start + _BLOCK]]
        for title in titles:
            ask = asks[title]
            fresh = [name.decode("ascii") for name in chosen]
            gc.disable()
            began = time.perf_counter_ns()
            for name in fresh:
                ask(name)
            times[title].append((time.perf_counter_ns() - began) / len(fresh))
            gc.enable()
    return {title: statistics.median(values) for title, values in times.items()}


def compiling(workload: Workload) -> None:
    """Print time and peak memory of compiling in a process of its own, and the image's size."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "rules.txt")
        source.write_text("\n".join(workload.rules) + "\n", "ascii")
        command = [sys.executable, "-m", "benchmarks", "--compile-one", str(source)]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")


def compile_one(source: Path) -> None:
    """Compile one file and print what it cost; run in a process of its own."""
    began = time.perf_counter()
    with source.open(encoding="ascii") as lines:
        count = len(frozenset(map(str.strip, lines)))
    plain = time.perf_counter() - began
    began = time.perf_counter()
    orders = load_orders(source)
    loaded = time.perf_counter()
    image = compile_orders(orders)
    compiled = time.perf_counter()
    image.save(source.with_suffix(".blk"))
    saved = time.perf_counter()
    print(
        f"\ncompile {count:,} names: load {loaded - began:.2f} s, "
        f"compile {compiled - loaded:.2f} s, "
        f"save {saved - compiled:.2f} s; in all {(saved - began) / plain:.1f}x the time of "
        f"frozenset(map(str.strip, file)); peak memory {_peak_memory()}; "
        f"image {len(image) / count:.1f} octets a rule"
    )
    began = time.perf_counter()
    opened = Image.open(source.with_suffix(".blk"))
    verified = time.perf_counter()
    Blocklist(opened)
    print(
        f"open: map and verify {(verified - began) * 1000:.0f} ms, "
        f"make ready {(time.perf_counter() - verified) * 1000:.0f} ms"
    )


def _peak_memory() -> str:
    """Return this process's peak resident memory; Linux says it in /proc."""
    status = Path("/proc/self/status")
    if not status.exists():
        return "unknown"
    kilobytes = next(line.split()[1] for line in status.read_text().splitlines() if "VmHWM" in line)
    return f"{int(kilobytes) / 1024:.0f} MB"


def main() -> None:
    """Run what the arguments ask for; everything by default."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rules", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--compile-one", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.compile_one:
        compile_one(arguments.compile_one)
        return
    workloads = [synthetic(count) for count in arguments.rules]
    union = real_union()
    if union is None:
        print("the data folder is absent: no real list")
    for workload in [*workloads, *([union] if union else [])]:
        lookups(workload, arguments.rounds)
        compiling(workload)


if __name__ == "__main__":
    main()
