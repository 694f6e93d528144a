from __future__ import annotations

from pathlib import Path

import pytest
from loading import account, check_vector, only, vectors
from shared_data import shared

from blocklist import Blocklist, compile_orders, load_orders
from blocklist.documents import Document
from blocklist.loaders.lists.unbound import UnboundLoader

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("unbound"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('local-zone: "a.example" static', True),
        ('# x\nserver:\n  verbosity: 1\n  local-data: "a.example A 0.0.0.0"', True),
        ("server:\n  verbosity: 1", False),
        ("a.example\nb.example\nlocal-zone: c static", False),
        ("", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    assert UnboundLoader().recognises(Document("x", "x", text.encode())) is expected


@pytest.mark.parametrize(
    "kind", ["transparent", "typetransparent", "always_transparent", "inform", "nodefault"]
)
def test_transparent_zone_is_an_exception(kind: str) -> None:
    order = only(
        f'local-zone: "site.example" refuse\nlocal-zone: "help.site.example" {kind}\n'.encode()
    )
    assert [(e.line, e.text) for e in order.exceptions] == [(2, "help.site.example")]
    blocked = Blocklist(compile_orders([order]))
    assert blocked.is_blocked("www.site.example")
    assert not blocked.is_blocked("www.help.site.example")


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("static", "nxdomain"), ("always_nxdomain", "nxdomain"), ("always_nodata", "nodata"),
        ("deny", "drop"), ("always_null", "redirect 0.0.0.0"), ("refuse", "refused"),
        ("redirect", ""),
    ],
)  # fmt: skip
def test_response(kind: str, response: str) -> None:
    zones = "".join(f'local-zone: "{name}.example" {kind}\n' for name in "abcd")
    assert only(zones.encode()).response == response


def read(text: str) -> tuple[dict[str, list[str]], list[str], list[tuple[int, str]]]:
    """What each answer is for, what is excepted, and what was refused."""
    orders = load_orders(text.encode(), format="unbound")
    said = {order.response: [t.text for t in order.targets] for order in orders if order.targets}
    first = orders[0]
    return said, [e.text for e in first.exceptions], [(r.line, r.code) for r in first.rejected]


def test_each_zone_has_its_own_response() -> None:
    text = (
        "local-zone: a.example static\nlocal-zone: b.example redirect\n"
        'local-data: "b.example CNAME stop.isp.test."\nlocal-zone: c.example redirect\n'
        'local-data: "c.example AAAA 2001:db8::1"\nlocal-data: "c.example A 192.0.2.1"\n'
        "local-zone: d.example static\nlocal-zone: e.example redirect\n"
    )
    said, exceptions, refused = read(text)
    assert said == {
        "nxdomain": ["a.example", "d.example"], "redirect stop.isp.test": ["b.example"],
        "redirect 192.0.2.1": ["c.example"], "": ["e.example"],
    }  # fmt: skip
    assert not exceptions
    assert not refused
    orders = load_orders(text.encode())
    assert len({order.id for order in orders}) == 4


def test_many_redirects_are_one_order() -> None:
    text = "".join(
        f'local-zone: n{i}.example redirect\nlocal-data: "n{i}.example A 192.0.2.{i}"\n'
        for i in range(40)
    )
    orders = load_orders(text.encode())
    assert len(orders) == 17
    assert sum(len(order.targets) for order in orders) == 40
    assert orders[0].response == "redirect"


@pytest.mark.parametrize(
    "text",
    [
        'local-zone: "a.example" static local-zone: "b.example" static',
        'server: local-zone: "a.example" static server: local-zone: "b.example" static',
        'local-zone:\n"a.example"\nstatic # x\nlocal-zone: "b.example"\n# y\nstatic',
        "local-zone:a.example static local-zone:'b.example'static",
        'verbosity: 1 local-zone: "a.example" "static"\nlocal-zone: b.example static',
        'view: name: x\nserver:\nlocal-zone: "a.example" static local-zone: "b.example" static',
    ],
)
def test_settings_end_where_they_end(text: str) -> None:
    assert read(text)[0] == {"nxdomain": ["a.example", "b.example"]}


