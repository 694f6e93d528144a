"""SHOW: what the commands print: tables for people on standard output, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..answers.disclosure import CONFIDENTIAL, category, describe
from ..changes.difference import Difference
from ..changes.editions import EditionReport
from ..image.container import Image
from ..image.contents import Contents
from ..loaders import Loader
from ..matcher.blocklist import Blocklist
from ..matcher.match import Match
from ..model.orders import Order, State
from ..model.report import Report
from ..model.targets import Rule
from ..model.wording import duration, plural
from .printing import note, printable
from .staleness import warn_if_stale

_FEW = 20
_STYLES = {State.IN_FORCE: "bold", State.PENDING: "yellow"}


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show progress, on a terminal only; yields the function that updates the text."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield lambda text: status.update(text)


def compiled(image: Image, output: str) -> None:
    """Print a summary of a compilation on standard error."""
    console = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
    report = image.report or Report()
    _refusals(console, report, "--report FILE writes them all")
    console.print(f"{output}: {report}", markup=False)
    console.print(f"digest {image.digest}, {len(image):,} octets", markup=False)
    contents = Contents(image)
    if not warn_if_stale(contents, output) and contents.valid_until:
        console.print(f"next change at {contents.valid_until.isoformat()}: compile again then")


def edition(report: EditionReport) -> None:
    """Print what a new edition changes, list by list, on standard error."""
    for change in report.changes[:_FEW]:
        note(f"edition: {change}")
    if len(report.changes) > _FEW:
        note(f"edition: and {plural(len(report.changes) - _FEW, 'more list')}")


def _refusals(console: Console, report: Report, rest: str) -> None:
    for title, items in (("rejected", report.rejected), ("warning", report.warnings)):
        for item in items[:_FEW]:
            console.print(printable(f"{title}: {item}"), markup=False)
        if len(items) > _FEW:
            more = len(items) - _FEW
            console.print(f"{title}: and {more:,} more; {rest}", markup=False)


def checked(image: Image) -> None:
    """Print what was not selected, what was refused, and the sum."""
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    report = image.report or Report()
    for order_id, reason in report.skipped:
        console.print(printable(f"not selected: {order_id}: {reason}"), markup=False)
    _refusals(console, report, "--json shows them all")
    console.print(str(report), markup=False)


def report_json(image: Image, **more: Any) -> str:
    """Return the report of a fresh image as JSON."""
    report = image.report or Report()
    data = {**asdict(report), "covered": list(report.covered), **more}
    return _json({"digest": image.digest, "octets": len(image), **data}, indent=2)


def answer(name: str, match: Match | None, as_json: bool) -> str:
    """Return one line: the name, the verdict, the rule and the ids of its orders."""
    ids = [] if match is None else [order.id for order in match.orders]
    if as_json:
        rule = None if match is None else match.rule.text
        return _json({"name": name, "blocked": match is not None, "rule": rule, "orders": ids})
    if match is None:
        return printable(f"{name}\tnot blocked")
    return printable(f"{name}\tblocked\t{match.rule.text}\t{', '.join(ids)}")


def difference(found: Difference, hidden: AbstractSet[Rule], as_json: bool) -> None:
    """Print the rules that two images do not share."""
    if as_json:
        lists = (("added", found.added), ("removed", found.removed), ("changed", found.changed))
        click.echo(_json({name: [_rule(rule, hidden) for rule in rules] for name, rules in lists}))
        return
    for mark, rules in (("+", found.added), ("-", found.removed), ("~", found.changed)):
        for rule in rules:
            click.echo(f"{mark} {_rule(rule, hidden)}")


def flush(found: Difference, hidden: AbstractSet[Rule]) -> None:
    """Print the names to flush from the cache of a resolver."""
    shown = Difference(
        tuple(rule for rule in found.added if rule not in hidden),
        tuple(rule for rule in found.removed if rule not in hidden),
        (),
    )
    for name in shown.names:
        click.echo(name)
    left = len(found.added) + len(found.removed) - len(shown.added) - len(shown.removed)
    if left:
        note(f"{plural(left, 'confidential rule')} left out; --show-confidential includes them")


def _rule(rule: Rule, hidden: AbstractSet[Rule]) -> str:
    if rule in hidden:
        return CONFIDENTIAL
    return f"{rule.text} (exception)" if rule.allow else rule.text


def verified(blocked: Blocklist) -> None:
    """Print what an intact image contains."""
    image = blocked.image
    click.echo(f"{image.path}: sound, {len(image):,} octets, digest {image.digest}")
    click.echo(f"{plural(len(blocked), 'rule')} of {plural(len(blocked.orders), 'order')}")
    if blocked.valid_until:
        click.echo(
            f"compile again at {blocked.valid_until.isoformat()}: an order begins or ends then"
        )
    for order in blocked.orders:
        click.echo(printable(f"  {order.id}: {describe(order)}"))


def status(orders: Iterable[Order], at: datetime, as_json: bool) -> None:
    """Print the state of each order and the penalty so far."""
    table = Table("order", "state", "deadline", "time", "penalty so far")
    table.columns[0].overflow = "fold"
    for order in orders:
        row = _status_row(order, at)
        if as_json:
            click.echo(_json(row))
            continue
        targets = plural(len(order.targets), "target")
        told = (order.id, f"{order.authority.name}, {targets}", category(order))
        table.add_row(
            Text(printable("\n".join(filter(None, told)))),
            str(row["state"]),
            _deadline(order),
            _time_left(order, at),
            row["penalty"] or "",
            style="red" if row["days_overdue"] else _STYLES.get(order.state(at), "dim"),
        )
    if not as_json:
        Console(emoji=False).print(table)


def _deadline(order: Order) -> str:
    """Show a deadline at midnight as the day that ends then."""
    if order.due is None:
        return "unknown" if order.deadline else ""
    try:
        last = (order.due - timedelta(microseconds=1)).astimezone(order.zone)
        if last.date() != order.due.astimezone(order.zone).date():
            return f"{last.date()}"
    except OverflowError:  # never
        return f"{order.due.date()}"
    return order.due.isoformat(" ", "minutes")


def _status_row(order: Order, at: datetime) -> dict[str, Any]:
    accrued = order.penalty_accrued(at)
    return {
        "id": order.id,
        "authority": order.authority.name,
        "category": order.category,
        "category_code": order.category_code,
        "state": order.state(at),
        "deadline": order.due.isoformat() if order.due else None,
        "rule": str(order.deadline) if order.deadline and not order.due else None,
        "days_overdue": order.days_overdue(at),
        "complied": order.complied.isoformat() if order.complied else None,
        "penalty": f"{accrued:,f} {order.penalty.currency}" if accrued and order.penalty else None,
        "targets": len(order.targets),
    }


def _time_left(order: Order, at: datetime) -> str:
    if order.complied:
        return f"complied on {order.complied.isoformat()[:10]}"
    if order.due is None:
        return f"{order.deadline}" if order.deadline else ""
    overdue = order.days_overdue(at)
    if overdue:
        return f"{plural(overdue, 'day')} overdue"
    return f"due in {duration(order.due - at)}"


def formats(loaders: Iterable[Loader], faults: Iterable[str]) -> None:
    """Print the table of formats, and the faults of those from other packages."""
    table = Table("format", "description", "from")
    for loader in loaders:
        table.add_row(loader.name, Text(loader.title), getattr(loader, "origin", "blocklist"))
    Console(emoji=False).print(table)
    for fault in faults:
        note(fault)


def _json(value: Any, indent: int | None = None) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
