"""DSA CHECKING: what ``check --dsa`` prints: what article 9 wants of each order."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ..answers.disclosure import describe, is_hidden
from ..model.orders import Order
from ..reports.dsaarticle import NOT_OF_AN_AUTHORITY, STILL_BINDS, Standing, elements_of
from .printing import printable, shown_json

_SIGNS = {Standing.THERE: "+", Standing.MISSING: "-", Standing.PERSON: "?"}


def check_dsa(orders: Iterable[Order], *, as_json: bool, confidential: bool) -> bool:
    """Print the elements of each order; return whether all are there."""
    whole = True
    for order in orders:
        found = elements_of(order, confidential=confidential)
        whole = whole and all(one.standing is Standing.THERE for one in found)
        if as_json:
            click.echo(
                shown_json(
                    {
                        "order": order.id,
                        "confidential": is_hidden([order]),
                        "elements": [one.data for one in found],
                        "note": STILL_BINDS if found else NOT_OF_AN_AUTHORITY,
                    }
                )
            )
            continue
        click.echo(printable(f"{order.id}: {describe(order, confidential=confidential)}"))
        if not found:
            click.echo(f"  {NOT_OF_AN_AUTHORITY}")
        for one in found:
            line = f"  {_SIGNS[one.standing]} {one.paragraph:<9} {one.wanted}: {one.said}"
            click.echo(printable(line))
    if not as_json:
        click.echo(f"+ there, - missing, ? for a person. {STILL_BINDS}")
    return whole
