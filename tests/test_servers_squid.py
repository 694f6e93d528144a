"""Debian's Squid with the helper and with the export, configured as the page says."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest
from helpers import image, order
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_image
from servers.http import LINK, connect, get, get_many, origin, request
from servers.page import fenced
from servers.program import (
    Program,
    blocklist,
    environment,
    find_program,
    free_port,
    listens,
    running,
    until,
)
from servers.rulesets import names_around, random_image

from blocklist import Authority, Blocklist, Image, compile_orders
from blocklist.exporters import export

pytestmark = [pytest.mark.begin, pytest.mark.no_core]

PAGE = "squid.md"
HELPER = "/opt/blocklist/bin/blocklist squid-helper /var/lib/blocklist/it.blk"
# Squid runs its helpers as a user that may not read this tree or this Python. So what it runs
# passes lines on to a helper that the test has started.
BRIDGE = """\
import os, socket, sys, threading
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
def replies():
    try:
        while octets := s.recv(65536): os.write(1, octets)
    finally: os._exit(0)
threading.Thread(target=replies, daemon=True).start()
while octets := os.read(0, 65536): s.sendall(octets)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that Squid's user may read and write."""
    with tempfile.TemporaryDirectory(prefix="blocklist-squid-") as path:
        yield Path(path)


class Helpers:
    """Helpers of this test's Python, one for each connection to a socket.

    Attributes:
        processes: those that were started.
        lines: what they were sent.
    """

    def __init__(self, folder: Path, *arguments: str | Path) -> None:
        self.path = folder / "helper.socket"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.log = folder / "helper.log"
        self.log.touch()
        self._command = blocklist("squid-helper", *arguments)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen()
        self.path.chmod(0o777)
        (folder / "bridge.py").write_text(BRIDGE)
        self.command = f"/usr/bin/python3 {folder}/bridge.py {self.path}"
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection, self.log.open("ab") as log:
                    self.processes.append(
                        subprocess.Popen(
                            self._command,
                            stdin=connection.fileno(),
                            stdout=connection.fileno(),
                            stderr=log,
                            env=environment(),
                        )
                    )

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for process in self.processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(60)  # it ends when Squid does
            process.kill()
            process.wait(60)


@contextmanager
def squid(folder: Path, configuration: str, peer: int) -> Iterator[tuple[int, Program]]:
    """Run it in front of a web server; yield its port."""
    program = find_program("squid")
    port = free_port()
    errors = folder / "errors"
    shutil.copytree("/usr/share/squid/errors/templates", errors)
    (errors / "ERR_BLOCKED").write_text(fenced(PAGE, "html"), "utf-8")
    assert "http_port 127.0.0.1:3128\n" in configuration
    configuration = configuration.replace("127.0.0.1:3128", f"127.0.0.1:{port}")
    configuration = configuration.replace("/etc/squid/errors", str(errors))
    (folder / "squid.conf").write_text(
        f"{configuration}\n"
        f"http_access allow all\ncache_peer 127.0.0.1 parent {peer} 0 no-query\n"
        "never_direct allow all\ncache deny all\nmemory_cache_shared off\npid_filename none\n"
        f"logformat told %>Hs %et %ea %ru\naccess_log stdio:{folder}/access.log told\n"
        f"cache_log stdio:{folder}/cache.log\ncoredump_dir {folder}\nshutdown_lifetime 0 seconds\n"
        "pinger_enable off\nvisible_hostname proxy.example\nmax_filedescriptors 512\n",
        "utf-8",
    )
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "proxy", "proxy")
    command: list[str | Path] = [
        program,
        "-N",
        "-d",
        "1",
        "-n",
        f"t{port}",
        "-f",
        folder / "squid.conf",
    ]
    with running(command, folder, ready=listens(port)) as started:
        yield port, started


@contextmanager
def with_helper(
    folder: Path, compiled: Image, *arguments: str, replaced: Sequence[tuple[str, str]] = ()
) -> Iterator[tuple[int, Helpers]]:
    compiled.save(folder / "it.blk")
    configuration = fenced(PAGE, "squid")
    assert HELPER in configuration
    helpers = Helpers(folder, folder / "it.blk", *arguments)
    try:
        configuration = configuration.replace(HELPER, helpers.command)
        for old, new in replaced:
            assert old in configuration
            configuration = configuration.replace(old, new)
        with origin() as peer, squid(folder, configuration, peer.port) as (port, _):
            yield port, helpers
    finally:
        helpers.stop()


