"""Pages of PDF documents as pictures, and where their words stand on them."""

from __future__ import annotations

import base64
import io
import shutil
from dataclasses import replace
from typing import Any

import pytest
from made_documents import HEIGHT, WIDTH, all_of, opened, pdf, written
from PIL import Image
from reportlab.pdfbase.pdfmetrics import stringWidth

from blocklist import OrderSyntaxError
from blocklist.documents.pagepictures import MAX_PICTURES, grey_png
from blocklist.documents.pdf import Pictured, pictured

pytestmark = pytest.mark.no_core


def picture(png: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(png)))


def box_of(pages: Pictured, lines: list[str], word: str) -> tuple[int, tuple[float, ...]]:
    (number,) = [n for n, line in enumerate(lines) if word in line.split()]
    start = lines[number].index(word)
    (spot,) = [spot for spot in pages.spots[number] if spot[0] == start]
    assert lines[number][spot[0] : spot[1]] == word
    return spot[2], spot[3:]


class TestPlaces:
    def test_a_box_lies_where_the_word_was_drawn(self) -> None:
        (document,) = opened(pdf(written(["one two.example three"], x=100, top=700)))
        pages = pictured(document)
        index, (left, top, right, bottom) = box_of(pages, document.lines, "two.example")
        x = 100 + stringWidth("one ", "Helvetica", 10)
        assert index == 0
        assert left * WIDTH == pytest.approx(x, abs=0.5)
        assert right * WIDTH == pytest.approx(
            x + stringWidth("two.example", "Helvetica", 10), abs=1
        )
        # The letters stand on the line at 700 points from below.
        assert top * HEIGHT < HEIGHT - 707 < HEIGHT - 700 < bottom * HEIGHT

    def test_ink_is_inside_the_box(self) -> None:
        (document,) = opened(pdf(written(["lonely.example"], x=300, top=300)))
        pages = pictured(document)
        _, (left, top, right, bottom) = box_of(pages, document.lines, "lonely.example")
        image = picture(pages.pages[0].png).convert("L")
        dark = image.point(lambda level: 255 * (level < 128)).getbbox()
        assert dark is not None
        assert left * image.width - 1 <= dark[0] < dark[2] <= right * image.width + 1
        assert top * image.height - 1 <= dark[1] < dark[3] <= bottom * image.height + 1

    @pytest.mark.parametrize("turn", [90, 180, 270])
    def test_pages_that_are_turned(self, turn: int) -> None:
        def draw(canvas: Any) -> None:
            canvas.setPageRotation(turn)
            written(["turned.example"], x=200, top=500)(canvas)

        self.holds_ink(pdf(draw), "turned.example")

    @pytest.mark.parametrize("turn", [90, 180, 270])
    def test_text_that_is_turned(self, turn: int) -> None:
        def draw(canvas: Any) -> None:
            canvas.translate(300, 400)
            canvas.rotate(turn)
            canvas.drawString(0, 0, "sideways.example")

        self.holds_ink(pdf(draw), "sideways.example")

    def holds_ink(self, octets: bytes, word: str) -> None:
        (document,) = opened(octets)
        pages = pictured(document)
        _, (left, top, right, bottom) = box_of(pages, document.lines, word)
        image = picture(pages.pages[0].png).convert("L")
        dark = image.point(lambda level: 255 * (level < 128)).getbbox()
        assert dark is not None
        edges = (left * image.width, top * image.height, right * image.width, bottom * image.height)
        assert all(abs(a - b) < 12 for a, b in zip(dark, edges, strict=True)), (dark, edges)

    def test_each_page_has_its_own(self) -> None:
        (document,) = opened(pdf(written(["first.example"]), written(["second.example"])))
        pages = pictured(document)
        assert box_of(pages, document.lines, "first.example")[0] == 0
        assert box_of(pages, document.lines, "second.example")[0] == 1

    @pytest.mark.skipif(shutil.which("tesseract") is None, reason="no tesseract on this machine")
    def test_a_scanned_name_has_a_box(self) -> None:
        (document,) = opened(pdf(written(["Ordina: illegale.example", "e altro.example"])))
        scan = base64.b64decode(pictured(document).pages[0].png)

        def draw(canvas: Any) -> None:
            from reportlab.lib.utils import ImageReader

            image = Image.open(io.BytesIO(scan)).resize((2480, 3508))
            canvas.drawImage(ImageReader(image), 0, 0, WIDTH, HEIGHT)

        (scanned,) = opened(pdf(draw), ocr=True)
        pages = pictured(scanned, ocr=True)
        _, (left, top, _, bottom) = box_of(pages, scanned.lines, "altro.example")
        assert left * WIDTH == pytest.approx(60 + stringWidth("e ", "Helvetica", 10), abs=3)
        assert top * HEIGHT - 3 < HEIGHT - 746 < bottom * HEIGHT + 3


class TestPictures:
    def test_the_size_is_that_of_the_page(self) -> None:
        (document,) = opened(pdf(written(["a.example"])))
        (page,) = pictured(document).pages
        assert (page.width, page.height) == pytest.approx((WIDTH, HEIGHT), abs=0.1)
        assert picture(page.png).size == pytest.approx((WIDTH * 120 / 72, HEIGHT * 120 / 72), abs=1)

    def test_only_the_first_pages_are_drawn(self) -> None:
        pages = [written([f"Some text of its own, {'abcdefghij'[n % 10] * (2 + n // 10)}.example"])
                 for n in range(MAX_PICTURES + 1)]  # fmt: skip
        (document,) = opened(pdf(*pages))
        drawn = pictured(document)
        assert len(drawn.pages) == MAX_PICTURES
        assert box_of(drawn, document.lines, f"{'a' * 12}.example")[0] == MAX_PICTURES

    def test_another_document_is_told(self) -> None:
        (document,) = opened(pdf(all_of(written(["a.example"]))))
        with pytest.raises(OrderSyntaxError, match=r"folder/in\.bin.*in another way"):
            pictured(replace(document, rendered="b.example\n"))

    @pytest.mark.parametrize("width", [1, 2, 7])
    def test_a_png_has_the_levels_that_it_was_given(self, width: int) -> None:
        rows = [bytes(17 * ((x + y) % 16) for x in range(width)) for y in range(3)]
        image = Image.open(io.BytesIO(grey_png(width, rows))).convert("L")
        assert image.size == (width, 3)
        assert image.tobytes() == b"".join(rows)
