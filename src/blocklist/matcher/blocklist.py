"""MATCH: questions to an image.

``Blocklist`` is what resolvers and proxies hold. It is immutable and safe to ask from any number of
threads; ``is_blocked`` is the core's own function, with no Python frame in front of it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from ipaddress import IPv6Address, IPv6Network
from itertools import chain
from typing import Any, Self, TypeVar

from .._core import open_core
from ..errors import NotAnImageError
from ..image.container import Image
from ..image.contents import SECTIONS, Contents
from ..model.addresses import Address, parse_address
from ..model.names import query_name
from ..model.nat64 import embedded, parse_prefixes
from ..model.orders import Order
from ..model.targets import Rule, TargetKind, url_value
from ..model.urls import Url, plain_host, refang, split_url
from ..model.wording import plural
from .finder import MatchFinder
from .manynames import AsksManyNames, ManyNames, refuse_one
from .match import Match
from .tables import AddressTable, Entry, UrlTable

Table = TypeVar("Table")


class Blocklist(AsksManyNames):
    """A compiled blocklist, ready to answer.

    Attributes:
        image: what it answers from.
        contents: the orders and rules in it, as exporters and reports read them.
        nat64: the prefixes whose addresses are judged as the IPv4 address inside.
        is_blocked: ``(name: str | bytes) -> bool``: whether a rule blocks the name. Total: never
            raises for any ``str`` or ``bytes``. ``str`` is text (any case, one final dot, U-labels,
            RFC 1035 escapes), ``bytes`` is uncompressed DNS wire format. What is not a name is not
            blocked; for ``host:port`` or a URL ask ``is_blocked_url``. ``TypeError`` otherwise.
        query_set: ``(name: bytes) -> int``: the number of the set of orders that block a name in
            wire format, or -1. What a server makes for one name it keeps for all with that number,
            as long as it asks this ``Blocklist``; ``contents.orders_of_set`` has the orders.
        match: ``(name: str | bytes) -> Match | None``: the rule that blocks the name with its
            orders, the longest; as total as ``is_blocked``, and as fast where nothing blocks.
    """

    is_blocked: Callable[[str | bytes], bool]
    query_set: Callable[[bytes], int]
    match: Callable[[str | bytes], Match | None]

    def __init__(self, image: Image, *, nat64: Iterable[str | IPv6Network] = ()) -> None:
        """Take an image, from ``compile_orders`` or ``Image.open``.

        Args:
            image: what it answers from.
            nat64: the prefixes under which the network's translators hold IPv4 addresses, beside
                the well-known ``64:ff9b::/96``: ``["2001:db8:64::/96"]`` (RFC 6052).

        Raises:
            NotAnImageError: its sections contradict each other.
            ValueError: a prefix is none, or of another length than RFC 6052 knows.
            TypeError: it is not an image.
        """
        if not isinstance(image, Image):
            what = type(image).__name__
            if isinstance(image, str | bytes | os.PathLike):
                raise TypeError(f"Blocklist takes an image, not a path: Blocklist.open({image!r})")
            raise TypeError(
                f"image must be an Image, not {what}: one comes from compile_orders(orders), and "
                "Blocklist.open(path) opens a saved one"
            )
        self.nat64: tuple[IPv6Network, ...] = parse_prefixes(nat64)
        self.image = image
        self._core = open_core(image)
        self.contents: Contents = Contents(image)
        self.is_blocked = self._core.is_blocked
        self.query_set = self._core.query_set
        self.match = self._core.matcher(Match, MatchFinder(self._core, self.contents))
        self._many = ManyNames(self._core, self.contents, self.match)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        verify: bool = True,
        share: bool = True,
        nat64: Iterable[str | IPv6Network] = (),
    ) -> Blocklist:
        """Open a saved image and make it ready.

        Args:
            path: the file.
            verify: compare its checksum, which reads all of it.
            share: map the file, which must then only be replaced by a rename; else answer from a
                private copy in memory, as ``LiveBlocklist`` does.
            nat64: prefixes of translators, see ``Blocklist``.

        Raises:
            ImageError: ``NotAnImageError``, ``ImageVersionError`` or ``ImageChecksumError``.
            OSError: the file cannot be read.
        """
        return cls(Image.open(path, verify=verify, share=share), nat64=nat64)

    def close(self) -> None:
        """Let go of the image; every question after that raises ``ValueError``.

        Safe at any time: a batch that runs in another thread ends first, with its answers. Not
        needed where a ``Blocklist`` is simply dropped.
        """
        self._core.close()
        self.is_blocked = self._core.is_blocked
        self.query_set = self._core.query_set
        with contextlib.suppress(BufferError):  # somebody holds a section: it goes with that
            self.image.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Blocklist of {plural(len(self), 'rule')}, image {self.image.digest[:12]}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by path and digest, see ``Image``: for workers of another process."""
        opened, where = self.image.__reduce__()
        return _opened_again, (type(self), opened, where, self.nat64)

    def __contains__(self, name: str | bytes) -> bool:
        """``name in blocked``: the same as ``is_blocked``."""
        return self.is_blocked(name)

    def __iter__(self) -> Iterator[Match]:
        """Yield every rule with its grounds, see ``rules``."""
        return self.rules()

    def __len__(self) -> int:
        """How many rules there are, exceptions included."""
        return len(self.contents)

    @property
    def valid_until(self) -> datetime | None:
        """When an order next begins or ends, so that the image should be compiled again."""
        return self.contents.valid_until

    @property
    def orders(self) -> tuple[Order, ...]:
        """The orders in the image, by id, without their targets."""
        return self.contents.orders

    def _many_names(self) -> ManyNames:
        return self._many

    def match_all(self, name: str | bytes) -> list[Match]:
        """Return every rule that covers ``name``, exceptions too; the one that decides first."""
        return list(self._matches(query_name(name)))

    def first_blocked(self, names: Iterable[str | bytes]) -> Match | None:
        """Return the match of the first blocked name, as of the names in a CNAME chain.

        Raises:
            TypeError: a name is neither ``str`` nor ``bytes``, or it is one name.
        """
        refuse_one(names, "first_blocked", "match")
        for name in names:
            if self.is_blocked(name):
                return self.match(name)
        return None

    def is_blocked_url(self, url: str | Url) -> bool:
        """Whether the URL is blocked: itself, its host by name, or its host by address; total.

        ``host``, ``host:port`` and ``host/path`` without a scheme are understood. The host is read
        as browsers read it, and no fault of the URL (its length, its port) lets a host through.
        """
        host = plain_host(url) if isinstance(url, str) else None
        if host is not None and not self._urls.names(host):
            return self.is_blocked(host)
        return self.match_url(url) is not None

    def match_url(self, url: str | Url) -> Match | None:
        """Return what blocks a URL, or ``None``; a rule for the whole host comes first."""
        if not isinstance(url, str | Url):
            raise TypeError(f"url must be str, not {type(url).__name__}")
        parts = split_url(url) if isinstance(url, str) else url
        if parts is None:
            return None
        address = parse_address(parts.host)
        if address is not None:
            hosts = [str(one) for one in self._meant(address)]
            found = self.match_address(address)
        else:
            hosts = [query_name(parts.host) or ""]
            found = self.match(parts.host)
        for host in filter(None, hosts):
            value = url_value(host, parts)
            asked = url if isinstance(url, str) else value
            found = found or self._deciding(TargetKind.URL, self._urls.covering(value), asked)
        return found

    def is_blocked_address(self, address: str | Address) -> bool:
        """Whether a prefix in the list holds the address; what is no address is not blocked.

        An IPv4-mapped IPv6 address (``::ffff:192.0.2.7``) is its IPv4 address. One of a translator
        (``64:ff9b::192.0.2.7``, and what ``nat64`` names) is judged as the IPv4 address inside,
        and as itself. One of 6to4 or Teredo is judged as itself alone: its IPv4 address is that of
        a router or a client on the way.
        """
        return self.match_address(address) is not None

    def match_address(self, address: str | Address) -> Match | None:
        """Return the longest prefix that holds the address, or ``None``."""
        parsed = parse_address(address)
        if parsed is None:
            return None
        entries = chain.from_iterable(map(self._addresses.covering, self._meant(parsed)))
        return self._deciding(TargetKind.ADDRESS, entries, str(parsed))

    def _meant(self, address: Address) -> list[Address]:
        """Return the addresses as which one is judged, what a translator makes of it first."""
        inside = embedded(address, self.nat64) if isinstance(address, IPv6Address) else None
        return [address] if inside is None else [inside, address]

    def lookup(self, question: str | bytes) -> Match | None:
        """Return the match of whatever the text is: an address, a URL or ``host:port``, a name.

        For people: white space and defanging (``hxxp://``, ``example[.]com``) are taken off.
        """
        if not isinstance(question, str):
            return self.match(question)
        text = refang(question.strip())
        if parse_address(text) is not None:
            return self.match_address(text)
        if any(mark in text for mark in "/:?#@"):
            return self.match_url(text)
        # A backslash is a slash in a URL, and begins an escape in a name.
        return self.match(text) or (None if "\\" in text else self.match_url(text))

    def explain(self, question: str | bytes) -> str:
        """Return lines for the help desk: why a name, URL or address is blocked, or is not."""
        from .explanation import explained  # words are needed seldom

        return explained(question, self.lookup, self.match_all).text()

    def rules(self) -> Iterator[Match]:
        """Yield every rule with its grounds, in the sequence of the image."""
        for number, rule in enumerate(self.contents.rules()):
            yield self._evidence(rule.value, number, rule)

    def _matches(self, key: str | None) -> Iterator[Match]:
        for number, rule in self._core.rules_for(key) if key else ():
            yield self._evidence(key or "", number, rule)

    def _deciding(self, kind: TargetKind, entries: Iterator[Entry], asked: str) -> Match | None:
        """Return the match of the first entry, unless it is an exception."""
        number, value, allow = next(entries, (0, "", True))
        if allow:
            return None
        return self._evidence(asked, self.contents.first_of[kind] + number, Rule(kind, value))

    def _evidence(self, name: str, number: int, rule: Rule) -> Match:
        return Match(name, rule, self.contents.grounds(number, rule))

    @cached_property
    def _addresses(self) -> AddressTable:
        return self._table(TargetKind.ADDRESS, AddressTable)

    @cached_property
    def _urls(self) -> UrlTable:
        return self._table(TargetKind.URL, UrlTable)

    def _table(
        self, kind: TargetKind, shape: Callable[[Sequence[tuple[str, bool]]], Table]
    ) -> Table:
        pairs = self.contents.pairs(kind)
        try:
            return shape(pairs)
        except ValueError as error:
            raise NotAnImageError(
                f"section {SECTIONS[kind]}: {error}", path=self.image.path
            ) from error


def _opened_again(
    kind: type[Blocklist],
    opened: Callable[..., Image],
    where: tuple[str, str],
    nat64: tuple[IPv6Network, ...],
) -> Blocklist:
    """Make a pickled blocklist of an image of its own, which it may close."""
    return kind(opened(*where), nat64=nat64)
