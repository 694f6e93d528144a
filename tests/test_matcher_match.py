"""The evidence of a lookup."""

from __future__ import annotations

import pickle

import pytest
from helpers import blocklist_of, order

from blocklist import Blocklist, Match, Rule, TargetKind, compile_orders


def found(blocked: Blocklist, name: str | bytes) -> Match:
    match = blocked.match(name)
    assert match is not None
    return match


def test_what_it_holds() -> None:
    blocked = Blocklist(
        compile_orders([order("x.it", "Pirate.IT.", id="b"), order("pirate.it", id="a")])
    )
    match = found(blocked, "WWW.Pirate.it.")
    assert match.name == "www.pirate.it"
    assert match.rule == Rule(TargetKind.SUBTREE, "pirate.it")
    assert [(g.order.id, g.line, g.raw) for g in match.grounds] == [
        ("a", 1, "pirate.it"), ("b", 2, "Pirate.IT."),
    ]  # fmt: skip
    assert [o.id for o in match.orders] == ["a", "b"]


def test_an_order_that_names_a_rule_twice_is_one_order() -> None:
    match = found(blocklist_of("pirate.it", "PIRATE.it"), "pirate.it")
    assert [o.id for o in match.orders] == ["it:test:1"]


def test_it_is_a_value() -> None:
    blocked = blocklist_of("pirate.it")
    match = found(blocked, "a.pirate.it")
    assert match == found(blocked, "A.pirate.it")
    assert pickle.loads(pickle.dumps(match)) == match
    with pytest.raises(AttributeError):
        match.name = "other"  # type: ignore[misc]


def test_answers_are_pure_functions_of_it() -> None:
    match = found(blocklist_of("pirate.it"), "pirate.it")
    assert match.ede() == match.ede()
    assert match.ede().text == match.extra_text()
    assert match.http451() == match.http451()


def test_in_short() -> None:
    orders = [order("pirate.it", id=f"it:{n}", confidential=n == 2) for n in range(1, 6)]
    blocked = Blocklist(compile_orders([*orders, order("other.it", id="b", exceptions=["ok.it"])]))
    assert str(found(blocked, "WWW.Pirate.it.")) == (
        "www.pirate.it: blocked by pirate.it (it:1, it:3, it:4, 1 more)"
    )
    assert str(found(blocked, b"\1\x07\5other\2it\0")) == "\\007.other.it: blocked by other.it (b)"
    assert str(blocked.match_all("ok.it")[0]) == "ok.it: excepted by ok.it (b)"
    hidden = Blocklist(compile_orders([order("secret.it", confidential=True)]))
    assert str(found(hidden, "www.secret.it")) == "(confidential): blocked"
