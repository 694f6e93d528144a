"""NAT64: the IPv4 address inside an IPv6 address that a translator takes (RFC 6052)."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network

from ..errors import ConfigurationError
from .addresses import Address

WELL_KNOWN = IPv6Network("64:ff9b::/96")
"""The prefix that every network may use (§2.1)."""
LENGTHS = (32, 40, 48, 56, 64, 96)
_LOW_BITS = 56  # below the octet "u", which prefixes shorter than 96 leave out (§2.2)


def parse_prefix(text: str | IPv6Network) -> IPv6Network:
    """Read a prefix of a translator, such as ``2001:db8:64::/96``.

    Raises:
        ValueError: it is no IPv6 prefix of a length that RFC 6052 knows.
    """
    lengths = ", ".join(f"/{length}" for length in LENGTHS)
    try:
        prefix = IPv6Network(text)
    except ValueError as error:
        raise ConfigurationError(f"{text!r} is no IPv6 prefix of a translator: {error}") from None
    if prefix.prefixlen not in LENGTHS:
        raise ConfigurationError(f"{text} is no prefix of a translator: RFC 6052 knows {lengths}")
    return prefix


def parse_prefixes(texts: Iterable[str | IPv6Network]) -> tuple[IPv6Network, ...]:
    """Read several prefixes, and put the well-known one before them.

    Raises:
        ValueError: one is no prefix of a translator.
        TypeError: it is one text, and not several.
    """
    if isinstance(texts, str | bytes | IPv6Network):
        raise TypeError(f"nat64 takes several prefixes: write nat64=[{texts!r}]")
    return tuple(dict.fromkeys((WELL_KNOWN, *map(parse_prefix, texts))))


def embedded(address: IPv6Address, prefixes: Iterable[IPv6Network]) -> IPv4Address | None:
    """Return the IPv4 address in an address of a translator, or ``None`` if it is of none.

    Of the prefixes that hold it the longest counts; the octet "u" and the bits after the IPv4
    address do not (§2.3).
    """
    holding = [prefix for prefix in prefixes if address in prefix]
    if not holding:
        return None
    length = max(prefix.prefixlen for prefix in holding)
    bits = int(address)
    if length == 96:
        return IPv4Address(bits & 0xFFFF_FFFF)
    low = bits & (1 << _LOW_BITS) - 1
    without_u = bits >> 64 << _LOW_BITS | low  # 120 bits
    return IPv4Address(without_u >> 120 - length - 32 & 0xFFFF_FFFF)


def meant(address: Address, prefixes: Iterable[IPv6Network]) -> list[Address]:
    """Return the addresses as which one is judged, what a translator makes of it first."""
    inside = embedded(address, prefixes) if isinstance(address, IPv6Address) else None
    return [address] if inside is None else [inside, address]
