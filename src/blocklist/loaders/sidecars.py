"""SIDECARS: what the operator says of a file beside it, in TOML; the file stays as it arrived.

A sidecar is named after its document: ``order.pdf.toml`` beside ``order.pdf``. A manifest,
``manifest.toml``, speaks of the files of its folder in ``[[file]]`` tables with ``path``. Keys are
fields of an order and options of ``load_orders``. An option of the call wins against a
sidecar, a sidecar against a manifest, a manifest against the content.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import OrderError, OrderSyntaxError, shorten
from ..model.orderdata import METADATA, decode_fields
from ..model.orders import Order
from ..model.pathpatterns import path_pattern
from ..model.typedtoml import TypedTable, read_toml
from .loadoptions import LoadOptions
from .orderfile import is_order_file
from .sources import files_of

MANIFEST = "manifest.toml"
_SUFFIX = ".toml"
_MAX_OCTETS = 1 << 24
_OPTIONS = ("format", "mapping", "column", "encoding", "scope", "checksum", "ocr")
_FIELDS = tuple(name for name in METADATA if name not in ("source", "warnings"))
_KEYS = (*_OPTIONS, *_FIELDS)


@dataclass(frozen=True)
class Stated:
    """What is said of one file outside it.

    Attributes:
        options: keywords of ``load_orders``.
        fields: fields of an order.
        path: of the sidecar or manifest that says something; empty if none does.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""

    def over(self, other: Stated) -> Stated:
        """Return both; where they differ, this one holds."""
        options = {**other.options, **self.options}
        for one, instead in (("format", "mapping"), ("mapping", "format")):
            if one in self.options and instead not in self.options:
                options.pop(instead, None)
        return Stated(options, {**other.fields, **self.fields}, self.path or other.path)

    def below(self, options: LoadOptions) -> LoadOptions:
        """Return the options of a call with what is stated where the call says nothing.

        Raises:
            OrderSyntaxError: two of them contradict each other.
        """
        missing = {k: v for k, v in self.options.items() if getattr(options, k) in (None, False)}
        if options.format is not None or options.mapping is not None:
            missing.pop("format", None)
            missing.pop("mapping", None)
        try:
            return replace(options, **missing)
        except ValueError as error:
            raise OrderSyntaxError(str(error), path=self.path) from error

    def complete(self, orders: list[Order]) -> list[Order]:
        """Return the orders of the file with the fields that are stated.

        Raises:
            OrderSyntaxError: an id is stated of a file that holds several orders.
        """
        if not self.fields:
            return orders
        if "id" in self.fields and len(orders) > 1:
            raise OrderSyntaxError(
                f"states one id, but the file holds {len(orders):,} orders; leave id out",
                path=self.path,
            )
        return [self._completed(order) for order in orders]

    def _completed(self, order: Order) -> Order:
        if self.fields.get("authority", order.authority) != order.authority:
            # Another authority's list is no edition of the series that the format knows.
            order = replace(order, series="", serial=None)
        return replace(order, **self.fields)


