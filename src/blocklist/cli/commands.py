"""The commands: each reads its arguments, asks the library, and hands the answer to ``show``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import click

from .. import __version__
from ..compiler import compile_orders
from ..difference import diff
from ..errors import BlocklistError
from ..image import Image
from ..loaders import LOADERS, load_orders
from ..matcher import Blocklist
from ..orders import Order
from . import show

Command = TypeVar("Command", bound=Callable[..., Any])
EXIT_NO = 1
EXIT_ERROR = 2


class _Failure(click.ClickException):
    exit_code = EXIT_ERROR


class _Group(click.Group):
    """Turns every error that a user can cause into one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # click ends quietly: the reader has seen enough
        except (BlocklistError, OSError, ValueError) as error:
            raise _Failure(_sentence(error)) from error


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


class _Instant(click.ParamType[datetime]):
    name = "time"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date or time such as 2022-08-11T00:00:00+02:00", param, ctx)
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _source_options(command: Command) -> Command:
    for option in reversed(
        [
            click.argument("sources", nargs=-1, required=True, metavar="SOURCE…"),
            click.option("--format", type=click.Choice(list(LOADERS)), help="Not by content."),
            click.option("--column", help="Of a table: header or number of the column to read."),
            click.option("--encoding", help="Of the text, such as windows-1250."),
            click.option(
                "--scope",
                type=click.Choice(["subtree", "exact", "below"]),
                default="subtree",
                show_default=True,
                help="What a name without mark means.",
            ),
            click.option("--authority", help="Who issued it, where the source does not say."),
            click.option("--issued-in", help="Country of the authority (ISO 3166), likewise."),
        ]
    ):
        command = option(command)
    return command


def _selection_options(command: Command) -> Command:
    for option in reversed(
        [
            click.option("--at", type=_Instant(), help="Orders in force then (UTC); default: now."),
            click.option("--jurisdiction", help="Orders that bind in this country (ISO 3166)."),
            click.option("--protect", multiple=True, help="Never block this name or prefix."),
            click.option(
                "--protect-list",
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                help="File of names and prefixes to protect, one a line.",
            ),
            click.option("--permit", multiple=True, help="Let this target through the guards."),
            click.option("--widen-urls", is_flag=True, help="Block the host of a URL target."),
            click.option("--strip-www", is_flag=True, help="Read www.x as x."),
        ]
    ):
        command = option(command)
    return command


def _load(sources: Iterable[str], **options: Any) -> list[Order]:
    options["jurisdiction"] = options.pop("issued_in")
    orders: list[Order] = []
    with show.progress() as report:
        for source in sources:
            report(f"reading {source}")
            if source == "-":
                octets = sys.stdin.buffer.read()
                orders += load_orders(octets, name="standard input", **options)
            else:
                orders += load_orders(source, **options)
    return orders


def _compile(
    orders: list[Order], protect: tuple[str, ...], protect_list: Path | None, **options: Any
) -> Image:
    names = [
        *protect,
        *(_names(protect_list) if protect_list else ()),
    ]
    with show.progress() as report:
        report(f"compiling {sum(len(order.targets) for order in orders):,} targets")
        return compile_orders(orders, protect=names, **options)


def _names(path: Path) -> Iterator[str]:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{path} is not UTF-8 text") from error
    for line in text.splitlines():
        name = line.partition("#")[0].strip()
        if name:
            yield name


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="blocklist")
def cli() -> None:
    """Compile domain blocking orders into one file, and ask it."""


@cli.command("compile")
@_source_options
@_selection_options
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), help="The image.")
@click.option("--strict", is_flag=True, help="Fail at the first line or target that is refused.")
@click.option("--report", type=click.Path(dir_okay=False), help="Write the whole report as JSON.")
def compile_(
    sources: tuple[str, ...],
    at: datetime | None,
    jurisdiction: str | None,
    protect: tuple[str, ...],
    protect_list: Path | None,
    permit: tuple[str, ...],
    widen_urls: bool,
    strip_www: bool,
    output: str,
    strict: bool,
    report: str | None,
    **loading: Any,
) -> None:
    """Compile orders into an image that resolvers and proxies open."""
    image = _compile(
        _load(sources, strict=strict, **loading),
        protect,
        protect_list,
        at=at,
        jurisdiction=jurisdiction,
        permit=permit,
        widen_urls=widen_urls,
        strip_www=strip_www,
        strict=strict,
    )
    if report:  # first: if it cannot be written, the old image stays
        Path(report).write_text(show.report_json(image) + "\n", "utf-8")
    image.save(output)
    show.compiled(image, output)


