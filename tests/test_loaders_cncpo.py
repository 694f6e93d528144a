"""All names here are synthetic; no list of this authority is kept or looked at."""

from __future__ import annotations

import json
import logging
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from loading import check_vector, only, vectors
from shared_data import shared

from blocklist import (
    Blocklist,
    BlocklistError,
    Order,
    OrderSyntaxError,
    UnsupportedTargetError,
    compile_orders,
    diff,
    load_orders,
)
from blocklist.cli.group import cli
from blocklist.documents import Document
from blocklist.loaders.authorities.cncpo import CncpoLoader

pytestmark = pytest.mark.no_core

HEADER = "42;202501011200\r\n"
# Every name and address that may not be seen holds this word, or is 203.0.113.x.
SECRET = re.compile(r"secret|203\.0\.113", re.IGNORECASE)
ROWS = [
    "http://a.secret.example/page;a.secret.example;http://203.0.113.1/page;203.0.113.1",
    ";b.secret.example;;",
    ";;http://203.0.113.2/x;203.0.113.2",
    "http://c.secret.example:8080/deep/page;;;",
    "http://d.secret.example/;other.secret.example;;203.0.113.3",
    "secret..example;;;",
    ";secret..example;;",
    ";e.secret.example",
    ";f.secret.example;;;;",
    ";;;",
    ";;;203.0.113.999",
    ";secret;;",
    ";*.secret.example;;",
]
LIST = (HEADER + "\r\n".join(ROWS) + "\r\n").encode()


