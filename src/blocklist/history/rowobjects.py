"""ROW OBJECTS: a long list as rows of text, whole or as the difference to the edition before it.

The content of an object: a line of JSON, the head; then each row in a line, or each hunk of a
difference: ``[position, [rows that go], [rows that come]]``, by position in the rows of the base.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import HistoryError
from .canonical import canonical, read_canonical

WHOLE_EACH = 256
"""Editions after which a list is stored whole again."""
_LARGEST_SHARE = 4
_NEAR = 64
"""Rows over which a moved row is looked for; a longer way is written as new."""
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


def row_object(
    head: Mapping[str, Any], rows: Sequence[str], base: int | None, old: Sequence[str], depth: int
) -> tuple[RowObject, bytes]:
    """Return rows as an object: a difference if that is small, and not too many precede it.

    Args:
        head: what is said of the rows.
        rows: those of this edition.
        base: the entry of the edition before, if there is one.
        old: its rows.
        depth: how many differences lead to it.
    """
    if base is not None and depth + 1 < WHOLE_EACH:
        found = RowObject(head, base, hunks=hunks_between(old, rows))
        lines = [canonical(hunk) for hunk in found.hunks]
        if sum(map(len, lines)) * _LARGEST_SHARE <= sum(map(len, rows)):
            return found, _content(found, lines)
    found = RowObject(head, rows=list(rows))
    return found, _content(found, found.rows)


def read_row_object(content: bytes) -> RowObject:
    """Return what an object of rows holds; ``HistoryError`` if it is none."""
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
    shared = min(len(old), len(new))
    begin = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), shared)
    most = shared - begin
    pairs = zip(reversed(old), reversed(new), strict=False)
    end = next((n for n, (a, b) in enumerate(pairs) if a != b or n >= most), most)
    middle = _middle(old[begin : len(old) - end], new[begin : len(new) - end])
    return [(begin + at, gone, added) for at, gone, added in middle]


def _middle(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    places = {row: number for number, row in enumerate(old)}
    left = Counter(new)
    hunks: list[Hunk] = []
    at, number, start = 0, 0, -1
    added: list[str] = []
    while at < len(old) or number < len(new):
        if at < len(old) and number < len(new) and old[at] == new[number]:
            if start >= 0:
                hunks.append((start, list(old[start:at]), added))
                start, added = -1, []
            left[new[number]] -= 1
            at, number = at + 1, number + 1
            continue
        start = at if start < 0 else start
        if number == len(new):
            at = len(old)
        elif at == len(old) or new[number] not in places:
            added.append(new[number])
            left[new[number]] -= 1
            number += 1
        elif left[old[at]] <= 0:
            at += 1
        elif 0 < places[new[number]] - at <= _NEAR:
            at = places[new[number]]
        else:
            added.append(new[number])
            left[new[number]] -= 1
            number += 1
    if start >= 0:
        hunks.append((start, list(old[start:at]), added))
    return hunks


def _hunk(data: Any) -> Hunk:
    match data:
        case [int(at), list(gone), list(added)] if all(isinstance(x, str) for x in gone + added):
            return at, gone, added
    raise HistoryError("not a difference between rows")


def _content(found: RowObject, lines: Sequence[str]) -> bytes:
    head = canonical({"base": found.base, "head": found.head})
    return "\n".join([head, *lines]).encode("ascii")
