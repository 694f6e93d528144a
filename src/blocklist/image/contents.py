"""CONTENTS: the orders of an image, its rules with their numbers, and the grounds of each.

Nothing here opens a core, which costs time and memory: only questions need one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol, TypeVar

from ..errors import ImageError, NotAnImageError
from ..model.orderdata import decode_order
from ..model.orders import Order
from ..model.targets import Rule, TargetKind
from .addresstable import AddressTable
from .container import Image
from .layout import (
    ALLOW_SHIFT,
    SECTION_ADDRESSES,
    SECTION_GROUNDS,
    SECTION_META,
    SECTION_ORDERS,
    SECTION_PATTERNS,
    SECTION_RAW_TEXTS,
    SECTION_TRIE,
    SECTION_URLS,
    TRIE,
    named_rule,
)
from .nametable import names_in
from .packedgrounds import GroundsError, PackedGrounds

SECTIONS = {
    TargetKind.PATTERN: SECTION_PATTERNS,
    TargetKind.URL: SECTION_URLS,
    TargetKind.ADDRESS: SECTION_ADDRESSES,
}
"""Where the rules that are not about one name stand, in the sequence of their numbers."""
Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a rule is there: the order, and where and how it names the target.

    Attributes:
        order: its metadata; the targets are not in an image.
        line: in the order's source, from 1; 0 if it has none.
        raw: the target as the source wrote it.
    """

    order: Order
    line: int
    raw: str

    def __repr__(self) -> str:
        """Say order and line; of a confidential order nothing."""
        if self.order.confidential:
            return "<Ground, confidential>"
        return f"<Ground: {self.order.id}{f', line {self.line}' if self.line else ''}>"


