from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist import Order
from blocklist.model.references import normalise_number, slug

pytestmark = pytest.mark.no_core

NUMBERS = {
    "n. 125/25/DDA": "125/2025/DDA",
    "N.125/2025": "125/2025",
    "Delibera n. 680/13/CONS": "680/2013/CONS",
    "185/20/CONS": "185/2020/CONS",
    "n. 42 / 24 / dda": "42/2024/DDA",
    "RG n. 51624/17": "51624/2017",
    "n.r.g. 51624/17-1": "51624/2017-1",
    "9112-1/2025": "9112/2025-1",
    "n. 5519/2022 R.G.": "5519/2022",
    "N. R.G. 2022/12345": "12345/2022",
    "R.G.N.R. 007/99": "7/1999",
    "1/70": "1/1970",
    "1/69": "1/2069",
    "2020/21": "2020/2021",
    "125/25 CONS": "125/2025/CONS",
    "б/н": "б/н",
    "отсутствует": "отсутствует",
    "  order \n 7 ": "order 7",
    "": "",
}


@pytest.mark.parametrize(("text", "wanted"), NUMBERS.items(), ids=ascii)
def test_normalise_number(text: str, wanted: str) -> None:
    assert normalise_number(text) == wanted
    assert normalise_number(wanted) == wanted
    order = Order(id="x", number=text, case_number=text)
    assert order.normalised_number == order.normalised_case_number == wanted


@given(st.text(st.sampled_from("0123456789/- nRGabCONS٣²"), max_size=20))
def test_normalise_number_is_total(text: str) -> None:
    assert isinstance(normalise_number(text), str)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Tribunale di Milano", "tribunale-di-milano"), ("Città", "citta"), ("РКН", ""),
        ("  a--B ", "a-b"), ("Ⅸ", "ix"),
    ],
)  # fmt: skip
def test_slug(text: str, wanted: str) -> None:
    assert slug(text) == wanted


def test_a_number_of_many_digits() -> None:
    assert normalise_number("1" * 5000 + "/2020")
