"""SHOW: what the commands print: tables for people on standard output, JSON for programs."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console

from ..answers.disclosure import CONFIDENTIAL, describe, shown
from ..changes.difference import Difference
from ..changes.editions import EditionReport
from ..image.container import Image
from ..image.contents import Contents
from ..matcher.blocklist import Blocklist
from ..matcher.explanation import Explanation
from ..matcher.match import Match
from ..model.report import Report
from ..model.targets import Rule
from ..model.wording import plural
from ..signing.imagenote import ImageNote
from .keys import described
from .printing import note, printable, shown_json
from .staleness import warn_if_stale

_FOR_RECORDS = ("withheld", "protected")
"""What of a report only a history keeps: confidential targets stand there."""
_FEW = 20


def compiled(image: Image, output: str, as_json: bool) -> None:
    """Print a summary of a compilation on standard error, or the full report as JSON."""
    if as_json:
        contents = Contents(image)
        click.echo(
            shown_json(
                report_data(image, output=output, valid_until=_instant(contents.valid_until)), 2
            )
        )
        warn_if_stale(contents, output)
        return
    console = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
    report = image.report or Report()
    _refusals(console, report, "--report FILE writes them all")
    contents = Contents(image)
    shadow = "shadow image, which blocks nothing: " if contents.is_shadow else ""
    console.print(f"{output}: {shadow}{report}", markup=False)
    console.print(f"digest {image.digest}, {len(image):,} octets", markup=False)
    if not warn_if_stale(contents, output) and contents.valid_until:
        console.print(f"next change at {contents.valid_until.isoformat()}: compile again then")


def edition(report: EditionReport) -> None:
    """Print what a new edition changes, list by list, on standard error."""
    for change in report.changes[:_FEW]:
        note(f"edition: {change}")
    if len(report.changes) > _FEW:
        note(f"edition: and {plural(len(report.changes) - _FEW, 'more list')}")


def _refusals(console: Console, report: Report, rest: str) -> None:
    for title, items in (("rejected", report.rejected), ("warning", report.warnings)):
        for item in items[:_FEW]:
            console.print(printable(f"{title}: {item}"), markup=False)
        if len(items) > _FEW:
            more = len(items) - _FEW
            console.print(f"{title}: and {more:,} more; {rest}", markup=False)


def checked(image: Image) -> None:
    """Print what was not selected, what was refused, and the sum."""
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    report = image.report or Report()
    for order_id, reason in report.skipped:
        console.print(printable(f"not selected: {order_id}: {reason}"), markup=False)
    for order_id in report.shadow:
        console.print(printable(f"shadow, not enforced: {order_id}"), markup=False)
    _refusals(console, report, "--json shows them all")
    console.print(str(report), markup=False)


def report_data(image: Image, **more: Any) -> dict[str, Any]:
    """Return the report of a fresh image for programs."""
    report = image.report or Report()
    data = {**asdict(report), "covered": list(report.covered), **more}
    for name in _FOR_RECORDS:
        del data[name]
    return {"digest": image.digest, "octets": len(image), **data}


def answer(name: str, match: Match | None, as_json: bool) -> str:
    """Return one line: the name, the verdict, the rule and the ids of its orders."""
    ids = [] if match is None else [order.id for order in match.orders]
    rule = None if match is None else shown(match.rule.text, match.orders)
    if as_json:
        return shown_json({"name": name, "blocked": match is not None, "rule": rule, "orders": ids})
    if match is None:
        return printable(f"{name}\tnot blocked")
    return printable(f"{name}\tblocked\t{rule}\t{', '.join(ids)}")


def explanation(name: str, found: Explanation, as_json: bool) -> str:
    """Return why something is blocked or not, as lines or as one JSON object."""
    if as_json:
        return shown_json({"name": name, **found.data()})
    return printable(found.text())


def difference(found: Difference, hidden: AbstractSet[Rule], as_json: bool) -> None:
    """Print the rules that two images do not share."""
    if as_json:
        lists = (("added", found.added), ("removed", found.removed), ("changed", found.changed))
        click.echo(
            shown_json({name: [_rule(rule, hidden) for rule in rules] for name, rules in lists})
        )
        return
    for mark, rules in (("+", found.added), ("-", found.removed), ("~", found.changed)):
        for rule in rules:
            click.echo(f"{mark} {_rule(rule, hidden)}")


def flush(found: Difference, hidden: AbstractSet[Rule]) -> None:
    """Print the names to flush from the cache of a resolver."""
    shown = Difference(
        tuple(rule for rule in found.added if rule not in hidden),
        tuple(rule for rule in found.removed if rule not in hidden),
        (),
    )
    for name in shown.names:
        click.echo(name)
    left = len(found.added) + len(found.removed) - len(shown.added) - len(shown.removed)
    if left:
        note(f"{plural(left, 'confidential rule')} left out; --show-confidential includes them")


def _instant(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _rule(rule: Rule, hidden: AbstractSet[Rule]) -> str:
    if rule in hidden:
        return CONFIDENTIAL
    return f"{rule.text} (exception)" if rule.allow else rule.text


def verified(
    blocked: Blocklist, as_json: bool, confidential: bool, signed: ImageNote | None
) -> None:
    """Print what an intact image contains, and what was signed of it."""
    image = blocked.image
    if as_json:
        data: dict[str, Any] = {
            "path": image.path,
            "octets": len(image),
            "digest": image.digest,
            "content_digest": image.content_digest,
            "rules": len(blocked),
            "shadow": blocked.contents.is_shadow,
            "valid_until": _instant(blocked.valid_until),
            "stale": blocked.contents.staleness(datetime.now(UTC)) is not None,
            "orders": [
                {"id": order.id, "description": describe(order, confidential=confidential)}
                for order in blocked.orders
            ],
        }
        if signed is not None:
            data["signed"] = {
                "origin": signed.origin,
                "serial": signed.serial,
                "made": _instant(signed.made),
                "valid_until": _instant(signed.valid_until),
            }
        click.echo(shown_json(data, 2))
        return
    if signed is not None:
        click.echo(printable(f"{image.path}: {described(signed)}"))
    click.echo(f"{image.path}: sound, {len(image):,} octets, digest {image.digest}")
    click.echo(f"{plural(len(blocked), 'rule')} of {plural(len(blocked.orders), 'order')}")
    if blocked.contents.is_shadow:
        click.echo("a shadow image: its hits are counted, and it blocks nothing")
    if blocked.valid_until:
        click.echo(
            f"compile again at {blocked.valid_until.isoformat()}: an order begins or ends then"
        )
    for order in blocked.orders:
        click.echo(printable(f"  {order.id}: {describe(order, confidential=confidential)}"))
