"""CANDIDATE FILE: candidates as text, and the list of those that a person dismissed.

Both begin with a mark that makes every loader refuse them. A line has the name first, then a
tabulator; so what was printed can be dismissed as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ..atomicfile import Rights, writing
from ..documents.candidatemark import CANDIDATES, CANDIDATES_MARK
from ..errors import LogError
from ..model.names import query_name
from ..model.wording import steady

SHOWN = ("name", "level", "relation", "points", "clients", "queries", "first", "order", "reason")
"""Columns of the text, parted by tabulators."""
_NOT_ORDERED = "# No order names these, and no loader reads this file."


def candidate_lines(table: Any) -> Iterator[str]:
    """Yield the lines of a table of candidates."""
    yield CANDIDATES_MARK
    yield f"{_NOT_ORDERED} A person decides which of them an order covers."
    yield "# " + "\t".join(SHOWN)
    for batch in table.select(SHOWN).to_batches(max_chunksize=10_000):
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            yield "\t".join(map(_shown, row))


def _shown(value: object) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, float):
        return f"{value:.2f}"
    return steady(str(value))


def dismissed_in(path: str | os.PathLike[str]) -> frozenset[str]:
    """Return the names in a list of dismissed ones; names below them are dismissed as well.

    A name a line, then perhaps a tabulator or blank and anything; ``#`` begins a comment.

    Raises:
        LogError: it does not begin with the mark, or holds a line that is no name.
        OSError: it cannot be read.
    """
    try:
        lines = Path(path).read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise LogError("not UTF-8 text", path=os.fspath(path)) from error
    if not lines or not lines[0].startswith(CANDIDATES):
        raise LogError(
            f"does not begin with {CANDIDATES_MARK!r}, so a loader would block what is dismissed "
            "in it; write that into the first line",
            path=os.fspath(path),
        )
    found = set()
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].split(maxsplit=1)
        if text:
            name = query_name(text[0])
            if not name or "." not in name:
                raise LogError(f"line {number}: {text[0][:200]!r} is no name", path=os.fspath(path))
            found.add(name)
    return frozenset(found)


def dismiss(names: Iterable[str], path: str | os.PathLike[str], day: date) -> int:
    """Add names to a list of dismissed ones, which is made if it is not there.

    Returns:
        How many were new.

    Raises:
        LogError: one is no name, or the file is no such list.
        OSError: it cannot be written.
    """
    there = Path(path).exists()
    known = dismissed_in(path) if there else frozenset()
    text = Path(path).read_text("utf-8-sig") if there else f"{CANDIDATES_MARK}\n{_DISMISSED}\n"
    new = {}
    for name in names:
        key = query_name(name)
        if not key or "." not in key:
            raise LogError(f"{name[:200]!r} is no name")
        if key not in known:
            new[key] = f"{key}\t# {day.isoformat()}\n"
    if new:
        with writing(path, Rights()) as file:
            file.write((text.rstrip("\n") + "\n" + "".join(new.values())).encode())
    return len(new)


_DISMISSED = f"{_NOT_ORDERED} A person looked at them and dismissed them."
