"""AUDIT: what query logs say of the orders in an image.

One function reads one file, so that the ``map`` of an executor can call it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..atomicfile import Rights
from ..errors import ConfigurationError, LogError
from ..image.contents import ImageSource, contents_of
from ..matcher.blocklist import Blocklist
from ..model.countries import time_zone
from ..model.wording import plural
from .columnfiles import COLUMNS
from .engine import connection, half_of_memory, libraries, machine_zone
from .hitnames import HitOrders, changes
from .logfile import files_of
from .merge import Merger
from .partial import Partial, ScanTask, scan
from .render import write_csv, write_parquet

MOST_UNREAD = 0.01
"""Share of the queries of a file that may be unread."""
LEAST_CLIENTS = 10

Map = Callable[[Callable[[ScanTask], Partial], Sequence[ScanTask]], Iterable[Partial]]
"""What calls a function with each of some arguments, such as ``map`` of an executor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What logs say of the orders in an image.

    The tables are of Arrow; the times in them are UTC without a zone, ``day`` is the start of the
    day or hour in ``zone``. ``clients`` is text: a count, ``<10`` if it is too small to be shown,
    ``≥40`` for a total with a part that is; null if the log names no clients.

    Attributes:
        rows: for each order, rule, name and day what was asked.
        names: the same without the days; orders: without the names, the most asked first.
        days: queries of each order by day.
        files: what was read of each file, see ``Partial``.
        zone: in which days are cut; ``log_zone``: of times without a zone.
        by: ``day`` or ``hour``.
        least: the smallest count of clients that is shown.
        digests: of the image, and of the shadow image.
        hit: queries that the image blocks.
        without: orders of the image that no query hit.
        not_judged: orders without a rule about names, of which such a log says nothing.
        rights: of files that it is written to: their owner's alone where confidential orders show.
    """

    rows: Any = field(repr=False)
    names: Any = field(repr=False)
    orders: Any = field(repr=False)
    days: Any = field(repr=False)
    files: tuple[Partial, ...] = field(repr=False)
    zone: str
    log_zone: str
    by: str
    least: int
    digests: tuple[str, ...]
    hit: int
    without: int
    not_judged: int
    rights: Rights

    @property
    def queries(self) -> int:
        """All queries that were read."""
        return sum(one.queries for one in self.files)

    @property
    def unread(self) -> int:
        """Queries that could not be read."""
        return sum(one.unread for one in self.files)

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """First and last query, UTC without a zone; ``None`` without queries."""
        times = [at for one in self.files for at in (one.first, one.last) if at is not None]
        return (min(times), max(times)) if times else None

    @property
    def leaks(self) -> int:
        """Queries for names of orders in force that the log says were answered."""
        return self._sum("leaks")

    @property
    def in_force_unknown(self) -> int:
        """Queries for names of orders in force of which the log does not say what was answered."""
        return self._sum("not_judged")

    @property
    def in_force_known(self) -> int:
        """Queries for names of orders in force of which the log says what was answered."""
        return self._sum("in_force") - self.in_force_unknown

    def _sum(self, column: str) -> int:
        image, values = self.orders["image"].to_pylist(), self.orders[column].to_pylist()
        return sum(value for of, value in zip(image, values, strict=True) if of == "orders")

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write ``rows`` as CSV; a file that is there is replaced whole."""
        write_csv(self.rows, path, self.rights)

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Write ``rows`` as Parquet; a file that is there is replaced whole."""
        write_parquet(self.rows, path, self.rights)


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
        shadow: orders that are not enforced yet; their hits are reported apart.
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
        map: of an executor; a file is the unit. Each worker then uses one thread.
        each: is called with what each file gave.

    Raises:
        ImportError: DuckDB or pyarrow is missing (extra ``logs``).
        LogError: a log cannot be read; ``OSError`` passes through.
        ImageError: an image cannot be opened.
        ConfigurationError: an option is not possible.
    """
    libraries("reading query logs")
    check_options(columns, min_clients, prefix)
    if by not in ("day", "hour"):
        raise ConfigurationError(f"by is day or hour, not {by!r}")
    files = files_of([logs] if isinstance(logs, str) else logs)
    zone, log_zone = zone or machine_zone(), log_zone or machine_zone()
    for name in (zone, log_zone):
        time_zone(name)
    memory = memory or half_of_memory()
    with TemporaryDirectory(prefix="blocklist-audit-") as folder:
        sources = [image] if shadow is None else [image, shadow]
        paths = [path_of(one, Path(folder, str(at))) for at, one in enumerate(sources)]
        opened = [Blocklist.open(path) for path in paths]
        orders = [HitOrders(one, confidential=confidential) for one in opened]
        tasks = [
            ScanTask(
                path=path,
                images=tuple((at, one.image.digest) for at, one in zip(paths, opened, strict=True)),
                format=format,
                columns=dict(columns or {}),
                zone=zone,
                log_zone=log_zone,
                by=by,
                changes=changes((order for one in opened for order in one.orders), zone),
                sinkholes=frozenset(_octets(one) for one in sinkholes),
                prefix=prefix,
                memory=memory // 2,
                threads=1 if map is not None else None,
            )
            for path in files
        ]
        with connection(memory // 2, None, None) as link:
            merger = Merger(link, orders, min_clients)
            read = []
            for partial in scanned(scan, tasks, map):
                refuse_unread(partial, lenient=lenient)
                merger.add(partial)
                read.append(partial.without_hits())
                if each is not None:
                    each(read[-1])
            tables = merger.tables()
            hit = merger.queries()
    shown = set(tables["orders"].filter(_is_orders(tables["orders"]))["order"].to_pylist())
    about = orders[0].about_names
    return Audit(
        **tables,
        files=tuple(read),
        zone=zone,
        log_zone=log_zone,
        by=by,
        least=min_clients,
        digests=tuple(one.image.digest for one in opened),
        hit=hit,
        without=sum(orders[0].labels[place] not in shown for place in about),
        not_judged=len(opened[0].orders) - len(about),
        rights=Rights(is_private=confidential and any(o.image.rights.is_private for o in opened)),
    )


def scanned(
    read: Callable[[ScanTask], Partial], tasks: Sequence[ScanTask], given: Map | None
) -> Iterator[Partial]:
    """Yield what each file gives, read here or by an executor."""
    if given is None:
        for task in tasks:
            yield read(task)
    else:
        yield from given(read, tasks)


def _is_orders(table: Any) -> Any:
    import pyarrow.compute as pc

    return pc.equal(table["image"], "orders")


def check_options(columns: Mapping[str, str] | None, min_clients: int, prefix: int) -> None:
    """Raise ``ConfigurationError`` for what no scan can do."""
    unknown = [name for name in columns or {} if name not in COLUMNS]
    if unknown:
        raise ConfigurationError(
            f"columns are {', '.join(COLUMNS)}, not {', '.join(unknown)}: time=ts,name=qname"
        )
    if not 0 < prefix <= 128:
        raise ConfigurationError(f"a prefix of IPv6 has 1 to 128 bits, not {prefix}")
    if min_clients < 1:
        raise ConfigurationError("the least count of clients is at least 1")


def path_of(source: ImageSource, copy: Path) -> str:
    """Return a path from which every process can open an image; one in memory is written."""
    if isinstance(source, str | os.PathLike):
        return str(Path(source).resolve())
    image = contents_of(source).image
    if image.path is not None:
        return str(Path(image.path).resolve())
    image.save(copy)
    return str(copy)


def _octets(address: str) -> bytes:
    try:
        return ip_address(address).packed
    except ValueError as error:
        raise ConfigurationError(f"{address!r} is not an address of a sinkhole") from error


def refuse_unread(partial: Partial, *, lenient: bool) -> None:
    """Raise ``LogError`` for a file of which too much cannot be read."""
    if lenient:
        return
    if not partial.queries and partial.is_cut:
        raise LogError(
            f"damaged, or not {partial.format}: nothing could be read; name another --format, or "
            "accept that with --lenient",
            path=partial.path,
        )
    if not partial.queries and partial.others + partial.unread:
        raise LogError(
            f"no query of a client in {plural(partial.others + partial.unread, 'line')} read as "
            f"{partial.format}; name another --format, or read it all the same with --lenient",
            path=partial.path,
        )
    if partial.unread_share > MOST_UNREAD:
        raise LogError(
            f"{partial.unread_share:.1%} of the queries cannot be read as {partial.format} "
            f"({plural(partial.unread, 'query', 'queries')}), and 1% is the limit; see whether "
            "--format and --log-tz fit, or read it all the same with --lenient",
            path=partial.path,
        )