def test_founding_case(folder: Path) -> None:
    with with_helper(folder, founding_image()) as (port, _):
        for name in MUST_BLOCK:
            for reply in (get(port, name), get(port, f"{name}:80"), get(port, f"{name}.")):
                assert reply.status == 451, name
                assert reply.headers["link"] == LINK
                assert "Tribunale di Milano, ordinanza, 2022-07-11" in reply.body
            tunnel = connect(port, name)
            assert (tunnel.status, tunnel.headers["link"]) == (451, LINK)
            assert "Tribunale di Milano" in tunnel.body
        for name in (*MUST_RESOLVE, "127.0.0.1", "[::1]:80"):
            assert get(port, name).is_real, name
            assert "link" not in get(port, name).headers
        assert connect(port, "example.org").status == 200
        check = get(port, "check.rpz.blocklist")
        assert check.status == 403
        assert f"blocklist {founding_image().content_digest[:16]}" in check.body
        # What the request line says counts, not the Host header.
        assert request(port, "http://corsaronero.pro/", "example.org").status == 451
    log = (folder / "access.log").read_text()
    assert "451 law it:tribunale-di-milano:ordinanza:2022-07-11 http://corsaronero.pro/" in log


def wrong(port: int, names: list[str], meant: Blocklist) -> list[tuple[str, int]]:
    """Names with another answer than the image gives."""
    replies = zip(names, get_many(port, names), strict=True)
    found = [(name, reply) for name, reply in replies if reply.is_real is meant.is_blocked(name)]
    return [(name, reply.status) for name, reply in found]


def rules_of(compiled: Image) -> set[str]:
    return {match.rule.value for match in Blocklist(compiled).rules()}


def test_the_helper_answers_what_the_image_says(folder: Path) -> None:
    chance = Random(11)
    compiled = random_image(chance, "*kickass*", "d.example")
    names = names_around(chance, rules_of(compiled) - {"*kickass*"}, 2_000)
    names += ["x.kickassy.org", "kickass.org", "kickas.org"]
    with with_helper(folder, compiled) as (port, helpers):
        assert wrong(port, names, Blocklist(compiled)) == []
        assert len(helpers.processes) == 1


@pytest.mark.parametrize("concurrency", ["concurrency=64", "concurrency=0"])
def test_urls_and_addresses(folder: Path, concurrency: str) -> None:
    compiled = image("http://shared.example/a%20b/c", "http://shared.example/%2Fx", "192.0.2.7",
                     "2001:db8::/32")  # fmt: skip
    arguments = [] if concurrency.endswith("64") else ["--no-channels"]
    changes = [("%DST", "%URI"), ("concurrency=64", concurrency)]
    with with_helper(folder, compiled, *arguments, replaced=changes) as (port, _):
        for host, path in (
            ("shared.example", "/a%20b/c"), ("SHARED.example:80", "/x/../a%20b/c/d?e"),
            ("shared.example", "/%2fx"), ("192.0.2.7", "/"), ("192.0.2.7:8080", "/x"),
            ("[2001:db8::1]", "/"), ("[2001:db8::1]:8080", "/"),
        ):  # fmt: skip
            assert get(port, host, path).status == 403, (host, path)
        for host, path in (
            ("shared.example", "/"), ("shared.example", "/a%20b"), ("shared.example", "/a%2520b/c"),
            ("192.0.2.8", "/"), ("[2001:db9::1]", "/"), ("[::1]:80", "/"), ("shared.example", "/x"),
        ):  # fmt: skip
            assert get(port, host, path).is_real, (host, path)
        assert connect(port, "192.0.2.7").status == 403
        assert connect(port, "[2001:db8::1]").status == 403
        assert connect(port, "shared.example").status == 200


def test_whatever_an_order_says_is_shown_as_text(folder: Path) -> None:
    said = order(
        "d.example", id='x:"1" \\ %41', authority=Authority("court", 'C\\o"urt\n<b>x</b> è 局'),
        number="50% & more",
    )  # fmt: skip
    hidden = order(
        "h.example", id="x:2", authority=Authority("court", "Secret Court"), confidential=True
    )
    own = order("own.example", id="x:3")
    compiled = compile_orders([said, hidden, own])
    with with_helper(folder, compiled) as (port, _):
        page = get(port, "d.example").body
        assert "by: C\\o&quot;urt &lt;b&gt;x&lt;/b&gt; e ?, 50% &amp; more</p>" in page
        reply = get(port, "h.example")
        assert reply.status == 451
        assert "an order of an authority" in reply.body
        assert "Secret" not in reply.body
        reply = get(port, "own.example")
        assert (reply.status, "link" in reply.headers) == (403, False)
    log = (folder / "access.log").read_text()
    assert "x:2" not in log
    assert "403 policy x:3 http://own.example/" in log


