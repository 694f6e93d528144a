"""RUN KEYS: single keys that several tables of ``run.toml`` have; errors name key and line."""

from __future__ import annotations

from datetime import timedelta

from ..model.typedtoml import TypedTable
from .runsettings import Arguments


def name_of(table: TypedTable) -> str:
    """Return ``name``, which stands in paths and messages."""
    name = table.text("name")
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        raise table.error("name", f"= {name!r} must be letters, digits, - and _")
    return name


def duration_of(table: TypedTable, key: str) -> timedelta | None:
    """Return a duration; ``None`` if the key is not there."""
    return table.duration(key) if key in table else None


def one_or_more(table: TypedTable, key: str) -> tuple[str, ...]:
    """Return a text, or those of a list, none of them empty; nothing if the key is not there."""
    if key not in table:
        return ()
    texts = (table.text(key),) if isinstance(table.value(key), str) else table.texts(key)
    if not texts or not all(texts):
        raise table.error(key, "is empty")
    return texts


def arguments_of(table: TypedTable, key: str) -> Arguments:
    """Return a command; a line for a shell is refused, since no shell reads it."""
    if key not in table:
        return ()
    if isinstance(table.value(key), str):
        raise table.error(key, 'is a list of arguments: ["program", "argument"]; no shell reads it')
    words = table.texts(key)
    if not words or not words[0]:
        raise table.error(key, "is empty")
    return words
