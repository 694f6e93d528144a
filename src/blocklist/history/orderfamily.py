"""ORDER FAMILY: which orders are editions of one list, and which say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..image.contentdigest import without_file
from ..model.orderdata import decode_order
from ..model.orders import Order
from ..model.targetlist import TargetList
from ..model.targets import TargetKind
from .orderrows import is_plain, order_of
from .spanfeed import fingerprint

_PLAIN_NAMES = re.compile(rb"(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)+\n)*+").fullmatch
"""As a row of a plain name is read."""
_LONG = 20_000
"""Targets of which making an image again is cheaper than comparing each."""


def family_of(order: Order, data: Mapping[str, Any]) -> str:
    """Return what the editions of one list share, though their ids may differ.

    A list without a number has an id with the checksum of its file; editions of a series have the
    number of the issue. Names and addresses of one issue are two lists.
    """
    if order.series:
        first = next(iter(order.targets), None)
        kind = "addresses" if first and first.kind is TargetKind.ADDRESS else "names"
        return f"series:{order.series}:{kind}"
    bare = str(without_file(data).get("id", ""))
    # The name of a file may be that of a party.
    path = fingerprint(order.source.path.encode("utf-8", "surrogatepass")).hex()
    return f"id:{order.id}" if bare == order.id else f"file:{bare}:{path}"


def read_back(order: Order, head: dict[str, Any], rows: Iterable[str]) -> Order | None:
    """Return what the rows of an order give, if that is not the order itself, or is too long.

    Of a long plain list the column of names tells that each row is read as it was written.
    """
    targets = order.targets
    if (
        isinstance(targets, TargetList)
        and not order.exceptions
        and is_plain(targets)
        and _PLAIN_NAMES(targets.names)
    ):
        again = decode_order(head, targets=targets)
    else:
        again = order_of(head, rows)
        if len(targets) > _LONG:
            return again
    return None if again == order else again
