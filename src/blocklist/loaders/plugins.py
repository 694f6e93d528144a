"""PLUG-INS: formats that other packages bring by entry points of the group ``blocklist.loaders``.

An entry point has the name of the format and leads to a loader (a class or an object), or to the
file of a mapping. None is imported before a format is needed that is not ours. What fails in one is
one sentence that says whose it is, and no other format suffers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..documents import Document
from ..errors import OrderError, OrderSyntaxError
from ..model.orders import Order
from .loadoptions import LoadOptions
from .mappings import MappingLoader, read_mapping

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from .loader import Loader

GROUP = "blocklist.loaders"
Result = TypeVar("Result")


class PluginLoader:
    """A loader of another package: whatever it raises becomes an ``OrderError``.

    Attributes:
        origin: name and version of the distribution that brings it.
    """

    def __init__(self, loader: Loader, origin: str) -> None:
        """Take the loader, known to be one, and where it comes from."""
        self.name: str = loader.name
        self.title: str = loader.title
        self.reads: frozenset[str] = frozenset(loader.reads)
        self.origin: str = origin
        self._loader = loader

    def recognises(self, document: Document) -> bool:
        """Whether the content is of this format."""
        return bool(self._call(document, lambda: self._loader.recognises(document)))

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read it; ``OrderError`` where it is not what the format says, or the plug-in fails."""
        orders = self._call(document, lambda: list(self._loader.load(document, options)))
        if not all(isinstance(order, Order) for order in orders):
            raise self._error(document, "it did not return a list of orders")
        return orders

    def in_its_encoding(self, document: Document) -> Document:
        """Return the document in the encoding of the mapping, if this is one."""
        loader = self._loader
        return loader.in_its_encoding(document) if isinstance(loader, MappingLoader) else document

    def _call(self, document: Document, function: Callable[[], Result]) -> Result:
        try:
            return function()
        except OrderError:
            raise
        except Exception as error:
            raise self._error(document, _what(error)) from error

    def _error(self, document: Document, what: str) -> OrderSyntaxError:
        return OrderSyntaxError(
            f"the format {self.name!r} of {self.origin} failed: {what}; name another format, or "
            "report it to its authors",
            path=document.path,
        )


@dataclass(frozen=True)
class Plugins:
    """What other packages bring.

    Attributes:
        loaders: those that work, by distribution and name.
        faults: of the others, by the name of the format, what is wrong.
    """

    loaders: tuple[PluginLoader, ...]
    faults: dict[str, str]


@cache
def plugins(taken: frozenset[str]) -> Plugins:
    """Import the plug-ins; ``taken`` are the names of our own formats."""
    from importlib.metadata import entry_points  # it costs more than the rest of this module

    origins: dict[str, set[str]] = {name: {"blocklist"} for name in taken}
    found = sorted(entry_points(group=GROUP), key=lambda point: (_origin(point), point.name))
    for point in found:
        origins.setdefault(point.name, set()).add(_origin(point))
    loaders: list[PluginLoader] = []
    faults: dict[str, str] = {}
    for point in found:
        origin = _origin(point)
        *others, last = sorted(origins[point.name])
        if others:
            faults[point.name] = (
                f"the format {point.name!r} is of {', '.join(others)} and of {last}; "
                + (
                    "the format of blocklist is used"
                    if point.name in taken
                    else "remove one of them"
                )
            )
            continue
        try:
            loaders.append(PluginLoader(_loader(point), origin))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code raises anything
            faults[point.name] = f"the format {point.name!r} of {origin} cannot be used: " + (
                str(error) if isinstance(error, _UnfitError | OrderError) else _what(error)
            )
    return Plugins(tuple(loaders), faults)


class _UnfitError(ValueError):
    """What an entry point leads to is no loader."""


def _loader(point: EntryPoint) -> Loader:
    loader = point.load()
    if isinstance(loader, str | os.PathLike):
        loader = Path(loader)
    if hasattr(loader, "read_bytes"):
        loader = MappingLoader(read_mapping(loader.read_bytes(), str(loader)))
    elif isinstance(loader, type):
        loader = loader()
    for fault in _faults(loader, point):
        raise _UnfitError(f"{point.value} {fault}")
    return loader  # type: ignore[no-any-return]


def _faults(loader: Any, point: EntryPoint) -> Iterator[str]:
    for name in ("recognises", "load"):
        if not callable(getattr(loader, name, None)):
            yield f"has no method {name!r}"
    for name in ("name", "title"):
        if not isinstance(getattr(loader, name, None), str):
            yield f"has no text {name!r}"
    reads = getattr(loader, "reads", None)
    if (
        not isinstance(reads, frozenset | set)
        or not reads
        or not all(isinstance(kind, str) for kind in reads)
    ):
        yield "has no set of texts 'reads', such as frozenset({'text'})"
    if loader.name != point.name or not re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", point.name):
        yield (
            f"is named {loader.name!r} and its entry point {point.name!r}: both are the same, in "
            "lower-case words joined with hyphens"
        )


def _origin(point: EntryPoint) -> str:
    """Return name and version of the distribution."""
    dist = point.dist
    return f"{dist.name} {dist.version}" if dist is not None else "an unknown distribution"


def _what(error: BaseException) -> str:
    """Return an exception in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")
