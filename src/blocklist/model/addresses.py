"""ADDRESSES: IP addresses and prefixes as orders write them, and those no order may block.

A blocked address stops everything behind it. The tables here name the space where that is never
what an order means: private and reserved space (IANA special-purpose registries, RFC 6890), and
prefixes that thousands of unrelated sites share. Documentation prefixes are not among them:
nothing lives there.
"""

from __future__ import annotations

import re
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MIN_PREFIX_LENGTH = {4: 16, 6: 32}
"""The shortest prefix an order may block, in bits: anything wider is a whole network operator."""

RESERVED: dict[str, tuple[str, ...]] = {
    "this network": ("0.0.0.0/8", "::/128"),
    "private use": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    "shared address space of access providers": ("100.64.0.0/10",),
    "loopback": ("127.0.0.0/8", "::1/128"),
    "link-local": ("169.254.0.0/16", "fe80::/10"),
    "multicast": ("224.0.0.0/4", "ff00::/8"),
    "reserved for future use": ("240.0.0.0/4",),
    "protocol assignments": ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b::/96", "2001::/23"),
}
# As the operators publish them (cloudflare.com/ips, api.fastly.com/public-ip-list).
SHARED: dict[str, tuple[str, ...]] = {
    "Cloudflare": (
        "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "104.16.0.0/13", "104.24.0.0/14",
        "108.162.192.0/18", "131.0.72.0/22", "141.101.64.0/18", "162.158.0.0/15", "172.64.0.0/13",
        "173.245.48.0/20", "188.114.96.0/20", "190.93.240.0/20", "197.234.240.0/22",
        "198.41.128.0/17", "2400:cb00::/32", "2405:8100::/32", "2405:b500::/32",
        "2606:4700::/32", "2803:f800::/32", "2a06:98c0::/29", "2c0f:f248::/32",
    ),
    "Fastly": (
        "23.235.32.0/20", "43.249.72.0/22", "103.244.50.0/24", "103.245.222.0/23",
        "103.245.224.0/24", "104.156.80.0/20", "140.248.64.0/18", "140.248.128.0/17",
        "146.75.0.0/17", "151.101.0.0/16", "157.52.64.0/18", "167.82.0.0/17", "167.82.128.0/20",
        "167.82.160.0/20", "167.82.224.0/20", "172.111.64.0/18", "185.31.16.0/22",
        "199.27.72.0/21", "199.232.0.0/16", "2a04:4e40::/32", "2a04:4e42::/32",
    ),
    "a public DNS resolver": (
        "1.0.0.1/32", "1.1.1.1/32", "8.8.4.4/32", "8.8.8.8/32", "9.9.9.9/32",
        "149.112.112.112/32", "208.67.220.220/32", "208.67.222.222/32",
        "2001:4860:4860::8844/128", "2001:4860:4860::8888/128", "2620:fe::9/128", "2620:fe::fe/128",
    ),
}  # fmt: skip

_PREFIX_LENGTH = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}")
_PACKED_SIZES = (4, 16)
_HEX_GROUPS = frozenset("0123456789abcdefABCDEF:.")


def _ends(network: Network) -> tuple[int, int]:
    """Return the first and the last address of a prefix."""
    first = int(network.network_address)
    return first, first | (1 << network.max_prefixlen - network.prefixlen) - 1


def _refused() -> dict[int, list[tuple[int, int, str]]]:
    """Return by version the first and last address of what no order may block, and why."""
    found: dict[int, list[tuple[int, int, str]]] = {4: [], 6: []}
    for table, what in ((RESERVED, "reserved"), (SHARED, "shared by many sites")):
        for use, prefixes in table.items():
            for network in map(ip_network, prefixes):
                found[network.version].append((*_ends(network), f"{what}: {use} ({network})"))
    return found


_REFUSED = _refused()


def parse_network(text: str) -> Network | None:
    """Return the prefix that ``text`` writes, ``None`` if it does not look like an address.

    A single address is a prefix of full length; an IPv4-mapped IPv6 address is its IPv4 address;
    brackets around IPv6 are taken off.

    Raises:
        ValueError: it looks like an address but is none, or has bits set after the prefix
            (``192.0.2.7/24``: one address or 256 of them?). Leading zeros are refused, since
            programs disagree whether ``010.0.0.1`` is octal.
    """
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    head, slash, length = bare.partition("/")
    if slash and not _PREFIX_LENGTH.fullmatch(length):
        return None  # a path
    looks_v4 = head.count(".") == 3 and all(p.isdecimal() and p.isascii() for p in head.split("."))
    looks_v6 = head.count(":") >= 2 and _HEX_GROUPS.issuperset(head)
    if not looks_v4 and not looks_v6:
        return None
    network = ip_network(bare)
    if isinstance(network, IPv6Network) and network.prefixlen >= 96:
        mapped = network.network_address.ipv4_mapped
        if mapped is not None:
            return ip_network(f"{mapped}/{network.prefixlen - 96}")
    return network


def parse_address(value: str | bytes | Address) -> Address | None:
    """Return the address, IPv4-mapped ones as IPv4; ``None`` if it is not one.

    Args:
        value: text; 4 or 16 octets in the order of the network; or an address object.

    Raises:
        TypeError: it is something else.
    """
    if isinstance(value, bytes):
        if len(value) not in _PACKED_SIZES:
            return None
        value = ip_address(value)
    if isinstance(value, str):
        text = value.strip().removeprefix("[").removesuffix("]")
        if ":" not in text and not text[-1:].isdigit():
            return None  # a name; cheaper than an exception
        try:
            value = ip_address(text)
        except ValueError:
            return None
    if not isinstance(value, Address):
        raise TypeError(f"address must be str, bytes or an IP address, not {type(value).__name__}")
    return (value.ipv4_mapped or value) if isinstance(value, IPv6Address) else value


def packed_address(value: str | bytes | Address) -> bytes | None:
    """Return what ``parse_address`` reads as 4 or 16 octets."""
    address = parse_address(value)
    return None if address is None else address.packed


def refusal(network: Network) -> str | None:
    """Say why no order should block ``network``, or return ``None`` if one may."""
    first, last = _ends(network)
    for start, end, reason in _REFUSED[network.version]:
        if start <= last and first <= end:
            return reason
    shortest = MIN_PREFIX_LENGTH[network.version]
    if network.prefixlen < shortest:
        return f"prefix of {network.prefixlen} bits, the shortest an order may block is {shortest}"
    return None
