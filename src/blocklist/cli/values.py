"""VALUES: types of option values."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ..atomicfile import mode_of, owner_of
from ..model.durations import after_end


class Instant(click.ParamType[datetime]):
    """A date or time; UTC if it has no offset."""

    name = "time"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        """Read ISO 8601."""
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!r} is not a date or time such as 2022-08-11T00:00:00+02:00", param, ctx
            )
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


class Duration(click.ParamType[float]):
    """A length of time: ``30s``, ``5m``, ``2h``, ``7d``; seconds without a unit."""

    name = "duration"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """Read a number and a unit."""
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,3})?)\s?([smhd]?)", str(value).strip())
        if found is None:
            self.fail(f"{value!r} is not a duration such as 30s, 5m, 2h or 7d", param, ctx)
        return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]


class AfterEnd(click.ParamType[timedelta]):
    """A time after the end of an order: ``2y after end``."""

    name = "time"

    def convert(self, value: Any, param: Any, ctx: Any) -> timedelta:
        """Read years, months or days."""
        if isinstance(value, timedelta):
            return value
        try:
            return after_end(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Size(click.ParamType[int]):
    """A number of octets: ``512MB``, ``2GB``."""

    name = "size"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """Read a number and a unit."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d{1,6})\s?(MB|GB)", str(value).strip(), re.IGNORECASE)
        if found is None or not int(found[1]):
            self.fail(f"{value!r} is not a size such as 512MB or 2GB", param, ctx)
        return int(found[1]) << {"M": 20, "G": 30}[found[2][0].upper()]


class Mode(click.ParamType[int]):
    """Permissions of a file in octal: ``0640``."""

    name = "mode"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """Read octal digits."""
        if isinstance(value, int):
            return value
        try:
            return mode_of(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Owner(click.ParamType[tuple[int, int]]):
    """``USER``, ``USER:GROUP`` or ``:GROUP``, by name or number."""

    name = "user[:group]"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, int]:
        """Look both up; -1 is what is not said."""
        if isinstance(value, tuple):
            return value
        try:
            return owner_of(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Percent(click.ParamType[float]):
    """A share: ``20%`` is 0.2."""

    name = "percent"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """Read a number with a percent sign; without one, 0.2 would be ambiguous."""
        if isinstance(value, float):
            return value
        number = value.removesuffix("%").strip()
        if not value.endswith("%") or not re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", number):
            self.fail(f"{value!r} is not a percentage such as 20%", param, ctx)
        return float(number) / 100


class Checksum(click.ParamType[str | Path]):
    """A SHA-256 in hex, or the file that holds it."""

    name = "sha256|file"

    def convert(self, value: Any, param: Any, ctx: Any) -> str | Path:
        """Read 64 hex digits as a checksum, anything else as a path."""
        if isinstance(value, Path):
            return value
        if re.fullmatch(r"\s*[0-9A-Fa-f]{64}\s*", value):
            return str(value)
        if not Path(value).is_file():
            self.fail(f"{value!r} is neither 64 hex digits nor a file", param, ctx)
        return Path(value)
