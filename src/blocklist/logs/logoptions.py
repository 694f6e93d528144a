"""LOG OPTIONS: what all questions to query logs take, and what they refuse."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ..errors import ConfigurationError, LogError
from ..image.contents import ImageSource, contents_of
from ..model.wording import plural
from .columnfiles import COLUMNS
from .partial import Partial

MOST_UNREAD = 0.01
"""Share of the queries of a file that may be unread."""
LEAST_CLIENTS = 10
"""The smallest count of clients that is shown, unless the caller says otherwise."""


def check_options(columns: Mapping[str, str] | None, min_clients: int, prefix: int) -> None:
    """Refuse options that are not possible.

    Raises:
        ConfigurationError: one is not.
    """
    unknown = [name for name in columns or {} if name not in COLUMNS]
    if unknown:
        raise ConfigurationError(
            f"columns are {', '.join(COLUMNS)}, not {', '.join(unknown)}: time=ts,name=qname"
        )
    if not 0 < prefix <= 128:
        raise ConfigurationError(f"a prefix of IPv6 has 1 to 128 bits, not {prefix}")
    if min_clients < 1:
        raise ConfigurationError("the least count of clients is at least 1")


def image_path(source: ImageSource, copy: Path) -> str:
    """Return a path from which every process can open an image; one in memory is written."""
    if isinstance(source, str | os.PathLike):
        return str(Path(source).resolve())
    image = contents_of(source).image
    if image.path is not None:
        return str(Path(image.path).resolve())
    image.save(copy)
    return str(copy)


def refuse_unread(partial: Partial, *, lenient: bool) -> None:
    """Refuse a file of which too much could not be read.

    Raises:
        LogError: nothing, or less than 99 %, was read.
    """
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
