"""Many names a call: lists and Arrow arrays, in one thread and in more."""

from __future__ import annotations

import importlib
import os
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any

from benchmarks.lookup import build, check
from benchmarks.peers import OURS, PEERS, UNIT
from benchmarks.report import Report
from benchmarks.timing import Subject, figures, measure, measure_cold, undisturbed
from benchmarks.workloads import Workload
from blocklist import Blocklist

MANY = "blocklist.is_blocked_many"
LIST = f"{MANY}, list"
TARGETS = {"99.9 % miss": {"1M": 0.18}, "hits only": {"1M": 0.30}}
# Two cores that other work shares do not give twice.
THREAD_TARGETS = {"100k": 1.5, "1M": 1.5, "10M": 1.5, "real": 1.5, "all": 1.5}
_THREADS_MIX = "95 % miss"


def batch(report: Report, workload: Workload, rounds: int) -> None:
    """Print nanoseconds a name, for calls of 2,000 names."""
    subjects = build(report, workload, [peer for peer in PEERS if peer.title in (UNIT, OURS)])
    blocked = Blocklist.open(workload.rules.image)
    subjects[LIST] = Subject(blocked.is_blocked_many, blocked.is_blocked_many)
    warm = subjects | _arrow_subjects(report, blocked)
    check(report, workload, {title: warm[title] for title in warm if title.startswith(MANY)})
    columns = {mix.title: measure(warm, UNIT, mix, rounds) for mix in workload.mixes}
    report.figures("batch", f"Batches, {workload.title}: ns (ratio)", workload, columns)
    for mix, targets in TARGETS.items():
        report.target(f"{LIST}, {mix}", workload, columns[mix][LIST].ratio, targets)
    cold = {
        mix.title: measure_cold(subjects, UNIT, mix, min(rounds, 3))
        for mix in workload.mixes
        if mix.title in TARGETS
    }
    report.figures("batch cold", f"Batches of cold names, {workload.title}", workload, cold)


def threads(report: Report, workload: Workload, rounds: int) -> None:
    """Print how many names a second one thread and more answer, on Arrow arrays and lists."""
    blocked = Blocklist.open(workload.rules.image)
    names = next(mix for mix in workload.mixes if mix.title == _THREADS_MIX).names()
    counts = sorted({1, 2, min(4, os.cpu_count() or 1)})
    inputs: dict[str, Callable[[int], list[Any]]] = {"list": lambda n: _cut(names, n)}
    reason = arrow_missing(blocked)
    if reason:
        report.skip("Arrow arrays in threads", reason)
    else:
        array = importlib.import_module("pyarrow").array(names)
        inputs["Arrow string array"] = lambda n: _cut(array, n)
    rows = []
    for title, cut in inputs.items():
        times = _time_threads(blocked.is_blocked_many, cut, counts, rounds)
        found = figures(times, "1")
        for count in counts:
            figure = found[str(count)]
            rate = 1000 / figure.ns
            faster = 1 / figure.ratio
            rows.append([title, str(count), f"{rate:.1f}", f"{faster:.2f}x"])
            report.record(
                "threads", workload, subject=title, threads=count, ns=figure.ns, faster=faster
            )
            if count == 2 and title != "list":
                report.target(
                    f"{title}, two threads against one",
                    workload,
                    faster,
                    THREAD_TARGETS,
                    at_least=True,
                )
    report.table(
        f"Threads, {workload.title}, {_THREADS_MIX}, {len(names):,} names",
        ["names", "threads", "million names a second", "against one thread"],
        rows,
    )


def arrow_missing(blocked: Blocklist) -> str | None:
    """Return why Arrow arrays cannot be asked for, if they cannot."""
    if find_spec("pyarrow") is None:
        return "pyarrow is not installed"
    pyarrow: Any = importlib.import_module("pyarrow")
    try:
        answer: object = blocked.is_blocked_many(pyarrow.array(["a.example"]))
    except (TypeError, ValueError):
        answer = None
    if not isinstance(answer, pyarrow.Array):
        return "is_blocked_many takes no Arrow arrays here"
    return None


def _arrow_subjects(report: Report, blocked: Blocklist) -> dict[str, Subject]:
    reason = arrow_missing(blocked)
    if reason:
        report.skip("Arrow arrays", reason)
        return {}
    pyarrow: Any = importlib.import_module("pyarrow")
    makers: dict[str, Callable[[list[str]], Any]] = {
        "string": pyarrow.array,
        "large_string": lambda names: pyarrow.array(names, pyarrow.large_string()),
        "string_view": lambda names: pyarrow.array(names, pyarrow.string_view()),
        "dictionary": lambda names: pyarrow.array(names).dictionary_encode(),
        "chunked": lambda names: pyarrow.chunked_array([names[:1000], names[1000:]], "string"),
    }
    return {f"{MANY}, Arrow {kind}": _arrow_subject(blocked, make) for kind, make in makers.items()}


def _arrow_subject(blocked: Blocklist, make: Callable[[list[str]], Any]) -> Subject:
    ask: Callable[[Any], Any] = blocked.is_blocked_many
    return Subject(ask, lambda names: list(ask(make(names)).to_pylist()), make)


def _time_threads(
    ask: Callable[[Any], Any], cut: Callable[[int], list[Any]], counts: list[int], rounds: int
) -> dict[str, list[float]]:
    """Return nanoseconds a name by number of threads, by the clock on the wall."""
    rng = random.Random(1)
    pieces = {count: cut(count) for count in counts}
    total = sum(map(len, pieces[counts[0]]))
    times: dict[str, list[float]] = {str(count): [] for count in counts}
    with ThreadPoolExecutor(max(counts)) as pool, undisturbed():
        list(pool.map(ask, pieces[max(counts)]))
        for _ in range(rounds):
            for count in rng.sample(counts, len(counts)):
                began = time.perf_counter_ns()
                list(pool.map(ask, pieces[count]))
                times[str(count)].append((time.perf_counter_ns() - began) / total)
    return times


def _cut(names: Any, count: int) -> list[Any]:
    """Cut a list or an array into ``count`` pieces; of an array that copies nothing."""
    size = -(-len(names) // count)
    return [names[start : start + size] for start in range(0, len(names), size)]
