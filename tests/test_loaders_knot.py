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


DENY = "policy.suffix(policy.DENY, {todname('%s')})"


@pytest.mark.parametrize("view", ["view:addr('192.0.2.0/24', %s)", "view.tsig('\\5mykey', %s)"])
def test_a_policy_in_a_view_is_none_for_all(view: str) -> None:
    inner = [DENY % "b.example", "policy.suffix(policy.PASS, {todname('ok.a.example')})"]
    text = f"policy.add({DENY % 'a.example'})\n" + "".join(view % rule + "\n" for rule in inner)
    order = only(text.encode())
    assert [t.text for t in order.targets] == ["a.example"]
    assert not order.exceptions
    assert [(r.line, r.code) for r in order.rejected] == [(2, "modifier"), (3, "modifier")]
    alone = only((view % inner[0]).encode())
    assert (alone.source.format, len(alone.targets), len(alone.rejected)) == ("knot", 0, 1)


def test_long_comments_and_strings_hold_no_policies() -> None:
    hidden = f"policy.add({DENY % 'b.example'})\n"
    text = (
        f"--[[ why\n{hidden}]]\n--[==[\n]]{hidden}]==]\nx = [[\n{hidden}]]\n"
        f"policy.add({DENY % 'a.example'})\n--[[\n{hidden}"
    )
    order = only(text.encode(), format="knot")
    assert [(t.line, t.text) for t in order.targets] == [(10, "a.example")]


def test_forwarded_names_are_open_within_a_block() -> None:
    order = only(
        b"policy.add(policy.suffix(policy.STUB('192.0.2.53'), {todname('ok.a.example')}))\n"
        b"policy.add(policy.suffix(policy.FLAGS('X'), {todname('b.a.example')}))\n"
        + f"policy.add({DENY % 'a.example'})\n".encode()
    )
    assert [e.text for e in order.exceptions] == ["ok.a.example"]
    assert [r.code for r in order.rejected] == ["redirect", "redirect"]


def test_open_ends_take_no_time() -> None:
    start = b"policy.add(policy.suffix(policy.DENY, {todname('a.example')}))\n"
    for tail in (b"policy.add(" * 30_000, b"policy.add('" * 30_000, b"(" * 200_000, b"'" * 200_000):
        assert only(start + tail).targets[0].value == "a.example"
