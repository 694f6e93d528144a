"""PAGES: the words of a PDF document and where they stand; runs in the child process.

The only module that imports pypdfium2.
"""

from __future__ import annotations

import ctypes
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..errors import missing_extra
from .ocr import OcrError, placed_words, recognise
from .pagelayout import Line, Word, lay_out, text_of
from .pagepictures import Placement, Spot, pictures
from .sandbox import limit_appetite, limit_self

# Ligatures, and hyphens that are no sign of their own: pdfium gives U+0002 for one at a line end,
# and many fonts call theirs soft or unbreakable. What is drawn on paper is a hyphen.
_LETTERS = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st",
    0xFB06: "st", 0x02: "-", 0xFFFE: "-", 0xAD: "-", 0x2010: "-", 0x2011: "-",
    0x200B: "", 0x2060: "", 0xFEFF: "",
}  # fmt: skip
_FEW_LETTERS = 150
_MAX_LETTERS = 32 << 20
_MAX_LINKS = 20_000
_FEW_LINKS = 20
_SCANNED_SHARE, _RECOGNISED_SHARE = 0.5, 0.8  # of the page, that its picture covers
_SLANTED = 4
_DAMAGED = " that is damaged; open it in a viewer, and print it to a new PDF"
_IMAGE = 3  # FPDF_PAGEOBJ_IMAGE
_SCANNED = (
    " that is scanned: its pages are pictures without text; install Tesseract and give ocr=True "
    f"(--ocr); {missing_extra('recognising text', 'ocr')}"
)


class _FaultError(Exception):
    """Why the document cannot be read."""


def main(options: dict[str, Any]) -> None:
    """Read a PDF document from the standard input, and write its text and warnings in JSON.

    With ``pictures``, the pages as pictures and the places of the words are added.
    """
    limit_self(options["seconds"], options["memory"])
    answer: dict[str, Any]
    try:
        answer = _read(sys.stdin.buffer.read(), **options["reading"])
    except ImportError:
        answer = {"fault": f"; {missing_extra('reading it', 'documents')}"}
    except _FaultError as fault:
        answer = {"fault": str(fault)}
    except OcrError as error:
        answer = {"fault": f" that is scanned; {error}"}
    except MemoryError:
        answer = {"fault": " that needs more memory than any order does; print it to a new PDF"}
    except Exception as error:  # noqa: BLE001 - hostile octets; the message says which
        answer = {"fault": f"{_DAMAGED} ({type(error).__name__}: {str(error)[:200]})"}
    json.dump(answer, sys.stdout)


def _read(data: bytes, ocr: bool, max_pages: int, picture: bool) -> dict[str, Any]:
    import pypdfium2 as pdfium

    if not ocr:
        limit_appetite(len(data))
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise _FaultError(" that is encrypted; save it without its password first") from error
        raise _FaultError(_DAMAGED) from error
    if len(document) > max_pages:
        raise _FaultError(f" of more than {max_pages:,} pages; split it")
    reading = _Reading(pdfium, ocr, Placement(pdfium.raw) if picture else None)
    for index in range(len(document)):
        reading.read(document, index)
    attached = pdfium.raw.FPDFDoc_GetAttachmentCount(document.raw)
    answer: dict[str, Any] = {"text": reading.text(), "warnings": list(reading.warnings(attached))}
    if picture:
        answer |= {"pages": pictures(pdfium, document), "spots": reading.spots()}
    return answer


