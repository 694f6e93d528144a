"""PLAIN: one target a line, ``#`` comments; what operators keep by hand and most lists come as."""

from __future__ import annotations

import re

from ..orders import Order
from .document import Document
from .reading import Options, TargetReader, list_order, readable_share

_COMMENT = re.compile(r"(?:\A|\s)#.*")


class PlainLoader:
    """One target a line."""

    name = "plain"
    title = "one name, URL or address a line; # begins a comment"

    def recognises(self, document: Document) -> bool:
        """Whether most lines are targets."""
        lines = (_COMMENT.sub("", line).strip() for line in document.sample.lines)
        return readable_share(line for line in lines if line) > 0.5

    def load(self, document: Document, options: Options) -> list[Order]:
        """Read the whole document as one order."""
        reader = TargetReader(document, options.scope)
        reader.read_all(
            (number, _COMMENT.sub("", line) if "#" in line else line)
            for number, line in enumerate(document.lines, 1)
        )
        return [list_order(document, self.name, reader)]
