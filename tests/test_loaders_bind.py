from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import check_vector, only, vectors
from processortime import within

from blocklist import OrderSyntaxError, load_orders
from blocklist.documents import Document
from blocklist.loaders.lists.bind import BindLoader

pytestmark = pytest.mark.no_core

ZONE = 'zone "{}" {{ type master; file "/etc/bind/db.list"; }};\n'


@pytest.mark.parametrize("vector", vectors("bind"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ZONE.format("a.example") + ZONE.format("b.example"), True),
        ("// list\n" + (ZONE * 3).format("a.example", "b.example", "c.example"), True),
        (
            ZONE.format("a.example")
            + 'zone "b.example" {\n  type primary;\n  file "/etc/bind/db.list";\n};',
            True,
        ),
        (ZONE.format("a.example"), False),  # one zone may be the server's own
        (
            ZONE.format("a.example").replace("db.list", "db.a")
            + ZONE.format("b.example").replace("db.list", "db.b"),
            False,
        ),
        ('options { x y; };\nlogging { x y; };\nzone "a.example" { type hint; file "x"; };', False),
        ("a.example\nb.example\n", False),
        ("", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    assert BindLoader().recognises(Document("x", "x", text.encode())) is expected


@given(
    st.lists(st.sampled_from(["a.example", "b.c.example", "D.example", "x.example."]), min_size=2),
    st.sampled_from(["\n", "\r\n", " // x\n", "\n\n# x\n", " "]),
)
def test_every_zone_is_a_target(names: list[str], between: str) -> None:
    text = "".join(ZONE.format(name).strip() + between for name in names)
    order = only(text.encode(), format="bind")
    assert sorted(t.value for t in order.targets) == sorted(n.lower().rstrip(".") for n in names)
    assert not order.rejected


def test_scope_of_the_caller() -> None:
    text = (ZONE * 2).format("a.example", "B.example").encode()
    assert [t.text for t in only(text, scope="exact").targets] == ["=a.example", "=b.example"]


def test_open_brace() -> None:
    text = ZONE.format("a.example") + 'zone "b.example" {\n' + 'type "x";\n' * 200_000
    with pytest.raises(OrderSyntaxError, match="brace") as caught:
        load_orders(text.encode(), format="bind")
    assert caught.value.line == 2


@pytest.mark.parametrize(
    "text",
    [
        "/*" * 500_000,
        "{}" * 100_000 + ";",
        '"' * 500_001 + ";",
        "}" * 300_000,
        "a" * 5_000_000 + ";",
    ],
    ids=["comments", "braces", "quotes", "closing", "word"],
)
def test_hostile_text_takes_little_time(text: str) -> None:
    with within(20):
        load_orders((ZONE.format("a.example") + text).encode(), format="bind")
