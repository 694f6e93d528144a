"""REBUILDING: an image again from what a record keeps of it, with no guard and no list of today.

What guards refused and what options and the Public Suffix List made of targets is kept as a
deviation from the plain reading of each order. So the octets are those of the day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..image.container import Image
from ..model.orders import Order
from ..model.report import Report
from ..model.targets import NAME_KINDS, Rule, Target, TargetKind
from .guards import PROTECTION
from .pipeline import image_sections
from .rules import gather_rules
from .ruletable import RuleTable

Place = tuple[Rule, int, str]
"""A rule, the line that names it, and the raw text or ``""``."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """What an image holds of an order beside the plain reading of its targets.

    Attributes:
        without: what the plain reading gives and the image does not hold.
        added: what the image holds in addition.
    """

    without: tuple[Place, ...] = ()
    added: tuple[Place, ...] = ()


def deviations(
    orders: Iterable[Order], report: Report, *, widen_urls: bool = False, strip_www: bool = False
) -> dict[str, Deviation]:
    """Return the deviations of the orders of an image that was just compiled, by id.

    Args:
        orders: those that were selected.
        report: of the image.
        widen_urls: as it was compiled.
        strip_www: as it was compiled.
    """
    withheld: dict[str, Counter[Place]] = {}
    for order_id, rule, line, raw in report.withheld:
        withheld.setdefault(order_id, Counter())[rule, line, raw] += 1
    found = {}
    for order in orders:
        odd = _odd_targets(order, widen_urls=widen_urls, strip_www=strip_www)
        wide = any(one.kind is TargetKind.EVERY_SUFFIX for one in order.exceptions)
        if not (odd or wide or order.id in withheld):
            continue
        alone = replace(order, targets=odd, rejected=(), warnings=())
        plain = _places(gather_rules([alone], every_suffix=False))
        image = _places(gather_rules([alone], widen_urls=widen_urls, strip_www=strip_www))
        gone = withheld.get(order.id, Counter())
        added = (image - plain) - gone
        without = (plain - image) + (gone - (image - plain))
        found[order.id] = Deviation(_listed(without), _listed(added))
    return found


def rebuild_image(
    parts: Sequence[tuple[Order, Deviation | None]],
    protected: Sequence[str],
    jurisdiction: str | None,
    valid_until: datetime | None,
) -> Image:
    """Return the image of orders with their deviations.

    Args:
        parts: by id of the order.
        protected: names that the operator protected and that it excepts.
        jurisdiction: as it was compiled.
        valid_until: as the image says.
    """
    table = gather_rules([order for order, _ in parts], every_suffix=False)
    gone = [place for _, one in parts if one is not None for place in one.without]
    names = [rule for rule, _, _ in gone if rule.kind in NAME_KINDS and "." in rule.value]
    table.single_out(Rule(TargetKind.EXACT, rule.value) for rule in names)
    for number, (_, one) in enumerate(parts):
        for rule, line, raw in one.without if one is not None else ():
            grounds = table.rules[rule]
            grounds.remove((number, line, raw))
            if not grounds:
                del table.rules[rule]
        for rule, line, raw in one.added if one is not None else ():
            table.add(rule, (number, line, raw))
    table.protect(PROTECTION, protected)
    return _built(table, jurisdiction, valid_until)


def image_of_rules(rules: Mapping[Rule, Iterable[Order]]) -> Image:
    """Return an image of a few rules that were in an image, each with the orders behind it."""
    known: dict[str, Order] = {}
    for orders in rules.values():
        known |= {order.id: order for order in orders}
    listed = sorted(known.values(), key=lambda order: order.id)
    numbers = {order.id: number for number, order in enumerate(listed)}
    table = RuleTable(listed)
    for rule, orders in rules.items():
        for order in orders:
            table.add(rule, (numbers[order.id], 0, ""))
    return _built(table, None, None)


def _built(table: RuleTable, jurisdiction: str | None, valid_until: datetime | None) -> Image:
    sections, _ = image_sections(table, jurisdiction, valid_until)
    return Image.build(sections)


def _odd_targets(order: Order, *, widen_urls: bool, strip_www: bool) -> tuple[Target, ...]:
    """Return the targets that options or the Public Suffix List make other rules of."""
    others = getattr(order.targets, "others", None)
    targets = order.targets if others is None or strip_www else others.values()
    return tuple(
        target
        for target in targets
        if target.kind is TargetKind.EVERY_SUFFIX
        or (widen_urls and target.kind is TargetKind.URL)
        or (strip_www and target.kind in NAME_KINDS and target.value.startswith("www."))
    )


def _places(table: RuleTable) -> Counter[Place]:
    found: Counter[Place] = Counter()
    for column in table.columns:
        found.update((Rule(column.kind, name), line, raw) for name, line, raw in column)
    for rule, grounds in table.rules.items():
        for _, line, raw in grounds:
            found[rule, line, raw] += 1
    return found


def _listed(places: Counter[Place]) -> tuple[Place, ...]:
    return tuple(sorted(places.elements()))
