"""PACKED GROUNDS: why each rule is there, as the section ``grounds`` holds it.

Rules on the same orders share the number of a set of orders, so that few numbers say for most
images which orders are behind a rule. ``docs/image-format.md`` describes the section.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable, Sequence
from itertools import compress, pairwise

from .layout import GROUNDS, GROUNDS_END, MAX_BITS, Octets
from .packedbits import (
    count_before,
    find_set,
    part_size,
    ranked_size,
    read_number,
    read_numbers,
)

_MAX_COUNT = 2**32 - 1  # of rules and grounds, exclusive


class GroundsError(ValueError):
    """The octets of the section contradict themselves."""


class PackedGrounds:
    """Reads the section ``grounds`` where it lies.

    Attributes:
        rules: how many rules there are.
        sets: how many sets of orders.
    """

    rules: int
    sets: int

    def __init__(self, section: Callable[[], Octets]) -> None:
        """Take what returns the octets, each time they are needed: they may be given back.

        Raises:
            GroundsError: they do not hold what their head says.
        """
        self._section = section
        octets = section()
        try:
            counts = GROUNDS.struct.unpack_from(octets)
        except struct.error as error:
            raise GroundsError("the grounds are cut short") from error
        self.rules, self._grounds, self.sets, self._members, self._raws = counts[:5]
        self._set_bits, self._start_bits, self._order_bits, self._line_bits, self._raw_bits = (
            counts[5:]
        )
        if not self._is_possible():
            raise GroundsError("the grounds contradict themselves")
        self._end = GROUNDS.size
        self._set_part = self._place(part_size(self.rules, self._set_bits))
        self._start_part = self._place(
            part_size(self.sets + 1, self._start_bits) if self._members > self.sets else 0
        )
        self._member_part = self._place(part_size(self._members, self._order_bits))
        several = self._grounds > self.rules
        self._rule_part = self._place(ranked_size(self._grounds) if several else 0)
        self._order_part = self._place(part_size(self._grounds, 1) if several else 0)
        self._line_part = self._place(part_size(self._grounds, self._line_bits))
        self._raw_part = self._place(ranked_size(self._grounds) if self._raws else 0)
        self._text_part = self._place(part_size(self._raws, self._raw_bits) if self._raws else 0)
        if self._end + GROUNDS_END != len(octets):
            raise GroundsError("the grounds do not have the size that their head says")

    def _is_possible(self) -> bool:
        """Whether no count is larger than what the section has octets for."""
        widths = (self._set_bits, self._start_bits, self._order_bits, self._line_bits)
        if max(*widths, self._raw_bits) > MAX_BITS or not self._line_bits:
            return False
        if self._members > self.sets:
            are_members = self._order_bits > 0 and not self._members >> self._start_bits
        else:  # each set is another order
            are_members = not max(self.sets - 1, 0) >> self._order_bits
        return (
            are_members
            and self.rules <= self._grounds < _MAX_COUNT
            and bool(self.rules) <= self.sets <= self.rules
            and self.sets <= self._members
            and self._raws <= self._grounds
        )

    def _place(self, size: int) -> int:
        at = self._end
        self._end += size
        return at

    def order_set(self, rule: int) -> int:
        """Return the number of the set of orders behind a rule.

        Raises:
            GroundsError: there is no such rule or set.
        """
        if not 0 <= rule < self.rules:
            raise GroundsError("there is no such rule")
        number = read_number(self._section(), self._set_part, rule, self._set_bits)
        if number >= self.sets:
            raise GroundsError("a rule has no set of orders")
        return number

    def order_sets(self) -> array[int]:
        """Return the number of the set of orders behind each rule.

        Raises:
            GroundsError: there is no such set.
        """
        numbers = read_numbers(self._section(), self._set_part, self.rules, self._set_bits)
        if max(numbers, default=-1) >= self.sets:
            raise GroundsError("a rule has no set of orders")
        return numbers

    def orders_of_set(self, number: int) -> tuple[int, ...]:
        """Return the numbers of the orders in a set, ascending.

        Raises:
            GroundsError: there is no such set, or it is empty.
        """
        octets, first, end = self._section(), number, number + 1
        if not 0 <= number < self.sets:
            raise GroundsError("there is no such set of orders")
        if self._members > self.sets:
            first, end = (
                read_number(octets, self._start_part, at, self._start_bits)
                for at in (number, number + 1)
            )
        if not first < end <= self._members:
            raise GroundsError("a set of orders has no members")
        return tuple(
            read_number(octets, self._member_part, at, self._order_bits) for at in range(first, end)
        )

    def sets_of_orders(self) -> list[tuple[int, ...]]:
        """Return the numbers of the orders in each set, ascending.

        Raises:
            GroundsError: a set is empty.
        """
        octets, count = self._section(), self._members
        members = read_numbers(octets, self._member_part, count, self._order_bits)
        starts: Sequence[int] = range(self.sets + 1)
        if count > self.sets:
            starts = read_numbers(octets, self._start_part, self.sets + 1, self._start_bits)
        if any(first >= end for first, end in pairwise(starts)) or starts[-1] > count:
            raise GroundsError("a set of orders has no members")
        return [tuple(members[first:end]) for first, end in pairwise(starts)]

    def read(self, rule: int) -> list[tuple[int, int, int]]:
        """Return order, line and raw text of each ground of a rule, as numbers.

        Raises:
            GroundsError: there is no such rule, or its grounds contradict themselves.
        """
        orders = self.orders_of_set(self.order_set(rule))
        octets, first, end = self._section(), rule, rule + 1
        if self._grounds > self.rules:
            first, end = (
                find_set(octets, self._rule_part, self._grounds, number)
                for number in (rule, rule + 1)
            )
        if first >= end:
            raise GroundsError("a rule has no grounds")
        found, at = [], 0
        for ground in range(first, end):
            if ground > first and read_number(octets, self._order_part, ground, 1):
                at += 1
            if at == len(orders):
                raise GroundsError("a rule has more orders than its set")
            line = read_number(octets, self._line_part, ground, self._line_bits)
            found.append((orders[at], line, self._raw_text(octets, ground)))
        return found

    def first_lines(self) -> array[int]:
        """Return the line of the first ground of each rule, 0 for none.

        Raises:
            GroundsError: a rule has no grounds.
        """
        octets, count = self._section(), self._grounds
        lines = read_numbers(octets, self._line_part, count, self._line_bits)
        if count > self.rules:
            firsts = read_numbers(octets, self._rule_part, count, 1)
            lines = array("I", compress(lines, firsts))
        if len(lines) != self.rules:
            raise GroundsError("a rule has no grounds")
        return lines

    def _raw_text(self, octets: Octets, ground: int) -> int:
        if not self._raws:
            return 0
        index = count_before(octets, self._raw_part, self._grounds, ground)
        if index is None:
            return 0
        if index >= self._raws:
            raise GroundsError("a ground has no raw text")
        return read_number(octets, self._text_part, index, self._raw_bits)
