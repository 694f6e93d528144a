"""Two processes that share one image: what the second one adds.

Run with an image and a file of queries, it opens the image, asks, prints what it holds as a line of
JSON after each step, and waits for its standard input to close.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.data import joined
from benchmarks.processes import CLONE, anonymous, command
from benchmarks.report import Report
from benchmarks.workloads import Workload

_SMAPS = Path("/proc/self/smaps")
_FIELDS = ("Rss", "Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty")
_STEPS = ("opened", "10,000 names asked", "200,000 names asked")
_ASKED = (0, 10_000, 200_000)
_MIX = "95 % miss"


def sharing(report: Report, workload: Workload) -> None:
    """Print the mapping's memory in the second of two processes that opened the image."""
    if not _SMAPS.exists():
        report.skip("share", "this system has no /proc/self/smaps")
        return
    queries = workload.folder / "share.txt"
    mix = next(mix for mix in workload.mixes if mix.title == _MIX)
    queries.write_bytes(joined(mix.names(_ASKED[-1])))
    arguments = command("sharing", workload.rules.image, queries)
    with _child(arguments) as first:
        alone = [_line(first) for _ in _STEPS]
        with _child(arguments) as second:
            beside = [_line(second) for _ in _STEPS]
    rows = []
    for step, one, two in zip(_STEPS, alone, beside, strict=True):
        report.record("share", workload, step=step, first=one, second=two)
        shared = two["Shared_Clean"] + two["Shared_Dirty"]
        private = two["Private_Clean"] + two["Private_Dirty"]
        figures = (one["Rss"], two["Rss"], shared, private, two["Pss"], two["anonymous"])
        rows.append([step, *(f"{figure / 1e6:.2f}" for figure in figures)])
    size = workload.rules.image.stat().st_size / 1e6
    report.table(
        f"Two processes and one image of {size:.1f} MB, {workload.title}, not verified: MB",
        [
            "",
            "first: mapped pages it touched",
            "second: the same",
            "of these shared",
            "of these its own",
            "proportional share",
            "second: memory beside the mapping",
        ],
        rows,
    )


@contextmanager
def _child(arguments: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Run a child, and let it go when the block ends."""
    pipe = subprocess.PIPE
    with subprocess.Popen(arguments, stdin=pipe, stdout=pipe, text=True, cwd=CLONE) as child:
        try:
            yield child
        finally:
            child.communicate()


def _line(child: subprocess.Popen[str]) -> dict[str, int]:
    line = child.stdout.readline() if child.stdout else ""
    found: dict[str, int] = json.loads(line)
    return found


def hold(image: Path, queries: Path) -> None:
    """Open, ask, tell, wait."""
    from blocklist import Blocklist

    names = queries.read_text("ascii").split("\n")
    before = anonymous()
    blocked = Blocklist.open(image, verify=False)
    for count in _ASKED:
        for name in names[:count]:
            blocked.is_blocked(name)
        found: dict[str, Any] = mapping(image)
        found["anonymous"] = anonymous() - before
        print(json.dumps(found), flush=True)
    sys.stdin.read()


def mapping(file: Path) -> dict[str, int]:
    """Return octets of the mappings of ``file`` in this process, by kind."""
    found = dict.fromkeys(_FIELDS, 0)
    inside = False
    for line in _SMAPS.read_text().splitlines():
        key, _, rest = line.partition(" ")
        if not key.endswith(":"):
            inside = line.endswith(str(file))
        elif inside and key[:-1] in found:
            found[key[:-1]] += int(rest.split()[0]) * 1024
    return found


if __name__ == "__main__":
    hold(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
