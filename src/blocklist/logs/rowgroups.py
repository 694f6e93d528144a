"""ROW GROUPS: of a Parquet file the rows with a hit alone, where its columns are plain.

Its name is text and its time a timestamp, so that no SQL is needed to ask the image; a file of
other types is read by DuckDB whole, at two thirds of the speed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ..errors import LogError
from .columnfiles import chosen
from .tally import Tally

_AT_ONCE = 1 << 16
"""Rows of which an image is asked at once."""
_READ = ("time", "name", "client", "rcode")


@dataclass(frozen=True, slots=True)
class RowGroups:
    """A file of Parquet.

    Attributes:
        path: of the file; ``said`` is what it is called in messages.
        columns: which one is which, of those that hits have.
        schema: of Arrow.
        count: how many row groups there are.
        threads: how many of them are read at once.
    """

    path: str
    said: str
    columns: Mapping[str, str]
    schema: Any
    count: int
    threads: int

    def hits(self, tally: Tally) -> Iterator[Any]:
        """Yield batches of the rows with a hit, with the columns of the file.

        The tally is asked about each row once, at the time of reading.

        Raises:
            LogError: the file is damaged.
        """
        workers = max(1, min(self.threads, self.count))
        with ThreadPoolExecutor(workers) as pool:
            for first in range(0, self.count, workers):
                groups = range(first, min(first + workers, self.count))
                for batches in pool.map(lambda group: self._group(group, tally), groups):
                    yield from batches

    def _group(self, group: int, tally: Tally) -> list[Any]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        time, name = self.columns["time"], self.columns["name"]
        found = []
        try:
            with pq.ParquetFile(self.path, pre_buffer=False) as file:
                names = list(self.columns.values())
                for batch in file.iter_batches(_AT_ONCE, [group], names, use_threads=False):
                    rows = batch.select(self.schema.names)
                    rows.validate(full=True)  # text may be no UTF-8
                    asked = tally(_events(rows[name]), _utc(rows[time]), rows[name])
                    found.append(rows.filter(asked))
        except (pa.ArrowException, OSError) as error:
            raise LogError(
                f"damaged: {str(error).partition(chr(10))[0]}", path=self.said
            ) from error
        return found


def row_groups(
    path: str, given: Mapping[str, str], said: str, threads: int | None
) -> RowGroups | None:
    """Return the row groups of a file of Parquet, or ``None`` if its columns are not plain.

    Raises:
        LogError: columns are missing.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            schema, count = file.schema_arrow, file.num_row_groups
    except (pa.ArrowException, OSError):
        return None  # DuckDB says what is wrong with it, or reads it all the same
    if len({name.lower() for name in schema.names}) < len(schema.names):
        return None
    found = chosen(given, schema.names, said)
    columns = {key: found[key] for key in _READ if key in found}
    kinds = {key: schema.field(name).type for key, name in columns.items()}
    texts: Sequence[Any] = [kinds[key] for key in kinds if key != "time"]
    if not pa.types.is_timestamp(kinds["time"]) or not all(map(_is_text, texts)):
        return None
    if len(set(columns.values())) < len(columns):
        return None
    read = pa.schema([schema.field(name) for name in columns.values()])
    return RowGroups(path, said, columns, read, count, threads or os.cpu_count() or 1)


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _events(names: Any) -> Any:
    """Return the event of each row; without a name it is no query."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = pa.array(["reply", "other"])
    return pa.DictionaryArray.from_arrays(pc.is_null(names).cast(pa.int8()), kinds)


def _utc(times: Any) -> Any:
    """Return times as UTC without a zone, which is what a timestamp holds inside."""
    import pyarrow as pa

    micros = pa.timestamp("us", times.type.tz)
    return times.cast(micros, safe=False).view(pa.timestamp("us"))
