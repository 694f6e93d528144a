"""MEANING: whether the rooms that do the work take what ``run.toml`` says; nothing is read or run.

A cycle checks this only when the file is new or something is to be done.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ..compiler.guards import Guards
from ..compiler.watchlists import rows_of
from ..errors import BlocklistError
from ..exporters import FORMATS
from ..exporters.exportoptions import ExportOptions
from ..exporters.responses import words_for
from ..history.newrecord import check_origin
from ..live.policy import Response
from ..loaders.catalogue import named_loader
from ..loaders.loadoptions import LoadOptions
from ..loaders.mappings import loader_from
from ..logs.reach import networks_in
from ..model.typedtoml import TypedTable
from ..probe.judging import Sinkholes
from ..probe.resolvers import Resolver
from .runsettings import IMAGE, OutputSettings, RunSettings, SourceSettings

NO_CANARY = "none"


def check_meaning(settings: RunSettings, table: TypedTable) -> None:
    """Raise ``ConfigurationError`` with key and line for the first setting that means nothing."""
    _check_guards(settings, table.table("guards"))
    if settings.collateral is not None and settings.collateral.networks is not None:
        with _saying(table.table("collateral"), "networks"):
            list(networks_in(settings.collateral.networks))
    for source, one in zip(settings.sources, table.tables("source"), strict=True):
        _check_source(source, one)
    for output, one in zip(settings.outputs, table.tables("output"), strict=True):
        _check_output(output, one)
        if output.shadow:
            _check_shadow(output, one, is_edge=settings.is_edge)
    if settings.probe.reference:
        with _saying(table.table("probe"), "reference"):
            Resolver.parse(settings.probe.reference)
    if settings.history is not None:
        with _saying(table.table("history"), "origin"):
            check_origin(settings.history.origin)
        _check_program(table.table("history"), "witness", settings.history.witness)
    _check_program(table.table("alarm"), "command", settings.alarm.command)


def export_options(output: OutputSettings, at: datetime) -> ExportOptions:
    """Return how an output is exported; ``ExportError`` for what no format takes."""
    given = dict(output.options)
    if "response" in given:
        given["response"] = Response.parse(given["response"])
    if given.get("canary") == NO_CANARY:
        given["canary"] = None
    return ExportOptions(at=at, **given)


def sinkholes_of(output: OutputSettings) -> Sinkholes:
    """Return where the blocks of an output lead; ``ConfigurationError`` for what is no address."""
    response = Response.parse(output.options.get("response", "nxdomain"))
    said = () if output.check is None else output.check.sinkholes
    return Sinkholes.parse((*map(str, response.addresses), *said))


def _check_guards(settings: RunSettings, table: TypedTable) -> None:
    guards = settings.guards
    for key in ("protect", "permit"):
        with _saying(table, key):
            Guards.read(**{"protect": (), "permit": (), key: getattr(guards, key)}, critical=None)
    with _saying(table, "critical"):
        Guards.read((), (), critical=guards.critical)
    if guards.popular is not None:
        with _saying(table, "popular"):
            next(rows_of(guards.popular.file), None)


def _check_source(source: SourceSettings, table: TypedTable) -> None:
    options = source.options
    checks: list[tuple[str, Callable[[], object]]] = [
        ("format", lambda: LoadOptions(**options)),
        ("format", lambda: "format" in options and named_loader(options["format"])),
        ("mapping", lambda: "mapping" in options and loader_from(options["mapping"])),
    ]
    for key, check in checks:
        with _saying(table, key):
            check()
    if source.signed_by:
        from ..signing.notekeys import origin_keys

        with _saying(table, "signed_by"):
            origin_keys(source.signed_by)
    _check_program(table, "fetch", source.fetch)


def _check_output(output: OutputSettings, table: TypedTable) -> None:
    if output.format != IMAGE:
        if output.format not in FORMATS:
            known = ", ".join((IMAGE, *FORMATS))
            raise table.error("format", f"= {output.format!r} is unknown; choose one of: {known}")
        with _saying(table, "options"):
            options = export_options(output, datetime.now(UTC))
            words_for(output.format, options.response)
    _check_program(table, "reload", output.reload)
    if output.check is not None:
        for text in output.check.resolvers:
            with _saying(table.table("check"), "resolvers"):
                Resolver.parse(text)
        with _saying(table.table("check"), "sinkholes"):
            sinkholes_of(output)


def _check_shadow(output: OutputSettings, table: TypedTable, *, is_edge: bool) -> None:
    if output.format != IMAGE:
        raise table.error("shadow", f'needs format = "{IMAGE}": no export takes shadow orders')
    if is_edge:
        raise table.error("shadow", "is written where the list is compiled, not from an image")
    for key in ("check", "on_failure"):
        if key in table:
            raise table.error(key, "is nothing for a shadow image, which answers no query")


def _check_program(table: TypedTable, key: str, arguments: tuple[str, ...]) -> None:
    if arguments and shutil.which(arguments[0]) is None:
        where = "" if Path(arguments[0]).is_absolute() else " on PATH"
        raise table.error(key, f"= {arguments[0]!r}: there is no such program{where}")


@contextmanager
def _saying(table: TypedTable, key: str) -> Iterator[None]:
    """Give an error of another room the key and its line."""
    try:
        yield
    except (BlocklistError, OSError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "reason", None) or error
        raise table.error(key, f"cannot be used: {reason}") from error
