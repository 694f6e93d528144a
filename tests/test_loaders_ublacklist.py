from __future__ import annotations

from pathlib import Path

import pytest
from loading import check_vector, only, vectors
from shared_data import shared

from blocklist import Blocklist, compile_orders
from blocklist.documents import Document
from blocklist.loaders.lists.ublacklist import UblacklistLoader

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("ublacklist"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*://*.a.example/*", True),
        ("# x\n*://a.example/*\n@*://*.b.example/*", True),
        ("http://a.example/x", False),
        ("*.a.example", False),
        ("||a.example^", False),
        ("", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    assert UblacklistLoader().recognises(Document("x", "x", text.encode())) is expected


def test_exception_wins() -> None:
    order = only(b"*://*.site.example/*\n*://*.b.other.example/*\n@*://*.other.example/*\n")
    assert [target.value for target in order.targets] == ["site.example"]
    assert [(r.line, r.code) for r in order.rejected] == [(2, "withdrawn")]
    blocked = Blocklist(compile_orders([order]))
    assert blocked.is_blocked("www.site.example")
    assert not blocked.is_blocked("b.other.example")


def test_real_list() -> None:
    """Its maker shortened some names of the list of the tax board; the others are the same."""
    octets = shared("orders/ee-emta-blocklist_UBL.txt")
    order = only(octets)
    assert order.source.format == "ublacklist"
    assert not order.rejected
    lines = octets.decode().splitlines()
    assert [(t.line, t.value) for t in order.targets] == [
        (number, line.removeprefix("*://*.").removesuffix("/*").lower())
        for number, line in enumerate(lines, 1)
    ]
    plain = only(shared("orders/ee-emta-blocklist.txt"))
    same = {(t.kind, t.value) for t in order.targets} & {(t.kind, t.value) for t in plain.targets}
    assert len(order.targets) == 1_879
    assert len(same) == 1_843
