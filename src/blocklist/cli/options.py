"""OPTIONS: what several commands take, and how they load and compile with it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from ..compiler.pipeline import compile_orders
from ..documents import Document
from ..image.container import Image
from ..loaders import LoadOptions, read_orders
from ..model.orders import Order
from . import show
from .values import Checksum, Instant

Command = TypeVar("Command", bound=Callable[..., Any])


def source_options(command: Command) -> Command:
    """Add the sources, and what ``load_orders`` takes about them."""
    for option in reversed(
        [
            click.argument("sources", nargs=-1, required=True, metavar="SOURCE…"),
            click.option(
                "--format", metavar="NAME", help="Of 'blocklist formats'; not by content."
            ),
            click.option(
                "--mapping",
                type=click.Path(exists=True, dir_okay=False),
                help="TOML file that says how a table is read, in the place of a format.",
            ),
            click.option("--column", help="Of a table: header or number of the column to read."),
            click.option("--encoding", help="Of the text, such as windows-1250."),
            click.option(
                "--scope",
                type=click.Choice(["subtree", "exact", "below"]),
                help="What a name without mark means; default: subtree.",
            ),
            click.option("--ocr", is_flag=True, help="Recognise the letters of scanned pages."),
            click.option("--authority", help="Who issued it, where the source does not say."),
            click.option(
                "--checksum", type=Checksum(), help="SHA-256 of the file: hex, or its control file."
            ),
            click.option("--issued-in", help="Country of the authority (ISO 3166), likewise."),
        ]
    ):
        command = option(command)
    return command


def selection_options(command: Command) -> Command:
    """Add what ``compile_orders`` takes."""
    for option in reversed(
        [
            click.option("--at", type=Instant(), help="Orders in force then (UTC); default: now."),
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


def read(sources: Iterable[str], **options: Any) -> Iterator[tuple[Document, list[Order]]]:
    """Yield the documents of all sources with their orders; ``-`` is standard input."""
    wanted = LoadOptions(jurisdiction=options.pop("issued_in"), **options)
    with show.progress() as report:
        for source in sources:
            report(f"reading {source}")
            if source == "-":
                octets = sys.stdin.buffer.read()
                yield from read_orders(octets, replace(wanted, name="standard input"))
            else:
                yield from read_orders(source, wanted)


def load(sources: Iterable[str], **options: Any) -> list[Order]:
    """Return the orders of all sources."""
    return [order for _, orders in read(sources, **options) for order in orders]


def compiled(
    orders: list[Order], protect: tuple[str, ...], protect_list: Path | None, **options: Any
) -> Image:
    """Compile with the names that the options protect."""
    names = [
        *protect,
        *(names_in(protect_list) if protect_list else ()),
    ]
    with show.progress() as report:
        report(f"compiling {sum(len(order.targets) for order in orders):,} targets")
        return compile_orders(orders, protect=names, **options)


def names_in(path: Path) -> Iterator[str]:
    """Yield the names of a file, one a line; ``#`` begins a comment."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{path} is not UTF-8 text") from error
    for line in text.splitlines():
        name = line.partition("#")[0].strip()
        if name:
            yield name
