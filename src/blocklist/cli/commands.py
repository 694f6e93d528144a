"""COMMANDS: each reads its arguments, calls the library, and passes the result to ``show``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import click

from ..answers.disclosure import tellable
from ..atomicfile import writing
from ..changes.difference import compare_orders, difference_of, hidden_rules
from ..changes.editions import check_edition
from ..image.publishing import verified_note
from ..loaders import all_loaders, other_loaders
from ..matcher.blocklist import Blocklist
from ..review.markedtext import MarkedText
from ..signing.notekeys import origin_keys
from . import marked, show
from .answering import ExplainLines, QueryLines, answer
from .keys import key_option, save, sign_options, signers
from .options import compiled, load, read, selection_options, source_options
from .outputs import refuse_sources
from .printing import json_text, note, print_octets, shown_json
from .recording import Recording, record_options
from .reviewpage import review_page
from .staleness import warn_if_stale
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
    """Compile orders into an image for resolvers and proxies."""
    given = {"max_drop": max_drop, "max_growth": max_growth, "max_protected": max_protected}
    limits: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if previous is None and limits:
        raise click.UsageError(f"--{next(iter(limits)).replace('_', '-')} needs --previous IMAGE")
    signing = signers(sign, valid_for)
    read_too = (protect_list, popular, loading["mapping"], critical, *sign)
    refuse_sources({"-o": output, "--report": report}, sources, read_too)
    in_use = _in_use(previous, output)
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
        strict=strict,
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
@source_options
@selection_options
@click.option("--json", "as_json", is_flag=True, help="Print the full report as JSON.")
@click.option(
    "--full-text",
    is_flag=True,
    help="Show every line of a prose document, not only those near a match.",
)
@click.option("--show-confidential", is_flag=True, help="Show the names of confidential orders.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a page (HTML) that shows the documents with all names marked, to sign.",
)
@click.option(
    "--dsa",
    is_flag=True,
    help="Instead, show what article 9 of the Digital Services Act wants of each order, and "
    "what is there.",
)
def check(
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
    as_json: bool,
    full_text: bool,
    show_confidential: bool,
    html: Path | None,
    dsa: bool,
    **loading: Any,
) -> None:
    """Show what orders would block, and each refused line with the reason.

    Prints the text of an order in prose with marks: >> target, ++ exception, !! refused, ~~ only
    mentioned. Exit code 0 if nothing was refused, 1 if something was, if a name that is no target
    stands where something is ordered, or if an order is a draft, 2 on an error. With --dsa: 0 if
    all is there, 1 if something is missing or for a person.
    """
    if dsa:
        if html is not None:
            raise click.UsageError("--dsa makes no page: leave out --html")
        from .dsachecking import check_dsa

        found = load(sources, **loading)
        sys.exit(0 if check_dsa(found, as_json=as_json, confidential=show_confidential) else 1)
    orders = []
    texts = []
    shows = None if as_json else partial(marked.show_refused, full=full_text)
    with review_page(html, sources, confidential=show_confidential, ocr=loading["ocr"]) as page:
        for document, found in read(sources, page.refused(shows), **loading):
            shown = tellable(found, confidential=show_confidential)
            text = MarkedText(document, shown)
            if text.is_prose:  # a list of a million lines need not stay
                texts.append(text)
            if not as_json:
                now = at or datetime.now(UTC)
                marked.show_orders(found, text, now, full_text, show_confidential)
            page.add(document, found)
            orders += found
    drafts = [order for order in orders if order.reviewed is False]
    for draft in drafts:
        note(f"not reviewed, so compile refuses it: {draft.source.path}: {draft.id}")
    if len(drafts) == len(orders):
        sys.exit(EXIT_NO)
    image = compiled(
        [order for order in orders if order.reviewed is not False],
        protect,
        protect_list,
        at=at,
        jurisdiction=jurisdiction,
        permit=permit,
        critical=critical,
        popular=popular,
        hold=hold,
        mention=mention,
        widen_urls=widen_urls,
        strip_www=strip_www,
    )
    if as_json:
        marks = [mark for text in texts for mark in text.data()]
        click.echo(shown_json(show.report_data(image, marks=marks), 2))
    else:
        show.checked(image)
    rejected = image.report.rejected if image.report is not None else ()
    doubtful = any(mention.doubtful for order in orders for mention in order.mentions)
    if drafts or doubtful or not all(one.is_withdrawal for one in rejected):
        sys.exit(EXIT_NO)


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
