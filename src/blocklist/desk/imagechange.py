"""IMAGE CHANGE: what the next image changes for those who ask, in numbers and in popular names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from ..answers.disclosure import tellable
from ..changes.difference import compare_orders, difference_of, hidden_rules
from ..compiler.watchlists import popular_names
from ..image.container import Image
from ..image.contents import Contents
from ..matcher.blocklist import Blocklist
from ..model.orders import Order, State
from ..model.targets import Rule, TargetKind
from .intake import dues_of
from .judgement import Guarding

_UPCOMING = 50
_ITSELF = (TargetKind.SUBTREE, TargetKind.EXACT)


@dataclass(frozen=True, slots=True)
class ImageChange:
    """What differs between the image that is served and the next one.

    Attributes:
        added, removed: how many rules.
        names: names that are new, and names that are gone, without hidden ones.
        hidden: how many rules differ that only confidential orders give.
        dues: deadlines of orders that are new: id and ISO 8601.
        lost: ids of orders that are gone.
        popular: popular names that new rules block, with the rank of each.
    """

    added: int = 0
    removed: int = 0
    names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    hidden: int = 0
    dues: Sequence[list[str]] = ()
    lost: tuple[str, ...] = ()
    popular: tuple[str, ...] = ()


def change_of(old: Image | None, new: Image, guarding: Guarding, few: int) -> ImageChange:
    """Compare; ``few`` is how many names are kept of each kind."""
    after = Contents(new)
    if old is None:
        rules: Iterable[Rule] = after.rules() if guarding.popular else ()
        names = _popular(rules, guarding)
        return ImageChange(len(after), dues=dues_of(after.orders), popular=names)
    before = Contents(old)
    comparison = compare_orders(before, after)
    difference, hidden = difference_of(comparison), hidden_rules(comparison)
    known, kept = ({order.id for order in contents.orders} for contents in (before, after))
    blocked = Blocklist(new)
    added = _names(difference.added, hidden)
    removed = _names(difference.removed, hidden)
    return ImageChange(
        len(difference.added),
        len(difference.removed),
        (
            tuple(islice((name for name in added if blocked.is_blocked(name)), few)),
            tuple(islice((name for name in removed if not blocked.is_blocked(name)), few)),
        ),
        len(hidden),
        dues_of([order for order in after.orders if order.id not in known]),
        tuple(order.id for order in tellable(before.orders) if order.id not in kept),
        _popular((rule for rule in difference.added if rule not in hidden), guarding),
    )


def upcoming(orders: Iterable[Order], at: datetime) -> list[list[str]]:
    """Return when orders begin or end next, with the reason."""
    found = []
    for order in orders:
        name = order.id if tellable([order]) else "a confidential order"
        for instant in order.changes():
            if instant > at:
                begins = order.state(instant) is State.IN_FORCE
                found.append([instant.isoformat(), f"{name} {'begins' if begins else 'ends'}"])
    return sorted(found)[:_UPCOMING]


def _names(rules: Iterable[Rule], hidden: frozenset[Rule]) -> Iterator[str]:
    """Yield the names that rules are about, without hidden ones, and those that are only above."""
    for rule in rules:
        if rule not in hidden and not rule.allow and rule.kind in _ITSELF:
            yield rule.value


def _popular(rules: Iterable[Rule], guarding: Guarding) -> tuple[str, ...]:
    guards = guarding.settings.guards.popular
    if guards is None:
        return ()
    names, _ = popular_names(guarding.popular, guards.mention)
    blocked = names.blocked_by(rule for rule in rules if not rule.allow)
    return tuple(sorted(f"{name}, {names.reasons[name]}" for name in set(blocked.values())))
