"""ROW OBJECTS: a long list as rows of text, whole or as the difference to the edition before it.

The content of an object: a line of JSON, the head; then each row in a line, or each hunk of a
difference: ``[position, [rows that go], [rows that come]]``, by position in the rows of the base.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import HistoryError
from .canonical import canonical, read_canonical

WHOLE_EACH = 256
"""Editions after which a list is stored whole again."""
_LARGEST_SHARE = 4
_NEAR = 64
"""Rows among which the next one that both have is looked for at first."""
Hunk = tuple[int, list[str], list[str]]


@dataclass(frozen=True, slots=True)
class RowObject:
    """What an object of rows holds.

    Attributes:
        head: what is said of the rows.
        base: the entry whose rows these differ from; ``None`` if they are whole.
        rows: if they are whole.
        hunks: if they are not.
    """

    head: Mapping[str, Any]
    base: int | None = None
    rows: list[str] = field(default_factory=list)
    hunks: list[Hunk] = field(default_factory=list)

    def new_rows(self) -> list[str]:
        """Return the rows that no object before it holds: all, or those that come."""
        return [*self.rows, *(row for _, _, come in self.hunks for row in come)]


def row_object(
    head: Mapping[str, Any], rows: Sequence[str], base: int | None, old: Sequence[str], depth: int
) -> tuple[bytes, int]:
    """Return the content of an object of rows, and how many differences lead to it now.

    It is a difference if that is small, and few precede it.

    Args:
        head: what is said of the rows.
        rows: those of this edition.
        base: the entry of the edition before, if there is one.
        old: its rows.
        depth: how many differences lead to it.
    """
    if base is not None and depth + 1 < WHOLE_EACH:
        lines = [canonical(hunk) for hunk in hunks_between(old, rows)]
        if sum(map(len, lines)) * _LARGEST_SHARE <= sum(map(len, rows)):
            return _content(head, base, lines), depth + 1
    return _content(head, None, rows), 0


def read_row_object(content: bytes) -> RowObject:
    """Return what an object of rows holds; ``HistoryError`` for anything else."""
    first, *lines = content.decode("ascii", "replace").split("\n")
    head = read_canonical(first)
    if not isinstance(head, dict) or not {"base", "head"} == head.keys():
        raise HistoryError("not an object of rows")
    base = head["base"]
    if base is None:
        return RowObject(head["head"], rows=lines)
    return RowObject(head["head"], base, hunks=[_hunk(read_canonical(line)) for line in lines])


def all_rows(entry: int, read: Callable[[int], RowObject]) -> tuple[list[str], int]:
    """Return the rows of an edition, and how many differences lead to it.

    Raises:
        HistoryError: a difference does not fit its base.
        LookupError: an edition on the way was erased.
    """
    chain: list[RowObject] = []
    at: int | None = entry
    while at is not None:
        chain.append(read(at))
        at = chain[-1].base
        if at is not None and (at >= entry or len(chain) > WHOLE_EACH):
            raise HistoryError(f"entry {entry}: its editions do not lead to a whole one")
    rows = chain.pop().rows
    for one in reversed(chain):
        rows = with_hunks(rows, one.hunks)
    return rows, len(chain)


def with_hunks(old: list[str], hunks: Sequence[Hunk]) -> list[str]:
    """Return the rows after a difference; ``HistoryError`` if it does not fit."""
    rows: list[str] = []
    done = 0
    for at, gone, added in hunks:
        if not done <= at or old[at : at + len(gone)] != gone:
            raise HistoryError("a difference does not fit the edition before it")
        rows += old[done:at]
        rows += added
        done = at + len(gone)
    rows += old[done:]
    return rows


def hunks_between(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    """Return a difference between two sequences of rows; not always the shortest."""
    hunks: list[Hunk] = []
    at = number = 0
    while True:
        while at < len(old) and number < len(new) and old[at] == new[number]:
            at, number = at + 1, number + 1
        if at == len(old) and number == len(new):
            return hunks
        gone, come = _next_meeting(old, new, at, number)
        hunks.append((at, list(old[at : at + gone]), list(new[number : number + come])))
        at, number = at + gone, number + come


def _next_meeting(old: Sequence[str], new: Sequence[str], at: int, number: int) -> tuple[int, int]:
    """Return how many rows go and come until both have the same one; near ones come first."""
    near = _NEAR
    while True:
        places: dict[str, int] = {}
        for gone, row in enumerate(old[at : at + near]):
            places.setdefault(row, gone)
        met = [
            (places[row] + come, places[row], come)
            for come, row in enumerate(new[number : number + near])
            if row in places
        ]
        if met:
            return min(met)[1:]
        if at + near >= len(old) and number + near >= len(new):
            return len(old) - at, len(new) - number
        near *= 8


def _hunk(data: Any) -> Hunk:
    match data:
        case [int(at), list(gone), list(added)] if all(isinstance(x, str) for x in gone + added):
            return at, gone, added
    raise HistoryError("not a difference between rows")


def _content(head: Mapping[str, Any], base: int | None, lines: Sequence[str]) -> bytes:
    return "\n".join([canonical({"base": base, "head": head}), *lines]).encode("ascii")
