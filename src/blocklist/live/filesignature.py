"""FILE SIGNATURE: what a change of a file shows in, without reading it."""

from __future__ import annotations

import os
import time
from typing import NamedTuple, Self

TICK_SECONDS = 0.02
"""At least one tick of the clock of a file system: two writes within one leave the same times."""


class FileSignature(NamedTuple):
    """Which file a path leads to, and when it was last changed.

    Attributes:
        device, inode: which file it is.
        size: octets.
        modified: when its octets were last written, in nanoseconds; a program may set it back.
        changed: when octets, owner, mode or links last changed; no program sets that.
    """

    device: int
    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, path: str) -> Self | None:
        """Return that of a path; ``None`` if no file is there."""
        try:
            status = os.stat(path)  # noqa: PTH116 - called often
        except OSError:
            return None
        return cls(
            status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
        )

    def is_file_of(self, other: FileSignature | None) -> bool:
        """Whether both are of one file, changed or not."""
        return other is not None and self[:2] == other[:2]

    def is_being_written(self) -> bool:
        """Whether another write may come that this signature would not show."""
        return time.time_ns() - max(self.modified, self.changed) < TICK_SECONDS * 1e9
