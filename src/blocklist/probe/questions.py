"""QUESTIONS: what to ask about an order: names that it blocks, and innocent ones beside them."""

from __future__ import annotations

import random
import string
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

from ..answers.disclosure import is_hidden
from ..errors import ConfigurationError
from ..matcher.blocklist import Blocklist
from ..matcher.match import Match
from ..model.names import MAX_LABEL_OCTETS, MAX_NAME_OCTETS
from ..model.orders import Order
from ..model.targets import Rule, TargetKind

ELSEWHERE = "example.org"
"""A reserved domain, which no order can name (RFC 2606)."""
_NOT_DNS = (TargetKind.URL, TargetKind.ADDRESS)


class Why(StrEnum):
    """What a question is there to find out."""

    NAME = "name"
    """The ordered name itself."""
    SUBDOMAIN = "subdomain"
    """A random name below it, so that no cache has the answer."""
    MIXED_CASE = "mixed-case"
    """The same name in another case, as resolvers send it (0x20)."""
    PATTERN = "pattern"
    """A random name that the pattern covers."""
    NEIGHBOUR = "neighbour"
    """Innocent: ``notexample.com`` beside ``example.com``."""
    MIDDLE = "middle"
    """Innocent: ``example.com.example.org``, the ordered name before another."""
    PARENT = "parent"
    """Innocent: what the ordered name lies in."""
    OUTSIDE = "outside"
    """Innocent: below an EXACT name, or the name of a BELOW rule."""
    EXCEPTION = "exception"
    """Innocent: what an order excepts."""
    CONTROL = "control"
    """A random name that has nothing to do with the image."""


