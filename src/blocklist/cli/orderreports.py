"""ORDER REPORTS: what is reported of one order: its effect, and a dispute about its penalty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ..answers.disclosure import is_hidden, tellable
from ..atomicfile import Rights, replacing
from ..history.history import History
from ..model.orders import Order
from ..probe import check_evidence
from ..reports.bundleproofs import proof_files
from ..reports.effect import effect_data, effect_lines
from ..reports.penaltybundle import ProbeFact, bundle_files, penalty_data, penalty_lines
from ..reports.targetcheck import check_targets
from .printing import json_text, note, printable
from .reportsource import (
    Command,
    ReportSource,
    confidential_option,
    image_option,
    output_option,
    report_options,
    report_source,
)
from .reportwriting import write_report
from .values import Instant


def _options(command: Command) -> Command:
    """Add what both reports of an order take, in the sequence of the help."""
    for option in reversed(
        [
            click.argument("order_id", metavar="ORDER"),
            report_options,
            image_option,
            click.option("--at", type=Instant(), help="Time of the report (UTC; default: now)."),
            click.option("--json", "as_json", is_flag=True, help="Make one JSON object."),
            confidential_option,
        ]
    ):
        command = option(command)
    return command


@click.command()
@_options
@output_option(help="File to write instead of printing.")
def effect(
    order_id: str,
    at: datetime | None,
    as_json: bool,
    show_confidential: bool,
    image: Path | None,
    output: Path | None,
    **asked: Any,
) -> None:
    """Say whether and when an order was given effect, for the authority that issued it.

    ORDER is the id, or its beginning. Shows times for each output, targets enforced and not with
    the reasons, and what is uncertain (article 9(1) of the Digital Services Act).
    """
    found = report_source(**asked, only=order_id)
    (one,) = found.orders
    targets = check_targets(one.order, found.blocked(image))
    data = effect_data(one, targets, at or datetime.now(UTC), confidential=show_confidential)
    text = json_text(data, 2) if as_json else printable("\n".join(effect_lines(data)))
    private = found.is_private(confidential=show_confidential)
    write_report(f"{text}\n", output, found, image, private=private)


@click.command()
@_options
@click.option(
    "--evidence", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Evidence of `blocklist probe` to include; repeatable.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write the bundle to instead of printing.",
)  # fmt: skip
def penalty(
    order_id: str,
    at: datetime | None,
    as_json: bool,
    show_confidential: bool,
    image: Path | None,
    evidence: tuple[Path, ...],
    output: Path | None,
    **asked: Any,
) -> None:
    """Collect what a dispute about the penalty of an order needs.

    ORDER is the id, or its beginning. Shows when the order was received, its deadline and how that
    was computed, when it was served and when not, who confirmed what, probes, days and amount as
    `blocklist status` computes them, and what the record does not cover.
    """
    found = report_source(**asked, only=order_id)
    (one,) = found.orders
    targets = check_targets(one.order, found.blocked(image))
    probes = [fact for path in evidence for fact in _probes(path, one.order)]
    now = at or datetime.now(UTC)
    data = penalty_data(one, targets, probes, now, confidential=show_confidential)
    if output is None:
        text = json_text(data, 2) if as_json else printable("\n".join(penalty_lines(data)))
        write_report(f"{text}\n", None, found)
        return
    if output.exists() and any(output.iterdir()):
        raise click.UsageError(f"-o {output}: the folder is not empty; name another one")
    output.mkdir(mode=0o750, exist_ok=True)
    probed = [(path.name, path.read_bytes()) for path in evidence]
    files = bundle_files(data, probed, _proofs(found, show_confidential))
    rights = Rights(is_private=found.is_private(confidential=show_confidential))
    for name, octets in files.items():
        with replacing(output / name, rights) as file:
            file.write(octets)
    note(f"{output}: {', '.join(files)}")


def _proofs(found: ReportSource, confidential: bool) -> dict[str, bytes]:
    """Return the files of the record that prove what the bundle says; a proof names its target."""
    (one,) = found.orders
    if found.history is None or not tellable([one.order], confidential=confidential):
        return {}
    with History.open(found.history) as history:
        return dict(proof_files(history, one.order, one.times.in_force))


def _probes(path: Path, order: Order) -> Iterator[ProbeFact]:
    """Yield what each probe in a file of evidence found of an order."""
    found = check_evidence(str(path))
    for probe in found.summary.probes:
        summary = probe.orders.get(order.id)
        if summary is not None:
            said = str(summary.verdict)
        elif is_hidden([order]):
            said = "the evidence names no confidential orders"
        else:
            said = "not asked about this order"
        faults = tuple(found.faults)
        yield ProbeFact(path.name, found.sha256, probe.resolver, probe.first, said, faults)
