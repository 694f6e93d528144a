from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from html import escape
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_documents import opened, pdf, written
from processortime import within

from blocklist import OrderError, OrderSyntaxError, load_orders
from blocklist.documents import Document, open_documents

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document, an Outlook message"),
        (b"x\x9f>\x22\0", "winmail"),
        (b"7z\xbc\xaf\x27\x1c", "7z archive; unpack it"),
        (b"Rar!\x1a\x07\x01", "RAR archive; unpack it"),
        (b"(\xb5/\xfd", "zstd"),
        (b"\x89PNG\r\n", "picture.*ocr=True"),
        (b"a.txt".ljust(257, b"\0") + b"ustar\x0000", "tar archive"),
    ],
)
def test_what_nothing_opens_is_named(octets: bytes, words: str) -> None:
    with pytest.raises(OrderSyntaxError, match=words) as caught:
        opened(octets, "a.txt")
    assert caught.value.path == "folder/a.txt"


@pytest.mark.parametrize(
    "text",
    ["a.example\n", "", "\n", "# PK\n", "PKI.example\n", "%PDF\n", "Rar!.example", "MIA.example\n",
     '{"a": 1}', "{\\rt", "II*", "0\x06\x09", "x.example"],
)  # fmt: skip
def test_text_passes_as_it_is(text: str) -> None:
    document = Document("a", "a", text.encode())
    assert open_documents(document) == [document]
    assert open_documents(document)[0] is document


def test_a_long_list_costs_nothing() -> None:
    document = Document("a", "a", b"some-name.example\n" * 2_000_000)
    with within(1):
        for _ in range(100):
            open_documents(document)


def test_nothing_of_others_is_imported_for_text() -> None:
    code = (
        "import sys\nfrom blocklist.documents import Document, open_documents\n"
        "open_documents(Document('a', 'a', b'a.example'))\n"
        "bad = {'lxml', 'pypdfium2', 'striprtf', 'pytesseract', 'PIL'} & set(sys.modules)\n"
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


STARTS = [
    b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\0",
    b"-----BEGIN PKCS7-----\n", b"MIAGCSqGSIb3DQEHAq", b"{\\rtf1", b"<html>", b"<?xml",
    b"\xff\xfe<\0",
    b"Message-ID: <a>\nFrom: b\nTo: c\nDate: d\n", b"\xef\xbb\xbf<p>",
    b"0\x80\x06\x09*\x86H\x86\xf7\r\x01\x07\x02\xa0\x80",
]  # fmt: skip


@given(st.sampled_from(STARTS), st.binary(max_size=200))
def test_any_octets(start: bytes, rest: bytes) -> None:
    try:
        documents = open_documents(Document("m", "m", start + rest))
    except OrderSyntaxError as error:
        assert (error.path or "").startswith("m")  # noqa: PT017 - either is right
    else:
        assert documents


ORDERS = sorted(Path(__file__).parent.glob("vectors/court/*.txt"))


def as_pdf(lines: list[str]) -> bytes:
    pages = [lines[at : at + 45] for at in range(0, len(lines), 45)]
    feet = (f"Pagina {number} di {len(pages)}" for number in range(1, len(pages) + 1))
    return pdf(*[written(page, foot=foot) for page, foot in zip(pages, feet, strict=True)])


def as_docx(lines: list[str]) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


def as_html(lines: list[str]) -> bytes:
    return ("<meta charset=utf-8>" + "".join(f"<p>{escape(line)}</p>" for line in lines)).encode()


def read(octets: bytes) -> list[list[str]] | str:
    try:
        return [[target.text for target in order.targets] for order in load_orders(octets)]
    except OrderError as error:
        return type(error).__name__


@pytest.mark.parametrize(
    ("path", "made"),
    [
        pytest.param(path, made, id=f"{path.stem}-{made.__name__}")
        for path in ORDERS
        for made in (as_pdf, as_docx, as_html)
        if (path.stem, made) != ("annex", as_pdf)  # see the next test
    ],
)
def test_an_order_says_the_same_in_each(path: Path, made: Callable[[list[str]], bytes]) -> None:
    octets = path.read_bytes()
    lines = Document("a", "a", octets).lines
    assert max(map(len, lines)) < 130  # so that a line fits on paper
    assert read(made(lines)) == read(octets)


def test_a_row_whose_cells_touch_on_paper_is_warned_of() -> None:
    """There a name may run to the next column, and nothing tells the cells apart any more."""
    octets = next(path for path in ORDERS if path.stem == "annex").read_bytes()
    (whole,), (order,) = load_orders(octets), load_orders(as_pdf(Document("a", "a", octets).lines))
    found, wanted = ([target.value for target in one.targets] for one in (order, whole))
    assert found == wanted[:2]
    for value in wanted[2:]:
        assert any(value in warning.lower() for warning in order.warnings)
    assert any("and 2 were read" in warning for warning in order.warnings)
