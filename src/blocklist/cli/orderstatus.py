"""ORDERSTATUS: the command that shows what each order is, by when it is due, and what it costs."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..answers.disclosure import CONFIDENTIAL, category, tellable
from ..answers.orderdates import deadline, ends, said, since, until
from ..model.orders import Order, State
from ..model.wording import duration, plural
from .options import load, source_options
from .printing import note, printable, shown_json
from .values import Duration, Instant

EXIT_DUE = 1
_COLUMNS = ("order", "state", "deadline", "time", "penalty so far")
_STYLES = {State.IN_FORCE: "bold", State.PENDING: "yellow"}
_ENDED = {State.EXPIRED, State.REVOKED}


@click.command()
@partial(source_options, required=False)
@click.option(
    "--run", "run_file", metavar="RUN.TOML", type=click.Path(exists=True, dir_okay=False),
    help="Instead of sources: show the page of the last `blocklist run` with this file.",
)  # fmt: skip
@click.option("--at", type=Instant(), help="Show the state at this time (UTC; default: now).")
@click.option(
    "--warn", type=Duration(), default="7d", show_default=True,
    help="Also exit with 1 if an order is due within this time.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per order.")
@click.option(
    "--show-confidential", is_flag=True, help="Show authority and numbers of confidential orders."
)
def status(
    sources: tuple[str, ...],
    run_file: str | None,
    at: datetime | None,
    warn: float,
    as_json: bool,
    show_confidential: bool,
    **loading: Any,
) -> None:
    """Show the state, dates, time left or overdue, and penalty so far of each order.

    Exit code 0 if nothing is due soon, 1 if an order is overdue or due within --warn, 2 on an
    error. An order that was complied with, expired or was revoked is not due any more. A shadow
    order is, since nothing is blocked for it yet.

    With --run, shows what is accepted, held and served, and what is to be settled; nothing is read
    or changed. The exit code is that of a run that finds nothing to do.
    """
    if run_file is not None:
        if sources:
            raise click.UsageError("--run takes no sources")
        from .runcommand import tell_state

        sys.exit(tell_state(Path(run_file), as_json))
    if not sources:
        raise click.UsageError("Missing argument 'SOURCE…'.")
    now = at or datetime.now(UTC)
    orders = load(sources, **loading)
    soon = timedelta(seconds=warn)
    if as_json:
        for order in orders:
            click.echo(shown_json(_row(order, now, soon, show_confidential)))
    else:
        Console(emoji=False).print(_table(orders, now, show_confidential))
    due = [order for order in orders if _is_due(order, now, soon)]
    if due:
        late = sum(_is_due(order, now, timedelta()) for order in due)
        if not as_json:
            note(f"{plural(late, 'order')} overdue, {len(due) - late:,} due within {_length(soon)}")
        sys.exit(EXIT_DUE)


def _is_due(order: Order, at: datetime, soon: timedelta) -> bool:
    """Whether an order that still has to be enforced is overdue, or due within ``soon``."""
    if order.due is None or order.state(at) in _ENDED:
        return False
    if order.complied is not None and order.start_of(order.complied) <= at:
        return False
    return order.due - at <= soon


def _length(time: timedelta) -> str:
    return duration(time) if time >= timedelta(seconds=1) else f"{time.total_seconds():g} s"


def _table(orders: list[Order], at: datetime, confidential: bool) -> Table:
    table = Table(*_COLUMNS)
    table.columns[0].overflow = "fold"
    for order in orders:
        row = _row(order, at, timedelta(), confidential)
        targets = plural(len(order.targets), "target")
        kind = category(order) if tellable([order], confidential=confidential) else ""
        told = (order.id, f"{row['authority']}, {targets}", kind, _dates(order))
        unknown = order.due is None and order.deadline is not None
        table.add_row(
            Text(printable("\n".join(filter(None, told)))),
            f"shadow, {row['state']}" if order.shadow else str(row["state"]),
            "unknown" if unknown else deadline(order),
            _time_left(order, at),
            row["penalty"] or "",
            style="red" if row["days_overdue"] else _STYLES.get(order.state(at), "dim"),
        )
    return table


def _dates(order: Order) -> str:
    notified = said(order.notified) if order.notified else ""
    facts = (("notified", notified), ("since", since(order)), ("until", until(order)))
    return ", ".join(f"{word} {fact}" for word, fact in facts if fact)


def _row(order: Order, at: datetime, soon: timedelta, confidential: bool) -> dict[str, Any]:
    told = bool(tellable([order], confidential=confidential))
    facts = ("instrument", "number", "case_number", "category", "category_code", "category_other")
    accrued = order.penalty_accrued(at)
    end = ends(order)
    return {
        "id": order.id,
        "authority": order.authority.name if told else CONFIDENTIAL,
        **{fact: getattr(order, fact) if told else CONFIDENTIAL for fact in facts},
        "state": order.state(at),
        "shadow": order.shadow,
        "issued": order.issued.isoformat() if order.issued else None,
        "notified": order.notified.isoformat() if order.notified else None,
        "acknowledged": order.acknowledged.isoformat() if order.acknowledged else None,
        "since": order.begins.isoformat() if order.begins else None,
        "until": end.isoformat() if end else None,
        "deadline": order.due.isoformat() if order.due else None,
        "rule": str(order.deadline) if order.deadline and not order.due else None,
        "is_due": _is_due(order, at, soon),
        "days_overdue": order.days_overdue(at),
        "time": _time_left(order, at),
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
