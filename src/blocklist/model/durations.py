"""DURATIONS: as people write them in settings; ``wording.duration`` writes them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

_DURATION = re.compile(r"([0-9]{1,9}) ?(s|min|m|h|days?|d)")
A_DURATION = 'a duration such as "90 s", "15 min", "6 h" or "2 days"'
_UNITS = {"s": 1, "min": 60, "m": 60, "h": 3_600, "day": 86_400, "days": 86_400, "d": 86_400}


def duration_of(value: object) -> timedelta | None:
    """Return the duration that a text or a number of seconds is, or ``None``."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and (found := _DURATION.fullmatch(value.strip())):
        return timedelta(seconds=int(found[1]) * _UNITS[found[2]])
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return timedelta(seconds=float(value)) if 0 <= float(value) < 1e9 else None
    return None
