"""How everything is timed: in one process, peers in turn, medians of rounds, ratios to the unit.

A ratio is the median of the ratios of the rounds, so that what slows the machine for a while slows
both sides of it.
"""

from __future__ import annotations

import gc
import random
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any

from benchmarks.queries import CHUNK, Mix, fresh

WARM_UP = 10_000
TIMED = 40_000


@dataclass(frozen=True)
class Subject:
    """What is timed.

    Attributes:
        loop: asks for all that ``prepare`` returned.
        answers: answers for each name, for the check against the oracle; ``None``: it has none.
        prepare: turns names into what ``loop`` takes, outside the time.
    """

    loop: Callable[[Any], object]
    answers: Callable[[list[str]], list[bool]] | None = None
    prepare: Callable[[list[str]], Any] | None = None


@dataclass(frozen=True)
class Figure:
    """Nanoseconds a name, and the ratio to the unit in the same rounds."""

    ns: float
    ratio: float


def measure(subjects: Mapping[str, Subject], unit: str, mix: Mix, rounds: int) -> dict[str, Figure]:
    """Time fresh names: each is made just before, so it is in the cache and its hash is not."""
    rng = random.Random(mix.title)
    times: dict[str, list[float]] = {title: [] for title in subjects}
    length = min((WARM_UP + TIMED) // CHUNK, len(mix.chunks))
    warm = length * WARM_UP // (WARM_UP + TIMED)
    with undisturbed():
        for number in range(rounds):
            # Each round asks for other names, as long as there are some, so that no cache knows.
            start = number * length % (len(mix.chunks) - length + 1)
            chunks = mix.chunks[start : start + length]
            for title in rng.sample(list(subjects), len(subjects)):
                times[title].append(_block(subjects[title], chunks, warm))
    return figures(times, unit)


def measure_cold(
    subjects: Mapping[str, Subject], unit: str, mix: Mix, rounds: int
) -> dict[str, Figure]:
    """Time names that were all made, then shuffled, so that the names too are out of the cache."""
    rng = random.Random(mix.title)
    times: dict[str, list[float]] = {title: [] for title in subjects}
    with undisturbed():
        for _ in range(rounds):
            names = mix.names()
            rng.shuffle(names)
            size = min(WARM_UP + TIMED, len(names) // len(subjects))
            warm = size * WARM_UP // (WARM_UP + TIMED)
            # Cutting a list touches its names, so all of it is done long before they are timed.
            starts = range(0, size * len(subjects), size)
            blocks = [(names[at : at + warm], names[at + warm : at + size]) for at in starts]
            order = rng.sample(list(subjects), len(subjects))
            for title, (warming, timed) in zip(order, blocks, strict=True):
                subjects[title].loop(warming)
                began = perf_counter_ns()
                subjects[title].loop(timed)
                times[title].append((perf_counter_ns() - began) / len(timed))
    return figures(times, unit)


def figures(times: Mapping[str, Sequence[float]], unit: str) -> dict[str, Figure]:
    """Return medians, and medians of the ratios to ``unit`` round by round."""
    return {
        title: Figure(
            statistics.median(values),
            statistics.median(a / b for a, b in zip(values, times[unit], strict=True)),
        )
        for title, values in times.items()
    }


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep the garbage collector away."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _block(subject: Subject, chunks: Sequence[bytes], warm: int) -> float:
    spent = count = 0
    for number, chunk in enumerate(chunks):
        names: Any = fresh(chunk)
        size = len(names)
        if subject.prepare:
            names = subject.prepare(names)
        began = perf_counter_ns()
        subject.loop(names)
        ended = perf_counter_ns()
        if number >= warm:
            spent += ended - began
            count += size
    return spent / count
