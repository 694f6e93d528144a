"""MONTH TABLE: the table ``[collateral]`` of ``run.toml``, and whether its month is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..model.typedtoml import TypedTable
from ..model.wording import duration
from .runsettings import CollateralSettings

KEY = "collateral"
_KEYS = ("month", "fail_on", "max_age", "reach", "networks")
_LEVELS = ("stop", "look")


def collateral_of(root: TypedTable, folder: Path) -> CollateralSettings | None:
    """Read ``[collateral]``; ``ConfigurationError`` also for a source that needs it."""
    if KEY not in root:
        for one in root.tables("source"):
            if KEY in one and one.flag(KEY):
                raise one.error(KEY, "= true needs [collateral] with month = FILE")
        return None
    table = root.table(KEY, _KEYS)
    usual = CollateralSettings(folder)
    reach = table.percent("reach", usual.reach)
    if not reach:
        raise table.error("reach", "must be more than 0")
    for one in root.tables("source"):
        if KEY in one and "image" in one:
            raise one.error(KEY, "is nothing for an image, which was judged where it was compiled")
    return CollateralSettings(
        folder / table.text("month"),
        table.choice("fail_on", _LEVELS, usual.fail_on),
        table.duration("max_age", usual.max_age),
        reach,
        folder / table.text("networks") if "networks" in table else None,
    )


def month_failure(settings: CollateralSettings, now: datetime) -> str:
    """Return what is wrong with the age of the month, or with its absence; empty if nothing is."""
    try:
        written = settings.month.stat().st_mtime
    except OSError as error:
        return f"{settings.month}: {error.strerror}; new targets are not held against a month"
    age: timedelta = now - datetime.fromtimestamp(written, UTC)
    if age > settings.max_age:
        limit = duration(settings.max_age)
        return f"{settings.month}: the month is {duration(age)} old, and {limit} is the limit"
    return ""
