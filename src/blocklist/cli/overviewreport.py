"""OVERVIEW REPORT: the command that makes the page for managers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ..desk.matters import Exit, matters_of
from ..desk.runsettings import RunSettings
from ..desk.state import RunState
from ..model.wording import plural
from ..reports.overview import overview_page
from ..reports.overviewfacts import OverviewHeld, OverviewWait, overview_facts
from .printing import note
from .reportsource import confidential_option, report_options, report_source
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
    waits = held = None
    if found.settings is not None and found.state is not None:
        waits = list(_waits(found.settings, found.state, now))
        held = list(_held(found.state))
    facts = overview_facts(
        found.orders, now, waits, held, missing=found.missing, confidential=show_confidential
    )
    private = found.is_private(confidential=show_confidential)
    write_report(overview_page(facts), output, found, private=private)
    note(f"{output}: a page of {plural(len(facts.rows), 'order')}")


def _waits(settings: RunSettings, state: RunState, now: datetime) -> Iterator[OverviewWait]:
    """Yield what the desk tells a person to settle; held editions stand by themselves."""
    for matter in matters_of(settings, state, now):
        if matter.code != _HELD:
            grave = matter.exit is Exit.NOT_SERVED
            yield OverviewWait(matter.subject, matter.text, matter.command, grave)


def _held(state: RunState) -> Iterator[OverviewHeld]:
    for name, source in state.sources.items():
        for held in source.held:
            yield OverviewHeld(name, held.since, held.reasons, len(held.dues))
