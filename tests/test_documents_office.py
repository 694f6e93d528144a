from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from made_documents import opened, text_of, zipped
from odfdo import Document as OdfDocument
from odfdo import Paragraph, Table

from blocklist import OrderSyntaxError, load_orders
from blocklist.documents import Document, open_documents, sheet

pytestmark = pytest.mark.no_core

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY c SYSTEM "file:///etc/passwd">]>'


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word(body: str, start: str = "") -> bytes:
    """A DOCX file by hand."""
    xml = f"{start}<w:document {W}><w:body>{body}</w:body></w:document>"
    return zipped({"[Content_Types].xml": TYPES.encode(), "word/document.xml": xml.encode()})


def odt(body: str, start: str = "") -> bytes:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table")
    )
    xml = f"{start}<office:document-content {names}>{body}</office:document-content>"
    kind = b"application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "content.xml": xml.encode()})


def run(text: str, more: str = "") -> str:
    return f"<w:r>{more}<w:t>{text}</w:t></w:r>"


def paragraph(body: str) -> str:
    return f"<w:p>{body}</w:p>"


def table(*cells: str) -> str:
    inside = "".join(f"<w:tc>{cell}</w:tc>" for cell in cells)
    return f"<w:tbl><w:tr>{inside}</w:tr></w:tbl>"


BREAK = "<w:r><w:br/></w:r>"
BOX = f"<w:txbxContent>{paragraph(run('a'))}</w:txbxContent>"
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


class TestDocx:
    def test_as_word_writes_it(self) -> None:
        document = docx.Document()
        section = document.sections[0]
        section.header.paragraphs[0].text = "Delibera 125/25/CONS"
        section.footer.paragraphs[0].text = "Autorita"
        document.add_heading("ORDINA", 1)
        ordered = document.add_paragraph("di bloccare ")
        ordered.add_run("uno").bold = True
        ordered.add_run(".example")
        document.add_paragraph("due.example", style="List Number")
        grid = document.add_table(2, 3)
        for number, cell in enumerate(cell for row in grid.rows for cell in row.cells):
            cell.text = f"c{number}.example"
        grid.rows[1].cells[1].add_paragraph("altro.example")
        document.add_paragraph("fine")
        (opened_one,) = opened(saved(document), "o.docx")
        assert opened_one.kind == "docx"
        assert [line for line in opened_one.lines if line] == [
            "Delibera 125/25/CONS",
            "ORDINA",
            "di bloccare uno.example",
            "due.example",
            "c0.example\tc1.example\tc2.example",
            "c3.example\tc4.example altro.example\tc5.example",
            "fine",
            "Autorita",
        ]

    def test_hyperlink(self) -> None:
        document = docx.Document()
        see = document.add_paragraph("vedi ")
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), "x")
        inner = OxmlElement("w:r")
        text = OxmlElement("w:t")
        text.text = "uno.example"
        inner.append(text)
        link.append(inner)
        see._p.append(link)
        assert text_of(saved(document)) == "vedi uno.example\n"

    @pytest.mark.parametrize(
        ("body", "text"),
        [
            (paragraph(run("a") + "<w:r><w:tab/></w:r>" + run("b") + BREAK + run("c")), "a\tb\nc"),
            (f"<w:p>{run('a')}<w:del>{run('x')}</w:del><w:ins>{run('b')}</w:ins></w:p>", "ab"),
            (f"<w:p><w:moveFrom>{run('x')}</w:moveFrom>{run('a')}</w:p>", "a"),
            (f"<w:p>{run('x', '<w:rPr><w:vanish/></w:rPr>')}{run('a')}</w:p>", "a"),
            (paragraph(run("a", '<w:rPr><w:vanish w:val="0"/></w:rPr>')), "a"),
            (f"<w:p>{run('my')}<w:r><w:noBreakHyphen/></w:r>{run('site')}</w:p>", "my-site"),
            ("<w:p>" + run("of\u00adfice") + "<w:r><w:softHyphen/></w:r></w:p>", "office"),
            (f"<w:p><w:r><w:instrText>PAGE</w:instrText></w:r>{run('a')}</w:p>", "a"),
            (
                paragraph(
                    f"<mc:AlternateContent {MC}><mc:Choice>{BOX}</mc:Choice><mc:Fallback>{BOX}"
                    "</mc:Fallback></mc:AlternateContent>"
                ),
                "a",
            ),
        ],
    )  # fmt: skip
    def test_what_a_reader_sees(self, body: str, text: str) -> None:
        assert text_of(word(body)).rstrip("\n") == text

    def test_a_table_that_lays_the_page_out(self) -> None:
        a, b, x, y = (paragraph(run(letter)) for letter in "abxy")
        assert text_of(word(table(x + table(a, b), y))) == "x\na b\ny\n"


class TestOdt:
    def test_as_libreoffice_writes_it(self) -> None:
        document = OdfDocument("text")
        document.body.clear()
        document.body.append(Paragraph("ORDINA di bloccare uno.example"))
        grid = Table("t", width=2, height=2)
        grid.set_values([["1", "due.example"], ["2", "tre.example"]])
        document.body.append(grid)
        document.body.append(Paragraph("fine"))
        (opened_one,) = opened(saved(document), "o.odt")
        assert opened_one.kind == "odt"
        assert [line for line in opened_one.lines if line] == [
            "ORDINA di bloccare uno.example", "1\tdue.example", "2\ttre.example", "fine",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("body", "text"),
        [
            (
                '<text:p>a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d</text:p>',
                "a  b\tc\nd",
            ),
            (
                "<text:tracked-changes><text:p>x</text:p></text:tracked-changes><text:p>a</text:p>",
                "a",
            ),
            ("<text:p>a <text:span>\n b</text:span></text:p>x<text:h>c</text:h>", "a b\nc"),
            (
                (
                    "<text:p>a<text:note><text:note-citation>1</text:note-citation><text:note-body>"
                    "<text:p>n</text:p></text:note-body></text:note>b</text:p><text:p>c</text:p>"
                ),
                "ab\nc\n\nn",
            ),
            ('<text:p>a<text:s text:c="99999999999"/>b</text:p>', "a" + " " * 100 + "b"),
        ],
    )
    def test_what_a_reader_sees(self, body: str, text: str) -> None:
        assert text_of(odt(body)).rstrip("\n") == text


