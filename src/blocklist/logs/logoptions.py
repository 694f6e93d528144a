"""LOG OPTIONS: what each question to query logs takes, and what it refuses."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ..errors import ConfigurationError, LogError
from ..image.contents import ImageSource, contents_of
from ..model.wording import plural
from .columnfiles import COLUMNS
from .partial import Partial
from .scantask import ScanTask

MOST_UNREAD = 0.01
"""Share of the queries of a file that may be unread."""
LEAST_CLIENTS = 10

Map = Callable[[Callable[[ScanTask], Partial], Sequence[ScanTask]], Iterable[Partial]]
"""What calls a function with each of some arguments, such as ``map`` of an executor."""


def scanned(
    read: Callable[[ScanTask], Partial], tasks: Sequence[ScanTask], given: Map | None
) -> Iterator[Partial]:
    """Yield what each file gives, read here or by an executor."""
    if given is None:
        for task in tasks:
            yield read(task)
    else:
        yield from given(read, tasks)


def check_options(columns: Mapping[str, str] | None, min_clients: int, prefix: int) -> None:
    """Raise ``ConfigurationError`` for what no scan can do."""
    unknown = [name for name in columns or {} if name not in COLUMNS]
    if unknown:
        raise ConfigurationError(
            f"columns are {', '.join(COLUMNS)}, not {', '.join(unknown)}: time=ts,name=qname"
        )
    if not 0 < prefix <= 128:
        raise ConfigurationError(f"a prefix of IPv6 has 1 to 128 bits, not {prefix}")
    if min_clients < 1:
        raise ConfigurationError("the least count of clients is at least 1")


def path_of(source: ImageSource, copy: Path) -> str:
    """Return a path from which every process can open an image; one in memory is written."""
    if isinstance(source, str | os.PathLike):
        return str(Path(source).resolve())
    image = contents_of(source).image
    if image.path is not None:
        return str(Path(image.path).resolve())
    image.save(copy)
    return str(copy)


def refuse_unread(partial: Partial, *, lenient: bool) -> None:
    """Raise ``LogError`` for a file of which too much cannot be read."""
    if lenient:
        return
    if not partial.queries and partial.is_cut:
        raise LogError(
            f"damaged, or not {partial.format}: nothing could be read; name another --format, or "
            "accept that with --lenient",
            path=partial.path,
        )
    if not partial.queries and partial.others + partial.unread:
        raise LogError(
            f"no query of a client in {plural(partial.others + partial.unread, 'line')} read as "
            f"{partial.format}; name another --format, or read it all the same with --lenient",
            path=partial.path,
        )
    if partial.unread_share > MOST_UNREAD:
        raise LogError(
            f"{partial.unread_share:.1%} of the queries cannot be read as {partial.format} "
            f"({plural(partial.unread, 'query', 'queries')}), and 1% is the limit; see whether "
            "--format and --log-tz fit, or read it all the same with --lenient",
            path=partial.path,
        )
