"""READINGS: the orders in the kept octets of one source, file by file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..answers.disclosure import conceal, hide
from ..errors import ConfigurationError, OrderError
from ..loaders.loading import read_orders
from ..loaders.loadoptions import LoadOptions
from ..model.orders import Order
from .runsettings import SourceSettings
from .sightings import MANIFEST, root_of
from .sourcestate import AcceptedFile
from .store import Store

CONTROL = "<checksum>"
"""Stands for the path of a control file among what belongs to a file."""


@dataclass(slots=True)
class SourceReading:
    """What was read.

    Attributes:
        orders: by path of the file.
        failures: why a file could not be read, by its path; ``""`` is the source as a whole.
    """

    orders: dict[str, list[Order]] = field(default_factory=dict)
    failures: dict[str, list[str]] = field(default_factory=dict)

    def orders_of(self, paths: Iterable[str]) -> list[Order]:
        """Return the orders of some files."""
        return [order for path in paths for order in self.orders.get(path, ())]


def read_files(
    store: Store, source: SourceSettings, files: Mapping[str, AcceptedFile]
) -> SourceReading:
    """Read files of a source from the store; ``OSError`` if that is not possible."""
    reading = SourceReading()
    for together in _rounds(files):
        _read_together(store, source, together, reading)
    return reading


def _rounds(files: Mapping[str, AcceptedFile]) -> Iterator[dict[str, AcceptedFile]]:
    """Yield files that the same manifests speak of, which can stand in one folder."""
    rounds: dict[tuple[tuple[str, str], ...], dict[str, AcceptedFile]] = {}
    for path, file in files.items():
        shared = sorted(one for one in file.aux.items() if one[0].rpartition("/")[2] == MANIFEST)
        control = file.aux.get(CONTROL, "")
        rounds.setdefault((*shared, (CONTROL, control)), {})[path] = file
    yield from rounds.values()


def _read_together(
    store: Store, source: SourceSettings, files: Mapping[str, AcceptedFile], reading: SourceReading
) -> None:
    places: dict[str, str] = {}
    for path, file in files.items():
        places |= {aux: digest for aux, digest in file.aux.items() if aux != CONTROL}
        places[path] = file.sha256
    controls = {file.aux.get(CONTROL) for file in files.values()} - {None}
    with store.staged(places) as folder:
        checksum = store.object(str(controls.pop())) if controls else None
        try:
            options = LoadOptions(**source.options, checksum=checksum)
            for document, orders in read_orders(folder, options):
                path = _file_of(document.name, files)
                known = (_known(order, source, folder) for order in orders)
                reading.orders.setdefault(path, []).extend(known)
        except OrderError as error:
            for failure in error.failures or (error,):
                _note(reading, source, files, failure, folder)
        except ConfigurationError as error:  # of a control file
            reading.failures.setdefault("", []).append(str(error))
    for path in files:
        if path in reading.failures:
            reading.orders.pop(path, None)
        elif path not in reading.orders:
            # A control file, or a mail of which nothing is an order, is read and gives none.
            reading.orders[path] = []


def _note(
    reading: SourceReading,
    source: SourceSettings,
    files: Mapping[str, AcceptedFile],
    failure: OrderError,
    folder: Path,
) -> None:
    """Keep a failure with the file that it is about, under the path that the operator knows."""
    inside = failure.path and Path(failure.path).is_relative_to(folder)
    path = Path(str(failure.path)).relative_to(folder).as_posix() if inside else ""
    line = f":{failure.line}" if failure.line is not None else ""
    reason = failure.reason.replace(str(folder), str(root_of(source)))
    if source.confidential:
        reason = conceal(reason)
    where = f"{root_of(source) / path}{line}: " if path else ""
    reading.failures.setdefault(_file_of(path, files), []).append(f"{where}{reason}")


def _file_of(name: str, files: Mapping[str, AcceptedFile]) -> str:
    """Return the file that a document, a member of an archive or a sidecar belongs to."""
    if name in files:
        return name
    whole = (path for path in files if name.startswith(f"{path}/"))
    beside = (path for path, file in files.items() if name in file.aux and _is_sidecar(name))
    return next(whole, "") or next(beside, "")


def _is_sidecar(name: str) -> bool:
    return name.rpartition("/")[2] != MANIFEST


def _known(order: Order, source: SourceSettings, folder: Path) -> Order:
    """Return an order with the paths that the operator knows, and confidential if its source is."""

    def known(path: str) -> str:
        return path.replace(str(folder), str(root_of(source)), 1)

    rejected = (replace(one, path=known(one.path)) for one in order.rejected)
    order = replace(
        order,
        source=replace(order.source, given=known(order.source.given)),
        rejected=tuple(rejected),
    )
    if not source.confidential:
        return order
    return replace(order, rejected=tuple(map(hide, order.rejected)), confidential=True)
