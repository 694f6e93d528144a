"""``python -m benchmarks``: from loading to look-ups, differences and memory, with peers.

Prints tables as Markdown, and writes JSON and a chart. What each number means, and where we
lose, is in ``benchmarks/workloads.md``.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import workloads
from benchmarks.addresses import addresses
from benchmarks.aliases import aliasing
from benchmarks.batch import batch, threads
from benchmarks.chart import draw
from benchmarks.columns import columns
from benchmarks.comparing import comparing
from benchmarks.compiling import compiling, size
from benchmarks.cycles import cycles
from benchmarks.data import vocabulary
from benchmarks.executors import executors
from benchmarks.loading import loading, real_lists
from benchmarks.lookup import cold, lookup
from benchmarks.memory import memory
from benchmarks.opening import opening
from benchmarks.querylogs import querylogs
from benchmarks.questions import match, urls
from benchmarks.report import Report
from benchmarks.serving import serving
from benchmarks.sharing import sharing
from benchmarks.shieldyear import shield_year
from benchmarks.workloads import Workload
from benchmarks.zones import zones

Measure = Callable[[Report, Workload, int], None]

MEASURES: dict[str, Measure] = {
    "load": loading,
    "load-lists": real_lists,
    "compile": lambda report, workload, _: compiling(report, workload),
    "size": lambda report, workload, _: size(report, workload),
    "open": opening,
    "diff": comparing,
    "lookup": lookup,
    "addresses": addresses,
    "cold": lambda report, workload, rounds: cold(report, workload, min(rounds, 5)),
    "match": match,
    "url": urls,
    "batch": batch,
    "columns": lambda report, workload, rounds: columns(report, workload, min(rounds, 5)),
    "threads": threads,
    "memory": lambda report, workload, _: memory(report, workload),
    "share": lambda report, workload, _: sharing(report, workload),
    "logs": lambda report, workload, rounds: querylogs(report, workload, min(rounds, 3)),
    "executors": lambda report, workload, rounds: executors(report, workload, min(rounds, 3)),
    "aliases": lambda report, workload, _: aliasing(report, workload),
    "serve": serving,
    "cycles": cycles,
    "history": lambda report, workload, _: shield_year(report, workload),
    "zones": lambda report, workload, _: zones(report, workload),
}
# Compile prints the size too, the files of the data folder are the same for each workload (of them
# aliases are drawn), logs are large, executors need libraries of their own, a simulated year takes
# an hour, and the others need servers.
APART = (
    "size", "load-lists", "logs", "aliases", "executors", "serve", "zones", "history",
)  # fmt: skip
ALL = tuple(name for name in MEASURES if name not in APART)


def main() -> None:
    """Run what the arguments ask for; everything by default."""
    arguments = _parse()
    names = list(dict.fromkeys(arguments.measures))
    chosen = ALL if not names or "all" in names else names
    report = Report()
    report.say(", ".join(f"{key} {value}" for key, value in report.machine.items()))
    with tempfile.TemporaryDirectory(prefix="blocklist-benchmarks-") as folder:
        for workload in _workloads(arguments, Path(folder), report):
            report.say(f"## {workload.title}")
            for name in chosen:
                MEASURES[name](report, workload, arguments.rounds)
    report.close()
    draw(report, arguments.chart or arguments.cache / "lookups.svg")
    report.write(arguments.json or arguments.cache / "report.json")


def _workloads(arguments: argparse.Namespace, folder: Path, report: Report) -> Iterator[Workload]:
    """Yield the workloads one by one, so that only one is in memory."""
    compilings = min(arguments.rounds, 3) if "size" not in arguments.measures else 1
    report.machine["synthetic names"] = vocabulary().source
    report.say(f"synthetic names: {vocabulary().source}")
    for count in arguments.rules:
        rounds = compilings if count <= 1_000_000 else 1
        yield workloads.synthetic(count, folder, arguments.cache, rounds)
    for everything in [False] * arguments.real + [True] * arguments.all_lists:
        union = workloads.real(folder, compilings, everything=everything)
        if union is None:
            report.skip("the real list", "the data folder is absent")
        else:
            yield union


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "measures", nargs="*", metavar="MEASURE", help=f"all (the default), {', '.join(MEASURES)}"
    )
    parser.add_argument(
        "--rules",
        type=int,
        nargs="*",
        default=[100_000, 1_000_000],
        help="how many synthetic rules; 10000000 takes 10 GB of memory and long",
    )
    parser.add_argument(
        "--real",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="the large list of the data folder too",
    )
    parser.add_argument("--all-lists", action="store_true", help="the union of its lists too")
    parser.add_argument("--rounds", type=int, default=9, help="medians are over so many")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write every figure")
    parser.add_argument(
        "--chart", type=Path, metavar="FILE", help="where to draw the look-ups, .svg or .png"
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir(), "blocklist-benchmarks"),
        help="folder for synthetic rules, and for JSON and chart unless they are sent elsewhere",
    )
    arguments = parser.parse_args()
    unknown = [name for name in arguments.measures if name not in (*MEASURES, "all")]
    if unknown:
        parser.error(f"no measure {unknown[0]!r}: choose from all, {', '.join(MEASURES)}")
    return arguments


if __name__ == "__main__":
    main()
