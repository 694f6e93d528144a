"""ALIASES: names of query logs that are like ordered ones, for a person to look at.

Nothing here blocks. A site that was ordered blocked comes back under another suffix or with another
number; so does a lawful operator of another country. Names that few clients asked for are summed:
one may be somebody's own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..atomicfile import Rights, replacing, writing
from ..documents.candidatemark import CANDIDATES_MARK
from ..errors import ConfigurationError
from ..image.contents import ImageSource
from ..matcher.blocklist import Blocklist
from ..model.countries import time_zone
from .aliaschoice import AliasChoice
from .aliascores import AliasLevel
from .aliasjudge import Background
from .aliasscan import AliasPartial, AliasTask, cores_of, scan_names
from .candidatefile import candidate_lines
from .engine import connection, half_of_memory, libraries, machine_zone
from .logfile import files_of
from .logoptions import LEAST_CLIENTS, check_options, path_of, refuse_unread
from .logreport import FilesRead
from .partial import Partial
from .render import with_unicode
from .scantask import ScanTask

AliasMap = Callable[
    [Callable[[AliasTask], AliasPartial], Sequence[AliasTask]], Iterable[AliasPartial]
]
"""What calls a function with each of some arguments, such as ``map`` of an executor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aliases(FilesRead):
    """Candidates: names that no order lists and that are like ordered ones.

    Attributes:
        candidates: table of Arrow, the best first: ``name`` (a registrable domain, or a name with
            an ordered one further left), ``level``, ``relation``, ``points``, ``core``, ``ordered``
            (names that share the core), ``background`` (labels that hold it), ``order`` and
            ``dynamic`` (which order it follows from, and what that says of future names), ``like``
            (an ordered name), ``queries``, ``clients`` (text; null if the log names none),
            ``first`` and ``last`` (UTC, to the minute), ``reason``.
        names: distinct names that the image does not block, summed over the files.
        other_names: candidates that too few clients asked for; ``other_queries``: for them.
        dismissed: candidates that a person has dismissed.
        hidden: ordered names that were not compared, as only confidential orders are behind them.
        least: the smallest count of clients with which a name is shown.
        level: the last one that is shown.
        background: ``popularity`` or ``log``: in what cores must be rare.
        digest: of the image.
    """

    candidates: Any = field(repr=False)
    names: int
    other_names: int
    other_queries: int
    dismissed: int
    hidden: int
    least: int
    level: AliasLevel
    background: str
    digest: str

    def lines(self) -> Iterator[str]:
        """Yield the candidates as text that every loader refuses."""
        return candidate_lines(self.candidates)

    def to_text(self, path: str | os.PathLike[str]) -> None:
        """Write ``lines``; a file that is there is replaced whole."""
        with writing(path, self.rights) as file:
            file.writelines(f"{line}\n".encode() for line in self.lines())

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Write the table as Parquet; a file that is there is replaced whole.

        It holds the mark as well, so that no loader takes its octets for text with names.
        """
        import pyarrow.parquet as pq

        table = with_unicode(self.candidates)
        marked = table.replace_schema_metadata({"mark": f"\n{CANDIDATES_MARK}\n"})
        with replacing(path, self.rights) as file:
            pq.write_table(marked, file, compression="zstd")


def aliases(
    image: ImageSource,
    logs: str | Iterable[str],
    *,
    since: datetime | None = None,
    level: str = AliasLevel.LIKELY,
    dismissed: Iterable[str] = (),
    popular: Iterable[str] = (),
    format: str = "",
    columns: Mapping[str, str] | None = None,
    log_zone: str = "",
    min_clients: int = LEAST_CLIENTS,
    prefix: int = 64,
    lenient: bool = False,
    confidential: bool = False,
    memory: int = 0,
    map: AliasMap | None = None,
    each: Callable[[Partial], None] | None = None,
) -> Aliases:
    """Find names in query logs that are like ordered ones; nothing is blocked.

    Args:
        image: compiled orders.
        logs: files, folders, globs; ``-`` is standard input.
        since: only names that these logs hold for the first time at this instant or later.
        level: ``strong``, ``likely`` (with the strong ones) or ``all``.
        dismissed: names that are not to be shown again, with all below them.
        popular: a popularity list; what ordered names share must be rare in it. Without one it must
            be rare in the logs, apart from other spellings of the same name.
        format: of all files; empty to look at the content of each.
        columns: of tables: ``{"time": …, "name": …, "client": …}``.
        log_zone: of times that have none; default: this machine's.
        min_clients: names that fewer clients asked for are summed.
        prefix: bits of an IPv6 address by which clients are told apart.
        lenient: also take files of which more than 1 % of the queries cannot be read.
        confidential: also compare names of confidential orders, and show these orders.
        memory: octets; the rest is spilled. Default: half of the machine's.
        map: of an executor; a file is the unit. Each worker then uses one thread.
        each: is called with what each file gave.

    Raises:
        ImportError: DuckDB or pyarrow is missing (extra ``logs``).
        LogError: a log cannot be read; ``OSError`` passes through.
        ImageError: the image cannot be opened.
        ConfigurationError: an option is not possible.
    """
    libraries("reading query logs")
    check_options(columns, min_clients, prefix)
    if level not in set(AliasLevel):
        raise ConfigurationError(f"level is strong, likely or all, not {level!r}")
    log_zone = log_zone or machine_zone()
    time_zone(log_zone)
    memory = memory or half_of_memory()
    files = files_of([logs] if isinstance(logs, str) else logs)
    with TemporaryDirectory(prefix="blocklist-aliases-") as folder:
        path = path_of(image, Path(folder, "image"))
        blocked = Blocklist.open(path)
        place = path, blocked.image.digest
        cores = cores_of(*place, confidential=confidential)
        listed = list(popular)
        known = Background.of_popular(listed, blocked, cores) if listed else None
        tasks = [
            AliasTask(
                ScanTask(
                    path=one, images=(place,), format=format, columns=dict(columns or {}),
                    log_zone=log_zone, prefix=prefix, memory=memory // 2,
                    threads=1 if map is not None else None,
                ),
                AliasLevel(level), confidential, background=known is None,
            )
            for one in files
        ]  # fmt: skip
        with connection(memory // 2, None, None) as link:
            choice = AliasChoice(
                link, blocked, cores, AliasLevel(level), frozenset(dismissed), since, min_clients
            )
            read, names = [], 0
            for partial in _scanned(tasks, map):
                refuse_unread(partial.read, lenient=lenient)
                names += partial.names
                choice.add(partial)
                read.append(partial.read)
                if each is not None:
                    each(read[-1])
            choice.take(known)
    return Aliases(
        candidates=choice.table(),
        files=tuple(read),
        names=names,
        other_names=choice.other_names,
        other_queries=choice.other_queries,
        dismissed=choice.left_out,
        hidden=cores.hidden,
        least=min_clients,
        level=AliasLevel(level),
        background="log" if known is None else "popularity",
        digest=blocked.image.digest,
        rights=Rights(is_private=confidential and blocked.image.rights.is_private),
    )


def _scanned(tasks: Sequence[AliasTask], given: AliasMap | None) -> Iterator[AliasPartial]:
    if given is None:
        for task in tasks:
            yield scan_names(task)
    else:
        yield from given(scan_names, tasks)
