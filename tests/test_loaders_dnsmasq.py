from __future__ import annotations

from pathlib import Path

import pytest
from loading import account, check_vector, only, vectors
from shared_data import shared

from blocklist import Blocklist, compile_orders, load_orders
from blocklist.documents import Document
from blocklist.loaders.lists.dnsmasq import DnsmasqLoader

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("dnsmasq"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("address=/a.example/0.0.0.0", True),
        ("# x\nport=53\nserver=/a.example/", True),
        ("local=/a.example/\nno-resolv", True),
        ("server=8.8.8.8", False),
        ("address=a.example", False),
        ("a.example\nb.example\nserver=/c.example/", False),
        ('[[order]]\nid="x"', False),
        ("", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    assert DnsmasqLoader().recognises(Document("x", "x", text.encode())) is expected


def test_usual_servers_are_an_exception() -> None:
    order = only(
        b"server=/site.example/\nserver=/help.site.example/#\nlocal=/a.example/b.example/#\n"
    )
    assert [(e.line, e.text) for e in order.exceptions] == [
        (2, "help.site.example"), (3, "a.example"), (3, "b.example"),
    ]  # fmt: skip
    blocked = Blocklist(compile_orders([order]))
    assert blocked.is_blocked("www.site.example")
    assert not blocked.is_blocked("help.site.example")


def test_a_name_beside_all_below_it_is_that_name_alone() -> None:
    """As dnsmasq 2.90 answers: ``*.name`` is longer than ``name``."""
    order = only(
        b"server=/A.example/\nserver=/*.a.example/#\nserver=/*.b.example/\nserver=/c.example/\n"
        b"server=/d.example/#\nserver=/*.d.example/\n"
    )
    assert [target.text for target in order.targets] == [
        "=a.example", "*.b.example", "c.example", "*.d.example",
    ]  # fmt: skip
    assert [e.text for e in order.exceptions] == ["*.a.example", "=d.example"]
    blocked = Blocklist(compile_orders([order]))
    names = ("a.example", "x.a.example", "b.example", "x.b.example", "d.example", "x.d.example")
    assert [blocked.is_blocked(name) for name in names] == [True, False, False, True, False, True]


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("address=/a.example/\nserver=/b.example/\n", "nxdomain"),
        ("address=/a.example/0.0.0.0\n", "redirect 0.0.0.0"),
        ("address=/a.example/#\naddress=/b.example/#\naddress=/c.example/#\n", "redirect 0.0.0.0"),
        ("address=/a.example/::\naddress=/b.example/::\naddress=/c.example/::\n", "redirect ::"),
    ],
)
def test_response(text: str, response: str) -> None:
    assert only(text.encode()).response == response


def test_each_rule_has_its_own_response() -> None:
    orders = load_orders(b"address=/a.example/\naddress=/b.example/0.0.0.0\nlocal=/c.example/\n")
    assert {order.response: [t.text for t in order.targets] for order in orders} == {
        "nxdomain": ["a.example", "c.example"], "redirect 0.0.0.0": ["b.example"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "inner", ["server=/ok.a.example/192.0.2.53", "address=/ok.a.example/192.0.2.1"]
)
def test_what_is_no_block_is_open_within_one(inner: str) -> None:
    order = only(f"address=/a.example/#\n{inner}\nserver=/other.example/192.0.2.53\n".encode())
    assert [t.text for t in order.targets] == ["a.example"]
    assert [e.text for e in order.exceptions] == ["ok.a.example"]
    assert [(r.line, r.code) for r in order.rejected] == [(2, "redirect"), (3, "redirect")]


@pytest.mark.parametrize(
    "other",
    [
        "domain=lan.example", "domain=lan.example,192.0.2.0/24",
        "host-record=nas.lan.example,192.0.2.1",
        "address=/nas.lan.example/192.0.2.1", "cname=a.lan.example,b.lan.example",
    ],
)  # fmt: skip
def test_the_own_domain_of_the_server_is_no_block(other: str) -> None:
    order = only(f"local=/lan.example/\nlocal=/a.example/\n{other}\n".encode())
    assert [t.text for t in order.targets] == ["a.example"]
    assert [r.code for r in order.rejected if r.line == 1] == ["redirect"]


def test_sets_of_addresses_block_nothing() -> None:
    order = only(b"address=/a.example/#\nipset=/b.example/set\nnftset=/c.example/4#x#y\n")
    assert [t.text for t in order.targets] == ["a.example"]
    assert [(r.line, r.code) for r in order.rejected] == [
        (2, "configuration"),
        (3, "configuration"),
    ]


def test_exact() -> None:
    order = only(b"address=/a.example/\naddress=/b.example/\n", scope="exact")
    assert [target.text for target in order.targets] == ["=a.example", "=b.example"]


def test_same_list_in_two_syntaxes() -> None:
    order, other = (
        only(shared("lists/dnsmasq-drugs.conf.xz")),
        only(shared("lists/hosts-drugs.txt.xz")),
    )
    assert (order.source.format, other.source.format) == ("dnsmasq", "hosts")
    assert account(order) == account(other) == (26_029, 26_029, 0)
    assert [(t.kind, t.value) for t in order.targets] == [(t.kind, t.value) for t in other.targets]
