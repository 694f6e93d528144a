from __future__ import annotations

import hashlib
import multiprocessing.spawn
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_documents import WIDTH, all_of, lines_of, opened, pdf, text_of, written
from PIL import Image, ImageDraw, ImageFont
from processortime import within
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from scale import size

from blocklist import OrderSyntaxError
from blocklist.documents import Document, open_documents
from blocklist.documents import pdf as pdf_module
from blocklist.documents import sandbox as child
from blocklist.documents.sandbox import ChildError, run_child

pytestmark = pytest.mark.no_core

LEFT = [
    "Il Tribunale, letti gli atti del procedimento, visto",
    "il ricorso della societa che chiede di inibire ogni",
    "accesso alla rete per gli abbonati che si trovano",
    "nel territorio, e sentite le parti nella udienza di",
    "discussione, ritiene fondata la domanda e ordina di",
    "bloccare il sito primo.example con ogni suo livello.",
]
RIGHT = [
    "La misura vale per dodici mesi da quando la notifica",
    "arriva alle parti, e comprende ogni nome di dominio",
    "che porta agli stessi contenuti con un nome che si",
    "distingue soltanto per il suffisso, come il secondo",
    "nome che gli atti riportano: secondo.example, ed ogni",
    "altro che la parte indica con una lettera firmata.",
]


def small(lines: list[str], x: float, top: float = 700) -> Any:
    inner = written(lines, x, top, 12)

    def draw(canvas: Any) -> None:
        canvas.setFont("Helvetica", 9)
        inner(canvas)
        canvas.setFont("Helvetica", 10)

    return draw


def picture(text: str) -> ImageReader:
    """A scanned page: letters that are nothing but dots."""
    image = Image.new("L", (1654, 2339), 255)
    paint = ImageDraw.Draw(image)
    font = ImageFont.load_default(44)
    for number, line in enumerate(text.split("\n")):
        paint.text((150, 200 + 90 * number), line, fill=0, font=font)
    return ImageReader(image)


def scanned(text: str = "ORDINA di bloccare\nil sito uno.example") -> Any:
    return lambda canvas: canvas.drawImage(picture(text), 0, 0, WIDTH, 842)


class TestText:
    def test_lines_and_kind(self) -> None:
        octets = pdf(written(["Il Presidente ordina:", "uno.example", "due.example"]))
        (document,) = opened(octets, "a.pdf")
        assert document.text == "Il Presidente ordina:\nuno.example\ndue.example\n"
        assert (document.kind, document.name, document.warnings) == ("pdf", "a.pdf", ())
        assert document.sha256 == hashlib.sha256(octets).hexdigest()

    def test_the_name_of_the_file_says_nothing(self) -> None:
        assert opened(pdf(written(["a.example"])), "list.txt")[0].kind == "pdf"

    @pytest.mark.parametrize("shift", [0, 5])
    def test_two_columns(self, shift: float) -> None:
        """Whether or not the lines of both stand on the same height."""
        head = ["TRIBUNALE DI ESEMPIO, SEZIONE IMPRESA, DECRETO NEL PROCEDIMENTO DEL RICORSO"]
        end = [
            "Si comunichi alle parti, e alla Autorita che vigila su chi esegue la misura disposta."
        ]
        octets = pdf(
            all_of(
                written(head),
                small(LEFT, 60),
                small(RIGHT, 320, 700 + shift),
                written(end, top=600),
            )
        )
        found = [line for line in lines_of(octets) if line]
        assert found == [*head, *LEFT, *RIGHT, *end]

    def test_three_columns(self) -> None:
        parts = [[" ".join(line.split()[:4]) for line in LEFT] for _ in range(3)]
        draws = [small(part, 40 + 180 * number) for number, part in enumerate(parts)]
        assert [line for line in lines_of(pdf(all_of(*draws))) if line] == parts[0] * 3

    @pytest.mark.parametrize("count", range(1, 6))
    def test_the_last_column_is_short(self, count: int) -> None:
        octets = pdf(all_of(small(LEFT, 60), small(RIGHT[:count], 320)))
        assert [line for line in lines_of(octets) if line] == [*LEFT, *RIGHT[:count]]

    def test_two_who_sign_side_by_side_are_no_columns(self) -> None:
        left, right = ["Il Segretario", "Nome Uno"], ["Il Presidente", "Nome Due"]
        octets = pdf(all_of(written(LEFT), written(left, top=600), written(right, 400, 600)))
        assert lines_of(octets)[-3:-1] == ["Il Segretario\tIl Presidente", "Nome Uno\tNome Due"]

    def test_a_line_that_is_stretched_is_no_table(self) -> None:
        def draw(canvas: Any) -> None:
            x = 60.0
            for word in ("Considerato", "che", "ogni", "sito"):
                canvas.drawString(x, 700, word)
                x += 30 + canvas.stringWidth(word)

        assert text_of(pdf(draw)) == "Considerato che ogni sito\n"

    def test_tables_are_read_by_row(self) -> None:
        rows = [(str(n), f"name-{n}.example", "25/11/2026") for n in range(1, 30)]
        columns = [
            written([row[column] for row in rows], x)
            for column, x in enumerate((60.0, 110.0, 330.0))
        ]
        lines = lines_of(pdf(all_of(*columns)))
        assert lines[:-1] == ["\t".join(row) for row in rows]

    def test_hyphens_and_ligatures(self) -> None:
        pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))  # comes with reportlab

        def draw(canvas: Any) -> None:
            canvas.setFont("Vera", 10)
            canvas.drawString(60, 700, "of\ufb01ce.example \ufb02ow e il sito my-")
            canvas.drawString(60, 686, "site.example, anche di\u00adviso")

        # A hyphen that is drawn may be part of a name: it is never taken out, nor are lines joined.
        assert text_of(pdf(draw)) == (
            "office.example flow e il sito my-\nsite.example, anche di-viso\n"
        )

    def test_text_at_right_angles_is_kept_and_out_of_the_way(self) -> None:
        def stamp(canvas: Any) -> None:
            canvas.saveState()
            canvas.rotate(90)
            canvas.drawString(100, -30, "Firmato digitalmente")
            canvas.restoreState()

        octets = pdf(all_of(written(["uno.example", "due.example"]), stamp))
        assert text_of(octets) == "uno.example\ndue.example\nFirmato digitalmente\n"

    def test_a_page_that_lies_on_its_side(self) -> None:
        def draw(canvas: Any) -> None:
            canvas.rotate(90)
            written(["Elenco dei siti", "uno.example"], 100, -100)(canvas)

        assert text_of(pdf(draw)) == "Elenco dei siti\nuno.example\n"

    def test_paragraphs(self) -> None:
        octets = pdf(
            all_of(written(["a a", "b b", "c c"], top=700), written(["d d", "e e"], top=630))
        )
        assert text_of(octets) == "a a\nb b\nc c\n\nd d\ne e\n"


