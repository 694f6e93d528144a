"""READ: sources → orders.

``sources`` finds the files, ``documents`` opens them, ``formats`` knows which loader reads each,
and ``load_orders`` here puts them together.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import BinaryIO

from ..documents import Document, open_documents
from ..errors import OrderError, OrderSyntaxError, UnknownFormatError, UnsupportedTargetError
from ..orders import Authority, Order
from ..targets import TargetKind
from .formats import LOADERS, Loader, loader_of, named_loader
from .reading import Options
from .sources import documents_of

__all__ = ["LOADERS", "Loader", "load_orders"]

_FEW = 5


def load_orders(
    source: str | os.PathLike[str] | bytes | BinaryIO,
    *,
    format: str | None = None,  # noqa: A002 - the word users know
    name: str = "",
    column: str | int | None = None,
    encoding: str | None = None,
    scope: str | None = None,
    authority: str | None = None,
    jurisdiction: str | None = None,
    ocr: bool = False,
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
        scope: what a name without mark means: ``subtree`` (the default), ``exact`` or ``below``.
        authority: who issued it, where the format does not say: ``adm``, or any name.
        jurisdiction: ISO 3166-1 alpha-2, likewise.
        ocr: recognise the letters of scanned pages; needs Tesseract, and seconds a page.
        strict: raise for the first line that gives no target.

    Returns:
        The orders, in the sequence of the source.

    Raises:
        UnknownFormatError: no format fits, or there is none of that name.
        OrderSyntaxError: the content is not what its format says, names nothing, or is over 1 GiB.
        UnsupportedTargetError: with ``strict``, a line that gives no target.
        OSError: passes through.
    """
    wanted = None if format is None else named_loader(format)
    if scope not in (None, TargetKind.SUBTREE, TargetKind.EXACT, TargetKind.BELOW):
        raise ValueError(f"scope is subtree, exact or below, not {scope!r}")
    if jurisdiction is not None and not re.fullmatch("[A-Za-z]{2}", jurisdiction):
        raise ValueError(f"{jurisdiction!r} is not a country code (ISO 3166-1: two letters, as IT)")
    options = Options(column, None if scope is None else TargetKind(scope))
    orders: list[Order] = []
    failures: list[OrderError] = []
    for file in documents_of(source, name, encoding):
        try:
            documents = open_documents(file, ocr=ocr)
        except OrderError as error:
            failures.append(error)
            continue
        for document in documents:
            try:
                loader = loader_of(document, wanted)
                read = loader.load(document, options)
                orders += (_finish(o, document, authority, jurisdiction, strict) for o in read)
            except UnknownFormatError as error:
                if not document.optional:
                    failures.append(error)
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
    if order.notified is None and document.received is not None:
        order = replace(order, notified=document.received)
    warnings = (*document.warnings, *order.warnings)
    return replace(order, rejected=tuple(rejected), warnings=warnings)
