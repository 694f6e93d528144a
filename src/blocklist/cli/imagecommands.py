"""IMAGE COMMANDS: the commands that read images alone, and so start without the loaders."""

from __future__ import annotations

import sys

import click

from ..changes.difference import compare_orders, difference_of, hidden_rules
from ..image.publishing import verified_note
from ..matcher.blocklist import Blocklist
from ..signing.notekeys import origin_keys
from . import show
from .answering import ExplainLines, QueryLines, answer
from .keys import key_option
from .staleness import warn_if_shadow, warn_if_stale

EXIT_NO = 1


@click.command()
@click.argument("image")
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; only set the exit code.")
@click.option("--blocked-only", is_flag=True, help="Print only those that are blocked.")
def query(
    image: str, names: tuple[str, ...], as_json: bool, quiet: bool, blocked_only: bool
) -> None:
    """Say whether names, URLs or addresses are blocked.

    Without arguments, reads them from standard input, one per line. Exit code 0 if at least one is
    blocked, 1 if not, 2 on an error.
    """
    blocked = Blocklist.open(image)
    if not quiet:
        warn_if_stale(blocked.contents, image)
        warn_if_shadow(blocked.contents, image)
    lines = QueryLines(blocked, as_json=as_json, blocked_only=blocked_only)
    found = answer(names, lines, None if quiet else click.echo)
    sys.exit(0 if found else EXIT_NO)


@click.command()
@click.argument("image")
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def explain(image: str, names: tuple[str, ...], as_json: bool) -> None:
    """Explain why names, URLs or addresses are blocked or not.

    Prints the verdict, the rule, and a line for each order with authority, reference, dates and
    source. Without arguments, reads the names from standard input, one per line.
    """
    blocked = Blocklist.open(image)
    warn_if_stale(blocked.contents, image)
    warn_if_shadow(blocked.contents, image)
    answer(names, ExplainLines(blocked, as_json=as_json), click.echo)


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--flush", is_flag=True, help="Print the names to flush from caches, one per line; exit code 0."
)
@click.option(
    "--show-confidential", is_flag=True, help="Also print confidential names (only with --flush)."
)
def diff_(old: str, new: str, as_json: bool, flush: bool, show_confidential: bool) -> None:
    """Show the rules that differ between two images: + added, - removed, ~ other orders.

    Exit code 0 if the images have the same rules, 1 if they differ, 2 on an error.
    """
    comparison = compare_orders(old, new)
    difference, hidden = difference_of(comparison), hidden_rules(comparison)
    if flush:
        show.flush(difference, frozenset() if show_confidential else hidden)
        return
    show.difference(difference, hidden, as_json)
    if difference:
        sys.exit(EXIT_NO)


@click.command()
@click.argument("image")
@click.option("--fresh", is_flag=True, help="Exit with 1 if an order has begun or ended since.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--show-confidential", is_flag=True, help="Show authority and numbers of confidential orders."
)
@key_option
def verify(
    image: str, fresh: bool, as_json: bool, show_confidential: bool, key: tuple[str, ...]
) -> None:
    """Check an image against its checksum, with --key its signature, and show what it contains.

    Exit code 0 if it is sound, 1 with --fresh if it is stale, 2 on an error.
    """
    blocked = Blocklist.open(image, share=not key)
    signed = verified_note(blocked.image, image, origin_keys(key)) if key else None
    show.verified(blocked, as_json, show_confidential, signed)
    if warn_if_stale(blocked.contents, image) and fresh:
        sys.exit(EXIT_NO)
