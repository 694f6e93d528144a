"""NOTICE REPORTS: orders in the form that others' interfaces take; nothing is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ..errors import BlocklistError
from ..reports.lumen import UNCERTAIN, lumen_notices, notice_faults
from ..reports.shieldlines import shield_lines, summary_of
from ..reports.targetcheck import check_targets
from .printing import json_text, note
from .reportsource import (
    confidential_option,
    image_option,
    output_option,
    report_options,
    report_source,
)
from .reportwriting import write_report


@click.command()
@report_options
@image_option
@click.option("--recipient", required=True, metavar="NAME", help="Name of the operator.")
@click.option("--order", "ids", multiple=True, metavar="ID", help="Only this order; repeatable.")
@click.option(
    "--parties",
    is_flag=True,
    help="Also tell the title, and name those to whom a court addressed the order.",
)
@output_option(help="File to write (JSON) instead of printing.")
def lumen(
    sources: tuple[str, ...],
    config: str | None,
    history: Path | None,
    image: Path | None,
    recipient: str,
    ids: tuple[str, ...],
    parties: bool,
    output: Path | None,
    **loading: Any,
) -> None:
    """Make notices for the Lumen database, as JSON; nothing is sent.

    Send what stands in "notices", each with your token. Confidential orders are never in it. Read
    the notices before you send them: a domain name can be personal data.
    """
    found = report_source(sources, config, history, **loading)
    orders = [found.order(id_) for id_ in ids] if ids else found.orders
    blocked = found.blocked(image)
    checked = [(one, check_targets(one.order, blocked)) for one in orders]
    today = datetime.now(UTC).date()
    notices, notes = lumen_notices(checked, recipient, today, parties=parties)
    faults = [f"{notice['title']}: {fault}" for notice in notices
              for fault in notice_faults(notice, today)]  # fmt: skip
    if faults:
        raise BlocklistError(f"Lumen would refuse {'; '.join(faults[:3])}")
    report = {
        "report": "lumen", "uncertain": [*notes, UNCERTAIN],
        "notices": [{"notice": one} for one in notices],
    }  # fmt: skip
    write_report(f"{json_text(report, 2)}\n", output, found, image)
    for said in notes:
        note(said)
    note("add your authentication_token to each, and send about one a second")


@click.command("piracy-shield")
@report_options
@image_option
@confidential_option
@output_option(help="File to write (JSON lines) instead of printing.")
def piracy_shield(
    sources: tuple[str, ...],
    config: str | None,
    history: Path | None,
    image: Path | None,
    show_confidential: bool,
    output: Path | None,
    **loading: Any,
) -> None:
    """Make the answers to Piracy Shield for each item of its tickets, as JSON lines.

    The first line says what is uncertain. An item has the verdict processed only if every output
    that is checked was seen to serve it, and the image blocks it. Values, tickets and orders need
    --show-confidential.
    """
    found = report_source(sources, config, history, **loading)
    blocked = found.blocked(image)
    lines = list(
        shield_lines(
            ((one, check_targets(one.order, blocked)) for one in found.orders),
            datetime.now(UTC),
            confidential=show_confidential,
        )
    )
    write_report(
        "".join(f"{json_text(line)}\n" for line in lines),
        output,
        found,
        image,
        private=show_confidential,
    )
    note(summary_of(lines))
