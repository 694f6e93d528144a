"""A policy zone blocks here what it blocks in BIND, and nothing that Unbound leaves free."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from scale import size
from servers.dns import ask, upstream
from servers.policyzones import HEAD, names_of_zone, random_zone
from servers.resolvers import bind_rpz, unbound_rpz

from blocklist import Blocklist, compile_orders, load_orders

pytestmark = pytest.mark.no_core

SENTINEL = "sentinel.example"


def test_random_zones(tmp_path: Path) -> None:
    chance = random.Random(13)
    parts = [random_zone(chance, f"s{i}.example") for i in range(size(400, 40))]
    text = f"{HEAD}{SENTINEL} CNAME .\n" + "".join(parts)
    blocked = Blocklist(compile_orders(load_orders(text.encode(), format="rpz")))
    names = sorted({name for part in parts for name in names_of_zone(chance, part, 30)})
    ours = {name for name in names if blocked.is_blocked(name)}
    assert 0.1 < len(ours) / len(names) < 0.9
    zone = tmp_path / "zone"
    zone.write_text(text)
    with upstream() as stub:
        with bind_rpz(tmp_path, zone, stub.port, SENTINEL) as resolver:
            bind = {name for name in names if not ask(name, resolver.port).is_real}
        with unbound_rpz(tmp_path, zone, stub.port) as resolver:
            unbound = {name for name in names if not ask(name, resolver.port).is_real}
    assert ours == bind
    # Unbound sees a name that has no record of its own only if it sorts before the one asked for.
    assert ours < unbound
