from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_documents import opened, text_of
from scale import size

from blocklist import OrderSyntaxError
from blocklist.documents import Document, open_documents, rtf

pytestmark = pytest.mark.no_core

HEAD = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fswiss\fcharset0 Arial;}}\f0 "


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb"ORDINA\par uno.example\par due.example", "ORDINA\nuno.example\ndue.example"),
        (rb"societ\'e0 \u8364?", "società €"),
        (rb"{\*\generator x;}a\tab b\line c", "a\tb\nc"),
        (rb"\trowd 1\cell a.b\cell\row\trowd 2\cell c.d\cell\row", "1\ta.b\n2\tc.d"),
        (rb"my\_site.example of\-fice", "my-site.example office"),
        (rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt uno.example}}", "uno.example"),
        (rb"a|b", "a|b"),
    ],
)  # fmt: skip
def test_text(body: bytes, text: str) -> None:
    (document,) = opened(HEAD + body + b"}", "o.txt")
    lines = [line.strip() for line in document.text.split("\n") if line.strip()]
    assert "\n".join(lines) == text
    assert document.kind == "rtf"


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtf, "_MAX_OCTETS", 50)
    with pytest.raises(OrderSyntaxError, match="more than 50 octets; save it as DOCX or text"):
        opened(HEAD + b"}")


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [path for path in sys.path if "site-packages" not in path])
    with pytest.raises(OrderSyntaxError, match='reading it needs the extra "documents": p'):
        opened(HEAD + b"}")


def test_links_that_take_cubic_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtf, "SECONDS", 0.5)
    body = b'{\\field{\\*\\fldinst{HYPERLINK ""' * 3_000
    with pytest.raises(OrderSyntaxError, match="an RTF document that takes more than"):
        opened(HEAD + body)


@pytest.mark.parametrize(
    "octets",
    [b"{\\rtf", b"{\\rtf1" + b"{" * 300_000, HEAD + b"\\'e0" * 100_000, HEAD + b"\\u999999 ",
               HEAD + b"{\\field{" * 20_000, HEAD + b"{\\pict " * 20_000]
)  # fmt: skip
def test_hostile(octets: bytes) -> None:
    try:
        text_of(octets)
    except OrderSyntaxError as error:
        assert "RTF" in str(error)  # noqa: PT017 - either is right


WRITTEN = st.text(r"{}\ucelparowfieldpict'*0 ;", max_size=99).map(str.encode)


@settings(max_examples=size(25))
@given(st.binary(max_size=99) | WRITTEN)
def test_any(body: bytes) -> None:
    try:
        open_documents(Document("m", "m", HEAD + body))
    except OrderSyntaxError as error:
        assert error.path == "m"  # noqa: PT017 - either is right
