"""PLAIN: one target a line, ``#`` comments; what operators keep by hand and most lists come as.

A line such as ``0000311_2024.06.06``, which Italian lists carry anywhere, is the list's number.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ...documents import Document
from ...model.orders import Order
from ..loadoptions import LoadOptions
from ..targetreader import LISTS, VERSION_LINE, TargetReader, list_order, readable_share

_COMMENT = re.compile(r"(?:\A|\s)#.*")
_NAMELESS = (
    "{} is the number of an Italian authority's list: format='adm-giochi', 'adm-tabacchi' or "
    "'agcom' gives the order its authority, and lets a newer issue replace it"
)


class PlainLoader:
    """One target a line."""

    name = "plain"
    title = "one name, URL or address a line; # begins a comment"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether most lines are targets."""
        lines = (_COMMENT.sub("", line).strip() for line in document.sample.lines)
        return readable_share(x for x in lines if x and not VERSION_LINE.fullmatch(x)) > 0.5

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the whole document as one order."""
        reader = TargetReader(document, options.kind)
        versions: list[str] = []

        def clean(line: str) -> str:
            if line[:1].isdigit() and VERSION_LINE.fullmatch(line):
                versions.append(line.strip())
                return ""
            return _COMMENT.sub("", line)

        reader.read_targets(document.text, clean)
        order = list_order(document, self.name, reader)
        if not versions:
            return [order]
        return [replace(order, number=versions[0], warnings=(_NAMELESS.format(versions[0]),))]
