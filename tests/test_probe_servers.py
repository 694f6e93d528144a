"""How other real resolvers block, as the probe sees it: each way is recognised without a reference.

Behind them lies a name server that knows the ordered name and no other, so that only the signs of
an answer tell a block from a natural NXDOMAIN.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import dns.message
import dns.name
import dns.rdatatype
import dns.rrset
import pytest
from helpers import order
from servers.dns import REAL, ask
from servers.dns import upstream as real_names
from servers.founding import founding_image
from servers.program import find_program, free_port, running
from servers.serve import serve
from servers.stub import negative, stub

from blocklist import Blocklist, compile_orders
from blocklist.probe import Resolver, Settings, Verdict, probe

pytestmark = pytest.mark.no_core

NAME = "pirate.it"
RPZ = f"""$ORIGIN rpz.local.
$TTL 60
@ SOA localhost. host.localhost. 1 60 60 60 60
@ NS localhost.
{NAME} CNAME {{to}}
*.{NAME} CNAME {{to}}
"""


class Way(NamedTuple):
    """Files of a server, its command, and the files' texts."""

    program: str
    files: dict[str, str]
    arguments: list[str]


BIND = """
options {{ directory "{folder}"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
  pid-file none; session-keyfile none; recursion yes; dnssec-validation no; forward only;
  forwarders {{ 127.0.0.1 port {upstream}; }}; response-policy {{ zone "rpz.local"; }}; }};
controls {{ }};
zone "rpz.local" {{ type primary; file "{folder}/rpz.zone"; }};
"""
PDNS = """
local-address=127.0.0.1
local-port={port}
socket-dir={folder}
daemon=no
forward-zones-recurse=.=127.0.0.1:{upstream}
dnssec=off
threads=1
extended-resolution-errors=yes
hint-file=no
security-poll-suffix=
lua-config-file={folder}/rpz.lua
"""
PDNS_YAML = """
incoming: {{listen: ['127.0.0.1:{port}']}}
dnssec: {{validation: 'off'}}
recursor:
  socket_dir: {folder}
  threads: 1
  hint_file: 'no'
  security_poll_suffix: ''
  extended_resolution_errors: true
  lua_config_file: {folder}/rpz.lua
  forward_zones_recurse:
  - {{zone: ., forwarders: ['127.0.0.1:{upstream}']}}
"""  # from Recursor 5 on, which does not read the other file then
KRESD = """
net.listen('127.0.0.1', {port}, {{kind='dns'}})
modules = {{'policy'}}
trust_anchors.remove('.')
policy.add(policy.suffix(policy.DENY, {{todname('pirate.it.')}}))
policy.add(policy.all(policy.STUB({{'127.0.0.1@{upstream}'}})))
"""
DNSDIST = """
setLocal("127.0.0.1:{port}")
setSecurityPollSuffix("")
newServer{{address="127.0.0.1:{upstream}"}}
blocked = newSuffixMatchNode()
blocked:add(newDNSName("pirate.it"))
addAction(SuffixMatchNodeRule(blocked), RCodeAction(DNSRCode.{to}))
"""
DNSMASQ = """
port={port}
listen-address=127.0.0.1
bind-interfaces
no-resolv
no-hosts
server=127.0.0.1#{upstream}
address=/pirate.it/{to}
"""
WAYS = {
    "BIND, RPZ, NXDOMAIN": Way(
        "named", {"named.conf": BIND, "rpz.zone": RPZ.format(to=".")},
        ["-g", "-n", "1", "-c", "{folder}/named.conf"]),
    "BIND, RPZ, NODATA": Way(
        "named", {"named.conf": BIND, "rpz.zone": RPZ.format(to="*.")},
        ["-g", "-n", "1", "-c", "{folder}/named.conf"]),
    "PowerDNS Recursor, RPZ with EDE": Way(
        "pdns_recursor",
        {"recursor.conf": PDNS, "recursor.yml": PDNS_YAML, "rpz.zone": RPZ.format(to="."),
         "rpz.lua": 'rpzFile("{folder}/rpz.zone", {{policyName="court", extendedErrorCode=16}})'},
        ["--config-dir={folder}"]),
    "PowerDNS Recursor, RPZ": Way(
        "pdns_recursor",
        {"recursor.conf": PDNS, "recursor.yml": PDNS_YAML, "rpz.zone": RPZ.format(to="."),
         "rpz.lua": 'rpzFile("{folder}/rpz.zone", {{policyName="court"}})'},
        ["--config-dir={folder}"]),
    "Knot Resolver": Way("kresd", {"kresd.conf": KRESD}, ["-n", "-c", "{folder}/kresd.conf", "."]),
    "dnsdist, NXDOMAIN": Way(
        "dnsdist", {"dnsdist.conf": DNSDIST.replace("{to}", "NXDOMAIN")},
        ["--supervised", "--disable-syslog", "-C", "{folder}/dnsdist.conf"]),
    "dnsdist, REFUSED": Way(
        "dnsdist", {"dnsdist.conf": DNSDIST.replace("{to}", "REFUSED")},
        ["--supervised", "--disable-syslog", "-C", "{folder}/dnsdist.conf"]),
    "dnsmasq, NXDOMAIN": Way(
        "dnsmasq", {"dnsmasq.conf": DNSMASQ.replace("{to}", "")},
        ["--keep-in-foreground", "-C", "{folder}/dnsmasq.conf"]),
    "dnsmasq, no address": Way(
        "dnsmasq", {"dnsmasq.conf": DNSMASQ.replace("{to}", "#")},
        ["--keep-in-foreground", "-C", "{folder}/dnsmasq.conf"]),
}  # fmt: skip


