"""Real servers that ask the image themselves, through LuaJIT: dnsdist and Knot Resolver."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from helpers import image
from scale import size
from servers.dns import Upstream, answers, ask, upstream
from servers.founding import (
    CLOAKED,
    MUST_BLOCK,
    MUST_RESOLVE,
    founding_blocklist,
    founding_image,
)
from servers.library import environment
from servers.many import near, random_image, rcodes
from servers.page import fenced_all
from servers.program import Program, find_program, free_port, running

from blocklist import Blocklist

pytestmark = pytest.mark.no_core

PAGE = "c-and-lua.md"
IMAGE = "/var/lib/blocklist/it.blk"
SERVERS = ("dnsdist", "kresd")


class Server(NamedTuple):
    name: str
    port: int
    program: Program


def configuration(name: str, path: Path, port: int, stub: int) -> str:
    """Return the configuration of the page with our port and path, behind which is the stub."""
    if name == "dnsdist":
        text = fenced_all(PAGE, "lua")[0].replace("127.0.0.1:5300", f"127.0.0.1:{stub}")
        text = text.replace('"127.0.0.1:53"', f'"127.0.0.1:{port}"')
        return 'setSecurityPollSuffix("")\n' + text.replace(IMAGE, str(path))
    text = fenced_all(PAGE, "lua")[1].replace("'127.0.0.1', 53,", f"'127.0.0.1', {port},")
    assert IMAGE in text
    return (
        "trust_anchors.remove('.')\n"
        + text.replace(IMAGE, str(path))
        + f"policy.add(policy.all(policy.STUB({{'127.0.0.1@{stub}'}})))\n"
    )


@contextmanager
def server(name: str, folder: Path, path: Path, stub: int, options: str = "") -> Iterator[Server]:
    port = free_port()
    config = folder / f"{name}.conf"
    text = configuration(name, path, port, stub)
    text = re.sub(r"open\((.*?)\)", rf"open(\1{options})", text)
    config.write_text(text, "utf-8")
    command: list[str | Path] = [
        find_program(name),
        "--supervised",
        "--disable-syslog",
        "-C",
        config,
    ]
    if name == "kresd":
        command = [find_program(name), "-n", "-c", config, folder]
    with running(command, folder, ready=answers(port), env=environment()) as program:
        yield Server(name, port, program)


@pytest.fixture(scope="module")
def stub() -> Iterator[Upstream]:
    with upstream({**CLOAKED, "second.example.org": "cloaked.example.org"}) as running:
        yield running


def reason(name: str) -> str:
    match = founding_blocklist().match(name)
    assert match is not None
    return ", ".join(found.id for found in match.orders)


@pytest.mark.parametrize("name", SERVERS)
def test_the_founding_case_with_the_configuration_of_the_page(
    tmp_path: Path, stub: Upstream, name: str
) -> None:
    path = tmp_path / "it.blk"
    founding_image().save(path)
    with server(name, tmp_path, path, stub.port) as running:
        for blocked in MUST_BLOCK:
            for kind in ("A", "HTTPS", "MX"):
                reply = ask(blocked, running.port, kind)
                assert reply.rcode == "NXDOMAIN", (blocked, kind)
                if name == "kresd":
                    assert reply.errors == ((16, reason(blocked)),)
        for free in MUST_RESOLVE:
            reply = ask(free, running.port)
            assert reply.is_real, free
            assert reply.errors == ()


def test_an_alias_of_a_blocked_name_is_blocked_by_knot(tmp_path: Path, stub: Upstream) -> None:
    path = tmp_path / "it.blk"
    founding_image().save(path)
    with server("kresd", tmp_path, path, stub.port) as running:
        for name in ("cloaked.example.org", "second.example.org", "cloaked.example.org"):
            reply = ask(name, running.port)
            assert reply.rcode == "NXDOMAIN", name
            assert reply.errors == ((16, reason("t.corsaronero.pro")),)
            assert reply.message is not None
            assert reply.message.answer == []


@pytest.mark.parametrize("name", SERVERS)
def test_answers_are_those_of_the_image(tmp_path: Path, stub: Upstream, name: str) -> None:
    path = tmp_path / "it.blk"
    compiled = random_image(7)
    compiled.save(path)
    blocked = Blocklist(compiled)
    names = near(blocked, 7, size(3000))
    with server(name, tmp_path, path, stub.port) as running:
        said = [rcode == 3 for rcode in rcodes(names, running.port)]
    wanted = [blocked.is_blocked(one) for one in names]
    wrong = [row for row in zip(names, said, wanted, strict=True) if row[1] != row[2]]
    assert 200 < sum(wanted) < 2800
    assert wrong == []


@pytest.mark.parametrize("name", SERVERS)
def test_a_new_image_is_taken_and_a_bad_one_is_not(
    tmp_path: Path, stub: Upstream, name: str
) -> None:
    path = tmp_path / "it.blk"
    same = [f"n{number}.example" for number in range(10)]
    image("old.example", "both.example", *same).save(path)
    with server(name, tmp_path, path, stub.port, ", {check_every = 1}") as running:

        def wait(condition: Callable[[], bool]) -> None:
            end = time.monotonic() + 60
            while not condition():
                assert ask("both.example", running.port).rcode == "NXDOMAIN"
                assert time.monotonic() < end, running.program.output()[-2000:]
                time.sleep(0.05)

        assert ask("old.example", running.port).rcode == "NXDOMAIN"
        assert ask("new.example", running.port).is_real
        image("new.example", "both.example", *same).save(path)
        wait(lambda: ask("new.example", running.port).rcode == "NXDOMAIN")
        assert ask("old.example", running.port).is_real
        good = path.read_bytes()
        for octets, problem in (
            (good[:-1], "not a blocklist image, or cut short"),
            (good[:-1] + bytes([good[-1] ^ 1]), "its checksum is another"),
            (image("both.example").octets, "1 rule instead of 12"),
            (None, "No such file or directory"),
        ):
            if octets is None:
                path.unlink()
            else:
                (tmp_path / "new").write_bytes(octets)
                (tmp_path / "new").replace(path)
            wait(lambda text=problem: text in running.program.output())  # type: ignore[misc]
            assert ask("new.example", running.port).rcode == "NXDOMAIN"
            assert ask("free.example", running.port).is_real
        assert running.program.output().count("No such file") == 1


@pytest.mark.parametrize("name", SERVERS)
def test_without_an_image_it_does_not_answer_real_addresses(
    tmp_path: Path, stub: Upstream, name: str
) -> None:
    port = free_port()
    config = tmp_path / "server.conf"
    config.write_text(configuration(name, tmp_path / "none.blk", port, stub.port), "utf-8")
    command = [find_program("dnsdist"), "--supervised", "--disable-syslog", "-C", str(config)]
    if name == "kresd":
        command = [find_program("kresd"), "-n", "-c", str(config), str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env=environment()
    )
    assert done.returncode != 0
    assert f"{tmp_path}/none.blk: No such file or directory" in done.stdout + done.stderr
