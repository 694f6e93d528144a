"""The one limit on time in tests: processor time, in seconds of a common machine.

Processor time alone is not enough: a machine that shares its cores, its caches and its memory with
others needs two to four times as much of it for the same work. So a fixed piece of work is timed
beside what is limited, and a limit grows with what that took. The objects that other tests left are
kept out of the garbage collector's way meanwhile: walking them is not what is measured.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

COMMON = 0.012
"""Seconds that `_work` takes on a common machine (CPython 3.11 on a core of a server of 2021)."""


def spent() -> float:
    """Seconds of processor time of this process, and of its children that it has waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _work() -> int:
    """What loaders do: texts are made, cut, looked up and kept."""
    kept: dict[str, list[str]] = {}
    for number in range(20_000):
        name = f"n{number}.example"
        kept[name] = name.split(".")
    return len(kept)


def pace() -> float:
    """How many times slower than a common machine this one is now; at least 1."""
    return max(1.0, taken(_work) / COMMON)


@contextmanager
def _alone() -> Iterator[None]:
    """Let the garbage collector walk new objects only."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def taken(work: Callable[[], object]) -> float:
    """Seconds of processor time of a call."""
    with _alone():
        begun = spent()
        work()
        return spent() - begun


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail if the block takes more processor time; waiting for others counts nothing."""
    before = pace()
    with _alone():
        begun = spent()
        yield
        took = spent() - begun
    if took >= seconds:
        limit = seconds * max(before, pace())
        assert took < limit, f"took {took:.1f} s of processor time, and {limit:.1f} s is the limit"
