"""COURT: placeholder"""

from __future__ import annotations

from ..orders import Order
from .document import Document
from .reading import Options


class CourtLoader:
    """Court."""

    name = "court"
    title = "Italian court order as text: heading, P.Q.M., targets in the operative part"

    def recognises(self, document: Document) -> bool:
        """No."""
        return False

    def load(self, document: Document, options: Options) -> list[Order]:
        """No."""
        return []
