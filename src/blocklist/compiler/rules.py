"""RULES: orders → unique rules, each with all its grounds, and an account of what was refused.

Three steps, in this sequence: ``select_orders`` (which orders bind, when and where),
``gather_rules`` (targets become rules, duplicates are joined), ``guards.apply_guards`` (what no
order should block).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..answers.disclosure import conceal, hide, is_hidden
from ..errors import CompileError
from ..model.addresses import parse_address
from ..model.orders import Order, State
from ..model.report import shrank
from ..model.suffixes import public_suffixes
from ..model.targetlist import TargetList
from ..model.targets import NAME_KINDS, Rule, Target, TargetKind
from ..model.urls import split_url
from .ruletable import NameColumn, RuleTable


@dataclass(frozen=True)
class Selection:
    """The orders that bind, by id; the others, with the reason; and until when this holds."""

    orders: list[Order]
    skipped: list[tuple[str, str]]
    valid_until: datetime | None
    warnings: list[str]


def select_orders(orders: Iterable[Order], at: datetime, jurisdiction: str | None) -> Selection:
    """Choose the orders in force at ``at`` that bind in ``jurisdiction`` (all, if it is None).

    Of the editions of one series that are in force, the one with the highest serial counts; an
    order that another order in force supersedes does not. The same order given twice counts once.

    Raises:
        CompileError: two different orders have one id.
    """
    skipped: list[tuple[str, str]] = []
    binding: list[Order] = []
    changes: list[datetime] = []
    for order in unique_orders(orders):
        if jurisdiction is not None and not order.binds_in(jurisdiction):
            where = ", ".join(order.territory) or order.jurisdiction
            skipped.append((order.id, f"binds in {where}, not in {jurisdiction}"))
            continue
        changes += (instant for instant in order.changes() if instant > at)
        state = order.state(at)
        if state is State.IN_FORCE:
            binding.append(order)
        else:
            skipped.append((order.id, f"{state} at {at.isoformat()}"))
    newer, warnings = _replaced(binding)
    skipped += (
        (order.id, f"superseded by {newer[order.id]}") for order in binding if order.id in newer
    )
    selected = [order for order in binding if order.id not in newer]
    return Selection(selected, sorted(skipped), min(changes, default=None), warnings)


def _replaced(binding: Sequence[Order]) -> tuple[dict[str, str], list[str]]:
    """Return which order replaces which, by id, and warnings of editions that shrank."""
    newer, warnings = {}, []
    latest: dict[str, Order] = {}
    for order in sorted(binding, key=lambda order: order.serial or 0):
        if order.series and order.serial is not None:
            latest[order.series] = order
    for order in binding:
        edition = latest.get(order.series) if order.serial is not None else None
        if edition is not None and edition is not order:
            newer[order.id] = edition.id
            if shrank(len(order.targets), len(edition.targets)):
                warnings.append(
                    f"{edition.id} names {len(edition.targets):,} targets and replaces {order.id} "
                    f"with {len(order.targets):,}: was it truncated?"
                )
    warnings += _snapshots(binding)
    newer |= {old: order.id for order in binding for old in order.supersedes}
    for order in binding:
        chain, at = {order.id}, newer.get(order.id)
        while at is not None and at not in chain:
            chain.add(at)
            at = newer.get(at)
        if at == order.id:
            raise CompileError(f"{order.id} supersedes itself", order_id=order.id)
    return newer, warnings


def _snapshots(binding: Sequence[Order]) -> list[str]:
    """Return warnings of issues of one series that nothing tells which is the latest.

    A list of names and one of addresses are parts of one issue.
    """
    series: dict[tuple[str, bool], list[Order]] = {}
    for order in binding:
        if order.series:
            first = next(iter(order.targets), None)
            of_addresses = first is not None and first.kind is TargetKind.ADDRESS
            series.setdefault((order.series, of_addresses), []).append(order)
    warnings = []
    for (name, _), orders in sorted(series.items()):
        if len(orders) > 1 and any(order.serial is None for order in orders):
            files = ", ".join(
                order.source.given or order.source.path or order.id for order in orders
            )
            warnings.append(
                f"{name}: {len(orders)} snapshots without an issue number are united ({files}), so "
                "what the latest no longer names stays blocked; keep the latest alone, unless each "
                "is a part of the list"
            )
    return warnings


def _same_act(order: Order, other: Order) -> bool:
    """Whether two orders differ in nothing but the name of the file they were read from."""
    same_octets = order.source.sha256 == other.source.sha256
    return same_octets and other == replace(order, source=other.source, rejected=other.rejected)


def unique_orders(orders: Iterable[Order]) -> list[Order]:
    """Return the orders by id; the same act that was read twice counts once.

    Raises:
        CompileError: two different orders have one id.
    """
    known: dict[str, Order] = {}
    for order in sorted(orders, key=lambda order: (order.id, order.source.path)):
        other = known.setdefault(order.id, order)
        if other is not order and not _same_act(order, other):
            raise CompileError(
                f"two different orders have the id {order.id!r}; the other is in "
                f"{other.source.path or 'memory'}:{other.source.line}; if one is a copy of the "
                "other, compile only one, otherwise change one id",
                path=order.source.path or None,
                line=order.source.line or None,
                order_id=order.id,
            )
    return list(known.values())


def gather_rules(
    orders: Sequence[Order],
    *,
    widen_urls: bool = False,
    strip_www: bool = False,
    every_suffix: bool = True,
) -> RuleTable:
    """Turn the targets of ``orders`` into rules; a name ordered twice is one rule, two grounds.

    Args:
        orders: the selection, in the sequence that numbers them.
        widen_urls: block the host of a URL with a path, which no order says by itself.
        strip_www: read ``www.x`` as ``x``, unless ``x`` is a public suffix.
        every_suffix: gather also the targets that the Public Suffix List makes rules of.
    """
    table = RuleTable(list(orders))
    for number, order in enumerate(orders):
        table.targets += len(order.targets) + len(order.exceptions)
        secret = is_hidden([order])
        table.rejected += map(hide, order.rejected) if secret else order.rejected
        warnings = map(conceal, order.warnings) if secret else order.warnings
        table.warnings += (f"{order.id}: {warning}" for warning in warnings)
        targets: Iterable[Target] = order.targets
        if isinstance(targets, TargetList) and not strip_www:
            table.columns += (NameColumn(number, *names) for names in targets.by_kind())
            targets = targets.others.values()
        for target in targets:
            if every_suffix or target.kind is not TargetKind.EVERY_SUFFIX:
                _add(table, number, _policy(target, widen_urls, strip_www), allow=False)
        for target in order.exceptions:
            if every_suffix or target.kind is not TargetKind.EVERY_SUFFIX:
                _add(table, number, target, allow=True)
    return table


def _policy(target: Target, widen_urls: bool, strip_www: bool) -> Target:
    """Return the target as the caller wants it read."""
    if not (widen_urls or strip_www):
        return target
    kind, values = target.kind, [target.value, *filter(None, [target.alternate])]
    if widen_urls and kind is TargetKind.URL:
        hosts = [split_url(value) for value in values]
        values = [url.host for url in hosts if url is not None]
        kind = TargetKind.SUBTREE if parse_address(values[0]) is None else TargetKind.ADDRESS
    if strip_www and kind in NAME_KINDS:
        bare = [value.removeprefix("www.") for value in values]
        if not public_suffixes().is_public_suffix(bare[0]):
            values = bare
    return replace(target, kind=kind, value=values[0], alternate=values[1] if values[1:] else None)


def _add(table: RuleTable, number: int, target: Target, *, allow: bool) -> None:
    ground = (number, target.line, "" if target.raw == target.value else target.raw)
    if target.note:
        table.warnings.append(f"{table.orders[number].id}:{target.line}: {target.note}")
    values = [target.value, *([target.alternate] if target.alternate else [])]
    for value in values:
        if target.kind is TargetKind.EVERY_SUFFIX:
            for suffix in public_suffixes().icann:
                rule = Rule(TargetKind.SUBTREE, f"{value}.{suffix}", allow)
                table.add(rule, (ground[0], ground[1], target.raw))
        else:
            table.add(Rule(target.kind, value, allow), ground)
