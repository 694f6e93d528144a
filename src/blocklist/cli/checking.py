"""CHECKING: the command that shows what orders would block, before they are compiled."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..answers.disclosure import tellable
from ..review.markedtext import MarkedText
from . import marked, show
from .options import compiled, load, read, selection_options, source_options
from .printing import note, shown_json
from .reviewpage import review_page

EXIT_NO = 1


@click.command()
@source_options
@selection_options
@click.option("--shadow", is_flag=True, help="Show what the shadow orders alone would block.")
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
    shadow: bool,
    as_json: bool,
    full_text: bool,
    show_confidential: bool,
    html: Path | None,
    dsa: bool,
    **loading: Any,
) -> None:
    """Show what orders would block, and each refused line with the reason.

    Prints the text of an order in prose with marks: >> target, ++ exception, !! refused, ~~ only
    mentioned. Shadow orders are counted, and what they would block is shown with --shadow.

    Exit code 0 if nothing was refused, 1 if something was, if a name that is no target
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
    reviewed = [order for order in orders if order.reviewed is not False]
    has_others = any(order.shadow is shadow for order in reviewed)
    image = compiled(
        reviewed,
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
        shadow=shadow,
        allow_empty=not has_others,
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
