"""Maps of proxies: what is made of them is what the image says, with the right orders."""

from __future__ import annotations

import exported
import pytest
from exported import written
from helpers import order
from hypothesis import given, settings
from scale import size
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_image
from test_exporters_lists import QUESTIONS, compiled, rules

from blocklist import Authority, Blocklist, compile_orders

pytestmark = pytest.mark.no_core

MAPS = {"haproxy": exported.haproxy, "nginx": exported.nginx}


@pytest.mark.parametrize("name", MAPS)
@settings(max_examples=size(150))
@given(targets=rules, exceptions=rules)
def test_the_map_says_what_the_image_says(
    name: str, targets: list[str], exceptions: list[str]
) -> None:
    source = compiled(tuple(targets), tuple(exceptions))
    files, report = written(source, name)
    assert report.losses == ()
    for question in QUESTIONS:
        found = MAPS[name](files, question)
        assert bool(found) == Blocklist(source).is_blocked(question), question


@pytest.mark.parametrize("name", MAPS)
def test_each_name_tells_its_own_orders(name: str) -> None:
    court = Authority("court", "Court")
    orders = [
        order("d.it", id="x:1", authority=court, exceptions=["*.a.d.it", "=q.d.it"]),
        order("=d.it", "=b.a.d.it", "e.it", id="x:2", authority=court),
        order("c.a.d.it", "e.it", "*.f.it", id="own"),
    ]
    compiled_ = compile_orders(orders)
    files, _ = written(compiled_, name)
    blocked = Blocklist(compiled_)
    for question in (
        "d.it", "x.d.it", "a.d.it", "x.a.d.it", "b.a.d.it", "c.a.d.it", "x.c.a.d.it", "q.d.it",
        "x.q.d.it", "e.it", "f.it", "x.f.it", "it",
    ):  # fmt: skip
        match = blocked.match(question)
        ids = [o.id for o in match.orders] if match else []
        status, *told = MAPS[name](files, question).split() or [""]
        assert told == ids, question
        assert status == ("" if not ids else "403" if ids == ["own"] else "451"), question


@pytest.mark.parametrize("name", MAPS)
def test_founding_case(name: str) -> None:
    files, report = written(founding_image(), name)
    assert report.losses == ()
    for question in MUST_BLOCK:
        told = MAPS[name](files, question.lower())
        assert told.startswith("451 ")
        assert "it:tribunale-di-milano:ordinanza:2022-07-11" in told
    assert not any(MAPS[name](files, question) for question in MUST_RESOLVE)
