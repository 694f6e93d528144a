"""OPENING: which kind of document octets are, by their first ones, and what opens it."""

from __future__ import annotations

import re
from dataclasses import replace

from ..errors import OrderSyntaxError
from .document import Document

# What orders arrive in that nothing here opens, by its first octets.
_CLOSED = {
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive (as DOCX, ODT and XLSX are)",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"{\\rtf": "an RTF document",
    b"\x1f\x8b": "a gzip file",
    b"\xfd7zXZ\x00": "an xz file",
    b"BZh": "a bzip2 file",
    b"7z\xbc\xaf": "a 7z archive",
}
_HTML = re.compile(
    r"\A\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|div|p|table|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 4096


def open_documents(document: Document, *, ocr: bool = False) -> list[Document]:
    """Return the documents in the octets of one file: itself, or what it contains.

    Args:
        document: with ``data`` as it arrived.
        ocr: recognise the letters of scanned pages, which takes seconds a page.

    Raises:
        OrderSyntaxError: nothing here opens it, it is damaged, or it passes a limit.
    """
    for magic, what in _CLOSED.items():
        if document.data.startswith(magic):
            raise OrderSyntaxError(
                f"{what}, not text: save what is in it as text first", path=document.path
            )
    head = document.data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    del ocr  # nothing here is scanned yet
    if not head.startswith(b"<"):
        return [document]
    html = _HTML.match(head.decode("latin-1"))
    return [replace(document, kind="html" if html else "xml")]
