"""OUTPUTS: files that a command writes must not be those that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click


def refuse_sources(
    outputs: Mapping[str, str | Path | None],
    sources: Iterable[str],
    others: Iterable[str | Path | None] = (),
) -> None:
    """Refuse an output that would replace what is read, before anything is written.

    Args:
        outputs: by option.
        sources: files, and folders of which every file is read.
        others: other files that are read.

    Raises:
        click.UsageError: one would.
    """
    for option, output in outputs.items():
        if output in (None, "-") or not Path(str(output)).is_file():
            continue
        path = Path(str(output)).resolve()
        for source in (*sources, *others):
            if not source:
                continue
            other = Path(source).resolve()
            if path == other or other in path.parents:
                raise click.UsageError(
                    f"{option} {output} would replace what is read from {source}; name another file"
                )
