"""PRIVATE COPY: the octets of a file in memory that no other process can change or cut short.

A sealed memfd where the system has it (Linux), else an anonymous mapping. Forked processes share
the pages of both; the descriptor of the first can also be passed to a process started apart.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable
from typing import BinaryIO

from ..errors import NotAnImageError

try:
    import fcntl

    _SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
except (ImportError, AttributeError):  # not Linux
    _SEALS = 0

_CHUNK = 1 << 20


class SealedMemory:
    """A sealed memfd, closed with the object.

    Attributes:
        descriptor: its number; valid as long as the object lives.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __del__(self, close: Callable[[int], None] = os.close) -> None:  # also at exit
        close(self.descriptor)


def private_copy(file: BinaryIO, size: int, path: str) -> tuple[memoryview, SealedMemory | None]:
    """Return the first ``size`` octets of an open file, and the memory in which they lie.

    A file that is such a memory already is not copied again.

    Raises:
        NotAnImageError: it was cut short meanwhile.
        OSError: it cannot be read, or there is no memory left.
    """
    memory = _sealed(file, size, path)
    if memory is not None:
        # Not MAP_SHARED: before 6.7 Linux maps sealed memory only privately. The pages are shared.
        octets = mmap.mmap(memory.descriptor, size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
        return memoryview(octets), memory
    octets = mmap.mmap(-1, size)
    file.seek(0)
    _copy(file, octets.write, size, path)
    return memoryview(octets).toreadonly(), None


def _sealed(file: BinaryIO, size: int, path: str) -> SealedMemory | None:
    """Return sealed memory with the content of a file; ``None`` where there can be none."""
    if not _SEALS:
        return None
    if _is_sealed(file.fileno()):
        return SealedMemory(os.dup(file.fileno()))
    try:
        memory = SealedMemory(os.memfd_create("blocklist", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING))
        # Written, not mapped: where memory is short that is an error, and no SIGBUS.
        with open(memory.descriptor, "wb", buffering=0, closefd=False) as target:
            _copy(file, target.write, size, path)
        fcntl.fcntl(memory.descriptor, fcntl.F_ADD_SEALS, _SEALS)
    except OSError:  # an old kernel, a filter of system calls, a limit of file sizes
        return None
    return memory


def _is_sealed(descriptor: int) -> bool:
    try:
        return fcntl.fcntl(descriptor, fcntl.F_GET_SEALS) & _SEALS == _SEALS
    except OSError:  # most file systems know no seals
        return False


def _copy(file: BinaryIO, write: Callable[[bytes], int], size: int, path: str) -> None:
    left = size
    while left:
        chunk = file.read(min(left, _CHUNK))
        if not chunk:
            raise NotAnImageError("cut short while it was read; copy it again", path=path)
        left -= len(chunk)
        while chunk:
            chunk = chunk[write(chunk) :]
