"""What the client of a resolver is told: code and text of Extended DNS Errors."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections import Counter
from datetime import date
from typing import Any

import pytest
from helpers import order
from hypothesis import given
from hypothesis import strategies as st
from scale import size
from servers.founding import MUST_BLOCK, founding_blocklist
from strategies import any_text

from blocklist import (
    Authority,
    Blocklist,
    ConfigurationError,
    Match,
    Order,
    compile_orders,
)  # fmt: skip
from blocklist.answers.disclosure import describe, fit, public_orders, reference
from blocklist.answers.ede import extended_error, extra_text

pytestmark = pytest.mark.no_core

MILAN = Authority("milan", "Tribunale di Milano")
OPERATOR = Authority.named("operator")


def match(*orders: Order) -> Match:
    found = Blocklist(compile_orders(list(orders))).match("www.pirate.it")
    assert found is not None
    return found


def act(id_: str = "it:1", authority: Authority = MILAN, **fields: Any) -> Order:
    return order("pirate.it", id=id_, authority=authority, **fields)


# What the orders are, the code, the text.
TOLD = [
    ("one act", [act(number="1/26")], 16, "Tribunale di Milano, 1/26"),
    ("all facts", [act(instrument="ordinanza", number="1", case_number="R.G. 2/2022",
                       issued=date(2022, 7, 11))], 16,
     "Tribunale di Milano, ordinanza, 1, R.G. 2/2022, 2022-07-11"),
    ("no number: the id", [act("it:x:9")], 16, "Tribunale di Milano (it:x:9)"),
    ("own policy", [act("own", OPERATOR)], 15, "the operator's own policy (own)"),
    ("the authority comes first", [act("a", OPERATOR), act("b", number="7")], 16,
     "Tribunale di Milano, 7; the operator's own policy (a)"),
    ("confidential", [act("it:h", number="13", confidential=True)], 16, ""),
    ("one of two is confidential", [act("a", number="13", confidential=True), act("b", number="7")],
     16, "Tribunale di Milano, 7"),
    ("own policy, and confidentially an order", [act("a", number="13", confidential=True),
                                                 act("b", OPERATOR)], 15,
     "the operator's own policy (b)"),
    ("controls and halves of pairs", [act(number="1\x1b[2J\n\ud800\u202e2")], 16,
     "Tribunale di Milano, 1 [2J 2"),
]  # fmt: skip


@pytest.mark.parametrize(("orders", "code", "text"), [row[1:] for row in TOLD],
                         ids=[row[0] for row in TOLD])  # fmt: skip
def test_code_and_text(orders: list[Order], code: int, text: str) -> None:
    assert match(*orders).ede() == (code, text)


@pytest.mark.parametrize("name", MUST_BLOCK)
def test_the_founding_case(name: str) -> None:
    found = founding_blocklist().match(name)
    assert found is not None
    code, text = found.ede()
    assert code == 16
    assert "Tribunale di Milano" in text or "Autorità per le garanzie" in text


@pytest.mark.parametrize("octets", range(0, 120, 3))
def test_plain_text_fits(octets: int) -> None:
    found = match(act("a", Authority("é", "Autorità è così"), number="1"), act("b", number="2"))
    text = found.ede(max_octets=octets).text
    assert len(text.encode()) <= octets
    whole = "Autorità è così, 1; Tribunale di Milano, 2"
    assert text in (whole, "Autorità è così, 1") or whole.startswith(text.removesuffix("…"))


def test_as_many_orders_as_fit() -> None:
    found = match(*(act(f"it:{i:03}", number=f"{i}/26") for i in range(100)))
    text = found.ede().text
    assert text.startswith("Tribunale di Milano, 0/26; Tribunale di Milano, 1/26; ")
    assert text.endswith("/26")
    assert 200 < len(text) <= 256


SDE: dict[str, Any] = {
    "sde": True, "contact": ["mailto:noc@isp.example"], "organization": "ISP", "language": "it",
    "incidents": [("lumen", "def456")],
}  # fmt: skip


def test_structured() -> None:
    text = match(act(number="123/26/CONS")).extra_text(**SDE)
    assert json.loads(text) == {
        "c": ["mailto:noc@isp.example"], "j": "Tribunale di Milano, 123/26/CONS", "o": "ISP",
        "l": "it", "fdbs": [{"db": "lumen", "id": "def456"}],
    }  # fmt: skip
    assert " :" not in text


@given(st.integers(0, 300), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_what_a_structured_client_accepts(
    octets: int, contact: bool, organization: bool, incidents: bool, confidential: bool
) -> None:
    """Clients throw away what has none of c, j, s; l is needed with j and o; s is forbidden."""
    found = match(act(number="è" * 20, confidential=confidential))
    chosen: dict[str, Any] = {
        "contact": SDE["contact"] if contact else (),
        "organization": "ISP" if organization else "",
        "incidents": SDE["incidents"] if incidents else (),
    }
    text = found.extra_text(sde=True, max_octets=octets, **chosen)
    assert len(text.encode()) <= octets
    if not text:
        return
    data = json.loads(text)
    assert data.keys() <= {"c", "j", "o", "l", "fdbs"}
    assert {"c", "j"} & data.keys()
    assert ("l" in data) == bool({"j", "o"} & data.keys())
    assert "j" not in data or not confidential


def test_what_is_dropped_first() -> None:
    found = match(act(number="123/26/CONS"))
    whole = found.extra_text(**SDE)
    seen = []
    for octets in range(len(whole.encode()), 0, -1):
        text = found.extra_text(max_octets=octets, **SDE)
        keys = "".join(sorted(json.loads(text))) if text else ""
        if keys not in seen:
            seen.append(keys)
    assert seen == ["cfdbsjlo", "cfdbslo", "cfdbs", "c", ""]


def test_without_a_contact_the_justification_stays() -> None:
    """A client discards what has neither."""
    found = match(act(number="123/26/CONS"))
    whole = found.extra_text(**(SDE | {"contact": ()}))
    for octets in range(len(whole.encode()), 0, -1):
        text = found.extra_text(max_octets=octets, **(SDE | {"contact": ()}))
        assert not text or "j" in json.loads(text)


@pytest.mark.parametrize(
    ("orders", "organization", "language"),
    [
        ([act(jurisdiction="IT")], "", "it"),
        ([act(jurisdiction="IT")], "Rete", "it"),
        ([act("a", jurisdiction="IT"), act("b", jurisdiction="FR")], "", "mul"),
        ([act(jurisdiction="FR")], "Rete", "mul"),
        ([act(jurisdiction="CH")], "", "it"),
        ([act("own", OPERATOR)], "", "en"),
        ([act(jurisdiction="FR", confidential=True)], "Rete", "it"),
    ],
)
def test_the_language_is_that_of_the_text(
    orders: list[Order], organization: str, language: str
) -> None:
    text = match(*orders).extra_text(**(SDE | {"organization": organization}))
    assert json.loads(text)["l"] == language


@pytest.mark.parametrize("language", ["", "italiano!", "i", "it_IT", "it\n"])
def test_a_language_is_a_tag(language: str) -> None:
    with pytest.raises(ConfigurationError, match="a language must be a tag such as en or pt-BR"):
        match(act()).extra_text(sde=True, language=language)


def discarded(text: str, code: int) -> str:
    """Why a client may not use a text, by §5.3 of the draft and by RFC 7493; or nothing."""
    twice: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.extend(key for key, n in Counter(key for key, _ in found).items() if n > 1)
        return dict(found)

    data = json.loads(text, object_pairs_hook=pairs)
    if twice or not isinstance(data, dict):
        return "no I-JSON object"
    if any(0xFDD0 <= ord(c) <= 0xFDEF or ord(c) & 0xFFFE == 0xFFFE for c in text):
        return "noncharacters"
    if any(unicodedata.bidirectional(c) in BIDI or c in "\u061c\u200e\u200f" for c in text):
        return "controls of direction"
    if not {"c", "j", "s"} & {key for key, value in data.items() if value}:
        return "none of c, j, s"
    if code == 16 and "s" in data:
        return "s beside Censored"
    if {"j", "o"} & data.keys() and not re.fullmatch("[a-z]{2,3}(-[A-Z]{2})?", data.get("l", "")):
        return "no language"
    if any(not uri.startswith(("mailto:", "tel:")) for uri in data.get("c", ())):
        return "a contact that is not registered"
    return "" if all(data.values()) else "an empty value"


BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_no_client_must_discard_what_is_sent() -> None:
    """Any orders, with texts of any code points."""
    chosen = random.Random(2026)
    odd = '\ufffe\ufdd0\U0001ffff\u202e\u2067\u200f\u061c\u2028\ud800\0\x1b\x7f"\\é字\U0001f512 '
    authorities = [
        MILAN,
        OPERATOR,
        Authority("x", "Autorità\u202e per \ufffe"),
        Authority("y", odd),
    ]

    def text() -> str:
        return "".join(chosen.choices(odd + "abc123", k=chosen.randrange(30)))

    for number in range(size(100_000, 3_000)):
        orders = [
            Order(
                id=f"o{i}{text()}", authority=chosen.choice(authorities), number=text(),
                case_number=text(), confidential=chosen.random() < 0.2,
                jurisdiction=chosen.choice(["", "IT", "FR", "CH", "US"]),
            )
            for i in range(chosen.randrange(1, 4))
        ]  # fmt: skip
        code, _ = extended_error(orders)
        said = extra_text(
            orders, sde=True, max_octets=chosen.choice([40, 100, 256, 1232]),
            contact=chosen.choice([(), ("mailto:noc@isp.example",), ("tel:+390212345",)]),
            organization=chosen.choice(["", "Rete", text()]),
            language=chosen.choice(["en", "it", "pt-BR"]),
            incidents=[(text(), text())] * chosen.randrange(3),
        )  # fmt: skip
        assert not said or not discarded(said, code), (number, said)


@pytest.mark.parametrize("contact", ["https://isp.example", "noc@isp.example", ""])
def test_a_contact_is_mail_or_telephone(contact: str) -> None:
    with pytest.raises(ValueError, match="a contact must be a mailto: or tel: URI"):
        match(act()).extra_text(sde=True, contact=[contact])


@given(any_text, any_text, any_text)
def test_any_order_gives_text_that_can_be_sent(number: str, name: str, id_: str) -> None:
    found = match(act(f"x{id_}", Authority("k", name), number=number))
    for text in (found.ede().text, found.extra_text(**SDE)):
        assert text.encode("utf-8").decode() == text
        assert not {unicodedata.category(c) for c in text} & {"Cc", "Cs", "Zl", "Zp"}
        assert not set("\u202a\u202e\u2066\u2069") & set(text)


def test_fit() -> None:
    assert fit(" a\x00\x1b\nb\u2066c ") == "a b c"
    assert fit("Autorità — §5") == "Autorità — §5"


def test_who_ordered_it() -> None:
    own, court = act("a", OPERATOR), act("b")
    assert [o.id for o in public_orders((own, court))] == ["b", "a"]
    assert extended_error((own,)).code == 15
    assert describe(act(issued=date(2022, 7, 11))) == "Tribunale di Milano, of 2022-07-11"
    assert reference(act(number="1")) == "Tribunale di Milano, 1"


def test_a_category_is_for_people_and_not_for_clients() -> None:
    sorted_ = act(number="1", category="gambling", category_code="KEYWORD_UNLAWFUL_GAMBLING")
    assert reference(sorted_) == "Tribunale di Milano, 1"
    kind = "gambling (KEYWORD_UNLAWFUL_GAMBLING)"
    assert describe(sorted_) == f"Tribunale di Milano, 1, category {kind}"
    assert describe(act(category_code="FILE")) == "Tribunale di Milano, category FILE"
