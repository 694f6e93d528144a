"""PDF: the text of a PDF document, page by page, read by a process of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..errors import OrderSyntaxError
from .document import Document
from .pagepictures import Spot
from .sandbox import ChildError, run_child

MAX_OCTETS = 256 << 20
MAX_PAGES = 2_000
SECONDS = 120
"""How long a document may take to read."""
OCR_SECONDS = 3_600
"""How long the letters of a document may take to recognise."""
_WHAT = "a PDF document"


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page of a PDF document.

    Attributes:
        width: in points.
        height: in points.
        png: the picture, in base64; empty if the page was not drawn.
    """

    width: float
    height: float
    png: str


@dataclass(frozen=True, slots=True)
class Pictured:
    """The pages of a PDF document, and where the words of its text stand on them.

    Attributes:
        pages: from the first; perhaps not all.
        spots: the words of each line of ``Document.lines``: start and end in the line, from 0;
            index of the page; left, top, right and bottom as parts of the page.
    """

    pages: tuple[PagePicture, ...]
    spots: tuple[tuple[Spot, ...], ...]


def open_pdf(document: Document, *, ocr: bool = False) -> Document:
    """Return the document with its text.

    Raises:
        OrderSyntaxError: it is scanned and ``ocr`` is false, encrypted, damaged or too large; or
            what reads it is missing.
    """
    answer = _answer(document, ocr=ocr, picture=False)
    warnings = (*document.warnings, *answer["warnings"])
    return replace(document, kind="pdf", rendered=answer["text"], warnings=warnings)


def pictured(document: Document, *, ocr: bool = False) -> Pictured:
    """Return the pages of a document that was opened, as pictures.

    Raises:
        OrderSyntaxError: as for ``open_pdf``; or it has other text than when it was opened.
    """
    answer = _answer(document, ocr=ocr, picture=True)
    if answer["text"] != document.rendered:
        raise OrderSyntaxError(f"{_WHAT} that was read in another way", path=document.path)
    return Pictured(
        tuple(PagePicture(**page) for page in answer["pages"]),
        tuple(tuple(map(tuple, line)) for line in answer["spots"]),
    )


def _answer(document: Document, *, ocr: bool, picture: bool) -> dict[str, Any]:
    if len(document.data) > MAX_OCTETS:
        raise OrderSyntaxError(
            f"{_WHAT} of more than {MAX_OCTETS:,} octets; split it", path=document.path
        )
    reading = {"ocr": ocr, "max_pages": MAX_PAGES, "picture": picture}
    seconds = OCR_SECONDS if ocr else SECONDS
    try:
        answer = run_child("pdf_worker", document.data, seconds, reading=reading)
    except ChildError as error:
        raise OrderSyntaxError(f"{_WHAT} {error}", path=document.path) from error
    if fault := answer.get("fault"):
        raise OrderSyntaxError(f"{_WHAT}{fault}", path=document.path)
    return answer
