"""OUTPUTS: files that a command writes must not be those that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from ..errors import ImageError
from ..image.container import Image
from ..image.contents import Contents


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


def refuse_other_kind(output: str, *, shadow: bool) -> None:
    """Refuse to put an image of shadow orders in the place of an enforced one, or the other way.

    Raises:
        click.UsageError: the output is such an image.
    """
    try:
        there = Contents(Image.open(output, verify=False)).is_shadow
    except (ImageError, OSError):
        return  # no image: a new file, or one that nobody serves
    if there is not shadow:
        kind = "shadow orders, which is not enforced" if there else "enforced orders"
        raise click.UsageError(f"-o {output} is an image of {kind}; name another file")
