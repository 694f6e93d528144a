"""REPORTING: the commands that make reports of orders and of what the record says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..errors import BlocklistError
from ..reports.dsatable import ReportingPeriod, check_table, dsa_table
from .noticereports import lumen, piracy_shield
from .orderreports import effect, penalty
from .overviewreport import overview
from .printing import note
from .reportsource import output_option, report_options, report_source
from .reportwriting import write_report

_FEW = 3


@click.group("report")
def report() -> None:
    """Make reports for authorities, courts and managers.

    What a report leaves open stands on the report itself. Nothing is sent.
    """


@click.command()
@report_options
@click.option(
    "--period", required=True, metavar="YEAR|DAY/DAY",
    help="Year such as 2026, or two days such as 2026-01-01/2026-06-30.",
)  # fmt: skip
@click.option("--service", required=True, metavar="NAME", help="Name of the service.")
@output_option(help="File to write (CSV) instead of printing.")
def dsa(
    sources: tuple[str, ...],
    config: str | None,
    history: Path | None,
    period: str,
    service: str,
    output: Path | None,
    **loading: Any,
) -> None:
    """Make table 3 of the Digital Services Act's transparency report: Member State orders.

    Orders count by the day of notification; the table says on its first row what was decided where
    the regulation leaves it open. Compare it with the official template before you publish it.
    """
    days = ReportingPeriod.of(period)
    found = report_source(sources, config, history, **loading)
    table = dsa_table(found.orders, days, service, found.missing)
    text = table.text()
    write_report(text, output, found)
    is_kept = output is not None and output.is_file()  # no device or pipe
    written = output.read_bytes().decode() if output is not None and is_kept else text
    faults = [*check_table(written)][:_FEW]
    if faults:
        raise BlocklistError(f"{output or 'the table'}: {'; '.join(faults)}")
    for said in table.notes:
        note(said)


for command in (dsa, effect, lumen, overview, penalty, piracy_shield):
    command.short_help = command.get_short_help_str(limit=200)  # whole, not cut at the margin
    report.add_command(command)