class TestFurniture:
    def test_repeated_once_and_page_numbers_never(self) -> None:
        pages = [
            all_of(
                written(["Delibera n. 125/25/CONS"], top=810),
                written([f"bet{n}-{line}.example" for line in range(9)]),
                written(["Autorita di esempio"], top=45),
                written([f"Pagina {n} di 5"], 250, top=25),
            )
            for n in range(1, 6)
        ]
        lines = [line for line in lines_of(pdf(*pages)) if line]
        names = [f"bet{n}-{line}.example" for n in range(1, 6) for line in range(9)]
        assert lines == ["Delibera n. 125/25/CONS", *names, "Autorita di esempio"]

    def test_plain_page_numbers(self) -> None:
        pages = [written([f"name{n}.example"] * 2, foot=f"- {n} -") for n in range(3, 8)]
        assert "-" not in text_of(pdf(*pages))

    def test_what_stands_once_is_kept(self) -> None:
        first = written(["2024", "uno.example"], foot="17")
        second = written(["2026", "due.example"], foot="4")
        assert lines_of(pdf(first, second))[:-1] == [
            "2024", "uno.example", "", "17", "2026", "due.example", "", "4",
        ] or text_of(pdf(first, second)).split() == [
            "2024", "uno.example", "17", "2026", "due.example", "4",
        ]  # fmt: skip

    def test_lines_of_the_text_that_repeat_are_kept(self) -> None:
        """What stands with the text, on few pages, is of the text."""
        pages = [written(["si ordina di bloccare", f"nome{n}.example"] * 20) for n in range(3)]
        lines = lines_of(pdf(*pages))
        assert lines.count("si ordina di bloccare") == 60

    def test_names_that_count_like_pages_are_kept(self) -> None:
        pages = [written([f"bet{n}.example", f"bet36{n}.example"]) for n in range(1, 7)]
        text = text_of(pdf(*pages))
        assert all(f"bet{n}.example" in text and f"bet36{n}.example" in text for n in range(1, 7))


class TestLinks:
    def test_only_a_false_one_is_a_warning(self) -> None:
        def draw(canvas: Any) -> None:
            shown = ["http://uno.example/", "www.due.example", "tre.example", "info@a.example"]
            written(shown)(canvas)
            targets = ["http://uno.example/", "https://www.due.example/", "http://quattro.example/x",
                       "mailto:info@a.example"]  # fmt: skip
            for number, target in enumerate(targets):
                y = 760 - 14 * number
                canvas.linkURL(target, (58, y - 2, 180, y + 9))

        (document,) = opened(pdf(draw))
        assert document.warnings == (
            "page 1: the text 'tre.example' links to http://quattro.example/x",
        )


