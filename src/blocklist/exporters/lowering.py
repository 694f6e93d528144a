"""LOWERING: what is left of a tree in a format that can say less than it.

Never wider than the tree: where a format cannot say what holds, nothing is blocked, and the loss is
counted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from ..image.layout import ALLOW_SHIFT
from ..image.layout import BELOW as BELOW_BIT
from ..image.layout import EXACT as EXACT_BIT
from ..image.layout import SUBTREE as SUBTREE_BIT
from ..image.nametable import names_in
from ..matcher.tables import UrlTable
from ..model.patterns import matches
from ..model.targets import TargetKind, notation
from .abilities import BELOW, EXACT, NAMES
from .losses import Losses
from .policytree import Effect, Listed, Node, PolicyTree


class Ranked(NamedTuple):
    """A rule of a format in which the rule of the highest rank decides, not that of a longer name.

    Attributes:
        kind: SUBTREE, EXACT or BELOW.
        name: canonical.
        rank: even for blocks, odd for exceptions; 0 for a block with nothing above it.
    """

    kind: TargetKind
    name: str
    rank: int


def sayable(tree: PolicyTree) -> Iterator[Node]:
    """Yield nodes for a format without patterns in which the longest name decides.

    All effects are true or false, and what changes nothing then is gone. A name without those below
    it, or they without the name, is left out where the format has no such kind.
    """
    path: list[tuple[str, bool]] = []
    for node in tree.nodes():
        while path and not node.name.endswith(path[-1][0]):
            path.pop()
        above = path[-1][1] if path else False
        own, under = bool(node.own), bool(node.below)
        if own != under and (EXACT if own else BELOW) not in tree.abilities.blocks:
            tree.losses.add("exact" if own else "below", node.text)
            own = under = False
        path.append((f".{node.name}", under))
        if own != above or under != above:
            yield node._replace(own=own, below=under, above=above)


def blocks_only(nodes: Iterator[Node], losses: Losses) -> Iterator[Node]:
    """Yield those of ``nodes`` that block; for a format without exceptions.

    Their effects are true or false. Of a name with an exception below it, the name alone is left.
    """
    previous: Node | None = None
    for node in chain(nodes, (None,)):
        if previous is not None:
            own, below = bool(previous.own), bool(previous.below)
            # Nodes are where something changes, so one below a block is an exception to it.
            if below and node is not None and node.name.endswith(f".{previous.name}"):
                losses.add("exception", previous.text)
                below = False
            if own or below:
                yield previous._replace(own=own, below=below)
        previous = node


def ranked(nodes: Iterator[Node], losses: Losses, top: int) -> Iterator[Ranked]:
    """Yield rules of which that of the highest rank decides; ``top`` is the highest there is."""
    path: list[tuple[str, Effect, int]] = []
    for node in nodes:
        while path and not node.name.endswith(path[-1][0]):
            path.pop()
        _, above, rank = path[-1] if path else ("", None, -1)
        parts = [(TargetKind.EXACT, node.own), (TargetKind.BELOW, node.below)]
        if node.is_subtree:
            parts = [(TargetKind.SUBTREE, node.own)]
        below, below_rank = above, rank
        for kind, verdict in parts:
            if verdict is None or verdict == above:
                continue
            needed = int(not verdict) if above is None else rank + 1
            if needed > top:
                losses.add("nested", notation(kind, node.name))
                continue
            yield Ranked(kind, node.name, needed)
            if kind is not TargetKind.EXACT:
                below, below_rank = verdict, needed
        path.append((f".{node.name}", below, below_rank))


def sayable_patterns(tree: PolicyTree) -> Iterator[Listed]:
    """Yield the patterns that can be said, those that decide first before the others.

    A block that would match what is excepted and cannot be is lost. Without exceptions by patterns
    only blocks are said; with them, the first pattern that matches is to decide.
    """
    excepts_patterns = TargetKind.PATTERN in tree.abilities.exceptions
    patterns = list(tree.patterns())
    if not patterns:
        return
    holes = _Holes(tree)
    hidden = list(tree.hidden_exceptions(TargetKind.PATTERN))
    for listed in patterns:
        (_, value, allow), number = listed
        while hidden and hidden[0].number < number:
            holes.add(hidden.pop(0).rule.value)
        if allow and not excepts_patterns:
            holes.add(value)
        elif not allow and holes.meet(value):
            tree.losses.add("exception", value)
        else:
            yield listed


def block_patterns(tree: PolicyTree) -> Iterator[str]:
    """Yield the patterns that block, for a format without exceptions by patterns."""
    for listed in sayable_patterns(tree):
        yield listed.rule.value


def block_urls(tree: PolicyTree) -> Iterator[str]:
    """Yield the URLs that block, for a format without exceptions from them."""
    listed = [rule for rule, _ in tree.urls()]
    blocks = [rule.value for rule in listed if not rule.allow]
    excepted = {rule.value for _, rule in tree.contents.rules_of_kind(TargetKind.URL) if rule.allow}
    table = UrlTable([(value, False) for value in blocks])
    lost = {value for url in excepted for _, value, _ in table.covering(url)}
    for value in blocks:
        if value not in lost:
            yield value
        elif value not in excepted:
            tree.losses.add("exception", value)


class _Holes:
    """What is excepted and the format cannot except: no pattern may match any of it."""

    def __init__(self, tree: PolicyTree) -> None:
        excepts_names = not NAMES.isdisjoint(tree.abilities.exceptions)
        self._names: set[str] = set()
        self._below: set[str] = set()  # ``.name``: what a name below it ends with
        self._patterns: list[str] = []
        first = 0
        unsaid = tree.has_secrets or not excepts_names
        for name, flags in names_in(tree.contents.image) if unsaid else ():
            number = first + (flags & (1 << ALLOW_SHIFT) - 1).bit_count()
            for bit in (EXACT_BIT, SUBTREE_BIT, BELOW_BIT):
                if flags & bit << ALLOW_SHIFT:
                    if not excepts_names or not tree.orders_of(number):
                        self._add_name(name, bit)
                    number += 1
            first += flags.bit_count()
        self._turned = sorted(end[::-1] for end in self._below)

    def _add_name(self, name: str, bit: int) -> None:
        if bit != BELOW_BIT:
            self._names.add(name)
        if bit != EXACT_BIT:
            self._below.add(f".{name}")

    def add(self, pattern: str) -> None:
        """Add what an exception by a pattern matches."""
        self._patterns.append(pattern)

    def meet(self, pattern: str) -> bool:
        """Whether the pattern matches any of it, names over 253 octets included.

        Two texts with a star in each have a match in common if one beginning continues the other
        and one end the other, since all between fits into the stars.
        """
        head, tail = _ends(pattern)
        if any(matches(pattern, name) for name in self._names):
            return True
        if any(tail[at:] in self._below for at, octet in enumerate(tail) if octet == "."):
            return True
        turned = tail[::-1]
        at = bisect_left(self._turned, turned)
        if at < len(self._turned) and self._turned[at].startswith(turned):
            return True
        return any(
            (head.startswith(other[0]) or other[0].startswith(head))
            and (tail.endswith(other[1]) or other[1].endswith(tail))
            for other in map(_ends, self._patterns)
        )


def _ends(pattern: str) -> tuple[str, str]:
    """Return what stands before the first star, and behind the last."""
    return pattern.partition("*")[0], pattern.rpartition("*")[2]
