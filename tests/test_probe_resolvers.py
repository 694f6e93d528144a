"""Where a probe asks, as people write it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from strategies import any_text

from blocklist import ConfigurationError
from blocklist.probe import Resolver

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize(
    ("text", "transport", "host", "port", "name"),
    [
        ("127.0.0.1", "udp", "127.0.0.1", 53, "127.0.0.1"),
        ("127.0.0.1:5353", "udp", "127.0.0.1", 5353, "127.0.0.1"),
        ("::1", "udp", "::1", 53, "::1"),
        ("[::1]:5353", "udp", "::1", 5353, "::1"),
        ("tcp://dns.example", "tcp", "dns.example", 53, "dns.example"),
        ("tls://dns.example", "tls", "dns.example", 853, "dns.example"),
        ("tls://192.0.2.1:8853#dns.example", "tls", "192.0.2.1", 8853, "dns.example"),
        ("https://dns.example/dns-query", "https", "dns.example", 443, "dns.example"),
        ("https://[::1]:8443/q?x=1", "https", "::1", 8443, "::1"),
    ],
)
def test_read(text: str, transport: str, host: str, port: int, name: str) -> None:
    read = Resolver.parse(text)
    assert (read.transport, read.host, read.port, read.name) == (transport, host, port, name)


@pytest.mark.parametrize(
    "text",
    ["", "udp://", "ftp://a.example", "127.0.0.1:99999", "127.0.0.1:x", "tcp://a.example/path",
     "a b", "tls://user@a.example", "udp://a.example#b", "[::1", "a\nb"],
)  # fmt: skip
def test_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a resolver such as"):
        Resolver.parse(text)


@given(any_text)
def test_total(text: str) -> None:
    with suppress(ConfigurationError):
        assert Resolver.parse(text).host


def test_no_such_host() -> None:
    with pytest.raises(ConfigurationError, match=r"no address for x{70}: "):
        Resolver.parse("x" * 70).address()
