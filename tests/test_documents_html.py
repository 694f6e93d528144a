from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_documents import opened, text_of
from processortime import within

from blocklist import OrderSyntaxError, UnknownFormatError, load_orders
from blocklist.documents import Document, open_documents
from blocklist.documents import html as html_module

pytestmark = pytest.mark.no_core


class TestText:
    @pytest.mark.parametrize(
        ("html", "text"),
        [
            ("<p>uno<b>.exa</b>mple</p><p>due.example</p>", "uno.example\ndue.example"),
            ("<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"),
            ("<div>a<div>b</div>c</div>", "a\nb\nc"),
            ("<p>a<br>b<BR/>c", "a\nb\nc"),
            ("<ul><li>a<li>b</ul>", "a\nb"),
            ("<p>a\n   b\t c</p>", "a b c"),
            ("<pre>a\n  b\tc</pre>", "a\n  b\tc"),
            ("<p>&lt;a&gt; &agrave;&#232;&nbsp;&copy;</p>", "<a> àè ©"),
            ("<p>of&shy;fice&ZeroWidthSpace;.ex<wbr>ample</p>", "office.example"),
            ("<p>a<script>x</script><style>y</style><!-- z --><template>t</template>b", "ab"),
            ("<html><head><title>t</title></head><body>a</body></html>", "a"),
            ("<p>a<span hidden>x<b>y</b></span><i style='Display: none'>z</i>b", "ab"),
            ("<table><tr><th>n<th>d<tr><td>1<td>a.example</table>", "n\td\n1\ta.example"),
            ("<table><tr><td></td><td>a</td></tr><tr><td>b<td>c<br>d</table>", "a\nb\tc d"),
            ("<table><tr><td>x<table><tr><td>a<td>b</table><p>y</table>", "x\na b\ny"),
            ("<div><td>a</td><td>b</td></tr></table>c", "a\nb\nc"),
            ("<p>a</p></body></html><p>b", "a\nb"),
        ],
    )  # fmt: skip
    def test_what_a_reader_sees(self, html: str, text: str) -> None:
        assert text_of(html.encode()).strip("\n") == text

    def test_kind_and_octets(self) -> None:
        octets = b"<!DOCTYPE html><p>a.example"
        (document,) = opened(octets, "a.txt")
        assert (document.kind, document.data, document.name) == ("html", octets, "a.txt")

    def test_deep(self) -> None:
        text = text_of(b"<div>" * 1_500 + b"uno.example")
        assert text.strip() == "uno.example"


class TestEncoding:
    @pytest.mark.parametrize(
        "octets",
        [
            "<p>bücher".encode(),
            b"\xef\xbb\xbf" + '<meta charset="iso-8859-1"><p>bücher'.encode(),
            '<meta charset="ISO-8859-2"><p>bücher'.encode("iso-8859-2"),
            '<meta http-equiv=Content-Type content="text/html; charset=windows-1250"><p>bücher'
            .encode("cp1250"),
            '<meta charset="utf-16"><p>bücher'.encode(),
            '<meta charset="x-no-such"><p>bücher'.encode(),
            "<p>bücher".encode("cp1252"),
            "<p>bücher".encode("utf-16"),
            b"\xff\xfe" + "<p>bücher".encode("utf-16-le"),
        ],
    )  # fmt: skip
    def test_by_mark_by_page_or_guess(self, octets: bytes) -> None:
        assert text_of(octets).strip() == "bücher"

    def test_by_the_caller(self) -> None:
        octets = '<meta charset="utf-8"><p>střed'.encode("cp1250")
        (document,) = open_documents(Document("a", "a", octets, "windows-1250"))
        assert document.text.strip() == "střed"


class TestRecognised:
    @pytest.mark.parametrize(
        "start",
        ["<html>", "<HTML lang=it>", "<!doctype html>", "\n <!-- x --> <!-- y --><div>", "<p>",
         '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">', '<?xml version="1.0"?><html>',
         "<h1>", "<script>", "<table>"],
    )  # fmt: skip
    def test_html(self, start: str) -> None:
        assert opened(f"{start}a".encode())[0].kind == "html"

    @pytest.mark.parametrize(
        "start",
        [
            "<register>",
            '<?xml version="1.0"?><data>',
            "<page>",
            "<htmlx>",
            "<table-list>",
            "<p:x>",
            "<",
            "<!-- a",
        ],
    )
    def test_xml_stays_as_it_is(self, start: str) -> None:
        (document,) = opened(f"{start}a".encode())
        assert (document.kind, document.text) == ("xml", f"{start}a")

    def test_comments_take_linear_time(self) -> None:
        with within(5):
            opened(b"<!---->" * 600 + b"<x")

    def test_an_error_page_is_no_list(self) -> None:
        with pytest.raises(UnknownFormatError, match="an HTML page or XML"):
            load_orders(b"<html><body><h1>502 Bad Gateway</h1></body></html>")


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_module, "_MAX_OCTETS", 50)
    with pytest.raises(OrderSyntaxError, match="an HTML page of more than 50 octets"):
        opened(b"<p>" * 50)


def test_without_lxml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lxml", None)
    with pytest.raises(OrderSyntaxError, match='page; reading it needs the extra "documents"'):
        opened(b"<p>a")


def test_nothing_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret.example")
    html = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]><p>a&x;<img src="{secret}">'
    assert "secret.example" not in text_of(html.encode()).replace(str(secret), "")


PIECES = st.sampled_from(
    ["<p>", "</p>", "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<pre>", "</pre>",
     "<br>", "<div hidden>", "</div>", "<script>", "</script>", "<!--", "-->", "&amp", "<svg>",
     "<a b='"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=3)))
def test_any_soup(pieces: list[str]) -> None:
    html = "<html>" + "".join(pieces)
    (document,) = open_documents(Document("m", "m", html.encode("utf-8", "replace")))
    assert document.kind == "html"


@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<table>", "</table>", "<tr>", "<td>", "</td>", "</tr>"])
    )
)
def test_no_text_is_lost(pieces: list[str]) -> None:
    words = [f"w{number}" for number in range(len(pieces))]
    html = "<body>" + "".join(f"{a} {b} " for a, b in zip(pieces, words, strict=True))
    assert sorted(re.findall(r"w\d+", text_of(html.encode()))) == sorted(words)
