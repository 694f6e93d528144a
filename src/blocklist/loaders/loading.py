"""LOADING: opens a source and hands each document in it to the loader of its format."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime

from ..answers.disclosure import CONFIDENTIAL, hide, is_hidden
from ..documents import Document, open_documents
from ..errors import (
    OrderError,
    OrderSyntaxError,
    UnknownFormatError,
    UnsupportedTargetError,
    shorten,
)
from ..model.authorities import Authority
from ..model.countries import ZONES
from ..model.orders import Order, Term
from .catalogue import MailWordsError, loader_of, named_loader, other_loaders
from .checksums import ControlFiles, compare_checksum, stated_checksum
from .coveringcheck import refuse_covered
from .issuercheck import check_issuer
from .loader import Loader
from .loadoptions import LoadOptions
from .mappings import decoded, loader_from
from .ownexports import read_part, without_canary
from .plugins import PluginLoader
from .secrecy import concealed, is_delicate, is_secret, withheld
from .sidecars import Sidecars, Stated
from .sources import AnySource, documents_of
from .targetreader import PROSE

Refused = Callable[[Document, OrderError], None]
"""Called with a document in which no order could be read, and with the error."""


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

    What ``manifest.toml`` or ``NAME.toml`` beside a file NAME says of it holds where no argument
    says otherwise, and goes before what the file says.

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
        strict: raise an error for the first line that gives no target, and for the first name of
            an order in prose that stands where something is ordered and is no target; not of
            shadow orders.

    Returns:
        The orders, in the sequence of the source.

    Raises:
        UnknownFormatError: no format fits, or ``format`` is unknown.
        OrderSyntaxError: the content does not follow its format, has no targets, or is over 1 GiB.
        UnsupportedTargetError: with ``strict``, a line or a name that gives no target.
        ValueError: an option cannot be right.
        OSError: passes through.
    """
    given = {keyword: value for keyword, value in locals().items() if keyword != "source"}
    read = read_orders(source, LoadOptions(**given))
    return [order for _, orders in read for order in orders]


def read_orders(
    source: AnySource, options: LoadOptions, refused: Refused | None = None
) -> Iterator[tuple[Document, list[Order]]]:
    """Yield each document of a source with its orders, to show where these stand in its text.

    Errors are those of ``load_orders``; what could not be read is raised at the end. ``refused`` is
    called with each document that was opened and not read.
    """
    _wanted(options)  # what cannot be right is said before anything is read
    stated_checksum(options.checksum)
    beside = Sidecars(source)
    controls = ControlFiles()
    failures: list[OrderError] = list(beside.failures)
    files = len(failures)
    for file in documents_of(source, options.name, beside.files):
        files += 1
        stated = beside.stated(file.path)
        try:
            its = stated.below(options)
            wanted = _wanted(its)
            file = replace(file, encoding=its.encoding)
            compare_checksum(file, _expected(its, stated))
            documents = open_documents(file, ocr=its.ocr)
        except OrderError as error:
            if stated.fields.get("confidential"):
                error = concealed(error, is_quoting=True)
            failures += error.failures or (error,)
            files += len(error.failures)
            continue
        read: list[tuple[Document, list[Order]]] = []
        unfit: list[tuple[Document, OrderError]] = []
        unread: list[tuple[Document, OrderError]] = []
        files += len(documents) - 1
        for document in controls.lists(file, documents):
            loader = None
            try:
                document = without_canary(document)
                part = read_part(document, its, named_loader)
                if part is None:
                    document = document if wanted else decoded(document, _of_others)
                    loader = loader_of(document, wanted)
                    if wanted is not None:
                        check_issuer(document, loader.name, its)
                    part = loader.load(document, its)
                is_open = not is_delicate(document, documents, stated, loader)
                found = stated.complete(part if is_open else withheld(part))
                orders = [_finish(order, document, its) for order in found]
                refuse_covered(document, orders)
            except OrderError as error:
                is_quoting = is_delicate(document, documents, stated, loader)
                error = _refusal(error, document, file, stated, loader, is_quoting=is_quoting)
                is_unfit = isinstance(error, UnknownFormatError)
                (unfit if is_unfit else unread).append((document, error))
            else:
                read.append((document, orders))
        passed_over = _passed_over(unfit, read)
        unread += (one for one in unfit if one[1] in passed_over)
        failures += (fault for _, fault in unread)
        if refused is not None:
            _show(unread, refused)
        yield from read
    failures += controls.failures()
    if len(failures) == 1 and files == 1:
        raise failures[0]
    if failures:
        raise OrderError.together(failures)


def _refusal(
    error: OrderError,
    document: Document,
    file: Document,
    stated: Stated,
    loader: Loader | None,
    *,
    is_quoting: bool,
) -> OrderError:
    """Return the error of a document as a person is told it; of a delicate one it is quoting."""
    is_quoting = is_quoting or bool(stated.fields.get("confidential"))
    if is_quoting or is_secret(document, loader):
        return concealed(error, is_quoting=is_quoting)
    is_prose = loader is not None and loader.reads >= PROSE
    is_unfit = isinstance(error, UnknownFormatError)
    return _with_way_on(error, file) if is_prose or is_unfit else error


