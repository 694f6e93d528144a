"""The pure-Python core: the reference for every other, over the same octets of an image."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import Any, NoReturn, TypeVar

from ..errors import NotAnImageError
from ..image.container import Image
from ..image.layout import (
    ALL_FLAGS,
    ALLOW_SHIFT,
    BELOW,
    EXACT,
    SECTION_GROUNDS,
    SECTION_PATTERNS,
    SECTION_TRIE,
    SUBTREE,
    TRIE,
    named_rule,
)
from ..image.nametable import decode_names
from ..image.packedgrounds import GroundsError, PackedGrounds
from ..model.names import GRAPHIC_NAME, MAX_LABEL_OCTETS, MAX_NAME_OCTETS, query_name
from ..model.patterns import PatternSet
from ..model.targets import Rule, TargetKind
from .lazyevidence import Finder, LazyEvidence

_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
NO_SET = 0xFFFFFFFF
"""What ``query_set`` says of a blocked name where the image contradicts itself: no set has it."""
Found = TypeVar("Found", bound=LazyEvidence)

_LAST_BLOCK = (1 << ALLOW_SHIFT) - 1
_Place = tuple[str, int] | int
"""Of a rule about a name suffix and flag, of a pattern its number."""
_WHOLE, _ABOVE = (EXACT, SUBTREE), (SUBTREE, BELOW)


def _ranked(flags: int, kinds: tuple[int, ...]) -> list[int]:
    """Return the flag bits of ``flags`` that apply, the one that decides first."""
    bits = (bit for kind in kinds for bit in (kind << ALLOW_SHIFT, kind))
    return [bit for bit in bits if flags & bit]


# What decides where the name ends at this node, and where it goes on below: None, or whether it is
# a block. The name's own node knows EXACT and SUBTREE, the nodes above it SUBTREE and BELOW.
_DECIDES_WHOLE, _DECIDES_ABOVE = (
    tuple(
        (ranked[0] < 1 << ALLOW_SHIFT) if (ranked := _ranked(flags, kinds)) else None
        for flags in range(ALL_FLAGS + 1)
    )
    for kinds in (_WHOLE, _ABOVE)
)


class _Rules:
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

    def first(self, key: str) -> _Place | None:
        """Return the place of the rule that blocks ``key``: suffix and flag, or a pattern."""
        for place in self.places(key):
            allows = self.patterns[place][1] if isinstance(place, int) else place[1] > _LAST_BLOCK
            return None if allows else place
        return None

    def places(self, key: str) -> Iterator[_Place]:
        """Yield the place of each rule that covers ``key``, the one that decides first."""
        yield from self.covering(key)
        yield from self.matching(key)

    def number_at(self, place: _Place) -> int:
        """Return the number of the rule at a place."""
        if isinstance(place, int):
            return self.name_rules + place
        suffix, bit = place
        before = self.special.get(suffix, SUBTREE) & (bit - 1)
        return self.numbers[suffix] + before.bit_count()

    def rule_at(self, place: _Place) -> Rule:
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


class PureCore:
    """Answers from an image with a set of its names; opening takes about a second a million rules.

    Attributes:
        is_blocked: ``(name: str | bytes) -> bool``, total; a closure, so that a call costs one
            Python frame.
        is_blocked_many: ``(names) -> list[bool]``.
        rule_numbers: ``(names) -> list[int]``, the rule that blocks each, -1 for none.
        order_set: ``(rule number: int) -> int``, the number of the set of orders behind it.
        query_set: ``(name: bytes) -> int``, see ``Blocklist``.
    """

    is_blocked: Callable[[str | bytes], bool]
    is_blocked_many: Callable[[Iterable[str | bytes]], list[bool]]
    rule_numbers: Callable[[Iterable[str | bytes]], list[int]]
    order_set: Callable[[int], int]
    query_set: Callable[[bytes], int]

    def __init__(self, image: Image) -> None:
        """Read the sections; ``NotAnImageError`` if they contradict each other."""
        self._rules: _Rules | None = _Rules(image)
        self.is_blocked = _make_is_blocked(self._rules)
        self.is_blocked_many = _make_is_blocked_many(self.is_blocked)
        self.rule_numbers = _make_rule_numbers(self._rules, self.is_blocked)
        self.order_set = self._rules.order_set
        self.query_set = _make_query_set(self._rules, self.is_blocked)

    def matcher(self, kind: type[Found], finder: Finder) -> Callable[[str | bytes], Found | None]:
        """Return the function that finds the rule which blocks a name, and makes evidence of it."""

        def match(name: str | bytes) -> Found | None:
            rules = self._rules  # once: another thread may close
            if rules is None:
                _refuse()
            if not self.is_blocked(name):
                return None
            key = query_name(name)
            place = rules.first(key) if key else None
            if place is None:
                return None
            found = kind.__new__(kind)
            for slot, value in (("_finder", finder), ("_asked", key), ("_place", place)):
                object.__setattr__(found, slot, value)
            return found

        return match

    def number_at(self, place: Any) -> int:
        """Return the number of the rule at a place of evidence."""
        rules = self._rules
        return _refuse() if rules is None else rules.number_at(place)

    def rule_at(self, _key: str, place: Any, /) -> Rule:
        """Return the rule at a place of evidence."""
        rules = self._rules
        return _refuse() if rules is None else rules.rule_at(place)

    def rules_for(self, key: str) -> Iterator[tuple[int, Rule]]:
        """Yield number and rule of all that cover ``key``, the one that decides first."""
        rules = self._rules  # once: another thread may close
        return _refuse() if rules is None else rules.numbered(key)

    def close(self) -> None:
        """Let go of what was read; ``ValueError`` for every question from now on.

        A question that is being answered in another thread gets its answer.
        """
        self._rules = None
        self.is_blocked = self.is_blocked_many = self.rule_numbers = _refuse
        self.order_set = self.query_set = _refuse


def _refuse(_: object = None) -> NoReturn:
    raise ValueError("the blocklist is closed")


def _make_is_blocked(rules: _Rules) -> Callable[[str | bytes], bool]:  # noqa: C901
    """Return the closure behind ``is_blocked``: the naive loop, and what it leaves out.

    One function on purpose: each call of another would cost a tenth of the whole.
    """
    known, flags_of = rules.known, rules.special.get
    plain = not rules.special  # every rule is a SUBTREE block
    whole, above = _DECIDES_WHOLE, _DECIDES_ABOVE
    are_labels, decide, automaton = GRAPHIC_NAME.fullmatch, rules.decide, rules.automaton

    def is_blocked(name: str | bytes) -> bool:  # noqa: C901
        text: Any = name
        try:
            # A rule's own name, in lower case, is a name for certain.
            if text in known:
                verdict = plain or whole[flags_of(text, SUBTREE)]
                if verdict is not None:
                    return verdict
            # Bytes raise TypeError here; what is neither str nor bytes, in query_name.
            if "\\" not in text and text.isascii():
                key: str = text.lower().removesuffix(".")
                verdict = None
                if key != text and key in known:
                    verdict = plain or whole[flags_of(key, SUBTREE)]
                    if verdict is not None:
                        return verdict
                first, _, rest = key.partition(".")
                if len(rest) > MAX_NAME_OCTETS:
                    return False  # no name, and the loop would be quadratic
                while rest:
                    if rest in known:
                        verdict = plain or above[flags_of(rest, SUBTREE)]
                        if verdict is not None:
                            break
                    rest = rest.partition(".")[2]
                if verdict is None and automaton is not None:
                    verdict = decide(key)
                if not verdict:
                    return False
                # Whether it is a name is asked only of what would be blocked, and only of the
                # labels before the rule's own; mostly that is one like "www".
                below = len(key) - len(rest) - 1 if rest else len(key)
                if below == len(first) <= MAX_LABEL_OCTETS >= len(rest) and first.isalnum():
                    return True
                if len(key) <= MAX_NAME_OCTETS and are_labels(key, 0, below):
                    return True
        except (TypeError, AttributeError):
            pass
        checked = query_name(name)
        return checked is not None and decide(checked)

    return is_blocked


def _each(names: Iterable[str | bytes]) -> Iterator[str | bytes]:
    try:
        return iter(names)
    except TypeError:
        raise TypeError("names must be an iterable of names") from None


def _make_is_blocked_many(
    is_blocked: Callable[[str | bytes], bool],
) -> Callable[[Iterable[str | bytes]], list[bool]]:
    def is_blocked_many(names: Iterable[str | bytes]) -> list[bool]:
        return list(map(is_blocked, _each(names)))

    return is_blocked_many


def _make_query_set(
    rules: _Rules, is_blocked: Callable[[str | bytes], bool]
) -> Callable[[bytes], int]:
    def query_set(name: bytes) -> int:
        if not isinstance(name, bytes):
            raise TypeError(f"name must be bytes, not {type(name).__name__}")
        if not is_blocked(name):
            return -1
        try:
            number, _ = next(rules.numbered(query_name(name) or ""))
            return rules.order_set(number)
        except (GroundsError, IndexError, StopIteration):
            return NO_SET

    return query_set


def presentation(wire: bytes) -> str:
    r"""Return a name in wire format as text, with a final dot; total.

    What has a meaning in text, or is not graphic, is escaped (``\DDD``).
    """
    labels, at = [], 0
    while at < len(wire) and (length := wire[at]):
        labels.append(wire[at + 1 : at + 1 + length])
        at += 1 + length
    if b"".join(labels).strip(_PLAIN):
        return "".join(f"{_escaped(label)}." for label in labels)
    return f"{b'.'.join(labels).decode('ascii')}."


def _escaped(label: bytes) -> str:
    return "".join(chr(octet) if octet in _PLAIN else f"\\{octet:03}" for octet in label)


def _make_rule_numbers(
    rules: _Rules, is_blocked: Callable[[str | bytes], bool]
) -> Callable[[Iterable[str | bytes]], list[int]]:
    def rule_number(name: str | bytes) -> int:
        key = query_name(name) if is_blocked(name) else None
        place = rules.first(key) if key else None
        return -1 if place is None else rules.number_at(place)

    def rule_numbers(names: Iterable[str | bytes]) -> list[int]:
        return list(map(rule_number, _each(names)))

    return rule_numbers
