"""FORMATS: the table of what can be exported; one row a format.

A row declares what its program can say; how it says it is in the module that the row names, and
the responses that it can give are in ``responses``.
"""

from __future__ import annotations

from dataclasses import replace

from ..live.policy import Action
from ..model.targets import TargetKind
from .abilities import (
    ADDRESS,
    CHECK_NAMES_IGNORE,
    EXACT,
    NAMES,
    PATTERN,
    SUBTREE,
    Abilities,
    Refusal,
)
from .adblock import adblock_canary, adblock_lines
from .bind import NO_WILDCARD, zone_canary, zone_lines, zones_canary, zones_lines
from .coredns import ENDING as COREDNS_ENDING
from .coredns import coredns_canary, coredns_lines
from .dnscrypt import (
    ADDRESSES_FILE,
    ALLOWED_FILE,
    BLOCKED_FILE,
    allowed_canary,
    allowed_names,
    blocked_addresses,
    blocked_canary,
    blocked_names,
)
from .dnscrypt import PROOFS as DNSCRYPT_PROOFS
from .dnsdist import cdb_lua, mdb_lua, names_canary, suffix_lua, suffix_names, write_cdb, write_mdb
from .dnsmasq import dnsmasq_canary, dnsmasq_lines
from .format import BinaryFile, File, Format, TextFile
from .haproxy import (
    MAP_FILE,
    PATTERNS_FILE,
    haproxy_canary,
    haproxy_lua,
    haproxy_map,
    haproxy_patterns,
    haproxy_patterns_canary,
)
from .haproxy import PROOFS as HAPROXY_PROOFS
from .hosts import hosts_canary, hosts_lines
from .knot import HOOKS as KNOT_HOOKS
from .knot import knot_canary, knot_lines
from .nginx import nginx_canary, nginx_lines
from .plain import plain_canary, plain_lines
from .powerdns import powerdns_files
from .powerdns_lua import HOOKS as POWERDNS_HOOKS
from .powerdns_lua import powerdns_lua_canary, powerdns_lua_lines
from .routes import prefix_lines, route_lines
from .rpz import NO_HOSTS, TRIGGERS, rpz_canary, rpz_lines
from .serials import settle
from .squid import PROOFS as SQUID_PROOFS
from .squid import squid_files
from .suricata import suricata_canary, suricata_lines
from .unbound import unbound_canary, unbound_lines
from .zeek import zeek_canary, zeek_lines

__all__ = ["FORMATS", "BinaryFile", "File", "Format", "TextFile"]


def _kinds(*kinds: TargetKind) -> frozenset[TargetKind]:
    return frozenset(kinds)


_NAMES = Abilities(blocks=NAMES, exceptions=NAMES)
_NAMES_AND_PATTERNS = Abilities(blocks=NAMES | {PATTERN}, exceptions=NAMES | {PATTERN})
_FILTER = Abilities(blocks=NAMES | {PATTERN, ADDRESS}, exceptions=NAMES | {ADDRESS})
_PREFIXES = Abilities(blocks=_kinds(ADDRESS), exceptions=_kinds(ADDRESS))
_CHECK_NAMES = Refusal(
    "check-names", NO_HOSTS, frozenset({Action.SINKHOLE}), unless=CHECK_NAMES_IGNORE
)
_ZONE = Abilities(
    blocks=NAMES | {ADDRESS},
    exceptions=NAMES | {ADDRESS},
    refusals=(Refusal("trigger", TRIGGERS),),
)

