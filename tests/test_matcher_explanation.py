from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from helpers import blocklist_of, order

from blocklist import Authority, Blocklist, Order, Term, compile_orders, load_orders
from blocklist.answers import orderdates
from blocklist.answers.disclosure import describe
from blocklist.matcher.explanation import explained


def test_all_orders_are_named_with_file_and_lines() -> None:
    orders = load_orders(b"a.com\nb.com\na.com\n", name="l.txt", format="plain", authority="adm")
    orders.append(order("a.com", id="court", case_number="R.G. 1/2022", issued=date(2022, 7, 11)))
    verdict, rule, second, first = (
        Blocklist(compile_orders(orders)).explain("WWW.a.com.").splitlines()
    )
    assert verdict == "WWW.a.com is blocked"
    assert rule == "  rule: a.com and every name below it"
    assert second == (
        "    ordered by the operator's own policy, R.G. 1/2022, of 2022-07-11; since 2022-07-11; "
        "id court"
    )
    assert first.startswith("    ordered by Agenzia delle dogane e dei monopoli; id ")
    assert first.endswith("; l.txt line 1, 3")


def test_dates_are_told_as_people_say_them() -> None:
    ordered = order(
        "a.example", jurisdiction="IT", issued=date(2026, 3, 1), notified=date(2026, 3, 2),
        deadline=Term(10, "day"), expires=date(9999, 12, 30),
    )  # fmt: skip
    blocked = Blocklist(compile_orders([ordered]))
    assert "; since 2026-03-01, until 9999-12-30, deadline 2026-03-12; " in blocked.explain(
        "a.example"
    )
    found = explained("a.example", blocked.lookup, blocked.match_all).data()
    (ground,) = found["rules"][0]["grounds"]
    assert (ground["since"], ground["until"], ground["deadline"], ground["deadline_said"]) == (
        "2026-02-28T23:00:00+00:00", "9999-12-30T23:00:00+00:00", "2026-03-13T00:00:00+01:00",
        "2026-03-12",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ({}, ""),
        ({"deadline": Term(3, "hour")}, "deadline 3 hours from notified"),
        (
            {"revoked": date(2026, 5, 1), "expires": date(2026, 6, 1), "issued": date(2026, 1, 1)},
            "since 2026-01-01, until 2026-04-30",
        ),
        (
            {"effective_from": datetime(2026, 1, 1, 9, 30, tzinfo=UTC)},
            "since 2026-01-01 09:30+00:00",
        ),
        ({"expires": date.max, "issued": date.min}, "since 0001-01-01, until 9999-12-31"),
    ],
)
def test_dates_that_an_order_has(dates: dict[str, Any], told: str) -> None:
    assert orderdates.dates(Order(id="x", **dates)) == told


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("a.com", "rule: a.com and every name below it"),
        ("x.a.com", "x.a.com is not blocked\n  exception: x.a.com and every name below it\n"),
        ("x.a.com", "    excepted by the operator's own policy"),
        ("x.a.com", "also rule: a.com and every name below it\n    ordered by"),
        ("e.com", "rule: e.com, that name alone"),
        ("y.below.com", "rule: every name below below.com"),
        ("mypattern.org", "rule: names that match *pattern*"),
        ("h.com/p/q", "rule: the URL h.com/p and what lies below it"),
        ("192.0.2.7", "rule: 192.0.2.7"),
        ("free.org", "free.org is not blocked: no rule covers it now"),
        (
            "https://free.org:8443/p",
            "https://free.org:8443/p is not blocked: no rule covers it now",
        ),
        ("2001:db8::1", "2001:db8::1 is not blocked: no rule covers it now"),
        ("http://x.a.com/", "http://x.a.com/ is not blocked\n  exception: x.a.com and"),
        ("a..com", "'a..com' is not blocked: it is not a domain name"),
        (b"\x01a\x03com\x00", "a.com is blocked"),
        (b"\xff", "is not blocked: it is not a domain name"),
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
