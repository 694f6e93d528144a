"""TARGETS: what an order names, how wide each target is, and how one is read from its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ..errors import InvalidNameError, UnsupportedTargetError, shorten
from .addresses import parse_network
from .misread import thing_meant
from .names import MAX_NAME_OCTETS, alternate_name, canonical_name, unencoded_name
from .urls import Url, refang, split_url


class TargetKind(StrEnum):
    """How wide a target is."""

    SUBTREE = "subtree"
    """``example.com``: the name and every name below it."""
    EXACT = "exact"
    """``=example.com``: that name alone."""
    BELOW = "below"
    """``*.example.com``: every name below it, not itself."""
    PATTERN = "pattern"
    """``*kickass*``: ``*`` is any run of octets, compared with the whole name."""
    URL = "url"
    """``http://x.com/path``: nothing at the DNS level, only ``is_blocked_url``."""
    ADDRESS = "address"
    """``192.0.2.7``, ``2001:db8::/48``: only ``is_blocked_address``."""
    EVERY_SUFFIX = "every-suffix"
    """``example.{suffix}``: the name under every ICANN public suffix, and all below."""


_NOTATION = {
    TargetKind.EXACT: "={}",
    TargetKind.BELOW: "*.{}",
    TargetKind.EVERY_SUFFIX: "{}.{{suffix}}",
}


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that an order names.

    Attributes:
        kind: how wide it is.
        value: normalised: a canonical name, a pattern, ``host[:port]/path?query`` or a prefix.
        raw: as the source wrote it.
        line: in the source, from 1; 0 if it has none.
        alternate: the second canonical name of a U-label with two encodings, or ``None``.
        note: what reading it changed that a person should know of (a port left out), or ``""``.
    """

    kind: TargetKind
    value: str
    raw: str
    line: int = 0
    alternate: str | None = None
    note: str = ""

    @property
    def text(self) -> str:
        """The target in the notation of order files."""
        return notation(self.kind, self.value)


def notation(kind: TargetKind, value: str) -> str:
    """Return ``value`` written so that its kind shows: ``=example.com``, ``*.example.com``.

    >>> notation(TargetKind.EXACT, "example.com")
    '=example.com'
    """
    return _NOTATION.get(kind, "{}").format(value)


class Rule(NamedTuple):
    """One unique target as the image holds it: what is blocked, or allowed by an exception."""

    kind: TargetKind
    value: str
    allow: bool = False

    @property
    def text(self) -> str:
        """The rule in the notation of order files."""
        return notation(self.kind, self.value)


NAME_KINDS = (TargetKind.SUBTREE, TargetKind.EXACT, TargetKind.BELOW)
"""The kinds of rules that are about one name, and so are in the suffix trie."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that was not read, or a target that is not enforced, and why.

    Attributes:
        line: in the source, from 1; 0 if it has none.
        text: as the source wrote it.
        reason: a sentence for a person.
        code: stable, for programs: ``not-a-name``, ``public-suffix``, ``protected``, …
        path: the source, as it was given.
        order_id: the order it belongs to.
    """

    line: int
    text: str
    reason: str
    code: str
    path: str = ""
    order_id: str = ""

    @property
    def is_withdrawal(self) -> bool:
        """Whether the source itself says that the target is no longer ordered: no fault."""
        return self.code == "withdrawn"

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}: " if self.path or self.line else ""
        # A file that is no list may be one line: whoever reads this needs its beginning only.
        return f"{where}{shorten(self.text, 200)!r}: {self.reason} [{self.code}]"


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that a document mentions and does not order blocked, and why not.

    Attributes:
        text: as the source wrote it.
        line: in the source, from 1.
        reason: why it is no target.
        doubtful: whether it stands where a person might read it as ordered.
    """

    text: str
    line: int
    reason: str
    doubtful: bool = False


class TargetError(UnsupportedTargetError):
    """Text that cannot be a target; ``code`` is stable, for programs."""

    def __init__(self, reason: str, code: str) -> None:
        super().__init__(reason)
        self.code = code


_EVERY_SUFFIX = re.compile(r"(?i)(.+)\.\{suffix\}")
_STARS = re.compile(r"\*{2,}")
_PATTERN = re.compile(r"[a-z0-9_*-]+(?:\.[a-z0-9_*-]+)*")
_SCHEME = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?[/\\]{2}")
_PORT = re.compile(r"(.+):([0-9]{1,5})")
# The codes of text that may be of another notation.
_UNREAD = frozenset({"white-space", "not-a-name", "bad-url", "bad-pattern", "e-mail"})
_WORDS = 20  # how many of the last words of a line may be what was meant
_PRINTED_SPACE = re.compile(r"\s")
_TRIM = " \t\r\n\f\v\u00a0\ufeff\u200b\u200e\u200f\u2060\"'“”„«»‘’‹›"
_TYPOGRAPHIC = re.compile("[\u2010-\u2015\u2018-\u201f\u2039\u203a\u2212«»]")


def parse_target(raw: str, *, line: int = 0, kind: TargetKind = TargetKind.SUBTREE) -> Target:
    """Read one target as an order writes it.

    Args:
        raw: a name (``example.com``, ``.example.com``), a marked name (``=x``, ``*.x``,
            ``x.{suffix}``), a pattern (``*x*``), a URL, an address or a prefix. White space and
            quotes at the ends and defanging (``hxxp://``, ``example[.]com``) are taken off.
        line: kept in the target.
        kind: what a name without mark means: SUBTREE, EXACT or BELOW.

    A URL without path is its host, a URL with one stays a URL and never becomes its host. Ports
    of a host are left out, with a note.

    Raises:
        TargetError: an ``UnsupportedTargetError`` with a stable ``code``.
    """
    text = _STARS.sub("*", refang(raw.strip(_TRIM)))
    if not text:
        raise TargetError("empty", "empty")
    try:
        return _parse(text, raw, line, kind)
    except TargetError as error:
        meant = thing_meant(text)
        if meant and error.code in _UNREAD:
            hint = str(error).partition("; ")[2] if error.code == "white-space" else ""
            raise TargetError(f"{meant}; {hint}" if hint else meant, error.code) from error
        raise


