from __future__ import annotations

from pathlib import Path

import pytest
from loading import account, check_vector, only, vectors
from shared_data import shared

from blocklist import Blocklist, compile_orders
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
        ("address=/a.example/\naddress=/b.example/0.0.0.0\n", ""),
    ],
)
def test_response(text: str, response: str) -> None:
    assert only(text.encode()).response == response


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
