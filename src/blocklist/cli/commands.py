"""The commands: each reads its arguments, asks the library, and hands the answer to ``show``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import click

from ..answers.disclosure import is_hidden, tellable
from ..changes.difference import diff
from ..changes.editions import check_edition
from ..image.container import Image
from ..loaders import all_loaders, other_loaders
from ..loaders.ordertext import order_text
from ..matcher.blocklist import Blocklist
from . import marked, show
from .options import compiled, load, read, selection_options, source_options
from .printing import note, printable
from .values import Instant, Percent

EXIT_NO = 1


@click.command("compile")
@source_options
@selection_options
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), help="The image.")
@click.option("--strict", is_flag=True, help="Fail at the first line or target that is refused.")
@click.option("--report", type=click.Path(dir_okay=False), help="Write the whole report as JSON.")
@click.option("--previous", help="Image to compare with; if a limit is broken, nothing is written.")
@click.option("--max-drop", type=Percent(), help="Of a list, what may vanish; default: 20%.")
@click.option("--max-growth", type=Percent(), help="Of its size, what it may grow; default: 100%.")
@click.option("--max-protected", type=int, help="Targets under protected names; default: none.")
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
    previous: str | None,
    max_drop: float | None,
    max_growth: float | None,
    max_protected: int | None,
    **loading: Any,
) -> None:
    """Compile orders into an image that resolvers and proxies open."""
    limits = {"max_drop": max_drop, "max_growth": max_growth, "max_protected": max_protected}
    limits = {name: value for name, value in limits.items() if value is not None}
    if previous is None and limits:
        raise click.UsageError(f"--{next(iter(limits)).replace('_', '-')} needs --previous IMAGE")
    image = compiled(
        load(sources, strict=strict, **loading),
        protect,
        protect_list,
        at=at,
        jurisdiction=jurisdiction,
        permit=permit,
        widen_urls=widen_urls,
        strip_www=strip_www,
        strict=strict,
    )
    if previous is not None:
        _accept(image, previous, output, at, limits)
    if report:  # first: if it cannot be written, the old image stays
        Path(report).write_text(show.report_json(image) + "\n", "utf-8")
    image.save(output)
    show.compiled(image, output)


def _accept(
    image: Image, previous: str, output: str, at: datetime | None, limits: dict[str, Any]
) -> None:
    """Compare with the image that serves, which stays if this raises."""
    # A job gives both from its first day; another name that is not there is a mistyped one.
    if not Path(previous).exists() and Path(previous).resolve() == Path(output).resolve():
        note(f"{previous}: not there yet, so there is nothing to compare with")
        return
    show.edition(check_edition(image, previous, at=at, **limits))


@click.command()
@source_options
@selection_options
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
@click.option("--full-text", is_flag=True, help="Of prose: every line, not those around marks.")
@click.option("--show-confidential", is_flag=True, help="Names of confidential orders as well.")
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
    full_text: bool,
    show_confidential: bool,
    **loading: Any,
) -> None:
    """Show what orders would block, and each line refused with the reason.

    Of an order in prose the text is shown with what was read in it: >> target, ++ exception,
    !! refused, ~~ only mentioned. Exit code 0 if nothing was refused, 1 if something was, 2 on an
    error.
    """
    orders = []
    texts = []
    for document, read_here in read(sources, **loading):
        shown = tellable(read_here, confidential=show_confidential)
        text = marked.MarkedText(document, shown)
        if text.is_prose:  # a list of a million lines need not stay
            texts.append(text)
        if not as_json:
            now = at or datetime.now(UTC)
            marked.show_orders(read_here, text, now, full_text, show_confidential)
        orders += read_here
    image = compiled(
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
        marks = [mark for text in texts for mark in text.data()]
        click.echo(show.report_json(image, marks=marks))
    else:
        show.checked(image)
    rejected = image.report.rejected if image.report is not None else ()
    if not all(refused.is_withdrawal for refused in rejected):
        sys.exit(EXIT_NO)


@click.command("import")
@source_options
@click.option("-o", "--output", default="-", help="The order file; default: standard output.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--show-confidential", is_flag=True, help="Write confidential names as well.")
def import_(
    sources: tuple[str, ...], output: str, force: bool, show_confidential: bool, **loading: Any
) -> None:
    """Save what was read as an order file (TOML), to review it and keep it.

    Where each target stood, what was refused and what was only mentioned are comments.
    """
    orders = load(sources, **loading)
    hidden = next((order for order in orders if is_hidden([order])), None)
    if hidden is not None and not show_confidential:
        raise click.UsageError(
            f"{hidden.id} is confidential; to write its names, give --show-confidential"
        )
    text = order_text(orders)
    if output == "-":
        click.echo(text, nl=False)
        return
    try:
        with Path(output).open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise click.UsageError(f"{output} is there; --force writes over it") from error
    note(f"{output}: {sum(len(o.targets) for o in orders):,} targets of {len(orders):,} orders")


@click.command()
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


@click.command()
@click.argument("image")
@click.argument("names", nargs=-1)
def explain(image: str, names: tuple[str, ...]) -> None:
    """Say in words why names are blocked, or are not."""
    blocked = Blocklist.open(image)
    for name in names or _lines():
        click.echo(printable(blocked.explain(name)))


def _lines() -> Iterator[str]:
    """Yield standard input line by line; octets that are not UTF-8 stand for themselves."""
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "surrogateescape").strip()
        if text:
            yield text


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.option("--flush", is_flag=True, help="The names to flush from caches, one a line; code 0.")
@click.option("--show-confidential", is_flag=True, help="With --flush: confidential names too.")
def diff_(old: str, new: str, as_json: bool, flush: bool, show_confidential: bool) -> None:
    """Show the rules that two images do not share: + added, - removed, ~ on other orders.

    Exit code 0 if they are the same, 1 if they differ, 2 on an error.
    """
    images = Blocklist.open(old), Blocklist.open(new)
    difference = diff(*images)
    named = (match for image in images for match in image.rules())
    hidden = {m.rule for m in named if is_hidden(m.orders)}
    if flush:
        show.flush(difference, frozenset() if show_confidential else hidden)
        return
    show.difference(difference, hidden, as_json)
    if difference:
        sys.exit(EXIT_NO)


@click.command()
@click.argument("image")
def verify(image: str) -> None:
    """Compare an image with its checksum, and show what is in it."""
    show.verified(Blocklist.open(image))


@click.command()
@source_options
@click.option("--at", type=Instant(), help="As it stands then (UTC); default: now.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an order.")
def status(sources: tuple[str, ...], at: datetime | None, as_json: bool, **loading: Any) -> None:
    """Show each order: its state, deadline, days left or overdue, and penalty run up so far."""
    show.status(load(sources, **loading), at or datetime.now(UTC), as_json)


@click.command()
def formats() -> None:
    """List the formats that are read."""
    show.formats(all_loaders().values(), other_loaders().faults.values())


@click.command()
def template() -> None:
    """Print a commented order file, to fill in by hand."""
    template = resources.files(__package__).joinpath("template.toml")
    click.echo(template.read_text("utf-8"), nl=False)
