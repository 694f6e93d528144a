"""The pure-Python core: the reference for every other, over the same octets of an image."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import IPv6Network
from typing import Any, Generic, NoReturn, TypeVar

from ..image.addresstable import AddressTable
from ..image.container import Image
from ..image.layout import SUBTREE
from ..image.packedgrounds import GroundsError
from ..model.addresses import Address, parse_address
from ..model.names import GRAPHIC_NAME, MAX_LABEL_OCTETS, MAX_NAME_OCTETS, query_name
from ..model.nat64 import WELL_KNOWN, meant
from ..model.targets import Rule
from ._pure_rules import DECIDES_ABOVE, DECIDES_WHOLE, Place, PureRules
from .lazyevidence import Finder, LazyEvidence, UrlReader

Found = TypeVar("Found", bound=LazyEvidence)
_PlaceOf = Callable[[str | bytes], tuple[str, Place] | None]

_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
NO_SET = 0xFFFFFFFF
"""What ``query_set`` says of a blocked name where the image contradicts itself: no set has it."""


class PureCore:
    """Answers from an image with a set of its names; opening takes about a second a million rules.

    Attributes:
        is_blocked: ``(name: str | bytes) -> bool``, total; a closure, so that a call costs one
            Python frame.
        is_blocked_many: ``(names) -> list[bool]``.
        is_blocked_address: ``(address: str | bytes | Address) -> bool``.
        rule_numbers: ``(names) -> list[int]``, the rule that blocks each, -1 for none.
        order_set: ``(rule number: int) -> int``, the number of the set of orders behind it.
        query_set: ``(name: bytes) -> int``, see ``Blocklist``.
        place_of: the key of a name and the place of the rule that blocks it, ``None`` for none.
    """

    is_blocked: Callable[[str | bytes], bool]
    is_blocked_many: Callable[[Iterable[str | bytes]], list[bool]]
    is_blocked_address: Callable[[str | bytes | Address], bool]
    rule_numbers: Callable[[Iterable[str | bytes]], list[int]]
    order_set: Callable[[int], int]
    query_set: Callable[[bytes], int]
    place_of: _PlaceOf

    def __init__(self, image: Image, nat64: Sequence[IPv6Network] = (WELL_KNOWN,)) -> None:
        """Read the sections; ``NotAnImageError`` if they contradict each other."""
        self._rules: PureRules | None = PureRules(image)
        self.is_blocked = _make_is_blocked(self._rules)
        self.is_blocked_many = _make_is_blocked_many(self.is_blocked)
        self.is_blocked_address = _make_is_blocked_address(self._rules.addresses, nat64)
        self.place_of = _make_place_of(self._rules, self.is_blocked)
        self.rule_numbers = _make_rule_numbers(self._rules, self.place_of)
        self.order_set = self._rules.order_set
        self.query_set = _make_query_set(self._rules, self.place_of)

    def matcher(self, kind: type[Found], finder: Finder) -> Callable[[str | bytes], Found | None]:
        """Return the function that finds the rule which blocks a name, and makes evidence of it."""
        return PureMatcher(self, kind, finder).match

    def url_judges(
        self, _kind: type[Found], _finder: Finder, reader: UrlReader, /
    ) -> tuple[Callable[[Any], bool], Callable[[Any], Found | None]]:
        """Return two functions: whether a URL is blocked, and what blocks it; the reader's own."""
        return reader.is_blocked_url, reader.match_url

    def number_at(self, place: Any) -> int:
        """Return the number of the rule at a place of evidence."""
        rules = self._rules
        return _refuse() if rules is None else rules.number_at(place)

    def set_at(self, place: Any) -> int:
        """Return the number of the set of orders behind the rule at a place of evidence."""
        return self.order_set(self.number_at(place))

    def rule_at(self, _key: str, place: Any, /) -> Rule:
        """Return the rule at a place of evidence."""
        rules = self._rules
        return _refuse() if rules is None else rules.rule_at(place)

    def rules_for(self, key: str) -> Iterator[tuple[int, Rule]]:
        """Yield number and rule of all that cover ``key``, the one that decides first."""
        rules = self._rules  # once: another thread may close
        return _refuse() if rules is None else rules.numbered(key)

    def rules_for_address(self, address: Address) -> list[int]:
        """Return the numbers of the rules that hold ``address`` itself, see ``Core``."""
        rules = self._rules  # once: another thread may close
        return _refuse() if rules is None else list(rules.addresses.covering(address))

    def close(self) -> None:
        """Let go of what was read; ``ValueError`` for every question from now on.

        A question that is being answered in another thread gets its answer.
        """
        self._rules = None
        self.is_blocked = self.is_blocked_many = self.rule_numbers = _refuse
        self.is_blocked_address = self.order_set = self.query_set = self.place_of = _refuse


