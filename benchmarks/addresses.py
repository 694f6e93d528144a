"""Questions about addresses: against tries of prefixes, and the idiom of ``ipaddress`` and sets.

Prefixes are random, as many as the workload has rules: 70 % of IPv4, with 20 to 32 bits, the others
of IPv6, with 32 to 128. Half of the questions are random addresses, half lie in a prefix.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from time import perf_counter_ns
from typing import Any

from benchmarks.report import Report
from benchmarks.timing import Figure, figures, undisturbed
from benchmarks.workloads import Workload
from blocklist import Blocklist, Target, TargetKind, compile_orders
from blocklist.model.orders import Order

_SEED = 15
_ASKED = 100_000
_CHECKED = 2_000
_IPV4_SHARE = 0.7
_BITS = {4: (20, 21, 22, 23, 24, 24, 24, 25, 26, 27, 28, 29, 30, 31, 32), 6: (32, 48, 56, 64, 128)}
_SPACE = {4: (0, 32), 6: (0x2 << 124, 124)}  # of IPv6 what is given out, 2000::/4
_IDIOM_LIMIT = 100_000
_TRICIA, _RADIX = "pytricia", "py-radix"
_OURS, _PACKED, _OBJECTS = (
    "is_blocked_address, text",
    "the same, bytes",
    "the same, ipaddress objects",
)
_IDIOM = "ipaddress and a set for each length"
TARGETS = {
    "IPv4": {"10k": 0.35, "1M": 0.2},
    "IPv6": {"10k": 0.7, "1M": 0.35},
    "packed": {"10k": 0.2, "1M": 0.2},
}
SIZE_TARGETS = {"1M": 25.0}

Ask = Callable[[Any], object]


def addresses(report: Report, workload: Workload, rounds: int) -> None:
    """Print nanoseconds an address of every peer, for IPv4 and IPv6, random and covered."""
    if find_spec(_TRICIA) is None:
        report.skip("addresses", f"{_TRICIA} is not installed")
        return
    rng = random.Random(_SEED)
    count = len(workload.source.read_bytes().split())
    blocked = _compiled(_prefixes(rng, count))
    prefixes = [_prefix(text) for text, _ in blocked.contents.pairs(TargetKind.ADDRESS)]
    section = len(blocked.image.section("addresses")) / len(prefixes)
    peers = _peers(report, prefixes)
    columns: dict[str, dict[str, Figure]] = {}
    for version in (4, 6):
        for mix, asked in _questions(rng, prefixes, version):
            packed = [ip_address(text).packed for text in asked]
            objects = [ip_address(text) for text in asked]
            subjects: dict[str, tuple[Ask, Sequence[Any]]] = {
                _OURS: (blocked.is_blocked_address, asked),
                _PACKED: (blocked.is_blocked_address, packed),
                _OBJECTS: (blocked.is_blocked_address, objects),
            }
            subjects |= {title: (ask, asked) for title, ask in peers[version].items()}
            _check(report, subjects)
            columns[mix] = _measured(subjects, rounds)
    title = f"Addresses, {len(prefixes):,} prefixes: ns (ratio to {_TRICIA})"
    report.figures("addresses", title, workload, columns)
    for mix, column in columns.items():
        report.target(f"{_OURS}, {mix}", workload, column[_OURS].ratio, TARGETS[mix[:4]])
        report.target(f"{_OURS}, {mix}, bytes", workload, column[_PACKED].ratio, TARGETS["packed"])
    report.say(f"the image holds {section:.1f} octets a prefix to look it up and to name it")
    report.record("addresses-size", workload, octets=section)
    report.target("octets a prefix", workload, section, SIZE_TARGETS, unit="")


def _prefixes(rng: random.Random, count: int) -> list[tuple[int, int, int]]:
    """Return version, first address and length of distinct prefixes."""
    found: dict[tuple[int, int, int], None] = {}
    while len(found) < count:
        version = 4 if rng.random() < _IPV4_SHARE else 6
        length, width = rng.choice(_BITS[version]), 32 if version == 4 else 128
        found[version, _random(rng, version) >> (width - length) << (width - length), length] = None
    return list(found)


def _random(rng: random.Random, version: int) -> int:
    base, bits = _SPACE[version]
    return base | rng.getrandbits(bits)


def _compiled(prefixes: Sequence[tuple[int, int, int]]) -> Blocklist:
    """Compile them; what lies in reserved or shared space is refused, and no peer gets it."""
    targets = [Target(TargetKind.ADDRESS, text, text, 0) for text in map(_text, prefixes)]
    return Blocklist(compile_orders([Order(id="addresses", targets=tuple(targets))]))


def _prefix(text: str) -> tuple[int, int, int]:
    first, _, length = text.partition("/")
    address = ip_address(first)
    return address.version, int(address), int(length or address.max_prefixlen)


def _text(prefix: tuple[int, int, int]) -> str:
    version, first, length = prefix
    address = IPv4Address(first) if version == 4 else IPv6Address(first)
    return str(address) if length == address.max_prefixlen else f"{address}/{length}"


def _peers(report: Report, prefixes: Sequence[tuple[int, int, int]]) -> dict[int, dict[str, Ask]]:
    pytricia = import_module(_TRICIA)
    tries = {4: pytricia.PyTricia(32), 6: pytricia.PyTricia(128)}
    for prefix in prefixes:
        tries[prefix[0]][_text(prefix)] = True
    peers: dict[int, dict[str, Ask]] = {
        version: {_TRICIA: trie.__contains__} for version, trie in tries.items()
    }
    if find_spec("radix") is None:
        report.skip(_RADIX, "radix is not installed")
    else:
        tree = import_module("radix").Radix()
        for prefix in prefixes:
            tree.add(_text(prefix))
        for ways in peers.values():
            ways[_RADIX] = tree.search_best
    if len(prefixes) > _IDIOM_LIMIT:
        report.skip(_IDIOM, f"not built for more than {_IDIOM_LIMIT:,} prefixes")
        return peers
    for version, ways in peers.items():
        ways[_IDIOM] = _idiom([ip_network(_text(p)) for p in prefixes if p[0] == version])
    return peers


def _idiom(networks: Sequence[Any]) -> Ask:
    by_length: dict[int, set[int]] = {}
    for network in networks:
        shift = network.max_prefixlen - network.prefixlen
        by_length.setdefault(shift, set()).add(int(network.network_address) >> shift)

    def ask(text: str) -> bool:
        value = int(ip_address(text))
        return any(value >> shift in held for shift, held in by_length.items())

    return ask


def _questions(
    rng: random.Random, prefixes: Sequence[tuple[int, int, int]], version: int
) -> Iterator[tuple[str, list[str]]]:
    kind, width = (IPv4Address, 32) if version == 4 else (IPv6Address, 128)
    yield f"IPv{version} random", [str(kind(_random(rng, version))) for _ in range(_ASKED)]
    held = rng.choices([prefix for prefix in prefixes if prefix[0] == version], k=_ASKED)
    yield (
        f"IPv{version} blocked",
        [str(kind(first | rng.getrandbits(width) >> length)) for _, first, length in held],
    )


def _check(report: Report, subjects: dict[str, tuple[Ask, Sequence[Any]]]) -> None:
    """Say how many answers differ from ours."""
    ask, asked = subjects[_OURS]
    wanted = [bool(ask(address)) for address in asked[:_CHECKED]]
    for title, (other, addresses_) in subjects.items():
        found = [bool(other(address)) for address in addresses_[:_CHECKED]]
        differ = sum(a is not b for a, b in zip(found, wanted, strict=True))
        if differ:
            report.say(f"of {_CHECKED:,} addresses {title} answers {differ} differently")


def _measured(subjects: dict[str, tuple[Ask, Sequence[Any]]], rounds: int) -> dict[str, Figure]:
    rng = random.Random(_SEED)
    times: dict[str, list[float]] = {title: [] for title in subjects}
    with undisturbed():
        for _ in range(rounds):
            for title in rng.sample(list(subjects), len(subjects)):
                ask, asked = subjects[title]
                began = perf_counter_ns()
                deque(map(ask, asked), maxlen=0)
                times[title].append((perf_counter_ns() - began) / len(asked))
    return figures(times, _TRICIA)
