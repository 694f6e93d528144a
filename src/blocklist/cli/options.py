"""OPTIONS: the options that several commands share, and loading and compiling with them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from ..compiler.pipeline import compile_orders
from ..compiler.watchlists import DEFAULT, HOLD, MENTION, rows_of
from ..documents import Document
from ..errors import OrderError
from ..image.container import Image
from ..loaders import LoadOptions, Refused, read_orders
from ..loaders.sidecars import without_sidecars
from ..model.orders import Order
from ..model.wording import plural
from .printing import Progress
from .values import Checksum, Instant

Command = TypeVar("Command", bound=Callable[..., Any])


def source_options(command: Command, *, required: bool = True) -> Command:
    """Add the sources, and the options of ``load_orders``.

    Args:
        command: to add them to.
        required: whether there must be a source.
    """
    for option in reversed(
        [
            click.argument(
                "sources",
                nargs=-1,
                required=required,
                metavar="SOURCE…" if required else "[SOURCE…]",
            ),
            click.option(
                "--format",
                metavar="NAME",
                help="Input format (see `blocklist formats`); detected from the content by "
                "default.",
            ),
            click.option(
                "--mapping",
                type=click.Path(exists=True, dir_okay=False),
                help="TOML file that says how to read a table; replaces --format.",
            ),
            click.option("--column", help="Column to read: header name or 1-based number."),
            click.option("--encoding", help="Text encoding, such as windows-1250."),
            click.option(
                "--scope",
                type=click.Choice(["subtree", "exact", "below"]),
                help="What a name without a mark covers (default: subtree).",
            ),
            click.option("--ocr", is_flag=True, help="Recognise the text of scanned pages."),
            click.option("--authority", help="Issuing authority, if the source does not state it."),
            click.option(
                "--checksum",
                type=Checksum(),
                help="Expected SHA-256 of the file: hex digits, or the file that holds it.",
            ),
            click.option(
                "--issued-in",
                help="Country of the authority (ISO 3166-1 alpha-2), if the source does not "
                "state it.",
            ),
        ]
    ):
        command = option(command)
    return command


def selection_options(command: Command) -> Command:
    """Add the options of ``compile_orders``."""
    for option in reversed(
        [
            click.option(
                "--at",
                type=Instant(),
                help="Select the orders in force at this time (UTC; default: now).",
            ),
            click.option(
                "--jurisdiction",
                help="Select the orders that bind in this country (ISO 3166-1 alpha-2).",
            ),
            click.option(
                "--protect",
                multiple=True,
                help="Never block this name or prefix; may be repeated.",
            ),
            click.option(
                "--protect-list",
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                help="File of names and prefixes to protect, one per line.",
            ),
            click.option(
                "--permit",
                multiple=True,
                help="Block this target although a guard refuses it; may be repeated.",
            ),
            click.option(
                "--critical",
                default=DEFAULT,
                show_default=True,
                metavar="default|none|FILE",
                help="Names that no target may block unless --permit names it: those that come "
                "along, none, or those of a TOML file.",
            ),
            click.option(
                "--popular",
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                help="File of names by popularity, one per line or as rank,name. A new target "
                "that would block one of the first needs --permit.",
            ),
            click.option(
                "--hold",
                type=click.IntRange(min=0),
                default=HOLD,
                show_default=True,
                help="How many names of --popular are held.",
            ),
            click.option(
                "--mention",
                type=click.IntRange(min=0),
                default=MENTION,
                show_default=True,
                help="How many names of --popular are watched: a warning tells of a new target "
                "that blocks one.",
            ),
            click.option(
                "--widen-urls", is_flag=True, help="Block the whole host of each URL target."
            ),
            click.option("--strip-www", is_flag=True, help="Block x where an order names www.x."),
        ]
    ):
        command = option(command)
    return command


def read(
    sources: Iterable[str], refused: Refused | None = None, **options: Any
) -> Iterator[tuple[Document, list[Order]]]:
    """Yield the documents of all sources with their orders; ``-`` is standard input.

    ``refused`` is called with each document that holds no order that can be read.
    """
    wanted = LoadOptions(jurisdiction=options.pop("issued_in"), **options)
    with Progress() as progress:

        def refused_here(document: Document, error: OrderError) -> None:
            progress.hide()
            if refused is not None:
                refused(document, error)

        for source in without_sidecars(list(sources)):
            progress.show(f"reading {source}")
            told = None if refused is None else refused_here
            for found in read_orders(*standard_input(source, wanted), told):
                progress.hide()
                yield found
                progress.show(f"reading {source}")


def standard_input(source: str, options: LoadOptions) -> tuple[str | bytes, LoadOptions]:
    """Return a source and its options; ``-`` becomes the octets of standard input."""
    if source != "-":
        return source, options
    return sys.stdin.buffer.read(), replace(options, name="standard input")


def load(sources: Iterable[str], **options: Any) -> list[Order]:
    """Return the orders of all sources."""
    return [order for _, orders in read(sources, **options) for order in orders]


def compiled(
    orders: list[Order],
    protect: tuple[str, ...],
    protect_list: Path | None,
    *,
    critical: str,
    popular: Path | None,
    hold: int,
    mention: int,
    **options: Any,
) -> Image:
    """Compile with the names that the options protect, watch and hold."""
    names = [
        *protect,
        *(names_in(protect_list) if protect_list else ()),
    ]
    with Progress() as progress:
        progress.show(f"compiling {plural(sum(len(order.targets) for order in orders), 'target')}")
        return compile_orders(
            orders,
            protect=names,
            critical=None if critical == "none" else critical,
            popular=() if popular is None else rows_of(popular),
            hold=hold,
            mention=mention,
            **options,
        )


def names_in(path: Path) -> Iterator[str]:
    """Yield the names in a file, one per line; ``#`` begins a comment."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{path} is not UTF-8 text; convert it") from error
    for line in text.splitlines():
        name = line.partition("#")[0].strip()
        if name:
            yield name
