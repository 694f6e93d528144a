"""WATCHED NAMES: names that a target must not take down unless somebody permits it by name.

Two lists are watched: the critical names and the head of a popularity list. Both ask one question:
which of their names would a rule block?
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from ..model.names import superdomains
from ..model.patterns import PatternSet
from ..model.targets import NAME_KINDS, Rule, TargetKind

_WIDE = (TargetKind.SUBTREE, TargetKind.BELOW)


class WatchedNames:
    """Names with the reason for each.

    Attributes:
        reasons: by canonical name.
        below: those of them that are watched with every name below; of the others the name itself
            and its ``www`` are.
    """

    def __init__(self, reasons: Mapping[str, str], below: Iterable[str] = ()) -> None:
        """Take the names."""
        self.reasons: Mapping[str, str] = reasons
        self.below: frozenset[str] = frozenset(below)

    @cached_property
    def _points(self) -> dict[str, str]:
        """Each name that no rule may block, with the watched name that it stands for."""
        both = {name: name for name in self.reasons}
        return {f"www.{name}": name for name in both if name not in self.below} | both

    @cached_property
    def _above(self) -> dict[str, str]:
        """Each name above such a name, with the watched name below it."""
        return {
            above: watched
            for point, watched in sorted(self._points.items(), reverse=True)
            for above in superdomains(point)
        }

    def questions(self) -> Iterator[Rule]:
        """Yield what covers the names of rules that may block one."""
        for name in {*self._points, *self._above}:
            if "." in name:  # columns hold names of two labels or more
                yield Rule(TargetKind.EXACT, name)
        for name in self.below:
            yield Rule(TargetKind.SUBTREE, name)

    def blocked_by(self, rules: Iterable[Rule]) -> dict[Rule, str]:
        """Return the rules that would block a watched name, each with the first such name."""
        found: dict[Rule, str] = {}
        patterns = []
        for rule in rules:
            if rule.kind in NAME_KINDS:
                name = self._by_name(rule)
                if name is not None:
                    found[rule] = name
            elif rule.kind is TargetKind.PATTERN:
                patterns.append(rule)
        return found | self._by_pattern(patterns)

    def _by_name(self, rule: Rule) -> str | None:
        name = rule.value
        if name in self._points and (rule.kind is not TargetKind.BELOW or name in self.below):
            return self._points[name]
        if rule.kind in _WIDE and name in self._above:
            return self._above[name]
        return next((above for above in superdomains(name) if above in self.below), None)

    def _by_pattern(self, rules: list[Rule]) -> dict[Rule, str]:
        found: dict[Rule, str] = {}
        if not rules:
            return found
        patterns = PatternSet([rule.value for rule in rules])
        for point, name in self._points.items():
            for index in patterns.matching(point):
                found.setdefault(rules[index], name)
        for rule in rules:
            # What a pattern ends in says where it can match.
            end = rule.value.rpartition("*")[2].lstrip(".")
            for above in (end, *superdomains(end)) if end else ():
                if above in self.below:
                    found.setdefault(rule, above)
        return found