@pytest.mark.parametrize("vector", vectors("cncpo"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


def row(text: str) -> Order:
    return only(f"{HEADER}{text}\n;z.example;;\n".encode())


def test_order() -> None:
    order = only(LIST)
    assert (order.id, order.series, order.serial, order.number) == (
        "it:cncpo:42",
        "it:cncpo",
        42,
        "42",
    )
    assert (order.authority.key, order.jurisdiction, order.confidential) == ("cncpo", "IT", True)
    assert order.published == date(2025, 1, 1)
    assert "42;202501011200" in order.note
    assert order.source.format == "cncpo"
    assert [(t.line, t.value) for t in order.targets] == [
        (2, "a.secret.example"), (3, "b.secret.example"), (4, "203.0.113.2"),
        (5, "c.secret.example"), (13, "secret"),
    ]  # fmt: skip
    assert [(r.line, r.code) for r in order.rejected] == [
        (6, "contradiction"), (7, "not-a-name"), (8, "not-a-name"), (9, "not-cncpo"),
        (10, "not-cncpo"), (11, "empty"), (12, "bad-address"),
        (14, "not-a-name"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("http://A.example/x ; a.example ;; ", "a.example"),
        ("https://a.example;A.Example.;;", "a.example"),
        ("http://a.example/x;;;192.0.2.1", "a.example"),
        (";;http://192.0.2.1/x;", "192.0.2.1"),
        (";;http://[2001:DB8::1]/x;2001:db8::1", "2001:db8::1"),
        ("http://192.0.2.1/x;;;", "192.0.2.1"),
        (";xn--mnchen-3ya.example;;", "xn--mnchen-3ya.example"),
    ],
)
def test_a_row_is_a_host(text: str, value: str) -> None:
    order = row(text)
    assert [t.value for t in order.targets] == [value, "z.example"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("http://www.a.example/;a.example;;", "contradiction"),
        (";a.example;http://192.0.2.1/;192.0.2.2", "contradiction"),
        ("http://good.example@bad.example/;good.example;;", "contradiction"),
        ("http://;a.example;;", "bad-url"),
        (";;;010.0.0.1", "bad-address"),
        ('"a.example;b.example";;;', "not-cncpo"),
    ],
)
def test_a_row_that_is_refused(text: str, code: str) -> None:
    order = row(text)
    assert [t.value for t in order.targets] == ["z.example"]
    assert [(r.line, r.code) for r in order.rejected] == [(2, code)]


@pytest.mark.parametrize(
    "header",
    ["7;20250101", "7 ; 20250101", "\n7;202501011200", "7;20250101;;;;", "7;20250101;1;2;3;4"],
)
def test_headers(header: str) -> None:
    order = only(f"{header}\n;a.example;;\n".encode())
    assert (order.serial, order.published) == (7, date(2025, 1, 1))


def test_a_timestamp_that_is_no_date() -> None:
    order = only(b"7;99999999\n;a.example;;\n")
    assert (order.published, len(order.warnings)) == (None, 1)


def test_without_header_it_is_refused_and_no_table() -> None:
    body = LIST.partition(b"\n")[2].split(b"\r\n;;http")[0]
    given: tuple[dict[str, Any], ...] = ({}, {"format": "cncpo"})
    for options in given:
        with pytest.raises(OrderSyntaxError, match="not serial;timestamp") as caught:
            load_orders(body, **options)
        assert not SECRET.search(str(caught.value))


def test_header_alone_lifts_nothing() -> None:
    with pytest.raises(OrderSyntaxError, match="names nothing"):
        load_orders(HEADER.encode(), format="cncpo")


@pytest.mark.parametrize(
    "data",
    [
        b"url;domain;ip\nhttp://a.example/;a.example;192.0.2.1\n",
        b"192.0.2.1;a.example;http://a.example/;court;1;2014-01-01\n",
        b"a.example;01.02.2020;;;;\n",
        b"7;20250101\na.example\nb.example\n",
        b"a.example\n",
        b";;;\n",
        b"7;20250101\n",
    ],
)
def test_what_it_does_not_take(data: bytes) -> None:
    assert not CncpoLoader().recognises(Document("x", "x", data))


@pytest.mark.parametrize(
    "data",
    [
        b"7;20250101\nbroken\n;a.example;;\n",
        b"7;20250101\n" + b"x" * 70_000 + b"\n;a.example;;\n",
        b"http://a.example/;a.example;;192.0.2.1\n;b.example;;\nbroken\n",
    ],
)
def test_what_is_damaged_is_still_taken(data: bytes) -> None:
    """Another format would not keep its names secret."""
    assert CncpoLoader().recognises(Document("x", "x", data))


def test_the_higher_serial_counts() -> None:
    old, new = only(LIST), only(b"43;20250102\n;z.example;;\n")
    report = compile_orders([old, new]).report
    assert report is not None
    assert report.orders == (new.id,)


class TestConfidential:
    def test_order_and_what_it_holds(self) -> None:
        order = only(LIST)
        for shown in (repr(order), str(order), repr(order.rejected), repr(order.warnings),
                      "".join(map(str, order.rejected)), repr(order.targets)):  # fmt: skip
            assert not SECRET.search(shown)

    def test_errors(self) -> None:
        given: list[tuple[bytes, dict[str, Any]]] = [
            (LIST, {"strict": True}),
            (LIST, {"format": "adm-giochi", "strict": False, "checksum": "0" * 64}),
            *(((HEADER + text).encode(), {"strict": True}) for text in ROWS[4:]),
            (HEADER.encode() + b";\x80secret.example;;", {}),
        ]
        for data, options in given:
            try:
                compile_orders(load_orders(data, **options), strict=True)
            except BlocklistError as error:
                chain: BaseException | None = error
                while chain is not None:
                    assert not SECRET.search(str(chain))
                    chain = chain.__cause__
            else:
                pytest.fail(f"no error for {data!r}")

    def test_strict_is_an_error(self) -> None:
        with pytest.raises(UnsupportedTargetError, match="refused as contradiction"):
            load_orders(LIST, strict=True)

    def test_report_image_and_difference(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        order = only(LIST)
        image = compile_orders([order], protect=["in.b.secret.example", "203.0.113.2"])
        report = image.report
        assert report is not None
        assert report.rules == 4
        seen = [repr(report), str(report), repr(list(report.covered)), repr(image), caplog.text]
        seen += [repr(report.rejected), *map(str, report.warnings)]
        blocked = Blocklist(image)
        assert blocked.is_blocked("x.a.secret.example")
        seen += [repr(blocked), repr(blocked.orders), str(blocked.orders[0])]
        seen.append(repr(diff(image, image)))
        # The name that the caller gave is the caller's, and is said back alone.
        for text in seen:
            assert not SECRET.search(text.replace("in.b.secret.example", ""))

    def test_commands(self, tmp_path: Path) -> None:
        source, other = tmp_path / "list.csv", tmp_path / "other.csv"
        source.write_bytes(LIST)
        other.write_bytes(LIST.replace(b"42;", b"43;").replace(b";b.sec", b";g.sec"))
        images = [str(tmp_path / name) for name in ("a.img", "b.img")]
        report = tmp_path / "report.json"
        runs = [
            ["check", str(source)],
            ["check", str(source), "--json"],
            ["status", str(source)],
            ["status", str(source), "--json"],
            ["compile", str(source), "-o", images[0], "--report", str(report)],
            ["compile", str(other), "-o", images[1]],
            ["compile", str(source), "-o", images[0], "--strict"],
            ["compile", str(other), "-o", images[1], "--previous", images[0]],
            ["diff", *images],
            ["diff", *images, "--json"],
            ["verify", images[0]],
        ]
        for arguments in runs:
            result = CliRunner().invoke(cli, arguments)
            assert result.exception is None or isinstance(result.exception, SystemExit)
            assert result.output.strip()
            assert not SECRET.search(result.output), arguments
        assert json.loads(report.read_text())["rejected"]
        assert not SECRET.search(report.read_text())

    def test_who_knows_the_name_may_ask(self) -> None:
        blocked = Blocklist(compile_orders([only(LIST)]))
        answer = blocked.explain("www.a.secret.example")
        assert "it:cncpo:42" in answer
        assert "b.secret" not in answer
        assert "b.secret" not in blocked.explain("other.example")


def test_shape() -> None:
    order = only(shared("formats/constructed_cncpo_shape.csv"))
    assert (order.serial, len(order.targets), order.rejected) == (1, 3, ())
