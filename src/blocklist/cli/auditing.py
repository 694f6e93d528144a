"""AUDITING: the command that says what query logs hold for the orders in an image."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..errors import BlocklistError
from ..image.contents import contents_of
from ..logs import Audit, audit
from ..model.wording import plural
from .logoutputs import check_outputs, report_options, write_outputs
from .logreading import FormatListing, log_options, reading_logs
from .printing import note, printable
from .staleness import warn_if_stale

EXIT_LEAK = 3
_MOST = 20
_SHOWN = ("order", "queries", "names", "clients", "days", "in force", "answered")


@click.command("audit", cls=FormatListing)
@click.argument("image")
@click.argument("logs", nargs=-1, required=True, metavar="LOG…")
@click.option(
    "--shadow", metavar="IMAGE", help="Also report the hits of the orders in this image, apart."
)
@click.option(
    "--tz", "zone", metavar="ZONE", default="",
    help="Time zone in which days are cut (IANA name; default: this machine's).",
)  # fmt: skip
@click.option(
    "--by", type=click.Choice(["day", "hour"]), default="day", show_default=True,
    help="Length of the spans that are counted apart.",
)  # fmt: skip
@click.option(
    "--sinkhole", "sinkholes", multiple=True, metavar="ADDRESS",
    help="Additional sinkhole address that counts as blocked; may be repeated.",
)  # fmt: skip
@click.option(
    "--fail-on", type=click.Choice(["leak"]),
    help="Exit with 3 if a name of an order in force was answered.",
)  # fmt: skip
@report_options
@log_options
def audit_(
    image: str,
    logs: tuple[str, ...],
    shadow: str | None,
    outputs: tuple[Path, ...],
    fail_on: str | None,
    log_format: str,
    show_confidential: bool,
    **options: Any,
) -> None:
    """Report what query logs hold for the orders in an image.

    LOG is a file, a folder, a glob or -. Clients are counted, and never shown.
    """
    check_outputs(outputs, [image, *filter(None, [shadow]), *logs])
    warn_if_stale(contents_of(image), image)
    with reading_logs() as watch:
        found = audit(
            image, logs, shadow=shadow, format=log_format, confidential=show_confidential,
            each=watch, **options,
        )  # fmt: skip
    write_outputs(found, outputs, partial(_page, found))
    _print(found, has_output=bool(outputs))
    note(_summary(found, watch.seconds))
    if fail_on is not None:
        sys.exit(_leak(found))


def _print(found: Audit, *, has_output: bool) -> None:
    rows = found.orders.slice(0, _MOST).to_pylist()
    if not rows:
        click.echo("No query for a name that an order blocks.")
        return
    table = Table(*_SHOWN, box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify, column.no_wrap = "right", True
    table.columns[0].overflow = "fold"
    for row in rows:
        shadow = "shadow: " if row["image"] == "shadow" else ""
        table.add_row(
            Text(printable(f"{shadow}{row['order']}")), *(_cell(row, name) for name in _SHOWN[1:])
        )
    Console(emoji=False).print(table)
    more = len(found.orders) - len(rows)
    if more:
        said = "see the output" if has_output else "write all with -o FILE.csv"
        click.echo(f"and {more:,} more; {said}")


def _cell(row: dict[str, Any], name: str) -> str:
    value = row[name.replace(" ", "_")]
    return "unknown" if value is None else f"{value:,}" if isinstance(value, int) else value


def _summary(found: Audit, seconds: float) -> str:
    span = found.span
    parts = [
        f"{plural(found.queries, 'query', 'queries')} read, {found.unread:,} unreadable",
        f"{found.hit:,} for names that orders block",
        "" if span is None else f"{span[0]:%Y-%m-%d %H:%M} to {span[1]:%Y-%m-%d %H:%M} UTC",
        f"days in {found.zone}, times without a zone in {found.log_zone}",
        f"image {found.digests[0][:12]}",
        f"{plural(found.without, 'order')} without a query",
        f"{plural(found.not_judged, 'order')} of URLs or addresses alone not judged"
        if found.not_judged
        else "",
        f"{seconds:.1f} s",
    ]
    return "; ".join(filter(None, parts))


def _leak(found: Audit) -> int:
    """Return the exit code of ``--fail-on leak``.

    Raises:
        BlocklistError: no log says of any query in question what was answered.
    """
    if found.leaks:
        queries = plural(found.leaks, "query", "queries")
        note(f"leak: {queries} for names of orders in force answered")
        return EXIT_LEAK
    if found.in_force_unknown and not found.in_force_known:
        raise BlocklistError(
            "--fail-on leak needs a log that says what was answered, such as dnstap with responses"
        )
    return 0


def _page(found: Audit) -> str:
    from .auditpage import audit_page

    return audit_page(found)
