"""CONFIGURATION: the settings of the forwarder, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import ConfigurationError
from ...live.policy import ResponsePolicy
from ...model.addresses import Network
from ...model.report import MAX_DROP
from ..ede_settings import Telling

if TYPE_CHECKING:
    from ...signing.notekeys import VerifierKey

NO_IMAGE = "none"
"""Stands for an image: a view in which nothing is blocked."""
DNS_PORT = 53
_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1"))


class Endpoint(NamedTuple):
    """An IP address and a port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, port: int = DNS_PORT) -> Endpoint:
        """Read ``192.0.2.1``, ``192.0.2.1:5353``, ``2001:db8::1`` or ``[2001:db8::1]:5353``.

        Raises:
            ConfigurationError: not an address with a port; names are not resolved.
        """
        host, digits = text.strip(), ""
        if host.startswith("["):
            host, _, digits = host[1:].partition("]")
            digits = digits.removeprefix(":") if digits.startswith(":") or not digits else "x"
        elif host.count(":") == 1:
            host, _, digits = host.partition(":")
            digits = digits or "x"
        try:
            address = ip_address(host)
            number = int(digits) if digits else port
        except ValueError:
            raise ConfigurationError(
                f"{text!r} is not an address with a port, such as 127.0.0.1:5353 or [::1]:5353"
            ) from None
        if not 0 <= number < 1 << 16:
            raise ConfigurationError(f"{text!r}: a port is from 0 to 65535, not {number}")
        return cls(str(address), number)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """The image and the policy for clients of some networks.

    Attributes:
        networks: the networks of the clients.
        image: path of the image, or ``none``.
        policy: what a blocked name gets.
        key: whose signed images are taken; empty: every image is.
        shadow: path of an image whose hits are only counted; empty or ``none`` for no such image.
    """

    networks: tuple[Network, ...]
    image: str
    policy: ResponsePolicy
    key: tuple[VerifierKey, ...] = ()
    shadow: str = ""


