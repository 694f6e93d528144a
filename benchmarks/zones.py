"""Zones: how long resolvers load the rules as a response policy zone, and what they then hold."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from time import perf_counter

from benchmarks import daemons
from benchmarks.daemons import Server
from benchmarks.processes import HAS_STATUS, NO_STATUS, ask_child
from benchmarks.report import Report
from benchmarks.serving import recursors, with_module, with_zone, write_zone
from benchmarks.workloads import Workload

_UNIT = "the image, opened and verified by us"
_COLUMNS = {
    "seconds": ("seconds until it blocks", 1, 2),
    "net": ("MB", 1e6, 0),
    "peak": ("peak MB", 1e6, 0),
}
"""For each figure title, divisor and decimals."""


def zones(report: Report, workload: Workload) -> None:
    """Print seconds until a blocked name is blocked, and memory, beside the image."""
    reason = daemons.missing("unbound", "named", "nsd") or daemons.module_missing()
    if reason or not HAS_STATUS:
        report.skip("zones", reason or NO_STATUS)
        return
    folder, image = workload.folder / "zones", workload.rules.image
    folder.mkdir(exist_ok=True)
    blocked = workload.rules.names()[-1]
    began = perf_counter()
    zone = write_zone(workload, folder / "rpz.zone")
    report.say(f"written in {perf_counter() - began:.1f} s, {zone.stat().st_size / 1e6:.0f} MB")
    found = {_UNIT: _image(image)}
    with daemons.nsd(folder / "nsd") as nsd:
        up = nsd.port
        has_recursor = not daemons.missing("pdns_recursor", "make", "cc")
        more = recursors(folder, up, workload, zone, blocked) if has_recursor else {}
        for title, server in {
            "Unbound alone": daemons.unbound(folder / "a", up, modules="validator iterator"),
            "Unbound with our module": with_module(folder / "b", up, image, blocked),
            "Unbound with an RPZ": with_zone(folder / "c", up, zone, blocked),
            "BIND alone": daemons.named(folder / "d", up),
            "BIND with an RPZ": daemons.named(folder / "e", up, zone=zone, blocked=blocked),
            **more,
        }.items():
            found[title] = _measured(server)
    rows = []
    for title, values in found.items():
        ratios = {key: value / found[_UNIT][key] for key, value in values.items()}
        report.record("zones", workload, subject=title, **values, ratios=ratios)
        cells = [
            f"{values[key] / unit:.{decimals}f} ({ratios[key]:.2f}x)"
            for key, (_, unit, decimals) in _COLUMNS.items()
        ]
        rows.append([title, *cells])
    columns = ["", *(column for column, _, _ in _COLUMNS.values())]
    report.table(f"Ready with {workload.title}", columns, rows)


def _measured(server: AbstractContextManager[Server]) -> dict[str, float]:
    with server as running:
        return {
            "seconds": running.seconds,
            "net": daemons.memory(running.pid),
            "peak": daemons.memory(running.pid, "VmHWM"),
        }


def _image(image: Path) -> dict[str, float]:
    found: dict[str, float] = ask_child("zones", image)
    return found


if __name__ == "__main__":
    import json
    import sys

    from benchmarks.processes import peak, resident
    from blocklist import Blocklist

    _began = perf_counter()
    _blocked = Blocklist.open(sys.argv[1])
    _blocked.is_blocked("www.unlisted.example")
    print(json.dumps({"seconds": perf_counter() - _began, "net": resident(), "peak": peak()}))
