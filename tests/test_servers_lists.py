"""Unbound with local zones, and dnsmasq, with the configurations of the pages: their answers."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import dns.name
import pytest
from helpers import image
from servers.dns import Upstream, answers, ask, upstream
from servers.founding import CLOAKED, MUST_BLOCK, MUST_RESOLVE, founding_image
from servers.many import near, random_image
from servers.page import fenced, fenced_all, put
from servers.program import Program, find_program, free_port, running

from blocklist import Blocklist, Image, Response
from blocklist.exporters import ExportOptions, export

pytestmark = pytest.mark.no_core

SERVERS = "/etc/blocklist/dnsmasq.servers"
NESTED = image(
    "d.it", "b.help.d.it", "=a.b.help.d.it", "ab.d.it", "a.ab.d.it", "=e.it", "b.e.it", "*.f.it",
    "=a.b.f.it", "=_dmarc.g.it", "xn--mnchen-3ya.it", "a.a.a.it", "b.a.a.a.it", "=q.a.a.it",
    exceptions=[
        "help.d.it", "=d.b.help.d.it", "=b.d.it", "*.a.d.it", "b.ab.d.it", "a.f.it", "=ab.f.it",
    ],
)  # fmt: skip
"""Blocks and exceptions of every kind within each other, four deep."""
IMAGES = {"nested": NESTED, "random": random_image(7, patterns=False)}


@contextmanager
def unbound(folder: Path, file: Path, stub: Upstream) -> Iterator[int]:
    port = free_port()
    (folder / "unbound.conf").write_text(
        put(
            fenced("unbound-local-zone.md", "conf"),
            ("interface: 127.0.0.1\n", f"interface: 127.0.0.1@{port}\n"),
            ("/etc/unbound/blocklist.conf", file),
        )
        + f'    control-interface: "{folder}/control"\n    control-use-cert: no\n'
        f'server:\n    directory: "{folder}"\n    chroot: ""\n    pidfile: ""\n    username: ""\n'
        '    use-syslog: no\n    logfile: ""\n    do-not-query-localhost: no\n'
        '    module-config: "iterator"\n'
        f'forward-zone:\n    name: "."\n    forward-addr: 127.0.0.1@{stub.port}\n'
    )
    subprocess.run(
        [find_program("unbound-checkconf"), folder / "unbound.conf"],
        check=True, capture_output=True,
    )  # fmt: skip
    command = [find_program("unbound"), "-d", "-c", str(folder / "unbound.conf")]
    with running(command, folder, ready=answers(port)):
        yield port


@contextmanager
def dnsmasq(
    folder: Path, stub: Upstream, *places: tuple[str, object], page: str = "dnsmasq.md"
) -> Iterator[tuple[int, Program]]:
    port = free_port()
    (folder / "dnsmasq.conf").write_text(
        put(fenced(page, "conf"), *places)
        + f"port={port}\nno-resolv\nno-hosts\nno-poll\nserver=127.0.0.1#{stub.port}\n"
    )
    command = [
        find_program("dnsmasq"), "--keep-in-foreground", "--log-facility=-", "--user=",
        "--pid-file=", f"--conf-file={folder}/dnsmasq.conf",
    ]  # fmt: skip
    with running(command, folder, ready=answers(port)) as program:
        yield port, program


@pytest.fixture(scope="module")
def stub() -> Iterator[Upstream]:
    with upstream(CLOAKED) as found:
        yield found


def questions(source: Image, count: int = 1_500) -> list[str]:
    """Names of the rules, and beside, above and below them, in any case; each once."""
    blocked = Blocklist(source)
    names = [dns.name.from_wire(octets, 0)[0].to_text() for octets in near(blocked, 3, count)]
    named = {match.rule.value for match in blocked.rules()}
    around = [f"{label}{name}" for name in named for label in ("", "x.", "www.a.", "x")]
    return sorted({*names, *around, *(name.partition(".")[2] for name in named)} - {""})


def shuffled(names: Iterable[str]) -> list[str]:
    """In a sequence of no order, so that what a cache holds of one name helps no other."""
    found = list(names)
    Random(9).shuffle(found)
    return found


def wrong(port: int, names: Iterable[str], meant: Blocklist) -> list[tuple[str, str]]:
    """Questions with another answer than that of the image."""
    found = []
    for name in shuffled(names):
        reply = ask(name, port)
        assert reply.rcode != "TIMEOUT", name
        if reply.is_real is meant.is_blocked(name):
            found.append((name, reply.rcode))
    return found


@pytest.mark.parametrize("source", IMAGES)
def test_unbound_answers_what_the_image_says(tmp_path: Path, stub: Upstream, source: str) -> None:
    compiled = IMAGES[source]
    lost: list[str] = []
    report = export(
        compiled, "unbound", tmp_path / "zones", each_loss=lambda _, text: lost.append(text)
    )
    assert {loss.code for loss in report.losses} == {"below"}
    below = tuple(text.removeprefix("*") for text in lost)
    names = questions(compiled)
    blocked = Blocklist(compiled)
    with unbound(tmp_path, tmp_path / "zones", stub) as port:
        differing = wrong(port, names, blocked)
    # What is lost is the block below a name, and nothing is blocked too much.
    assert len(names) > 500
    for name, _ in differing:
        assert blocked.is_blocked(name), name
        assert name.lower().rstrip(".").endswith(below), name


def test_unbound_is_exact_without_blocks_of_subdomains_alone(
    tmp_path: Path, stub: Upstream
) -> None:
    compiled = image(
        "d.it", "b.help.d.it", "=a.b.c.it", "=e.it", "b.e.it", "=help.d.it", "=_dmarc.g.it",
        "=x.e.it", "y.x.e.it", exceptions=["*.help.d.it", "a.b.help.d.it", "*.ab.d.it"],
    )  # fmt: skip
    report = export(compiled, "unbound", tmp_path / "zones")
    assert report.losses == ()
    with unbound(tmp_path, tmp_path / "zones", stub) as port:
        assert wrong(port, questions(compiled), Blocklist(compiled)) == []
        # A name alone has no data of any type, and what is below it is resolved.
        for kind in ("AAAA", "MX", "HTTPS", "TXT"):
            assert not ask("e.it", port, kind).is_real
            assert ask("e.it", port, kind).rcode == "NOERROR"
        assert ask("z.e.it", port, "AAAA").is_real


@pytest.mark.parametrize(
    ("response", "rcode", "addresses"),
    [
        ("nxdomain", "NXDOMAIN", ()),
        ("nodata", "NOERROR", ()),
        ("refused", "REFUSED", ()),
        ("drop", "TIMEOUT", ()),
        ("sinkhole 192.0.2.1", "NOERROR", ("192.0.2.1",)),
    ],
)
def test_unbound_responses(
    tmp_path: Path, stub: Upstream, response: str, rcode: str, addresses: tuple[str, ...]
) -> None:
    compiled = image("d.it", "=e.it", exceptions=["h.d.it"])
    options = ExportOptions(response=Response.parse(response))
    export(compiled, "unbound", tmp_path / "zones", options)
    with unbound(tmp_path, tmp_path / "zones", stub) as port:
        reply = ask("WWW.d.it", port, timeout=0.5)
        assert (reply.rcode, reply.addresses) == (rcode, addresses)
        assert ask("e.it", port).addresses == (addresses or ("0.0.0.0",))
        assert ask("x.h.d.it", port).is_real
        if addresses:
            assert ask("d.it", port, "AAAA").addresses == ()


@pytest.mark.parametrize("source", IMAGES)
def test_dnsmasq_answers_what_the_image_says(tmp_path: Path, stub: Upstream, source: str) -> None:
    compiled = IMAGES[source]
    file = tmp_path / "servers"
    report = export(compiled, "dnsmasq", file)
    assert report.losses == ()
    names = questions(compiled)
    with dnsmasq(tmp_path, stub, (SERVERS, file)) as (port, _):
        assert wrong(port, names, Blocklist(compiled)) == []
        blocked = next(filter(Blocklist(compiled).is_blocked, names))
        for kind in ("AAAA", "MX", "HTTPS", "TXT"):
            assert ask(blocked, port, kind).rcode == "NXDOMAIN"


def test_dnsmasq_reads_the_file_anew_at_sighup(tmp_path: Path, stub: Upstream) -> None:
    file = tmp_path / "servers"
    export(image("d.it"), "dnsmasq", file)
    with dnsmasq(tmp_path, stub, (SERVERS, file)) as (port, program):
        assert ask("e.it", port).is_real  # and is in the cache now
        assert not ask("d.it", port).is_real
        export(image("e.it"), "dnsmasq", file)
        program.process.send_signal(signal.SIGHUP)
        program.wait_until(lambda: not ask("e.it", port).is_real)
        assert ask("d.it", port).is_real


@pytest.mark.parametrize(
    ("response", "a", "aaaa"),
    [
        ("sinkhole 192.0.2.1", "192.0.2.1", "::"),
        ("sinkhole 2001:db8::1", "0.0.0.0", "2001:db8::1"),
        ("sinkhole 192.0.2.1 2001:db8::1", "192.0.2.1", "2001:db8::1"),
    ],
)
def test_dnsmasq_sinkhole(tmp_path: Path, stub: Upstream, response: str, a: str, aaaa: str) -> None:
    file = tmp_path / "addresses"
    compiled = image("d.it", "=e.it", "*.f.it", exceptions=["h.d.it"])
    export(compiled, "dnsmasq", file, ExportOptions(response=Response.parse(response)))
    place = (f"servers-file={SERVERS}", f"conf-file={file}")
    with dnsmasq(tmp_path, stub, place) as (port, _):
        for name in ("d.it", "X.D.it", "e.it", "x.f.it"):
            assert ask(name, port).addresses == (a,)
            assert ask(name, port, "AAAA").addresses == (aaaa,)
        for name in ("h.d.it", "x.e.it", "f.it"):
            assert ask(name, port).is_real
            assert ask(name, port, "AAAA").is_real


def test_dnsmasq_reads_a_hosts_file(tmp_path: Path, stub: Upstream) -> None:
    file = tmp_path / "hosts"
    compiled = image("d.it", "www.d.it", "=e.it", exceptions=["=q.d.it"])
    export(compiled, "hosts", file)
    place = ("/etc/blocklist/hosts", file)
    with dnsmasq(tmp_path, stub, place, page="hosts-and-plain.md") as (port, program):
        for name in ("d.it", "WWW.d.it", "e.it"):
            assert ask(name, port).addresses == ("0.0.0.0",)
            assert ask(name, port, "AAAA").addresses == ("::",)
        for name in ("x.d.it", "x.e.it", "q.d.it", "xd.it", "it"):
            assert ask(name, port).is_real
        export(image("=n.it"), "hosts", file)
        program.process.send_signal(signal.SIGHUP)
        program.wait_until(lambda: not ask("n.it", port).is_real)
        assert ask("e.it", port).is_real


def test_founding_case_in_unbound(tmp_path: Path, stub: Upstream) -> None:
    assert export(founding_image(), "unbound", tmp_path / "zones").losses == ()
    with unbound(tmp_path, tmp_path / "zones", stub) as port:
        check_founding_case(port)


def test_founding_case_in_dnsmasq(tmp_path: Path, stub: Upstream) -> None:
    file = tmp_path / "servers"
    assert export(founding_image(), "dnsmasq", file).losses == ()
    with dnsmasq(tmp_path, stub, (SERVERS, file)) as (port, _):
        check_founding_case(port)


def check_founding_case(port: int) -> None:
    for name in MUST_BLOCK:
        for kind in ("A", "AAAA", "HTTPS", "MX"):
            assert ask(name, port, kind).rcode == "NXDOMAIN", (name, kind)
        assert ask(name, port, tcp=True).rcode == "NXDOMAIN", name
    for name in (*MUST_RESOLVE, *CLOAKED):  # the pages say that aliases are followed
        assert ask(name, port).is_real, name


def in_namespace(folder: Path, script: str) -> list[str]:
    """Run it in bash, in a network of its own, which needs the right to make one."""
    unshare = find_program("unshare")
    if subprocess.run([unshare, "--net", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no right to make a network namespace")
    command = f'blocklist() {{ "{sys.executable}" -m blocklist "$@"; }}\n'
    done = subprocess.run(
        [unshare, "--net", "bash", "-euc", command + script], cwd=folder,
        capture_output=True, text=True, check=False, timeout=60,
        env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def routed(*targets: str) -> Image:
    return image("198.51.100.0/29", *targets, exceptions=["198.51.100.7"])


PARTS = ["198.51.100.0/30", "198.51.100.4/31", "198.51.100.6"]


def test_null_routes_of_the_page(tmp_path: Path) -> None:
    find_program("ip")
    routed("203.0.113.7", "2001:db8:5::/48").save(tmp_path / "old.blk")
    routed("203.0.113.8", "2001:db8:6::/48").save(tmp_path / "new.blk")
    load, difference, _ = (
        text.replace("/run", str(tmp_path)).replace("/var/lib/blocklist/it.blk", "$image")
        for text in fenced_all("null-routes.md", "sh")
    )
    shown = in_namespace(
        tmp_path,
        f"ip link set lo up\nimage=old.blk\n{load}{load}"
        f"blocklist export old.blk --format prefixes -o old.prefixes\n"
        f"image=new.blk\n{difference}{load}"
        "ip route show type blackhole; ip -6 route show type blackhole",
    )
    assert [line.split()[1] for line in shown] == [*PARTS, "203.0.113.8", "2001:db8:6::/48"]


def test_sets_of_nftables_of_the_page(tmp_path: Path) -> None:
    find_program("nft")
    routed("203.0.113.7", "2001:db8:5::/48").save(tmp_path / "it.blk")
    text = fenced_all("null-routes.md", "sh")[2].replace("/run", str(tmp_path))
    text = text.replace("/var/lib/blocklist/it.blk", "it.blk")
    shown = in_namespace(
        tmp_path,
        "nft add table inet filter\n"
        "nft add set inet filter blocked4 '{ type ipv4_addr; flags interval; }'\n"
        "nft add set inet filter blocked6 '{ type ipv6_addr; flags interval; }'\n"
        f"{text}{text}nft list set inet filter blocked4; nft list set inet filter blocked6",
    )
    found = re.findall(r"[0-9a-f.:]+[.:][0-9a-f.:]+(?:/[0-9]+)?", "\n".join(shown))
    assert found == [*PARTS, "203.0.113.7", "2001:db8:5::/48"]
