"""LOG OUTPUTS: the options of reports on query logs, and the files that they are written to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from ..atomicfile import replacing
from ..logs.logreport import ReportRows
from .outputs import refuse_sources
from .printing import note

Command = TypeVar("Command", bound=Callable[..., Any])
_SUFFIXES = (".csv", ".parquet", ".html")


def report_options(command: Command) -> Command:
    """Add what says which orders are shown, and where the report is written to."""
    confidential = click.option(
        "--show-confidential", is_flag=True, help="Show names and ids of confidential orders."
    )
    outputs = click.option(
        "-o", "--output", "outputs", multiple=True,
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write the report to FILE.csv, FILE.parquet or FILE.html; may be repeated.",
    )  # fmt: skip
    return confidential(outputs(command))


def check_outputs(
    outputs: Iterable[Path], read: Iterable[str], others: Iterable[Path | str | None] = ()
) -> None:
    """Refuse names that say no format, and files that are read; ``click.UsageError``."""
    for path in outputs:
        if path.suffix not in _SUFFIXES:
            raise click.UsageError(f"-o {path}: end the name with {' or '.join(_SUFFIXES)}")
        refuse_sources({"-o": path}, read, others)


def write_outputs(found: ReportRows, outputs: Iterable[Path], page: Callable[[], str]) -> None:
    """Write a report to each file; ``page`` makes that in HTML."""
    for path in outputs:
        if path.suffix == ".html":
            with replacing(path, found.rights) as file:
                file.write(page().encode())
        else:
            write = found.to_csv if path.suffix == ".csv" else found.to_parquet
            write(path)
        note(f"{path}: written")
