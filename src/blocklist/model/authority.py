"""AUTHORITY: from ``user@host:port`` to the host that a client connects to (WHATWG URL Standard).

The one way of every door: URLs, Host fields, targets of CONNECT. The sequence is the standard's:
user information, port, percent-escapes, UTS 46, then the IPv4 parser. No length cuts a host.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from typing import NamedTuple
from urllib.parse import quote, unquote

from .addresses import parse_address
from .uts46 import map_each

# Forbidden host code points (§3.1), and those that are forbidden in domains as well.
_NO_OPAQUE_HOST = frozenset("\0\t\n\r #/:<>?@[\\]^|")
_NO_DOMAIN = _NO_OPAQUE_HOST | {chr(i) for i in range(32)} | {"%", "\x7f"}
_GRAPHIC = "".join(map(chr, range(33, 127)))
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_OCTAL = re.compile(r"(?:\A|\.)0[0-9]")
_MAX_PORT = 65_535
_BITS = 32


class HostPort(NamedTuple):
    """An authority in parts.

    Attributes:
        host: as written, without brackets; empty if there is none.
        port: ``None`` if none is given, or if it is no port.
        is_valid: whether a browser takes it: no text but a port follows the host, the port is a
            number up to 65535, an IPv6 address is in brackets.
    """

    host: str
    port: int | None
    is_valid: bool


class Host(NamedTuple):
    """What a client connects to.

    Attributes:
        text: percent-escapes decoded, an IPv4 address in four numbers; a name is not yet
            normalised (``names.query_name``).
        octal: whether it is an IPv4 address with leading zeros: browsers take them for octal,
            other programs for decimal.
    """

    text: str
    octal: bool = False


def split_authority(authority: str) -> HostPort:
    """Take ``user@host:port`` apart, as in a URL or a ``Host`` field; total.

    The host is found even where the port is wrong, so that a proxy blocks it all the same: ask
    ``is_valid`` where a browser would refuse. An IPv6 address without brackets is taken as a host.
    """
    text = authority.rpartition("@")[2].strip(" \t")  # as lenient servers read it
    if text.startswith("["):
        host, bracket, tail = text[1:].partition("]")
        if not bracket:
            return HostPort("", None, is_valid=False)
        colon, port = tail[:1], tail[1:]
    elif text.count(":") > 1 and parse_address(text) is not None:
        return HostPort(text, None, is_valid=False)
    else:
        host, colon, port = text.partition(":")
    number = _port(port)
    is_valid = colon in ("", ":") and (not port or number is not None)
    return HostPort(host, number if is_valid else None, is_valid)


def read_host(text: str, *, opaque: bool = False) -> Host | None:
    """Return the host that a client connects to, or ``None`` where it connects to none; total.

    Args:
        text: as it stands in an authority, without brackets.
        opaque: whether it stands in a URL of a scheme that browsers do not know, where nothing
            is decoded (§3.5, "opaque-host parser").
    """
    if not text or ":" in text:  # an IPv6 address is judged where addresses are
        return Host(text) if text else None
    if opaque:
        return (
            Host(quote(text, _GRAPHIC, errors="surrogatepass"))
            if _NO_OPAQUE_HOST.isdisjoint(text)
            else None
        )
    if "%" in text:
        text = unquote(text, errors="surrogateescape")
    domain = text if text.isascii() else map_each(text)
    if not domain or not _NO_DOMAIN.isdisjoint(domain):
        return None
    address = _ipv4(domain)
    if address is None:
        return Host(text)
    return Host(str(address), octal=_OCTAL.search(domain) is not None)


def _port(digits: str) -> int | None:
    """Read a port; leading zeros count for nothing (§4.4, "port state")."""
    if not digits.isascii() or not digits.isdecimal():
        return None
    digits = digits.lstrip("0") or "0"
    number = int(digits) if len(digits) <= len(str(_MAX_PORT)) else _MAX_PORT + 1
    return number if number <= _MAX_PORT else None


def _ipv4(domain: str) -> IPv4Address | None:
    """Read ``0x7f.1``, ``2130706433`` and the like (§3.5, "IPv4 parser")."""
    parts = domain.removesuffix(".").rsplit(".", 4)
    if len(parts) > 4:
        return None
    numbers = []
    for part in reversed(parts):  # in most names the last label is none
        number = _ipv4_number(part)
        if number is None:
            return None
        numbers.append(number)
    last, *rest = numbers
    if any(n > 255 for n in rest) or last >> 8 * (4 - len(rest)):
        return None
    return IPv4Address(last + sum(n << 8 * (3 - i) for i, n in enumerate(reversed(rest))))


def _ipv4_number(text: str) -> int | None:
    """Read a number of the IPv4 parser; one that no address can hold is as good as none."""
    if not _NUMBER.fullmatch(text):
        return None
    if text[:2] in ("0x", "0X"):
        base, digits = 16, text[2:].lstrip("0")
    elif text[0] == "0":
        base, digits = 8, text.lstrip("0")
    else:
        base, digits = 10, text
    if len(digits) > _BITS // 3 + 1:
        return None
    try:
        return int(digits or "0", base)
    except ValueError:  # an 8 or 9 after a leading zero
        return None
