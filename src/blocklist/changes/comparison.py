"""COMPARISON: the rules of two images side by side, and which orders are behind those that differ.

Names are compared in one walk that makes no object for what both images have. Patterns, URLs and
addresses are few, and compared here.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import chain

from .. import changes
from ..errors import NotAnImageError
from ..image.contents import SECTIONS, Contents
from ..image.layout import named_rule
from ..model.targets import Rule
from .groundclasses import GroundClasses


@dataclass(frozen=True, slots=True)
class ComparedRule:
    """A rule that differs between two images.

    Attributes:
        rule: the rule.
        old: its number in the old image, ``None`` if it is not there.
        new: its number in the new image, ``None`` if it is not there.
    """

    rule: Rule
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two images.

    Attributes:
        old: what the old image holds.
        new: what the new image holds.
        removed: rules of the old image alone.
        added: rules of the new image alone.
        changed: rules of both, on orders with other keys.
        counts: how many rules that block stand on the orders of each key, in either image.
    """

    old: Contents
    new: Contents
    removed: tuple[ComparedRule, ...]
    added: tuple[ComparedRule, ...]
    changed: tuple[ComparedRule, ...]
    counts: dict[Hashable, tuple[int, int]]


def compare(
    old: Contents, new: Contents, old_keys: Sequence[Hashable], new_keys: Sequence[Hashable]
) -> Comparison:
    """Compare two images; the GIL is released while names are compared.

    Args:
        old: what the old image holds.
        new: what the new image holds.
        old_keys: of each order of the old image; orders with one key are the same.
        new_keys: of each order of the new image.

    Raises:
        NotAnImageError: the sections of an image contradict each other.
    """
    numbers = {key: number for number, key in enumerate(dict.fromkeys(chain(old_keys, new_keys)))}
    grounds = GroundClasses()
    sides = (
        _Image(old, grounds.of_sets(old, [numbers[key] for key in old_keys])),
        _Image(new, grounds.of_sets(new, [numbers[key] for key in new_keys])),
    )
    found = _compare_names(*sides, len(grounds.members))
    _compare_others(*sides, found)
    before, after = (_counted(side.counts, grounds.members, len(numbers)) for side in sides)
    counts = {key: (before[number], after[number]) for key, number in numbers.items()}
    removed, added, changed = map(tuple, found)
    return Comparison(old, new, removed, added, changed, counts)


_Found = tuple[list[ComparedRule], list[ComparedRule], list[ComparedRule]]


class _Image:
    """One of the two images, with what its sets of orders are in both."""

    def __init__(self, contents: Contents, sets: array[int]) -> None:
        self.contents, self.sets = contents, sets
        self.counts: list[int] = []  # how many rules that block stand on each

    def others(self) -> dict[Rule, int]:
        """Return the rules that are not about names, with their numbers."""
        return {
            rule: number for kind in SECTIONS for number, rule in self.contents.rules_of_kind(kind)
        }

    def set_of(self, number: int) -> int:
        """Return the set behind the rule of that number."""
        return self.sets[self.contents.order_set(number)]


def _counted(counts: Sequence[int], members: Sequence[frozenset[int]], classes: int) -> list[int]:
    """Return how many rules stand on each class, from how many stand on each set of them."""
    found = [0] * classes
    for count, some in zip(counts, members, strict=True):
        for class_ in some:
            found[class_] += count
    return found


def _compare_names(old: _Image, new: _Image, count: int) -> _Found:
    if changes.BACKEND == "native":
        from ._native import compare_names
    else:
        from ._pure import compare_names
    try:
        removed, added, changed, old.counts, new.counts = compare_names(
            old.contents.image.octets,
            new.contents.image.octets,
            old.sets.tobytes(),
            new.sets.tobytes(),
            count,
        )
    except ValueError as error:
        if len(error.args) != 2:  # the image is closed
            raise
        message, is_new = error.args
        path = (new if is_new else old).contents.image.path
        raise NotAnImageError(message, path=path) from error
    return (
        [ComparedRule(named_rule(bit, name), at, None) for at, _, bit, name in removed],
        [ComparedRule(named_rule(bit, name), None, at) for _, at, bit, name in added],
        [ComparedRule(named_rule(bit, name), at, to) for at, to, bit, name in changed],
    )


def _compare_others(old: _Image, new: _Image, found: _Found) -> None:
    before, after = old.others(), new.others()
    if not before and not after:
        return
    removed, added, changed = found
    for rule, at in before.items():
        to = after.get(rule)
        if to is None:
            removed.append(ComparedRule(rule, at, None))
        elif old.set_of(at) != new.set_of(to):
            changed.append(ComparedRule(rule, at, to))
    added += [ComparedRule(rule, None, to) for rule, to in after.items() if rule not in before]
    for side, rules in ((old, before), (new, after)):
        for rule, number in rules.items():
            if not rule.allow:
                side.counts[side.set_of(number)] += 1
