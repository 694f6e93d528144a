"""IMPORTING: the command that writes what was read, or a draft of it, as an order file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from ..answers.disclosure import is_hidden
from ..atomicfile import Rights, writing
from ..errors import shorten
from ..loaders import LoadOptions
from ..loaders.drafts import draft_text, drafted_documents
from ..loaders.italian.statements import is_of_missing_facts
from ..loaders.ordertext import order_text
from ..model.orders import Order
from ..model.wording import plural
from .options import load, source_options, standard_input
from .outputs import refuse_sources
from .printing import note, print_octets

EXIT_LOOK = 1


@click.command("import")
@source_options
@click.option("-o", "--output", default="-", help="Order file to write (default: standard output).")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@click.option(
    "--draft",
    is_flag=True,
    help="Write every name and fact of any text as comments, to complete by hand.",
)
@click.option("--show-confidential", is_flag=True, help="Write the names of confidential orders.")
def import_(
    sources: tuple[str, ...],
    output: str,
    force: bool,
    draft: bool,
    show_confidential: bool,
    **loading: Any,
) -> None:
    """Save orders as an order file (TOML), to review and keep.

    Comments say where each target stood, what was refused, and what was only mentioned. Exit code 0
    if nothing was left out, 1 if something needs a look, 2 on an error.

    With --draft, the source may be any text in any language: nothing in the file blocks until a
    person has removed the marks of what is ordered and set reviewed = true.
    """
    refuse_sources({"-o": output}, sources)
    if draft:
        text = _draft(sources, loading, show_confidential)
        _write(text, output, force, private=show_confidential)
        if output != "-":
            note(f"{output}: a draft; its comments say what to do")
        return
    orders = load(sources, **loading)
    hidden = next((order for order in orders if is_hidden([order])), None)
    if hidden is not None and not show_confidential:
        raise click.UsageError(
            f"{hidden.id} is confidential; use --show-confidential to write its names"
        )
    _write(order_text(orders), output, force, private=hidden is not None)
    if output != "-":
        targets = sum(len(order.targets) for order in orders)
        note(f"{output}: {plural(targets, 'target')} of {plural(len(orders), 'order')}")
    left = list(_left_out(orders))
    for line in left:
        note(line)
    if left:
        sys.exit(EXIT_LOOK)


def _draft(sources: Iterable[str], loading: dict[str, Any], confidential: bool) -> str:
    options = LoadOptions(jurisdiction=loading.pop("issued_in"), **loading)
    documents = []
    for source in sources:
        given = standard_input(source, options)
        documents += drafted_documents(*given, confidential=confidential)
    return draft_text(documents)


def _write(text: str, output: str, force: bool, *, private: bool) -> None:
    """Write a text to a file, perhaps one that others cannot read, or to standard output."""
    if output == "-":
        print_octets(text)
        return
    if not force and os.path.lexists(output):
        raise click.UsageError(f"{output} exists; use --force to overwrite it")
    with writing(output, Rights(is_private=private)) as file:
        file.write(text.encode())


def _left_out(orders: Iterable[Order]) -> Iterator[str]:
    """Yield a line for each thing that a person should look at before the file is used."""
    for order in orders:
        for refused in order.rejected:
            if not refused.is_withdrawal:
                yield f"left out: {refused}"
        for mention in order.mentions:
            if mention.doubtful:
                where = f"{order.source.path}:{mention.line}"
                yield f"left out: {where}: {shorten(mention.text, 200)!r}: {mention.reason}"
        doubts = tuple(f"line {mention.line}: " for mention in order.mentions if mention.doubtful)
        for warning in order.warnings:
            if is_of_missing_facts(warning):
                note(f"{order.id}: {warning}")
            elif not (doubts and warning.startswith(doubts) and "is not blocked" in warning):
                yield f"warning: {order.id}: {warning}"