class Contents:
    """The orders, rules and grounds of an image; each section is read when it is first needed.

    Attributes:
        image: where they are.
    """

    def __init__(self, image: Image) -> None:
        """Take an image.

        Raises:
            NotAnImageError: its sections contradict each other; every method may raise it.
        """
        self.image = image
        self._of_sets: dict[int, tuple[Order, ...]] = {}
        try:
            self.packed: PackedGrounds = PackedGrounds(lambda: image.section(SECTION_GROUNDS))
        except GroundsError as error:
            raise NotAnImageError(f"section grounds: {error}", path=image.path) from error

    def __len__(self) -> int:
        """How many rules there are, exceptions included."""
        return self.packed.rules

    def read_all(self) -> None:
        """Read what a query would read later, so that it is found now if that is damaged.

        Raises:
            NotAnImageError: it is.
        """
        _ = self.valid_until, self.orders

    @cached_property
    def valid_until(self) -> datetime | None:
        """When an order next begins or ends, so that the image should be compiled again."""
        return self._load(SECTION_META, _valid_until)

    @cached_property
    def jurisdiction(self) -> str | None:
        """The country whose orders were chosen; ``None`` for those of every country."""
        return self._load(SECTION_META, _jurisdiction)

    @cached_property
    def is_shadow(self) -> bool:
        """Whether it holds shadow orders alone, whose hits are counted and which block nothing."""
        return self._load(SECTION_META, lambda meta: meta.get("shadow") is True)

    def staleness(self, now: datetime) -> str | None:
        """Say since when the image is out of date, and what to do; ``None`` while it is not."""
        until = self.valid_until
        if until is None or until > now:
            return None
        return f"stale since {until}, when an order began or ended; compile the orders again"

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """The orders in the image, by id, without their targets."""
        return self._load(SECTION_ORDERS, lambda data: tuple(map(decode_order, data)))

    @cached_property
    def order_data(self) -> tuple[Mapping[str, Any], ...]:
        """What the image says of each of ``orders``, not read."""
        return self._load(SECTION_ORDERS, lambda data: tuple({**order} for order in data))

    def rules(self) -> Iterator[Rule]:
        """Yield every rule; the first has number 0."""
        for name, flags in names_in(self.image):
            for shift in range(2 * ALLOW_SHIFT):
                if flags & 1 << shift:
                    yield named_rule(1 << shift, name)
        for kind in SECTIONS:
            for _, rule in self.rules_of_kind(kind):
                yield rule

    def rules_of_kind(self, kind: TargetKind) -> Iterator[tuple[int, Rule]]:
        """Yield number and rule of all patterns, URLs or addresses."""
        for number, (value, allow) in enumerate(self.pairs(kind), self.first_of[kind]):
            yield number, Rule(kind, value, allow)

    def pairs(self, kind: TargetKind) -> list[tuple[str, bool]]:
        """Return all patterns, URLs or addresses, each with whether it is an exception."""
        if kind is TargetKind.ADDRESS:
            return self._addressed(AddressTable.entries)
        return self._load(SECTIONS[kind], _pairs)

    def address_rule(self, number: int) -> tuple[int, Rule]:
        """Return number and rule of one that is counted among the rules about addresses."""
        value, allow = self._addressed(lambda table: table.entry(number))
        return self._first_address + number, Rule(TargetKind.ADDRESS, value, allow)

    @cached_property
    def _first_address(self) -> int:
        """The number of the first rule about addresses, which stand last."""
        return len(self) - self._addressed(len)

    def _addressed(self, read: Callable[[AddressTable], Shape]) -> Shape:
        with self.image.section(SECTION_ADDRESSES) as octets:  # a map must not be closed under it
            try:
                return read(AddressTable(octets))
            except ValueError as error:
                raise NotAnImageError(str(error), path=self.image.path) from error

    @cached_property
    def first_of(self) -> dict[TargetKind, int]:
        """The number of the first rule of each kind in ``SECTIONS``."""
        first, numbers = self._first_address, {TargetKind.ADDRESS: self._first_address}
        for kind in (TargetKind.URL, TargetKind.PATTERN):
            first -= len(self.pairs(kind))
            numbers[kind] = first
        return numbers

    @property
    def has_exceptions(self) -> bool:
        """Whether there are exceptions among the rules about names; patterns not counted."""
        return TRIE.read(self.image.section(SECTION_TRIE), "exceptions") != 0

    @cached_property
    def only_orders(self) -> tuple[Order, ...]:
        """The orders behind every rule, if they are behind all; else empty."""
        return self.orders_of_set(0) if self.packed.sets == 1 else ()

    def order_set(self, number: int) -> int:
        """Return the number of the set of orders behind the rule of that number.

        Rules on the same orders have the same set; there are ``packed.sets`` of them.
        """
        return self._read(lambda: self.packed.order_set(number))

    def orders_of_set(self, number: int) -> tuple[Order, ...]:
        """Return the orders in a set, in the sequence of ids."""
        found = self._of_sets.get(number)
        if found is None:
            found = self._read(
                lambda: tuple(self.orders[at] for at in self.packed.orders_of_set(number))
            )
            self._of_sets[number] = found
        return found

    def order_sets(self) -> Sequence[int]:
        """Return the number of the set of orders behind each rule."""
        return self._read(self.packed.order_sets)

    def first_lines(self) -> Sequence[int]:
        """Return the line of the first ground of each rule, 0 for none."""
        return self._read(self.packed.first_lines)

    def sets_of_orders(self) -> list[tuple[int, ...]]:
        """Return for each set where in ``orders`` its members stand, sorted."""
        return self._read(self.packed.sets_of_orders)

    def orders_of(self, number: int) -> tuple[Order, ...]:
        """Return the orders behind the rule of that number, each once, in the sequence of ids."""
        return self.orders_of_set(self.order_set(number))

    def order_numbers(self, number: int) -> tuple[int, ...]:
        """Return where in ``orders`` those behind the rule of that number stand, sorted."""
        return self._read(lambda: self.packed.orders_of_set(self.packed.order_set(number)))

    def grounds(self, number: int, rule: Rule) -> tuple[Ground, ...]:
        """Return why the rule of that number is there, in the sequence of the ids of orders."""
        return self._read(
            lambda: tuple(
                Ground(self.orders[order], line, self._raw_texts[raw] or rule.value)
                for order, line, raw in self.packed.read(number)
            )
        )

    def _read(self, what: Callable[[], Shape]) -> Shape:
        """Read what the grounds say, which may contradict itself."""
        try:
            return what()
        except (GroundsError, IndexError) as error:
            raise NotAnImageError(f"section grounds: {error}", path=self.image.path) from error

    @cached_property
    def _raw_texts(self) -> list[str]:
        return self._load(SECTION_RAW_TEXTS, lambda data: list(map(str, data)))

    def _load(self, section: str, shape: Callable[[Any], Shape]) -> Shape:
        """Read a section of JSON into the shape that it should have."""
        try:
            return shape(json.loads(str(self.image.section(section), "utf-8", "surrogatepass")))
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise NotAnImageError(f"section {section}: {error}", path=self.image.path) from error


class HasContents(Protocol):
    """What has an image open, such as a ``Blocklist``."""

    @property
    def contents(self) -> Contents:
        """What the image holds."""


ImageSource = Contents | HasContents | Image | str | os.PathLike[str]
"""An image, what has one open, or the path of a saved one."""


def contents_of(source: ImageSource) -> Contents:
    """Return what an image holds.

    Raises:
        ImageError: the file is no image; ``OSError`` passes through.
    """
    if isinstance(source, Contents):
        return source
    if isinstance(source, Image):
        return Contents(source)
    if isinstance(source, str | os.PathLike):
        return Contents(Image.open(source))
    return source.contents


def refuse_other_kind(source: ImageSource, *, shadow: bool) -> None:
    """Refuse to compare shadow orders with enforced ones: neither takes the place of the other.

    Raises:
        ImageError: it is an image of the other kind, or not an image; ``OSError`` passes through.
    """
    contents = contents_of(source)
    if contents.is_shadow is not shadow:
        kind = "shadow orders, which block nothing" if contents.is_shadow else "enforced orders"
        raise ImageError(f"is an image of {kind}", path=contents.image.path)


def _pairs(data: Any) -> list[tuple[str, bool]]:
    return [(str(value), bool(allow)) for value, allow in data]


def _jurisdiction(meta: Mapping[str, Any]) -> str | None:
    code = meta.get("jurisdiction")
    return None if code is None else str(code)


def _valid_until(meta: Mapping[str, Any]) -> datetime | None:
    text = meta.get("valid_until")
    if not text:
        return None
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("valid_until has no time zone")
    return instant
