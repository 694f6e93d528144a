"""ORDER TEXTS: what an order says in free words is kept apart, so that it can be dropped earlier.

Names, dates, numbers and targets say what was blocked and for how long; titles, parties and names
of files say about whom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .canonical import canonical

TEXTS = (
    "title", "case_number", "link", "note", "addressees", "reviewed_by", "report_to",
    "received_at", "warnings",
)  # fmt: skip
"""The fields of an order that are free texts; so is the path of its source."""
_PATH = "path"


def split_texts(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what an order says of itself without its free texts, and these."""
    texts = {name: value for name, value in data.items() if name in TEXTS}
    rest = {name: value for name, value in data.items() if name not in TEXTS}
    source = dict(rest.pop("source", {}))
    path = source.pop(_PATH, "")
    if path:
        texts[_PATH] = path
    return rest | ({"source": source} if source else {}), texts


def with_texts(data: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that an order says of itself: the reverse of ``split_texts``."""
    whole = {**data, **{name: value for name, value in texts.items() if name != _PATH}}
    if _PATH in texts:
        whole["source"] = {**whole.get("source", {}), _PATH: texts[_PATH]}
    return whole


def text_content(texts: Mapping[str, Any]) -> bytes:
    """Return the content of the object of some texts; ``b""`` for no text."""
    return canonical(texts).encode("ascii") if texts else b""


def phrases_of(texts: Mapping[str, Any]) -> Iterator[str]:
    """Yield each text alone."""
    for value in texts.values():
        yield from [value] if isinstance(value, str) else value
