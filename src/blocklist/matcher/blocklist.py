"""MATCH: questions to an image.

``Blocklist`` is what resolvers and proxies hold. It is immutable and safe to ask from any number of
threads; ``is_blocked`` is the core's own function, with no Python frame in front of it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from ipaddress import IPv6Network
from typing import Any, Self, TypeVar

from .._core import open_core
from ..image.container import Image
from ..image.contents import Contents
from ..model.addresses import Address, parse_address
from ..model.names import PLAIN_NAME, query_name
from ..model.nat64 import parse_prefixes
from ..model.orders import Order
from ..model.targets import Rule
from ..model.urls import Url, refang
from ..model.wording import plural
from .beyondnames import BeyondNames
from .finder import MatchFinder
from .manynames import AsksManyNames, ManyNames, refuse_one
from .match import Match

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
        is_blocked_address: ``(address: str | bytes | Address) -> bool``: whether the longest
            prefix in the list that holds the address blocks it. ``str`` is text, ``bytes`` are 4
            or 16 octets in the order of the network, an ``Address`` is an object of
            ``ipaddress``. What is no address is not blocked; ``TypeError`` for other types.
            An IPv4-mapped IPv6 address (``::ffff:192.0.2.7``) is its IPv4 address. One of a
            translator (``64:ff9b::192.0.2.7``, and what ``nat64`` names) is judged as the IPv4
            address inside, and as itself. One of 6to4 or Teredo is judged as itself alone: its
            IPv4 address is that of a router or a client on the way.
        match: ``(name: str | bytes) -> Match | None``: the rule that blocks the name with its
            orders, the longest; as total as ``is_blocked``, and as fast where nothing blocks.
        query_set: ``(name: bytes) -> int``: the number of the set of orders that block a name in
            wire format, or -1. What a server makes for one name it keeps for all with that number,
            as long as it asks this ``Blocklist``; ``contents.orders_of_set`` has the orders.
        is_blocked_url: ``(url: str | Url) -> bool``: whether the URL is blocked: itself, its host
            by name, or its host by address; total. ``host``, ``host:port`` and ``host/path``
            without a scheme are understood. The host is read as browsers read it, and no fault of
            the URL (its length, its port) lets a host through.
        match_url: ``(url: str | Url) -> Match | None``: what blocks a URL; a rule for the whole
            host comes first.
    """

    is_blocked: Callable[[str | bytes], bool]
    is_blocked_address: Callable[[str | bytes | Address], bool]
    match: Callable[[str | bytes], Match | None]
    query_set: Callable[[bytes], int]
    is_blocked_url: Callable[[str | Url], bool]
    match_url: Callable[[str | Url], Match | None]

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
        self._core = open_core(image, self.nat64)
        self.contents: Contents = Contents(image)
        again = partial(type(self), nat64=self.nat64)
        finder = self._finder = MatchFinder(self._core, self.contents, again)
        self.match = self._core.matcher(Match, finder)
        self._beyond = BeyondNames(self._core, finder, self.contents, self.match, self.nat64)
        self.is_blocked_url, self.match_url = self._core.url_judges(Match, finder, self._beyond)
        self._many = ManyNames(self._core, self.contents, self.match)
        self._take_answers()

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
        self._take_answers()
        with contextlib.suppress(BufferError):  # somebody holds a section: it goes with that
            self.image.close()

    def _take_answers(self) -> None:
        """Answer with the functions of the core themselves: no frame of Python in front."""
        self.is_blocked = self._core.is_blocked
        self.is_blocked_address = self._core.is_blocked_address
        self.query_set = self._core.query_set

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Blocklist of {plural(len(self), 'rule')}, image {self.image.digest[:12]}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by path and digest, see ``Image``: for workers of another process."""
        return self._finder.__reduce__()

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

    def match_address(self, address: str | bytes | Address) -> Match | None:
        """Return the longest prefix that holds the address with its orders, or ``None``."""
        return self._beyond.match_address(address)

    def lookup(self, question: str | bytes) -> Match | None:
        """Return the match of whatever the text is: an address, a URL or ``host:port``, a name.

        For people: white space and defanging (``hxxp://``, ``example[.]com``) are taken off.
        """
        if not isinstance(question, str):
            return self.match(question)
        if PLAIN_NAME.fullmatch(question):
            return self.match(question) or self.match_url(question)
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

        return explained(question, self.lookup, self.covering).text()

    def covering(self, host: str | bytes) -> list[Match]:
        """Return every rule that covers a name or holds an address; the one that decides first."""
        if isinstance(host, str) and parse_address(host) is not None:
            return list(self._beyond.address_matches(host))
        return self.match_all(host)

    def rules(self) -> Iterator[Match]:
        """Yield every rule with its grounds, in the sequence of the image."""
        for number, rule in enumerate(self.contents.rules()):
            yield self._evidence(rule.value, number, rule)

    def _matches(self, key: str | None) -> Iterator[Match]:
        for number, rule in self._core.rules_for(key) if key else ():
            yield self._evidence(key or "", number, rule)

    def _evidence(self, name: str, number: int, rule: Rule) -> Match:
        return Match(name, rule, self.contents.grounds(number, rule))
