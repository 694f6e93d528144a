"""Odd names, which the DNS allows and some program refuses, in every format for every response.

One such name, and a program keeps its old list, or starts without any.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import image
from servers.dns import Upstream, ask, upstream
from servers.page import PAGES, fenced_all, put
from servers.program import find_program
from test_servers_lists import dnsmasq
from test_servers_rpz import SERVERS

from blocklist import Blocklist, ExportError
from blocklist.exporters import FORMATS, ExportOptions, ExportReport, export
from blocklist.exporters.responses import words_of
from blocklist.live.policy import Action, Response

pytestmark = [pytest.mark.begin, pytest.mark.no_core]

LONGEST = ".".join([*["l" * 63] * 3, "m" * 53, "example"])
NAMES = [
    "_dmarc.odd.example", "a_b.example", "_", "good._under.example", f"{'_' * 63}.example",
    "-a.example", "a-.example", "-", "good.-b.example", "a--b.example",
    "123.example", "1.2.3.4.example", "0x7f.example", "192.0.2.300.example",
    f"{'l' * 63}.example", LONGEST, "xn--bcher-kva.example", "xn--e1afmkfd.xn--p1ai",
    "default", "hostnames", "include", "volatile", "any", "none", "nul.example", "rpz-x.example",
    "*.-c.example", "*._c.example", "*.12.example", "=_e.example", "=-e.example", "w.rpz-ip",
    "blocked.example", "sentinel.example",
]  # fmt: skip
EXCEPTIONS = ["_ok.blocked.example", "-ok.blocked.example", "a._too.blocked.example",
              "=9.blocked.example"]  # fmt: skip
ODD = image(*NAMES, exceptions=EXCEPTIONS, permit=NAMES)
MEANT = Blocklist(ODD)
ASKED = [
    name
    for match in MEANT.rules()
    for name in (match.rule.value, f"x.{match.rule.value}")
    if len(name) <= 253
]
SAID = {Action.SINKHOLE: "sinkhole 192.0.2.1 2001:db8::1"}
SILENT = {Action.DROP, Action.PASSTHRU}
NO_HOSTS = 13
"""Of the rules those with an underscore, or with a hyphen at an edge."""


def responses(*formats: str) -> list[tuple[str, Action]]:
    return [(name, action) for name in formats for action in words_of(name)]


def said(action: Action, *assume: str) -> ExportOptions:
    response = Response.parse(SAID.get(action, str(action)))
    return ExportOptions(response=response, assume=assume)


def checked(program: str, *words: str | Path) -> None:
    done = subprocess.run(
        [find_program(program), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]


def losses(report: ExportReport) -> dict[str, int]:
    return {loss.code: loss.count for loss in report.losses}


def test_all_formats_are_here() -> None:
    read = {"rpz", "bind", "unbound", "dnsdist", "dnsdist-lmdb", "dnsdist-suffixes", "dnsmasq",
            "hosts", "powerdns", "powerdns-lua", "knot", "nginx", "haproxy", "squid"}  # fmt: skip
    no_names = {"prefixes", "routes"}
    not_in_debian = {"adblock", "coredns", "dnscrypt", "plain", "zeek"}
    in_test_exporters_ids = {"suricata"}
    assert read | no_names | not_in_debian | in_test_exporters_ids == set(FORMATS)


@pytest.fixture(scope="module")
def stub() -> Iterator[Upstream]:
    with upstream() as found:
        yield found


@pytest.mark.parametrize("assume", [(), ("check-names-ignore",)])
@pytest.mark.parametrize("action", words_of("rpz"))
def test_bind_takes_the_zone(action: Action, assume: tuple[str, ...], tmp_path: Path) -> None:
    zone = tmp_path / "zone"
    report = export(ODD, "rpz", zone, said(action, *assume))
    checked("named-checkzone", "-k", "ignore" if assume else "fail", "rpz.blocklist", zone)
    lost = losses(report)
    expected = {"too-long": 1, "trigger": 1}
    if action is Action.SINKHOLE and not assume:
        # An exception that cannot be written takes the block around it along.
        expected |= {"check-names": NO_HOSTS, "exception": 1}
    assert lost == expected


def test_a_zone_whose_own_name_is_odd(tmp_path: Path) -> None:
    odd = replace(said(Action.SINKHOLE), zone="_court.blocklist")
    with pytest.raises(ExportError, match="BIND refuses addresses in a zone named _court"):
        export(ODD, "rpz", tmp_path / "zone", odd)
    export(ODD, "rpz", tmp_path / "zone", replace(odd, assume=("check-names-ignore",)))
    checked("named-checkzone", "-k", "ignore", "_court.blocklist", tmp_path / "zone")
    export(ODD, "rpz", tmp_path / "zone", replace(said(Action.NXDOMAIN), zone="_court.blocklist"))
    checked("named-checkzone", "-k", "fail", "_court.blocklist", tmp_path / "zone")
    with pytest.raises(ExportError, match="nothing is known of 'luck'"):
        said(Action.NXDOMAIN, "luck")


@pytest.mark.parametrize("assume", [(), ("check-names-ignore",)])
@pytest.mark.parametrize("action", words_of("bind"))
def test_bind_takes_a_zone_for_each_name(
    action: Action, assume: tuple[str, ...], tmp_path: Path
) -> None:
    report = export(ODD, "bind", tmp_path, said(action, *assume))
    page = fenced_all("bind.md", "named")[1]
    if not assume:
        page = put(page, ("    check-names primary ignore;\n", ""))
    config = tmp_path / "named.conf"
    config.write_text(page.replace("/var/cache/bind", str(tmp_path)))
    checked("named-checkconf", "-z", config)
    lost = losses(report)
    assert lost.get("check-names", 0) == (
        NO_HOSTS if action is Action.SINKHOLE and not assume else 0
    )
    assert lost.get("too-long", 0) == (action is Action.SINKHOLE)


@pytest.mark.parametrize(
    ("name", "action"),
    [
        (name, action)
        for name, server in SERVERS.items()
        for action in words_of(server.format)
        if not (server.waits and action is Action.PASSTHRU)
    ],
)
def test_resolvers_enforce_them(name: str, action: Action, tmp_path: Path, stub: Upstream) -> None:
    """As far as the export says that it holds them."""
    tmp_path.chmod(0o755)
    lost: list[str] = []
    more: dict[str, Any] = {"each_loss": lambda _, text: lost.append(text)}
    options = said(action, "check-names-ignore")
    with SERVERS[name].run(tmp_path, ODD, stub.port, options, **more) as (resolver, _):
        assert len(lost) <= 3
        for asked in ASKED if action not in SILENT else ():
            if not any(f".{asked}".endswith(f".{text}") for text in lost):
                is_real = ask(asked, resolver.port).is_real
                assert is_real is not MEANT.is_blocked(asked), asked


@pytest.mark.parametrize("action", words_of("unbound"))
def test_unbound_takes_zones(action: Action, tmp_path: Path) -> None:
    export(ODD, "unbound", tmp_path / "list", said(action))
    config = tmp_path / "unbound.conf"
    config.write_text(
        f'server:\n    directory: "{tmp_path}"\n    chroot: ""\n    username: ""\n'
        f'include: "{tmp_path}/list"\n'
    )
    checked("unbound-checkconf", config)


@pytest.mark.parametrize(
    ("name", "action"), responses("dnsdist", "dnsdist-lmdb", "dnsdist-suffixes")
)
def test_dnsdist_takes_them(name: str, action: Action, tmp_path: Path) -> None:
    assert not losses(export(ODD, name, tmp_path / "list", said(action)))
    config = tmp_path / "dnsdist.conf"
    config.write_text(f'setLocal("127.0.0.1:1")\ndofile("{tmp_path}/list/blocklist.lua")\n')
    checked("dnsdist", "--check-config", "-C", config)


@pytest.mark.parametrize("action", words_of("dnsmasq"))
def test_dnsmasq_enforces_them(action: Action, tmp_path: Path, stub: Upstream) -> None:
    export(ODD, "dnsmasq", tmp_path / "list", said(action))
    kind = "servers-file" if action is Action.NXDOMAIN else "conf-file"
    place = "servers-file=/etc/blocklist/dnsmasq.servers", f"{kind}={tmp_path}/list"
    with dnsmasq(tmp_path, stub, place) as (port, _):
        for asked in ASKED:
            assert ask(asked, port).is_real is not MEANT.is_blocked(asked), asked


def test_dnsmasq_reads_hosts(tmp_path: Path, stub: Upstream) -> None:
    export(ODD, "hosts", tmp_path / "list")
    place = "/etc/blocklist/hosts", tmp_path / "list"
    with dnsmasq(tmp_path, stub, place, page="hosts-and-plain.md") as (port, program):
        for match in MEANT.rules():
            name = match.rule.value
            assert ask(name, port).is_real is not MEANT.is_blocked(name), name
        assert "bad" not in program.output()


def test_web_servers_and_proxies_take_them(tmp_path: Path) -> None:
    for name in ("nginx", "haproxy", "squid"):
        assert not losses(export(ODD, name, tmp_path / name))
    page = (PAGES / "nginx.md").read_text("utf-8")
    sizes = [line for line in page.splitlines() if line.startswith("map_hash_bucket_size")]
    (tmp_path / "nginx.conf").write_text(
        f"events {{}}\npid {tmp_path}/pid;\nhttp {{\n{sizes[0]}\n"
        f'map $host $found {{ hostnames; default ""; include {tmp_path}/nginx; }}\n'
        f"server {{ listen 127.0.0.1:8; }}\n}}\n"
    )
    checked("nginx", "-t", "-p", tmp_path, "-e", "stderr", "-c", tmp_path / "nginx.conf")
    (tmp_path / "haproxy.cfg").write_text(
        f"global\n lua-load {tmp_path}/haproxy/blocklist.lua\ndefaults\n mode http\n"
        " timeout client 1s\n timeout server 1s\n timeout connect 1s\nfrontend f\n"
        " bind 127.0.0.1:8\n http-request deny if { req.hdr(host),lua.blocklist -m beg 4 }\n"
    )
    checked("haproxy", "-c", "-f", tmp_path / "haproxy.cfg")
    lists = ("blocked", "allowed", "blocked-again", "allowed-again")
    (tmp_path / "squid.conf").write_text(
        "".join(f'acl {name} dstdomain "{tmp_path}/squid/{name}"\n' for name in lists)
        + "http_port 127.0.0.1:8\n"
    )
    checked("squid", "-k", "parse", "-f", tmp_path / "squid.conf")
