"""Whom a text addresses, and its penalty: filled into a draft where there is one certain form."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from blocklist.documents import Document
from blocklist.loaders.draftparties import addressed
from blocklist.loaders.drafts import draft_text

pytestmark = pytest.mark.no_core


def filled(*lines: str) -> dict[str, Any]:
    """The fields of a draft that are no comments."""
    text = "\n".join((*lines, "a.example")).encode()
    orders = tomllib.loads(draft_text([Document("o.txt", "o.txt", text)]))["order"]
    assert len(orders) == 1
    order: dict[str, Any] = orders[0]
    return order


@pytest.mark.parametrize(
    ("line", "firm"),
    [
        ("(1) EASTERN CABLE PLC                Defendants", "EASTERN CABLE PLC"),
        ("Buchhaus Muster GmbH gegen Netz Sued AG", "Netz Sued AG"),
        ("Foreningen mod Bynet A/S", "Bynet A/S"),
        ("The court orders Alfa Net Ltd. to block the sites.", "Alfa Net Ltd."),
        ("De rechter beveelt Duin Internet B.V. om te blokkeren", "Duin Internet B.V."),
    ],
)
def test_one_firm_is_filled_in(line: str, firm: str) -> None:
    assert filled(line)["addressees"] == [firm]


@pytest.mark.parametrize(
    "lines",
    [
        ["The court orders Alfa Net Ltd. to block.", "It orders Beta Net Ltd. to pay."],
        ["(1) HARBOUR FILMS LIMITED            Claimants"],
        ["The parties met at Alfa Net Ltd. to talk."],
        ["The court orders the defendants to block."],
    ],
    ids=["two", "claimant", "no-order", "no-firm"],
)
def test_what_is_not_certain_is_not_filled_in(lines: list[str]) -> None:
    assert "addressees" not in filled(*lines)


def test_both_readings_are_proposed() -> None:
    found = addressed(["orders Alfa Net Ltd. to block", "", "versus Beta Net Ltd."])
    assert [(line, firms) for line, firms, _ in found] == [
        (1, ["Alfa Net Ltd."]), (3, ["Beta Net Ltd."]),
    ]  # fmt: skip


def test_a_penalty_with_one_form_is_filled_in() -> None:
    penalty = filled("A penalty of EUR 1,500.00 for each day of delay is set.")["penalty"]
    assert penalty == {"amount": 1500, "currency": "EUR", "per": "day"}


@pytest.mark.parametrize(
    "line",
    [
        "The request for a penalty of EUR 500 per day is dismissed.",
        "A penalty of EUR 500 per day, up to EUR 20,000, is set.",
        "The plaintiff claimed a penalty of £ 500 per day.",
        "A penalty of kr. 500 per day is set.",
        "A penalty of EUR 500 per day, and another of EUR 700 per day, is set.",
    ],
)
def test_a_doubtful_penalty_is_a_proposal(line: str) -> None:
    assert "penalty" not in filled(line)
