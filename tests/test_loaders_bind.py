from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import check_vector, only, vectors
from processortime import within

from blocklist import OrderSyntaxError, load_orders
from blocklist.documents import Document
from blocklist.loaders.lists import bind
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


def in_view(name: str, clients: str, *zones: str) -> str:
    return f'view "{name}" {{\n{clients}\n{"".join(map(ZONE.format, zones))}}};\n'


SOME, ALL = "match-clients { 192.0.2.0/24; };", "match-clients { any; };"


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        (in_view("a", SOME, "a.example", "b.example"), []),
        (in_view("a", "match-destinations { 192.0.2.1; };", "a.example", "b.example"), []),
        (in_view("a", "match-recursive-only yes;", "a.example", "b.example"), []),
        (in_view("a", ALL, "a.example", "b.example"), ["a.example", "b.example"]),
        (in_view("a", "", "a.example", "b.example"), ["a.example", "b.example"]),
        (in_view("a", SOME, "a.example") + in_view("b", ALL, "b.example"), []),
        (in_view("a", SOME, "a.example") + in_view("b", ALL, "b.example", "a.example"),
         ["a.example"] * 2),
        (in_view("a", ALL, "a.example") + in_view("b", SOME, "b.example"), ["a.example"]),
        (in_view("a", SOME).replace("view", "VIEW") + (ZONE * 2).format("a.example", "b.example"),
         ["a.example", "b.example"]),
    ],
)  # fmt: skip
def test_views_of_some_clients(text: str, targets: list[str]) -> None:
    order = only((text + 'logging { x "y"; };').encode(), format="bind")
    assert [t.text for t in order.targets] == targets
    zones = text.count("zone ")
    assert [r.code for r in order.rejected].count("modifier") == zones - len(targets)


def test_a_zone_with_a_file_of_its_own_is_no_block() -> None:
    own = ZONE.format("lan.example").replace("db.list", "db.lan")
    order = only(((ZONE * 2).format("a.example", "b.example") + own).encode())
    assert [t.text for t in order.targets] == ["a.example", "b.example"]
    assert [(r.line, r.code) for r in order.rejected] == [(3, "configuration")]


@pytest.mark.parametrize(
    ("file", "blocks"),
    [("db.list", True), ("db.a", False), ("zones/a.example.zone", False), ("empty.zone", True)],
)
def test_the_only_zone(file: str, blocks: bool) -> None:
    text = ZONE.format("a.example").replace("db.list", file)
    order = only(text.encode(), format="bind")
    assert [t.text for t in order.targets] == ["a.example"] * blocks


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("view x {", True), ('} view "x" {', True), ('};view"x"{', True), ("/* */view\tx {", True),
        ("\nview\n", True), ('zone "preview.example" {', False), ('zone "view.example" {', False),
        ('zone "my-view" {', False), ('zone "a.view" {', False), ("file_view", False),
    ],
)  # fmt: skip
def test_names_that_hold_the_word_are_no_views(text: str, expected: bool) -> None:
    """A file of a million zones would be read token by token for one of them."""
    assert (bind._VIEW.search(text) is not None) is expected
