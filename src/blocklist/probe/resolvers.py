"""RESOLVERS: where a probe asks: transport, address and, for TLS, the name in the certificate."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from ..errors import ConfigurationError
from ..model.addresses import parse_address


class Transport(StrEnum):
    """How a question travels."""

    UDP = "udp"
    """Over TCP as well if the answer is truncated."""
    TCP = "tcp"
    TLS = "tls"
    """RFC 7858."""
    HTTPS = "https"
    """RFC 8484."""


_PORTS = {Transport.UDP: 53, Transport.TCP: 53, Transport.TLS: 853, Transport.HTTPS: 443}


@dataclass(frozen=True, slots=True)
class Resolver:
    """A resolver that the caller gave.

    Attributes:
        text: as it was given.
        transport: how to ask it.
        host: address, or name that is resolved by this machine's own resolver.
        port: of TCP or UDP.
        name: what its certificate has to be for.
        url: of DNS over HTTPS.
    """

    text: str
    transport: Transport
    host: str
    port: int
    name: str
    url: str

    @classmethod
    def parse(cls, text: str) -> Resolver:
        """Read ``127.0.0.1:5353``, ``tcp://[::1]``, ``tls://host:853``, ``https://host/dns-query``.

        UDP where it does not say; ports 53, 853 and 443. ``tls://192.0.2.1#dns.example`` is a
        resolver at that address with a certificate for that name.

        Raises:
            ConfigurationError: not a resolver in one of these forms.
        """
        wanted = text.strip()
        if parse_address(wanted) is not None and ":" in wanted:
            wanted = f"[{wanted}]"
        try:
            parts = urlsplit(wanted if "://" in wanted else f"udp://{wanted}")
            transport, host, port = Transport(parts.scheme), parts.hostname, parts.port
        except ValueError as error:
            raise _unreadable(text) from error
        only_https = parts.path.strip("/") or parts.query
        only_tls = bool(parts.fragment)
        if (
            not host or parts.username is not None or not wanted.isprintable() or " " in wanted
            or (only_https and transport is not Transport.HTTPS)
            or (only_tls and transport is not Transport.TLS)
        ):  # fmt: skip
            raise _unreadable(text)
        name, port = parts.fragment or host, port or _PORTS[transport]
        return cls(wanted, transport, host, port, name, parts.geturl())

    def address(self) -> str:
        """Return the address to ask.

        Raises:
            ConfigurationError: the name has none.
        """
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise ConfigurationError(f"{self.text}: no address for {self.host}: {error}") from error
        return str(found[0][4][0])

    def __str__(self) -> str:
        return self.text


def _unreadable(text: str) -> ConfigurationError:
    return ConfigurationError(
        f"{text!r} is not a resolver such as 127.0.0.1:5353, tcp://[::1]:53, tls://dns.example or "
        "https://dns.example/dns-query"
    )
