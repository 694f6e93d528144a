"""The native core: what the extension answers in C, and the rest in words of ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import Any, TypeVar

from ..errors import NotAnImageError
from ..image.container import Image
from ..image.layout import (
    SECTION_ADDRESSES,
    SECTION_AUTOMATON,
    SECTION_GROUNDS,
    SECTION_PATTERNS,
    SECTION_URLS,
    TRIE_SECTIONS,
    named_rule,
)
from ..model.addresses import Address, packed_address
from ..model.names import query_name
from ..model.nat64 import WELL_KNOWN
from ..model.targets import Rule, TargetKind
from . import _native
from .lazyevidence import Finder, LazyEvidence, UrlReader

Found = TypeVar("Found", bound=LazyEvidence)


_NO_RULES = b"[]"


class NativeCore:
    """Answers from the octets of an image where they lie; opening costs microseconds.

    Attributes:
        is_blocked: ``(name: str | bytes) -> bool``, the method of the extension itself.
        is_blocked_many: ``(names) -> list[bool]``, also of the extension.
        is_blocked_address: ``(address: str | bytes | Address) -> bool``.
        rule_numbers: ``(names) -> list[int]``, the rule that blocks each, -1 for none.
        ask_column: for a column of Arrow, see ``arrow``.
        order_set: ``(rule number: int) -> int``, the number of the set of orders behind it;
            ``IndexError`` if there is no such rule or set.
        number_at: the number of the rule at a place of evidence.
        set_at: the number of the set of orders behind that rule.
        query_set: ``(name: bytes) -> int``, see ``Blocklist``.
        close: from now on every question raises ``ValueError``.
    """

    is_blocked: Callable[[str | bytes], bool]
    is_blocked_many: Callable[[Iterable[str | bytes]], list[bool]]
    is_blocked_address: Callable[[str | bytes | Address], bool]
    rule_numbers: Callable[[Iterable[str | bytes]], list[int]]

    def __init__(self, image: Image, nat64: Sequence[IPv6Network] = (WELL_KNOWN,)) -> None:
        """Check the structure; ``NotAnImageError`` if sections contradict each other."""
        for name in (*TRIE_SECTIONS, SECTION_AUTOMATON, SECTION_ADDRESSES, SECTION_GROUNDS):
            image.section(name)
        try:
            core = _native.Core(
                image.octets,
                query_name,
                (IPv4Address, IPv6Address),
                packed_address,
                _packed_prefixes(nat64),
            )
        except ValueError as error:
            raise NotAnImageError(str(error), path=image.path) from error
        self._image = image
        self._core_matcher = core.matcher
        self._url_judges = core.url_judges
        self._covering = core.covering
        self._covering_address = core.covering_address
        self.number_at: Callable[[object], int] = core.number_at
        self.set_at: Callable[[object], int] = core.set_at
        self.is_blocked = core.is_blocked
        self.is_blocked_many = core.is_blocked_many
        self.is_blocked_address = core.is_blocked_address
        self.rule_numbers = core.rule_numbers
        self.ask_column = core.ask_column
        self.order_set = core.order_set
        self.query_set = core.query_set
        self.close = core.close

    def rules_for(self, key: str) -> Iterator[tuple[int, Rule]]:
        """Yield number and rule of all that cover ``key``, the one that decides first."""
        for number, bit, what in self._covering(key):
            yield number, named_rule(bit, key[len(key) - what :]) if bit else self._pattern(what)

    def rules_for_address(self, address: Address) -> list[int]:
        """Return the numbers of the rules that hold ``address`` itself, see ``Core``."""
        return self._covering_address(address.packed)

    def matcher(self, kind: type[Found], finder: Finder) -> Callable[[str | bytes], Found | None]:
        """Return the function of the extension that makes evidence of a name."""
        return self._core_matcher(kind, finder)

    def url_judges(
        self, kind: type[Found], finder: Finder, reader: UrlReader, /
    ) -> tuple[Callable[[Any], bool], Callable[[Any], Found | None]]:
        """Return two functions of the extension: whether a URL is blocked, and what blocks it."""
        has_urls = len(self._image.section(SECTION_URLS)) > len(_NO_RULES)
        return self._url_judges(kind, finder, reader, has_urls)

    def rule_at(self, key: str, place: object, /) -> Rule:
        """Return the rule at a place of evidence; ``key`` is the name that it blocks."""
        if not isinstance(place, int):
            raise TypeError("place must come from a match")
        bit, length = place >> 8 & 0xFF, place & 0xFF
        return named_rule(bit, key[len(key) - length :]) if bit else self._pattern(place >> 32)

    def _pattern(self, number: int) -> Rule:
        try:
            pattern, allow = self._patterns[number]
        except IndexError as error:
            raise NotAnImageError("patterns do not fit together", path=self._image.path) from error
        return Rule(TargetKind.PATTERN, pattern, allow)

    @cached_property
    def _patterns(self) -> list[tuple[str, bool]]:
        try:
            pairs = json.loads(bytes(self._image.section(SECTION_PATTERNS)))
            return [(str(pattern), bool(allow)) for pattern, allow in pairs]
        except (ValueError, TypeError, RecursionError) as error:
            raise NotAnImageError(f"section patterns: {error}", path=self._image.path) from error


def _packed_prefixes(prefixes: Sequence[IPv6Network]) -> bytes:
    """Return 16 octets and the length of each prefix, the longest first."""
    return b"".join(
        prefix.network_address.packed + bytes([prefix.prefixlen])
        for prefix in sorted(prefixes, key=lambda prefix: -prefix.prefixlen)
    )
