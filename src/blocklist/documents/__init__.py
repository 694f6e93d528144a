"""DOCUMENTS: what orders arrive in, opened to their text: PDF, Office, HTML, mail, archives.

``open_documents`` takes the octets of one file and returns the documents in it; ``Document`` is
what every loader starts from. One file for each kind, with limits against bombs in each.
"""

from __future__ import annotations

from .detect import open_documents
from .document import Document

__all__ = ["Document", "open_documents"]