class TestXlsx:
    def test_rows(self) -> None:
        book = openpyxl.Workbook()
        first = book.active
        first.append(["Dominio", "Data"])
        first.append(["uno.example", 5])
        first["D4"] = "due\nrighe"
        book.create_sheet("altro").append(["tre.example"])
        hidden = book.create_sheet("nascosto")
        hidden.append(["x.example"])
        hidden.sheet_state = "hidden"
        (opened_one,) = opened(saved(book), "o.xlsx")
        assert opened_one.kind == "text"
        assert opened_one.text.split("\n") == [
            "Dominio\tData", "uno.example\t5", "\t\t\tdue righe", "tre.example", "",
        ]  # fmt: skip

    def test_is_a_table(self) -> None:
        book = openpyxl.Workbook()
        for row in (["Domain", "Date"], ["uno.example", "2026-01-01"], ["due.example", "x"]):
            book.active.append(row)
        (order,) = load_orders(saved(book))
        assert [target.value for target in order.targets] == ["uno.example", "due.example"]

    def test_cells_at_the_far_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheet, "_MAX_TEXT", 100_000)
        book = openpyxl.Workbook()
        for row in range(1, 9):
            book.active.cell(row, 16_384).value = "a.example"
        with pytest.raises(OrderSyntaxError, match="its cells are more than 100,000 characters"):
            opened(saved(book))


class TestRefused:
    def fails(self, octets: bytes, words: str) -> None:
        with pytest.raises(OrderSyntaxError, match=words) as caught:
            opened(octets, "o.docx")
        assert (caught.value.path or "").startswith("folder/o.docx")

    @pytest.mark.parametrize("start", [BOMB, EXTERNAL, '<!DOCTYPE x SYSTEM "http://x.example/">'])
    def test_bombs_of_entities_and_files_outside(self, start: str) -> None:
        self.fails(word(f"<w:p>{run('&c;')}</w:p>", start), "declares a document type")
        self.fails(odt("<text:p>&c;</text:p>", start), "declares a document type")

    @pytest.mark.parametrize("depth", [300, 100_000])
    def test_deep(self, depth: int) -> None:
        self.fails(word("<w:p>" * depth), "damaged")

    def test_deep_tables_cost_no_more_than_they_are_long(self) -> None:
        cell = "<w:tbl><w:tr><w:tc><w:p>" + run("a" * 200) + "</w:p>"
        with pytest.raises(OrderSyntaxError):
            opened(word(cell * 5_000))

    def test_a_bomb_in_the_archive(self) -> None:
        self.fails(word(f"<w:p>{run(' ' * (20 << 20))}</w:p>"), "200 times its size, as a bomb")

    @pytest.mark.parametrize("xml", ["", "<", "<a></b>", "\0", "x" * 99])
    def test_damaged(self, xml: str) -> None:
        octets = zipped({"[Content_Types].xml": TYPES.encode(), "word/document.xml": xml.encode()})
        self.fails(octets, "an Office document that is damaged")

    def test_slides(self) -> None:
        types = TYPES.replace("wordprocessingml.document", "presentationml.presentation")
        self.fails(zipped({"[Content_Types].xml": types.encode()}), "neither text nor table")
        self.fails(zipped({"[Content_Types].xml": b"<Types/>"}), "neither text nor table")

    def test_a_sheet_of_opendocument(self) -> None:
        kind = b"application/vnd.oasis.opendocument.spreadsheet"
        self.fails(zipped({"mimetype": kind, "content.xml": b"<x/>"}), "save it as ODT or CSV")

    def test_old_office(self) -> None:
        self.fails(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office.*save it as DOCX or PDF")

    def test_without_lxml(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import sys

        monkeypatch.setitem(sys.modules, "lxml", None)
        self.fails(word(""), 'an Office document; reading it needs the extra "documents": p')


def test_no_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    opened(word(f"<w:p>{run('a')}</w:p>"))
    assert list(tmp_path.iterdir()) == []


@given(st.data())
def test_mutated(data: st.DataObject) -> None:
    table = f"<w:tbl><w:tr><w:tc><w:p>{run('a')}</w:p></w:tc><w:tc/></w:tr></w:tbl>"
    xml = bytearray(
        f"<w:document {W}><w:body>{table * 3}<w:p>x</w:p></w:body></w:document>".encode()
    )
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(xml) - 1))
        xml[at : at + data.draw(st.integers(0, 9))] = data.draw(
            st.binary(max_size=4) | st.sampled_from([b"<w:tc>", b"</w:tr>", b"<w:tbl>", b"&lt;"])
        )
    octets = zipped({"[Content_Types].xml": TYPES.encode(), "word/document.xml": bytes(xml)})
    try:
        open_documents(Document("m", "m", octets))
    except OrderSyntaxError as error:
        assert error.path == "m"  # noqa: PT017 - either is right