@dataclass(frozen=True, slots=True)
class Configuration:
    """All settings; ``docs/how-to/serve.md`` describes each.

    Attributes:
        image: path of the image for clients without a view, or ``none``.
        upstreams: the resolvers to forward to, the preferred one first.
        listen: the addresses to listen on, over UDP and TCP.
        allow: the networks whose queries are answered.
        key: whose signed images are taken; empty: every image is.
        shadow: path of an image whose hits are counted, and that answers nothing.
        views: other images and policies for some networks.
        policy: what a blocked name gets.
        contact: see ``Telling``, as the four after it.
        organization: who runs the resolver.
        language: of texts.
        sde_option: EDNS option by which clients ask for structured texts.
        incidents: for structured texts, public records about orders.
        uniform_reason: the same text for every block, in place of the orders and incidents.
        check_addresses: whether answers with a blocked address are blocked.
        nat64: prefixes of translators, whose addresses are judged as the IPv4 address inside.
        timeout: seconds until an upstream counts as silent.
        tries: how often a query is sent, to one upstream after the other.
        max_outstanding: queries that may wait for upstreams at the same time.
        max_client_outstanding: the same, of the queries of one client.
        max_connections: TCP connections that clients may have at the same time; for one more, that
            which is idle for the longest time is closed.
        max_client_connections: the same, of one client; more are refused.
        client_prefix_v4: bits of an IPv4 address that tell clients apart.
        client_prefix_v6: the same of an IPv6 address.
        idle_timeout: seconds until a TCP connection without a query is closed.
        strip_ecs: whether EDNS Client Subnet is taken out of what goes to upstreams.
        check_every: seconds between two checks for a replaced image; 0: never.
        max_shrink: the share of its rules that an image may lose at a reload.
        share: whether images are mapped, not copied; see ``LiveBlocklist``.
        reuse_port: whether several processes may listen at one port.
        metrics: address of the Prometheus metrics, if any.
        log_hits: whether each block is logged.
        log_clients: whether the log holds the client address and the queried name.
    """

    image: str
    upstreams: tuple[Endpoint, ...]
    listen: tuple[Endpoint, ...] = (Endpoint("127.0.0.1", DNS_PORT),)
    allow: tuple[Network, ...] = _LOOPBACK
    key: tuple[VerifierKey, ...] = ()
    shadow: str = ""
    views: tuple[ViewSettings, ...] = ()
    policy: ResponsePolicy = field(default_factory=ResponsePolicy)
    contact: tuple[str, ...] = ()
    organization: str = ""
    language: str = "en"
    sde_option: int = 0
    incidents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    uniform_reason: str = ""
    check_addresses: bool = False
    nat64: tuple[IPv6Network, ...] = ()
    timeout: float = 1.5
    tries: int = 3
    max_outstanding: int = 10_000
    max_client_outstanding: int = 1_000
    max_connections: int = 200
    max_client_connections: int = 50
    client_prefix_v4: int = 32
    client_prefix_v6: int = 56
    idle_timeout: float = 10.0
    strip_ecs: bool = False
    check_every: float = 5.0
    max_shrink: float = MAX_DROP
    share: bool = False
    reuse_port: bool = False
    metrics: Endpoint | None = None
    log_hits: bool = False
    log_clients: bool = False

    def __post_init__(self) -> None:
        """Raise ``ConfigurationError`` for what contradicts itself."""
        if not self.upstreams:
            raise ConfigurationError(
                "no upstream; name a resolver to forward to (--upstream 192.0.2.53)"
            )
        if not self.listen:
            raise ConfigurationError("no address to listen on; name one (--listen 127.0.0.1:53)")
        _once("upstream", self.upstreams)
        _once("listen", self.listen)
        _once("network of a view", [net for view in self.views for net in view.networks])
        for endpoint in self.upstreams:
            if any(_is_same(endpoint, own) for own in self.listen):
                raise ConfigurationError(
                    f"upstream {endpoint} is an address that this server listens on"
                )
            if not endpoint.port or ip_address(endpoint.host).is_unspecified:
                raise ConfigurationError(f"upstream {endpoint} is not an address of a resolver")
        if self.metrics is not None and self.metrics in self.listen and self.metrics.port:
            raise ConfigurationError(f"metrics and DNS cannot both use {self.metrics}")
        if not self.allow:
            raise ConfigurationError("no client may query; allow a network (--allow 127.0.0.0/8)")
        for view in self.views:
            for network in view.networks:
                if not any(_overlaps(network, allowed) for allowed in self.allow):
                    raise ConfigurationError(
                        f"view {network}: its clients may not query; allow them (--allow {network})"
                    )
        if self.log_clients and not self.log_hits:
            raise ConfigurationError("log_clients needs log_hits")
        self._check_ranges()
        self.telling  # noqa: B018 - raises if it cannot be told

    def _check_ranges(self) -> None:
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigurationError(f"{name} must be from {low:,} to {high:,}, not {value:,}")

    @property
    def telling(self) -> Telling:
        """The texts for clients."""
        return Telling(
            self.contact, self.organization, self.language, self.sde_option, self.incidents,
            uniform_reason=self.uniform_reason,
        )  # fmt: skip

    @property
    def is_open(self) -> bool:
        """Whether the whole Internet may query."""
        return any(network.prefixlen == 0 for network in self.allow)


_RANGES: tuple[tuple[str, float, float], ...] = (
    ("timeout", 0.01, 60), ("tries", 1, 20), ("max_outstanding", 1, 1_000_000),
    ("max_client_outstanding", 1, 1_000_000), ("max_connections", 0, 100_000),
    ("max_client_connections", 1, 100_000), ("client_prefix_v4", 1, 32),
    ("client_prefix_v6", 1, 128), ("idle_timeout", 0.1, 3600), ("check_every", 0, 86_400),
    ("max_shrink", 0, 1),
)  # fmt: skip


def _once(what: str, values: Sequence[Any]) -> None:
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            raise ConfigurationError(f"{what} {value} given twice")
        seen.add(value)


def _is_same(upstream: Endpoint, own: Endpoint) -> bool:
    if upstream.port != own.port:
        return False
    everywhere = ip_address(own.host).is_unspecified and ip_address(upstream.host).is_loopback
    return upstream.host == own.host or everywhere


def _overlaps(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)
