"""COLLATERAL: what orders would take down in query logs, before they are enforced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..answers.disclosure import tellable
from ..atomicfile import Rights
from ..compiler.pipeline import compile_orders
from ..image.container import Image
from ..image.contents import ImageSource, refuse_other_kind
from ..matcher.blocklist import Blocklist
from ..model.addresses import Network
from ..model.binding import as_binding
from ..model.countries import time_zone
from ..model.orders import Order
from ..model.report import Report
from ..model.shadows import tried
from ..model.targets import Rule
from ..model.wording import plural
from .engine import connection, half_of_memory, libraries, machine_zone
from .logfile import files_of
from .logoptions import LEAST_CLIENTS, Map, check_options, path_of, refuse_unread, scanned
from .logreport import ReportRows, span_of
from .lossmerge import LossMerger
from .lossscan import scan_losses
from .losstables import LossTables
from .partial import Partial
from .reach import USUAL_LIMITS, Level, Limits, Watched
from .scantask import ScanTask

_PERMIT = "; to block it anyway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collateral(ReportRows):
    """What orders would take down.

    The tables are of Arrow. ``level`` is ``stop``, ``look``, ``note`` or empty. ``clients`` is text
    as in ``Audit``, ``share`` is of all clients of the logs, cut to what ``clients`` may say.

    Attributes:
        rows: for each order and target a row of kind ``target``, then its names: ``lost`` those
            that it blocks, ``depends`` those whose answers lead to it; the most asked first.
        targets: level, reasons and traffic of each order and target, the gravest first.
        orders: the same of each order.
        enforced: the ten targets of the image in use that most clients ask for.
        log_zone: of times without a zone.
        least: the smallest count of clients that is shown.
        clients: in all logs; 0 if they name none.
        limits: from where on something counted.
        not_judged: what the logs or the options cannot tell, as sentences.
        skipped: orders that were not judged, as ``id: reason``.
        has_previous: whether an image says which targets are new.
    """

    targets: Any = field(repr=False)
    orders: Any = field(repr=False)
    enforced: Any = field(repr=False)
    log_zone: str
    least: int
    clients: int
    limits: Limits
    not_judged: tuple[str, ...]
    skipped: tuple[str, ...] = field(repr=False)
    has_previous: bool

    def count(self, level: Level, *, new: bool = False) -> int:
        """Return how many targets are at a level; with ``new`` those of no image in use."""
        levels, is_new = self.targets["level"].to_pylist(), self.targets["new"].to_pylist()
        targets = self.targets["place"].to_pylist()
        found = {
            place
            for of, fresh, place in zip(levels, is_new, targets, strict=True)
            if of == level and (fresh or not new)
        }
        return len(found)


def collateral(
    orders: Iterable[Order],
    logs: str | Iterable[str],
    *,
    popular: Iterable[str] = (),
    protect: Iterable[str] = (),
    networks: Iterable[tuple[Network, str]] = (),
    previous: ImageSource | None = None,
    limits: Limits = USUAL_LIMITS,
    format: str = "",
    columns: Mapping[str, str] | None = None,
    log_zone: str = "",
    min_clients: int = LEAST_CLIENTS,
    prefix: int = 64,
    lenient: bool = False,
    confidential: bool = False,
    memory: int = 0,
    map: Map | None = None,
    each: Callable[[Partial], None] | None = None,
) -> Collateral:
    """Read query logs, and say what orders would take down in them.

    Orders that have not begun, or are suspended, are judged as if they bound; those that have ended
    are not judged.

    Args:
        orders: from ``load_orders``; they are compiled here, without leaving out what the guards
            of a compilation refuse: that is at *stop*.
        logs: files, folders, globs; ``-`` is standard input.
        popular: names by popularity, the most popular first.
        protect: names (each with all below) and prefixes of owners known to be innocent.
        networks: prefixes in which many sites share an address, each with what it is.
        previous: the image in use; its targets are not new, and how often they are asked for helps
            to set the limits.
        limits: from where on something counts.
        format: of all files; empty to look at the content of each.
        columns: of tables: ``{"time": …, "name": …, "client": …, "answers": …}``.
        log_zone: of times that have none; default: this machine's.
        min_clients: smaller counts of clients are not shown.
        prefix: bits of an IPv6 address by which clients are told apart.
        lenient: also take files of which more than 1 % of the queries cannot be read.
        confidential: show names and ids of confidential orders.
        memory: octets; the rest is spilled. Default: half of the machine's.
        map: of an executor; a file is the unit. Each worker then uses one thread.
        each: is called with what each file gave.

    Raises:
        ImportError: DuckDB or pyarrow is missing (extra ``logs``).
        LogError: a log cannot be read; ``OSError`` passes through.
        CompileError: orders cannot be compiled, or a list cannot be used.
        ImageError: the image in use cannot be opened, or is one of shadow orders.
        ConfigurationError: an option is not possible.
    """
    libraries("reading query logs")
    check_options(columns, min_clients, prefix)
    watched = Watched(popular=popular, protect=protect, networks=networks, limits=limits)
    files = files_of([logs] if isinstance(logs, str) else logs)
    log_zone = log_zone or machine_zone()
    time_zone(log_zone)
    memory = memory or half_of_memory()
    if previous is not None:
        refuse_other_kind(previous, shadow=False)
    given = _as_enforced(orders)
    image, withheld = _unguarded(given)
    with TemporaryDirectory(prefix="blocklist-collateral-") as folder:
        paths = [path_of(image, Path(folder, "orders"))]
        if previous is not None:
            paths.append(path_of(previous, Path(folder, "previous")))
        opened = [Blocklist.open(path) for path in paths]
        tasks = [
            ScanTask(
                path=path,
                images=tuple((at, one.image.digest) for at, one in zip(paths, opened, strict=True)),
                format=format,
                columns=dict(columns or {}),
                log_zone=log_zone,
                prefix=prefix,
                memory=memory // 2,
                threads=1 if map is not None else None,
                answers=True,
            )
            for path in files
        ]
        with connection(memory // 2, None, None) as link:
            merger = LossMerger(link, min_clients)
            read = []
            for partial in scanned(scan_losses, tasks, map):
                refuse_unread(partial, lenient=lenient)
                merger.add(partial)
                read.append(partial.without_hits())
                if each is not None:
                    each(read[-1])
            tables = LossTables(
                given, opened[0], opened[1] if previous is not None else None, merger,
                least=min_clients, days=_days(read), confidential=confidential,
                has_answers=any(one.with_answers for one in read),
            )  # fmt: skip
            made = tables.made(watched, withheld)
            clients = merger.clients
    report = image.report
    return Collateral(
        **made,
        files=tuple(read),
        log_zone=log_zone,
        least=min_clients,
        clients=clients,
        limits=limits,
        not_judged=tuple(_not_judged(read, clients, watched, tables.addresses)),
        skipped=tuple(
            f"{tables.label_of(id_)}: {reason}"
            for id_, reason in (report.skipped if report else ())
        ),
        has_previous=previous is not None,
        rights=Rights(is_private=confidential and len(tellable(given)) < len(given)),
    )


def _as_enforced(orders: Iterable[Order]) -> list[Order]:
    """Return orders as they are once no shadow order is one; it replaces that of its id."""
    given = list(orders)
    ids = {order.id for order in tried(given)}
    kept = (order for order in given if order.shadow or order.id not in ids)
    return [replace(order, shadow=False) for order in kept]


def _unguarded(orders: Sequence[Order]) -> tuple[Image, dict[Rule, str]]:
    """Return an image of all targets, and why the guards of a compilation refuse some.

    Nothing in it is confidential: it lies in a folder that only this user can read, and what is
    shown is decided later.
    """
    now = datetime.now(UTC)
    taken = [replace(as_binding(order, now), confidential=False) for order in orders]
    guarded = compile_orders(taken, at=now, allow_empty=True).report or Report()
    reasons = {(one.order_id, one.line, one.text): one.reason for one in guarded.rejected}
    withheld = {
        ground.rule: reasons.get(
            (ground.order_id, ground.line, ground.raw or ground.rule.value), ""
        ).partition(_PERMIT)[0]
        for ground in guarded.withheld
    }
    image = compile_orders(
        taken, at=now, critical=None, permit=[rule.text for rule in withheld], allow_empty=True
    )
    return image, withheld


def _days(files: Iterable[Partial]) -> float:
    """Return how many days logs are about, at least one."""
    span = span_of(files)
    return 1.0 if span is None else max(1.0, (span[1] - span[0]) / timedelta(days=1))


def _not_judged(
    files: Sequence[Partial], clients: int, watched: Watched, addresses: int
) -> Iterable[str]:
    if not clients:
        yield "reach and shared use: no log names clients"
    if not any(one.with_answers for one in files):
        yield "who depends on a target by an alias: no log holds answers"
        if addresses:
            yield "what is on ordered addresses: no log holds answers"
    elif any(not one.with_answers for one in files):
        without = sum(not one.with_answers for one in files)
        yield f"who depends on a target by an alias, in {plural(without, 'file')} without answers"
    if not watched.has_popular:
        yield "popularity: no list is given"
    if addresses and not watched.has_networks:
        yield "shared networks: no prefixes are given"
