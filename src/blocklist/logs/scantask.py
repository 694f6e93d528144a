"""SCAN TASK: what is to be done with one file of a log, and the images that it names.

It can be pickled. An image is opened once in a process, and never pickled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ..errors import LogError
from ..matcher.blocklist import Blocklist


@dataclass(frozen=True, slots=True)
class ScanTask:
    """What is to be done with one file.

    Attributes:
        path: of the file, or ``-``.
        images: path and digest of the image, and of the shadow image if there is one.
        format: its name; empty to look at the content.
        columns: of a table: which column is which.
        zone: IANA name of the zone in which days are cut.
        log_zone: of times that have no zone.
        by: ``day`` or ``hour``.
        changes: instants at which an order of the images begins or ends, as microseconds since
            1970, sorted.
        sinkholes: addresses of 4 or 16 octets that stand for a block.
        prefix: bits of an IPv6 address by which clients are told apart.
        memory: octets that the scan may use.
        threads: how many; ``None`` for all cores.
        answers: whether the column ``answers`` is read.
    """

    path: str
    images: tuple[tuple[str, str], ...]
    format: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"
    log_zone: str = "UTC"
    by: str = "day"
    changes: tuple[int, ...] = ()
    sinkholes: frozenset[bytes] = frozenset()
    prefix: int = 64
    memory: int = 1 << 29
    threads: int | None = None
    answers: bool = False


@lru_cache(maxsize=4)
def opened(path: str, digest: str) -> Blocklist:
    """Return the blocklist of an image, opened once in a process; ``LogError`` if it changed."""
    blocked = Blocklist.open(path)
    if blocked.image.digest != digest:
        raise LogError("the image was replaced while logs were read; start again", path=path)
    return blocked