@dataclass(frozen=True, slots=True)
class Question:
    """A name to ask for; ``is_ordered`` is what the image says of it."""

    name: str
    why: Why
    is_ordered: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One rule that is probed.

    Attributes:
        rule: from the image.
        orders: that name it.
        questions: about it.
        is_secret: whether only confidential orders name it, so that nothing of it may be shown.
    """

    rule: Rule
    orders: tuple[Order, ...]
    questions: tuple[Question, ...]
    is_secret: bool = False


class Sampler:
    """Chooses rules of each order, and the questions about them.

    Reads the whole image, some ten microseconds a rule, and holds the chosen rules; all of them are
    read a second time instead.

    Attributes:
        orders: the orders that are probed.
        elsewhere: orders that name nothing which resolvers see: only URLs and addresses.
        not_asked: how many rules of all these orders are URLs or addresses.
    """

    def __init__(
        self,
        blocked: Blocklist,
        *,
        per_order: int | None = 3,
        only: Collection[str] = (),
        rng: random.Random | None = None,
    ) -> None:
        """Choose.

        Args:
            blocked: the image.
            per_order: how many rules of each order, and how many of its exceptions, at random;
                ``None`` is all.
            only: ids of the orders to probe; empty is all.
            rng: where chance comes from; the system's by default.

        Raises:
            ConfigurationError: an order of ``only`` is not in the image.
        """
        self._blocked, self._rng = blocked, rng or random.SystemRandom()
        unknown = set(only) - {order.id for order in blocked.orders}
        if unknown:
            raise ConfigurationError(f"this image has no order {min(unknown)!r} that can be probed")
        self.not_asked: int = 0
        self._wanted = {order.id for order in blocked.orders if not only or order.id in only}
        self._chosen, seen = self._choose(per_order)
        wanted = [order for order in blocked.orders if order.id in self._wanted]
        self.orders: tuple[Order, ...] = tuple(order for order in wanted if order.id in seen)
        self.elsewhere: tuple[Order, ...] = tuple(order for order in wanted if order.id not in seen)

    def _asked(self, match: Match) -> tuple[Order, ...]:
        return tuple(order for order in match.orders if order.id in self._wanted)

    def _choose(self, per_order: int | None) -> tuple[dict[int, Match] | None, set[str]]:
        """Return the chosen rules by number, and the orders that have any (reservoir sampling)."""
        kept: dict[tuple[str, bool], list[tuple[int, Match]]] = {}
        met: Counter[tuple[str, bool]] = Counter()
        for number, match in enumerate(self._blocked.rules()):
            if match.rule.kind in _NOT_DNS:
                self.not_asked += not match.rule.allow and bool(self._asked(match))
                continue
            for order in self._asked(match):
                key = order.id, match.rule.allow
                met[key] += 1
                if per_order is None:
                    continue
                reservoir = kept.setdefault(key, [])
                if len(reservoir) < per_order:
                    reservoir.append((number, match))
                elif (at := self._rng.randrange(met[key])) < per_order:
                    reservoir[at] = number, match
        orders = {id_ for id_, allow in met if not allow}
        if per_order is None:
            return None, orders
        return dict(sorted((f for some in kept.values() for f in some), key=itemgetter(0))), orders

    def cases(self) -> Iterator[Case]:
        """Yield the chosen rules with their questions, in the sequence of the image."""
        parents: set[str] = set()
        chosen = self._blocked.rules() if self._chosen is None else self._chosen.values()
        for match in chosen:
            orders = self._asked(match)
            if match.rule.kind not in _NOT_DNS and orders:
                questions = tuple(self._questions(match.rule, parents))
                yield Case(match.rule, orders, questions, is_hidden(match.orders))

    def control(self) -> Question:
        """Return a question for a random name."""
        return Question(f"{self._label(20)}.com", Why.CONTROL, is_ordered=False)

    def _questions(self, rule: Rule, parents: set[str]) -> Iterator[Question]:
        """Yield the questions of which the image says what they are there for.

        What thousands of rules may lie in is asked for once; ``parents`` are those that were.
        """
        for name, why, ordered in self._candidates(rule):
            is_name = (
                len(name) <= MAX_NAME_OCTETS and len(name.split(".", 1)[0]) <= MAX_LABEL_OCTETS
            )
            if not is_name or name in parents:
                continue
            if self._blocked.is_blocked(name) == ordered:
                if why is Why.PARENT:
                    parents.add(name)
                yield Question(name, why, ordered)

    def _candidates(self, rule: Rule) -> Iterator[tuple[str, Why, bool]]:
        name = rule.value
        below = f"{self._label()}.{name}"
        if rule.allow:
            if rule.kind is not TargetKind.PATTERN:
                yield (below if rule.kind is TargetKind.BELOW else name), Why.EXCEPTION, False
            return
        if rule.kind is TargetKind.PATTERN:
            made = self._made_from(name)
            yield made, Why.PATTERN, True
            yield self._mixed(made), Why.MIXED_CASE, True
            return
        if rule.kind is TargetKind.BELOW:
            yield below, Why.SUBDOMAIN, True
            yield self._mixed(below), Why.MIXED_CASE, True
            yield name, Why.OUTSIDE, False
        else:
            yield name, Why.NAME, True
            yield self._mixed(name), Why.MIXED_CASE, True
            is_subtree = rule.kind is TargetKind.SUBTREE
            yield below, (Why.SUBDOMAIN if is_subtree else Why.OUTSIDE), is_subtree
        yield f"not{name}", Why.NEIGHBOUR, False
        yield f"{name}.{ELSEWHERE}", Why.MIDDLE, False
        parent = name.partition(".")[2]
        if "." in parent:
            yield parent, Why.PARENT, False

    def _made_from(self, pattern: str) -> str:
        """Return a name that a pattern covers: each star becomes some random letters."""
        return "".join(self._label(6) if part == "*" else part for part in pattern)

    def _label(self, length: int = 12) -> str:
        return "".join(self._rng.choices(string.ascii_lowercase, k=length))

    def _mixed(self, name: str) -> str:
        mixed = "".join(c.upper() if self._rng.random() < 0.5 else c for c in name)
        return name.upper() if mixed == name else mixed
