"""Opening an image, with its file in the page cache, against other ways to get ready."""

from __future__ import annotations

import pickle
import random
import statistics
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from benchmarks.report import Report
from benchmarks.timing import undisturbed
from benchmarks.workloads import Workload
from blocklist import Blocklist, Image

_ASKED = "www.unlisted.example"
OPEN_TARGETS = {"10M": 2.0}
VERIFY_TARGETS = {"1M": 1.0, "10M": 1.0, "real": 1.0}
_TRUSTED, _VERIFIED = "open, not verified", "open and verify"
_ANSWERED = "open, not verified, first answer"
_MAPPED, _CHECKED = "of that, the image: map", "of that, the image: map and verify"
_FEW = 3


def opening(report: Report, workload: Workload, rounds: int) -> None:
    """Print milliseconds until the first answer, and how fast the checksum is compared."""
    rules = workload.rules
    pickled = workload.folder / "frozenset.pickle"
    pickled.write_bytes(pickle.dumps(frozenset(rules.names()), pickle.HIGHEST_PROTOCOL))
    ways: dict[str, Callable[[], object]] = {
        _TRUSTED: lambda: _open(rules.image),
        _ANSWERED: lambda: _answered(rules.image),
        _VERIFIED: lambda: Blocklist.open(rules.image),
        _MAPPED: lambda: Image.open(rules.image, verify=False),
        _CHECKED: lambda: Image.open(rules.image),
        "frozenset of the lines of the file": lambda: frozenset(rules.names()),
        "pickle of a frozenset": lambda: pickle.loads(pickled.read_bytes()),
    }
    times: dict[str, list[float]] = {title: [] for title in ways}
    rng = random.Random(1)
    _open(rules.image)  # what a process pays once, such as imports, is not counted
    with undisturbed():
        for number in range(rounds):
            for title in rng.sample(list(ways), len(ways)):
                if number < _FEW or "frozenset" not in title:
                    began = perf_counter()
                    made = ways[title]()
                    times[title].append((perf_counter() - began) * 1000)
                    del made
    pickled.unlink()
    found = {title: statistics.median(values) for title, values in times.items()}
    report.table(
        f"Opening {workload.title}",
        ["", "milliseconds"],
        [[title, f"{value:.2f}"] for title, value in found.items()],
    )
    octets = rules.image.stat().st_size
    rate = octets / 1e6 / max(found[_CHECKED] - found[_MAPPED], 1e-3)
    report.say(f"verifying {octets / 1e6:.1f} MB: {rate:.2f} GB/s")
    for title, value in found.items():
        report.record("open", workload, subject=title, ms=value)
    report.record("verify", workload, gigabytes_a_second=rate)
    report.target(
        "open, not verified, milliseconds", workload, found[_TRUSTED], OPEN_TARGETS, unit=""
    )
    report.target("verify, GB/s", workload, rate, VERIFY_TARGETS, unit="", at_least=True)


def _open(image: Path) -> Blocklist:
    return Blocklist.open(image, verify=False)


def _answered(image: Path) -> Blocklist:
    blocked = _open(image)
    blocked.is_blocked(_ASKED)
    return blocked
