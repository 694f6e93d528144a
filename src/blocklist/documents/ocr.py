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
        text = pytesseract.image_to_string(
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
    lines = (line.rstrip() for line in str(text).replace("\f", "\n").split("\n"))
    return "\n".join(lines).strip("\n") + "\n"
