"""MANUALE: kit-censura's ``lista.manuale``, where providers put what courts ordered.

It is a plain list, so nothing in it says that it is one: this format must be named. It exists to
say what such a list lacks.
"""

from __future__ import annotations

from dataclasses import replace

from ...documents import Document
from ...model.authorities import Authority
from ...model.orders import Order
from ..lists.plain import PlainLoader
from ..loadoptions import LoadOptions

_WARNING = (
    "the list does not say who ordered these names, when, or until when, so it is unknown when to "
    "lift a block; write each order as an order file (blocklist template) and remove its names here"
)


class ManualeLoader(PlainLoader):
    """A provider's own list of what courts and others ordered."""

    name = "manuale"
    title = "kit-censura lista.manuale: a plain list without grounds; only by name"

    def recognises(self, document: Document) -> bool:  # noqa: ARG002 - what a loader takes
        """Never: it is a plain list to the eye."""
        return False

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the whole document as one order of an authority that nobody knows."""
        return [
            replace(
                order,
                authority=Authority("unknown", "court or authority unknown"),
                jurisdiction="IT",
                technique=("dns",),
                warnings=(*order.warnings, _WARNING),
            )
            for order in super().load(document, options)
        ]
