"""ALIASING: the command that shows names of query logs which are like ordered ones."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ..atomicfile import Rights, writing
from ..compiler.watchlists import rows_of
from ..errors import BlocklistError
from ..image.contents import contents_of
from ..logs import Aliases, aliases
from ..logs.aliascores import AliasLevel
from ..logs.aliasdraft import alias_draft
from ..logs.candidatefile import dismiss, dismissed_in
from ..model.wording import plural
from .logreading import FormatListing, log_options, reading_logs
from .outputs import refuse_sources
from .printing import note, printable
from .staleness import warn_if_stale
from .values import Instant


@click.command("aliases", cls=FormatListing)
@click.argument("image")
@click.argument("logs", nargs=-1, metavar="LOG…")
@click.option(
    "--since", type=Instant(), metavar="DAY",
    help="Show only names that the logs hold for the first time on this day (UTC) or later.",
)  # fmt: skip
@click.option(
    "--level", type=click.Choice([str(one) for one in AliasLevel]), default=str(AliasLevel.LIKELY),
    show_default=True, help="Last level that is shown; each includes those before it.",
)  # fmt: skip
@click.option(
    "--not", "dismissed", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="List of dismissed names, which are not shown again.",
)  # fmt: skip
@click.option(
    "--dismiss", multiple=True, metavar="NAME",
    help="Add this name to the list of --not, and read no log; NAME… may follow.",
)  # fmt: skip
@click.option(
    "--accept", multiple=True, metavar="NAME",
    help="Draft an order of this name, and read no log; NAME… may follow.",
)  # fmt: skip
@click.option(
    "--draft", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="Order file to write with --accept; compile refuses it until a person has reviewed it.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite an existing file of --draft.")
@click.option(
    "--popular", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of names by popularity, one per line or as rank,name, in which a name must be rare "
    "(default: the logs themselves).",
)  # fmt: skip
@click.option(
    "--show-confidential", "confidential", is_flag=True,
    help="Also compare names of confidential orders, and show these orders.",
)  # fmt: skip
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="Write the candidates to FILE, as text or FILE.parquet (default: standard output).",
)  # fmt: skip
@log_options
def aliases_(
    image: str,
    logs: tuple[str, ...],
    dismissed: Path | None,
    dismiss: tuple[str, ...],
    accept: tuple[str, ...],
    draft: Path | None,
    force: bool,
    popular: Path | None,
    output: Path | None,
    confidential: bool,
    **options: Any,
) -> None:
    """Show names in query logs that look like ordered names; nothing is blocked.

    A person decides: --accept drafts an order, --dismiss remembers a name as dismissed.
    Every loader refuses what this command prints. LOG is a file, a folder, a glob or -.
    """
    if accept and dismiss:
        raise click.UsageError("use --accept or --dismiss, not both")
    refuse_sources(
        {"-o": output, "--draft": draft, "--not": dismissed if dismiss else None},
        [image, *(() if accept or dismiss else logs)],
        [popular, None if dismiss else dismissed],
    )
    if dismiss:
        _dismiss((*dismiss, *logs), dismissed)
    elif accept or draft:
        _draft(image, (*accept, *logs), draft, force, confidential=confidential)
    elif not logs:
        raise click.UsageError("name a log, or --accept or --dismiss names")
    else:
        _show(image, logs, dismissed, popular, output, confidential=confidential, **options)


def _dismiss(names: Iterable[str], path: Path | None) -> None:
    if path is None:
        raise click.UsageError("--dismiss needs --not FILE, the list to add to")
    new = dismiss(names, path, datetime.now(UTC).date())
    note(f"{path}: {plural(new, 'name')} added")


def _draft(
    image: str, names: tuple[str, ...], path: Path | None, force: bool, *, confidential: bool
) -> None:
    if path is None or not names:
        raise click.UsageError("--accept NAME and --draft FILE belong together")
    if not force and os.path.lexists(path):
        raise click.UsageError(f"{path} exists; use --force to overwrite it")
    try:
        text, warnings = alias_draft(image, names, confidential=confidential)
    except ImportError as error:
        raise BlocklistError(str(error)) from error
    with writing(path, Rights(is_private=confidential)) as file:
        file.write(text.encode())
    for warning in warnings:
        note(f"warning: {warning}")
    note(f"{path}: a draft of {plural(len(set(names)), 'name')}; its comments say what to do")


def _show(
    image: str,
    logs: tuple[str, ...],
    dismissed: Path | None,
    popular: Path | None,
    output: Path | None,
    *,
    log_format: str,
    **options: Any,
) -> None:
    warn_if_stale(contents_of(image), image)
    with reading_logs() as watch:
        found = aliases(
            image, logs, format=log_format, dismissed=dismissed_in(dismissed) if dismissed else (),
            popular=rows_of(popular) if popular else (), each=watch, **options,
        )  # fmt: skip
    if output is None:
        for line in found.lines():
            click.echo(printable(line))
    else:
        write = found.to_parquet if output.suffix == ".parquet" else found.to_text
        write(output)
        note(f"{output}: {plural(len(found.candidates), 'candidate')}")
    for line in _remarks(found):
        note(line)
    note(_summary(found, watch.seconds))


def _remarks(found: Aliases) -> list[str]:
    said = []
    if found.other_names:
        names, queries = (
            plural(found.other_names, "name"),
            plural(found.other_queries, "query", "queries"),
        )
        said.append(
            f"other names: {names}, {queries}; each was asked for by fewer than "
            f"{plural(found.least, 'client')} (--min-clients)"
        )
    if found.hidden:
        said.append(
            f"{plural(found.hidden, 'name')} of confidential orders not compared; "
            "--show-confidential compares them"
        )
    if found.candidates["clients"].null_count:
        said.append("logs without clients: it is not known how many asked for a name")
    return said


def _summary(found: Aliases, seconds: float) -> str:
    levels = found.candidates["level"].to_pylist()
    parts = [
        f"{plural(found.queries, 'query', 'queries')} read, {found.unread:,} unreadable",
        f"{plural(found.names, 'name')} not blocked",
        ", ".join(f"{levels.count(level):,} {level}" for level in AliasLevel if level in levels)
        or "no candidate",
        f"{found.dismissed:,} dismissed" if found.dismissed else "",
        f"rare in the {'popularity list' if found.background == 'popularity' else 'logs'}",
        f"image {found.digest[:12]}",
        f"{seconds:.1f} s",
    ]
    return "; ".join(filter(None, parts))
