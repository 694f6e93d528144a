from __future__ import annotations

from pathlib import Path

import pytest
from loading import check_vector, only, vectors

from blocklist import Blocklist, compile_orders
from blocklist.documents import Document
from blocklist.loaders.lists.knot import KnotLoader

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("knot"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("policy.add(policy.suffix(policy.DENY, {todname('a')}))", True),
        ("policy:add( policy.domains(policy.DENY, x))", True),
        ("policy.add(policy.rpz(policy.DENY, 'x'))", False),
        ("policy.suffix(policy.DENY, x)", False),
        ("", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    assert KnotLoader().recognises(Document("x", "x", text.encode())) is expected


def test_pass_is_an_exception() -> None:
    order = only(
        b"policy.add(policy.suffix(policy.PASS, {todname('help.site.example')}))\n"
        b"policy.add(policy.suffix(policy.DENY, {todname('site.example')}))\n"
    )
    assert [(e.line, e.text) for e in order.exceptions] == [(1, "help.site.example")]
    blocked = Blocklist(compile_orders([order]))
    assert blocked.is_blocked("site.example")
    assert not blocked.is_blocked("help.site.example")


def test_open_ends_take_no_time() -> None:
    start = b"policy.add(policy.suffix(policy.DENY, {todname('a.example')}))\n"
    for tail in (b"policy.add(" * 30_000, b"policy.add('" * 30_000, b"(" * 200_000, b"'" * 200_000):
        assert only(start + tail).targets[0].value == "a.example"
