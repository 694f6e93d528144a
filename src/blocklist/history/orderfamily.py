"""ORDER FAMILY: which orders are editions of one list, and which say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..image.contentdigest import without_file
from ..model.orders import Order
from ..model.targetlist import TargetList
from ..model.targets import TargetKind
from .spanfeed import fingerprint


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


def is_same(one: Order, other: Order) -> bool:
    """Whether two orders say the same; long lists by their columns."""
    mine, theirs = one.targets, other.targets
    if not (isinstance(mine, TargetList) and isinstance(theirs, TargetList)):
        return one == other
    if theirs.others or any(theirs.forms):
        return False  # built again instead
    columns = (theirs.kind, theirs.names, theirs.lines)
    if (mine.kind, mine.names, mine.lines) != columns or mine.others:
        return False
    return replace(one, targets=()) == replace(other, targets=())
