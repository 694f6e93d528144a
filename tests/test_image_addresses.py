"""The section of addresses: written as the docs say, and read by a reader of this file alone."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.compiler.addressindex import address_rank, encode_addresses
from blocklist.image.addresstable import AddressTable
from blocklist.model.targets import Rule, TargetKind

pytestmark = pytest.mark.no_core

Entry = tuple[str, bool]


class Reader:
    """Reads the section after docs/image-format.md, with no number of ours."""

    def __init__(self, octets: bytes) -> None:
        self.heads = [struct.unpack_from("<3I", octets, 16 * i) for i in range(2)]
        at = 32
        self.indexes, self.parents = [], []
        for _, _, bits in self.heads:
            self.indexes.append(struct.unpack_from(f"<{(1 << bits) + 1}I", octets, at))
            at += 4 * ((1 << bits) + 1)
        for count, _, _ in self.heads:
            self.parents.append(struct.unpack_from(f"<{count}I", octets, at))
            at += 4 * count
        self.prefixes: list[list[tuple[int, int, int]]] = [[], []]
        for _ in range(self.heads[0][0]):
            start, flags = struct.unpack_from("<IH", octets, at)
            self.prefixes[0].append((start, flags & 255, flags >> 8))
            at += 6
        for _ in range(self.heads[1][0]):
            high, low, flags = struct.unpack_from("<QQH", octets, at)
            self.prefixes[1].append((high << 64 | low, flags & 255, flags >> 8))
            at += 18
        assert at == len(octets)

    def covering(self, address: IPv4Address | IPv6Address) -> Iterator[int]:
        """The numbers of the rules that hold an address, found by the index and the parents."""
        family, width, value = address.version == 6, address.max_prefixlen, int(address)
        count, shared, bits = self.heads[family]
        prefixes = self.prefixes[family]
        if not count or prefixes[0][0] > value:
            return
        if prefixes[-1][0] <= value:
            at = count - 1
        else:
            slot = (value << shared) % (1 << width) >> (width - bits)
            first, last = self.indexes[family][slot : slot + 2]
            at = first + sum(start <= value for start, _, _ in prefixes[first:last]) - 1
        while True:
            start, length, flags = prefixes[at]
            if start >> (width - length) == value >> (width - length):
                yield at + (self.heads[0][0] if family else 0)
            if not flags & 2:
                return
            at = self.parents[family][at]


def rules_of(entries: set[Entry]) -> list[Rule]:
    rules = [Rule(TargetKind.ADDRESS, text, allow) for text, allow in entries]
    return sorted(rules, key=address_rank)


Network = IPv4Network | IPv6Network


def by_length(
    rules: list[Rule], networks: list[Network], address: IPv4Address | IPv6Address
) -> list[int]:
    """What must come out: the longest first, and of two alike the exception."""
    held = [
        (-network.prefixlen, not rule.allow, number)
        for number, (rule, network) in enumerate(zip(rules, networks, strict=True))
        if network.version == address.version and address in network
    ]
    return [number for *_, number in sorted(held)]


def text_of(network: object) -> str:
    return str(network).removesuffix("/32" if "." in str(network) else "/128")


@st.composite
def entries(draw: st.DrawFn) -> set[Entry]:
    """Prefixes that lie in each other often."""
    found: set[Entry] = set()
    bases = draw(st.lists(st.ip_addresses(), min_size=1, max_size=3))
    for _ in range(draw(st.integers(0, 40))):
        base = draw(st.sampled_from(bases))
        width = base.max_prefixlen
        flip = draw(st.integers(0, 3) | st.integers(0, (1 << width) - 1))
        length = draw(st.integers(0, width))
        network = ip_network((int(base) ^ flip, length), strict=False)
        if width == 128:
            start = IPv6Address((int(base) ^ flip) >> (128 - length) << (128 - length))
            network = ip_network((start, length))
        found.add((text_of(network), draw(st.booleans())))
    return found


def questions(rules: list[Rule], rng: random.Random) -> Iterator[IPv4Address | IPv6Address]:
    """Both ends of each prefix and what lies beside them, and others."""
    for rule in rules:
        network = ip_network(rule.value)
        kind = type(network.network_address)
        first, last = int(network.network_address), int(network.broadcast_address)
        for value in (first - 1, first, last, last + 1, rng.randint(first, last)):
            if 0 <= value < 1 << network.max_prefixlen:
                yield kind(value)
    yield IPv4Address(rng.getrandbits(32))
    yield IPv6Address(rng.getrandbits(128))


def check(rules: list[Rule], rng: random.Random) -> None:
    octets = encode_addresses(rules)
    table = AddressTable(octets)
    assert table.entries() == [(rule.value, rule.allow) for rule in rules]
    reader = Reader(octets) if rules else None
    networks = [ip_network(rule.value) for rule in rules]
    asked = list(questions(rules, rng))
    for address in rng.sample(asked, min(len(asked), 200)):
        wanted = by_length(rules, networks, address)
        assert list(table.covering(address)) == wanted
        assert table.decides(address) is (not rules[wanted[0]].allow if wanted else None)
        if reader is not None:
            assert list(reader.covering(address)) == wanted


@given(entries(), st.integers())
def test_every_prefix_is_found_and_no_other(found: set[Entry], seed: int) -> None:
    check(rules_of(found), random.Random(seed))


def test_more_prefixes_than_a_slot_holds() -> None:
    rng = random.Random(7)
    found: set[Entry] = set()
    while len(found) < 200:
        four, six = (
            IPv4Address(rng.getrandbits(32)),
            IPv6Address(0x20010DB8 << 96 | rng.getrandbits(96)),
        )
        length = rng.randint(8, 32)
        found.add((text_of(ip_network(f"{four}/{length}", strict=False)), rng.random() < 0.2))
        found.add((text_of(ip_network(f"{six}/{96 + length}", strict=False)), rng.random() < 0.2))
    rules = rules_of(found)
    reader = Reader(encode_addresses(rules))
    assert [head[1:] for head in reader.heads] == [(0, 6), (32, 6)]
    check(rules, rng)


def test_the_exception_decides_and_both_are_found() -> None:
    rules = rules_of({("10.0.0.0/8", False), ("10.1.0.0/16", False), ("10.1.0.0/16", True)})
    table = AddressTable(encode_addresses(rules))
    found = [table.entry(number) for number in table.covering(ip_address("10.1.2.3"))]
    assert found == [("10.1.0.0/16", True), ("10.1.0.0/16", False), ("10.0.0.0/8", False)]
    assert list(table.covering(ip_address("11.0.0.1"))) == []
    assert list(table.covering(ip_address("::a01:203"))) == []


def test_an_index_that_points_behind_the_prefixes() -> None:
    rules = rules_of({(f"192.0.{n}.0/24", False) for n in range(12)})
    octets = bytearray(encode_addresses(rules))
    bits = struct.unpack_from("<3I", octets)[2]
    size = 4 * ((1 << bits) + 1)
    octets[32 : 32 + size] = b"\xff\xff\xff\xff" * (size // 4)
    assert set(AddressTable(bytes(octets)).covering(ip_address("192.0.5.7"))) <= set(range(12))


@given(st.data(), st.binary(max_size=80))
def test_octets_of_a_stranger(data: st.DataObject, octets: bytes) -> None:
    good = bytearray(encode_addresses(rules_of(data.draw(entries()))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(len(good) - 1, 0)))
        good[at : at + 1] = bytes([data.draw(st.integers(0, 255))])
    for image in (bytes(good), octets):
        try:
            table = AddressTable(image)
        except ValueError:
            continue
        for address in ("0.0.0.0", "192.0.2.7", "255.255.255.255", "::", "2001:db8::1"):
            held = list(table.covering(ip_address(address)))
            assert len(held) <= 258
            assert set(held) <= set(range(len(table)))
        try:
            assert len(table.entries()) == len(table)
        except ValueError as error:
            assert "prefix" in str(error)  # noqa: PT017 - which one depends on the octets
    with pytest.raises(ValueError, match="no rule of this number"):
        AddressTable(b"").entry(0)
