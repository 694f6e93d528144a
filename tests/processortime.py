"""The one limit on time in tests: it counts processor time, so that a busy machine fails none."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager


def spent() -> float:
    """Seconds of processor time of this process, and of its children that it has waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail if the block takes more processor time; waiting for others counts nothing."""
    begun = spent()
    yield
    taken = spent() - begun
    assert taken < seconds, f"took {taken:.1f} s of processor time, and {seconds} s is the limit"
