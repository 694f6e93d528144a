"""ALIAS CORES: what the ordered names of an image have in common with names that no order lists.

A core is a form of the label that somebody registered. Forms of four letters and more count, and
those that are more than one common word.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from ..answers.disclosure import is_hidden, tellable
from ..matcher.blocklist import Blocklist
from ..model.orders import Order
from ..model.patterns import literal_automaton
from ..model.suffixes import public_suffixes
from ..model.targets import NAME_KINDS
from .aliasforms import (
    LEAST_CONTAINED,
    LEAST_CORE,
    bare,
    folded,
    is_one_letter_off,
    is_only_word,
    unleet,
    without_one,
)
from .engine import libraries

_LEAST_SIMILAR = 7
_MOST_OF_A_LINE = 50
"""Names with the same label that one line may bring; more come from ``brandx.{suffix}``."""


class Relation(StrEnum):
    """How a name is like an ordered one; the first that holds counts."""

    SUFFIX = "suffix"
    NUMBER = "number"
    AFFIX = "affix"
    LOOK_ALIKE = "look-alike"
    CONTAINS = "contains"
    LETTER = "letter"
    SUB_LABEL = "sub-label"


SPELLINGS = (Relation.SUFFIX, Relation.NUMBER, Relation.AFFIX)
"""By which a name is another spelling of an ordered one, and no other name."""


class AliasLevel(StrEnum):
    """How far a candidate can be trusted; each has those before it."""

    STRONG = "strong"
    LIKELY = "likely"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OrderedName:
    """One registrable domain that orders name, or something below it.

    Attributes:
        domain: canonical.
        forms: its label as ``whole``, ``unnumbered`` and ``bare``.
        origin: stands for all names of one line with this label, where there are very many.
        orders: behind it, without those that may not be told.
    """

    domain: str
    forms: tuple[str, str, str]
    origin: str
    orders: tuple[Order, ...]


class Cores:
    """The cores of an image.

    Attributes:
        names: the ordered names.
        domains: their registrable domains, and those of exceptions.
        hidden: names that are left out, as only confidential orders are behind them.
    """

    def __init__(self, blocked: Blocklist, *, confidential: bool = False) -> None:
        """Take an image, and whether names of confidential orders are compared as well."""
        self.domains: set[str] = set()
        self.hidden: int = 0
        self.names: list[OrderedName] = self._names(blocked, confidential)
        self._counts: dict[tuple[Relation, str], int] = {}
        self._of: tuple[dict[str, list[int]], ...] = ({}, {}, {})
        for number, name in enumerate(self.names):
            for of_form, form in zip(self._of, name.forms, strict=True):
                if len(form) >= LEAST_CORE and not is_only_word(form):
                    of_form.setdefault(form, []).append(number)

    def _names(self, blocked: Blocklist, confidential: bool) -> list[OrderedName]:
        contents, suffixes = blocked.contents, public_suffixes()
        lines = contents.first_lines()
        found: dict[str, tuple[int, int]] = {}
        for number, rule in enumerate(contents.rules()):
            if rule.kind not in NAME_KINDS:
                break  # patterns, URLs and addresses stand last
            domain = suffixes.registrable_domain(rule.value)
            if domain is None:
                continue
            self.domains.add(domain)
            if rule.allow:
                continue
            if not confidential and is_hidden(contents.orders_of(number)):
                self.hidden += 1
            elif domain not in found:
                found[domain] = contents.order_set(number), lines[number]
        labels = [domain.partition(".")[0] for domain in found]
        of_line = Counter(zip(found.values(), labels, strict=True))
        _, pa = libraries("reading query logs")
        forms = (form.to_pylist() for form in folded(pa.array(labels, pa.string())))
        made = []
        for (domain, place), label, whole, unnumbered in zip(
            found.items(), labels, *forms, strict=True
        ):
            many = place[1] > 0 and of_line[place, label] > _MOST_OF_A_LINE
            orders = tellable(contents.orders_of_set(place[0]), confidential=confidential)
            origin = f"{place[0]} {place[1]} {label}" if many else domain
            made.append(OrderedName(domain, (whole, unnumbered, bare(unnumbered)), origin, orders))
        return made

    def members(self, relation: Relation, core: str) -> list[int]:
        """Return the ordered names that share a core by a relation."""
        whole, unnumbered, stripped = self._of
        match relation:
            case Relation.SUFFIX:
                return whole.get(core, [])
            case Relation.NUMBER:
                return unnumbered.get(core, [])
            case Relation.AFFIX:
                return stripped.get(core, [])
        both = {*whole.get(core, []), *unnumbered.get(core, []), *stripped.get(core, [])}
        return sorted(both)

    def count(self, relation: Relation, core: str) -> int:
        """Return how many ordered names share it."""
        key = relation, core
        if key not in self._counts:
            origins = {self.names[number].origin for number in self.members(relation, core)}
            self._counts[key] = len(origins)
        return self._counts[key]

    @cached_property
    def contained(self) -> list[str]:
        """The cores that are looked for inside of labels."""
        whole, unnumbered, stripped = self._of
        return [core for core in whole | unnumbered | stripped if len(core) >= LEAST_CONTAINED]

    @cached_property
    def _automaton(self) -> Any:
        return literal_automaton(self.contained) if self.contained else None

    @cached_property
    def _leet(self) -> dict[str, str]:
        return {unleet(form): form for form in self._of[1]}

    @cached_property
    def _neighbours(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for core in self._of[1]:
            if len(core) >= _LEAST_SIMILAR:
                for shorter in without_one(core):
                    found[shorter].append(core)
        return found

    def inside(self, wholes: Any) -> Iterator[tuple[int, str]]:
        """Yield the cores that are in a column of the form ``whole``, with the row.

        A core that is twice in a label comes twice.
        """
        if self._automaton is None or not len(wholes):
            return
        _, pa = libraries("reading query logs")
        import pyarrow.compute as pc

        all_ = pa.LargeListArray.from_arrays(pa.array([0, len(wholes)]), wholes)
        text = pc.binary_join(all_, "\n")[0].as_py()
        ends = pc.cumulative_sum(pc.add(pc.utf8_length(wholes), 1)).to_pylist()
        for end, (number,) in self._automaton.iter(text):
            yield bisect_right(ends, end), self.contained[number]

    def equal(self, wholes: Any, unnumbereds: Any) -> Any:
        """Return which labels of a piece share a core of any length by suffix or number."""
        _, pa = libraries("reading query logs")
        import pyarrow.compute as pc

        whole, unnumbered = (pa.array(list(self._of[at]), pa.string()) for at in (0, 1))
        return pc.or_(pc.is_in(wholes, whole), pc.is_in(unnumbereds, unnumbered))

    def relations(
        self, whole: str, unnumbered: str, contained: Iterable[str]
    ) -> Iterator[tuple[Relation, str]]:
        """Yield how a label is like ordered names, the closest first."""
        if whole in self._of[0]:
            yield Relation.SUFFIX, whole
        if unnumbered in self._of[1]:
            yield Relation.NUMBER, unnumbered
        stripped = bare(unnumbered)
        if stripped in self._of[2]:
            yield Relation.AFFIX, stripped
        if (core := self._leet.get(unleet(whole))) is not None and core != unnumbered:
            yield Relation.LOOK_ALIKE, core
        for core in contained:
            if core not in (whole, unnumbered, stripped):
                yield Relation.CONTAINS, core

    def similar(self, unnumbered: str) -> Iterator[tuple[Relation, str]]:
        """Yield the cores that are one letter off a form."""
        if len(unnumbered) < _LEAST_SIMILAR:
            return
        cores = {
            core
            for shorter in without_one(unnumbered)
            for core in self._neighbours.get(shorter, ())
        }
        for core in sorted(cores):
            if is_one_letter_off(core, unnumbered):
                yield Relation.LETTER, core
