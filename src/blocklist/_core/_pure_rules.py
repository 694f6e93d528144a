"""The rules of an image, decoded for the pure-Python core."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate

from ..errors import NotAnImageError
from ..image.addresstable import AddressTable
from ..image.container import Image
from ..image.layout import (
    ALL_FLAGS,
    ALLOW_SHIFT,
    BELOW,
    EXACT,
    SECTION_ADDRESSES,
    SECTION_GROUNDS,
    SECTION_PATTERNS,
    SECTION_TRIE,
    SUBTREE,
    TRIE,
    named_rule,
)
from ..image.nametable import decode_names
from ..image.packedgrounds import PackedGrounds
from ..model.patterns import PatternSet
from ..model.targets import Rule, TargetKind

_LAST_BLOCK = (1 << ALLOW_SHIFT) - 1
Place = tuple[str, int] | int
"""Of a rule about a name suffix and flag, of a pattern its number."""
_WHOLE, _ABOVE = (EXACT, SUBTREE), (SUBTREE, BELOW)


def _ranked(flags: int, kinds: tuple[int, ...]) -> list[int]:
    """Return the flag bits of ``flags`` that apply, the one that decides first."""
    bits = (bit for kind in kinds for bit in (kind << ALLOW_SHIFT, kind))
    return [bit for bit in bits if flags & bit]


# What decides where the name ends at this node, and where it is longer: None, or whether it is
# a block. The name's own node knows EXACT and SUBTREE, the nodes above it SUBTREE and BELOW.
DECIDES_WHOLE, DECIDES_ABOVE = (
    tuple(
        (ranked[0] < 1 << ALLOW_SHIFT) if (ranked := _ranked(flags, kinds)) else None
        for flags in range(ALL_FLAGS + 1)
    )
    for kinds in (_WHOLE, _ABOVE)
)


class PureRules:
    """What an image says, decoded; it never changes, so that a question outlives ``close``."""

    def __init__(self, image: Image) -> None:
        try:
            self.names, self.flags = decode_names(image.section)
            self.name_rules = TRIE.read(image.section(SECTION_TRIE), "rules")
            self.patterns: list[tuple[str, bool]] = [
                (str(pattern), bool(allow))
                for pattern, allow in json.loads(bytes(image.section(SECTION_PATTERNS)))
            ]
            texts = [pattern for pattern, _ in self.patterns]
            self.automaton = PatternSet(texts) if texts else None
            self.addresses = AddressTable(bytes(image.section(SECTION_ADDRESSES)))
            self._grounds = PackedGrounds(lambda: image.section(SECTION_GROUNDS))
        except (ValueError, TypeError, RecursionError) as error:
            raise NotAnImageError(f"unreadable section: {error}", path=image.path) from error
        # Nearly all names carry one SUBTREE block: those need no entry beside the set.
        self.known = frozenset(self.names)
        self.special = {
            name: flags
            for name, flags in zip(self.names, self.flags, strict=True)
            if flags != SUBTREE
        }

    def covering(self, key: str) -> Iterator[tuple[str, int]]:
        """Yield suffix and flag of each rule about a name that covers ``key``, the first first."""
        kinds, at = _WHOLE, 0
        while True:
            suffix = key[at:]
            if suffix in self.known:
                for bit in _ranked(self.special.get(suffix, SUBTREE), kinds):
                    yield suffix, bit
            at = key.find(".", at) + 1
            if not at:
                return
            kinds = _ABOVE

    def matching(self, key: str) -> list[int]:
        """Return the numbers of the patterns that cover ``key``, the first first."""
        return self.automaton.matching(key) if self.automaton is not None else []

    def decide(self, key: str) -> bool:
        """Whether the rule that decides for ``key`` is a block."""
        return self.first(key) is not None

    def numbered(self, key: str) -> Iterator[tuple[int, Rule]]:
        """Yield number and rule of all that cover ``key``, the one that decides first."""
        for place in self.places(key):
            yield self.number_at(place), self.rule_at(place)

    def first(self, key: str) -> Place | None:
        """Return the place of the rule that blocks ``key``: suffix and flag, or a pattern."""
        for place in self.places(key):
            allows = self.patterns[place][1] if isinstance(place, int) else place[1] > _LAST_BLOCK
            return None if allows else place
        return None

    def places(self, key: str) -> Iterator[Place]:
        """Yield the place of each rule that covers ``key``, the one that decides first."""
        yield from self.covering(key)
        yield from self.matching(key)

    def number_at(self, place: Place) -> int:
        """Return the number of the rule at a place."""
        if isinstance(place, int):
            return self.name_rules + place
        suffix, bit = place
        before = self.special.get(suffix, SUBTREE) & (bit - 1)
        return self.numbers[suffix] + before.bit_count()

    def rule_at(self, place: Place) -> Rule:
        """Return the rule at a place."""
        if isinstance(place, int):
            pattern, allow = self.patterns[place]
            return Rule(TargetKind.PATTERN, pattern, allow)
        suffix, bit = place
        return named_rule(bit, suffix)

    def order_set(self, number: int) -> int:
        """Return the number of the set of orders behind the rule of that number."""
        return self._order_sets[number]

    @cached_property
    def _order_sets(self) -> array[int]:
        return self._grounds.order_sets()

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of the first rule of each name; made when evidence is first asked for."""
        starts = accumulate(map(int.bit_count, self.flags), initial=0)
        return dict(zip(self.names, starts, strict=False))
