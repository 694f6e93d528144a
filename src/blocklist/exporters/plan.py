"""PLAN: what an image says, name by name from the top, as exporters need it.

An image knows who blocks and who excepts a name, with precedence among them. Other programs know
less, so a plan is worked out first: for each name that matters, what holds for the name itself and
what for the names below it. Names that change nothing are left out: in BIND and Unbound they would
do harm (a listed descendant hides the wildcard of its parent).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ..errors import NotAnImageError
from ..lines import names_in
from ..matcher import Blocklist
from ..orders import Order
from ..targets import ALLOW_SHIFT, BELOW, EXACT, SUBTREE, Rule, TargetKind, named_rule
from .losses import Losses

Verdict = bool | None
"""True is blocked, False is excepted, None is covered by no rule."""

# Who decides what holds for a name, and for the names below it: the first that stands there.
_OWN = (EXACT << ALLOW_SHIFT, EXACT, SUBTREE << ALLOW_SHIFT, SUBTREE)
_BELOW = (SUBTREE << ALLOW_SHIFT, SUBTREE, BELOW << ALLOW_SHIFT, BELOW)
_BLOCKS = (1 << ALLOW_SHIFT) - 1
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


class Node(NamedTuple):
    """A name at which something changes.

    Attributes:
        name: canonical, without final dot.
        own: what holds for the name itself.
        below: what holds for the names below it, as far as no other node decides.
        above: what would hold for both if the node were not there.
        number: of the rule for whose sake it is there, for ``Plan.orders_of``.
        parent: the nearest node above it, if that one's ``below`` reaches here; else empty.
    """

    name: str
    own: Verdict
    below: Verdict
    above: Verdict
    number: int
    parent: str = ""

    @property
    def is_subtree(self) -> bool:
        """Whether the same holds for the name and for those below it."""
        return self.own == self.below

    @property
    def text(self) -> str:
        """The blocking rule that it stands for, in the notation of order files."""
        mark = "" if self.is_subtree else "=" if self.own else "*."
        return mark + self.name


class Listed(NamedTuple):
    """A rule that is not about one name, with its number for ``Plan.orders_of``."""

    rule: Rule
    number: int


class _Entry(NamedTuple):
    """A name of the image; one string while it is sorted, since there may be millions."""

    key: str
    first: int
    flags: int
    shown: int

    def deciding(self, bits: tuple[int, ...]) -> tuple[bool, int] | None:
        """Return the verdict and number of the first rule of ``bits`` that stands here."""
        for bit in bits:
            if self.shown & bit:
                number = self.first + (self.flags & (bit - 1)).bit_count()
                return bit <= _BLOCKS, number
        return None


@dataclass
class Plan:
    """An image as exporters read it; see ``exporters.export``.

    Attributes:
        blocked: what answers from the image.
        losses: takes what the format cannot express.
        confidential: whether rules that only confidential orders name are written.
    """

    blocked: Blocklist
    losses: Losses
    confidential: bool = False

    def nodes(self) -> Iterator[Node]:
        """Yield the names at which something changes, each after the names above it.

        The sequence is that of the labels from the right, so it is the same on every machine.
        While it runs it needs about 200 octets of memory for each name of the image.

        Raises:
            NotAnImageError: the sections contradict each other, or hold what is no name.
        """
        # The names above the present one: what their keys begin with, and what holds below them.
        path: list[tuple[str, Verdict, int, str]] = []
        for entry in self._sorted():
            while path and not entry.key.startswith(path[-1][0]):
                path.pop()
            _, above, above_number, parent = path[-1] if path else ("", None, -1, "")
            own, own_number = entry.deciding(_OWN) or (above, above_number)
            below, below_number = entry.deciding(_BELOW) or (above, above_number)
            if own != above or below != above:
                name = _turned(entry.key, " ", ".")
                number = own_number if own != above else below_number
                yield Node(name, own, below, above, number, "" if above is None else parent)
                parent = name
            path.append((f"{entry.key} ", below, below_number, parent))

    def patterns(self) -> Iterator[Listed]:
        """Yield the patterns, exceptions too, those that decide first before the others."""
        return self._listed(TargetKind.PATTERN)

    def urls(self) -> Iterator[Listed]:
        """Yield the URL rules, exceptions too."""
        return self._listed(TargetKind.URL)

    def addresses(self) -> Iterator[Listed]:
        """Yield the addresses and prefixes, exceptions too; the longest decides."""
        return self._listed(TargetKind.ADDRESS)

    def lose_others(self, *kinds: TargetKind) -> None:
        """Count the rules of ``kinds`` as lost; for formats that have nothing like them.

        Exceptions of a kind that is lost as a whole are no loss.
        """
        for kind in kinds:
            for listed in self._listed(kind):
                if not listed.rule.allow:
                    self.losses.add(kind.value, listed.rule.text)

    def orders_of(self, number: int) -> tuple[Order, ...]:
        """Return the orders behind a rule that may be named: all, or those not confidential."""
        orders = self.blocked.orders_of(number)
        if self._has_secrets:
            return tuple(order for order in orders if not order.confidential)
        return orders

    @cached_property
    def _has_secrets(self) -> bool:
        return not self.confidential and any(order.confidential for order in self.blocked.orders)

    def _is_secret(self, number: int) -> bool:
        return self._has_secrets and not self.orders_of(number)

    def _listed(self, kind: TargetKind) -> Iterator[Listed]:
        for number, rule in self.blocked.numbered(kind):
            if self._is_secret(number):
                self.losses.add("confidential")
            else:
                yield Listed(rule, number)

    def _sorted(self) -> Iterator[_Entry]:
        texts, first = [], 0
        secrets = []  # names that a confidential order excepts
        for name, flags in names_in(self.blocked.image):
            if not _NAME.fullmatch(name):
                raise NotAnImageError("a name is no name", path=self.blocked.image.path)
            shown = self._shown(flags, first) if self._has_secrets else flags
            if flags & ~shown & ~_BLOCKS:
                secrets.append(name)
            if shown:
                texts.append(f"{_turned(name, '.', ' ')}\n{first}\n{flags}\n{shown}")
            first += flags.bit_count()
        texts.sort()
        around = {name[at:] for name in secrets for at in _starts(name)}
        for text in texts:
            key, *numbers = text.split("\n")
            entry = _Entry(key, *map(int, numbers))
            if around and _turned(key, " ", ".") in around:
                entry = self._without_blocks(entry)
            if entry.shown:
                yield entry

    def _shown(self, flags: int, first: int) -> int:
        """Return the flags of rules that are not secret."""
        shown, number = 0, first
        for bit in (1 << shift for shift in range(2 * ALLOW_SHIFT)):
            if flags & bit:
                if self._is_secret(number):
                    self.losses.add("confidential")
                else:
                    shown |= bit
                number += 1
        return shown

    def _without_blocks(self, entry: _Entry) -> _Entry:
        """Return what is left of a name below which a secret exception stands.

        The exception cannot be written, and without it the block would be too wide.
        """
        for shift in range(ALLOW_SHIFT):
            if entry.shown & 1 << shift:
                rule = named_rule(1 << shift, _turned(entry.key, " ", "."))
                self.losses.add("exception", rule.text)
        return entry._replace(shown=entry.shown & ~_BLOCKS)


def closed(nodes: Iterator[Node]) -> Iterator[Node]:
    """Yield the nodes with the names between each and its parent, for formats with DNS wildcards.

    In a zone the name ``a.b.d`` makes ``b.d`` exist, so that ``*.d`` no longer covers it (RFC 4592
    §2.2.2). Such names are put in with what holds there anyway.
    """
    filled: list[str] = []  # names put in above the present one
    for node in nodes:
        while filled and not node.name.endswith(f".{filled[-1]}"):
            filled.pop()
        between = []
        for at in _starts(node.name)[1:]:
            name = node.name[at:]
            if not node.parent or name == node.parent or name in filled[-1:]:
                break
            between.append(name)
        for name in reversed(between):
            yield Node(name, node.above, node.above, node.above, node.number, node.parent)
        filled += reversed(between)
        yield node


def subtrees(nodes: Iterator[Node], losses: Losses, *, exceptions: bool) -> Iterator[Node]:
    """Yield nodes of whole subtrees only, for formats in which a name means all below it, too.

    What is left is never wider than the plan: where a node is not a subtree, nothing is blocked
    from there on, and the loss is counted.

    Args:
        nodes: from ``Plan.nodes``.
        losses: takes what is left out.
        exceptions: whether the format can except a subtree of a blocked one, the longest name
            deciding. If not, a subtree with an exception in it is left out as a whole.
    """
    nodes = _whole(nodes, losses)
    if exceptions:
        yield from nodes
        return
    previous = None
    for node in nodes:
        if previous is not None and previous.own:
            if node.name.endswith(f".{previous.name}"):
                losses.add("exception", previous.name)
            else:
                yield previous
        previous = node
    if previous is not None and previous.own:
        yield previous


def _whole(nodes: Iterator[Node], losses: Losses) -> Iterator[Node]:
    """Yield a plan of subtrees that is as wide as ``nodes`` or narrower."""
    path: list[tuple[str, Verdict]] = []
    for node in nodes:
        while path and not node.name.endswith(path[-1][0]):
            path.pop()
        above = path[-1][1] if path else None
        verdict = node.own
        if not node.is_subtree:
            if node.own or node.below:
                losses.add("exact" if node.own else "below", node.text)
            verdict = False if above else above
        elif not node.own and not above:
            verdict = above
        path.append((f".{node.name}", verdict))
        if verdict != above:
            yield node._replace(own=verdict, below=verdict, above=above)


def _starts(name: str) -> list[int]:
    """Return where the labels of a name begin."""
    return [0, *(at + 1 for at, octet in enumerate(name) if octet == ".")]


def _turned(name: str, old: str, new: str) -> str:
    """Return the labels in the other sequence. A space sorts before all that a label holds."""
    return new.join(reversed(name.split(old)))
