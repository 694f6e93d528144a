"""Resident memory of each structure, in a process of its own.

Run with a peer's title, files of rules and image, and a count, it prints what it found as JSON.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
from pathlib import Path
from time import perf_counter

from benchmarks.peers import LOOP, PEERS, Rules
from benchmarks.processes import HAS_STATUS, NO_STATUS, ask_child, peak, reset_peak, resident
from benchmarks.report import Report
from benchmarks.workloads import Workload

_SAME = ("set, find loop", "lru_cache over the partition loop", "publicsuffixlist", "tldextract")
"""Peers that hold a frozenset and nothing more that grows with the rules."""


def memory(report: Report, workload: Workload) -> None:
    """Print what each peer adds to a process that holds the octets of the rules."""
    if not HAS_STATUS:
        report.skip("memory", NO_STATUS)
        return
    rules, rows = workload.rules, []
    for peer in PEERS:
        if peer.title == LOOP or peer.title in _SAME:
            continue
        reason = peer.missing(rules.count)
        if reason:
            report.skip(peer.title, reason)
            continue
        found = ask_child("memory", peer.title, rules.file, rules.image, rules.count)
        report.record("memory", workload, subject=peer.title, **found)
        rows.append(
            [
                peer.title,
                f"{found['net'] / 1e6:.1f}",
                f"{found['net'] / rules.count:.1f}",
                f"{found['peak'] / 1e6:.0f}",
                f"{found['seconds']:.2f}",
            ]
        )
    report.table(
        f"Memory, {workload.title}",
        [
            "structure, in a process of its own",
            "MB",
            "octets a rule",
            "peak MB",
            "seconds to build",
        ],
        rows,
    )


def measure(title: str, rules: Rules) -> dict[str, float]:
    """Build one peer and return how much it added."""
    peer = next(peer for peer in PEERS if peer.title == title)
    if peer.package:
        importlib.import_module(peer.package)  # its code is not what is measured
    octets = rules.file.read_bytes()
    gc.collect()
    reset_peak()
    before = resident()
    began = perf_counter()
    built = peer.build(rules)
    seconds = perf_counter() - began
    gc.collect()
    net, highest = resident() - before, peak() - before
    del built
    return {"net": net, "peak": highest, "seconds": seconds, "raw": len(octets)}


if __name__ == "__main__":
    _, _title, _file, _image, _count = sys.argv
    print(json.dumps(measure(_title, Rules(Path(_file), Path(_image), int(_count)))))
