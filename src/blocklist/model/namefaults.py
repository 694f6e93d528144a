"""FAULT: where in a label stands what a reason complains of."""

from __future__ import annotations

import re

_JOINER = re.compile(r"misplaced joiner at ([0-9]+)")
_POSITION = re.compile(r"codepoint at position ([0-9]+)")
_CODE_POINT = re.compile(r"Codepoint U\+([0-9A-F]{4,6}) not allowed")
_CHARACTER = re.compile(r"'(.)' is not a letter", re.DOTALL)


def fault_offset(reason: str, label: str) -> int:
    """Return how far into ``label`` the code point at fault stands; 0 where that cannot be told.

    The reason counts in the label as it was mapped, which may be longer or shorter.
    """
    if code_point := _CODE_POINT.search(reason):
        return max(label.find(chr(int(code_point[1], 16))), 0)
    if character := _CHARACTER.match(reason):
        return max(label.find(character[1]), 0)
    if joiner := _JOINER.search(reason):
        at = int(joiner[1])
        return at if label[at : at + 1] in ("\u200c", "\u200d") else 0
    if position := _POSITION.search(reason):
        return min(int(position[1]) - 1, len(label) - 1)
    return 0
