"""PAGE PICTURES: pages as pictures, and where each word of the text stands on them.

Runs in the child process, on pages that ``pdf_worker`` opened. Pictures are grey, so that on a page
that shows marks every colour is a mark; sixteen levels are all that letters need.
"""

from __future__ import annotations

import base64
import ctypes
import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from .pagelayout import Line, Word, columns

MAX_PICTURES = 100
"""How many pages are pictured; the rest is text."""
_MAX_OCTETS = 48 << 20
_DOTS_PER_POINT = 120 / 72
_MAX_DOTS = 3_000_000
_FINE = 100_000  # steps across a page, in which pdfium says where a point is
_LEVELS = bytes(level >> 4 for level in range(256))
_PAIRS = 2  # dots in an octet

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as parts of the page's width and height."""
Spot = tuple[int, int, int, float, float, float, float]
"""Start and end of a word in its line, the index of its page, and its box there."""


def pictures(pdfium: Any, document: Any) -> list[dict[str, Any]]:
    """Return width and height (in points) and PNG (in base64) of the first pages of a document.

    A page that cannot be drawn has no PNG; so have those that would make the whole too large.
    """
    drawn = []
    left = _MAX_OCTETS
    for index in range(min(len(document), MAX_PICTURES)):
        width, height, png = 0.0, 0.0, ""
        try:
            page = document[index]
            width, height = page.get_size()
            if left > 0:
                png = base64.b64encode(_drawn(page)).decode()
            page.close()
        except pdfium.PdfiumError:
            png = ""  # the text of a damaged page was not read either
        left -= len(png)
        drawn.append({"width": width, "height": height, "png": png if left > 0 else ""})
    return drawn


def _drawn(page: Any) -> bytes:
    width, height = page.get_size()
    scale = min(_DOTS_PER_POINT, math.sqrt(_MAX_DOTS / max(width * height, 1.0)))
    bitmap = page.render(scale=scale, grayscale=True)
    rows = memoryview(bitmap.buffer).cast("B")
    step, wide = bitmap.stride, bitmap.width
    drawn = grey_png(
        wide, [bytes(rows[at : at + wide]) for at in range(0, step * bitmap.height, step)]
    )
    bitmap.close()
    return drawn


def grey_png(width: int, rows: Sequence[bytes]) -> bytes:
    """Return a PNG of rows of grey levels, an octet a dot, in sixteen levels."""
    packed = bytearray()
    for row in rows:
        high = row.translate(_LEVELS)
        low = high[1::2] + b"\0" * (width % _PAIRS)
        packed.append(0)  # no filter
        packed += bytes(a << 4 | b for a, b in zip(high[0::2], low, strict=True))
    head = struct.pack(">IIBBBBB", width, len(rows), 4, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(packed), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


class Placement:
    """Where the words of each page are, as parts of its width and height."""

    def __init__(self, raw: Any) -> None:
        """Begin with no page; ``raw`` are the functions of pdfium."""
        self._raw = raw
        self._boxes: dict[int, tuple[int, Box]] = {}  # by the word's identity
        self._recognised: dict[int, list[tuple[str, Box]]] = {}

    def add(self, index: int, page: Any, turn: int, words: Sequence[Word]) -> None:
        """Add the words of a page, whose places are as if a text in that direction were upright."""
        for word in words:
            x0, y0, x1, y1 = _as_drawn(word, turn)
            corners = self._on_page(page, x0, y0), self._on_page(page, x1, y1)
            (left, right), (top, bottom) = map(sorted, zip(*corners, strict=True))
            self._boxes[id(word)] = index, (left, top, right, bottom)

    def add_recognised(self, index: int, words: list[tuple[str, Box]]) -> None:
        """Add the words that OCR found on a page, in their sequence."""
        self._recognised[index] = words

    def spots(self, lines: Sequence[Line]) -> list[list[Spot]]:
        """Return the words of each line that have a place."""
        waiting = {index: iter(words) for index, words in self._recognised.items()}
        rest = {index: next(words, None) for index, words in waiting.items()}
        found: list[list[Spot]] = []
        for line in lines:
            if not isinstance(line, tuple):
                found.append(list(self._of_row(line)))
                continue
            index, text = line
            spots: list[Spot] = []
            at = 0
            while (word := rest.get(index)) and (start := text.find(word[0], at)) >= 0:
                at = start + len(word[0])
                spots.append((start, at, index, *word[1]))
                rest[index] = next(waiting[index], None)
            found.append(spots)
        return found

    def _of_row(self, row: Sequence[Word]) -> Iterator[Spot]:
        for start, end, word in columns(list(row)):
            if id(word) in self._boxes:
                index, box = self._boxes[id(word)]
                yield start, end, index, *(round(part, 5) for part in box)  # type: ignore[misc]

    def _on_page(self, page: Any, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        self._raw.FPDF_PageToDevice(
            page.raw, 0, 0, _FINE, _FINE, 0, x, y, ctypes.byref(across), ctypes.byref(down)
        )
        return across.value / _FINE, down.value / _FINE


def _as_drawn(word: Word, turn: int) -> Box:
    """Return two corners of a word where it is drawn; see ``upright`` of ``pdf_worker``."""
    if turn == 1:
        return word.y0, -word.x0, word.y1, -word.x1
    if turn == 2:
        return -word.x1, -word.y1, -word.x0, -word.y0
    if turn == 3:
        return -word.y1, word.x0, -word.y0, word.x1
    return word.x0, word.y0, word.x1, word.y1
