"""CONTENTS: what an image holds beside the names of its rules."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.orders import Order


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a rule is there: the order, and where and how it names the target.

    Attributes:
        order: its metadata; the targets are not in an image.
        line: in the order's source, from 1; 0 if it has none.
        raw: the target as the source wrote it.
    """

    order: Order
    line: int
    raw: str
