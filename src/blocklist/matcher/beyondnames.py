"""BEYONDNAMES: rules about URLs and addresses, and every URL that needs more than its host read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from ipaddress import IPv6Network
from typing import Any

from .._core import Core
from ..errors import NotAnImageError
from ..image.contents import SECTIONS, Contents
from ..model.addresses import Address, parse_address
from ..model.names import query_name
from ..model.nat64 import meant
from ..model.targets import Rule, TargetKind, url_value
from ..model.urls import Url, plain_host, split_url
from .finder import MatchFinder
from .match import Match
from .tables import UrlTable

MatchName = Callable[[str | bytes], Match | None]


class BeyondNames:
    """What a blocklist answers about URLs and addresses.

    It knows all of the URL standard; a core answers the URLs that it can read, and asks here for
    the others. It does not lead back to the ``Blocklist``, so that one is free once it is dropped.
    """

    def __init__(
        self,
        core: Core,
        finder: MatchFinder,
        contents: Contents,
        match: MatchName,
        nat64: Sequence[IPv6Network],
    ) -> None:
        """Take the core and the rules, what matches a name, and the prefixes of translators."""
        self._core = core
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
        if host is not None:
            if self._match(host) is not None:
                return True
            if not self._urls.names(host):
                return False
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
            hosts = [str(one) for one in meant(address, self._nat64)]
            found = self.match_address(address)
        else:
            hosts = [query_name(parts.host) or ""]
            found = self._match(parts.host)
        for host in filter(None, hosts):
            value = url_value(host, parts)
            asked = url if isinstance(url, str) else value
            found = found or self._covering(value, asked)
        return found

    def match_address(self, address: str | bytes | Address) -> Match | None:
        """See ``Blocklist.match_address``."""
        if not self._core.is_blocked_address(address):
            return None
        return next(self.address_matches(address), None)

    def address_matches(self, address: str | bytes | Address) -> Iterator[Match]:
        """Yield every prefix that holds an address, exceptions too; the one that decides first."""
        parsed = parse_address(address)
        for one in () if parsed is None else meant(parsed, self._nat64):
            for at in self._core.rules_for_address(one):
                number, rule = self._contents.address_rule(at)
                yield Match(str(parsed), rule, self._contents.grounds(number, rule))

    def url_rules(self) -> Iterable[tuple[str, bool]]:
        """Return each URL that is a rule, and whether it is an exception."""
        return self._contents.pairs(TargetKind.URL)

    def _covering(self, value: str, asked: str) -> Match | None:
        """Return the match of the longest rule that covers a URL, unless it is an exception."""
        number, url, allow = next(self._urls.covering(value), (0, "", True))
        if allow:
            return None
        kind = TargetKind.URL
        rule, number = Rule(kind, url), self._contents.first_of[kind] + number
        return Match(asked, rule, self._contents.grounds(number, rule))

    @cached_property
    def _urls(self) -> UrlTable:
        try:
            return UrlTable(self.url_rules())
        except ValueError as error:
            raise NotAnImageError(
                f"section {SECTIONS[TargetKind.URL]}: {error}", path=self._contents.image.path
            ) from error
