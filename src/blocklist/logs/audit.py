"""AUDIT: what query logs say of the orders in an image.

One function reads one file, so that the ``map`` of an executor can call it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ..image.contents import ImageSource
from .auditplan import planned
from .auditreport import Audit
from .engine import half_of_memory
from .logfile import files_of
from .logoptions import LEAST_CLIENTS, Map, scanned
from .partial import Partial, scan


def audit(
    image: ImageSource,
    logs: str | Iterable[str],
    *,
    shadow: ImageSource | None = None,
    format: str = "",
    columns: Mapping[str, str] | None = None,
    zone: str = "",
    log_zone: str = "",
    by: str = "day",
    min_clients: int = LEAST_CLIENTS,
    sinkholes: Iterable[str] = (),
    prefix: int = 64,
    lenient: bool = False,
    confidential: bool = False,
    memory: int = 0,
    map: Map | None = None,
    each: Callable[[Partial], None] | None = None,
) -> Audit:
    """Read query logs, and say what they hold for the orders in an image.

    Args:
        image: compiled orders.
        logs: files, folders, globs; ``-`` is standard input.
        shadow: shadow orders, or any that are not enforced yet; their hits are reported apart.
        format: of all files; empty to look at the content of each.
        columns: of tables: ``{"time": …, "name": …, "client": …}``.
        zone: IANA name of the zone in which days are cut; default: this machine's.
        log_zone: of times that have none; default: this machine's.
        by: ``day`` or ``hour``.
        min_clients: smaller counts of clients are not shown.
        sinkholes: addresses of block pages, which count as blocked like 0.0.0.0 and ::.
        prefix: bits of an IPv6 address by which clients are told apart.
        lenient: also take files of which more than 1 % of the queries cannot be read.
        confidential: show names and ids of confidential orders.
        memory: octets; the rest is spilled. Default: half of the machine's.
        map: of an executor; a file is the unit. Each worker then uses one thread, and of the half
            of the memory that scans have its share of this machine's cores. Images are opened at
            their path, once in a process.
        each: is called with what each file gave.

    Raises:
        ImportError: DuckDB or pyarrow is missing (extra ``logs``).
        LogError: a log cannot be read; ``OSError`` passes through.
        ImageError: an image cannot be opened, or ``image`` is one of shadow orders.
        ConfigurationError: an option is not possible.
    """
    files = files_of([logs] if isinstance(logs, str) else logs)
    # The merge works at the same time as the scans, and with `map` so do the scans of all cores.
    share = (memory or half_of_memory()) // 2
    with planned(
        image,
        shadow,
        columns=columns,
        zone=zone,
        log_zone=log_zone,
        by=by,
        min_clients=min_clients,
        sinkholes=sinkholes,
        prefix=prefix,
        lenient=lenient,
        confidential=confidential,
        memory=share,
    ) as plan:
        one = replace(plan.task, format=format)
        if map is not None:
            one = replace(one, threads=1, memory=share // (os.cpu_count() or 1))
        tasks = [replace(one, path=path) for path in files]
        return plan.audit(scanned(scan, tasks, map), each)
