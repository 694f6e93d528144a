"""LOADING: opens a source and hands each document in it to the loader of its format."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from ..answers.disclosure import hide, is_hidden
from ..documents import Document, open_documents
from ..errors import (
    OrderError,
    OrderSyntaxError,
    UnknownFormatError,
    UnsupportedTargetError,
    shorten,
)
from ..model.authorities import Authority
from ..model.orders import Order
from .catalogue import loader_of, named_loader, other_loaders
from .checksums import ControlFiles, compare_checksum, stated_checksum
from .loadoptions import LoadOptions
from .mappings import decoded, loader_from
from .plugins import PluginLoader
from .sources import documents_of

AnySource = str | os.PathLike[str] | bytes | BinaryIO


def load_orders(
    source: AnySource,
    *,
    format: str | None = None,  # noqa: A002 - the word users know
    mapping: str | os.PathLike[str] | None = None,
    name: str = "",
    column: str | int | None = None,
    encoding: str | None = None,
    scope: str | None = None,
    authority: str | None = None,
    jurisdiction: str | None = None,
    checksum: str | bytes | os.PathLike[str] | None = None,
    ocr: bool = False,
    strict: bool = False,
) -> list[Order]:
    """Read blocking orders from a file, a folder, octets or a stream.

    A folder is read with all its subfolders, sorted by path; names that begin with a dot are left
    out, and symbolic links are not followed. Every file must be readable: one error names all that
    are not. What a format cannot use is in the order's ``rejected``, with line and reason.

    Args:
        source: a path; or ``bytes`` or a binary stream with the content itself.
        format: a name from ``blocklist formats``; ``None`` detects it from the content.
        mapping: a TOML file of yours that says how a table is read, instead of a format.
        name: what to call ``bytes`` or a stream in orders and messages.
        column: column of a table to read: header name or 1-based number; needed where several
            would fit.
        encoding: encoding of the text, if it is neither UTF-8 nor UTF-16.
        scope: what a name without a mark means: ``subtree`` (the default), ``exact`` or ``below``.
        authority: who issued it, if the source does not state it: ``adm``, or any name.
        jurisdiction: country of the authority (ISO 3166-1 alpha-2), if the source does not state
            it.
        checksum: the SHA-256 that the authority states of the file: hex digits as text, or the
            octets or the ``Path`` of its checksum file.
        ocr: recognise the text of scanned pages; needs Tesseract, and seconds a page.
        strict: raise an error for the first line that gives no target.

    Returns:
        The orders, in the sequence of the source.

    Raises:
        UnknownFormatError: no format fits, or ``format`` is unknown.
        OrderSyntaxError: the content does not follow its format, has no targets, or is over 1 GiB.
        UnsupportedTargetError: with ``strict``, a line that gives no target.
        ValueError: an option cannot be right.
        OSError: passes through.
    """
    given = {keyword: value for keyword, value in locals().items() if keyword != "source"}
    read = read_orders(source, LoadOptions(**given))
    return [order for _, orders in read for order in orders]


def read_orders(source: AnySource, options: LoadOptions) -> Iterator[tuple[Document, list[Order]]]:
    """Yield each document of a source with its orders, to show where these stand in its text.

    Errors are those of ``load_orders``; what could not be read is raised at the end.
    """
    wanted = None if options.format is None else named_loader(options.format)
    if options.mapping is not None:
        wanted = loader_from(options.mapping)
    expected = stated_checksum(options.checksum)
    controls = ControlFiles()
    failures: list[OrderError] = []
    files = 0
    for file in documents_of(source, options.name, options.encoding):
        files += 1
        try:
            compare_checksum(file, expected)
            documents = open_documents(file, ocr=options.ocr)
        except OrderError as error:
            failures += error.failures or (error,)
            files += len(error.failures)
            continue
        read: list[tuple[Document, list[Order]]] = []
        unfit: list[tuple[Document, OrderError]] = []
        files += len(documents) - 1
        for document in controls.lists(file, documents):
            try:
                document = document if wanted else decoded(document, _of_others)
                found = loader_of(document, wanted).load(document, options)
                orders = [_finish(order, document, options) for order in found]
            except UnknownFormatError as error:
                unfit.append((document, error))
            except OrderError as error:
                failures.append(error)
            else:
                read.append((document, orders))
        failures += _passed_over(unfit, read)
        yield from read
    failures += controls.failures()
    if len(failures) == 1 and files == 1:
        raise failures[0]
    if failures:
        raise OrderError.together(failures)


def _of_others() -> tuple[PluginLoader, ...]:
    return other_loaders().loaders


def _passed_over(
    unfit: list[tuple[Document, OrderError]], read: list[tuple[Document, list[Order]]]
) -> list[OrderError]:
    """Return the errors of the documents of one file that fit no format.

    A mail brings an order and much that is none. So what fits no format in it is no error if
    something else did, and its attachments are named in a warning of the first order.
    """
    first = next((orders for document, orders in read if document.part and orders), None)
    if first is None:
        attached = [error for document, error in unfit if document.part != "words"]
        return attached or [error for _, error in unfit]
    names = [document.name for document, _ in unfit if document.part == "attachment"]
    if names:
        warnings = tuple(f"{name} was not read, since no format fits; check it" for name in names)
        first[0] = replace(first[0], warnings=(*warnings, *first[0].warnings))
    return [error for document, error in unfit if not document.part]


def _finish(order: Order, document: Document, options: LoadOptions) -> Order:
    """Add what the caller says of an order, and give its refusals their place."""
    if not order.targets and not order.rejected and not order.exceptions:
        raise OrderSyntaxError(
            "contains no targets; compiling it would lift all its earlier blocks. To do that on "
            "purpose, leave the file out",
            path=document.path,
        )
    rejected = [replace(refused, order_id=order.id) for refused in order.rejected]
    if is_hidden([order]):
        rejected = list(map(hide, rejected))
    fault = next((refused for refused in rejected if not refused.is_withdrawal), None)
    if options.strict and fault is not None:
        message = f"{shorten(fault.text, 200)!r}: {fault.reason}"
        raise UnsupportedTargetError(message, path=fault.path, line=fault.line, order_id=order.id)
    authority = order.authority if options.authority is None else Authority.named(options.authority)
    if authority != order.authority:
        # Another authority's list is no edition of the series that the format knows.
        order = replace(order, authority=authority, series="", serial=None)
    if options.jurisdiction is not None:
        order = replace(order, jurisdiction=options.jurisdiction.upper())
    if order.notified is None and document.received is not None:
        order = replace(order, notified=document.received)
    warnings = (*document.warnings, *order.warnings)
    return replace(order, rejected=tuple(rejected), warnings=warnings)
