"""READ: sources → orders. One file for each format, one row in the table here.

To add a format, write a class with ``name``, ``title``, ``recognises`` and ``load`` in a file of
its own, and add it to ``LOADERS`` before any that would also recognise its content.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Protocol

from ..errors import OrderError, OrderSyntaxError, UnknownFormatError, UnsupportedTargetError
from ..orders import Authority, Order
from ..targets import TargetKind
from .agcom import AgcomLoader
from .court import CourtLoader
from .document import Document
from .hosts import HostsLoader
from .orderfile import OrderFileLoader
from .plain import PlainLoader
from .reading import Options
from .table import TableLoader

MAX_OCTETS = 1 << 30
"""The largest source that is read, in octets."""
_FEW = 5


class Loader(Protocol):
    """One format."""

    name: str
    title: str

    def recognises(self, document: Document) -> bool:
        """Whether the content, never the file name, is of this format."""

    def load(self, document: Document, options: Options) -> list[Order]:
        """Read it; ``OrderError`` where it is not what the format says."""


LOADERS: dict[str, Loader] = {
    loader.name: loader
    for loader in (
        OrderFileLoader(),
        CourtLoader(),
        AgcomLoader(),
        HostsLoader(),
        TableLoader(),
        PlainLoader(),
    )
}
"""Every format by name, in the sequence in which content is compared with them."""


def load_orders(
    source: str | os.PathLike[str] | bytes | BinaryIO,
    *,
    format: str | None = None,  # noqa: A002 - the word users know
    name: str = "",
    column: str | int | None = None,
    encoding: str | None = None,
    scope: str = "subtree",
    authority: str | None = None,
    jurisdiction: str | None = None,
    strict: bool = False,
) -> list[Order]:
    """Read blocking orders from a file, a folder, octets or a stream.

    A folder is read with all folders below it, by path in sequence; names that begin with a dot are
    passed over, and links are not followed out of it. Every file must be readable: one error names
    all that are not. What a format cannot use is in the order's
    ``rejected``, with line and reason.

    Args:
        source: a path; or ``bytes`` or a binary stream with the content itself.
        format: a name from ``blocklist formats``; ``None`` recognises it by content.
        name: what to call ``bytes`` or a stream in orders and messages.
        column: of a table: its header or its number from 1; needed where several would fit.
        encoding: of the text, if it is neither UTF-8 nor UTF-16.
        scope: what a name without mark means: ``subtree``, ``exact`` or ``below``.
        authority: who issued it, where the format does not say: ``adm``, or any name.
        jurisdiction: ISO 3166-1 alpha-2, likewise.
        strict: raise for the first line that gives no target.

    Returns:
        The orders, in the sequence of the source.

    Raises:
        UnknownFormatError: no format fits, or there is none of that name.
        OrderSyntaxError: the content is not what its format says, names nothing, or is over 1 GiB.
        UnsupportedTargetError: with ``strict``, a line that gives no target.
        OSError: passes through.
    """
    if format is not None and format not in LOADERS:
        known = ", ".join(LOADERS)
        raise UnknownFormatError(f"there is no format {format!r}; the formats are {known}")
    if scope not in (TargetKind.SUBTREE, TargetKind.EXACT, TargetKind.BELOW):
        raise ValueError(f"scope is subtree, exact or below, not {scope!r}")
    if jurisdiction is not None and not re.fullmatch("[A-Za-z]{2}", jurisdiction):
        raise ValueError(f"{jurisdiction!r} is not a country code (ISO 3166-1: two letters, as IT)")
    options = Options(column, TargetKind(scope))
    orders: list[Order] = []
    failures: list[OrderError] = []
    for document in _documents(source, name, encoding):
        try:
            loader = _loader(document, format)
            orders += (
                _finish(order, document, authority, jurisdiction, strict)
                for order in loader.load(document, options)
            )
        except OrderError as error:
            failures.append(error)
    if failures:
        raise _together(failures)
    return orders


def _together(failures: list[OrderError]) -> OrderError:
    """Return one error for all the files of a folder that could not be read."""
    first, *more = failures
    if not more:
        return first
    message = f"{first.reason}; and {len(more)} more: " + "; ".join(map(str, more[:_FEW]))
    return type(first)(message, path=first.path, line=first.line, order_id=first.order_id)


def _finish(
    order: Order, document: Document, authority: str | None, jurisdiction: str | None, strict: bool
) -> Order:
    """Add what the caller says of an order, and give its refusals their place."""
    if not order.targets and not order.rejected:
        raise OrderSyntaxError(
            "names nothing to block, which would lift every block it made before; leave it out if "
            "that is meant",
            path=document.path,
        )
    rejected = [replace(refused, order_id=order.id) for refused in order.rejected]
    if order.confidential:
        rejected = [refused.hidden() for refused in rejected]
    fault = next((refused for refused in rejected if not refused.is_withdrawal), None)
    if strict and fault is not None:
        message = f"{fault.text!r}: {fault.reason}"
        raise UnsupportedTargetError(message, path=fault.path, line=fault.line, order_id=order.id)
    if authority is not None and Authority.named(authority) != order.authority:
        # Another authority's list is no edition of the series that the format knows.
        order = replace(order, authority=Authority.named(authority), series="", serial=None)
    if jurisdiction is not None:
        order = replace(order, jurisdiction=jurisdiction.upper())
    return replace(order, rejected=tuple(rejected))


def _loader(document: Document, format: str | None) -> Loader:  # noqa: A002
    """Return the loader that was named, or that recognises the content."""
    if document.text.lstrip()[:1] == "<":
        raise UnknownFormatError(
            "an HTML page or XML, not a list: look at it, it may be an error page",
            path=document.path,
        )
    if format is not None:
        return LOADERS[format]
    if not document.text.strip():
        raise OrderSyntaxError("the file is empty", path=document.path)
    for loader in LOADERS.values():
        if loader.recognises(document):
            return loader
    raise UnknownFormatError(
        f"the content fits no format; name one of {', '.join(LOADERS)}", path=document.path
    )


def _documents(
    source: str | os.PathLike[str] | bytes | BinaryIO, name: str, encoding: str | None
) -> Iterator[Document]:
    if isinstance(source, bytes | bytearray | memoryview):
        yield _document(name or "bytes", name or "<bytes>", bytes(source), encoding)
    elif isinstance(source, str | os.PathLike):
        path = Path(source)
        if not path.is_dir():
            yield _read(path, path.name, encoding)
            return
        files = list(_files(path))
        if not files:
            raise OrderSyntaxError("the folder holds no files", path=str(path))
        for file in files:
            yield _read(file, file.relative_to(path).as_posix(), encoding)
    elif hasattr(source, "read"):
        yield _document(name or "stream", name or "<stream>", _read_all(source), encoding)
    else:
        raise TypeError(f"source must be a path, bytes or a stream, not {type(source).__name__}")


def _read_all(stream: BinaryIO) -> bytes:
    """Read to the end: a pipe or socket gives less than it was asked for."""
    parts: list[bytes] = []
    wanted = MAX_OCTETS + 1
    while wanted:
        part = stream.read(wanted)
        if not isinstance(part, bytes):
            raise TypeError("the stream must be binary: open(path, 'rb')")
        if not part:
            break
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


def _files(folder: Path) -> Iterator[Path]:
    found = []
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(root, name) for name in files if not name.startswith(".")]
    regular = (file for file in found if file.is_file() and not file.is_symlink())
    return iter(sorted(regular, key=lambda file: file.relative_to(folder).as_posix()))


def _read(path: Path, name: str, encoding: str | None) -> Document:
    with path.open("rb") as file:
        return _document(name, str(path), file.read(MAX_OCTETS + 1), encoding)


def _document(name: str, path: str, data: bytes, encoding: str | None) -> Document:
    if len(data) > MAX_OCTETS:
        raise OrderSyntaxError(f"larger than {MAX_OCTETS:,} octets", path=path)
    return Document(name, path, data, encoding)
