"""COMPILING: the command ``compile``, which makes an image and compares it with the last one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..atomicfile import writing
from ..changes.editions import check_edition
from . import show
from .keys import save, sign_options, signers
from .options import compiled, load, selection_options, source_options
from .outputs import refuse_other_kind, refuse_sources
from .printing import json_text, note
from .recording import Recording, record_options
from .values import Percent


@click.command("compile")
@source_options
@selection_options
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False),
    help="File to write the image to.",
)
@click.option(
    "--shadow", is_flag=True,
    help="Compile the shadow orders alone, into an image that is counted and not enforced.",
)  # fmt: skip
@sign_options
@click.option("--strict", is_flag=True, help="Fail on the first line or target that is refused.")
@click.option(
    "--report", type=click.Path(dir_okay=False), help="Write the full report to this file (JSON)."
)
@click.option("--json", "as_json", is_flag=True, help="Print the full report as JSON.")
@record_options
@click.option("--previous", help="Compare with this image; write nothing if a limit is exceeded.")
@click.option(
    "--max-drop",
    type=Percent(),
    help="Reject a list that lost more than this share of its entries (default: 20%).",
)
@click.option(
    "--max-growth",
    type=Percent(),
    help="Reject a list that grew by more than this share (default: 100%).",
)
@click.option(
    "--max-protected",
    type=int,
    help="Accept this many new targets under protected names (default: 0).",
)
def compile_(
    sources: tuple[str, ...],
    at: datetime | None,
    jurisdiction: str | None,
    protect: tuple[str, ...],
    protect_list: Path | None,
    permit: tuple[str, ...],
    critical: str,
    popular: Path | None,
    hold: int,
    mention: int,
    widen_urls: bool,
    strip_www: bool,
    output: str,
    sign: tuple[str, ...],
    valid_for: float | None,
    shadow: bool,
    strict: bool,
    report: str | None,
    as_json: bool,
    previous: str | None,
    max_drop: float | None,
    max_growth: float | None,
    max_protected: int | None,
    recording: Recording,
    **loading: Any,
) -> None:
    """Compile orders into an image for resolvers and proxies.

    Shadow orders (shadow = true) are left out and counted. With --shadow they alone are compiled,
    for what counts their hits (serve --shadow, audit --shadow); such an image blocks nothing.
    """
    for option, is_given in (("--history", recording.is_asked), ("--previous", bool(previous))):
        if shadow and is_given:
            raise click.UsageError(f"{option} is for what is enforced; leave it out with --shadow")
    given = {"max_drop": max_drop, "max_growth": max_growth, "max_protected": max_protected}
    limits: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if previous is None and limits:
        raise click.UsageError(f"--{next(iter(limits)).replace('_', '-')} needs --previous IMAGE")
    signing = signers(sign, valid_for)
    read_too = (protect_list, popular, loading["mapping"], critical, *sign)
    refuse_sources({"-o": output, "--report": report}, sources, read_too)
    in_use = _in_use(previous, output)
    refuse_other_kind(output, shadow=shadow)
    orders = load(sources, strict=strict, **loading)
    selection: dict[str, Any] = {
        "permit": permit,
        "critical": critical,
        "hold": hold,
        "mention": mention,
        "widen_urls": widen_urls,
        "strip_www": strip_www,
    }
    image = compiled(
        orders,
        protect,
        protect_list,
        at=at,
        jurisdiction=jurisdiction,
        popular=popular,
        previous=in_use,
        shadow=shadow,
        strict=strict,
        allow_empty=shadow,  # the last shadow order is enforced now, or was withdrawn
        **selection,
    )
    if in_use is not None:
        show.edition(check_edition(image, in_use, at=at, **limits))
    if report:  # first: if it cannot be written, the old image stays
        with writing(report) as file:
            file.write(f"{json_text(show.report_data(image), 2)}\n".encode())
    recording.write(orders, image, at, {**selection, "protect": protect})
    lost = image.rights.taken(Path(output))
    save(image, output, signing, valid_for)
    show.compiled(image, output, as_json)
    if lost:
        note(lost)


def _in_use(previous: str | None, output: str) -> str | None:
    """Return the image in use to compare with, which stays if the new one is rejected."""
    # A job names both from its first day; any other missing file is a typing error.
    if (
        previous is not None
        and not Path(previous).exists()
        and Path(previous).resolve() == Path(output).resolve()
    ):
        note(f"{previous} does not exist yet; there is nothing to compare with")
        return None
    return previous