def upstream(query: dns.message.Message) -> bytes:
    """Say that there is the ordered name and what lies below it, and nothing else."""
    name = query.question[0].name
    if query.question[0].rdtype != dns.rdatatype.A or not name.is_subdomain(
        dns.name.from_text(NAME)
    ):
        return negative(query)
    response = dns.message.make_response(query, recursion_available=True)
    response.answer.append(dns.rrset.from_text(name, 60, "IN", "A", REAL["A"]))
    return response.to_wire()


def blocks(port: int) -> Callable[[], bool]:
    """Return a test whether a resolver blocks already; BIND answers before it has its policy."""

    def ready() -> bool:
        reply = ask(NAME, port, timeout=0.5)
        return reply.rcode != "TIMEOUT" and not reply.is_real

    return ready


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_each_way_of_blocking_is_seen(way: Way, tmp_path: Path) -> None:
    program, port = find_program(way.program), free_port()
    blocked = Blocklist(
        compile_orders([order(NAME, id="enforced"), order("other.it", id="missed")])
    )
    with stub(upstream) as port_above:
        for name, text in way.files.items():
            filled = text if "$ORIGIN" in text else text.format(
                folder=tmp_path, port=port, upstream=port_above
            )  # fmt: skip
            (tmp_path / name).write_text(filled)
        command = [program, *(part.format(folder=tmp_path) for part in way.arguments)]
        with running(command, tmp_path, ready=blocks(port)):
            settings = Settings(rate=1e6, qtypes=("A", "AAAA"))
            result = probe(blocked, Resolver.parse(f"127.0.0.1:{port}"), settings=settings)
    assert result.verdicts["enforced"] is Verdict.ENFORCED
    assert result.verdicts["missed"] is Verdict.UNKNOWN  # passed on, and there is no such name
    assert result.overblocked == []


# Drop and TCP_ONLY are no answer that shows anything, and passthru is none of a block.
@pytest.mark.parametrize(
    ("response", "options", "verdict"),
    [
        ("nxdomain", {}, Verdict.ENFORCED),
        ("nodata", {}, Verdict.ENFORCED),
        ("refused", {}, Verdict.ENFORCED),
        ("sinkhole 203.0.113.1", {"sinkholes": ("203.0.113.1",)}, Verdict.ENFORCED),
        ("sinkhole 203.0.113.1 2001:db8::1",
         {"sinkholes": ("203.0.113.1", "2001:db8::1"), "qtypes": ("A", "AAAA", "HTTPS")},
         Verdict.ENFORCED),
        ("drop", {"silence_is_block": True, "timeout": 0.2, "tries": 1}, Verdict.ENFORCED),
        ("drop", {"timeout": 0.2, "tries": 1}, Verdict.UNKNOWN),
        ("tcp-only", {}, Verdict.NOT_ENFORCED),
        ("passthru", {}, Verdict.NOT_ENFORCED),
    ],
)  # fmt: skip
def test_our_own(tmp_path: Path, response: str, options: dict[str, Any], verdict: Verdict) -> None:
    image = founding_image()
    image.save(tmp_path / "it.blk")
    arguments = (tmp_path / "it.blk", "--response", response)
    with real_names() as above, serve(tmp_path, *arguments, upstream=above.port) as server:
        settings = Settings(rate=1e6, per_order=None, **options)
        where = Resolver.parse(f"127.0.0.1:{server.port}")
        result = probe(Blocklist(image), where, settings=settings)
    assert set(result.verdicts.values()) == {verdict}
    assert result.overblocked == []
