"""Which names a target means: the plain reading of each kind, for what loaders make of a syntax."""

from __future__ import annotations

import re
from collections.abc import Iterable

from blocklist import TargetKind


def meant(name: str, targets: Iterable[tuple[TargetKind, str]]) -> bool:
    """Whether one of the targets, as kind and value, is about ``name``."""
    return any(_one(name, kind, value) for kind, value in targets)


def _one(name: str, kind: TargetKind, value: str) -> bool:
    if kind is TargetKind.EXACT:
        return name == value
    if kind is TargetKind.SUBTREE:
        return name == value or name.endswith(f".{value}")
    if kind is TargetKind.BELOW:
        return name.endswith(f".{value}")
    assert kind is TargetKind.PATTERN
    return re.fullmatch(".*".join(map(re.escape, value.split("*"))), name) is not None