_ROWS: tuple[Format, ...] = (
    Format(
        "adblock",
        "AdGuard Home and other resolvers that read AdBlock rules: ||name^",
        _FILTER,
        (TextFile(adblock_lines, comment="! ", canary=adblock_canary),),
    ),
    Format(
        "bind",
        "BIND without a policy zone: a zone for each name, and one file for all of them",
        Abilities(
            blocks=_kinds(SUBTREE),
            exceptions=_kinds(),
            refusals=(_CHECK_NAMES, Refusal("too-long", NO_WILDCARD, frozenset({Action.SINKHOLE}))),
        ),
        (
            TextFile(zones_lines, "blocklist.conf", comment="// ", canary=zones_canary),
            TextFile(zone_lines, "blocklist.zone", comment="; ", canary=zone_canary, settle=settle),
        ),
    ),
    Format(
        "coredns",
        "CoreDNS: a snippet of template blocks",
        Abilities(blocks=NAMES | {PATTERN}, exceptions=_kinds()),
        (TextFile(coredns_lines, canary=coredns_canary, ending=COREDNS_ENDING),),
    ),
    Format(
        "dnscrypt",
        "dnscrypt-proxy: blocked and allowed names, blocked addresses",
        _FILTER,
        (
            TextFile(blocked_names, BLOCKED_FILE, part="dnscrypt blocks", canary=blocked_canary),
            TextFile(
                allowed_names,
                ALLOWED_FILE,
                part=f"dnscrypt exceptions beside {BLOCKED_FILE}",
                canary=allowed_canary,
            ),
            TextFile(
                blocked_addresses,
                ADDRESSES_FILE,
                part=f"dnscrypt addresses beside {BLOCKED_FILE}",
            ),
        ),
        proofs=DNSCRYPT_PROOFS,
    ),
    Format(
        "dnsdist",
        "dnsdist: a key-value store (CDB) with the orders as values, and Lua code that queries it",
        Abilities(blocks=NAMES | {PATTERN}, exceptions=NAMES),
        (BinaryFile(write_cdb, "names.cdb"), TextFile(cdb_lua, "blocklist.lua", "-- ")),
    ),
    Format(
        "dnsdist-lmdb",
        "dnsdist: the same with LMDB instead of CDB",
        Abilities(blocks=NAMES | {PATTERN}, exceptions=NAMES),
        (BinaryFile(write_mdb, "names.mdb"), TextFile(mdb_lua, "blocklist.lua", "-- ")),
    ),
    Format(
        "dnsdist-suffixes",
        "dnsdist: a list of names, and Lua code that reads it",
        _NAMES,
        (
            TextFile(suffix_names, "names.txt", canary=names_canary),
            TextFile(suffix_lua, "blocklist.lua", "-- "),
        ),
    ),
    Format(
        "dnsmasq",
        "dnsmasq: server=/name/, a servers-file",
        _NAMES,
        (TextFile(dnsmasq_lines, canary=dnsmasq_canary),),
    ),
    Format(
        "haproxy",
        "HAProxy: a map of names with the orders as values, and a Lua converter that queries it",
        _NAMES_AND_PATTERNS,
        (
            TextFile(haproxy_map, MAP_FILE, canary=haproxy_canary),
            TextFile(haproxy_patterns, PATTERNS_FILE, canary=haproxy_patterns_canary),
            TextFile(haproxy_lua, "blocklist.lua", "-- "),
        ),
        proofs=HAPROXY_PROOFS,
    ),
    Format(
        "hosts",
        "hosts file: 0.0.0.0 name, single names",
        Abilities(blocks=_kinds(EXACT), exceptions=NAMES),
        (TextFile(hosts_lines, canary=hosts_canary),),
    ),
    Format(
        "nginx",
        "nginx: rows of a map of host names",
        _NAMES_AND_PATTERNS,
        (TextFile(nginx_lines, canary=nginx_canary),),
    ),
    Format(
        "knot",
        "Knot Resolver 5: a Lua script whose answers name their orders",
        _NAMES_AND_PATTERNS,
        (TextFile(knot_lines, comment="-- ", canary=knot_canary, ending=KNOT_HOOKS),),
    ),
    Format(
        "plain",
        "one target a line, as order files write it",
        Abilities(exceptions=_kinds(ADDRESS)),
        (TextFile(plain_lines, canary=plain_canary),),
    ),
    Format(
        "powerdns",
        "PowerDNS Recursor: a policy zone for each authority, and rpz.lua that loads them",
        _ZONE,
        has_zone=True,
        split=powerdns_files,
    ),
    Format(
        "powerdns-lua",
        "PowerDNS Recursor: a Lua script whose answers name their orders",
        _NAMES_AND_PATTERNS,
        (
            TextFile(
                powerdns_lua_lines, comment="-- ", canary=powerdns_lua_canary, ending=POWERDNS_HOOKS
            ),
        ),
    ),
    Format(
        "prefixes", "blocked addresses: one prefix a line", _PREFIXES, (TextFile(prefix_lines),)
    ),
    Format(
        "routes",
        "blocked addresses: null routes for ip -batch",
        _PREFIXES,
        (TextFile(route_lines),),
    ),
    Format(
        "rpz",
        "response policy zone: BIND, Unbound, PowerDNS Recursor, Knot Resolver",
        replace(_ZONE, refusals=(*_ZONE.refusals, _CHECK_NAMES)),
        (TextFile(rpz_lines, comment="; ", canary=rpz_canary, settle=settle),),
        has_zone=True,
    ),
    Format(
        "squid",
        "Squid: names for dstdomain, and exceptions from them",
        _NAMES,
        split=squid_files,
        proofs=SQUID_PROOFS,
    ),
    Format(
        "suricata",
        "Suricata: rules that alert on names (DNS, TLS, HTTP) and addresses",
        Abilities(blocks=NAMES | {ADDRESS}, exceptions=NAMES | {ADDRESS}),
        (TextFile(suricata_lines, canary=suricata_canary),),
    ),
    Format(
        "unbound",
        "Unbound: local-zone and local-data",
        Abilities(blocks=_kinds(EXACT, SUBTREE), exceptions=NAMES),
        (TextFile(unbound_lines, canary=unbound_canary),),
    ),
    Format(
        "zeek",
        "Zeek: a file of the Intelligence Framework, single names and addresses",
        Abilities(blocks=_kinds(EXACT, ADDRESS), exceptions=NAMES | {ADDRESS}),
        (TextFile(zeek_lines, canary=zeek_canary),),
    ),
)
FORMATS = {row.name: row for row in sorted(_ROWS, key=lambda row: row.name)}
"""By name, sorted."""
