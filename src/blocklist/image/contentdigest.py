"""CONTENT DIGEST: what is blocked and why, without where it was read.

The digest of a file is that of its octets. This one leaves out paths, lines, raw texts and what is
made from them, so hosts that read one list under other names, or with other comments, agree.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .layout import (
    SECTION_ADDRESSES,
    SECTION_GROUNDS,
    SECTION_LABELS,
    SECTION_LINES,
    SECTION_ORDERS,
    SECTION_PATTERNS,
    SECTION_POOL,
    SECTION_TRIE,
    SECTION_URLS,
    Octets,
    pack_u32,
)
from .packedgrounds import PackedGrounds

_RULES = (
    SECTION_TRIE, SECTION_LINES, SECTION_LABELS, SECTION_POOL,
    SECTION_PATTERNS, SECTION_URLS, SECTION_ADDRESSES,
)  # fmt: skip
"""They hold nothing but the rules, and the same rules give the same octets."""
_OF_THE_FILE = ("source", "warnings")
_SHA256_IN_ID = 8  # hex digits that loaders put into an id for which a file has nothing better


def content_digest(section: Callable[[str], Octets]) -> str:
    """Return the SHA-256, in hex, of the rules of an image, and of the orders behind each.

    Args:
        section: returns the octets of a section of the image.

    Raises:
        ValueError: the sections contradict each other.
    """
    sha256 = hashlib.sha256()
    keys = order_keys(json.loads(str(section(SECTION_ORDERS), "utf-8", "surrogatepass")))
    known = {key: number for number, key in enumerate(sorted(set(keys)))}
    for octets in (
        *map(section, _RULES),
        "\n".join(known).encode("utf-8", "surrogatepass"),
        *_grounds(section, [known[key] for key in keys]),
    ):
        sha256.update(len(octets).to_bytes(8, "little"))
        sha256.update(octets)
    return sha256.hexdigest()


def order_keys(orders: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return for each order a text of all that it says, alike for one read from another file."""
    return [json.dumps(without_file(order), sort_keys=True) for order in orders]


def without_file(order: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an order says, but for where it was read; its id is without a checksum."""
    source = order.get("source") or {}
    path, sha256 = str(source.get("path", "")), str(source.get("sha256", ""))
    said = {name: value for name, value in order.items() if name not in _OF_THE_FILE}
    if said.get("title") == path:  # as lists that say nothing of themselves are called
        del said["title"]
    # Where a source has no number an id holds its digest, perhaps its name before and its line
    # after that.
    before, digest, after = str(said.get("id", "")).partition(f":{sha256[:_SHA256_IN_ID]}")
    if sha256 and digest and re.fullmatch(r"(?::\d+)?", after):
        said["id"] = before.removesuffix(f":{path}")
    return said


def _grounds(section: Callable[[str], Octets], numbers: list[int]) -> Iterator[bytes]:
    """Yield how many orders each rule has, and which, by the numbers that they have here."""
    grounds = PackedGrounds(lambda: section(SECTION_GROUNDS))
    sets = grounds.order_sets()
    try:
        known = [
            sorted({numbers[order] for order in orders}) for orders in grounds.sets_of_orders()
        ]
    except IndexError as error:
        raise ValueError("a ground is of no order") from error
    for packed in ([pack_u32([len(some)]) for some in known], [pack_u32(some) for some in known]):
        yield b"".join(map(packed.__getitem__, sets))


def holds_secrets(orders: memoryview) -> bool:
    """Whether one of the orders is confidential, or nobody can tell; by the octets of the section.

    The word stands there for such an order alone, or in a text, which is looked at more closely.
    """
    if b'"confidential"' not in bytes(orders):
        return False
    try:
        return any(order.get("confidential") for order in json.loads(bytes(orders)))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return True