def _show(unread: list[tuple[Document, OrderError]], refused: Refused) -> None:
    """Show the documents that were refused, unless they are confidential."""
    for document, fault in unread:
        if not fault.is_concealed:
            refused(document, fault)


def _wanted(options: LoadOptions) -> Loader | None:
    """Return the loader that is asked for, if one is."""
    if options.mapping is not None:
        return loader_from(options.mapping)
    return None if options.format is None else named_loader(options.format)


def _expected(options: LoadOptions, stated: Stated) -> str | None:
    """Return the checksum that a file must have, if one is known."""
    try:
        return stated_checksum(options.checksum)
    except ValueError as error:
        raise OrderSyntaxError(str(error), path=stated.path or None) from error


def _with_way_on(error: OrderError, file: Document) -> OrderError:
    """Return the error of a document with the command that drafts an order of it."""
    if type(error) not in (OrderSyntaxError, UnknownFormatError):
        return error
    path = "FILE" if file.path.startswith("<") else shlex.quote(file.path)
    way = f"'blocklist import --draft {shorten(path, 200)}' writes a draft with every name in it"
    reason = shorten(error.reason, 490 - len(way))
    return type(error)(f"{reason}; {way}", path=error.path, line=error.line)


def _of_others() -> tuple[PluginLoader, ...]:
    return other_loaders().loaders


def _passed_over(
    unfit: list[tuple[Document, OrderError]], read: list[tuple[Document, list[Order]]]
) -> list[OrderError]:
    """Return the errors of the documents of one file that fit no format.

    A mail brings an order and much that is none. So what fits no format in it is no error if
    something else did, and its attachments are named in a warning of the first order. So are its
    own words if they look like a list.
    """
    first = next((orders for document, orders in read if document.part and orders), None)
    if first is None:
        attached = [error for document, error in unfit if document.part != "words"]
        return attached or [error for _, error in unfit]
    warnings = [
        f"{document.name} was not read, since no format fits; check it"
        for document, _ in unfit
        if document.part == "attachment"
    ]
    warnings += [error.reason for _, error in unfit if isinstance(error, MailWordsError)]
    if warnings:
        first[0] = replace(first[0], warnings=(*warnings, *first[0].warnings))
    return [error for document, error in unfit if not document.part]


def _finish(order: Order, document: Document, options: LoadOptions) -> Order:
    """Add what the caller says of an order, and give its refusals their place."""
    names = bool(order.targets or order.rejected or order.exceptions)
    if not names and order.reviewed is not False:  # a draft names nothing yet
        raise OrderSyntaxError(
            "contains no targets; compiling it would lift all its earlier blocks. To do that on "
            "purpose, leave the file out",
            path=document.path,
        )
    rejected = [replace(refused, order_id=order.id) for refused in order.rejected]
    if is_hidden([order]):
        rejected = list(map(hide, rejected))
    strict = options.strict and not order.shadow  # of it nothing is enforced
    fault = next((refused for refused in rejected if not refused.is_withdrawal), None)
    if strict and fault is not None:
        message = f"{shorten(fault.text, 200)!r}: {fault.reason}"
        raise UnsupportedTargetError(message, path=fault.path, line=fault.line, order_id=order.id)
    doubt = next((mention for mention in order.mentions if mention.doubtful), None)
    if strict and doubt is not None:
        shown = CONFIDENTIAL if is_hidden([order]) else repr(shorten(doubt.text, 200))
        raise UnsupportedTargetError(
            f"{shown} stands where something is ordered and is no target: {doubt.reason}",
            path=document.path,
            line=doubt.line,
            order_id=order.id,
        )
    authority = order.authority if options.authority is None else Authority.named(options.authority)
    if authority != order.authority:
        # Another authority's list is no edition of the series that the format knows.
        order = replace(order, authority=authority, series="", serial=None)
    if options.jurisdiction is not None:
        order = replace(order, jurisdiction=options.jurisdiction.upper())
    if order.notified is None and document.received is not None:
        order = replace(order, notified=document.received)
    warnings = (*document.warnings, *order.warnings, *_zone_taken(order))
    return replace(order, rejected=tuple(rejected), warnings=warnings)


def _zone_taken(order: Order) -> list[str]:
    """Say at which midnight the days of an order end if it does not say so itself."""
    ends = (order.deadline, order.expires, order.revoked, *(span.end for span in order.suspended))
    days = any(isinstance(end, date) and not isinstance(end, datetime) for end in ends)
    counted = isinstance(order.deadline, Term) and order.deadline.unit == "day"
    if order.timezone or order.jurisdiction in ZONES or not (days or counted):
        return []
    where = f"for {order.jurisdiction}" if order.jurisdiction else "without a country"
    return [f"no time zone is known {where}: its days end at midnight UTC; write timezone"]
