"""OVERVIEW REPORT: the command that makes the page for managers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ..desk.matters import Exit, matters_of
from ..model.wording import plural
from ..reports.overview import overview_page
from ..reports.overviewfacts import OverviewHeld, OverviewWait, overview_facts
from .printing import note
from .reportsource import ReportSource, confidential_option, report_options, report_source
from .reportwriting import write_report
from .values import Instant

_HELD = "held"


@click.command()
@report_options
@click.option("--at", type=Instant(), help="Time of the overview (UTC; default: now).")
@confidential_option
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="File to write (HTML).",
)  # fmt: skip
def overview(
    sources: tuple[str, ...],
    config: str | None,
    history: Path | None,
    at: datetime | None,
    show_confidential: bool,
    output: Path,
    **loading: Any,
) -> None:
    """Make one page (HTML) for managers: orders, deadlines, penalties, and what waits.

    The page is one file that loads nothing. It can be read on a phone and printed.
    """
    found = report_source(sources, config, history, **loading)
    now = at or datetime.now(UTC)
    desk = found.settings is not None and found.state is not None
    facts = overview_facts(
        found.orders, now, list(_waits(found, now)) if desk else None,
        list(_held(found)) if desk else None, missing=found.missing,
        confidential=show_confidential,
    )  # fmt: skip
    private = show_confidential and any(one.order.confidential for one in found.orders)
    write_report(overview_page(facts), output, sources, private=private)
    note(f"{output}: a page of {plural(len(facts.rows), 'order')}")


def _waits(found: ReportSource, now: datetime) -> Iterator[OverviewWait]:
    """Yield what the desk tells a person to settle; held editions stand by themselves."""
    if found.settings is not None and found.state is not None:
        for matter in matters_of(found.settings, found.state, now):
            if matter.code != _HELD:
                grave = matter.exit is Exit.NOT_SERVED
                yield OverviewWait(matter.subject, matter.text, matter.command, grave)


def _held(found: ReportSource) -> Iterator[OverviewHeld]:
    if found.state is not None:
        for name, source in found.state.sources.items():
            for held in source.held:
                yield OverviewHeld(name, held.since, held.reasons, len(held.dues))
