"""LOG READING: options and messages of the commands that read query logs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from ..errors import BlocklistError
from ..logs.columnfiles import COLUMNS
from ..logs.engine import libraries
from ..logs.knownformats import FORMATS, NAMES
from ..logs.partial import Partial
from ..model.wording import plural
from .printing import Progress, note
from .values import Size

Command = TypeVar("Command", bound=Callable[..., Any])


def log_options(command: Command, *, of_logs: str = "") -> Command:
    """Add what says how logs are read.

    Args:
        command: to add it to.
        of_logs: begins the names of options that sources have as well: ``log-``.
    """
    for option in reversed(
        [
            click.option(
                f"--{of_logs}format", "log_format", metavar="NAME", default="",
                shell_complete=_names,
                help="Format of the logs (see --formats); detected from the content by default."
                if not of_logs
                else "Format of the logs (see `blocklist audit --formats`); detected from the "
                "content by default.",
            ),
            click.option(
                f"--{of_logs}columns", "columns", callback=_columns, metavar="time=T,name=N,…",
                help=f"Columns of a table, or keys of JSON lines: {', '.join(COLUMNS)}.",
            ),
            click.option(
                "--log-tz", "log_zone", metavar="ZONE", default="",
                help="Time zone of logs whose times have none (default: this machine's).",
            ),
            click.option(
                "--min-clients", type=click.IntRange(min=1), default=10, show_default=True,
                help="Smallest number of clients that is shown; fewer are shown as less than that.",
            ),
            click.option(
                "--ipv6-prefix", "prefix", type=click.IntRange(1, 128), default=64,
                show_default=True, help="Length of the IPv6 prefix that counts as one client.",
            ),
            click.option(
                "--lenient", is_flag=True,
                help="Accept logs of which more than 1% of the queries cannot be read.",
            ),
            click.option(
                "--memory", type=Size(), metavar="SIZE", callback=_size,
                help="Memory to use, such as 512MB; what is more is written to a temporary folder "
                "(default: half of the machine's).",
            ),
        ]
    ):  # fmt: skip
        command = option(command)
    return command


def _columns(_: click.Context, __: click.Parameter, value: str | None) -> dict[str, str]:
    """Read ``time=ts,name=qname``."""
    found = {}
    for part in value.split(",") if value else ():
        key, mark, column = part.partition("=")
        if not mark or not column:
            raise click.BadParameter(f"{part!r} is not NAME=COLUMN, such as time=ts")
        found[key.strip()] = column.strip()
    return found


def _names(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """Return the formats to complete a name with."""
    return [name for name in NAMES if name.startswith(begun)]


def _size(_: click.Context, __: click.Parameter, value: int | None) -> int:
    return value or 0


class FormatListing(click.Command):
    """Answers ``--formats`` although no image and no log is given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """List the formats and exit, or read the arguments."""
        if "--formats" in args:
            for one in FORMATS.values():
                click.echo(f"{one.name:<30} {one.title}")
            ctx.exit()
        return super().parse_args(ctx, args)


class LogWatch:
    """Shows how reading goes on; called with what each file gave."""

    def __init__(self, progress: Progress) -> None:
        """Begin to count the time."""
        self._progress, self._begun, self._read = progress, time.monotonic(), 0

    @property
    def seconds(self) -> float:
        """The time since reading began."""
        return time.monotonic() - self._begun

    def __call__(self, one: Partial) -> None:
        """Say what a file gave, where that is not what one expects, and how fast it goes."""
        self._read += one.queries
        for fact in _oddities(one):
            self._progress.hide()
            note(f"{one.path}: {fact}")
        rate = self._read / max(0.001, self.seconds)
        self._progress.show(
            f"{plural(self._read, 'query', 'queries')} read, {rate:,.0f} per second"
        )


@contextmanager
def reading_logs() -> Iterator[LogWatch]:
    """Show progress while logs are read; a library that is missing ends the command."""
    with Progress() as progress:
        progress.show("reading logs")
        try:
            _, pa = libraries("reading query logs")
            # That of Arrow keeps what it once had: a third more at the peak.
            pa.set_memory_pool(pa.system_memory_pool())
            yield LogWatch(progress)
        except ImportError as error:
            raise BlocklistError(str(error)) from error


def _oddities(one: Partial) -> list[str]:
    found = []
    if one.unread:
        queries = plural(one.unread, "query", "queries")
        found.append(f"{queries} not readable ({one.unread_share:.2%})")
    if one.is_cut:
        found.append("ends too early; read as far as it is whole")
    if one.counted == "query" and one.second:
        found.append("not every query has a reply, so that queries are counted, without answers")
    return found
