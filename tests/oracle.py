"""The naive oracle: strip labels from the left, ask a set. What everything else must agree with."""

from __future__ import annotations

from collections.abc import Set as AbstractSet


def covered(name: str, names: AbstractSet[str]) -> bool:
    while name:
        if name in names:
            return True
        name = name.partition(".")[2]
    return False
