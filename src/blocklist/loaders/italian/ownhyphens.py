"""OWN HYPHENS: whether the hyphen at a line's end is a name's own or the printer's.

Often nothing says so, and the name stays broken. But a printer parts a word between two syllables,
so each part has a vowel and two letters at least, and no figure beside the cut; it parts words of
the language, which may stand whole in the text; and it does not part before *del-*.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from .deferredpattern import deferred

# No word ends, or begins, with these; many a word ends with *la* or begins with *con*.
_AFTER_CUT = frozenset(("del", "dei", "degli", "nei"))
_BEFORE_CUT = frozenset(("dei", "degli", "della", "delle", "dello"))
_VOWEL = deferred(r"[aeiouyàèéìòù]", re.IGNORECASE)
_PARTS = deferred(r"[.-]")
_LONGEST = 64
_LEAST = 6
_SHORT = 3


def is_own_hyphen(first: str, second: str, words: AbstractSet[str]) -> bool | None:
    """Say whose hyphen stands between two halves of a name; ``None`` if nothing says it.

    Args:
        first: what stands before the hyphen.
        second: what stands in the next line.
        words: those that stand alone in the text, in small letters.
    """
    before, after = first.lower()[-_LONGEST:], second.lower()[:_LONGEST]
    left, right = _PARTS.split(before)[-1], _PARTS.split(after)[0]
    if not left or not right:
        return None
    if left[-1].isdigit() or right[0].isdigit():
        return True
    if min(len(left), len(right)) < 2 or not (_VOWEL.search(left) and _VOWEL.search(right)):
        return True
    if right in _AFTER_CUT and len(left) > _SHORT and after[len(right) :].startswith("-"):
        return True
    if left in _BEFORE_CUT and before[: -len(left)].endswith("-"):
        return True
    both, whole = left in words and right in words, left + right in words
    if both != whole and (both or len(left + right) >= _LEAST):
        return both
    return None
