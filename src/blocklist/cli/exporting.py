"""EXPORTING: the command that writes an image in the format of another program."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import UTC, datetime

import click

from ..atomicfile import Rights, writing
from ..exporters import FORMATS, ExportOptions, export
from ..exporters.abilities import ASSUMPTIONS
from ..image.contents import contents_of
from ..live.policy import RESPONSE_WORDS, Response
from .outputs import refuse_sources
from .printing import json_text, note, shown_json
from .staleness import warn_if_stale
from .values import Instant, Mode, Owner

NO_CANARY = "none"
_STANDARD = ExportOptions()
_DECISIONS = {"include": True, "omit": False}


class _Listing(click.Command):
    """Answers ``--list`` although no image and no format is given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--list" in args:
            _list(as_json="--json" in args)
            ctx.exit()
        return super().parse_args(ctx, args)


def _list(as_json: bool) -> None:
    """Print the table of formats."""
    for row in FORMATS.values():
        if as_json:
            data = {"name": row.name, "title": row.title, "is_folder": row.is_folder}
            click.echo(shown_json(data))
        else:
            click.echo(f"{row.name:<18} {row.title}{' (a folder)' if row.is_folder else ''}")


def _names(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """Return the formats to complete a name with."""
    return [name for name in FORMATS if name.startswith(begun)]


@click.command("export", cls=_Listing)
@click.argument("image")
@click.option(
    "--format", "format_", metavar="NAME", required=True, help="Output format; see --list.",
    shell_complete=_names,
)  # fmt: skip
@click.option(
    "-o", "--output", default="-", help="File or folder to write (default: standard output)."
)
@click.option(
    "--list", is_flag=True, expose_value=False,
    help="List the formats and exit; with --json, one JSON object per format.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, hidden=True)
@click.option("--strict", is_flag=True, help="Write nothing if anything would be left out.")
@click.option(
    "--losses",
    type=click.Path(dir_okay=False),
    help="Write everything left out to this file, as JSON lines.",
)
@click.option(
    "--response",
    default=str(_STANDARD.response),
    show_default=True,
    help=f"Answer for blocked names: {RESPONSE_WORDS}.",
)
@click.option(
    "--zone", default=_STANDARD.zone, show_default=True, help="Name of the response policy zone."
)
@click.option(
    "--ttl",
    default=_STANDARD.ttl,
    show_default=True,
    type=int,
    help="TTL of blocked answers, in seconds.",
)
@click.option(
    "--serial",
    type=click.IntRange(0, 2**32 - 1),
    help="Serial of the zone (default: Unix time, or the previous serial plus 1).",
)
@click.option(
    "--canary",
    metavar="NAME|none",
    default="",
    help="Name of the last record, which shows that a program reads all of the export (default: "
    "check. and the zone, or check.rpz.blocklist).",
)
@click.option(
    "--assume",
    multiple=True,
    type=click.Choice(ASSUMPTIONS),
    help="How the program is set: check-names-ignore (BIND), so that it takes addresses at names "
    "with underscores.",
)
@click.option(
    "--owner",
    type=Owner(),
    help="Owner of the files (default: that of the files that they replace).",
)
@click.option(
    "--mode",
    type=Mode(),
    help="Mode of the files, such as 0640 (default: that of the files that they replace). Files "
    "with confidential orders are never readable by others.",
)
@click.option(
    "--uniform-reason", default="", metavar="TEXT",
    help="The same text for every blocked name, in place of the orders, where the format tells a "
    "reason.",
)  # fmt: skip
@click.option("--at", type=Instant(), help="Time to write in the header (default: now).")
@click.option(
    "--confidential",
    type=click.Choice(["include", "omit"]),
    help="Whether names that only confidential orders give are written; must be said if the image "
    "holds such orders.",
)
def export_(
    image: str,
    format_: str,
    output: str,
    as_json: bool,
    strict: bool,
    losses: str | None,
    response: str,
    zone: str,
    ttl: int,
    serial: int | None,
    canary: str,
    assume: tuple[str, ...],
    owner: tuple[int, int] | None,
    mode: int | None,
    uniform_reason: str,
    at: datetime | None,
    confidential: str | None,
) -> None:
    """Write an image in the format of another program.

    Leaves out and reports what the format cannot express, so that nothing is blocked that was not
    ordered.
    """
    if as_json:
        raise click.UsageError("--json goes with --list")
    refuse_sources({"-o": output, "--losses": losses}, [image])
    contents = contents_of(image)
    options = ExportOptions(
        at=at or datetime.now(UTC), response=Response.parse(response), zone=zone, ttl=ttl,
        serial=serial, canary=None if canary == NO_CANARY else canary,
        assume=assume, rights=Rights(mode, *(owner or (-1, -1))), uniform_reason=uniform_reason,
    )  # fmt: skip
    warn_if_stale(contents, image)
    with ExitStack() as stack:
        private = Rights(is_private=confidential == "include")
        file = stack.enter_context(writing(losses, private)) if losses else None

        def each(code: str, text: str) -> None:
            if file is not None:
                file.write(f"{json_text({'code': code, 'rule': text})}\n".encode())

        report = export(
            contents, format_, sys.stdout.buffer if output == "-" else output, options,
            strict=strict, confidential=_DECISIONS.get(confidential or ""), each_loss=each,
        )  # fmt: skip
    if output == "-":
        sys.stdout.buffer.flush()  # an error comes before what is said of the whole
    for loss in report.losses:
        note(f"{report.format}: {loss}")
    for line in report.notes:
        note(line)
    for path in report.paths:
        note(f"{path}: written from image {report.digest[:12]}")
    for name in report.canaries:
        note(f"canary {name}: image {report.image16}, file {report.file16}")
