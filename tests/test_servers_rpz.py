"""Real resolvers answer as ``is_blocked`` says, from the zones and scripts that are exported."""

from __future__ import annotations

import contextlib
import ipaddress
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset
import pytest
from helpers import image, order
from servers.dns import REAL, Upstream, ask, upstream
from servers.founding import CLOAKED, MUST_BLOCK, MUST_RESOLVE, founding_image
from servers.page import fenced, put
from servers.resolvers import (
    Resolver,
    bind_rpz,
    knot,
    knot_rpz,
    powerdns_lua,
    powerdns_rpz,
    unbound_rpz,
    unbound_version,
)
from servers.rulesets import names_around, random_image
from servers.stub import stub as answering

from blocklist import Authority, Blocklist, Image, compile_orders, diff
from blocklist.answers.disclosure import fit
from blocklist.errors import ExportError
from blocklist.exporters import ExportOptions, ExportReport, export
from blocklist.live.policy import Response

pytestmark = [pytest.mark.begin, pytest.mark.no_core]

SENTINEL = "sentinel.example"
"""Is in every list, so that it shows when a server has read one."""
MILAN, AGCOM = "Tribunale di Milano", "Autorità per le garanzie nelle comunicazioni"
QUESTIONS = 1_500
ALIASES = {
    **CLOAKED,
    "second.example.org": "first.example.org",
    "first.example.org": "u.corsaronero.pro",
    "alias.ok.one.example": "a.one.example",
}


@pytest.fixture(scope="module")
def stub() -> Iterator[Upstream]:
    with upstream(ALIASES) as running:
        yield running


@dataclass(frozen=True)
class Server:
    """How one program is given a list.

    Attributes:
        format: of the export.
        start: starts it with folder, list, port of the stub and, if ``waits``, a blocked name.
        aliases: whether aliases of blocked names are blocked: always, never, or by version, since
            Unbound 1.17 does not look at what it has in its cache (NLnetLabs/unbound#954).
        addresses: whether it looks at the addresses of an answer.
        responses: what else it can answer.
        reason: what the texts of its reasons say.
    """

    format: str
    start: Callable[..., AbstractContextManager[Resolver]]
    waits: bool
    aliases: str
    addresses: bool
    responses: frozenset[str]
    reason: str = ""

    @contextmanager
    def run(
        self, folder: Path, list_: Image, port: int, options: ExportOptions | None = None,
        *, blocked: str = SENTINEL, **more: Any,
    ) -> Iterator[tuple[Resolver, ExportReport]]:  # fmt: skip
        report = export(list_, self.format, folder / "list", options, **more)
        needs = [blocked] if self.waits else []
        with self.start(folder, folder / "list", port, *needs) as resolver:
            yield resolver, report


NEW_UNBOUND = (1, 22)
"""From some version between 1.17 and this on it starts without its zone, and blocks all aliases."""
RCODES = {"refused": "REFUSED", "notimp": "NOTIMP"}
ZONE = frozenset({"nodata", "drop", "tcp-only", "sinkhole"})
SERVERS = {
    "unbound": Server("rpz", unbound_rpz, False, "by version", True, ZONE),
    "bind": Server("rpz", bind_rpz, True, "always", True, ZONE),
    "powerdns": Server("powerdns", powerdns_rpz, True, "always", True, ZONE, "authority"),
    "powerdns-lua": Server(
        "powerdns-lua", powerdns_lua, True, "always", False,
        frozenset({"nodata", "sinkhole", "refused", "notimp"}), "order",
    ),
    "knot": Server(
        "knot", knot, False, "always", False,
        frozenset({"nodata", "sinkhole", "refused"}), "order",
    ),
    "knot-rpz": Server(
        "rpz", knot_rpz, False, "never", False,
        frozenset({"nodata", "sinkhole"}), "blocked by order of an authority",
    ),
}  # fmt: skip


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> Server:
    return SERVERS[request.param]


def test_the_founding_case(server: Server, tmp_path: Path, stub: Upstream) -> None:
    with server.run(
        tmp_path, founding_image(), stub.port, blocked=MUST_BLOCK[0]
    ) as (resolver, report):  # fmt: skip
        assert not report.losses
        for name in MUST_BLOCK:
            reply = ask(name, resolver.port)
            assert (reply.rcode, reply.addresses) == ("NXDOMAIN", ()), name
            assert [code for code, _ in reply.errors] == [16] * bool(server.reason), name
            for _, text in reply.errors:
                assert {"authority": MILAN in text or AGCOM in text, "order": MILAN in text}.get(
                    server.reason, text == server.reason
                ), name
        for name in MUST_RESOLVE:
            reply = ask(name, resolver.port)
            assert reply.is_real, name
            assert reply.errors == (), name
        assert ask("www.limetorrents.pro", resolver.port, tcp=True).rcode == "NXDOMAIN"
        assert ask("www.limetorrents.pro", resolver.port, "MX").rcode == "NXDOMAIN"
        for alias in ("cloaked.example.org", "second.example.org"):
            seen = [ask(alias, resolver.port).is_real for _ in range(3)]
            is_old = server.aliases == "by version" and unbound_version() < NEW_UNBOUND
            expected = [True] * 3 if server.aliases == "never" else [False, is_old, is_old]
            assert seen == expected, alias