class PureMatcher(Generic[Found]):
    """Makes the matches of a core."""

    def __init__(self, core: PureCore, kind: type[Found], finder: Finder) -> None:
        """Take the core, the class of the matches, and what fills them."""
        self._core, self._kind, self._finder = core, kind, finder

    def match(self, name: str | bytes) -> Found | None:
        """Return the rule that blocks the name with its orders, or ``None``."""
        found = self._core.place_of(name)
        if found is None:
            return None
        match = self._kind.__new__(self._kind)
        for slot, value in zip(("_asked", "_place"), found, strict=True):
            object.__setattr__(match, slot, value)
        object.__setattr__(match, "_finder", self._finder)
        return match

    def __reduce__(self) -> str | tuple[Any, ...]:
        """Pickle as a blocklist that opens the same file."""
        return self._finder.__reduce__()


def _refuse(_: object = None) -> NoReturn:
    raise ValueError("the blocklist is closed")


def _make_is_blocked(rules: PureRules) -> Callable[[str | bytes], bool]:  # noqa: C901
    """Return the closure behind ``is_blocked``: the naive loop, and what it leaves out.

    One function on purpose: each call of another would cost a tenth of the whole.
    """
    known, flags_of = rules.known, rules.special.get
    plain = not rules.special  # every rule is a SUBTREE block
    whole, above = DECIDES_WHOLE, DECIDES_ABOVE
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


def _make_is_blocked_address(
    table: AddressTable, nat64: Sequence[IPv6Network]
) -> Callable[[str | bytes | Address], bool]:
    def is_blocked_address(address: str | bytes | Address) -> bool:
        parsed = parse_address(address)
        for one in () if parsed is None else meant(parsed, nat64):
            verdict = table.decides(one)
            if verdict is not None:
                return verdict
        return False

    return is_blocked_address


def _make_place_of(rules: PureRules, is_blocked: Callable[[str | bytes], bool]) -> _PlaceOf:
    def place_of(name: str | bytes) -> tuple[str, Place] | None:
        key = query_name(name) if is_blocked(name) else None
        place = rules.first(key) if key else None
        return (key, place) if key and place is not None else None

    return place_of


def _make_query_set(rules: PureRules, place_of: _PlaceOf) -> Callable[[bytes], int]:
    def query_set(name: bytes) -> int:
        if not isinstance(name, bytes):
            raise TypeError(f"name must be bytes, not {type(name).__name__}")
        found = place_of(name)
        if found is None:
            return -1
        try:
            return rules.order_set(rules.number_at(found[1]))
        except (GroundsError, IndexError):
            return NO_SET

    return query_set


def _make_rule_numbers(
    rules: PureRules, place_of: _PlaceOf
) -> Callable[[Iterable[str | bytes]], list[int]]:
    def rule_number(name: str | bytes) -> int:
        found = place_of(name)
        return -1 if found is None else rules.number_at(found[1])

    def rule_numbers(names: Iterable[str | bytes]) -> list[int]:
        return list(map(rule_number, _each(names)))

    return rule_numbers


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