@cli.command()
@_source_options
@_selection_options
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
def check(
    sources: tuple[str, ...],
    at: datetime | None,
    jurisdiction: str | None,
    protect: tuple[str, ...],
    protect_list: Path | None,
    permit: tuple[str, ...],
    widen_urls: bool,
    strip_www: bool,
    as_json: bool,
    **loading: Any,
) -> None:
    """Show what orders would block, and each line refused with the reason.

    Exit code 0 if nothing was refused, 1 if something was, 2 on an error.
    """
    orders = _load(sources, **loading)
    if not as_json:
        show.orders(orders, at or datetime.now(UTC))
    image = _compile(
        orders,
        protect,
        protect_list,
        at=at,
        jurisdiction=jurisdiction,
        permit=permit,
        widen_urls=widen_urls,
        strip_www=strip_www,
    )
    if as_json:
        click.echo(show.report_json(image))
    else:
        show.checked(image)
    rejected = image.report.rejected if image.report is not None else ()
    if not all(refused.is_withdrawal for refused in rejected):
        sys.exit(EXIT_NO)


@cli.command()
@click.argument("image")
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("-q", "--quiet", is_flag=True, help="Only the exit code.")
def query(image: str, names: tuple[str, ...], as_json: bool, quiet: bool) -> None:
    """Ask whether names, URLs or addresses are blocked.

    They are read from standard input, one a line, if none is given. Exit code 0 if at least one is
    blocked, 1 if none is, 2 on an error.
    """
    blocked = Blocklist.open(image)
    found = False
    for name in names or _lines():
        match = blocked.lookup(name)
        found |= match is not None
        if quiet and found:
            break
        if not quiet:
            click.echo(show.answer(name, match, as_json))
    sys.exit(0 if found else EXIT_NO)


@cli.command()
@click.argument("image")
@click.argument("names", nargs=-1)
def explain(image: str, names: tuple[str, ...]) -> None:
    """Say in words why names are blocked, or are not."""
    blocked = Blocklist.open(image)
    for name in names or _lines():
        click.echo(show.printable(blocked.explain(name)))


def _lines() -> Iterator[str]:
    """Yield standard input line by line; octets that are not UTF-8 stand for themselves."""
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "surrogateescape").strip()
        if text:
            yield text


@cli.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def diff_(old: str, new: str, as_json: bool) -> None:
    """Show the rules that two images do not share: + added, - removed, ~ on other orders.

    Exit code 0 if they are the same, 1 if they differ, 2 on an error.
    """
    images = Blocklist.open(old), Blocklist.open(new)
    difference = diff(*images)
    named = (match for image in images for match in image.rules())
    hidden = {m.rule for m in named if all(order.confidential for order in m.orders)}
    show.difference(difference, hidden, as_json)
    if difference:
        sys.exit(EXIT_NO)


@cli.command()
@click.argument("image")
def verify(image: str) -> None:
    """Compare an image with its checksum, and show what is in it."""
    show.verified(Blocklist.open(image))


@cli.command()
@_source_options
@click.option("--at", type=_Instant(), help="As it stands then (UTC); default: now.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an order.")
def status(sources: tuple[str, ...], at: datetime | None, as_json: bool, **loading: Any) -> None:
    """Show each order: its state, deadline, days left or overdue, and penalty run up so far."""
    show.status(_load(sources, **loading), at or datetime.now(UTC), as_json)


@cli.command()
def formats() -> None:
    """List the formats that are read."""
    show.formats(LOADERS.values())


@cli.command()
def template() -> None:
    """Print a commented order file, to fill in by hand."""
    template = resources.files(__package__).joinpath("template.toml")
    click.echo(template.read_text("utf-8"), nl=False)
