"""LOADER: what reads one format."""

from __future__ import annotations

from typing import Protocol

from ..documents import Document
from ..model.orders import Order
from .loadoptions import LoadOptions


class Loader(Protocol):
    """One format.

    Attributes:
        name: what ``format=`` says.
        title: one line for people.
        reads: the kinds of document in which it is looked for: ``LISTS``, ``PROSE`` or others.
    """

    name: str
    title: str
    reads: frozenset[str]

    def recognises(self, document: Document) -> bool:
        """Whether the content, never the file name, is of this format."""

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read it; ``OrderError`` where it is not what the format says."""
