"""``uniform_reason`` in exports: no file tells on whose order a name is blocked."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from helpers import order

from blocklist import Authority, ExportError, Image, compile_orders
from blocklist.exporters import FORMATS, ExportOptions, export

pytestmark = pytest.mark.no_core

REASON = 'Gesperrt "auf <Grund> von $1", \\ 100% # Recht; für alle'
NAMES = ("court.example", "owned.example", "quiet.example", "*pattern*", "=own.example")
COURT = Authority("it:court", "Tribunale di Roma")
TELLING = {"knot", "powerdns", "powerdns-lua", "haproxy", "nginx", "dnsdist", "dnsdist-lmdb"}
"""The formats that tell a client, a page or a log of orders."""


def by_many() -> Image:
    first, second, third, *others = NAMES
    return compile_orders(
        [
            order(first, id="it:court:1", authority=COURT, number="1/2026"),
            order(second, id="own:2"),
            order(third, id="it:court:3", authority=COURT, confidential=True),
            order(*others, id="x:4", authority=Authority("x", "X")),
        ]
    )  # fmt: skip


def by_one() -> Image:
    return compile_orders([order(*NAMES, id="own:1")])


@pytest.mark.parametrize("name", FORMATS)
def test_the_file_does_not_depend_on_who_ordered(name: str, tmp_path: Path) -> None:
    def file16(image: Image, folder: str, reason: str) -> str:
        options = ExportOptions(uniform_reason=reason)
        return export(image, name, tmp_path / folder, options, confidential=True).file16

    uniform = {file16(by_many(), "many", REASON), file16(by_one(), "one", REASON)}
    assert len(uniform) == 1
    told = {file16(by_many(), "told", ""), file16(by_one(), "told-one", "")}
    assert (len(told) == 2) == (name in TELLING)
    output = tmp_path / "many"
    files = sorted(output.iterdir()) if output.is_dir() else [output]
    written = b"".join(path.read_bytes() for path in files)
    assert written
    for word in (b"Tribunale", b"1/2026", b"it:court", b"own:2"):
        assert word not in written


def text_of(name: str, reason: str) -> str:
    written = io.BytesIO()
    export(by_one(), name, written, ExportOptions(uniform_reason=reason))
    return written.getvalue().decode()


def test_it_is_no_syntax_where_it_stands() -> None:
    said = (
        "451 Gesperrt &#34;auf &#60;Grund&#62; von &#36;1&#34;, &#92; 100&#37; &#35; Recht; "
        "f&#252;r alle"
    )
    assert f'.court.example "{said}";' in text_of("nginx", REASON)
    assert "451 a b" in text_of("nginx", "\x00a\nb\u202e")
    assert 'text="a b"' in text_of("knot", "a\nb")


@pytest.mark.parametrize(
    ("reason", "message"), [("x" * 301, "longer than 300"), (" \n\x00", "nothing that can be")]
)
def test_what_cannot_be_shown_is_refused(reason: str, message: str) -> None:
    with pytest.raises(ExportError, match=message):
        ExportOptions(uniform_reason=reason)
