"""POLICY TREE: what an image says, name by name from the top, as exporters need it.

An image knows who blocks and who excepts a name, with precedence among them. Other programs know
less, so a tree is worked out first: for each name that matters, what holds for the name itself and
what for the names below it. Names that change nothing are left out: in BIND and Unbound they would
do harm (a listed descendant hides the wildcard of its parent).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ..answers.disclosure import tellable
from ..errors import NotAnImageError
from ..image.contents import Contents
from ..image.layout import ALLOW_SHIFT, BELOW, EXACT, SUBTREE, named_rule
from ..image.nametable import names_in
from ..live.policy import Action
from ..model.names import MAX_NAME_OCTETS, label_starts, superdomains
from ..model.orders import Order
from ..model.targets import Rule, TargetKind
from .abilities import EVERYTHING, NAMES, Abilities
from .losses import Losses

Effect = bool | None
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
        number: of the rule for whose sake it is there, for ``PolicyTree.orders_of``.
        parent: the nearest node above it, if that one's ``below`` reaches here; else empty.
        number_own: of the rule that decides for the name itself, -1 if none does.
        number_below: of the rule that decides for the names below, likewise.
    """

    name: str
    own: Effect
    below: Effect
    above: Effect
    number: int
    parent: str = ""
    number_own: int = -1
    number_below: int = -1

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
    """A rule that is not about one name, with its number for ``PolicyTree.orders_of``."""

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
class PolicyTree:
    """An image as exporters read it; see ``exporters.export``.

    Attributes:
        contents: the orders and rules of the image.
        losses: takes what the format cannot express.
        confidential: whether rules that only confidential orders name are written.
        abilities: what the format can say; by default everything.
        action: of the response that it is to give.
        uniform_reason: what is told of every block in place of the orders, ``""`` for the orders.
    """

    contents: Contents
    losses: Losses
    confidential: bool = False
    abilities: Abilities = EVERYTHING
    action: Action = Action.NXDOMAIN
    uniform_reason: str = ""

    def nodes(self, *, every: bool = False, longest: int = MAX_NAME_OCTETS) -> Iterator[Node]:
        """Yield the names at which something changes, each after the names above it.

        With ``every``, names that change nothing too, for formats that block single names alone.
        Names of more than ``longest`` characters are lost.

        The sequence is that of the labels from the right, so it is the same on every machine.
        While it runs it needs about 200 octets of memory for each name of the image.

        Raises:
            NotAnImageError: the sections contradict each other, or hold what is no name.
        """
        # The names above the present one: what their keys begin with, and what holds below them.
        path: list[tuple[str, Effect, int, str]] = []
        for entry in self._sorted(longest):
            while path and not entry.key.startswith(path[-1][0]):
                path.pop()
            _, above, above_number, parent = path[-1] if path else ("", None, -1, "")
            own: Effect = True
            below: Effect = True
            own_number = below_number = entry.first
            if entry.flags != SUBTREE:
                own, own_number = entry.deciding(_OWN) or (above, above_number)
                below, below_number = entry.deciding(_BELOW) or (above, above_number)
            if every or own != above or below != above:
                name = _turned(entry.key, " ", ".")
                if code := self._fault(name, longest):
                    self._lose(entry.shown, name, code)
                    continue
                number = own_number if own != above else below_number
                parent = "" if above is None else parent
                yield Node(name, own, below, above, number, parent, own_number, below_number)
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

    def lose_kinds(self) -> None:
        """Count the blocks of all kinds that the format has nothing like as lost.

        Exceptions of a kind that is lost as a whole are no loss.
        """
        if NAMES.isdisjoint(self.abilities.blocks):
            for node in self.nodes():
                if node.own or node.below:
                    self.losses.add("name", node.text)
        for kind in (TargetKind.PATTERN, TargetKind.URL, TargetKind.ADDRESS):
            for listed in self._listed(kind) if kind not in self.abilities.blocks else ():
                if not listed.rule.allow:
                    self.losses.add(kind.value, listed.rule.text)

    def hidden_exceptions(self, kind: TargetKind) -> Iterator[Listed]:
        """Yield the exceptions that must not be named, and so cannot be written."""
        for number, rule in self.contents.rules_of_kind(kind) if self.has_secrets else ():
            if rule.allow and self._is_secret(number):
                yield Listed(rule, number)

    def orders_of(self, number: int) -> tuple[Order, ...]:
        """Return the orders behind a rule that may be named: all, or those not confidential."""
        return tellable(self.contents.orders_of(number), confidential=self.confidential)

    @cached_property
    def holds_secrets(self) -> bool:
        """Whether the image has confidential orders, named or not."""
        return len(tellable(self.contents.orders)) < len(self.contents.orders)

    @cached_property
    def has_secrets(self) -> bool:
        """Whether there are orders that must not be named."""
        orders = self.contents.orders
        return len(tellable(orders, confidential=self.confidential)) < len(orders)

    def _is_secret(self, number: int) -> bool:
        return self.has_secrets and not self.orders_of(number)

    def _listed(self, kind: TargetKind) -> Iterator[Listed]:
        for number, rule in self.contents.rules_of_kind(kind):
            if self._is_secret(number):
                self.losses.add("confidential")
            else:
                yield Listed(rule, number)

    def _sorted(self, longest: int) -> Iterator[_Entry]:
        texts, first = [], 0
        unsaid = []  # names with exceptions that cannot be written
        for name, flags in names_in(self.contents.image):
            if not _NAME.fullmatch(name):
                raise NotAnImageError(
                    "the image holds an invalid name; compile it again",
                    path=self.contents.image.path,
                )
            shown = self._shown(flags, first) if self.has_secrets else flags
            if shown & ~_BLOCKS and (code := self._fault(name, longest)):
                self._lose(shown, name, code)
                shown = 0
            if flags & ~shown & ~_BLOCKS:
                unsaid.append(name)
            key = _turned(name, ".", " ")
            if flags == shown == SUBTREE:  # as nearly all are
                texts.append(f"{key}\n{first}")
            elif shown:
                texts.append(f"{key}\n{first}\n{flags}\n{shown}")
            first += flags.bit_count()
        texts.sort()
        around = {name[at:] for name in unsaid for at in label_starts(name)}
        for text in texts:
            key, _, start = text.partition("\n")
            if "\n" in start:
                entry = _Entry(key, *map(int, start.split("\n")))
            else:
                entry = _Entry(key, int(start), SUBTREE, SUBTREE)
            if around and _turned(key, " ", ".") in around:
                entry = self._without_blocks(entry, longest)
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

    def _fault(self, name: str, longest: int) -> str:
        """Return the code of the loss if the format cannot hold a name, else ``""``."""
        return "too-long" if len(name) > longest else self.abilities.fault(name, self.action)

    def _without_blocks(self, entry: _Entry, longest: int) -> _Entry:
        """Return what is left of a name at or below which an exception stands that is not written.

        Without the exception the block would be too wide.
        """
        name = _turned(entry.key, " ", ".")
        self._lose(entry.shown, name, self._fault(name, longest) or "exception")
        return entry._replace(shown=entry.shown & ~_BLOCKS)

    def _lose(self, flags: int, name: str, code: str) -> None:
        """Count the blocks among the rules of a name as lost."""
        for shift in range(ALLOW_SHIFT):
            if flags & 1 << shift:
                self.losses.add(code, named_rule(1 << shift, name).text)


def closed(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the nodes with the names between each and its parent, for formats with DNS wildcards.

    In a zone the name ``a.b.d`` makes ``b.d`` exist, so that ``*.d`` no longer covers it (RFC 4592
    §2.2.2). Such names are put in with what holds there anyway.
    """
    filled: list[str] = []  # names put in above the present one
    for node in nodes:
        if not node.parent:
            filled.clear()
            yield node
            continue
        while filled and not node.name.endswith(f".{filled[-1]}"):
            filled.pop()
        between = []
        for name in superdomains(node.name):
            if name == node.parent or name in filled[-1:]:
                break
            between.append(name)
        for name in reversed(between):
            yield Node(name, node.above, node.above, node.above, node.number, node.parent)
        filled += reversed(between)
        yield node


def _turned(name: str, old: str, new: str) -> str:
    """Return the labels in the other sequence. A space sorts before all that a label holds."""
    return new.join(name.split(old)[::-1])
