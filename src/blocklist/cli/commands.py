"""COMMANDS: each reads its arguments, calls the library, and passes the result to ``show``."""

from __future__ import annotations

import sys
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

import click

from ..atomicfile import writing
from ..changes.difference import compare_orders, difference_of, hidden_rules
from ..changes.editions import check_edition
from ..image.publishing import verified_note
from ..loaders import all_loaders, other_loaders
from ..matcher.blocklist import Blocklist
from ..signing.notekeys import origin_keys
from . import show
from .answering import ExplainLines, QueryLines, answer
from .keys import key_option, save, sign_options, signers
from .options import compiled, load, selection_options, source_options
from .outputs import refuse_other_kind, refuse_sources
from .printing import json_text, note, print_octets
from .recording import Recording, record_options
from .staleness import warn_if_shadow, warn_if_stale
from .values import Percent

EXIT_NO = 1


@click.command("compile")
@source_options
@selection_options
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False),
    help="File to write the image to.",
)
@click.option(
    "--shadow", is_flag=True,
    help="Compile the shadow orders alone, into an image that is counted and not enforced.",
)  # fmt: skip
@sign_options
@click.option("--strict", is_flag=True, help="Fail on the first line or target that is refused.")
@click.option(
    "--report", type=click.Path(dir_okay=False), help="Write the full report to this file (JSON)."
)
@click.option("--json", "as_json", is_flag=True, help="Print the full report as JSON.")
@record_options
@click.option("--previous", help="Compare with this image; write nothing if a limit is exceeded.")
@click.option(
    "--max-drop",
    type=Percent(),
    help="Reject a list that lost more than this share of its entries (default: 20%).",
)
@click.option(
    "--max-growth",
    type=Percent(),
    help="Reject a list that grew by more than this share (default: 100%).",
)
@click.option(
    "--max-protected",
    type=int,
    help="Accept this many new targets under protected names (default: 0).",
)
def compile_(
    sources: tuple[str, ...],
    at: datetime | None,
    jurisdiction: str | None,
    protect: tuple[str, ...],
    protect_list: Path | None,
    permit: tuple[str, ...],
    critical: str,
    popular: Path | None,
    hold: int,
    mention: int,
    widen_urls: bool,
    strip_www: bool,
    output: str,
    sign: tuple[str, ...],
    valid_for: float | None,
    shadow: bool,
    strict: bool,
    report: str | None,
    as_json: bool,
    previous: str | None,
    max_drop: float | None,
    max_growth: float | None,
    max_protected: int | None,
    recording: Recording,
    **loading: Any,
) -> None:
    """Compile orders into an image for resolvers and proxies.

    Shadow orders (shadow = true) are left out and counted. With --shadow they alone are compiled,
    for what counts their hits (serve --shadow, audit --shadow); such an image blocks nothing.
    """
    for option, is_given in (("--history", recording.is_asked), ("--previous", bool(previous))):
        if shadow and is_given:
            raise click.UsageError(f"{option} is for what is enforced; leave it out with --shadow")
    given = {"max_drop": max_drop, "max_growth": max_growth, "max_protected": max_protected}
    limits: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if previous is None and limits:
        raise click.UsageError(f"--{next(iter(limits)).replace('_', '-')} needs --previous IMAGE")
    signing = signers(sign, valid_for)
    read_too = (protect_list, popular, loading["mapping"], critical, *sign)
    refuse_sources({"-o": output, "--report": report}, sources, read_too)
    in_use = _in_use(previous, output)
    refuse_other_kind(output, shadow=shadow)
    orders = load(sources, strict=strict, **loading)
    selection: dict[str, Any] = {
        "permit": permit,
        "critical": critical,
        "hold": hold,
        "mention": mention,
        "widen_urls": widen_urls,
        "strip_www": strip_www,
    }
    image = compiled(
        orders,
        protect,
        protect_list,
        at=at,
        jurisdiction=jurisdiction,
        popular=popular,
        previous=in_use,
        shadow=shadow,
        strict=strict,
        allow_empty=shadow,  # the last shadow order is enforced now, or was withdrawn
        **selection,
    )
    if in_use is not None:
        show.edition(check_edition(image, in_use, at=at, **limits))
    if report:  # first: if it cannot be written, the old image stays
        with writing(report) as file:
            file.write(f"{json_text(show.report_data(image), 2)}\n".encode())
    recording.write(orders, image, at, {**selection, "protect": protect})
    lost = image.rights.taken(Path(output))
    save(image, output, signing, valid_for)
    show.compiled(image, output, as_json)
    if lost:
        note(lost)


def _in_use(previous: str | None, output: str) -> str | None:
    """Return the image in use to compare with, which stays if the new one is rejected."""
    # A job names both from its first day; any other missing file is a typing error.
    if (
        previous is not None
        and not Path(previous).exists()
        and Path(previous).resolve() == Path(output).resolve()
    ):
        note(f"{previous} does not exist yet; there is nothing to compare with")
        return None
    return previous


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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per format.")
def formats(as_json: bool) -> None:
    """List the input formats."""
    show.formats(all_loaders().values(), other_loaders().faults.values(), as_json)


@click.command()
def template() -> None:
    """Print a commented order file to fill in."""
    template = resources.files(__package__).joinpath("template.toml")
    print_octets(template.read_text("utf-8"))
