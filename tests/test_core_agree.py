"""Both cores give the same answer to generated questions of every kind."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from importlib import import_module
from ipaddress import ip_address
from typing import Any

import pytest
from helpers import image
from mutated_urls import mutated_urls
from scale import size
from strategies import wire

import blocklist
from blocklist import Blocklist, Match, _core

pytestmark = pytest.mark.no_core

MANY = size(200_000, 2_000)
NAT64 = ["2001:db8:64::/96", "2001:db8:1::/48"]
LABELS = (
    "a", "b", "www", "ads", "x1", "xn--bcher-kva", "bücher", "kick", "example", "a" * 63, "_dmarc",
    "ſ", "例子",
)  # fmt: skip
TOPS = ("example", "com", "co.uk", "photography", "b.example", "xn--fiqs8s", "museum")
BLOCKS = (
    "example", "=b.example", "*.c.example", "ads.com", "x1.ads.co.uk", "www.photography",
    "bücher.example", "*kick*", "a*b.com", f"{'a' * 63}.{'a' * 63}.example", "=www.museum",
    *(f"n{i}.b.co.uk" for i in range(80)),
    "http://a.com/x", "http://a.com/x/y?q=1", "https://www.b.com:8443/", "http://192.0.2.33/page",
    "192.0.2.0/25", "198.51.100.7", "203.0.113.0/24", "2001:db8::/48", "2001:db8:5::7",
    "64:ff9b::/96",
)  # fmt: skip
EXCEPTIONS = (
    "ok.example", "=www.ads.com", "*.n3.b.co.uk", "*kick*edu", "http://a.com/x/free",
    "192.0.2.8/29", "192.0.2.7", "2001:db8::1:0/112",
)  # fmt: skip


@pytest.fixture(scope="module")
def cores() -> Iterator[tuple[Blocklist, Blocklist]]:
    """The native core and the pure one, over the same image."""
    try:
        import_module("blocklist._core._native")
    except ImportError as error:
        pytest.skip(f"no native core: {error}")
    permit = [target for target in BLOCKS if "://" not in target]
    compiled = image(*BLOCKS, exceptions=EXCEPTIONS, permit=permit)
    found = []
    for name in ("native", "pure"):
        with pytest.MonkeyPatch.context() as patch:
            for module in (_core, blocklist):
                patch.setattr(module, "BACKEND", name)
            found.append(Blocklist(compiled, nat64=NAT64))
    yield found[0], found[1]
    for each in found:
        each.close()


def names(rng: random.Random) -> Iterator[str | bytes]:
    while True:
        labels = rng.choices(LABELS, k=rng.choice((0, 1, 1, 2, 2, 3, 6)))
        if rng.random() < 0.3:
            labels.append(f"n{rng.randrange(90)}")
        name = ".".join([*labels, rng.choice(TOPS)])
        form = rng.randrange(10)
        if form == 0:
            name = name.upper()
        elif form == 1:
            name += "."
        elif form == 2:
            at = rng.randint(0, len(name))
            name = (
                name[:at]
                + rng.choice((".", "\\", "\\046", "\\.", " ", "\0", "é", "。"))
                + name[at:]
            )
        elif form == 3 and name.isascii() and all(len(label) < 64 for label in name.split(".")):
            yield wire(name)
            continue
        yield name


def addresses(rng: random.Random) -> Iterator[Any]:
    bases = ("192.0.2.7", "198.51.100.7", "203.0.113.200", "2001:db8::1", "2001:db8:5::7",
             "64:ff9b::192.0.2.9", "2001:db8:64::192.0.2.1", "::ffff:192.0.2.10",
             "2001:db8:1:c000:2:100::")  # fmt: skip
    while True:
        base = ip_address(rng.choice(bases))
        flipped = int(base) ^ rng.choice(
            (0, 1 << rng.randrange(base.max_prefixlen), rng.getrandbits(9))
        )
        address = type(base)(flipped)
        text = list(rng.choice((str(address), address.exploded, str(address).upper())))
        for _ in range(rng.choice((0, 0, 0, 1, 2))):
            text.insert(rng.randint(0, len(text)), rng.choice("0:.%[] a/x"))
        yield rng.choice((address, address.packed, str(address), "".join(text), f"[{address}]"))


def drawn(questions: Callable[[random.Random], Iterator[Any]], seed: int) -> list[Any]:
    rng = random.Random(seed)
    each = questions(rng)
    return [next(each) for _ in range(MANY)]


def compare(asked: list[Any], native: Callable[[Any], Any], pure: Callable[[Any], Any]) -> int:
    """Compare the answers, and return how many are neither false nor empty."""
    found = 0
    for question in asked:
        answer = native(question)
        assert answer == pure(question), ascii(question)
        found += bool(answer)
    return found


def both_kinds(found: int) -> None:
    """See that a good part was blocked, and a good part was not."""
    assert MANY // 20 < found < MANY - MANY // 20, (found, MANY)


def test_names(cores: tuple[Blocklist, Blocklist]) -> None:
    native, pure = cores
    asked = drawn(names, 1)
    both_kinds(compare(asked, native.is_blocked, pure.is_blocked))
    assert native.is_blocked_many(asked) == pure.is_blocked_many(asked)


def test_matches(cores: tuple[Blocklist, Blocklist]) -> None:
    native, pure = cores
    asked = drawn(names, 2)
    both_kinds(compare(asked, native.match, pure.match))
    sample = asked[: MANY // 4]
    compare(sample, native.match_all, pure.match_all)
    for name in sample:
        match: Match | None = native.match(name)
        assert (match is not None) is native.is_blocked(name), ascii(name)


def test_addresses(cores: tuple[Blocklist, Blocklist]) -> None:
    native, pure = cores
    asked = drawn(addresses, 3)
    both_kinds(compare(asked, native.is_blocked_address, pure.is_blocked_address))
    compare(asked[: MANY // 4], native.match_address, pure.match_address)
    for address in asked[: MANY // 4]:
        found = native.match_address(address)
        assert (found is not None) is native.is_blocked_address(address), ascii(address)


def test_urls(cores: tuple[Blocklist, Blocklist]) -> None:
    native, pure = cores
    rng = random.Random(4)
    hosts = [name for name in drawn(names, 5) if isinstance(name, str)]
    hosts += [f"[{address}]" if ":" in str(address) else str(address)
              for address in drawn(addresses, 6) if not isinstance(address, bytes)]  # fmt: skip
    paths = ("", "/", "/x", "/x/y?q=1", "/x/free/1", "/page/2", ":8443/", "?q", "#f", ":99999/x")
    asked = list(mutated_urls(MANY // 2, seed=7))
    while len(asked) < MANY:
        scheme = rng.choice(("http://", "https://", "//", "", "HTTP:\\", "ws:", "ftp://u:p@"))
        host = rng.choice((*rng.choices(hosts, k=3), "a.com", "www.b.com", "192.0.2.33"))
        asked.append(f"{scheme}{host}{rng.choice(paths)}")
    both_kinds(compare(asked, native.is_blocked_url, pure.is_blocked_url))
    compare(asked[::4], native.match_url, pure.match_url)
