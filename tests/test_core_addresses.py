"""Questions about addresses: each core against ``ipaddress``, whatever the text is."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import pytest
from helpers import blocklist_of
from hypothesis import given
from hypothesis import strategies as st
from scale import size
from strategies import any_text

from blocklist import Image
from blocklist._columns import build_trie, pack_grounds
from blocklist._core import open_core
from blocklist.compiler.addressindex import address_rank, encode_addresses
from blocklist.model.addresses import Address, parse_address
from blocklist.model.nat64 import meant, parse_prefixes
from blocklist.model.targets import Rule, TargetKind

NAT64 = ("2001:db8:64::/96", "2001:db8:1::/48", "2001:db9:200::/40", "2001:db8:1:1::/64")


def image_of(prefixes: Iterable[tuple[str, bool]]) -> Image:
    """An image of these prefixes and one name, past all guards."""
    rules = [Rule(TargetKind.ADDRESS, text, allow) for text, allow in prefixes]
    sections, _ = build_trie(b"zz.zz\n", b"\x02")
    addresses = encode_addresses(sorted(rules, key=address_rank))
    numbers = array("I", range(1 + len(rules)))
    zeros = array("I", bytes(4 * len(numbers)))
    grounds = pack_grounds(numbers, zeros, zeros, zeros, len(numbers))
    empty = {"patterns": b"[]", "automaton": b"", "grounds": grounds}
    return Image.build(sections | empty | {"addresses": addresses})


def decides(prefixes: list[tuple[str, bool]], address: Address) -> bool | None:
    held = []
    for text, allow in prefixes:
        network = ip_network(text)
        if network.version == address.version and address in network:
            held.append((network.prefixlen, allow))
    return not max(held)[1] if held else None


def blocks(prefixes: list[tuple[str, bool]], question: Any, nat64: tuple[IPv6Network, ...]) -> bool:
    """The answer by ``ipaddress`` alone."""
    address = parse_address(question)
    for one in () if address is None else meant(address, nat64):
        verdict = decides(prefixes, one)
        if verdict is not None:
            return verdict
    return False


def near(rng: random.Random, prefixes: list[tuple[str, bool]]) -> Iterator[Address]:
    """Addresses in prefixes and beside them, and the same behind translators."""
    for text, _ in prefixes:
        network = ip_network(text)
        kind = type(network.network_address)
        first, last = int(network.network_address), int(network.broadcast_address)
        for value in (first - 1, rng.randint(first, last), last + 1):
            if not 0 <= value < 1 << network.max_prefixlen:
                continue
            yield kind(value)
            if network.version == 4:
                yield IPv6Address(0xFFFF << 32 | value)
                yield IPv6Address(0x64FF9B << 96 | value)
                yield IPv6Address(0x20010DB8_0064 << 80 | value)
                yield IPv6Address(
                    0x20010DB8_0001 << 80 | value >> 16 << 64 | (value & 0xFFFF) << 40
                )


def drawn(rng: random.Random, count: int) -> list[tuple[str, bool]]:
    found = {"192.0.2.7": False, "2001:db8::/32": False}
    while len(found) < count:
        bits = rng.choice((32, 128))
        length = rng.randint(0 if rng.random() < 0.1 else 8, bits)
        base = rng.choice((0xC0000200, 0xC6336400, 0xFFFFFFFF)) if bits == 32 else 0x20010DB8 << 96
        value = base ^ rng.getrandbits(rng.choice((8, 16, bits)))
        kind = IPv4Address if bits == 32 else IPv6Address
        start: Address = kind(value >> (bits - length) << (bits - length))
        found[f"{start}" if length == bits else f"{start}/{length}"] = rng.random() < 0.25
    prefixes = list(found.items())
    return prefixes + [(text, True) for text, allow in prefixes[::9] if not allow]


@pytest.mark.parametrize("count", [2, 12, 150])
def test_every_form_of_an_address_has_the_answer_of_ipaddress(count: int) -> None:
    rng = random.Random(count)
    prefixes = drawn(rng, count)
    nat64 = parse_prefixes(NAT64)
    core = open_core(image_of(prefixes), nat64)
    asked = list(near(rng, prefixes))
    asked += [IPv4Address(rng.getrandbits(32)) for _ in range(20)]
    for address in rng.sample(asked, min(len(asked), size(5_000, 300))):
        wanted = blocks(prefixes, address, nat64)
        mapped = parse_address(address)
        assert mapped is not None
        for form in (address, str(address), address.exploded, f" [{address}]\n", address.packed,
                     mapped, str(mapped), mapped.packed, f"{address}%eth0"):  # fmt: skip
            if form == f"{address}%eth0" and address.version == 4:
                continue
            assert core.is_blocked_address(form) is wanted, form


@pytest.mark.parametrize("shared", [0, 1, 24, 32, 59, 60, 61, 62, 63, 64, 65, 66, 90, 122])
def test_the_index_takes_the_bits_after_those_that_all_share(shared: int) -> None:
    rng = random.Random(shared)
    base = rng.getrandbits(shared) << 128 - shared if shared else 0
    starts = {base | rng.getrandbits(128 - shared) for _ in range(50)}
    starts |= {base, base | (1 << 128 - shared) - 1}
    core = open_core(image_of((str(IPv6Address(start)), False) for start in starts), ())
    asked = {*starts, *(start ^ 1 << rng.randrange(128) for start in starts), 0, (1 << 128) - 1}
    for value in asked:
        if IPv6Address(value).ipv4_mapped is None:
            assert core.is_blocked_address(IPv6Address(value).packed) is (value in starts)
    if shared > 24:
        return
    base = base >> 96 >> 32 - shared << 32 - shared
    starts = {base | rng.getrandbits(32 - shared) for _ in range(50)}
    core = open_core(image_of((str(IPv4Address(start)), False) for start in starts), ())
    for value in {*starts, *(start ^ 1 << rng.randrange(32) for start in starts), 0, (1 << 32) - 1}:
        assert core.is_blocked_address(str(IPv4Address(value))) is (value in starts)


@pytest.mark.parametrize(
    "octets", [b"", b"1.1", b"::1", b"abcde", b"192.0.2.7", b"a" * 15, b"a" * 17]
)
def test_octets_are_no_text(octets: bytes) -> None:
    blocked = blocklist_of("192.0.2.7", "::/0", permit=["::/0"])
    assert not blocked.is_blocked_address(octets)
    assert blocked.match_address(octets) is None


def test_four_and_sixteen_octets_are_an_address() -> None:
    blocked = blocklist_of("49.46.49.46", "2001:db8::/32", permit=["49.46.49.46"])
    assert blocked.is_blocked_address(b"1.1.")
    assert not blocked.is_blocked_address("1.1.")
    match = blocked.match_address(ip_address("2001:db8::1").packed)
    assert match is not None
    assert (match.name, match.rule.text) == ("2001:db8::1", "2001:db8::/32")


@pytest.mark.parametrize("wrong", [None, 7, 1.5, ["192.0.2.7"], bytearray(4), memoryview(b"1234")])
def test_other_types(wrong: Any) -> None:
    blocked = blocklist_of("192.0.2.7")
    for ask in (blocked.is_blocked_address, blocked.match_address):
        with pytest.raises(TypeError, match=f"not {type(wrong).__name__}"):
            ask(wrong)


@given(any_text | st.text("0123456789abcdefABCDEF:.%[] \x1c/", max_size=50))
def test_any_text(text: str) -> None:
    core = open_core(EVERYTHING)
    assert core.is_blocked_address(text) is (parse_address(text) is not None)


EVERYTHING = image_of([("0.0.0.0/0", False), ("::/0", False)])


def test_the_rules_that_cover_an_address_are_explained() -> None:
    blocked = blocklist_of(
        "192.0.2.0/24", "192.0.2.7", "64:ff9b::/96", exceptions=["192.0.2.9", "192.0.2.7"],
        permit=["64:ff9b::/96"],
    )  # fmt: skip
    found = [(match.rule.value, match.rule.allow) for match in blocked.covering("192.0.2.7")]
    assert found == [("192.0.2.7", True), ("192.0.2.7", False), ("192.0.2.0/24", False)]
    assert "192.0.2.8 is blocked\n  rule: 192.0.2.0/24\n" in blocked.explain("192.0.2.8")
    free = blocked.explain("http://192.0.2.9/page")
    assert free.startswith("http://192.0.2.9/page is not blocked\n  exception: 192.0.2.9\n")
    assert "  also rule: 192.0.2.0/24\n" in free
    inside = [match.rule.value for match in blocked.covering("64:ff9b::c000:202")]
    assert inside == ["192.0.2.0/24", "64:ff9b::/96"]
    assert blocked.explain("198.51.100.1") == "198.51.100.1 is not blocked: no rule covers it now"


def test_a_closed_blocklist_answers_nothing() -> None:
    blocked = blocklist_of("192.0.2.7")
    blocked.close()
    for ask in (blocked.is_blocked_address, blocked.match_address):
        for question in ("192.0.2.7", b"\xc0\0\2\7", ip_address("192.0.2.7"), "fe80::1%eth0"):
            with pytest.raises(ValueError, match="closed"):
                ask(question)


# ---- the text parser ------------------------------------------------------------------------

SEEDS = (
    "192.0.2.7", "0.0.0.0", "255.255.255.255", "010.0.0.1", "1.2.3", "1.2.3.4.5", "256.1.1.1",
    "2001:db8::1", "::", "::1", "1::", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.7", "1:2:3:4:5:6:1.2.3.4",
    "::1.2.3.4", "1::2:3:4:5:6:7", "1:2:3:4:5:6:7::", "fe80::1%eth0", "64:ff9b::192.0.2.7",
    "FFFF:ffff:FFFF:ffff:FFFF:ffff:FFFF:ffff", "[::1]", " [1.2.3.4] ", "::ffff:0:0", "12345::",
    "1::2::3", ":1", "1:", "1.2.3.4::", "1:2:3:4:5:6:7:8::", "::00001", "::1.2.3.04", "٠.٠.٠.٠",
)  # fmt: skip
LETTERS = "0123456789abcdefABCDEF::::....%[] \t\x1c/xg-\0\x85\xa0"


def mutated(rng: random.Random) -> str:
    text = list(rng.choice(SEEDS))
    for _ in range(rng.randint(0, 4)):
        at = rng.randint(0, len(text))
        kind = rng.randrange(4)
        if kind == 0:
            text[at:at] = rng.choice(LETTERS)
        elif kind == 1:
            del text[at : at + rng.randint(1, 3)]
        elif kind == 2:
            text[at : at + 1] = rng.choice(LETTERS)
        else:
            text[at:at] = text[rng.randint(0, len(text)) :][: rng.randint(1, 6)]
    return "".join(text)


def test_the_parser_reads_what_ipaddress_reads() -> None:
    rng = random.Random(19)
    core = open_core(EVERYTHING)
    found = 0
    for _ in range(size(200_000, 4_000)):
        text = mutated(rng)
        address = parse_address(text)
        assert core.is_blocked_address(text) is (address is not None), text
        if address is None:
            continue
        found += 1
        if found % 16 == 0:  # and reads it as that address and no other
            alone = open_core(image_of([(str(address).partition("%")[0], False)]), ())
            assert alone.is_blocked_address(text), text
    assert found > 500
