from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from loading import account, check_vector, only, values, vectors
from shared_data import shared

from blocklist import (
    Blocklist,
    OrderSyntaxError,
    TargetKind,
    UnknownFormatError,
    compile_orders,
    load_orders,
)

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("lists", "csv"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_delimiters(mark: str) -> None:
    text = "url;date\na.example;2020\nb.example;2021\n".replace(";", mark)
    assert values(text.encode()) == ["a.example", "b.example"]


@pytest.mark.parametrize(
    "header", ["url", "Domain", "NAME", "host", "Hostname", "fqdn", "dominio", "sito", "Adresa"]
)
def test_known_headers(header: str) -> None:
    text = f"mirror;{header}\nmirror.example;a.example\nmirror.example;b.example\n"
    assert values(text.encode()) == ["a.example", "b.example"]


@pytest.mark.parametrize(
    "header",
    [
        "Výmaz údajů",
        "DATUM_VYMAZU",
        "deletedate",
        "delete_date",
        "Removed on",
        "withdrawn",
        "wykreślono",
    ],
)
def test_withdrawn(header: str) -> None:
    text = f"url;{header}\na.example;\nb.example;2024-01-31\n"
    order = only(text.encode())
    assert [target.value for target in order.targets] == ["a.example"]
    (rejected,) = order.rejected
    assert (rejected.line, rejected.text, rejected.code) == (3, "b.example", "withdrawn")
    assert "2024-01-31" in rejected.reason


def test_all_withdrawn_is_not_nothing() -> None:
    assert len(only(b"url;removed\na.example;1\nb.example;2\n").rejected) == 2


@pytest.mark.parametrize("column", [1, "1", "Site", "site"])
def test_column_named_where_none_would_be_found(column: Any) -> None:
    octets = b"Site;n\na.example;1\nsecond site;2\nno site here;3\n"
    with pytest.raises((OrderSyntaxError, UnknownFormatError)):
        load_orders(octets)
    order = only(octets, format="csv", column=column)
    assert [target.value for target in order.targets] == ["a.example"]
    assert [rejected.line for rejected in order.rejected] == [3, 4]


@pytest.mark.parametrize("column", ["2", 2, "x", "-1", "1.5", "", -1, 10**30, "9" * 5000])
def test_no_such_column(column: Any) -> None:
    with pytest.raises(OrderSyntaxError, match="there is no column") as caught:
        load_orders(b"url\na.example\n", format="csv", column=column)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("text", ["", "\n\n", " \n", ";;\n;;\n"])
def test_no_rows(text: str) -> None:
    with pytest.raises(OrderSyntaxError):
        load_orders(text.encode(), format="csv")


def test_field_over_the_limit() -> None:
    octets = b'url;note\na.example;"' + b"x" * 200_000 + b'"\n'
    with pytest.raises(OrderSyntaxError, match="field larger") as caught:
        load_orders(octets, format="csv")
    assert caught.value.line == 2


@pytest.mark.parametrize(
    "text",
    [
        # Tab-separated words of another syntax: an exception of it would be read as a block.
        "a.example\tCNAME\t.\nb.example\tCNAME\trpz-passthru.\n",
        "$ORIGIN z.\na.example.z.\t60\tIN\tCNAME\t.\nb.example.z.\t60\tIN\tCNAME\trpz-passthru.\n",
    ],
)
def test_zone_with_tabs_is_no_table(text: str) -> None:
    (order,) = load_orders(text.encode())
    assert order.source.format == "rpz"
    assert [exception.value for exception in order.exceptions] == ["b.example"]


def dated(text: str) -> date:
    day, month, year = map(int, text.split("."))
    return date(year, month, day)


class TestCzechRegister:
    """One name a row, with the days on which it was published and withdrawn."""

    def by_hand(self, edition: int) -> tuple[list[str], list[str]]:
        text = shared(f"orders/cz-mfcr-v{edition}.csv").decode("windows-1250")
        rows = [line.split(";") for line in text.split("\r\n")[1:] if line]
        assert all(dated(row[1]) for row in rows)
        listed = [row[0].strip().lower() for row in rows if not row[2].strip()]
        return listed, [row[0].strip() for row in rows if row[2].strip()]

    @pytest.mark.parametrize(
        ("edition", "expected"),
        [
            (38, (409, 409, 2)),
            (60, (675, 675, 5)),
            (69, (718, 718, 22)),
            (70, (721, 721, 22)),
        ],
    )
    def test_account(self, edition: int, expected: tuple[int, int, int]) -> None:
        octets = shared(f"orders/cz-mfcr-v{edition}.csv")
        with pytest.raises(OrderSyntaxError, match="windows-1250"):
            load_orders(octets, format="csv")
        order = only(octets, format="csv", encoding="windows-1250")
        listed, withdrawn = self.by_hand(edition)
        assert [target.value for target in order.targets] == listed
        assert [rejected.text for rejected in order.rejected] == withdrawn
        assert {rejected.code for rejected in order.rejected} <= {"withdrawn"}
        assert account(order) == expected


class TestRealTables:
    @pytest.mark.parametrize(
        ("path", "options", "expected"),
        [
            ("formats/citizenlab_it_agcom.csv", {}, (80, 80, 0)),
            # These have a mapping of their own, and are tables as well.
            ("formats/cz_ctu_style_constructed.csv", {}, (1, 1, 1)),
            ("formats/cz_mfcr_style_excerpt.csv", {"encoding": "windows-1250"}, (1, 1, 2)),
            ("formats/constructed_cncpo_shape.csv", {"column": 2}, (2, 2, 1)),
            # 1,221 rows; one has a comma in its host, four name a fragment of a start page.
            ("orders/in-master-list.csv.xz", {}, (1_216, 1_145, 5)),
            ("orders/it-adm-aams-2015.csv.xz", {}, (2_837, 2_837, 1)),
            ("orders/it-courts-bofh-2015.csv.xz", {}, (666, 666, 0)),
        ],
    )
    def test_account(
        self, path: str, options: dict[str, Any], expected: tuple[int, int, int]
    ) -> None:
        order = only(shared(path), format="csv", **options)
        assert order.source.format == "csv"
        assert account(order) == expected

    def test_gambling_list_blocks_no_top_level_domain(self) -> None:
        octets = shared("orders/it-adm-aams-2015.csv.xz")
        order = only(octets, format="csv")
        written = [row[0] for row in csv.reader(octets.decode().splitlines())][1:]
        assert [target.raw for target in order.targets] == [text for text in written if text]
        assert [(r.line, r.code) for r in order.rejected] == [(2_839, "empty")]
        assert {".com", ".info"} <= set(written)
        image = compile_orders([order])
        assert image.report is not None
        refused = {r.text: r.code for r in image.report.rejected}
        assert refused[".com"] == refused[".info"] == "public-suffix"
        blocked = Blocklist(image)
        for name in ("com", "info", "example.com", "example.info"):
            assert not blocked.is_blocked(name)
        assert blocked.is_blocked("www.cbmsport.com")

    def test_url_with_path_is_no_host(self) -> None:
        order = only(shared("orders/in-master-list.csv.xz"), format="csv")
        for target in order.targets:
            path = target.raw.partition("://")[2].partition("/")[2].strip()
            assert bool(path) == (target.kind is TargetKind.URL), target

    def test_russian_dump_by_chosen_column(self) -> None:
        octets = shared("formats/ru_zi_dump_2014_sample.csv")
        with pytest.raises(OrderSyntaxError, match="not utf-8"):
            load_orders(octets, format="csv")
        lines = octets.decode("cp1251").splitlines()
        order = only(octets, encoding="cp1251", format="csv", column=2)
        assert len(order.targets) + len(order.rejected) == sum(map(bool, lines[1:]))
        assert "ted.com" not in {target.value for target in order.targets}
        assert "7ted.com" in {target.value for target in order.targets}


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_quoted_cells_hold_line_breaks(mark: str, end: str) -> None:
    note = f'"one{end}two, three{end}{end}four; ""five"""'
    rows = [f"a{i}.example{mark}{note}" for i in range(3)]
    order = only(end.join([f"domain{mark}why", *rows, ""]).encode())
    assert order.source.format == "csv"
    assert [(t.line, t.text) for t in order.targets] == [
        (2, "a0.example"), (6, "a1.example"), (10, "a2.example"),
    ]  # fmt: skip
    assert not order.rejected


def test_a_long_table_is_cut_inside_a_quoted_cell() -> None:
    note = '"' + "why not\n" * 2_000 + '"'
    rows = "".join(f"a{i}.example;{note}\n" for i in range(20))
    order = only(f"domain;note\n{rows}".encode())
    assert order.source.format == "csv"
    assert len(order.targets) == 20
