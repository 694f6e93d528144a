"""MAPPED: the loader that a mapping makes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Protocol

from ...documents import Document
from ...errors import OrderSyntaxError
from ...model.orders import Order
from ..loadoptions import LoadOptions
from .csvrows import CsvRows
from .grouping import Grouping
from .jsonrows import JsonRows
from .mapping import TableMapping
from .rows import Row, Shape
from .schema import read_mapping
from .textrows import TextRows
from .xmlrows import XmlRows

_SHAPES: dict[str, Callable[[TableMapping], Shape]] = {
    "csv": CsvRows,
    "json": JsonRows,
    "xml": XmlRows,
    "lines": TextRows,
}


class MappingLoader:
    """A format that a mapping describes."""

    def __init__(self, mapping: TableMapping) -> None:
        """Take the mapping."""
        self.mapping = mapping
        self.name: str = mapping.name
        self.title: str = mapping.title
        self.reads: frozenset[str] = mapping.kinds
        self.is_confidential: bool = mapping.confidential
        self._shape: Shape = _SHAPES[mapping.shape](mapping)

    def recognises(self, document: Document) -> bool:
        """Whether header, root, keys or first lines are those that the mapping names."""
        try:
            return self._shape.recognises(document)
        except OrderSyntaxError:
            return False

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read every row.

        Raises:
            OrderSyntaxError: the file is not what the mapping says.
        """
        if options.column is not None:
            raise OrderSyntaxError(
                f"{self.name!r} knows its columns; name format 'csv' as well to choose one",
                path=document.path,
            )
        document = self.in_its_encoding(document)
        grouping = Grouping(self.mapping, document, options, self._shape.edition(document))
        for row in self._shape.rows(document):
            if isinstance(row, Row):
                grouping.add(row)
            else:
                grouping.add_block(row)
        return grouping.orders()

    def in_its_encoding(self, document: Document) -> Document:
        """Return the document, in the encoding of the mapping if it is not UTF-8.

        What the caller says goes before, and a byte order mark before that.
        """
        encoding = self.mapping.encoding
        if encoding is None or document.encoding is not None or document.rendered is not None:
            return document
        try:
            document.text  # noqa: B018 - asks whether it is UTF-8, and keeps the text if it is
        except OrderSyntaxError:
            return replace(document, encoding=encoding)
        return document


@cache
def shipped_mappings() -> tuple[MappingLoader, ...]:
    """Return a loader for each mapping that comes with the library, by name in sequence."""
    folder = resources.files(__package__).joinpath("data")
    files = sorted((file for file in folder.iterdir()), key=lambda file: file.name)
    return tuple(
        MappingLoader(read_mapping(file.read_bytes(), file.name))
        for file in files
        if file.name.endswith(".toml")
    )


def loader_from(path: str | os.PathLike[str]) -> MappingLoader:
    """Return the loader that the mapping in a file makes.

    Raises:
        OrderSyntaxError: it is no mapping; the message names the key.
        OSError: passes through.
    """
    file = Path(path)
    return MappingLoader(read_mapping(file.read_bytes(), str(file)))


class _Encoded(Protocol):
    def in_its_encoding(self, document: Document) -> Document: ...
    def recognises(self, document: Document) -> bool: ...


def decoded(document: Document, others: Callable[[], Iterable[_Encoded]] = tuple) -> Document:
    """Return a document that is not UTF-8 in the encoding of the mapping that recognises it.

    This is no guess: the whole shape must be that of the mapping, read in its encoding. ``others``
    returns the mappings of other packages; it is asked last.
    """
    if document.kind != "text" or document.rendered is not None:
        return document
    with contextlib.suppress(OrderSyntaxError):
        document.text  # noqa: B018 - asks whether it can be read as it is
        return document
    for loaders in (shipped_mappings, others):
        for loader in loaders():
            other = loader.in_its_encoding(document)
            if other is not document and loader.recognises(other):
                return other
    return document
