"""COLLATERAL COMMAND: the command that says what orders would take down in query logs."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..compiler.watchlists import rows_of
from ..logs import Collateral, collateral, prepare_month
from ..logs.reach import LEVELS, USUAL_LIMITS, Level, Limits, networks_in
from ..model.wording import plural
from .collateralpage import all_clients, collateral_page, numbers, percent
from .logoutputs import check_outputs, report_options, write_outputs
from .logreading import log_options, reading_logs
from .options import load, names_in, source_options
from .outputs import refuse_sources
from .printing import note, printable
from .values import Percent

EXIT_FOUND = 3
_MOST = 20
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("collateral")
@partial(source_options, required=False)
@click.option(
    "--log", "logs", multiple=True, required=True, metavar="LOG",
    help="Query log to judge by: a file, a folder, a glob or -; may be repeated.",
)  # fmt: skip
@click.option(
    "--prepare", is_flag=True,
    help="Take no orders; write a table of the names in the logs to -o FILE, for [collateral] in "
    "run.toml.",
)  # fmt: skip
@click.option(
    "--popular", type=_FILE, help="File of names by popularity, one per line or as rank,name."
)
@click.option(
    "--networks", type=_FILE,
    help="File of prefixes in which many sites share an address, one per line, each followed by "
    "what it is.",
)  # fmt: skip
@click.option(
    "--protect", multiple=True,
    help="Name or prefix whose owner is known to be innocent; may be repeated.",
)  # fmt: skip
@click.option(
    "--protect-list", type=_FILE, help="File of names and prefixes to protect, one per line."
)
@click.option(
    "--previous", metavar="IMAGE",
    help="Image in use: its targets are not new, and the shares of those most asked for are shown.",
)  # fmt: skip
@click.option(
    "--stop-rank", type=click.IntRange(min=0), default=USUAL_LIMITS.stop_rank, show_default=True,
    help="Popularity rank up to which a target is at stop.",
)  # fmt: skip
@click.option(
    "--look-rank", type=click.IntRange(min=0), default=USUAL_LIMITS.look_rank, show_default=True,
    help="Popularity rank up to which a target is at look.",
)  # fmt: skip
@click.option(
    "--reach", type=Percent(), default=USUAL_LIMITS.reach,
    help="Share of all clients from which on a target is at look (default: 0.25%).",
)  # fmt: skip
@click.option(
    "--owners", type=click.IntRange(min=1), default=USUAL_LIMITS.owners, show_default=True,
    help="Number of other domains whose answers lead to a target from which on it is at look.",
)  # fmt: skip
@click.option(
    "--tenants", type=click.IntRange(min=1), default=USUAL_LIMITS.tenants, show_default=True,
    help="Number of names directly below a target, each with clients that ask for no other one, "
    "from which on it is at look.",
)  # fmt: skip
@click.option(
    "--fail-on", type=click.Choice([Level.STOP.value, Level.LOOK.value]),
    help="Exit with 3 if a target, with --previous a new one, is at this level or a graver one.",
)  # fmt: skip
@report_options
@partial(log_options, of_logs="log-")
def collateral_(
    sources: tuple[str, ...],
    logs: tuple[str, ...],
    prepare: bool,
    popular: Path | None,
    networks: Path | None,
    protect: tuple[str, ...],
    protect_list: Path | None,
    previous: str | None,
    stop_rank: int,
    look_rank: int,
    reach: float,
    owners: int,
    tenants: int,
    fail_on: str | None,
    show_confidential: bool,
    outputs: tuple[Path, ...],
    log_format: str,
    columns: dict[str, str],
    log_zone: str,
    min_clients: int,
    prefix: int,
    lenient: bool,
    memory: int,
    **loading: Any,
) -> None:
    """Report what orders would take down in query logs, before they are enforced.

    It decides nothing: a log shows how many ask for a name, never whether an order is right.
    Clients are counted, and never shown.
    """
    read = [*sources, *logs, *filter(None, [previous])]
    others = (popular, networks, protect_list, loading["mapping"])
    reading: dict[str, Any] = {
        "format": log_format, "columns": columns, "log_zone": log_zone, "min_clients": min_clients,
        "prefix": prefix, "lenient": lenient, "memory": memory,
    }  # fmt: skip
    if prepare:
        _prepare(sources, logs, outputs, reading)
        return
    if not sources:
        raise click.UsageError("give SOURCE…, or --prepare for a table without orders")
    check_outputs(outputs, read, others)
    limits = Limits(stop_rank, look_rank, reach, owners, tenants)
    orders = load(sources, **loading)
    with reading_logs() as watch:
        found = collateral(
            orders, logs, popular=() if popular is None else rows_of(popular),
            protect=[*protect, *(names_in(protect_list) if protect_list else ())],
            networks=() if networks is None else networks_in(networks), previous=previous,
            limits=limits, confidential=show_confidential, each=watch, **reading,
        )  # fmt: skip
    write_outputs(found, outputs, partial(collateral_page, found))
    _print(found, has_output=bool(outputs))
    for said in found.not_judged:
        note(f"not judged: {said}")
    for said in found.skipped:
        note(f"order not judged: {said}")
    note(_summary(found, watch.seconds))
    if fail_on is not None:
        sys.exit(_failed(found, Level(fail_on)))


def _prepare(
    sources: tuple[str, ...],
    logs: tuple[str, ...],
    outputs: tuple[Path, ...],
    reading: dict[str, Any],
) -> None:
    if sources or len(outputs) != 1:
        raise click.UsageError("--prepare takes no SOURCE, and one -o FILE")
    refuse_sources({"-o": outputs[0]}, logs)
    with reading_logs() as watch:
        facts = prepare_month(logs, outputs[0], each=watch, **reading)
    note(
        f"{outputs[0]}: written; {plural(facts.queries, 'query', 'queries')} of "
        f"{all_clients(facts.clients, facts.least)}, {facts.first[:16]} to {facts.last[:16]} UTC; "
        f"{watch.seconds:.1f} s"
    )


def _print(found: Collateral, *, has_output: bool) -> None:
    # What is gravest is first, and what has no level is last.
    rows = [row for row in found.targets.slice(0, _MOST).to_pylist() if row["level"]]
    if not rows:
        click.echo("Nothing found against any target.")
    for row in rows:
        click.echo(printable(f"{row['level']:<5} {row['target']}  {_traffic(row)}".rstrip()))
        click.echo(printable(f"      {row['reasons']}"))
        covered = f"; already covered by {row['covered_by']}" if row["covered_by"] else ""
        click.echo(printable(f"      order {row['order']}{covered}"))
    more = sum(level != "" for level in found.targets["level"].to_pylist()) - len(rows)
    if more:
        said = "see the output" if has_output else "write all with -o FILE.csv"
        click.echo(f"and {more:,} more; {said}")
    enforced = found.enforced.to_pylist()
    if enforced:
        click.echo("Already enforced, by clients (to set --reach):")
    for row in enforced:
        share = "" if row["share"] is None else f" ({percent(row['share'])})"
        clients = f"{row['clients'] or 'unknown'} clients{share}"
        queries = plural(row["queries"], "query", "queries")
        click.echo(f"  {printable(row['target'])}: {clients}, {queries}")


def _traffic(row: dict[str, Any]) -> str:
    if row["per_day"] is None:
        return ""
    per_day, clients, share = numbers(row)
    of = "" if row["clients"] is None else f", {clients} clients{f' ({share})' if share else ''}"
    return f"{per_day} queries a day{of}"


def _summary(found: Collateral, seconds: float) -> str:
    span = found.span
    parts = [
        f"{plural(found.queries, 'query', 'queries')} read, {found.unread:,} unreadable",
        all_clients(found.clients, found.least) if found.clients else "no clients named",
        "" if span is None else f"{span[0]:%Y-%m-%d %H:%M} to {span[1]:%Y-%m-%d %H:%M} UTC",
        f"times without a zone in {found.log_zone}",
        ", ".join(f"{found.count(level):,} at {level}" for level in LEVELS),
        f"{seconds:.1f} s",
    ]
    return "; ".join(filter(None, parts))


def _failed(found: Collateral, limit: Level) -> int:
    """Return the exit code of ``--fail-on``."""
    graver = LEVELS[: LEVELS.index(limit) + 1]
    count = sum(found.count(level, new=found.has_previous) for level in graver)
    if not count:
        return 0
    new = "new " if found.has_previous else ""
    note(f"{plural(count, f'{new}target')} at {' or '.join(graver)}")
    return EXIT_FOUND