def test_a_new_image_a_damaged_one_and_sighup(folder: Path) -> None:
    path = folder / "it.blk"
    short = [("ttl=60 negative_ttl=60", "ttl=1 negative_ttl=1")]
    with with_helper(folder, image("d.example"), replaced=short) as (port, helpers):
        assert get(port, "d.example").status == 403
        assert get(port, "e.example").is_real
        image("e.example").save(path)
        until(lambda: get(port, "e.example").status == 403)
        until(lambda: get(port, "d.example").is_real)
        path.with_suffix(".new").write_bytes(b"x" * 100)
        path.with_suffix(".new").replace(path)
        until(lambda: get(port, unseen()).status == 403 and rejected(helpers) == 1)
        (helper,) = helpers.processes
        helper.send_signal(signal.SIGHUP)
        until(lambda: get(port, unseen()).status == 403 and rejected(helpers) == 2)
        assert helper.poll() is None
    assert helper.wait(60) == 0
    assert "Traceback" not in helpers.log.read_text()


def unseen() -> str:
    """A blocked name that Squid has not asked for yet."""
    return f"n{time.monotonic_ns()}.e.example"


def rejected(helpers: Helpers) -> int:
    return helpers.log.read_text().count("the last good image stays in use")


def test_squid_ends_without_an_image(folder: Path) -> None:
    """It fails closed: Debian's service gives up after some tries."""
    helpers = Helpers(folder, folder / "it.blk")
    configuration = fenced(PAGE, "squid").replace(HELPER, helpers.command)
    try:
        with origin() as peer, squid(folder, configuration, peer.port) as (port, program):
            with suppress(OSError):
                assert not get(port, "example.org").is_real
            assert program.process.wait(60) == 1
    finally:
        helpers.stop()
    assert "helpers are crashing too rapidly" in (folder / "cache.log").read_text()
    said = helpers.log.read_text()
    assert "it.blk: No such file or directory" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("seed", [1, 2])
def test_the_export_answers_what_the_image_says(folder: Path, seed: int) -> None:
    chance = Random(seed)
    compiled = random_image(chance, "=only.example", "*.below.example", "d.example")
    report = export(compiled, "squid", folder / "lists")
    assert report.losses == ()
    names = names_around(chance, rules_of(compiled), 2_000)
    with exported(folder) as port:
        assert wrong(port, names, Blocklist(compiled)) == []
    log = (folder / "cache.log").read_text()
    assert "ERROR" not in log
    assert "subdomain" not in log  # as Squid says of an entry that another covers


def test_founding_case_of_the_export(folder: Path) -> None:
    assert export(founding_image(), "squid", folder / "lists").losses == ()
    with exported(folder) as port:
        for name in MUST_BLOCK:
            assert {get(port, name).status, get(port, f"{name}:80").status} == {451}, name
            assert {get(port, f"{name}.").status, connect(port, name).status} == {451}, name
        for name in MUST_RESOLVE:
            assert get(port, name).is_real, name


@contextmanager
def exported(folder: Path) -> Iterator[int]:
    lists = fenced(PAGE, "squid-export")
    assert "/etc/squid/blocklist/" in lists
    lists = lists.replace("/etc/squid/blocklist/", f"{folder}/lists/")
    top = f"http_port 127.0.0.1:3128\nerror_directory {folder}/errors\n"
    with origin() as peer, squid(folder, top + lists, peer.port) as (port, _):
        yield port


def test_addresses_as_hosts_and_an_answer_that_is_none(folder: Path) -> None:
    compiled = image("192.0.2.7", "2001:db8::/32")
    with with_helper(folder, compiled) as (port, _):
        for host in ("192.0.2.7", "192.0.2.7:8080", "[2001:db8::1]", "[2001:db8::1]:8080"):
            assert (get(port, host).status, connect(port, host.partition(":80")[0]).status) == (
                403,
                403,
            ), host
        assert get(port, "[2001:db9::1]").is_real


def test_broken_answers_are_a_denial(folder: Path) -> None:
    """Squid sends no channel ids and the helper wants some: it fails closed."""
    changes = [("concurrency=64", "concurrency=0")]
    with with_helper(folder, image("d.example"), replaced=changes) as (port, _):
        for name in ("d.example", "example.org"):
            assert get(port, name).status in (403, 503), name
