"""WATCHLISTS: the critical names that come along or the operator's own, and popularity lists."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from ..errors import CompileError, ConfigurationError, InvalidNameError
from ..model.names import canonical_name
from ..model.typedtoml import TypedTable, read_toml
from .watchednames import WatchedNames

DEFAULT = "default"
"""Stands for the critical names that come along (``critical.toml``)."""
HOLD = 1_000
"""So many names at the head of a popularity list are held if nothing else is said."""
MENTION = 10_000
"""What would block one of so many is mentioned."""
_KEYS = ("title", "why", "accident", "source", "subtree", "exact")
_ROW = re.compile(r'\s*(?:"?\d+"?\s*[,;\t]\s*)?"?([^\s,;"#]+)')


def critical_names(choice: str | os.PathLike[str] | None) -> WatchedNames:
    """Return the critical names that come along, none, or those of a file.

    Raises:
        CompileError: the file is not as it must be; ``OSError`` passes through.
    """
    if choice is None:
        return WatchedNames({})
    if choice == DEFAULT:
        return _shipped()
    path = os.fspath(choice)
    return _read(Path(path).read_bytes(), path)


def popular_names(
    names: Iterable[str], hold: int, mention: int = 0
) -> tuple[WatchedNames, WatchedNames]:
    """Return the first ``hold`` names of a popularity list, and those up to ``mention`` after them.

    Each has its rank as the reason.

    Raises:
        CompileError: none of them is a name.
        ConfigurationError: a number is negative.
        TypeError: one text.
    """
    if isinstance(names, str):
        raise TypeError("popular must be a list of names, the most popular first, not one text")
    for key, number in (("hold", hold), ("mention", mention)):
        if number < 0:
            raise ConfigurationError(f"{key} must not be negative, not {number}")
    held: dict[str, str] = {}
    mentioned: dict[str, str] = {}
    rank, last = 0, max(hold, mention)
    for rank, text in enumerate(names, 1):
        if rank > last:
            break
        try:
            name = canonical_name(text)
        except InvalidNameError:
            continue
        if name not in held:
            reasons = held if rank <= hold else mentioned
            reasons.setdefault(name, f"number {rank:,} of the popularity list")
    if rank and last and not held and not mentioned:
        raise CompileError("popular: none of its first entries is a domain name")
    return WatchedNames(held), WatchedNames(mentioned)


def rows_of(path: str | os.PathLike[str]) -> Iterator[str]:
    """Yield the names of a popularity list: one a line, or ``rank,name``; ``#`` begins a comment.

    Raises:
        CompileError: it is no text; ``OSError`` passes through.
    """
    try:
        with Path(path).open(encoding="utf-8-sig") as lines:
            for line in lines:
                found = _ROW.match(line)
                if found and "." in found[1]:  # a heading has none
                    yield found[1]
    except UnicodeDecodeError as error:
        raise CompileError("not UTF-8 text; unpack it first", path=os.fspath(path)) from error


@cache
def _shipped() -> WatchedNames:
    file = resources.files(__package__).joinpath("critical.toml")
    return _read(file.read_bytes(), str(file))


def _read(octets: bytes, path: str) -> WatchedNames:
    def fail(message: str, line: int | None) -> CompileError:
        return CompileError(message, path=path, line=line)

    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fail(f"not TOML: {error}", None) from error
    table = read_toml(text.replace("\r\n", "\n"), fail, keys=("group",))
    reasons: dict[str, str] = {}
    below: set[str] = set()
    for group in table.tables("group", _KEYS):
        reason = f"{group.text('title')}: {group.text('why')}; {group.text('accident')}"
        for key in ("subtree", "exact"):
            for name in _names(group, key):
                if name in reasons:
                    raise group.error(key, f"has {name!r}, which stands twice")
                reasons[name] = reason
                if key == "subtree":
                    below.add(name)
    if not reasons:
        raise fail("holds no [[group]] with names", None)
    return WatchedNames(reasons, below)


def _names(group: TypedTable, key: str) -> Iterator[str]:
    for text in group.texts(key, ()):
        yield group.check(key, canonical_name, text)
