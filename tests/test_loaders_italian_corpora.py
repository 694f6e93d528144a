"""Orders in prose, rendered in each format: what is found, what is missed, what is too much."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import prose_bystanders
import prose_genres
import prose_layouts
import pytest
from prose_cases import Case
from prose_misleading_sentences import MISLEADING
from prose_rendering import RENDERINGS

from blocklist import Order, load_orders
from blocklist.errors import OrderError

pytestmark = pytest.mark.no_core

ORDERS = [*prose_genres.ORDERS, *prose_layouts.ORDERS, *prose_bystanders.ORDERS]
OTHERS = [*prose_genres.OTHERS, *prose_layouts.OTHERS, *prose_bystanders.OTHERS]
ALL = {case.name: case for case in (*ORDERS, *OTHERS)}
FORMATS = ("text", "html", "docx", "pdf")
UNREAD = {
    "genova-rigetto-parziale",
    "due-tabelle",
    "reclamo-revoca-in-parte",
    "cessazione-e-rinuncia",
}
"""Orders that the reader may refuse as a whole, with an error; all others it reads whole.

The last holds *salvo che*: a block under a condition is for a person to read.
"""
MISSED_FACTS = {("firenze-tabella-piu-colonne", "issued")}
"""Facts that the reader may not see; all others it reads."""


def formats_of(case: Case) -> tuple[str, ...]:
    """A page of the web is read as HTML, and what is signed or printed as text, DOCX and PDF."""
    return tuple(name for name in FORMATS if name != "html" or case.html)


PAIRS = [(case.name, name) for case in ORDERS for name in formats_of(case)]
EMPTY = [(case.name, name) for case in OTHERS for name in formats_of(case)]


@cache
def read(name: str, format: str) -> Sequence[Order]:  # noqa: A002
    octets = RENDERINGS[format](ALL[name])
    return load_orders(octets, name=f"{name}.{format}")


def found(orders: Sequence[Order]) -> list[str]:
    return [target.text for order in orders for target in order.targets]


@pytest.mark.parametrize(("name", "format"), [pair for pair in PAIRS if pair[0] not in UNREAD])
class TestOrders:
    def test_targets(self, name: str, format: str) -> None:  # noqa: A002
        """Every target and nothing else."""
        got = found(read(name, format))
        assert sorted(set(got)) == sorted(ALL[name].targets)

    def test_exceptions(self, name: str, format: str) -> None:  # noqa: A002
        orders = read(name, format)
        assert {e.text for order in orders for e in order.exceptions} == set(ALL[name].exceptions)

    def test_facts(self, name: str, format: str) -> None:  # noqa: A002
        (order,) = read(name, format)
        wanted = {
            fact: value
            for fact, value in ALL[name].facts.items()
            if (name, fact) not in MISSED_FACTS
        }
        warns = wanted.pop("warns", None)
        assert {fact: facts(order)[fact] for fact in wanted} == wanted
        if warns is not None:
            assert any(re.search(str(warns), warning) for warning in order.warnings), order.warnings

    def test_nothing_is_refused(self, name: str, format: str) -> None:  # noqa: A002
        orders = read(name, format)
        assert [str(refused) for order in orders for refused in order.rejected] == []


def facts(order: Order) -> dict[str, Any]:
    return {
        "authority": order.authority.key,
        "instrument": order.instrument,
        "number": order.normalised_number,
        "case": order.normalised_case_number,
        "issued": str(order.issued or ""),
        "deadline": str(order.deadline or ""),
        "penalty": str(order.penalty or ""),
        "dynamic": bool(order.dynamic),
    }


@pytest.mark.parametrize(("name", "format"), [pair for pair in PAIRS if pair[0] in UNREAD])
def test_what_is_not_read_is_said(name: str, format: str) -> None:  # noqa: A002
    """An order is read whole, or refused with an error; never in part."""
    try:
        got = found(read(name, format))
    except OrderError:
        return
    assert sorted(set(got)) == sorted(ALL[name].targets)


@pytest.mark.parametrize(("name", "format"), EMPTY)
def test_what_orders_nothing(name: str, format: str) -> None:  # noqa: A002
    """It is an error, or an order without targets: never a block."""
    try:
        orders = read(name, format)
    except OrderError:
        return
    assert found(orders) == []


def read_in_an_order(sentence: str) -> list[str]:
    order = f"TRIBUNALE DI MILANO\nN. R.G. 1/2025\n\nP.Q.M.\n\n{sentence}\n\nMilano, 3 marzo 2025\n"
    try:
        return found(load_orders(order.encode(), name="order.txt"))
    except OrderError:
        return []


@pytest.mark.parametrize("sentence", MISLEADING)
def test_a_misleading_sentence_gives_no_wrong_name(sentence: str) -> None:
    """Whatever is missed, no name is read that is not ordered."""
    assert [name for name in read_in_an_order(sentence) if not name.startswith("furto")] == []


def test_misleading_sentences_are_read() -> None:
    """Most of what they order is read all the same."""
    ordered = {(said, name) for said in MISLEADING for name in re.findall(r"furto-\w+\.to", said)}
    got = {(said, name) for said in MISLEADING for name in read_in_an_order(said)}
    assert len(got) >= 0.75 * len(ordered), (len(got), len(ordered))


@pytest.mark.parametrize("format", ["text", "html", "pdf"])  # DOCX holds the time of writing
def test_renderings_are_the_same_each_time(format: str) -> None:  # noqa: A002
    assert RENDERINGS[format](ORDERS[0]) == RENDERINGS[format](ORDERS[0])
