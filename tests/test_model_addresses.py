from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from blocklist.model.addresses import (
    RESERVED,
    SHARED,
    Network,
    parse_address,
    parse_network,
    refusal,
)

pytestmark = pytest.mark.no_core

NETWORKS = {
    "192.0.2.7": "192.0.2.7/32",
    "[192.0.2.7]": "192.0.2.7/32",
    "192.0.2.0/24": "192.0.2.0/24",
    "192.0.2.0/255.255.255.0": "192.0.2.0/24",
    "0.0.0.0/0": "0.0.0.0/0",
    "2001:DB8::7": "2001:db8::7/128",
    "[2001:db8::7]": "2001:db8::7/128",
    "2001:db8::/48": "2001:db8::/48",
    "::": "::/128",
    "::ffff:192.0.2.7": "192.0.2.7/32",
    "::ffff:c000:207": "192.0.2.7/32",
    "::ffff:192.0.2.0/120": "192.0.2.0/24",
    "::ffff:0:0/96": "0.0.0.0/0",
    "::fffe:0:0/95": "::fffe:0:0/95",
    "::192.0.2.7": "::c000:207/128",
}
NOT_ADDRESSES = [
    "", "example.com", "1.2.3", "1.2.3.4.5", "1.2.3.x", "１.２.３.４", "1.2.3.²", "0x7f.0.0.1",
    "fe80::1%eth0", "http://[::1]/", "x:y", "/24", ":", "192.0.2.0/-1", "192.0.2.0/x", "192.0.2.0/",
    "192.0.2.0/24/24", "192.0.2.0/" + "9" * 5000, "fab.be:8080", "192.0.2.7:8080",
]  # fmt: skip
REFUSED = [
    "010.0.0.1", "1.2.3.4444", "256.0.0.1", "192.0.2.7/24", "192.0.2.0/33",
    "2001:db8::7/48", "2001:db8::/129", ":::",
    "1::2::3", "12345::", "::1.2.3.256", "::ffff:192.0.2.7/120",
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), NETWORKS.items(), ids=NETWORKS)
def test_parse_network(text: str, wanted: str) -> None:
    assert parse_network(text) == ip_network(wanted)


@pytest.mark.parametrize("text", NOT_ADDRESSES)
def test_parse_network_of_something_else(text: str) -> None:
    assert parse_network(text) is None


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:24])
def test_parse_network_refuses(text: str) -> None:
    with pytest.raises(ValueError):
        parse_network(text)


@given(any_text | st.text("0123456789abcdef:./[]"))
def test_parse_network_raises_only_value_error(text: str) -> None:
    try:
        network = parse_network(text)
    except ValueError:
        return
    assert network is None or parse_network(str(network)) == network


@given(st.ip_addresses(), st.integers(0, 128))
def test_parse_network_reads_what_is_written(address: IPv4Address | IPv6Address, bits: int) -> None:
    network: Network = ip_network((address, min(bits, address.max_prefixlen)), strict=False)
    mapped = network.version == 6 and network.network_address.ipv4_mapped
    if not (mapped and network.prefixlen >= 96):
        assert parse_network(str(network)) == network
        assert parse_network(network.exploded) == network


ADDRESSES = {
    "192.0.2.7": "192.0.2.7",
    " 192.0.2.7\n": "192.0.2.7",
    "[2001:db8::7]": "2001:db8::7",
    "2001:DB8:0::7": "2001:db8::7",
    "::ffff:192.0.2.7": "192.0.2.7",
    "192.0.2.0/24": None,
    "010.0.0.1": None,
    "3221225991": None,
    "example.com": None,
    "": None,
    "192.0.2.7:80": None,
}


@pytest.mark.parametrize(("text", "wanted"), ADDRESSES.items(), ids=ADDRESSES)
def test_parse_address(text: str, wanted: str | None) -> None:
    assert parse_address(text) == (None if wanted is None else ip_address(wanted))


@given(any_text | st.text("0123456789abcdef:.[]% ") | st.ip_addresses().map(str))
def test_parse_address_is_total(text: str) -> None:
    address = parse_address(text)
    assert address is None or parse_address(str(address)) == address


@given(st.ip_addresses(v=4))
def test_mapped_address_is_the_ipv4_address(address: IPv4Address) -> None:
    mapped = IPv6Address(f"::ffff:{address}")
    assert parse_address(mapped) == parse_address(str(mapped)) == parse_address(address) == address
    assert parse_network(str(mapped)) == ip_network(address)


REFUSALS = {
    "192.0.2.7/32": None,
    "198.51.100.0/24": None,
    "203.0.112.0/20": None,
    "2001:db8::/48": None,
    "2a00:1450::/32": None,
    "217.175.53.72/32": None,
    "10.1.2.3/32": "private use (10.0.0.0/8)",
    "172.31.255.255/32": "private use",
    "172.32.0.0/16": None,
    "192.168.1.0/24": "private use",
    "100.64.0.1/32": "access providers",
    "127.0.0.1/32": "loopback",
    "0.0.0.0/32": "this network",
    "255.255.255.255/32": "reserved for future use",
    "224.0.0.251/32": "multicast",
    "169.254.1.1/32": "link-local",
    "::/128": "this network",
    "::1/128": "loopback",
    "fe80::1/128": "link-local",
    "fd00::/48": "private use",
    "ff02::fb/128": "multicast",
    "64:ff9b::c000:207/128": "protocol assignments",
    "188.114.97.7/32": "Cloudflare (188.114.96.0/20)",
    "2606:4700::6810:1/128": "Cloudflare",
    "151.101.1.1/32": "Fastly",
    "1.1.1.1/32": "public DNS resolver",
    "8.8.8.0/24": "public DNS resolver (8.8.8.8/32)",
    "2001:4860:4860::8888/128": "public DNS resolver",
    "5.0.0.0/15": "prefix of 15 bits, the shortest an order may block is 16",
    "5.0.0.0/16": None,
    "2a00::/31": "prefix of 31 bits, the shortest an order may block is 32",
    "0.0.0.0/0": "(0.0.0.0/8)",
    "::/0": "(::/128)",
}


@pytest.mark.parametrize(("prefix", "reason"), REFUSALS.items(), ids=REFUSALS)
def test_refusal(prefix: str, reason: str | None) -> None:
    refused = refusal(ip_network(prefix))
    assert (refused is None) == (reason is None)
    assert reason is None or reason in (refused or "")


@pytest.mark.parametrize("table", [RESERVED, SHARED], ids=["reserved", "shared"])
def test_tables_are_prefixes_without_overlap(table: dict[str, tuple[str, ...]]) -> None:
    networks = [ip_network(prefix) for prefixes in table.values() for prefix in prefixes]
    for i, one in enumerate(networks):
        assert refusal(one) is not None
        for other in networks[i + 1 :]:
            assert one.version != other.version or not one.overlaps(other)
