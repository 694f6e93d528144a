"""EDITION KEYS: what is the same of an order in the next edition of its list.

A list is a snapshot: its next edition has another serial, date and checksum, and so orders with
other ids. Its rules have not changed by that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..image.contentdigest import without_file

_LIST_ISSUE = "list-issue"
_NAMELESS = "list:"  # how the id of a list begins that says nothing of itself


def stem(order_id: str, series: str, sha256: str) -> str:
    """Return what is the same in the next edition: the series, or the id without a checksum."""
    checksum = sha256[:8]
    return series or (order_id.replace(f":{checksum}", "") if checksum else order_id)


def is_of_list(order_id: str, series: str, sha256: str, instrument: str) -> bool:
    """Whether an order has an id that its next edition has not, if it has one."""
    is_numbered = series or instrument == _LIST_ISSUE
    return bool(is_numbered) or stem(order_id, series, sha256) != order_id


def edition_key(order: Mapping[str, Any]) -> str:
    """Return a text by which an order of an image is the same as one of another image.

    Of an edition of a list, its series, or its id without checksum and file name; of a single
    order all that it says, without where it was read.
    """
    said = without_file(order)
    sha256 = str((order.get("source") or {}).get("sha256", ""))
    id_, series = str(said.get("id", "")), str(order.get("series", ""))
    is_nameless = str(order.get("id", "")).startswith(_NAMELESS)
    if series or is_nameless or order.get("instrument") == _LIST_ISSUE:
        return stem(id_, series, sha256)
    return json.dumps(said, sort_keys=True)
