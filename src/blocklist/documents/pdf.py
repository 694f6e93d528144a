"""PDF: the text of a PDF document, page by page, read by a process of its own."""

from __future__ import annotations

from dataclasses import replace

from ..errors import OrderSyntaxError
from .document import Document
from .sandbox import ChildError, run_child

MAX_OCTETS = 256 << 20
MAX_PAGES = 2_000
SECONDS = 120
"""How long a document may take to read."""
OCR_SECONDS = 3_600
"""How long the letters of a document may take to recognise."""
_WHAT = "a PDF document"


def open_pdf(document: Document, *, ocr: bool = False) -> Document:
    """Return the document with its text.

    Raises:
        OrderSyntaxError: it is scanned and ``ocr`` is false, encrypted, damaged or too large; or
            what reads it is missing.
    """
    if len(document.data) > MAX_OCTETS:
        raise OrderSyntaxError(
            f"{_WHAT} of more than {MAX_OCTETS:,} octets; split it", path=document.path
        )
    try:
        answer = run_child(
            "pdf_worker",
            document.data,
            OCR_SECONDS if ocr else SECONDS,
            ocr=ocr,
            max_pages=MAX_PAGES,
        )
    except ChildError as error:
        raise OrderSyntaxError(f"{_WHAT} {error}", path=document.path) from error
    if fault := answer.get("fault"):
        raise OrderSyntaxError(f"{_WHAT}{fault}", path=document.path)
    warnings = (*document.warnings, *answer["warnings"])
    return replace(document, kind="pdf", rendered=answer["text"], warnings=warnings)
