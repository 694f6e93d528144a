"""The native core: what the extension answers in C, and the rest in words of ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TypeVar

from ..errors import NotAnImageError
from ..image.container import Image
from ..image.layout import (
    SECTION_AUTOMATON,
    SECTION_GROUNDS,
    SECTION_PATTERNS,
    TRIE_SECTIONS,
    named_rule,
)
from ..model.names import query_name
from ..model.targets import Rule, TargetKind
from . import _native
from .lazyevidence import Finder, LazyEvidence

Found = TypeVar("Found", bound=LazyEvidence)


class NativeCore:
    """Answers from the octets of an image where they lie; opening costs microseconds.

    Attributes:
        is_blocked: ``(name: str | bytes) -> bool``, the method of the extension itself.
        is_blocked_many: ``(names) -> list[bool]``, likewise.
        rule_numbers: ``(names) -> list[int]``, the rule that blocks each, -1 for none.
        ask_column: for a column of Arrow, see ``arrow``.
        order_set: ``(rule number: int) -> int``, the number of the set of orders behind it;
            ``IndexError`` if there is no such rule or set.
        query_set: ``(name: bytes) -> int``, see ``Blocklist``.
        number_at: the number of the rule at a place of evidence.
        close: from now on every question raises ``ValueError``.
    """

    is_blocked: Callable[[str | bytes], bool]
    is_blocked_many: Callable[[Iterable[str | bytes]], list[bool]]
    rule_numbers: Callable[[Iterable[str | bytes]], list[int]]

    def __init__(self, image: Image) -> None:
        """Check the structure; ``NotAnImageError`` if sections contradict each other."""
        for name in (*TRIE_SECTIONS, SECTION_AUTOMATON, SECTION_GROUNDS):
            image.section(name)
        try:
            core = _native.Core(image.octets, query_name)
        except ValueError as error:
            raise NotAnImageError(str(error), path=image.path) from error
        self._image = image
        self._core_matcher = core.matcher
        self._covering = core.covering
        self.number_at: Callable[[object], int] = core.number_at
        self.is_blocked = core.is_blocked
        self.is_blocked_many = core.is_blocked_many
        self.rule_numbers = core.rule_numbers
        self.ask_column = core.ask_column
        self.order_set = core.order_set
        self.query_set = core.query_set
        self.close = core.close

    def rules_for(self, key: str) -> Iterator[tuple[int, Rule]]:
        """Yield number and rule of all that cover ``key``, the one that decides first."""
        for number, bit, what in self._covering(key):
            yield number, named_rule(bit, key[len(key) - what :]) if bit else self._pattern(what)

    def matcher(self, kind: type[Found], finder: Finder) -> Callable[[str | bytes], Found | None]:
        """Return the function of the extension that makes evidence of a name."""
        return self._core_matcher(kind, finder)

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
