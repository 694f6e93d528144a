from __future__ import annotations

from pathlib import Path

import pytest
from loading import account, check_vector, only, vectors
from shared_data import shared

from blocklist import Blocklist, compile_orders
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


def test_real_list() -> None:
    order = only(shared("lists/unbound-jawz101.conf.xz"))
    assert order.source.format == "unbound"
    assert account(order) == (10_768, 10_768, 0)
    assert order.response == "redirect 0.0.0.0"
    assert b"# Domains: 10768" in shared("lists/unbound-jawz101.conf.xz")
