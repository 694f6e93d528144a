from __future__ import annotations

import codecs
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import values
from strategies import u_names

from blocklist import OrderSyntaxError, Source
from blocklist.documents import Document

pytestmark = pytest.mark.no_core

TEXT = "# bücher, книги\na.example\nb.example\n"
MARKED = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


def document(octets: bytes, encoding: str | None = None) -> Document:
    return Document("list.txt", "in/list.txt", octets, encoding)


class TestEncodings:
    @pytest.mark.parametrize("encoding", MARKED)
    def test_byte_order_mark(self, encoding: str) -> None:
        octets = MARKED[encoding] + TEXT.encode(encoding)
        assert document(octets).text == TEXT
        assert document(octets, encoding).text == TEXT

    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
    @pytest.mark.parametrize("text", ["a.example\n", "a.example\r\nbücher.example\r\n", "\r\na.b"])
    def test_utf_16_without_mark(self, encoding: str, text: str) -> None:
        assert document(text.encode(encoding)).text == text

    @pytest.mark.parametrize("name", ["utf-16", "UTF16", "utf-32"])
    @pytest.mark.parametrize("order", ["le", "be"])
    def test_mark_decides_the_order_of_a_named_encoding(self, name: str, order: str) -> None:
        encoding = f"{codecs.lookup(name).name}-{order}"
        octets = MARKED[encoding] + TEXT.encode(encoding)
        assert document(octets, name).text == TEXT
        assert values(octets, encoding=name) == ["a.example", "b.example"]

    @pytest.mark.parametrize(
        ("encoding", "text"),
        [
            ("windows-1250", "střed.example"),
            ("windows-1251", "книги.example"),
            ("iso-8859-1", "bücher.example"),
            ("utf-8-sig", "bücher.example"),
            ("shift_jis", "日本.example"),
        ],
    )
    def test_named(self, encoding: str, text: str) -> None:
        assert document(text.encode(encoding), encoding).text == text

    @pytest.mark.parametrize("octets", [b"\0", b"a\0b", b"\0\0\0\0", b"\0" * 99, b"a.example\0\n"])
    def test_nul_alone_is_no_sign_of_utf_16(self, octets: bytes) -> None:
        assert document(octets).text == octets.decode()

    def test_where_it_is_not_text(self) -> None:
        with pytest.raises(OrderSyntaxError, match=r"not utf-8 text \(octet 0xe9\)") as caught:
            _ = document(b"a.example\r\nb.example\r\ncaf\xe9.example\r\n").text
        assert (caught.value.path, caught.value.line) == ("in/list.txt", 3)
        assert "windows-1250" in str(caught.value)

    @pytest.mark.parametrize(
        "octets", [b"\xff\xfea", b"\xfe\xff\0a\0", codecs.BOM_UTF32_LE + b"ab", b"a.b\xc3"]
    )
    def test_cut_short(self, octets: bytes) -> None:
        with pytest.raises(OrderSyntaxError):
            _ = document(octets).text

    @pytest.mark.parametrize(
        "encoding", ["no-such", "rot13", "hex", "undefined", "punycode", "a\0"]
    )
    def test_no_such_encoding(self, encoding: str) -> None:
        with pytest.raises(OrderSyntaxError):
            _ = document(b"a.example\n", encoding).text

    @given(st.binary(max_size=40), st.sampled_from([None, "utf-16", "utf-32", "utf-7", "cp1250"]))
    def test_any_octets(self, octets: bytes, encoding: str | None) -> None:
        try:
            text = document(octets, encoding).text
        except OrderSyntaxError as error:
            assert error.path == "in/list.txt"  # noqa: PT017 - either is right
        else:
            assert (
                not text.startswith("\ufeff") or octets.count(b"\xfe") + octets.count(b"\xbb") > 1
            )


class TestLines:
    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            ("", [""]),
            ("a", ["a"]),
            ("a\n", ["a", ""]),
            ("a\r\nb\nc\rd", ["a", "b", "c", "d"]),
            ("\r\n\n\r", ["", "", "", ""]),
            ("\n\r", ["", "", ""]),
            # These end lines for str.splitlines, and for no authority.
            ("a\vb\fc\x1cd\x85e\u2028f", ["a\vb\fc\x1cd\x85e\u2028f"]),
        ],
    )
    def test_lines(self, text: str, lines: list[str]) -> None:
        assert document(text.encode()).lines == lines

    @given(
        st.lists(st.tuples(u_names, st.sampled_from(["\n", "\r\n", "\r"])), min_size=1),
        st.booleans(),
    )
    def test_each_line_counts(self, written: list[tuple[str, str]], ended: bool) -> None:
        text = "".join(name + end for name, end in written)
        names = [name for name, _ in written]
        if not ended:
            text = text[: -len(written[-1][1])]
        assert document(text.encode()).lines == names + [""] * ended


class TestSample:
    def test_small_is_whole(self) -> None:
        small = document(b"a.example\n" * 6_000)
        assert small.sample is small

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_large_is_cut_at_a_line_end(self, end: str) -> None:
        large = document(f"bücher.example{end}".encode() * 9_000)
        assert len(large.sample.data) <= 65_536
        assert large.sample.lines[-1] == ""
        assert set(large.sample.lines[:-1]) == {"bücher.example"}

    # Whatever stands where the sample ends is read whole in the end.
    @pytest.mark.parametrize("shift", range(8))
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
    )
    @pytest.mark.parametrize("named", [False, True])
    def test_cut_inside_a_character(self, encoding: str, named: bool, shift: int) -> None:
        count = 6_000 // len("a".encode(encoding))
        lines = ["a.example"] * count + ["a" * shift + "b.example", *["# 💩💩💩💩💩💩💩"] * 3_000]
        octets = MARKED[encoding] + "\n".join(lines).encode(encoding)
        found = values(octets, encoding=encoding if named else None)
        assert len(found) == count + 1

    def test_one_long_line(self) -> None:
        assert len(values(b"a.example\nb.example # " + "é".encode() * 99_999)) == 2


def test_source() -> None:
    octets = b"a.example\n"
    expected = Source("list.txt", hashlib.sha256(octets).hexdigest(), 3, "plain")
    assert document(octets).source("plain", 3) == expected