@pytest.mark.parametrize("seed", [1, 2])
def test_random_rules(server: Server, seed: int, tmp_path: Path, stub: Upstream) -> None:
    chance = random.Random(seed)
    list_ = random_image(chance, SENTINEL, size=200)
    blocked = Blocklist(list_)
    names = names_around(chance, {match.rule.value for match in blocked.rules()}, QUESTIONS)
    assert len(names) > 1000
    expected = {name: blocked.is_blocked(name) for name in names}
    assert 0.1 < sum(expected.values()) / len(names) < 0.9
    with server.run(tmp_path, list_, stub.port) as (resolver, report):
        assert not report.losses
        said = {name: not ask(name, resolver.port).is_real for name in names}
    assert {n for n in names if said[n]} == {n for n in names if expected[n]}


@pytest.mark.parametrize(
    "response",
    ["nodata", "drop", "tcp-only", "sinkhole 192.0.2.1 2001:db8::1", "refused", "notimp"],
)
def test_responses(server: Server, response: str, tmp_path: Path, stub: Upstream) -> None:
    options = ExportOptions(response=Response.parse(response))
    list_ = image("listed.example", SENTINEL, exceptions=["not.listed.example"])
    if response.partition(" ")[0] not in server.responses:
        if response in ZONE and server.format == "rpz":
            pytest.skip("the format can say it, the program cannot do it: see its page")
        with pytest.raises(ExportError, match=f"cannot answer {response}"):
            export(list_, server.format, tmp_path / "list", options)
        return
    with server.run(tmp_path, list_, stub.port, options) as (resolver, _):
        assert ask("not.listed.example", resolver.port).is_real
        for name in ("listed.example", "a.LISTED.example"):
            if response == "drop":
                assert ask(name, resolver.port, timeout=0.5).rcode == "TIMEOUT"
                continue
            v4, v6 = (ask(name, resolver.port, kind) for kind in ("A", "AAAA"))
            assert v4.rcode == v6.rcode == RCODES.get(response, "NOERROR")
            code = 16 if server.reason.startswith("blocked") else 15
            for reply in (v4, v6):
                assert [said for said, _ in reply.errors] == [code] * bool(server.reason), name
            if response == "tcp-only":
                assert v4.message is not None
                assert v4.message.flags & dns.flags.TC
                assert ask(name, resolver.port, tcp=True).is_real
            elif response.startswith("sinkhole"):
                assert (v4.addresses, v6.addresses) == (("192.0.2.1",), ("2001:db8::1",))
            else:
                assert v4.addresses == v6.addresses == ()


ADDRESSES = {
    "198.51.100.7": True,
    "198.51.100.8": False,
    "203.0.113.128": True,
    "203.0.113.0": False,
    "203.0.113.255": True,
    "203.0.114.0": False,
    "203.0.113.9": False,  # excepted
    "203.0.113.77": True,  # and blocked again within
    "2001:db8:1::": True,
    "2001:db8:1:ffff::5": True,
    "2001:db8:2::": False,
    "2001:db8:1:2::1": False,
    "2001:db8:0:1:0:0:1:1": True,
    "2001:db8:0:1:0:0:1:2": False,
    "2001:db8:a:b:c:d:e:f": True,
    "2001:db8:5::7": True,
    "2001:db8:5::8": False,
}


def _by_name(query: dns.message.Message) -> bytes:
    """Answer with the address that is the first label in hexadecimal, or with the stub's."""
    name, kind = query.question[0].name, query.question[0].rdtype
    response = dns.message.make_response(query, recursion_available=True)
    text = name.labels[0].decode("ascii")
    data = REAL.get(dns.rdatatype.to_text(kind))
    if kind in (dns.rdatatype.NS, dns.rdatatype.SOA):
        data = "ns." if kind == dns.rdatatype.NS else "ns. host. 1 60 60 60 60"
    elif len(text) in (8, 32):
        data = str(ipaddress.ip_address(bytes.fromhex(text)))
    if data:
        response.answer.append(dns.rrset.from_text(name, 60, "IN", kind, data))
    return response.to_wire()


