"""A real dnsdist with what is exported for it: its answers are those of ``is_blocked``."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dns.flags
import pytest
from helpers import image, order
from scale import size
from servers.dns import Upstream, ask, upstream
from servers.dnsdist import configure, dnsdist
from servers.founding import CLOAKED, MUST_BLOCK, MUST_RESOLVE, founding_image
from servers.many import near, random_image, rcodes
from servers.page import fenced_all
from servers.program import find_program
from strategies import wire

from blocklist import Blocklist, compile_orders
from blocklist.exporters import ExportOptions, export
from blocklist.live.policy import Response

pytestmark = pytest.mark.no_core

PAGE, LOG = fenced_all("dnsdist.md", "lua")
FOLDER = "/var/lib/blocklist/dnsdist"
FORMATS = {"dnsdist": "names.cdb", "dnsdist-lmdb": "names.mdb", "dnsdist-suffixes": "names.txt"}


@pytest.fixture(scope="module")
def stub() -> Iterator[Upstream]:
    find_program("dnsdist")
    with upstream(CLOAKED) as running:
        yield running


def page(format: str) -> str:  # noqa: A002
    return PAGE.replace("names.cdb", FORMATS[format])


@pytest.mark.parametrize("format", FORMATS)
def test_the_founding_case_with_the_configuration_of_the_page(
    tmp_path: Path, stub: Upstream, format: str  # noqa: A002
) -> None:  # fmt: skip
    report = export(founding_image(), format, tmp_path / "out")
    assert report.losses == ()
    with dnsdist(tmp_path, page(format), stub.port, {FOLDER: str(tmp_path / "out")}) as server:
        for name in MUST_BLOCK:
            for kind in ("A", "AAAA", "HTTPS", "MX"):
                assert ask(name, server.port, kind).rcode == "NXDOMAIN", (name, kind)
            assert ask(name, server.port, tcp=True).rcode == "NXDOMAIN", name
        for name in MUST_RESOLVE:
            assert ask(name, server.port).is_real, name


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("seed", range(2))
def test_answers_are_those_of_the_image(
    tmp_path: Path, stub: Upstream, format: str, seed: int  # noqa: A002
) -> None:  # fmt: skip
    compiled = random_image(seed, patterns=format != "dnsdist-suffixes")
    report = export(compiled, format, tmp_path / "out")
    blocked = Blocklist(compiled)
    with dnsdist(tmp_path, page(format), stub.port, {FOLDER: str(tmp_path / "out")}) as server:
        names = near(blocked, seed, size(3000))
        said = [rcode == 3 for rcode in rcodes(names, server.port)]
    wanted = [blocked.is_blocked(name) for name in names]
    wrong = [row for row in zip(names, said, wanted, strict=True) if row[1] != row[2]]
    assert 200 < sum(wanted) < 2800
    codes = {loss.code for loss in report.losses}
    assert codes <= ({"nested"} if format == "dnsdist-suffixes" else set())
    assert [row for row in wrong if row[1] or not codes] == []


RESPONSES = [
    ("nodata", "A", "NOERROR", ()),
    ("nodata", "MX", "NOERROR", ()),
    ("refused", "AAAA", "REFUSED", ()),
    ("notimp", "A", "NOTIMP", ()),
    ("drop", "A", "TIMEOUT", ()),
    ("sinkhole 192.0.2.1 2001:db8::1", "A", "NOERROR", ("192.0.2.1",)),
    ("sinkhole 192.0.2.1 2001:db8::1", "AAAA", "NOERROR", ("2001:db8::1",)),
    ("sinkhole 192.0.2.1", "AAAA", "NOERROR", ()),
    ("sinkhole 192.0.2.1", "HTTPS", "NOERROR", ()),
]


@pytest.mark.parametrize("response", dict.fromkeys(row[0] for row in RESPONSES))
def test_responses(tmp_path: Path, stub: Upstream, response: str) -> None:
    options = ExportOptions(response=Response.parse(response), ttl=33)
    export(founding_image(), "dnsdist", tmp_path / "out", options)
    with dnsdist(tmp_path, PAGE, stub.port, {FOLDER: str(tmp_path / "out")}) as server:
        for kind, rcode, addresses in [row[1:] for row in RESPONSES if row[0] == response]:
            reply = ask("www.limetorrents.pro", server.port, kind, timeout=1)
            assert (reply.rcode, reply.addresses) == (rcode, addresses), kind
            if reply.message is not None:
                assert [answer.ttl for answer in reply.message.answer] == [33] * len(addresses)
        assert ask("example.org", server.port).is_real


def test_truncated_over_udp_and_real_over_tcp(tmp_path: Path, stub: Upstream) -> None:
    options = ExportOptions(response=Response.parse("tcp-only"))
    export(founding_image(), "dnsdist", tmp_path / "out", options)
    with dnsdist(tmp_path, PAGE, stub.port, {FOLDER: str(tmp_path / "out")}) as server:
        reply = ask("limetorrents.pro", server.port)
        assert reply.message is not None
        assert reply.message.flags & dns.flags.TC
        assert ask("limetorrents.pro", server.port, tcp=True).is_real


def test_a_new_store_is_taken_within_seconds(tmp_path: Path, stub: Upstream) -> None:
    out = tmp_path / "out"
    export(image("old.example", "both.example"), "dnsdist", out)
    with dnsdist(tmp_path, PAGE, stub.port, {FOLDER: str(out)}) as server:
        assert ask("old.example", server.port).rcode == "NXDOMAIN"
        assert ask("new.example", server.port).is_real
        time.sleep(1.1)  # its clock for files has whole seconds
        export(image("new.example", "both.example"), "dnsdist", out)
        end = time.monotonic() + 60
        while ask("new.example", server.port).is_real:
            assert ask("both.example", server.port).rcode == "NXDOMAIN"
            assert time.monotonic() < end
        assert ask("old.example", server.port).is_real


@pytest.mark.parametrize("format", FORMATS)
def test_the_lua_is_run_again_without_a_gap(
    tmp_path: Path, stub: Upstream, format: str  # noqa: A002
) -> None:  # fmt: skip
    out = tmp_path / "out"
    names = [f"n{number}.example.net" for number in range(300)]
    export(image("old.example", "both.example", *names), format, out)
    changed = page(format).replace("dofile", 'addAction(AllRule(), PoolAction(""))\ndofile')
    with dnsdist(tmp_path, changed, stub.port, {FOLDER: str(out)}) as server:
        rules = server.console("showRules()").count("\n")
        stopping, leaks, questions = threading.Event(), [], []

        def watch() -> None:
            while not stopping.is_set():
                both, free = rcodes([wire("both.example"), wire("free.example")], server.port)
                questions.append(both)
                if (both, free) != (3, 0):
                    leaks.append((both, free))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            for number in range(12):
                targets = ["both.example", f"v{number}.example", *names]
                if format != "dnsdist-suffixes":
                    targets.append(f"*p{number}q*")
                export(image(*targets), format, out)
                assert server.console(f'dofile("{out}/blocklist.lua")').strip() == ""
                assert ask(f"v{number}.example", server.port).rcode == "NXDOMAIN"
                if format != "dnsdist-suffixes":
                    assert ask(f"p{number}q.example.org", server.port).rcode == "NXDOMAIN"
                    assert ask(f"p{number - 1}q.example.org", server.port).is_real
        finally:
            stopping.set()
            watcher.join()
        assert len(questions) > 50
        assert leaks == []
        assert ask("old.example", server.port).is_real
        more = int(format != "dnsdist-suffixes")  # the pattern
        assert server.console("showRules()").count("\n") == rules + more


def test_each_block_tells_its_order(tmp_path: Path, stub: Upstream) -> None:
    orders = [order("=one.example", id="it:agcom:7/2026"), order("*.one.example", id='x"\\')]
    orders.append(order("*kickass*", id="à\n"))
    orders.append(order("secret.example", "both.example", id="hidden", confidential=True))
    orders.append(order("both.example", id="shown"))
    export(compile_orders(orders), "dnsdist", tmp_path / "out", confidential=False)
    with dnsdist(tmp_path, PAGE + LOG, stub.port, {FOLDER: str(tmp_path / "out")}) as server:
        for name, told in (
            ("oNe.example", "it:agcom:7/2026"), ("b.a.one.example", 'x"\\'),
            ("kickass.example.org", "à\n"), ("both.example", "shown"),
        ):  # fmt: skip
            assert ask(name, server.port).rcode == "NXDOMAIN", name
            assert f"blocked {name}.: {told}" in server.program.output(), name
        assert ask("secret.example", server.port).is_real
        assert "hidden" not in server.program.output()
    assert b"hidden" not in b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())


def test_without_a_store_it_does_not_start(tmp_path: Path, stub: Upstream) -> None:
    (tmp_path / "out").mkdir()
    config, _ = configure(tmp_path, PAGE, stub.port, {FOLDER: str(tmp_path / "out")})
    done = subprocess.run(
        [find_program("dnsdist"), "--supervised", "--disable-syslog", "-C", config],
        capture_output=True, text=True, timeout=60, check=False, env={},
    )  # fmt: skip
    assert done.returncode != 0
    assert "names.cdb: No such file" in done.stdout + done.stderr


def test_a_store_that_is_deleted_later_stays_in_use(tmp_path: Path, stub: Upstream) -> None:
    out = tmp_path / "out"
    export(image("both.example"), "dnsdist", out)
    with dnsdist(tmp_path, PAGE, stub.port, {FOLDER: str(out)}) as server:
        (out / "names.cdb").unlink()
        time.sleep(2)
        assert ask("both.example", server.port).rcode == "NXDOMAIN"
        assert ask("free.example", server.port).is_real
