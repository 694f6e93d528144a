"""WORDING: counts, durations and choices as every message writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

CONFIDENTIAL = "(confidential)"
"""What stands for a name or an order that must not be shown."""

_UNITS = (("day", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def plural(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun; ``many`` is the plural if it is not ``one`` with an "s".

    >>> plural(1, "order"), plural(2_000, "order"), plural(0, "entry", "entries")
    ('1 order', '2,000 orders', '0 entries')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def duration(time: timedelta) -> str:
    """Return a duration in its two largest units; from two days on, in whole days.

    The rest is cut off. A negative duration counts as 0.

    >>> [duration(timedelta(hours=hours)) for hours in (200, 47, 2.5, 0.025)]
    ['8 days', '1 day 23 h', '2 h 30 min', '1 min 30 s']
    """
    seconds = max(0, time // timedelta(seconds=1))
    if seconds >= 2 * 86_400:
        return plural(seconds // 86_400, "day")
    first = next((n for n, (_, length) in enumerate(_UNITS) if seconds >= length), len(_UNITS) - 1)
    parts: list[str] = []
    for name, length in _UNITS[first : first + 2]:
        amount, seconds = divmod(seconds, length)
        if amount or not parts:
            parts.append(f"{amount} {name}")
    return " ".join(parts)


def alternatives(choices: Iterable[str]) -> str:
    """Return a choice in words.

    >>> alternatives(["subtree", "exact", "below"]), alternatives(["tcp"])
    ('subtree, exact or below', 'tcp')
    """
    *others, last = choices
    return f"{', '.join(others)} or {last}" if others else last


def steady(text: str) -> str:
    """Return text of the same length in which no character moves a cursor or hides another."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
