"""Columns of Arrow: which names are blocked, by which rule and on whose orders."""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable
from time import process_time_ns
from typing import Any

from benchmarks.batch import arrow_missing
from benchmarks.queries import Mix
from benchmarks.report import Report
from benchmarks.timing import Figure, figures, undisturbed
from benchmarks.workloads import Workload
from blocklist import Blocklist, Order, compile_orders, load_orders

BOOLEANS = "is_blocked_many, string"
NUMBERS = "rule_numbers, string"
ORDERS = "match_many, string"
WIRE_ORDERS = "match_many, binary (wire format)"
SET = "[n in frozenset for n in list]"
SEVERAL = 8
_SEEN = 3  # of the orders of the second image name so many the same names
# As multiples of the time of the column of booleans in the same rounds.
TARGETS = {
    ("99.9 % miss", ORDERS): 1 / 0.75,
    ("95 % miss", ORDERS): 1 / 0.7,
    ("hits only", ORDERS): 1 / 0.5,
    ("hits only", NUMBERS): 1 / 0.75,
    **{(mix, WIRE_ORDERS): 1 / 0.45 for mix in ("99.9 % miss", "95 % miss", "hits only")},
}
SET_MIXES = ("99.9 % miss", "95 % miss")
SET_TARGET = 1.2


def columns(report: Report, workload: Workload, rounds: int) -> None:
    """Print nanoseconds a name, for one order behind all rules and for sets of several."""
    names = workload.rules.names()
    images = {
        "one order": Blocklist.open(workload.rules.image),
        f"{SEVERAL} orders": Blocklist(compile_orders(_shared_out(names), permit=names)),
    }
    for title, blocked in images.items():
        reason = arrow_missing(blocked)
        if reason:
            report.skip("columns", reason)
            return
        found = {mix.title: _measure(blocked, names, mix, rounds) for mix in workload.mixes}
        report.figures(f"columns {title}", f"Columns, {workload.title}, {title}", workload, found)
        for (mix, subject), ratio in TARGETS.items():
            figure = found[mix][subject].ratio
            report.target(f"{subject}, {title}, {mix}", workload, figure, {"1M": ratio})
        for mix in SET_MIXES:
            faster = found[mix][SET].ns / found[mix][ORDERS].ns
            report.target(
                f"{ORDERS}, {title}, {mix}, against {SET}",
                workload,
                faster,
                {"1M": SET_TARGET},
                at_least=True,
            )


def _shared_out(names: list[str]) -> list[Order]:
    """Return orders that share the names, so that most have one and some have several."""
    return [
        order
        for number in range(SEVERAL)
        for order in load_orders(
            "\n".join(
                names[number::SEVERAL] + names[: len(names) // 100 * (number % _SEEN)]
            ).encode(),
            name=f"list{number}.txt",
            format="plain",
        )
    ]


def _measure(blocked: Blocklist, rules: list[str], mix: Mix, rounds: int) -> dict[str, Figure]:
    pyarrow: Any = importlib.import_module("pyarrow")
    names = mix.names()
    known = frozenset(rules)
    text = pyarrow.array(names)
    wire = pyarrow.array([_wire(name) for name in names], pyarrow.binary())
    coded = text.dictionary_encode()
    subjects: dict[str, Callable[[], object]] = {
        SET: lambda: [name in known for name in names],
        "is_blocked_many, list": lambda: blocked.is_blocked_many(names),
        BOOLEANS: lambda: blocked.is_blocked_many(text),
        NUMBERS: lambda: blocked.rule_numbers(text),
        ORDERS: lambda: blocked.match_many(text),
        "is_blocked_many, binary (wire format)": lambda: blocked.is_blocked_many(wire),
        WIRE_ORDERS: lambda: blocked.match_many(wire),
        "match_many, dictionary": lambda: blocked.match_many(coded),
        "[match(n) for n in list]": lambda: list(map(blocked.match, names)),
    }
    _check(blocked, names, text, wire)
    times: dict[str, list[float]] = {title: [] for title in subjects}
    rng = random.Random(mix.title)
    with undisturbed():
        for _ in range(rounds):
            for title in rng.sample(list(subjects), len(subjects)):
                began = process_time_ns()
                subjects[title]()
                times[title].append((process_time_ns() - began) / len(names))
    return figures(times, BOOLEANS)


def _check(blocked: Blocklist, names: list[str], text: Any, wire: Any) -> None:
    """Refuse to time what gives different answers."""
    numbers = blocked.rule_numbers(text)
    assert numbers == blocked.rule_numbers(wire)
    assert blocked.match_many(text) == blocked.match_many(wire)
    assert [number >= 0 for number in numbers.to_pylist()] == blocked.is_blocked_many(names)


def _wire(name: str) -> bytes:
    labels = name.encode("ascii").split(b".")
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