class TestRefused:
    def fails(self, octets: bytes, words: str) -> None:
        with pytest.raises(OrderSyntaxError, match=words) as caught:
            opened(octets, "a.pdf")
        assert caught.value.path == "folder/a.pdf"

    def test_scanned(self) -> None:
        self.fails(pdf(scanned()), 'PDF document that is scanned.*ocr=True.*the extra "ocr"')

    def test_scanned_with_a_stamp(self) -> None:
        self.fails(pdf(all_of(scanned(), written(["Prot. 17/2026"]))), "scanned")

    def test_one_scanned_page_of_two_is_a_warning(self) -> None:
        (document,) = opened(pdf(written(["uno.example"]), scanned()))
        assert document.text == "uno.example\n"
        assert document.warnings == (
            "scanned and not read; give ocr=True: page 2; compare the orders with the paper",
        )

    def test_empty(self) -> None:
        self.fails(pdf(written([])), "without any text")

    def test_encrypted(self) -> None:
        self.fails(pdf(written(["a.example"]), encrypt="secret"), "encrypted; save it without")

    @pytest.mark.parametrize("octets", [b"%PDF-", b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n" + b"x" * 9999])
    def test_damaged(self, octets: bytes) -> None:
        self.fails(octets, "a PDF document that is damaged; open it in a viewer")

    def test_too_many_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf_module, "MAX_PAGES", 3)
        self.fails(pdf(*[written(["a"])] * 4), "of more than 3 pages; split it")

    def test_too_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf_module, "MAX_OCTETS", 100)
        self.fails(pdf(written(["a"])), "of more than 100 octets; split it")

    def test_without_the_library(self, monkeypatch: pytest.MonkeyPatch) -> None:
        packages = [path for path in sys.path if "site-packages" not in path]
        monkeypatch.setattr(sys, "path", packages)
        self.fails(pdf(written(["a"])), 'a PDF document; reading it needs the extra "documents": p')


class TestChild:
    """A crash, a hang or too much memory in the library is an error of the file."""

    def test_too_slow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf_module, "SECONDS", 0.001)
        with pytest.raises(OrderSyntaxError, match="takes more than 0 seconds"):
            opened(pdf(written(["a"])))

    @pytest.mark.parametrize(
        "body", ["import os; os.abort()", "raise SystemExit(7)", "print('[]')", "print(']')"]
    )
    def test_no_answer(self, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(child, "_PROGRAM", body)
        with pytest.raises(OrderSyntaxError, match="ends the program which reads it"):
            opened(pdf(written(["a"])))

    @pytest.mark.skipif(sys.platform != "linux", reason="where address space can be limited")
    def test_memory(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(child, "MEMORY", 24 << 20)
        with pytest.raises(OrderSyntaxError, match="PDF document"):
            opened(pdf(written(["a"])))

    def test_a_resolver_that_is_no_python(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """In Unbound or uWSGI, ``sys.executable`` is that program, or nothing."""
        octets = pdf(written(["a.example"]))
        for executable in ("/usr/sbin/unbound", "", None):
            monkeypatch.setattr(sys, "executable", executable)
            monkeypatch.setattr(multiprocessing.spawn, "_python_exe", None)
            assert text_of(octets) == "a.example\n"

    def test_no_python_at_all(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(multiprocessing.spawn, "_python_exe", str(tmp_path / "python"))
        for name in ("executable", "_base_executable", "exec_prefix", "base_exec_prefix"):
            monkeypatch.setattr(sys, name, str(tmp_path))
        with pytest.raises(OrderSyntaxError, match=r"no Python 3.*set_executable"):
            opened(pdf(written(["a"])))
        with pytest.raises(ChildError):
            run_child("pdf_worker", b"", 1)

    def test_nothing_is_imported_here(self) -> None:
        code = "import sys, blocklist.documents; assert 'pypdfium2' not in sys.modules"
        subprocess.run([sys.executable, "-c", code], check=True)


def test_a_hundred_pages_in_seconds() -> None:
    pages = [
        written([f"{n}.{line} il sito numero-{n * 50 + line}.example va inibito agli abbonati "
                 "che si collegano dal territorio, con ogni livello" for line in range(50)])
        for n in range(100)
    ]  # fmt: skip
    octets = pdf(*pages)
    with within(60):
        lines = lines_of(octets)
    assert len([line for line in lines if line]) == 5_000


class TestOcr:
    @pytest.fixture(autouse=True)
    def _needs_tesseract(self) -> None:
        if shutil.which("tesseract") is None:
            pytest.skip("the program Tesseract is not installed (Debian: tesseract-ocr)")

    def test_scanned_page(self) -> None:
        (document,) = opened(pdf(written(["prima.example"]), scanned()), ocr=True)
        assert "prima.example" in document.text
        assert "uno.example" in document.text
        assert document.warnings == (
            "read by OCR, which errs: page 2; compare the orders with the paper",
        )


def test_ocr_without_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OrderSyntaxError, match=r"scanned; to read it, install .*Tesseract"):
        opened(pdf(scanned()), ocr=True)


SEED = pdf(written(["uno.example"]), all_of(written(LEFT), written(RIGHT, 320)), pageCompression=0)


@settings(max_examples=size(25))
@given(st.data())
def test_mutated(data: st.DataObject) -> None:
    octets = bytearray(SEED)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(5, len(octets) - 1))
        octets[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    try:
        open_documents(Document("m", "m", bytes(octets)))
    except OrderSyntaxError as error:
        assert error.path == "m"  # noqa: PT017 - either is right
        assert "Error:" not in str(error)  # noqa: PT017 - a fault of ours