DATA = 'local-data: "x.example A 0.0.0.0"'


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ('local-zone: "" static', [(1, "empty")]),
        ("local-zone: '' static", [(1, "empty")]),
        ('local-zone: "." static', [(1, "every-name")]),
        ('local-zone: "." transparent', [(1, "configuration")]),
        ("local-zone:", [(1, "empty")]),
        ("local-zone: x.example", [(1, "not-a-rule")]),
        ("local-zone: x.example static more", [(1, "not-a-rule")]),
        ('local-zone: "x.example static', [(1, "not-a-rule")]),
        ('local-data: ""', [(1, "not-a-rule")]),
        ('local-data: "x.example A 999.1.1.1"', [(1, "not-a-rule")]),
        ('local-data: "x.example CH A 0.0.0.0"', [(1, "redirect")]),
        ("local-zone: x.example block_a", [(1, "modifier")]),
        ("local-zone: x.example block_aaaa", [(1, "modifier")]),
        ("local-zone: x.example ipset", [(1, "modifier")]),
        ("local-zone: x.example truncate", [(1, "modifier")]),
        ("local-zone: x.example always_wrong", [(1, "not-a-rule")]),
        ("rpz: zonefile: x.rpz", [(1, "include")]),
        (
            'view:\n name: "v"\n local-zone: "x.example" static',
            [(2, "configuration"), (3, "modifier")],
        ),
        ('view: local-data: "x.example A 0.0.0.0"', [(1, "modifier")]),
        (
            f"local-zone: x.example static\nlocal-zone-tag: x.example kids\n{DATA}",
            [(1, "modifier"), (2, "configuration"), (3, "modifier")],
        ),
        (
            "local-zone: x.example static\nlocal-zone-override: x.example 192.0.2.0/24 transparent",
            [(1, "modifier"), (2, "configuration")],
        ),
        (
            'local-zone: x.example static\nlocal-data: "x.example A 192.0.2.1"',
            [(1, "redirect"), (2, "redirect")],
        ),
        (
            'local-data: "www.x.example CNAME y.test."\nlocal-zone: x.example refuse',
            [(1, "redirect"), (2, "redirect")],
        ),
    ],
)
def test_refused(text: str, refused: list[tuple[int, str]]) -> None:
    said, exceptions, found = read(f"{text}\nserver: local-zone: a.example static\n")
    assert found == refused
    assert said == {"nxdomain": ["a.example"]}
    assert not exceptions


@pytest.mark.parametrize(
    "inner",
    [
        "local-zone: ok.a.example block_a",
        "local-zone: ok.a.example ipset",
        "local-zone: ok.a.example always_wrong",
        'local-zone: ok.a.example static\nlocal-data: "ok.a.example A 192.0.2.1"',
        'local-zone: ok.a.example static\nlocal-zone-tag: ok.a.example "kids"',
    ],
)
def test_what_is_no_block_is_open_within_one(inner: str) -> None:
    said, exceptions, _ = read(f"local-zone: a.example static\n{inner}\n")
    assert said == {"nxdomain": ["a.example"]}
    assert exceptions == ["ok.a.example"]


def test_an_exception_of_a_view_is_none_for_all() -> None:
    said, exceptions, refused = read(
        'server:\nlocal-zone: "a.example" static\naccess-control-view: 192.0.2.0/24 staff\n'
        'view:\nname: "staff"\nlocal-zone: "a.example" transparent\n'
    )
    assert said == {"nxdomain": ["a.example"]}
    assert not exceptions
    assert refused == [(3, "configuration"), (5, "configuration"), (6, "modifier")]


def test_the_root_swallows_nothing() -> None:
    said, _, refused = read('local-zone: "." static\nlocal-data: "a.example A 0.0.0.0"\n')
    assert said == {"redirect 0.0.0.0": ["=a.example"]}
    assert refused == [(1, "every-name")]


def test_a_wide_zone_swallows_no_name_below_it() -> None:
    """It may be refused later, as a public suffix."""
    said, _, _ = read('local-zone: "it" static\nlocal-data: "a.it A 0.0.0.0"\n')
    assert said == {"nxdomain": ["it"], "redirect 0.0.0.0": ["=a.it"]}


def test_data_of_a_zone_that_never_looks_at_it() -> None:
    said, exceptions, refused = read(
        'local-zone: a.example always_nxdomain\nlocal-data: "a.example A 192.0.2.1"\n'
    )
    assert (said, exceptions, refused) == ({"nxdomain": ["a.example"]}, [], [])


def test_sinkholes_in_a_zone_are_no_data_of_its_own() -> None:
    said, exceptions, refused = read(
        'local-zone: a.example static\nlocal-data: "a.example A 0.0.0.0"\n'
        'local-data: "a.example SOA a. b. 1 1 1 1 1"\n'
    )
    assert (said, exceptions, refused) == ({"nxdomain": ["a.example"]}, [], [])


def test_real_list() -> None:
    order = only(shared("lists/unbound-jawz101.conf.xz"))
    assert order.source.format == "unbound"
    assert account(order) == (10_768, 10_768, 0)
    assert order.response == "redirect 0.0.0.0"
    assert b"# Domains: 10768" in shared("lists/unbound-jawz101.conf.xz")
