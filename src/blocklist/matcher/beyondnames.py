"""BEYONDNAMES: rules about URLs and addresses, and every URL that needs more than its host read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from ipaddress import IPv6Address, IPv6Network
from itertools import chain
from typing import Any, TypeVar

from ..errors import NotAnImageError
from ..image.contents import SECTIONS, Contents
from ..model.addresses import Address, parse_address
from ..model.names import query_name
from ..model.nat64 import embedded
from ..model.targets import Rule, TargetKind, url_value
from ..model.urls import Url, plain_host, split_url
from .finder import MatchFinder
from .match import Match
from .tables import AddressTable, Entry, UrlTable

Table = TypeVar("Table")
MatchName = Callable[[str | bytes], Match | None]


class BeyondNames:
    """What a blocklist answers about URLs and addresses.

    It knows all of the URL standard; a core answers the URLs that it can read, and asks here for
    the others. It does not lead back to the ``Blocklist``, so that one is free once it is dropped.
    """

    def __init__(
        self,
        finder: MatchFinder,
        contents: Contents,
        match: MatchName,
        nat64: Sequence[IPv6Network],
    ) -> None:
        """Take the rules, the function that matches a name, and the prefixes of translators."""
        self._finder = finder
        self._contents = contents
        self._match = match
        self._nat64 = nat64

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as a blocklist that opens the same file."""
        return self._finder.__reduce__()

    def is_blocked_url(self, url: str | Url) -> bool:
        """See ``Blocklist.is_blocked_url``."""
        host = plain_host(url) if isinstance(url, str) else None
        if host is not None and not self._urls.names(host):
            return self._match(host) is not None
        return self.match_url(url) is not None

    def match_url(self, url: str | Url) -> Match | None:
        """See ``Blocklist.match_url``."""
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
            found = self._match(parts.host)
        for host in filter(None, hosts):
            value = url_value(host, parts)
            asked = url if isinstance(url, str) else value
            found = found or self._deciding(TargetKind.URL, self._urls.covering(value), asked)
        return found

    def match_address(self, address: str | Address) -> Match | None:
        """See ``Blocklist.match_address``."""
        parsed = parse_address(address)
        if parsed is None:
            return None
        entries = chain.from_iterable(map(self._addresses.covering, self._meant(parsed)))
        return self._deciding(TargetKind.ADDRESS, entries, str(parsed))

    def url_rules(self) -> Iterable[tuple[str, bool]]:
        """Return each URL that is a rule, and whether it is an exception."""
        return self._contents.pairs(TargetKind.URL)

    def _meant(self, address: Address) -> list[Address]:
        """Return the addresses as which one is judged, what a translator makes of it first."""
        inside = embedded(address, self._nat64) if isinstance(address, IPv6Address) else None
        return [address] if inside is None else [inside, address]

    def _deciding(self, kind: TargetKind, entries: Iterator[Entry], asked: str) -> Match | None:
        """Return the match of the first entry, unless it is an exception."""
        number, value, allow = next(entries, (0, "", True))
        if allow:
            return None
        rule, number = Rule(kind, value), self._contents.first_of[kind] + number
        return Match(asked, rule, self._contents.grounds(number, rule))

    @cached_property
    def _addresses(self) -> AddressTable:
        return self._table(TargetKind.ADDRESS, AddressTable)

    @cached_property
    def _urls(self) -> UrlTable:
        return self._table(TargetKind.URL, UrlTable)

    def _table(
        self, kind: TargetKind, shape: Callable[[Sequence[tuple[str, bool]]], Table]
    ) -> Table:
        pairs = self._contents.pairs(kind)
        try:
            return shape(pairs)
        except ValueError as error:
            raise NotAnImageError(
                f"section {SECTIONS[kind]}: {error}", path=self._contents.image.path
            ) from error
