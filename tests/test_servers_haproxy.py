"""Debian's HAProxy with the exported map, configured as the page says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from helpers import image, order
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_image
from servers.haproxy import haproxy
from servers.http import (
    LINK,
    UNIFORM_REASON,
    UNIFORM_SHOWN,
    connect,
    get,
    get_many,
    request,
)
from servers.page import fenced
from servers.program import Program, find_program
from servers.rulesets import NAMES_WITHIN, PATTERNS_WITHIN, patterned_image

from blocklist import Authority, Blocklist, Image, compile_orders
from blocklist.exporters import ExportOptions, export

pytestmark = pytest.mark.no_core

PAGE = "haproxy.md"
FOLDER, SOCKET = "/etc/haproxy/blocklist", "/run/haproxy/admin.sock"


@contextmanager
def exported(
    folder: Path, compiled: Image, options: ExportOptions | None = None
) -> Iterator[tuple[int, Program]]:
    """Run it with an export, in front of a web server; yield its port."""
    export(compiled, "haproxy", folder / "lists", options, confidential=False)
    with haproxy(folder, folder / "lists", "-db") as (port, started):
        yield port, started


def is_blocked(port: int, host: str) -> bool:
    reply = get(port, host, proxy=False)
    assert reply.is_real or reply.status in (451, 403), (host, reply)
    return not reply.is_real


@pytest.fixture(scope="module")
def founding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with exported(tmp_path_factory.mktemp("haproxy"), founding_image()) as (port, _):
        yield port


def test_founding_case(founding: int) -> None:
    for name in MUST_BLOCK:
        for host in (name, f"{name}:80", f"{name}.", f"{name}.:8443"):
            reply = get(founding, host, proxy=False)
            assert (reply.status, reply.headers["link"]) == (451, LINK), host
            assert "it:tribunale-di-milano:ordinanza:2022-07-11" in reply.body
        assert request(founding, f"http://{name}/", name).status == 451
        # From 2.9 on HAProxy itself refuses a Host with user information.
        assert get(founding, f"user@{name}", proxy=False).status in (451, 400)
    for name in (*MUST_RESOLVE, "127.0.0.1", "[::1]:80", "[::1]", ":80", "."):
        assert get(founding, name, proxy=False).is_real, name


def test_other_ways_to_name_a_host(founding: int) -> None:
    assert connect(founding, "corsaronero.pro").status == 451
    assert connect(founding, "example.org").status == 200
    for target, host in (
        ("http://corsaronero.pro/", "example.org"), ("http://example.org/", "corsaronero.pro"),
        ("/", "%63orsaronero.pro"), ("/", "corsaronero.pro:80:80"), ("/", " corsaronero.pro\t"),
        ("/", "corsaronero.pro/x"), ("/", "x@y@corsaronero.pro"),
    ):  # fmt: skip
        assert not request(founding, target, host).is_real, (target, host)


@pytest.mark.parametrize("seed", [1, 2])
def test_haproxy_answers_what_the_image_says(tmp_path: Path, seed: int) -> None:
    compiled, names = patterned_image(Random(seed))
    blocked = Blocklist(compiled)
    with exported(tmp_path, compiled) as (port, _):
        replies = zip(names, get_many(port, names, proxy=False), strict=True)
        assert [n for n, reply in replies if reply.is_real is blocked.is_blocked(n)] == []


def test_status_and_orders(tmp_path: Path) -> None:
    court = Authority("court", "Court")
    orders = [
        order("d.example", "*.w.example", id="x:7 <&>'\"\\è%]", authority=court),
        order("own.example", exceptions=["w.d.example"], id="x:own"),
        order("h.example", "d.example", id="x:hidden", authority=court, confidential=True),
        order("*.d.example", "=x.d.example", id="x:3", authority=court),
        order(*(f"m{n}.example" for n in range(2)), id="x:4", authority=court),
        *(order("m0.example", id=f"x:{'9' * 40}:{n}", authority=court) for n in range(200)),
    ]
    with exported(tmp_path, compile_orders(orders)) as (port, _):
        assert told(port, "d.example") == (451, "x:7%20%3C%26%3E%27%22%5C%C3%A8%25%5D")
        assert told(port, "y.w.example") == (451, "x:7%20%3C%26%3E%27%22%5C%C3%A8%25%5D")
        assert told(port, "a.d.example") == told(port, "d.example")
        assert get(port, "own.example", proxy=False).status == 403
        assert get(port, "a.w.d.example", proxy=False).is_real
        assert get(port, "h.example", proxy=False).is_real
        assert told(port, "m1.example") == (451, "x:4")
        status, many = told(port, "m0.example")
        assert (status, many.split()[-1]) == (451, f"+{201 - len(many.split()) + 1}")


def test_the_same_reason_for_every_block(tmp_path: Path) -> None:
    compiled = compile_orders([order("d.example", "*kickass*"), order("own.example", id="x:own")])
    with exported(tmp_path, compiled, ExportOptions(uniform_reason=UNIFORM_REASON)) as (port, _):
        for name in ("d.example", "a.own.example", "kickass1.example"):
            reply = get(port, name, proxy=False)
            assert reply.status == 451
            assert UNIFORM_SHOWN in reply.body
        assert get(port, "free.example", proxy=False).is_real


def told(port: int, host: str) -> tuple[int, str]:
    reply = get(port, host, proxy=False)
    return reply.status, reply.body.rpartition("Orders: ")[2].removesuffix("</p>")


def test_the_runtime_api_takes_a_new_export(tmp_path: Path) -> None:
    script = (
        fenced(PAGE, "py").replace(FOLDER, f"{tmp_path}/lists").replace(SOCKET, f"{tmp_path}/s")
    )
    with exported(tmp_path, image("d.example", "gone.example")) as (port, _):
        new = image("d.example", "*kick*a.ss*", *(f"n{n}.example" for n in range(2_000)))
        for _ in range(2):  # what was committed can be replaced in turn
            export(new, "haproxy", tmp_path / "lists", confidential=False)
            done = subprocess.run(
                [sys.executable, "-c", script], capture_output=True, text=True, check=False
            )
            assert (done.returncode, done.stderr) == (0, "")
        for name in ("d.example", "n0.example", "x.n1999.example", "x.kickba.ssy.org"):
            assert is_blocked(port, name), name
        for name in ("gone.example", "n2000.example", "nn0.example", "kickbass.org"):
            assert not is_blocked(port, name), name


def test_a_damaged_or_missing_map_is_an_error_at_the_start(tmp_path: Path) -> None:
    with exported(tmp_path, image("d.example")):
        pass
    (tmp_path / "lists" / "names.map").unlink()
    checked = subprocess.run(
        [find_program("haproxy"), "-c", "-f", tmp_path / "haproxy.cfg"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 1
    assert "names.map" in checked.stderr


def test_an_export_of_nothing_blocks_nothing(tmp_path: Path) -> None:
    secret = compile_orders([order("h.example", confidential=True)])
    with exported(tmp_path, secret) as (port, _):
        assert get(port, "h.example", proxy=False).is_real


def test_patterns_and_exceptions(tmp_path: Path) -> None:
    blocked = Blocklist(PATTERNS_WITHIN)
    names = (
        *NAMES_WITHIN, "x..d.example", ".d.example", f"{'x' * 64}.d.example",
        f"{'x' * 63}.d.example", f"{'x.' * 120}d.example", f"{'x.' * 130}d.example", "x..kick",
    )  # fmt: skip
    with exported(tmp_path, PATTERNS_WITHIN) as (port, _):
        for name in names:
            assert get(port, name, proxy=False).is_real is not blocked.is_blocked(name), name
