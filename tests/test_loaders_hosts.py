from __future__ import annotations

from pathlib import Path

import pytest
from loading import account, check_vector, only, vectors
from shared_data import shared

from blocklist import OrderSyntaxError, TargetKind, load_orders
from blocklist.documents import Document
from blocklist.loaders.lists.hosts import HostsLoader

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("lists", "hosts"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.0.0.0 a.example", True),
        ("0 a.example", True),
        ("::1 localhost", True),
        ("fe80::1%lo0 localhost", True),
        ("# only\n\n0.0.0.0 a.example", True),
        ("10.0.0.1 a.example", True),
        ("0.0.0.0 a.example\nb.example", False),
        ("0.0.0.0", False),
        ("192.0.2.1\n192.0.2.2", False),
        ("a.example 0.0.0.0", False),
        ("# only", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    assert HostsLoader().recognises(Document("x", "x", text.encode())) is expected


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1", "::", "::0", "::1", "0"])
def test_nowhere(address: str) -> None:
    order = only(f"{address} a.example b.example #c.example\n".encode())
    assert [(t.line, t.value, t.kind) for t in order.targets] == [
        (1, "a.example", TargetKind.SUBTREE),
        (1, "b.example", TargetKind.SUBTREE),
    ]


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.1.1", "255.255.255.255", "2001:db8::1"])
def test_redirect_is_no_block(address: str) -> None:
    order = only(f"0.0.0.0 a.example\n{address} b.example\n{address} localhost\n".encode())
    assert [t.value for t in order.targets] == ["a.example"]
    assert [(r.line, r.code) for r in order.rejected] == [(2, "redirect")]
    assert address in order.rejected[0].reason


def test_this_machine_alone_is_no_list() -> None:
    with pytest.raises(OrderSyntaxError, match="names nothing"):
        load_orders(b"127.0.0.1 localhost\n::1 ip6-localhost ip6-loopback\n")


def test_local_names_beside_others() -> None:
    order = only(b"127.0.0.1 localhost a.example\n10.0.0.1 localhost b.example\n")
    assert [t.value for t in order.targets] == ["a.example"]
    assert [r.line for r in order.rejected] == [2]


def by_hand(octets: bytes) -> list[str]:
    """The names that a hosts file sends to 0.0.0.0, in sequence."""
    lines = (line.partition("#")[0].split() for line in octets.decode().splitlines())
    return [name for words in lines if words[:1] == ["0.0.0.0"] for name in words[1:]]


class TestRealLists:
    def test_drugs_is_the_dnsmasq_list(self) -> None:
        order = only(shared("lists/hosts-drugs.txt.xz"))
        lines = shared("lists/dnsmasq-drugs.conf.xz").decode().splitlines()
        expected = {line.split("/")[1] for line in lines if line.startswith("server=/")}
        assert account(order) == (26_029, 26_029, 0)
        assert {target.value for target in order.targets} == expected

    def test_stevenblack(self) -> None:
        octets = shared("lists/hosts-stevenblack-2019.txt.xz")
        order = only(octets)
        names = [name for name in by_hand(octets) if name != "0.0.0.0"]
        assert [target.raw for target in order.targets] == names
        assert account(order) == (55_903, 55_903, 0)
        assert {"localhost", "local", "broadcasthost"}.isdisjoint(names)
        addresses = [t.value for t in order.targets if t.kind is TargetKind.ADDRESS]
        assert len(addresses) == 2
