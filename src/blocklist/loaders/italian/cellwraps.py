"""CELL WRAPS: a name that a narrow column cuts, with its second half alone in the line below."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .deferredpattern import deferred

_CELL = deferred(r"\S+(?: \S+)*")
_HALF = deferred(r"(?:(?:h(?:tt|xx)ps?|ftp)://)?[\w.-]{2,200}", re.IGNORECASE)
_REST = deferred(r"[\w.-]{1,200}/?")
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class CellWrap:
    """A cell and what stands below it.

    Attributes:
        start: of the cell in its line.
        first: what it holds.
        second: what the line below holds, and nothing beside it.
    """

    start: int
    first: str
    second: str

    def joined(self, line: str, name: str) -> str:
        """Return the line with the whole name; the cells behind it stay where they are."""
        end = self.start + len(self.first)
        rest = line[end:]
        blanks = len(rest) - len(rest.lstrip(" "))
        eaten = min(max(blanks - 2, 0), max(len(name) - len(self.first), 0))
        return line[: self.start] + name + rest[eaten:]


def wrapped_cell(line: str, below: str) -> CellWrap | None:
    """Return the cell of a row that goes on in the next line, if one surely does.

    It ends with a hyphen or a dot, or what is below begins with one; other cells stand beside it.
    """
    if len(line) > _LONGEST or not (under := below.strip()) or not _REST.fullmatch(under):
        return None
    at = len(below) - len(below.lstrip())
    cells = list(_CELL.finditer(line))
    cell = next((c for c in cells if abs(c.start() - at) <= 1 and _HALF.fullmatch(c[0])), None)
    if cell is None or len(cells) < 2 or cell is cells[-1]:
        return None
    if cell[0][-1] not in "-." and under[0] not in "-.":
        return None
    if cell[0][-1] == "." and under[0] == ".":
        return None
    return CellWrap(cell.start(), cell[0], under)
