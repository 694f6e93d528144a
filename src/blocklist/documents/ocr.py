"""OCR: the letters of a scanned page, by Tesseract; runs in the child process.

The only module that imports pytesseract.
"""

from __future__ import annotations

import math
from typing import Any

from ..errors import missing_extra

_DOTS_PER_POINT = 300 / 72
_MAX_DOTS = 40_000_000
_PAGE_SECONDS = 60
_LANGUAGES = ("ita", "eng")


class OcrError(Exception):
    """Why the letters cannot be recognised, and what to do."""


def recognise(page: Any) -> str:
    """Return the text of a page of pypdfium2.

    Raises:
        OcrError: pytesseract, Tesseract or its data are missing, or the page takes too long.
    """
    text = _recognised(page, "image_to_string")[0]
    lines = (line.rstrip() for line in str(text).replace("\f", "\n").split("\n"))
    return "\n".join(lines).strip("\n") + "\n"


def placed_words(page: Any) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Return the words of a page, each with left, top, right and bottom as parts of the page.

    Raises:
        OcrError: as for ``recognise``.
    """
    table, width, height = _recognised(page, "image_to_data")
    head, *rows = (line.split("\t") for line in str(table).splitlines())
    words = []
    for row in rows:
        cells = dict(zip(head, row, strict=False))
        if text := cells.get("text", "").strip():
            left, top = int(cells["left"]), int(cells["top"])
            right, bottom = left + int(cells["width"]), top + int(cells["height"])
            box = (left / width, top / height, right / width, bottom / height)
            words.append((text, box))
    return words


def _recognised(page: Any, how: str) -> tuple[object, int, int]:
    """Return what a function of pytesseract says of a page, and the size of the page's picture."""
    try:
        import pytesseract
    except ImportError as error:
        raise OcrError(missing_extra("reading it", "ocr")) from error
    width, height = page.get_size()
    scale = min(_DOTS_PER_POINT, math.sqrt(_MAX_DOTS / max(width * height, 1.0)))
    image = page.render(scale=scale, grayscale=True).to_pil()
    try:
        known = pytesseract.get_languages()
        languages = "+".join(name for name in _LANGUAGES if name in known)
        said = getattr(pytesseract, how)(
            image,
            lang=languages or None,
            config="-c preserve_interword_spaces=1",
            timeout=_PAGE_SECONDS,
        )
    except pytesseract.TesseractNotFoundError as error:
        raise OcrError(
            "to read it, install the program Tesseract (Debian: apt install tesseract-ocr "
            "tesseract-ocr-ita)"
        ) from error
    except (pytesseract.TesseractError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise OcrError(f"Tesseract could not read it ({reason})") from error
    return said, image.width, image.height