class _Reading:
    """What was read of a document so far, and which pages are not what they should be."""

    def __init__(self, pdfium: Any, ocr: bool, placement: Placement | None) -> None:
        self._pdfium = pdfium
        self._ocr = ocr
        self._placement = placement
        self._lines: list[Line] = []
        self._pages: list[list[Word]] = []
        self._rest: dict[int, str] = {}  # text that is no part of the columns, by page
        self._letters = 0
        self._scanned: list[int] = []
        self._recognised: list[int] = []
        self._damaged: list[int] = []
        self._links: list[str] = []

    def read(self, document: Any, index: int) -> None:
        """Read one page."""
        words: list[Word] = []
        try:
            page = document[index]
            turn, words, aside, links = _page_words(self._pdfium, page)
        except self._pdfium.PdfiumError:
            self._damaged.append(index + 1)
            self._pages.append(words)
            return
        size = sum(len(word.text) for word in words) + len(aside)
        self._letters += size
        if self._letters > _MAX_LETTERS:
            raise _FaultError(f" of more than {_MAX_LETTERS:,} letters; split it")
        picture = _picture_share(self._pdfium, page)
        if size < _FEW_LETTERS and picture > _SCANNED_SHARE:
            self._scanned.append(index + 1)
            if self._ocr:
                words, aside = [], recognise(page)  # a stamp over the picture is in the picture
                if self._placement is not None:
                    self._placement.add_recognised(index, placed_words(page))
        elif picture > _RECOGNISED_SHARE:
            self._recognised.append(index + 1)
        if self._placement is not None:
            self._placement.add(index, page, turn, words)
        self._pages.append(words)
        self._rest[index] = aside
        self._links += (f"page {index + 1}: {link}" for link in links)
        page.close()

    def text(self) -> str:
        """Return the text of all pages."""
        if self._pages and len(self._damaged) == len(self._pages):
            raise _FaultError(_DAMAGED)
        scanned = set(self._scanned)
        read = any(words for number, words in enumerate(self._pages, 1) if number not in scanned)
        if scanned and not read and not self._ocr:
            raise _FaultError(_SCANNED)
        self._lines = lay_out(self._pages, self._rest)
        text = text_of(self._lines)
        if not text.strip():
            raise _FaultError(" without any text; if it shows some, print it to a new PDF")
        return text

    def spots(self) -> list[list[Spot]]:
        """Return where the words of each line of the text stand."""
        return [] if self._placement is None else self._placement.spots(self._lines)

    def warnings(self, attached: int) -> Iterator[str]:
        """Yield what a person should know."""
        if attached > 0:
            yield f"files inside the PDF were not read: {attached}"
        said = (
            "read by OCR, which makes mistakes"
            if self._ocr
            else "scanned and not read; give ocr=True"
        )
        for numbers, what in (
            (self._scanned, said),
            (self._recognised, "pictures with text that a scanner recognised"),
            (self._damaged, "damaged and not read"),
        ):
            if numbers:
                yield f"{what}: page {_ranges(numbers)}; compare the orders with the original"
        yield from self._links[:_FEW_LINKS]
        if len(self._links) > _FEW_LINKS:
            yield f"and {len(self._links) - _FEW_LINKS} more links like these"


def _page_words(pdfium: Any, page: Any) -> tuple[int, list[Word], str, list[str]]:
    """Return the direction and the words of the page as it is read, other text, false links."""
    textpage = page.get_textpage()
    by_turn: dict[int, list[Word]] = {}
    sizes: Counter[int] = Counter()
    for turn, word in _words(pdfium.raw, textpage.raw, textpage.count_chars()):
        by_turn.setdefault(turn, []).append(word)
        sizes[turn] += len(word.text)
    straight = [turn for turn in sizes if turn != _SLANTED]
    main_turn = max(straight, key=lambda turn: (sizes[turn], -turn), default=_SLANTED)
    asides = []
    for turn, words in sorted(by_turn.items()):
        if turn == _SLANTED:
            asides.append(" ".join(word.text for word in words) + "\n")
        elif turn != main_turn:
            asides.append(text_of(lay_out([words], {})))
    found = list(_false_links(pdfium.raw, page, textpage))
    textpage.close()
    words = by_turn.get(main_turn, []) if straight else []
    return main_turn, words, "".join(asides), found