def test_addresses(server: Server, tmp_path: Path) -> None:
    if not server.addresses:
        pytest.skip("looks at no addresses")
    list_ = image(
        SENTINEL, "198.51.100.7", "203.0.113.0/24", "203.0.113.64/26", "2001:db8:1::/48",
        "2001:db8:0:1:0:0:1:1", "2001:db8:a:b:c:d:e:f", "2001:db8:5::7",
        exceptions=["203.0.113.0/25", "2001:db8:1:2::/64"],
    )  # fmt: skip
    blocked = Blocklist(list_)
    with answering(_by_name) as port, server.run(tmp_path, list_, port) as (resolver, report):
        assert not report.losses
        for text, wanted in ADDRESSES.items():
            address = ipaddress.ip_address(text)
            kind = "A" if address.version == 4 else "AAAA"
            reply = ask(f"{address.packed.hex()}.example", resolver.port, kind)
            assert blocked.is_blocked_address(text) is wanted
            assert (reply.addresses != (str(address),)) is wanted, text


def test_reload(server: Server, tmp_path: Path, stub: Upstream) -> None:
    """What is new in the list is blocked, what is gone from it is not."""
    before, after = image(SENTINEL, "old.example"), image(SENTINEL, "new.example")
    with server.run(tmp_path, before, stub.port) as (resolver, _):
        assert ask("new.example", resolver.port).is_real  # and is in the cache
        assert not ask("old.example", resolver.port).is_real
        export(after, server.format, tmp_path / "list")
        resolver.reload()
        if server.format.startswith("powerdns"):  # it has a packet cache
            resolver.run("wipe-cache", *(f"{name}$" for name in diff(before, after).names))
        end = time.monotonic() + 60
        while ask("new.example", resolver.port).is_real:
            assert time.monotonic() < end, resolver.program.output()[-3000:]
            time.sleep(0.1)
        assert ask("old.example", resolver.port).is_real
        assert not ask(f"www.{SENTINEL}", resolver.port).is_real


def test_the_longest_owners(server: Server, tmp_path: Path, stub: Upstream) -> None:
    """What just fits is enforced by all, and what does not fit is lost without harm."""
    zone = "rpz.blocklist" if server.format == "rpz" else "operator.rpz.blocklist"
    room = 253 if server.format in ("powerdns-lua", "knot") else 250 - len(zone)
    fits, over = _long_name(room), _long_name(min(room + 1, 253))
    with server.run(tmp_path, image(SENTINEL, fits, over), stub.port) as (resolver, report):
        lost = [(loss.code, loss.examples) for loss in report.losses]
        assert lost == ([] if room == 253 else [("too-long", (over,))])
        assert not ask(fits, resolver.port).is_real
        assert ask(over, resolver.port).is_real is (room < 253)
        if room < 252:
            assert not ask(f"z.{fits}", resolver.port).is_real


def _long_name(size: int) -> str:
    """Return a name of that many characters."""
    parts = []
    left = size - len(".example")
    while left > 0:
        parts.append("l" * min(63, left if left != 65 else 62))
        left -= len(parts[-1]) + 1
    name = ".".join([*parts, "example"])
    assert len(name) == size
    return name


HOSTILE = 'Court "of" ]] \\ \n\0 --[[ ]=] ${x} $(y) \u2028 é \ud800'


def _several() -> Image:
    """Return orders of several authorities, with exceptions across them, one of hostile words."""

    def by(key: str, name: str, target: str, *, number: str = "", **more: Any) -> Any:
        return order(
            target, id=f"it:{key}:{number or target.strip('=*.')}", authority=Authority(key, name),
            number=number, **more,
        )  # fmt: skip

    return compile_orders([
        by("agcom", AGCOM, "one.example", number="7/26/CONS"),
        by("agcom", AGCOM, "three.example", number="8/26/CONS"),
        by("court/../x", HOSTILE, "two.example", number="R.G. 1"),
        by("court/../x", HOSTILE, "sub.one.example", number="R.G. 2"),
        by("operator", "the operator's own policy", SENTINEL, exceptions=["ok.one.example"]),
        by("adm", "Agenzia", "deep.ok.one.example", number="9"),
        by("adm", "Agenzia", "=exact.example", number="10"),
    ])  # fmt: skip


@pytest.mark.parametrize("name", ["powerdns", "powerdns-lua", "knot"])
def test_reasons(name: str, tmp_path: Path, stub: Upstream) -> None:
    blocked = Blocklist(_several())
    with SERVERS[name].run(tmp_path, blocked.image, stub.port) as (resolver, report):
        assert not report.losses
        said = {}
        for asked in (
            "a.one.example", "sub.one.example", "two.example", "three.example", SENTINEL,
            "deep.ok.one.example", "exact.example", "ok.one.example", "a.exact.example",
        ):  # fmt: skip
            reply = ask(asked, resolver.port)
            match = blocked.match(asked)
            assert reply.is_real is (match is None), asked
            if match is None:
                assert reply.errors == (), asked
                continue
            ((code, text),) = reply.errors
            said[asked] = text
            assert code == (15 if asked == SENTINEL else 16), asked
            if name != "powerdns":
                assert text == match.ede().text, asked
        # An exception is for one name, not for what that is an alias of.
        reply = ask("alias.ok.one.example", resolver.port)
        assert not reply.is_real
        assert [text for _, text in reply.errors] == [said["a.one.example"]]
        # In a zone, what lies below a rule has the reason of that rule.
        if name == "powerdns":
            assert said == {
                "a.one.example": AGCOM, "sub.one.example": AGCOM, "three.example": AGCOM,
                "two.example": fit(f"{HOSTILE}, R.G. 1"),
                "deep.ok.one.example": AGCOM, "exact.example": "Agenzia, 10",
                SENTINEL: f"the operator's own policy (it:operator:{SENTINEL})",
            }  # fmt: skip