def _parse(text: str, raw: str, line: int, kind: TargetKind) -> Target:
    if _PRINTED_SPACE.search(text):
        raise TargetError(_spaced(text), "white-space")
    if _TYPOGRAPHIC.search(text):
        meant = _TYPOGRAPHIC.sub("-", text)
        raise TargetError(f"a typographic dash or quote inside; is {meant!r} meant?", "not-a-name")
    try:
        network = parse_network(text)
    except ValueError as error:
        raise TargetError(f"not an address: {error}", "bad-address") from error
    if network is not None:
        single = network.prefixlen == network.max_prefixlen
        value = str(network.network_address) if single else str(network)
        return Target(TargetKind.ADDRESS, value, raw, line)
    if "/" in text or "?" in text or "\\" in text:
        return _url_target(text, raw, line, kind)
    if text.startswith("="):
        return _name_target(TargetKind.EXACT, text[1:], raw, line)
    every = _EVERY_SUFFIX.fullmatch(text)
    if every:
        return _name_target(TargetKind.EVERY_SUFFIX, every[1], raw, line)
    if text.startswith("*.") and "*" not in text[2:]:
        return _name_target(TargetKind.BELOW, text[2:], raw, line)
    if "*" in text:
        return _pattern_target(text, raw, line)
    return _host_target(text, raw, line, kind)


def _host_target(text: str, raw: str, line: int, kind: TargetKind, note: str = "") -> Target:
    if "@" in text:
        raise TargetError("an e-mail address, not a domain name", "e-mail")
    address = _single_address(text)
    port = _PORT.fullmatch(text) if address is None else None
    if port:
        if int(port[2]) > 65_535:
            raise TargetError(f"there is no port {port[2]}", "bad-url")
        text, note = port[1], _port_note(int(port[2]))
        address = _single_address(text)
    if address is not None:
        return Target(TargetKind.ADDRESS, address, raw, line, None, note)
    return _name_target(kind, text.removeprefix("."), raw, line, note)


def _port_note(port: int | None) -> str:
    return "" if port is None else f"port {port} left out: the whole host is blocked"


def _single_address(text: str) -> str | None:
    try:
        network = parse_network(text)
    except ValueError as error:
        raise TargetError(f"not an address: {error}", "bad-address") from error
    return None if network is None else str(network.network_address)


def _name_target(kind: TargetKind, text: str, raw: str, line: int, note: str = "") -> Target:
    try:
        return Target(kind, canonical_name(text), raw, line, alternate_name(text), note)
    except InvalidNameError as error:
        try:
            name = unencoded_name(text)
        except InvalidNameError:
            raise TargetError(str(error), "not-a-name") from error
        said = "an xn-- label is no name in any script; it is blocked as written"
        return Target(kind, name, raw, line, None, f"{note}; {said}" if note else said)


def _pattern_target(text: str, raw: str, line: int) -> Target:
    pattern = text.lower().removesuffix(".")
    if not _PATTERN.fullmatch(pattern) or len(pattern) > MAX_NAME_OCTETS:
        raise TargetError(
            "a pattern holds letters, digits, hyphens, underscores, dots and *, up to "
            f"{MAX_NAME_OCTETS} octets",
            "bad-pattern",
        )
    return Target(TargetKind.PATTERN, pattern, raw, line)


def _url_target(text: str, raw: str, line: int, kind: TargetKind) -> Target:
    url = split_url(text)
    if url is None or not url.is_valid or "*" in url.host:
        raise TargetError("a URL whose host cannot be read", "bad-url")
    if url.octal:
        reason = f"an IPv4 address with leading zeros: octal ({url.host}) or decimal?"
        raise TargetError(reason, "bad-address")
    if url.is_host_only:
        if url.fragment:
            reason = "a fragment (#…) names a page that only browsers see; the host is not ordered"
            raise TargetError(reason, "bad-url")
        return _host_target(url.host, raw, line, kind, _port_note(url.port))
    address = _single_address(url.host)
    if address is not None:
        return Target(TargetKind.URL, url_value(address, url), raw, line)
    if "." not in url.host.strip(".") and not _SCHEME.match(text):
        raise TargetError("a path without a host: what stands before / is a single word", "bad-url")
    name = _name_target(kind, url.host, raw, line)
    alternate = None if name.alternate is None else url_value(name.alternate, url)
    return Target(TargetKind.URL, url_value(name.value, url), raw, line, alternate, name.note)


def url_value(host: str, url: Url) -> str:
    """Return the one spelling under which a URL is stored and looked up; ``host`` normalised."""
    shown = f"[{host}]" if ":" in host else host
    port = "" if url.port is None else f":{url.port}"
    query = f"?{url.query}" if url.query else ""
    return f"{shown}{port}{url.path or '/'}{query}"


def _spaced(text: str) -> str:
    """Say that white space stands inside, and name what the writer may have meant."""
    for word in reversed(text.rsplit(maxsplit=_WORDS)[-_WORDS:]):
        try:
            if "." in canonical_name(word):
                return f"white space inside; is {word!r} meant?"
        except InvalidNameError:
            continue
    return "white space inside"
