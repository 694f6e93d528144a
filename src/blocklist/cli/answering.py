"""ANSWERING: many questions in a row, from standard input as they arrive, answered block by block.

A block is what has arrived. So a file is read in large pieces, and a program that waits for each
answer, or a person at a terminal, gets it at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, cast

from ..answers.disclosure import is_hidden
from ..matcher.blocklist import Blocklist
from ..matcher.explanation import NO_RULE, explained
from ..matcher.match import Match
from ..model.names import PLAIN_NAME
from ..model.orders import Order
from ..model.targets import TargetKind
from . import show
from .printing import printable, shown_json

if TYPE_CHECKING:
    from io import BufferedReader

_BLOCK = 1 << 18


def blocks(names: Iterable[str]) -> Iterator[list[str]]:
    """Yield the names in blocks; without any, the lines of standard input.

    Octets that are not UTF-8 pass unchanged; empty lines are left out.
    """
    given = list(names)
    if given:
        yield given
        return
    read = cast("BufferedReader", sys.stdin.buffer).read1  # what has arrived, and no more
    parts: list[bytes] = []
    while chunk := read(_BLOCK):
        head, newline, rest = chunk.rpartition(b"\n")
        if newline:
            yield _lines(b"".join([*parts, head]))
            parts = []
        parts.append(rest)
    yield _lines(b"".join(parts))


def _lines(octets: bytes) -> list[str]:
    lines = octets.decode("utf-8", "surrogateescape").split("\n")
    return [text for line in lines if (text := line.strip())]


class Answerer(Protocol):
    """What answers a block."""

    def lines(self, names: list[str]) -> tuple[list[str], bool]:
        """Return what to print, and whether one of the names is blocked."""


class QueryLines:
    """The answers of ``query``, one line each."""

    def __init__(self, blocked: Blocklist, *, as_json: bool, blocked_only: bool) -> None:
        """Take the blocklist and what to print."""
        self._blocked = blocked
        self._as_json = as_json
        self._blocked_only = blocked_only
        self._said: dict[int, tuple[tuple[Order, ...], str, bool]] = {}

    def lines(self, names: list[str]) -> tuple[list[str], bool]:
        """Return a line for each name, and whether one of them is blocked."""
        blocked, is_plain, lines, found = self._blocked, PLAIN_NAME.fullmatch, [], False
        for name, hit in zip(names, blocked.is_blocked_many(names), strict=True):
            if not is_plain(name) or (not hit and self._has_urls):
                match = blocked.lookup(name)
                if match is not None or not self._blocked_only:
                    lines.append(show.answer(name, match, self._as_json))
                found |= match is not None
            elif hit:
                lines.append(self._hit(name, blocked.match(name)))
                found = True
            elif not self._blocked_only:
                lines.append(self._miss(name))
        return lines, found

    @cached_property
    def _has_urls(self) -> bool:
        return bool(self._blocked.contents.pairs(TargetKind.URL))

    def _miss(self, name: str) -> str:
        if self._as_json:
            return f'{{"name": "{name}", "blocked": false, "rule": null, "orders": []}}'
        return f"{name}\tnot blocked"

    def _hit(self, name: str, match: Match | None) -> str:
        """Return the line of a plain name; what its orders say is put together once."""
        orders = match.orders if match is not None else ()
        said = self._said.get(id(orders))
        if match is None or said is None or said[0] is not orders:
            ids = [order.id for order in orders]
            text = shown_json(ids) if self._as_json else printable(", ".join(ids))
            self._said[id(orders)] = orders, text, is_hidden(orders)
            return show.answer(name, match, self._as_json)
        if said[2]:
            return show.answer(name, match, self._as_json)
        rule = match.rule.text
        if self._as_json:
            rule = shown_json(rule)
            return f'{{"name": "{name}", "blocked": true, "rule": {rule}, "orders": {said[1]}}}'
        return f"{name}\tblocked\t{printable(rule)}\t{said[1]}"


class ExplainLines:
    """The answers of ``explain``, a block of lines or a JSON object each."""

    def __init__(self, blocked: Blocklist, *, as_json: bool) -> None:
        """Take the blocklist and what to print."""
        self._blocked = blocked
        self._as_json = as_json

    def lines(self, names: list[str]) -> tuple[list[str], bool]:
        """Return an explanation for each name, and ``False``: ``explain`` gives no verdict."""
        blocked, is_plain = self._blocked, PLAIN_NAME.fullmatch
        # Where nothing can be excepted, no rule covers a name that is not blocked.
        may_be_covered = self._has_exceptions or self._as_json
        lines = []
        for name, hit in zip(names, blocked.is_blocked_many(names), strict=True):
            if hit or may_be_covered or not is_plain(name):
                found = explained(name, blocked.lookup, blocked.covering)
                lines.append(show.explanation(name, found, self._as_json))
            else:
                lines.append(f"{name.removesuffix('.')} is not blocked: {NO_RULE}")
        return lines, False

    @cached_property
    def _has_exceptions(self) -> bool:
        """Whether a name may be covered and not be blocked, or be blocked only as a URL."""
        contents = self._blocked.contents
        return (
            contents.has_exceptions
            or any(allow for _, allow in contents.pairs(TargetKind.PATTERN))
            or bool(contents.pairs(TargetKind.URL))
        )


def answer(
    names: tuple[str, ...], answerer: Answerer, write: Callable[[str], object] | None
) -> bool:
    """Print the answers to each block, and return whether a name is blocked.

    Without ``write`` nothing is printed, and the first that is blocked ends it.
    """
    found = False
    for block in blocks(names):
        lines, is_found = answerer.lines(block)
        found |= is_found
        if write is None and found:
            break
        if write is not None and lines:
            write("\n".join(lines))
    return found
