from __future__ import annotations

from datetime import date

import pytest
from helpers import blocklist_of, order

from blocklist import Authority, Blocklist, Order, compile_orders, load_orders
from blocklist.answers.disclosure import describe


def test_all_orders_are_named_with_file_and_lines() -> None:
    orders = load_orders(b"a.com\nb.com\na.com\n", name="l.txt", format="plain", authority="adm")
    orders.append(order("a.com", id="court", case_number="R.G. 1/2022", issued=date(2022, 7, 11)))
    sentence = Blocklist(compile_orders(orders)).explain("WWW.a.com.")
    assert sentence.startswith("WWW.a.com is blocked: a.com and every name below it are ordered")
    assert "Agenzia delle dogane e dei monopoli" in sentence
    assert "in l.txt line 1, 3" in sentence
    assert "R.G. 1/2022, of 2022-07-11" in sentence


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("a.com", "a.com and every name below it are ordered blocked"),
        ("x.a.com", "is not blocked: x.a.com and every name below it are excepted"),
        ("x.a.com", "also covered by a.com"),
        ("e.com", "that name alone is ordered blocked"),
        ("y.below.com", "every name below below.com is ordered blocked"),
        ("mypattern.org", "names that match *pattern* are ordered blocked"),
        ("h.com/p/q", "the URL h.com/p and what lies below it are ordered blocked"),
        ("192.0.2.7", "192.0.2.7 is ordered blocked"),
        ("free.org", "free.org is not blocked: no rule covers it."),
        ("a..com", "'a..com' is not blocked: it is not a domain name."),
        (b"\x01a\x03com\x00", "a.com is blocked"),
        (b"\xff", "is not blocked: it is not a domain name."),
    ],
)
def test_sentences(question: str | bytes, part: str) -> None:
    blocked = blocklist_of(
        "a.com", "=e.com", "*.below.com", "*pattern*", "http://h.com/p", "192.0.2.7",
        exceptions=["x.a.com"],
    )  # fmt: skip
    assert part in blocked.explain(question)


def test_describe_leaves_out_what_an_order_does_not_have() -> None:
    assert describe(Order(id="x")) == "the operator's own policy"
    full = Order(id="x", authority=Authority("c", "Court"), instrument="decreto", number="1/22")
    assert describe(full) == "Court, decreto, 1/22"