def _words(raw: Any, textpage: Any, count: int) -> Iterator[tuple[int, Word]]:
    """Yield each word with its direction in quarter turns; its place is as if it were upright."""
    rect = raw.FS_RECTF()
    at = ctypes.byref(rect)
    unicode_at, box_at, angle_at = (
        raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharAngle
    )  # fmt: skip
    letters: list[str] = []
    turn = 0
    x0 = x1 = y0 = y1 = 0.0
    for index in range(count):
        code = unicode_at(textpage, index)
        if (code <= 32 and code != 2) or code == 0xA0:
            if letters:
                yield turn, Word(x0, x1, y0, y1, _join(letters))
                letters = []
            continue
        if not box_at(textpage, index, at):
            continue
        if letters:
            left, right, low, high = _upright(rect, turn)
            size = max(y1 - y0, 1.0)
            apart = (
                not -0.5 * size < left - x1 < 0.5 * size or abs(low + high - y0 - y1) > size
            ) and turn != _SLANTED
            if apart:
                yield turn, Word(x0, x1, y0, y1, _join(letters))
                letters = []
            else:
                x1 = max(x1, right)
        if not letters:
            turn = _quarter(angle_at(textpage, index))
            x0, x1, y0, y1 = _upright(rect, turn)
        letters.append(_LETTERS[code] if code in _LETTERS else chr(code))
    if letters:
        yield turn, Word(x0, x1, y0, y1, _join(letters))


def _join(letters: list[str]) -> str:
    text = "".join(letters)
    # Letters beyond the first plane may come as two halves.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _quarter(angle: float) -> int:
    turns = angle / (math.pi / 2)
    nearest = round(turns)
    return nearest % 4 if abs(turns - nearest) < 0.1 else _SLANTED


def _upright(rect: Any, turn: int) -> tuple[float, float, float, float]:
    """Return left, right, bottom and top, turned so that the text runs to the right."""
    if turn == 1:
        return -rect.top, -rect.bottom, rect.left, rect.right
    if turn == 2:
        return -rect.right, -rect.left, -rect.top, -rect.bottom
    if turn == 3:
        return rect.bottom, rect.top, -rect.right, -rect.left
    return rect.left, rect.right, rect.bottom, rect.top


def _picture_share(pdfium: Any, page: Any) -> float:
    """Return which part of the page its largest picture covers."""
    raw = pdfium.raw
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    width, height = page.get_size()
    largest = 0.0
    for index in range(raw.FPDFPage_CountObjects(page.raw)):
        thing = raw.FPDFPage_GetObject(page.raw, index)
        if raw.FPDFPageObj_GetType(thing) == _IMAGE and raw.FPDFPageObj_GetBounds(
            thing, left, bottom, right, top
        ):
            area = (right.value - left.value) * (top.value - bottom.value)
            largest = max(largest, area)
    return float(largest / max(width * height, 1.0))


def _false_links(raw: Any, page: Any, textpage: Any) -> Iterator[str]:
    """Yield each link whose text shows something else than where it leads."""
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    rect = raw.FS_RECTF()
    for _ in range(_MAX_LINKS):
        if not raw.FPDFLink_Enumerate(page.raw, position, link):
            return
        target = _target(raw, page, link)
        if not target or not raw.FPDFLink_GetAnnotRect(link, rect):
            continue
        shown = textpage.get_text_bounded(rect.left, rect.bottom, rect.right, rect.top)
        shown = " ".join(shown.split())[:200]
        if shown and not _is_shown(shown, target):
            yield f"the text {shown!r} links to {target[:200]}"


def _target(raw: Any, page: Any, link: Any) -> str:
    action = raw.FPDFLink_GetAction(link)
    document = page.pdf.raw
    size = raw.FPDFAction_GetURIPath(document, action, None, 0) if action else 0
    if not 1 < size < 8_192:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAction_GetURIPath(document, action, buffer, size)
    return buffer.value.decode("utf-8", "replace")


def _is_shown(shown: str, target: str) -> bool:
    """Whether the text is the target, or a part that a line or a scheme leaves of it."""

    def bare(text: str) -> str:
        text = re.sub(r"[\s\u00ad\u0002\ufffe]", "", text.lower())
        return re.sub(r"\A(?:mailto:|https?://)?(?:www\.)?", "", text).strip("/.,;:()<>\"'«»")

    text, uri = bare(shown), bare(target)
    return text == uri or (len(text) >= 4 and text in uri) or bool(uri and uri in text)


def _ranges(numbers: list[int]) -> str:
    """Return page numbers as people write them: 1, 3-5."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)