@pytest.mark.parametrize("name", ["powerdns-lua", "knot"])
def test_patterns_of_scripts(name: str, tmp_path: Path, stub: Upstream) -> None:
    list_ = image(
        SENTINEL, "*torrentz*", "ads.*", "play*.x.me", "a*b*c*d.example",
        "x.good.torrentz.example",
        exceptions=["*nice-torrentz*", "good.torrentz.example"],
    )  # fmt: skip
    blocked = Blocklist(list_)
    names = [
        "torrentz.example", "www.mytorrentz9.org", "torrent.example", "ads.example", "bads.example",
        "ads.x.y.example", "play.x.me", "play9.x.me", "xplay.x.me", "abcd.example",
        "axbxcxd.example",
        "acbd.example", "abccd.example", "nice-torrentz.example", "good.torrentz.example",
        "a.good.torrentz.example", "x.good.torrentz.example", "A.TORRENTZ.example", "dabcd.example",
        "a.b.c.d.example", "ad.example", r"x\.ads.example", r"ads\.x.example", r"\ads.example",
        r"a\.sentinel.example", rf"a\.{SENTINEL}", r"a.b\032.sentinel.example",
    ]  # fmt: skip
    with SERVERS[name].run(tmp_path, list_, stub.port) as (resolver, report):
        assert not report.losses
        for asked in names:
            assert ask(asked, resolver.port).is_real is not blocked.is_blocked(asked), asked


@pytest.mark.parametrize("name", ["bind", "powerdns", "knot", "knot-rpz"])
def test_a_broken_list_leaves_the_old_one(name: str, tmp_path: Path, stub: Upstream) -> None:
    """Not so in Unbound 1.17 and with the script of PowerDNS, as their pages say."""
    with SERVERS[name].run(tmp_path, image(SENTINEL), stub.port) as (resolver, _):
        folder = tmp_path / "list"
        for path in folder.iterdir() if folder.is_dir() else [folder]:
            path.write_text("this is no ((( zone and no script\n")
        with contextlib.suppress(AssertionError):  # some say that it failed
            resolver.reload()
        time.sleep(0.5)
        assert not ask(f"fresh.{SENTINEL}", resolver.port).is_real
        assert ask("unlisted.example", resolver.port).is_real


@pytest.mark.parametrize("content", ["", "this is no ((( zone\n"])
def test_unbound_without_a_zone(content: str, tmp_path: Path, stub: Upstream) -> None:
    """Old ones do not start. New ones are open, which the canary shows and nothing else does."""
    if content:
        (tmp_path / "list").write_text(content)
    if unbound_version() < NEW_UNBOUND:
        with (
            pytest.raises(pytest.fail.Exception, match=r"ended with [1-9]"),
            unbound_rpz(tmp_path, tmp_path / "list", stub.port),
        ):
            pass
        return
    image(SENTINEL).save(tmp_path / "it.blk")
    with unbound_rpz(tmp_path, tmp_path / "list", stub.port) as resolver:
        assert ask(SENTINEL, resolver.port).is_real
        (command,) = re.findall("(?m)^ExecStartPost=(.*)$", fenced("unbound-rpz.md", "systemd"))
        _, *words = put(
            command,
            ("/var/lib/blocklist/it.blk", tmp_path / "it.blk"),
            ("127.0.0.1", f"127.0.0.1:{resolver.port}"),
            ("60s", "0s"),
        ).split()
        seen = subprocess.run(
            [sys.executable, "-m", "blocklist", *words], capture_output=True, text=True, check=False
        )
        assert seen.returncode == 1, seen.stderr
        assert "canary check.rpz.blocklist NOT seen" in seen.stderr


@pytest.mark.parametrize("name", ["knot", "knot-rpz"])
def test_without_a_list_there_is_no_start(name: str, tmp_path: Path, stub: Upstream) -> None:
    with (
        pytest.raises(pytest.fail.Exception, match=r"ended with [1-9]"),
        SERVERS[name].start(tmp_path, tmp_path / "missing", stub.port),
    ):
        pass
