"""RENDER: tables of a report as CSV and Parquet."""

from __future__ import annotations

import csv
import io
import os
from datetime import datetime
from typing import Any

from ..atomicfile import Rights, replacing
from ..model.wording import steady

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters of cells that spreadsheets take for a formula."""


def cell(value: object) -> str:
    """Return a value as a cell of CSV that no spreadsheet runs and no terminal obeys."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    text = steady(str(value))
    return f"'{text}" if isinstance(value, str) and str(value).startswith(_FORMULA) else text


def unicode_name(name: str) -> str:
    """Return a name with its labels as people write them; those that are damaged stay."""
    return ".".join(map(_unicode_label, name.split(".")))


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        text = label[4:].encode("ascii").decode("punycode")
    except ValueError:
        return label
    return text if text.isprintable() else label


def with_unicode(table: Any) -> Any:
    """Return a table with a column ``unicode`` behind ``name``."""
    import pyarrow as pa

    names = [unicode_name(name) for name in table["name"].to_pylist()]
    at = table.column_names.index("name") + 1
    return table.add_column(at, "unicode", pa.array(names, pa.string()))


def write_csv(table: Any, path: str | os.PathLike[str], rights: Rights) -> None:
    """Write a table with names as CSV in UTF-8 with a header."""
    shown = with_unicode(table)
    with replacing(path, rights) as file:
        text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(shown.column_names)
        for batch in shown.to_batches(max_chunksize=10_000):
            columns = [column.to_pylist() for column in batch.columns]
            writer.writerows(map(cell, row) for row in zip(*columns, strict=True))
        text.detach()


def write_parquet(table: Any, path: str | os.PathLike[str], rights: Rights) -> None:
    """Write a table with names as Parquet."""
    import pyarrow.parquet as pq

    with replacing(path, rights) as file:
        pq.write_table(with_unicode(table), file, compression="zstd")
