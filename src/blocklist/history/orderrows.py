"""ORDER ROWS: the targets of an order as rows of text, and back.

A row is canonical JSON: ``[line, value, kind, raw, alternate, note, allow]``, cut after the last
member that says something. The line counts from the row before, so a line that is put in
changes one row. A raw text that is the value is ``null``.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..errors import HistoryError
from ..model.orderdata import decode_order, encode_order
from ..model.orders import Order
from ..model.targetlist import TargetList
from ..model.targets import Rule, Target, TargetKind
from .canonical import canonical, read_canonical

_DEFAULTS = ("subtree", None, None, "", False)
_PLAIN = re.compile(r'\[(-?[0-9]+),"([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)"\]').fullmatch
"""A row of a plain name of two labels or more: they come by the million."""
_NAME = re.compile(r"[a-z0-9_.-]+").fullmatch
Fields = list[Any]


def order_rows(order: Order) -> tuple[dict[str, Any], list[str]]:
    """Return what an order says of itself, and a row for each target and exception."""
    rows: list[str] = []
    line = 0
    targets = order.targets
    if isinstance(targets, TargetList) and is_plain(targets):
        names = targets.names.decode("ascii").split("\n")
        for name, at in zip(names, targets.lines, strict=False):
            rows.append(f'[{at - line},"{name}"]')
            line = at
        targets = ()
    for allow, group in ((False, targets), (True, order.exceptions)):
        for target in group:
            rows.append(_row(target, target.line - line, allow=allow))
            line = target.line
    return encode_order(order), rows


def order_of(head: dict[str, Any], rows: Iterable[str]) -> Order:
    """Return the order of such rows.

    Raises:
        HistoryError: they are not rows of an order.
    """
    names: list[str] = []
    lines = array("I")
    others: dict[int, Target] = {}
    exceptions: list[Target] = []
    line = 0
    try:
        for row in rows:
            plain = _PLAIN(row)
            if plain:
                line += int(plain[1])
                names.append(plain[2])
                lines.append(line)
                continue
            target, allow = _target(row, line)
            line = target.line
            if allow:
                exceptions.append(target)
            else:
                others[len(lines) + len(others)] = target
        columns = "".join(f"{name}\n" for name in names).encode("ascii")
        targets = TargetList(columns, lines, others)
        return decode_order(head, targets=targets, exceptions=tuple(exceptions))
    except (ValueError, TypeError, OverflowError) as error:
        raise HistoryError(f"not the rows of an order: {error}") from error


def rule_keys(rows: Iterable[str]) -> Iterator[str]:
    """Yield what rows say without where: each rule as canonical JSON, once a row that names it.

    Rules that the Public Suffix List makes of a target are named as the target.
    """
    for row in rows:
        plain = _PLAIN(row)
        if plain:
            yield f'["subtree","{plain[2]}",false]'
        else:
            yield from map(rule_key, rules_in([row]))


def rules_in(rows: Iterable[str]) -> Iterator[Rule]:
    """Yield the rules of rows, as ``rule_keys`` does."""
    for row in rows:
        plain = _PLAIN(row)
        if plain:
            yield Rule(TargetKind.SUBTREE, plain[2])
            continue
        fields = _fields(row)
        for value in filter(None, (fields[1], fields[4])):
            yield Rule(TargetKind(fields[2]), value, fields[6])


def rule_key(rule: Rule) -> str:
    """Return a rule as canonical JSON: ``[kind, value, allow]``."""
    return canonical([rule.kind.value, rule.value, rule.allow])


def rule_of(key: str) -> Rule:
    """Return the rule of a key; ``HistoryError`` for anything else."""
    return rule_in(read_canonical(key))


def rule_in(data: Any) -> Rule:
    """Return the rule of ``[kind, value, allow]``; ``HistoryError`` for anything else."""
    try:
        kind, value, allow = data
        return Rule(TargetKind(kind), str(value), bool(allow))
    except (ValueError, TypeError) as error:
        raise HistoryError(f"not a rule: {data}") from error


def is_plain(targets: TargetList) -> bool:
    """Whether all targets are names and nothing else, so that each row is plain."""
    return targets.kind is TargetKind.SUBTREE and not targets.others and not any(targets.forms)


def _row(target: Target, line: int, *, allow: bool) -> str:
    value = target.value
    raw = None if target.raw == value else target.raw
    is_bare = raw is None and not (allow or target.alternate or target.note)
    if is_bare and target.kind is TargetKind.SUBTREE and _NAME(value):
        return f'[{line},"{value}"]'
    fields: Fields = [
        line, target.value, target.kind.value, raw, target.alternate, target.note, allow,
    ]  # fmt: skip
    while len(fields) > 2 and fields[-1] == _DEFAULTS[len(fields) - 3]:
        fields.pop()
    return canonical(fields)


def _fields(row: str) -> Sequence[Any]:
    fields = read_canonical(row)
    if not isinstance(fields, list) or not 2 <= len(fields) <= 7:
        raise HistoryError(f"not a row of an order: {row[:80]}")
    return [*fields, *_DEFAULTS[len(fields) - 2 :]]


def _target(row: str, line: int) -> tuple[Target, bool]:
    step, value, kind, raw, alternate, note, allow = _fields(row)
    text = value if raw is None else raw
    return Target(TargetKind(kind), value, text, line + step, alternate, note), allow
