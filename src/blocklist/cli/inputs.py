"""INPUTS: the commands that say what can be read: the formats, and an order file to fill in."""

from __future__ import annotations

from importlib import resources

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..loaders import all_loaders, other_loaders
from .printing import note, print_octets, shown_json


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per format.")
def formats(as_json: bool) -> None:
    """List the input formats."""
    table = Table("format", "description", "from")
    for loader in all_loaders().values():
        origin = getattr(loader, "origin", "blocklist")
        table.add_row(loader.name, Text(loader.title), origin)
        if as_json:
            click.echo(shown_json({"name": loader.name, "title": loader.title, "from": origin}))
    if not as_json:
        Console(emoji=False).print(table)
    for fault in other_loaders().faults.values():
        note(fault)


@click.command()
def template() -> None:
    """Print a commented order file to fill in."""
    template = resources.files(__package__).joinpath("template.toml")
    print_octets(template.read_text("utf-8"))
