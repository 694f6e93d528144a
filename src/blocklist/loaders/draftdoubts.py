"""DRAFT DOUBTS: what the reader of a document's format says against a name in its draft.

A draft shows every name of a text, also those that the order only mentions. Where a loader reads
the document, it knows better than the form of the text which names those are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..documents import Document
from ..errors import OrderError
from .catalogue import loader_of
from .draftnames import Sighting
from .loadoptions import LoadOptions
from .targetreader import PROSE


def doubted(document: Document, names: Iterable[Sighting]) -> Iterator[Sighting]:
    """Yield the names, each with the reason that the document's own loader has against it."""
    reasons = _reasons(document)
    for name in names:
        reason = reasons.get((name.line, name.raw))
        yield name if reason is None else replace(name, doubt=reason)


def _reasons(document: Document) -> dict[tuple[int, str], str]:
    """Return why names are no targets, by line and text; nothing where no loader reads prose."""
    if document.kind not in PROSE:
        return {}
    try:
        loader = loader_of(document, None)
        orders = loader.load(document, LoadOptions()) if loader.reads >= PROSE else []
    except OrderError:
        return {}
    found = {
        (name.line, name.text): f"only mentioned: {name.reason}"
        for order in orders
        for name in order.mentions
    }
    for order in orders:
        found |= {(one.line, one.raw): "an exception of the order" for one in order.exceptions}
        found |= {(one.line, one.text): f"refused: {one.reason}" for one in order.rejected}
        for target in order.targets:  # ordered at least once in that line
            found.pop((target.line, target.raw), None)
    return found
