"""AUDIT PLAN: what an audit asks and how it counts, whatever reads the logs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..atomicfile import Rights
from ..errors import ConfigurationError
from ..image.contents import ImageSource, refuse_other_kind
from ..matcher.blocklist import Blocklist
from ..model.countries import time_zone
from .auditreport import Audit
from .engine import connection, libraries, machine_zone
from .hitnames import HitOrders, changes
from .logoptions import check_options, path_of, refuse_unread
from .merge import Merger
from .partial import Partial
from .scantask import ScanTask


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPlan:
    """What an audit asks, with the images open.

    Attributes:
        orders: of the image, and of the shadow image if there is one.
        task: what each scan does; its path is empty.
        least: the smallest count of clients that is shown.
        lenient: whether files are taken of which too much cannot be read.
        confidential: whether confidential orders are shown.
        memory: octets that the merge may use.
    """

    orders: tuple[HitOrders, ...]
    task: ScanTask
    least: int
    lenient: bool
    confidential: bool
    memory: int

    def audit(
        self, partials: Iterable[Partial], each: Callable[[Partial], None] | None = None
    ) -> Audit:
        """Return what all files gave; ``each`` is called with what one gave.

        Raises:
            LogError: too much of one is unread, or the memory does not suffice.
        """
        with connection(self.memory, None, None) as link:
            merger = Merger(link, self.orders, self.least)
            read = []
            for partial in partials:
                refuse_unread(partial, lenient=self.lenient)
                merger.add(partial)
                read.append(partial.without_hits())
                if each is not None:
                    each(read[-1])
            tables = merger.tables()
            hit = merger.queries()
        shown = set(tables["orders"].filter(_is_orders(tables["orders"]))["order"].to_pylist())
        first = self.orders[0]
        opened = [orders.blocked for orders in self.orders]
        return Audit(
            **tables,
            files=tuple(read),
            zone=self.task.zone,
            log_zone=self.task.log_zone,
            by=self.task.by,
            least=self.least,
            digests=tuple(one.image.digest for one in opened),
            hit=hit,
            without=sum(first.labels[place] not in shown for place in first.about_names),
            not_judged=len(opened[0].orders) - len(first.about_names),
            rights=Rights(
                is_private=self.confidential and any(o.image.rights.is_private for o in opened)
            ),
        )


@contextmanager
def planned(
    image: ImageSource,
    shadow: ImageSource | None,
    *,
    columns: Mapping[str, str] | None,
    zone: str,
    log_zone: str,
    by: str,
    min_clients: int,
    sinkholes: Iterable[str],
    prefix: int,
    lenient: bool,
    confidential: bool,
    memory: int,
) -> Iterator[AuditPlan]:
    """Open the images, and yield the plan; arguments and errors are those of ``audit``.

    An image in memory is written to a temporary folder, which is there as long as the plan.
    """
    libraries("reading query logs")
    check_options(columns, min_clients, prefix)
    if by not in ("day", "hour"):
        raise ConfigurationError(f"by is day or hour, not {by!r}")
    zone, log_zone = zone or machine_zone(), log_zone or machine_zone()
    for name in (zone, log_zone):
        time_zone(name)
    with TemporaryDirectory(prefix="blocklist-audit-") as folder:
        sources = [image] if shadow is None else [image, shadow]
        paths = [path_of(one, Path(folder, str(at))) for at, one in enumerate(sources)]
        opened = [Blocklist.open(path) for path in paths]
        refuse_other_kind(opened[0], shadow=False)
        yield AuditPlan(
            orders=tuple(HitOrders(one, confidential=confidential) for one in opened),
            task=ScanTask(
                path="",
                images=tuple((at, one.image.digest) for at, one in zip(paths, opened, strict=True)),
                columns=dict(columns or {}),
                zone=zone,
                log_zone=log_zone,
                by=by,
                changes=changes((order for one in opened for order in one.orders), zone),
                sinkholes=frozenset(_octets(one) for one in sinkholes),
                prefix=prefix,
                memory=memory,
            ),
            least=min_clients,
            lenient=lenient,
            confidential=confidential,
            memory=memory,
        )


def _is_orders(table: Any) -> Any:
    import pyarrow.compute as pc

    return pc.equal(table["image"], "orders")


def _octets(address: str) -> bytes:
    try:
        return ip_address(address).packed
    except ValueError as error:
        raise ConfigurationError(f"{address!r} is not an address of a sinkhole") from error
