"""LOCK: one run at a time; the kernel frees it when the process ends, so no stale lock exists."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..atomicfile import can_lock, lock
from ..errors import BlocklistError

_PAUSE = 0.05


class BusyError(BlocklistError):
    """Another run has the lock."""


@contextmanager
def locked(
    folder: Path,
    wait: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Hold the lock of a state folder, which is made if need be.

    Args:
        folder: of the state.
        wait: seconds to wait for another run to end.
        clock: for tests.
        sleep: for tests.

    Raises:
        BusyError: it did not end.
        OSError: passes through.
    """
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        end = clock() + wait
        while not _taken(handle):
            if clock() >= end:
                raise BusyError(
                    f"another run has the lock of {folder}; wait for it to end (--wait SECONDS)"
                )
            sleep(_PAUSE)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    if not can_lock():
        return True
    try:
        lock(handle, wait=False)
    except BlockingIOError:
        return False
    return True
