"""Documents made for a test, by other libraries than those that read them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from blocklist.documents import Document, open_documents

WIDTH, HEIGHT = A4
Draw = Callable[[Any], None]


def opened(octets: bytes, name: str = "in.bin", *, ocr: bool = False) -> list[Document]:
    return open_documents(Document(name, f"folder/{name}", octets), ocr=ocr)


def text_of(octets: bytes, name: str = "in.bin") -> str:
    (document,) = opened(octets, name)
    return document.text


def lines_of(octets: bytes) -> list[str]:
    return text_of(octets).split("\n")


def pdf(*pages: Draw, **options: Any) -> bytes:
    """A PDF document whose pages are drawn by the functions."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, **options)
    for draw in pages:
        canvas.setFont("Helvetica", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def written(
    lines: Sequence[str], x: float = 60, top: float = 760, step: float = 14, foot: str = ""
) -> Draw:
    """What draws lines from a point down, with a foot of the page."""

    def draw(canvas: Any) -> None:
        for number, line in enumerate(lines):
            canvas.drawString(x, top - number * step, line)
        if foot:
            canvas.drawCentredString(WIDTH / 2, 30, foot)

    return draw


def all_of(*draws: Draw) -> Draw:
    def draw(canvas: Any) -> None:
        for one in draws:
            one(canvas)

    return draw


def zipped(files: dict[str, bytes], **options: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, octets in files.items():
            archive.writestr(name, octets)
    return out.getvalue()
