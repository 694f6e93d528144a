"""DURATIONS: as people write them in settings; ``wording.duration`` writes them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from decimal import Decimal

_DURATION = re.compile(r"([0-9]{1,9}) ?(s|min|m|h|days?|d)")
A_DURATION = 'a duration such as "90 s", "15 min", "6 h" or "2 days"'
_UNITS = {"s": 1, "min": 60, "m": 60, "h": 3_600, "day": 86_400, "days": 86_400, "d": 86_400}

_AFTER_END = re.compile(r"([0-9]{1,4}) ?(y|years?|months?|d|days?) after end")
AFTER_END = 'a time such as "2y after end", "18 months after end" or "90d after end"'
_DAYS = {"y": 366, "m": 31, "d": 1}
"""Days of the longest year and month, so that nothing ends before its day."""


def duration_of(value: object) -> timedelta | None:
    """Return the duration that a text or a number of seconds is, or ``None``."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and (found := _DURATION.fullmatch(value.strip())):
        return timedelta(seconds=int(found[1]) * _UNITS[found[2]])
    if is_number(value):
        return timedelta(seconds=float(value)) if 0 <= float(value) < 1e9 else None
    return None


def after_end(text: str) -> timedelta:
    """Return the duration of ``"2y after end"``; a year is 366 days, and a month 31.

    Raises:
        ValueError: another text.
    """
    found = _AFTER_END.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"must be {AFTER_END}, not {text!r}")
    return timedelta(days=int(found[1]) * _DAYS[found[2][0]])


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    """Whether a value is a number; a truth value is not."""
    if type(value) in (int, float):
        return True
    from decimal import Decimal  # few read numbers exactly, and it takes time

    return type(value) is Decimal
