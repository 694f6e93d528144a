"""Real servers with a shadow image: counted, answered as without it, promoted by one line less."""

from __future__ import annotations

import os
import random
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import order
from scale import size
from servers.dns import Reply, Upstream, ask, upstream
from servers.program import free_port, until
from servers.serve import serve
from servers.unbound import debian_site, unbound

from blocklist import compile_orders, load_orders

pytestmark = pytest.mark.no_core

ORDER = '[[order]]\nid = "own:2"\nissued = 2026-01-02\nshadow = true\ntargets = ["tried.example"]\n'
REAL = order("real.example", "both.example")
WORDS = ["a", "real", "tried", "www"]


@pytest.fixture(scope="module")
def stub() -> Iterator[Upstream]:
    with upstream({"alias.example": "www.tried.example"}) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    compile_orders([REAL]).save(tmp_path / "it.blk")
    (tmp_path / "order.toml").write_text(ORDER, "utf-8")
    orders = load_orders(tmp_path / "order.toml")
    compile_orders(orders, shadow=True).save(tmp_path / "S.blk")
    return tmp_path


def said(reply: Reply) -> tuple[object, ...]:
    """What a client sees of an answer, but for times that pass."""
    assert reply.message is not None
    sections = (reply.message.answer, reply.message.authority)
    records = [sorted(f"{one.name} {one.rdtype} {data}" for one in part for data in one)
               for part in sections]  # fmt: skip
    return reply.rcode, records, reply.errors, int(reply.message.flags)


ENDS = ["tried.example", "real.example", "both.example", "alias.example", "example", "org", "tried"]


def names() -> list[str]:
    choose = random.Random(11)
    begins = (
        ".".join(choose.choices(WORDS, k=choose.randint(0, 2))) for _ in range(size(2_000, 60))
    )
    return [f"{begin}.{choose.choice(ENDS)}".strip(".") for begin in begins]


def is_hit(name: str) -> bool:
    """Whether it is below what the shadow order names, or an alias of that."""
    return name == "alias.example" or f".{name}".endswith(".tried.example")


def test_unbound(folder: Path, stub: Upstream) -> None:
    debian_site()
    shadow = f'shadow = "{folder}/S.blk"\ncheck_every = 0.01\n'
    (folder / "plain").mkdir()
    with unbound(folder / "plain", folder / "it.blk", stub.port) as plain:
        seen = {name: said(ask(name, plain.port)) for name in names()}
    with unbound(folder, folder / "it.blk", stub.port, settings=shadow) as server:
        for _ in range(2):  # from the cache, too
            assert {name: said(ask(name, server.port)) for name in seen} == seen
        assert not ask("real.example", server.port).is_real
        server.reload()
        counted = 2 * sum(map(is_hit, seen))
        assert counted > 5
        told = [line for line in server.log().splitlines() if "would have blocked" in line]
        assert len(told) == 1
        assert told[0].endswith(f": own:2 {counted}")
        # One line less, and it is enforced.
        path = folder / "order.toml"
        path.write_text(ORDER.replace("shadow = true\n", ""), "utf-8")
        compile_orders([REAL, *load_orders(path)]).save(folder / "it.blk")
        (folder / "S.blk").write_bytes(b"no image")
        server.reload()
        assert not ask("new.tried.example", server.port).is_real
        assert ask("innocent.org", server.port).is_real


def test_serve(folder: Path, stub: Upstream) -> None:
    def counted() -> float:
        with urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics", timeout=5) as page:
            lines = page.read().decode().splitlines()
        found = [line for line in lines if line.startswith("blocklist_shadow_hits_total{")]
        return sum(float(line.split()[-1]) for line in found)

    metrics = free_port()
    words = (folder / "it.blk", "--shadow", folder / "S.blk", "--metrics", f"127.0.0.1:{metrics}")
    asked = names()
    with serve(folder, folder / "it.blk", upstream=stub.port) as plain:
        seen = [said(ask(name, plain.port)) for name in asked]
    with serve(folder, *words, upstream=stub.port) as server:
        assert [said(ask(name, server.port)) for name in asked] == seen
        hits = sum(map(is_hit, asked))
        assert counted() == hits > 0
        (folder / "S.blk").unlink()
        os.kill(server.program.pid, signal.SIGHUP)
        server.program.wait_until(lambda: "S.blk: No such file" in server.log())
        assert ask("tried.example", server.port).is_real
        assert counted() == hits + 1
        os.kill(server.program.pid, signal.SIGTERM)
        until(lambda: f"own:2 {hits + 1}" in server.log())
