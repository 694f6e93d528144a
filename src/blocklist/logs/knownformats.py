"""FORMATS: the table of all formats of query logs, and which one a file has."""

from __future__ import annotations

from ..errors import LogError
from ..model.wording import alternatives
from . import framelogs, keyedlines, packets, resolverlines, weblines
from .logfile import Head
from .logformat import LogFormat

FORMATS: dict[str, LogFormat] = {
    one.name: one
    for one in (
        *framelogs.FORMATS,
        *packets.FORMATS,
        *keyedlines.FORMATS,
        *resolverlines.FORMATS,
        *weblines.FORMATS,
    )
}
"""By name, in the sequence in which they are asked."""

COLUMN_FORMATS = ("parquet", "sqlite", "json", "csv")
"""Files whose columns are known by their names, see ``columnfiles``."""
PLAIN = "plain"
"""A name in each line and nothing else; all at the time at which the file was written."""
NAMES = (*FORMATS, *COLUMN_FORMATS, PLAIN)
"""What ``--format`` takes."""

_PARQUET = b"PAR1"
_SQLITE = b"SQLite format 3\0"


def format_of(head: Head, wanted: str, *, has_columns: bool, path: str) -> str:
    """Return the name of the format of a file.

    Args:
        head: its beginning.
        wanted: the format that the caller names; empty to look at the content.
        has_columns: whether the caller names columns, so that it is a file of columns.
        path: for messages.

    Raises:
        LogError: there is no such format, or no format fits.
    """
    if wanted:
        if wanted not in NAMES:
            raise LogError(f"no format {wanted!r}; there are {alternatives(NAMES)}")
        return wanted
    if head.octets.startswith(_PARQUET):
        return "parquet"
    if head.octets.startswith(_SQLITE):
        return "sqlite"
    if not has_columns:
        shares = {name: one.looks(head) for name, one in FORMATS.items()}
        best = max(shares, key=lambda name: shares[name])
        if shares[best] > 0:
            return best
    first = next((line for line in head.lines if line.strip()), "")
    if first.startswith("{"):
        return "json"
    if has_columns or any(mark in first for mark in ",;\t|"):
        return "csv"
    raise LogError(
        "its format is not known; name it with --format, or the columns of a table with --columns",
        path=path,
    )
