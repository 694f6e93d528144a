"""What a resolver does with a query for a blocked name."""

from __future__ import annotations

from typing import Any

import pytest
from helpers import order
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from blocklist import (
    Action,
    Authority,
    Blocklist,
    Match,
    Order,
    Response,
    ResponsePolicy,
    compile_orders,
)

pytestmark = pytest.mark.no_core

A, MX, AAAA, HTTPS, ANY = 1, 15, 28, 65, 255
MILAN = Authority("milan", "Tribunale di Milano")
AGCOM = Authority.named("agcom")


def match(*orders: Order) -> Match:
    found = Blocklist(compile_orders(list(orders))).match("pirate.it")
    assert found is not None
    return found


def act(id_: str = "it:1", authority: Authority = MILAN, **fields: Any) -> Order:
    return order("pirate.it", id=id_, authority=authority, **fields)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nxdomain", "nxdomain"), ("NoData", "nodata"), (" refused ", "refused"), ("drop", "drop"),
        ("tcp-only", "tcp-only"), ("passthru", "passthru"),
        ("sinkhole 192.0.2.1", "sinkhole 192.0.2.1"),
        ("redirect 192.0.2.1 2001:DB8::1", "sinkhole 192.0.2.1 2001:db8::1"),
    ],
)  # fmt: skip
def test_read(text: str, shown: str) -> None:
    response = Response.parse(text)
    assert str(response) == shown
    assert Response.parse(shown) == response


@pytest.mark.parametrize(
    "text",
    ["", "block", "sinkhole", "redirect", "sinkhole blockpage.example", "nxdomain 192.0.2.1",
     "sinkhole 192.0.2.1 x", "redirected 192.0.2.1", "nodata\x00"],
)  # fmt: skip
def test_refused(text: str) -> None:
    with pytest.raises(ValueError, match="response"):
        Response.parse(text)


@given(any_text)
def test_total(text: str) -> None:
    try:
        response = Response.parse(text)
    except ValueError:
        return
    assert (response.action is Action.SINKHOLE) == bool(response.addresses)


# By default mail still finds a blocked site's server, if the answer can be about addresses alone.
@pytest.mark.parametrize("qtype", [A, AAAA, 64, HTTPS, ANY])
@pytest.mark.parametrize("action", list(Action))
def test_what_leads_a_browser_there_is_always_answered(action: Action, qtype: int) -> None:
    policy = ResponsePolicy(Response(action))
    assert policy.response(match(act()), qtype) == Response(action)


@pytest.mark.parametrize("action", list(Action))
def test_mail(action: Action) -> None:
    spared = action in (Action.NODATA, Action.SINKHOLE)
    assert (ResponsePolicy(Response(action)).response(match(act()), MX) is None) == spared
    ordered = ResponsePolicy(Response(action), qtypes=frozenset({MX}))
    assert ordered.response(match(act()), MX) == Response(action)
    assert ordered.response(match(act()), A) is None


CASES = [
    ("the default", [act()], {}, True, "nodata"),
    ("the authority's", [act()], {"milan": "refused"}, True, "refused"),
    ("another authority's", [act()], {"agcom": "refused"}, True, "nodata"),
    ("the first authority's that has one", [act("a"), act("b", AGCOM)], {"agcom": "drop"}, True,
     "drop"),
    ("the order's", [act(response="redirect 192.0.2.7")], {"milan": "refused"}, True,
     "sinkhole 192.0.2.7"),
    ("the order's, not obeyed", [act(response="nxdomain")], {"milan": "refused"}, False, "refused"),
    ("the order's, in other words", [act(response="blocked.isp.example")], {}, True, "nodata"),
    ("an order does not undo itself", [act(response="passthru")], {}, True, "nodata"),
    ("the operator may", [act(response="nodata")], {"milan": "passthru"}, False, "passthru"),
    ("of the one order that says", [act("a"), act("b", response="nxdomain")], {}, True, "nxdomain"),
]  # fmt: skip


@pytest.mark.parametrize(("orders", "by_authority", "obey", "wanted"), [row[1:] for row in CASES],
                         ids=[row[0] for row in CASES])  # fmt: skip
def test_who_decides(
    orders: list[Order], by_authority: dict[str, str], obey: bool, wanted: str
) -> None:
    policy = ResponsePolicy(
        by_authority={key: Response.parse(text) for key, text in by_authority.items()},
        obey_orders=obey,
    )
    assert str(policy.response(match(*orders), A)) == wanted


@given(st.lists(any_text, min_size=1, max_size=3), st.integers(0, 65_535))
def test_any_order_and_type_has_an_answer(responses: list[str], qtype: int) -> None:
    orders = [act(str(i), response=text) for i, text in enumerate(responses)]
    response = ResponsePolicy(Response(Action.NXDOMAIN)).response(match(*orders), qtype)
    assert response is None or response.action in Action


def test_passing_one_authority_through_does_not_undo_another_s_order() -> None:
    own = act("a:own", Authority.named("operator"))
    let_through = {"operator": Response(Action.PASSTHRU)}
    refused = Response(Action.REFUSED)
    assert ResponsePolicy(refused, let_through).response(match(own), A) == Response(Action.PASSTHRU)
    assert ResponsePolicy(refused, let_through).response(match(own, act("b:milan")), A) == refused
    both = {**let_through, "milan": refused}
    assert ResponsePolicy(by_authority=both).response(match(own, act("b:milan")), A) == refused
