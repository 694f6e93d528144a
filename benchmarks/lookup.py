"""One name a call: against the peers, with names in the cache and out of it."""

from __future__ import annotations

import time
from collections.abc import Mapping

from benchmarks.data import covered
from benchmarks.peers import LOOP, OURS, PARTITION, PEERS, UNIT, Peer
from benchmarks.report import Report
from benchmarks.timing import Subject, measure, measure_cold
from benchmarks.workloads import Workload

_CHECKED = 2_000
_COLD = (LOOP, UNIT, OURS, PARTITION)
TARGETS = {
    "99.9 % miss": {"100k": 0.40, "1M": 0.25, "real": 0.25},
    "95 % miss": {"100k": 0.40, "1M": 0.30, "10M": 0.65, "real": 0.28},
    "hits only": {"100k": 0.45, "1M": 0.70, "10M": 0.60, "real": 0.58},
}
COLD_TARGETS = {"95 % miss": {"1M": 0.85}, "hits only": {"1M": 0.95}}
IDIOM_TARGETS = {"1M": 12.0}
_IDIOM_MIX = "99.9 % miss"
_IDIOMS = [p.title for p in PEERS if not p.package and p.title not in (LOOP, UNIT, OURS)]


def lookup(report: Report, workload: Workload, rounds: int) -> None:
    """Print nanoseconds a lookup of every peer, for every mix."""
    subjects = build(report, workload, PEERS)
    check(report, workload, subjects)
    columns = {mix.title: measure(subjects, UNIT, mix, rounds) for mix in workload.mixes}
    report.figures("lookup", f"Lookups, {workload.title}: ns (ratio)", workload, columns)
    for mix, targets in TARGETS.items():
        report.target(f"{OURS}, {mix}", workload, columns[mix][OURS].ratio, targets)
    column = columns[_IDIOM_MIX]
    best = min((title for title in column if title in _IDIOMS), key=lambda title: column[title].ns)
    faster = column[best].ratio / column[OURS].ratio
    report.say(f"{OURS} is {faster:.1f} times as fast as {best}, the best idiom, {_IDIOM_MIX}")
    report.record("idiom", workload, mix=_IDIOM_MIX, subject=best, faster=faster)
    report.target(
        f"times as fast as the best idiom, {_IDIOM_MIX}",
        workload,
        faster,
        IDIOM_TARGETS,
        unit="",
        at_least=True,
    )


def cold(report: Report, workload: Workload, rounds: int) -> None:
    """Print the same where the name itself is out of the cache."""
    subjects = build(report, workload, [peer for peer in PEERS if peer.title in _COLD])
    mixes = [mix for mix in workload.mixes if mix.title in COLD_TARGETS]
    columns = {mix.title: measure_cold(subjects, UNIT, mix, rounds) for mix in mixes}
    report.figures("cold", f"Cold names, {workload.title}: ns (ratio)", workload, columns)
    for mix, targets in COLD_TARGETS.items():
        report.target(f"{OURS}, cold names, {mix}", workload, columns[mix][OURS].ratio, targets)


def build(
    report: Report, workload: Workload, peers: tuple[Peer, ...] | list[Peer]
) -> dict[str, Subject]:
    """Make the peers ready; say which cannot take part."""
    subjects = {}
    for peer in peers:
        reason = peer.missing(workload.rules.count)
        if reason:
            report.skip(peer.title, reason)
            continue
        began = time.perf_counter()
        subjects[peer.title] = peer.build(workload.rules)
        report.record("build", workload, subject=peer.title, seconds=time.perf_counter() - began)
    return subjects


def check(report: Report, workload: Workload, subjects: Mapping[str, Subject]) -> None:
    """Compare answers with the oracle's, and print how many differ."""
    rules = frozenset(workload.rules.names())
    notes = {peer.title: peer.note for peer in PEERS}
    asked = {mix.title: mix.names(_CHECKED) for mix in workload.mixes}
    expected = {mix: [covered(name, rules) for name in asked[mix]] for mix in asked}
    for title, subject in subjects.items():
        if subject.answers is None:
            continue
        differ = {}
        for mix, names in asked.items():
            answers = zip(names, subject.answers(names), expected[mix], strict=True)
            differ[mix] = [name for name, found, right in answers if found is not right]
            report.record("check", workload, mix=mix, subject=title, differ=len(differ[mix]))
        wrong = [name for names in differ.values() for name in names]
        if wrong:
            counts = ", ".join(f"{len(names)} in {mix}" for mix, names in differ.items() if names)
            note = notes.get(title) or f"as {wrong[0]}"
            report.say(
                f"of {_CHECKED:,} names a mix {title} answers differently: {counts} ({note})"
            )
