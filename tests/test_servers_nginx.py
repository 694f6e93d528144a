"""Debian's nginx with the exported map and with auth_request, configured as the page says."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from helpers import image, order
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_image
from servers.http import (
    LINK,
    UNIFORM_REASON,
    UNIFORM_SHOWN,
    connect,
    get,
    get_many,
    request,
)
from servers.nginx import nginx
from servers.program import (
    Program,
    blocklist,
    environment,
    free_port,
    listens,
    running,
    until,
)
from servers.rulesets import (
    NAMES_WITHIN,
    PATTERNS_WITHIN,
    names_around,
    patterned_image,
    random_image,
)

from blocklist import Authority, Blocklist, Image, compile_orders
from blocklist.exporters import ExportOptions, export

pytestmark = pytest.mark.no_core

IDS = "it:tribunale-di-milano:ordinanza:2022-07-11"


@contextmanager
def mapped(
    folder: Path, compiled: Image, options: ExportOptions | None = None
) -> Iterator[tuple[int, Program]]:
    """Run it with the exported map."""
    file = folder / "blocklist.map"
    export(compiled, "nginx", file, options, confidential=False)
    with nginx(folder, "nginx-map", ("/etc/nginx/blocklist.map", file)) as (port, program):
        yield port, program


@contextmanager
def asking(folder: Path, compiled: Image, *words: str) -> Iterator[tuple[int, Program, Program]]:
    """Run it and the service that it asks."""
    compiled.save(folder / "it.blk")
    listen = free_port()
    command = blocklist(
        "ext-authz", folder / "it.blk", "--listen", f"127.0.0.1:{listen}", "--blocked-by",
        "https://isp.example/blocking", "--log-hits", *words,
    )  # fmt: skip
    service = ("127.0.0.1:9002", f"127.0.0.1:{listen}")
    with (
        running(command, folder, ready=listens(listen), env=environment()) as program,
        nginx(folder, "nginx-auth", service) as (port, front),
    ):
        yield port, program, front


def check_founding_case(port: int, told: str) -> None:
    for name in MUST_BLOCK:
        for host in (name, f"{name}:80", f"{name}.", f"{name}.:8443"):
            reply = get(port, host, proxy=False)
            assert (reply.status, reply.headers["link"]) == (451, LINK), host
            assert told in reply.body
        # The request line counts, whatever the Host header says.
        assert request(port, f"http://{name}/", "example.org").status == 451
    for name in (*MUST_RESOLVE, "127.0.0.1", "[::1]:80", "[::1]"):
        assert get(port, name, proxy=False).is_real, name
        assert "link" not in get(port, name, proxy=False).headers
    assert connect(port, "corsaronero.pro").status in (400, 405)


def test_founding_case_of_the_map(tmp_path: Path) -> None:
    with mapped(tmp_path, founding_image()) as (port, program):
        check_founding_case(port, f"{IDS}</p>")
        assert "[warn]" not in program.output()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_map_answers_what_the_image_says(tmp_path: Path, seed: int) -> None:
    compiled, names = patterned_image(Random(seed))
    blocked = Blocklist(compiled)
    names += [f"{'a' * size}.d.example" for size in (63, 64)]
    names += [f"{'.'.join(['a' * 50] * 5)[:size]}.d.example" for size in (243, 244)]
    with mapped(tmp_path, compiled) as (port, _):
        replies = zip(names, get_many(port, names, proxy=False), strict=True)
        assert [n for n, reply in replies if reply.is_real is blocked.is_blocked(n)] == []


def test_status_and_orders(tmp_path: Path) -> None:
    court = Authority("court", "Court")
    long = ".".join(["a" * 60] * 4)
    orders = [
        order("d.example", "*.w.example", long, id="x:7 <&>'\"\\$è;", authority=court),
        order("own.example", "=default", exceptions=["w.d.example"], id="x:own"),
        order("h.example", id="x:hidden", authority=court, confidential=True),
        order("m.example", id="x:4", authority=court),
        *(order("m.example", id=f"x:{'9' * 40}:{n}", authority=court) for n in range(200)),
    ]
    told = "x:7%20%3C%26%3E%27%22%5C%24%C3%A8%3B"
    with mapped(tmp_path, compile_orders(orders, permit=["=default", long])) as (port, _):
        for host in ("d.example", "y.w.example", long):
            reply = get(port, host, proxy=False)
            assert reply.status == 451
            assert reply.body.endswith(f"<p>Orders: {told}</p>")
        for host in ("own.example", "default"):
            assert get(port, host, proxy=False).status == 403, host
        for host in ("a.w.d.example", "h.example", "x.default", "hostnames"):
            assert get(port, host, proxy=False).is_real, host
        assert re.search(r"Orders: .* \+\d+</p>", get(port, "m.example", proxy=False).body)


def test_the_same_reason_for_every_block(tmp_path: Path) -> None:
    compiled = compile_orders([order("d.example", "*kickass*"), order("own.example", id="x:own")])
    with mapped(tmp_path, compiled, ExportOptions(uniform_reason=UNIFORM_REASON)) as (port, _):
        for name in ("d.example", "a.own.example", "kickass1.example"):
            reply = get(port, name, proxy=False)
            assert reply.status == 451
            assert UNIFORM_SHOWN in reply.body
        assert get(port, "free.example", proxy=False).is_real


def test_a_new_map_and_a_damaged_one(tmp_path: Path) -> None:
    file = tmp_path / "blocklist.map"
    with mapped(tmp_path, image("d.example")) as (port, program):
        export(image("e.example"), "nginx", file)
        program.process.send_signal(signal.SIGHUP)
        # For a moment the old worker still takes connections.
        until(lambda: get(port, "d.example", proxy=False).is_real)
        until(lambda: get(port, "e.example", proxy=False).status == 403)
        file.write_text("broken")
        program.process.send_signal(signal.SIGHUP)
        until(lambda: "[emerg]" in program.output())
        assert get(port, "e.example", proxy=False).status == 403


def test_founding_case_of_auth_request(tmp_path: Path) -> None:
    with asking(tmp_path, founding_image()) as (port, program, _):
        check_founding_case(port, "Tribunale di Milano, ordinanza, <time>2022-07-11</time>")
        italian = get(port, "corsaronero.pro", proxy=False, headers={"Accept-Language": "it"})
        assert "Non disponibile per motivi legali" in italian.body
        assert f"451: corsaronero.pro by {IDS}" in program.output().replace(" INFO", "")
        assert "127.0.0.1 " not in program.output()


def test_auth_request_answers_what_the_image_says(tmp_path: Path) -> None:
    chance = Random(5)
    compiled = random_image(
        chance, "*kickass*", "192.0.2.7", "2001:db8::/32", "http://shared.example/film"
    )
    blocked = Blocklist(compiled)
    values = {m.rule.value for m in blocked.rules() if m.rule.value.endswith("example")}
    names = names_around(chance, values, 1_000)
    with asking(tmp_path, compiled) as (port, _, _):
        replies = zip(names, get_many(port, names, proxy=False), strict=True)
        assert [n for n, reply in replies if reply.is_real is blocked.is_blocked(n)] == []
        for host, path in (
            ("x.kickassy.org", "/"), ("192.0.2.7:8080", "/"), ("[2001:db8::1]", "/"),
            ("shared.example", "/film"), ("shared.example", "/a/../%66ilm/1?x=y"),
        ):  # fmt: skip
            assert get(port, host, path, proxy=False).status == 403, (host, path)
        for host, path in (
            ("192.0.2.8", "/"), ("[2001:db9::1]", "/"), ("shared.example", "/filmx"),
            ("shared.example", "/"),
        ):  # fmt: skip
            assert get(port, host, path, proxy=False).is_real, (host, path)


def test_a_new_image_a_damaged_one_and_a_dead_service(tmp_path: Path) -> None:
    with asking(tmp_path, image("d.example")) as (port, program, _):
        assert get(port, "d.example", proxy=False).status == 403
        image("e.example").save(tmp_path / "it.blk")
        until(lambda: get(port, "e.example", proxy=False).status == 403)
        assert get(port, "d.example", proxy=False).is_real
        (tmp_path / "new").write_bytes(b"x" * 100)
        (tmp_path / "new").replace(tmp_path / "it.blk")
        program.process.send_signal(signal.SIGHUP)
        until(lambda: "the last good image stays in use" in program.output())
        assert get(port, "e.example", proxy=False).status == 403
        program.stop()
        assert program.process.returncode in (0, -signal.SIGTERM)
        assert get(port, "example.org", proxy=False).status == 500
        assert "Traceback" not in program.output()


def test_an_export_of_nothing_blocks_nothing(tmp_path: Path) -> None:
    secret = compile_orders([order("h.example", confidential=True)])
    with mapped(tmp_path, secret) as (port, _):
        assert get(port, "h.example", proxy=False).is_real


def test_patterns_and_exceptions(tmp_path: Path) -> None:
    blocked = Blocklist(PATTERNS_WITHIN)
    with mapped(tmp_path, PATTERNS_WITHIN) as (port, _):
        for name in NAMES_WITHIN:
            assert get(port, name, proxy=False).is_real is not blocked.is_blocked(name), name
