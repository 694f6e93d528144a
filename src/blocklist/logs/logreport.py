"""LOG REPORT: what each report on query logs says of the files, and how its rows are written."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..atomicfile import Rights
from .partial import Partial
from .render import write_csv, write_parquet


def span_of(files: Iterable[Partial]) -> tuple[datetime, datetime] | None:
    """Return the times of the first and the last query, UTC without a zone."""
    times = [at for one in files for at in (one.first, one.last) if at is not None]
    return (min(times), max(times)) if times else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesRead:
    """What was read.

    Attributes:
        files: what was read of each file, see ``Partial``.
        rights: of files that the report is written to: their owner's alone where confidential
            orders show.
    """

    files: tuple[Partial, ...] = field(repr=False)
    rights: Rights

    @property
    def queries(self) -> int:
        """All queries that were read."""
        return sum(one.queries for one in self.files)

    @property
    def unread(self) -> int:
        """Queries that could not be read."""
        return sum(one.unread for one in self.files)

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """First and last query, UTC without a zone; ``None`` without queries."""
        return span_of(self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRows(FilesRead):
    """A report with a table of Arrow that holds all of it.

    Attributes:
        rows: the table.
    """

    rows: Any = field(repr=False)

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write ``rows`` as CSV; a file that is there is replaced whole."""
        write_csv(self.rows, path, self.rights)

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Write ``rows`` as Parquet; a file that is there is replaced whole."""
        write_parquet(self.rows, path, self.rights)
