from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from loading import check_vector, only, values, vectors
from shared_data import shared

from blocklist import OrderSyntaxError, compile_orders, load_orders

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("adm"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize(
    ("key", "law"), [("giochi", "D.L. 104/2020"), ("tabacchi", "D.L. 50/2017")]
)
def test_each_list_has_its_own_series(key: str, law: str) -> None:
    order = only(b"0000311_2024.06.06\na.example\n", format=f"adm-{key}")
    assert (order.id, order.series, order.serial) == (f"it:adm:{key}:0000311", f"it:adm:{key}", 311)
    assert (order.authority.key, order.jurisdiction) == ("adm", "IT")
    assert law in order.legal_basis
    assert key in order.note


def test_nobody_guesses_which_list_it_is() -> None:
    order = only(b"a.example\n0000311_2024.06.06\nb.example\n")
    assert (order.source.format, order.authority.key, order.series) == ("plain", "operator", "")
    assert "adm-tabacchi" in order.warnings[0]
    assert only(b"a.example\nb.example\n").warnings == ()


@pytest.mark.parametrize(
    ("header", "published", "doubtful"),
    [
        ("0000311_2024.06.06", date(2024, 6, 6), False),
        ("0000350_2025.29.08", date(2025, 8, 29), False),
        ("0000350-2025.08.29", date(2025, 8, 29), False),
        ("0000312_2024.12.07", None, True),
        ("0000312_2024.07.12", None, True),
        ("0000312_2024.31.31", None, True),
    ],
)
def test_of_two_dates_none_is_guessed(header: str, published: date | None, doubtful: bool) -> None:
    order = only(f"a.example\n{header}\nb.example\n".encode(), format="adm-giochi")
    assert order.published == published
    assert bool(order.warnings) is doubtful
    assert values(f"a.example\n{header}\nb.example\n".encode()) == ["a.example", "b.example"]


def test_version_lines_that_differ() -> None:
    order = only(b"0000311_2024.06.06\na.example\n0000312_2024.07.07\n", format="adm-giochi")
    assert (order.serial, len(order.targets)) == (311, 1)
    assert "2 version lines" in order.warnings[0]


def test_without_version_line_it_replaces_nothing() -> None:
    order = only(b"a.example\n", format="adm-giochi")
    assert (order.series, order.serial, order.number) == ("", None, "")
    assert "no version line" in order.warnings[0]


def test_the_higher_serial_counts() -> None:
    old = only(b"0000311_2024.06.06\na.example\nb.example\n", format="adm-giochi")
    new = only(b"0000312_2024.07.07\nb.example\n", format="adm-giochi")
    other = only(b"0000001_2024.07.07\nc.example\n", format="adm-tabacchi")
    report = compile_orders([new, old, other]).report
    assert report is not None
    assert report.orders == (new.id, other.id)


PAGE = b"""<html><body>
<a href="/portale/x/elenco_siti_inibiti_giochi.txt/06a4">txt</a>
<a href='/portale/x/file_controllo_giochi.txt/d19d'>SHA</a><a href="/other">no</a></body></html>"""


@pytest.mark.parametrize("options", [{}, {"format": "adm-giochi"}, {"format": "adm-tabacchi"}])
def test_the_web_page_is_not_the_list(options: dict[str, Any]) -> None:
    with pytest.raises(OrderSyntaxError, match="a web page, not the list") as caught:
        load_orders(PAGE, **options)
    assert "/portale/x/elenco_siti_inibiti_giochi.txt/06a4, /portale/x/file_c" in str(caught.value)
    assert "/other" not in str(caught.value)


def test_another_web_page_is_none_either() -> None:
    with pytest.raises(OrderSyntaxError, match="links to no list"):
        load_orders(b"<html><body><p>a.example</p></body></html>", format="adm-giochi")


def test_real_list() -> None:
    order = only(shared("formats/adm_giochi_sample.txt"), format="adm-giochi")
    assert (len(order.targets), order.rejected) == (4, ())
    order = only(shared("formats/constructed_adm_versioned_crlf_bom.txt"), format="adm-giochi")
    assert [t.line for t in order.targets] == [2, 3, 4, 5]
    assert order.targets[3].value == "www.7sultans.com"
    with pytest.raises(OrderSyntaxError, match="elenco_siti_inibiti_giochi"):
        load_orders(shared("formats/adm_index_sample.html"))
