"""URLS: take a URL apart as browsers do (WHATWG URL Standard), for rules and for lookups.

Only what blocking needs: host, port, path, query. The same function reads the URL in an order and
the URL that a proxy asks about, so that both come out alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import NamedTuple
from urllib.parse import quote, unquote, unquote_to_bytes

from .addresses import parse_address

# Browsers take any number of slashes after the schemes they know.
_SCHEME = re.compile(r"(https?|ftp|wss?):[/\\]*|([a-z][a-z0-9+.-]*):[/\\]{2}", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
_IGNORED = str.maketrans("", "", "\t\r\n")
_SAFE = "/:@!$&'()*+,;=-._~?%"
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_LONE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_IPV4_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_OCTAL = re.compile(r"(?:\A|\.)0[0-9]")
_NO_HOST = frozenset("\0 #%/:<>?@[\\]^|")
_DEFANGED = (
    (re.compile(r"\Ahxxp(s?)(?=\[?:)", re.IGNORECASE), r"http\1"),
    (re.compile(r"\[:\]"), ":"),
    (re.compile(r"\[(://|/)\]"), r"\1"),
    (re.compile(r"[\[({](?:\.|dot)[\])}]", re.IGNORECASE), "."),
)
# The first page of a site that is one program.
_ROOT_FRAGMENTS = frozenset({"", "/", "!", "!/"})
_MAX_URL = 65_536


@dataclass(frozen=True, slots=True)
class Url:
    """A URL in parts.

    Attributes:
        host: as written, percent-escapes decoded; IPv6 without brackets; not yet normalised.
        port: ``None`` where it is the default of the scheme or not given.
        path: begins with ``/`` or is empty; dot segments resolved; escapes in one form.
        query: without the ``?``; empty if there is none.
        fragment: whether one names a page (``#…``, not ``#/``); it is never sent, but may be
            all that tells two pages of a host apart.
        octal: whether the host is an IPv4 address with leading zeros: browsers take them for
            octal, other programs for decimal.
    """

    host: str
    port: int | None
    path: str
    query: str
    fragment: bool = False
    octal: bool = False

    @property
    def is_host_only(self) -> bool:
        """Whether nothing beyond the host (and port) is named: ``http://x.com/`` is, too."""
        return self.path in ("", "/") and not self.query


def refang(text: str) -> str:
    """Undo what mail and reports do to keep a link from being clicked.

    >>> refang("hxxps[://]example[.]com")
    'https://example.com'
    """
    for pattern, plain in _DEFANGED:
        text = pattern.sub(plain, text)
    return text


def split_url(text: str) -> Url | None:
    """Take ``text`` apart; ``None`` if no host can be read from it. Never raises on ``str``.

    The scheme may be missing (``example.com:8080/path``). User information is dropped
    (``http://a@b/`` is host ``b``), as is the fragment. Backslashes count as slashes, tabs and line
    ends are ignored, and hosts such as ``0x7f.1`` become the IPv4 address they mean.
    """
    if len(text) > _MAX_URL:
        return None
    text = text.strip().translate(_IGNORED)
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text.removeprefix("//")
    rest, _, fragment = rest.partition("#")
    before_query, _, query = rest.partition("?")
    authority, slash, path = before_query.replace("\\", "/").partition("/")
    host, port, is_valid = split_authority(authority)
    if ":" not in host:  # nor is it an IPv6 address
        host = unquote(host, errors="surrogateescape")
        is_valid = is_valid and _NO_HOST.isdisjoint(host)
    if not host or not is_valid:
        return None
    default = _DEFAULT_PORTS.get((scheme[1] or "").lower()) if scheme else None
    number = _whatwg_ipv4(host)
    return Url(
        host=host if number is None else str(number),
        port=None if port in (default, None) or (not scheme and port in (80, 443)) else port,
        path=_one_form(_resolve(slash + path)),
        query=_one_form(query),
        fragment=fragment not in _ROOT_FRAGMENTS,
        octal=number is not None and _OCTAL.search(host) is not None,
    )


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


def split_authority(authority: str) -> HostPort:
    """Take ``user@host:port`` apart, as in a URL or a ``Host`` field; total.

    The host is found even where the port is wrong, so that a proxy blocks it all the same: ask
    ``is_valid`` where a browser would refuse. An IPv6 address without brackets is taken as a host.
    """
    text = authority.rpartition("@")[2].strip()  # as lenient servers read it
    if text.startswith("["):
        host, bracket, tail = text[1:].partition("]")
        if not bracket:
            return HostPort("", None, is_valid=False)
        colon, port = tail[:1], tail[1:]
    elif text.count(":") > 1 and parse_address(text) is not None:
        return HostPort(text, None, is_valid=False)
    else:
        host, colon, port = text.partition(":")
    # Leading zeros count for nothing (WHATWG URL §4.4, "port state").
    digits = port.lstrip("0") or port[:1]
    is_valid = colon in ("", ":") and (
        not port
        or (port.isascii() and port.isdecimal() and len(digits) <= 5 and int(digits) < 65_536)
    )
    return HostPort(host, int(digits) if port and is_valid else None, is_valid)


def _whatwg_ipv4(host: str) -> IPv4Address | None:
    """Read ``0x7f.1``, ``2130706433`` and the like (WHATWG URL §3.5, "IPv4 parser")."""
    parts = host.removesuffix(".").split(".")
    if len(parts) > 4 or not all(len(p) <= 40 and _IPV4_NUMBER.fullmatch(p) for p in parts):
        return None
    numbers = []
    for part in parts:
        try:
            if part[:2] in ("0x", "0X"):
                numbers.append(int(part[2:] or "0", 16))
            else:
                numbers.append(int(part, 8 if part[0] == "0" else 10))
        except ValueError:  # an 8 or 9 after a leading zero
            return None
    *head, last = numbers
    if any(n > 255 for n in head) or last >= 256 ** (5 - len(numbers)):
        return None
    return IPv4Address(sum(n << 8 * (3 - i) for i, n in enumerate(head)) + last)


def _resolve(path: str) -> str:
    """Resolve ``.`` and ``..`` segments, as a browser does before it asks."""
    if "/." not in path and "/%2" not in path:
        return path
    out: list[str] = []
    segments = path.split("/")[1:]
    for i, segment in enumerate(segments):
        plain = segment.lower().replace("%2e", ".")
        if plain == "..":
            del out[-1:]
        elif plain != ".":
            out.append(segment)
            continue
        if i == len(segments) - 1:
            out.append("")
    return "/" + "/".join(out)


def _one_form(text: str) -> str:
    """Write each escape in one way: unreserved characters plain, the rest ``%XX``."""
    if "%" in text:
        text = _ESCAPE.sub(_normal_escape, _LONE_PERCENT.sub("%25", text))
    return quote(text, safe=_SAFE, errors="surrogatepass")


def _normal_escape(escape: re.Match[str]) -> str:
    octet = unquote_to_bytes(escape[0])
    plain = octet.isalnum() or octet in (b"-", b".", b"_", b"~")
    return octet.decode("ascii") if plain else escape[0].upper()