class Sidecars:
    """The sidecars and manifests of one source.

    Attributes:
        files: their paths; none of them is a document.
        failures: the errors of those that cannot be used.
    """

    def __init__(self, source: object) -> None:
        """Read those of a folder, or those that speak of one file; other sources have none.

        Raises:
            OSError: passes through.
        """
        self.files: set[Path] = set()
        self.failures: list[OrderError] = []
        self._sidecars: dict[Path, Stated] = {}
        self._manifests: dict[Path, list[_ManifestEntry]] = {}
        if not isinstance(source, str | os.PathLike):
            return
        path = Path(source)
        if path.is_dir():
            self._read_folder(path)
        else:
            self._read_beside(path)

    def stated(self, path: str) -> Stated:
        """Return what is said of the file at a path, as the documents of the source name it."""
        file, found = Path(path), Stated()
        for folder in reversed(file.parents):
            for entry in self._manifests.get(folder, ()):
                if entry.fits(file.relative_to(folder)):
                    found = entry.stated.over(found)
        return self._sidecars[file].over(found) if file in self._sidecars else found

    def _read_folder(self, folder: Path) -> None:
        files = files_of(folder)
        known = set(files)
        for path in files:
            if path.name == MANIFEST:
                self._read_manifest(path, [file for file in files if file != path])
            elif path.suffix == _SUFFIX:
                self._read_sidecar(path, path.with_suffix("") in known)

    def _read_beside(self, path: Path) -> None:
        beside = path.with_name(path.name + _SUFFIX)
        if beside.is_file():
            self._read_sidecar(beside, documented=True)
        manifest = path.with_name(MANIFEST)
        if manifest != path and manifest.is_file():
            self._read_manifest(manifest, None)
        named = path.with_suffix("")
        alone = path.name == MANIFEST or (path.suffix == _SUFFIX and named.is_file())
        if alone and path.is_file() and self._text(path) is not None:
            what = "a folder" if path.name == MANIFEST else f"{named.name}"
            self.files.add(path)
            self.failures.append(
                OrderSyntaxError(
                    f"says something of {what} and is no order file (no [[order]]); load {what}, "
                    "with which it is read",
                    path=str(path),
                )
            )

    def _read_sidecar(self, path: Path, documented: bool) -> None:
        text = self._text(path)
        if text is None:
            return

        def fail(message: str, line: int | None) -> OrderSyntaxError:
            return OrderSyntaxError(message, path=str(path), line=line)

        try:
            table = read_toml(text, fail, exact=True)
        except OrderSyntaxError as error:
            if documented:
                self.files.add(path)
                self.failures.append(error)
            return  # else it is a list or anything else, under an odd name
        self.files.add(path)
        document = path.with_suffix("")
        if not documented:
            self.failures.append(
                fail(
                    f"is no order file (no [[order]]), and there is no {document.name} beside it "
                    "that it could speak of; put the document there, or remove this file",
                    None,
                )
            )
            return
        try:
            self._sidecars[document] = _stated(table.limited(_KEYS), path)
        except OrderError as error:
            self.failures.append(error)

    def _read_manifest(self, path: Path, files: list[Path] | None) -> None:
        """Read a manifest; each entry must fit one of the files, if all of them are known."""
        text = self._text(path)
        if text is None:
            return
        self.files.add(path)

        def fail(message: str, line: int | None) -> OrderSyntaxError:
            return OrderSyntaxError(message, path=str(path), line=line)

        try:
            root = read_toml(text, fail, keys=("file",), exact=True)
            entries = []
            for table in root.tables("file", ("path", *_KEYS)):
                entry = _ManifestEntry(_glob(table), _stated(table, path))
                inside = (
                    file.relative_to(path.parent)
                    for file in files or ()
                    if file.is_relative_to(path.parent)
                )
                if files is not None and not any(map(entry.fits, inside)):
                    raise table.error(
                        "path", f"= {shorten(table.text('path'))!r} fits no file here"
                    )
                entries.append(entry)
            if not entries:
                raise fail("a manifest has [[file]] tables, and this one has none", None)
        except OrderError as error:
            self.failures.append(error)
        else:
            self._manifests[path.parent] = entries

    def _text(self, path: Path) -> str | None:
        """Return the text of a file that is no order file; ``None`` for one that is, or no text."""
        with path.open("rb") as file:
            octets = file.read(_MAX_OCTETS + 1)
        try:
            text = octets.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            return None
        is_list = len(octets) > _MAX_OCTETS or is_order_file(text.split("\n"))
        return None if is_list else text


@dataclass(frozen=True)
class _ManifestEntry:
    """One ``[[file]]`` of a manifest."""

    pattern: re.Pattern[str]
    stated: Stated

    def fits(self, file: PurePosixPath | Path) -> bool:
        return self.pattern.fullmatch(file.as_posix()) is not None


def _stated(table: TypedTable, path: Path) -> Stated:
    """Return what one table says."""
    options: dict[str, Any] = {
        name: table.text(name)
        for name in ("format", "encoding", "scope", "checksum")
        if name in table
    }
    if "mapping" in table:
        options["mapping"] = path.parent / table.text("mapping")
    if "column" in table:
        number = isinstance(table.value("column"), int)
        options["column"] = table.whole("column", low=1) if number else table.text("column")
    if "ocr" in table:
        options["ocr"] = table.flag("ocr")
    try:
        LoadOptions(**options)
        fields = decode_fields(table)
    except OrderError:
        raise
    except ValueError as error:
        raise OrderSyntaxError(str(error), path=str(path), line=table.line()) from error
    return Stated(options, fields, str(path))


def _glob(table: TypedTable) -> re.Pattern[str]:
    """Return what the path of an entry means."""
    text = table.text("path")
    if text.startswith("/") or ".." in text.split("/") or "\\" in text:
        raise table.error("path", "is a path below the folder of the manifest, with / in it")
    return path_pattern(text.removeprefix("./"))


def without_sidecars(sources: Collection[str]) -> list[str]:
    """Return the sources of a call without those that are read beside another of them.

    A shell that expands ``orders/*`` names the sidecars, too.
    """
    given = {Path(source) for source in sources}

    def is_beside(source: str) -> bool:
        path = Path(source)
        if path.name == MANIFEST:
            others = (other for other in given if other != path)
            return any(other.parent == path.parent for other in others) and _is_plain(path)
        return path.suffix == _SUFFIX and path.with_suffix("") in given and _is_plain(path)

    return [source for source in sources if not is_beside(source)]


def _is_plain(path: Path) -> bool:
    """Whether a file is no order file."""
    return path.is_file() and not is_order_file(path.read_text("utf-8", "replace").split("\n"))
