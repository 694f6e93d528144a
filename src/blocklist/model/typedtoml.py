"""TYPED TOML: tables of plain data whose keys are read as what they must be.

A mistyped key would be a setting that silently does nothing, so an unknown key is an error. Every
error names the key with the tables that it is in and, where the text is known, its line.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ..errors import shorten
from .durations import A_DURATION, duration_of, is_number
from .tomltext import Fail, parse_toml
from .wording import CONFIDENTIAL, alternatives

if TYPE_CHECKING:
    from .tomllines import TablePath

Value = TypeVar("Value")
Other = TypeVar("Other")

REQUIRED: Any = object()
"""The default of a key that must be there."""

_MAX_WHOLE = 2**63 - 1
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%")


def read_toml(
    text: str, fail: Fail, *, keys: Collection[str] | None = None, exact: bool = False
) -> TypedTable:
    """Return the root table of a TOML file.

    Args:
        text: of the file.
        fail: makes every error about it.
        keys: those that there are at the root; ``None``: any.
        exact: read numbers with a point as ``Decimal``.
    """
    data = parse_toml(text, fail, exact=exact)

    @cache
    def lines() -> dict[TablePath, int]:
        from .tomllines import lines_of  # for errors only

        return lines_of(text)

    return TypedTable(data, fail, keys=keys, lines=lines)


class TypedTable:
    """A table of plain data (TOML, JSON), and how to say what is wrong in it.

    The readers take a key and what holds if it is not there; without that the key must be there.
    Each raises what ``fail`` makes. No error about a table that says ``confidential``, or about one
    in it, quotes a value, and none has another error behind it that does.

    Attributes:
        data: the table.
        is_secret: whether it is such a table.
    """

    __slots__ = ("_fail", "_lines", "_path", "data", "is_secret")

    def __init__(
        self,
        data: Mapping[str, Any],
        fail: Fail,
        *,
        keys: Collection[str] | None = None,
        lines: Callable[[], Mapping[TablePath, int]] = dict,
        path: TablePath = (),
        secret: bool = False,
    ) -> None:
        """Take the data.

        Args:
            data: the table.
            fail: makes the error of a message and its line.
            keys: those that there are; another is an error. ``None``: any.
            lines: returns those of ``lines_of``; called at the first error.
            path: where the table stands.
            secret: whether it stands in a table that is.
        """
        self.data: Mapping[str, Any] = data
        self._fail, self._lines, self._path = fail, lines, path
        self.is_secret: bool = secret or data.get("confidential", False) is not False
        if keys is not None:
            for key in data:
                if key not in keys:
                    import difflib

                    close = difflib.get_close_matches(key, keys, n=1)
                    hint = (
                        f"did you mean {close[0]}?" if close else f"choose from: {', '.join(keys)}"
                    )
                    if self.is_secret and not close:
                        what = f"{self.dotted()} has an unknown key; {hint}".lstrip()
                        raise fail(what, self.line(key))
                    raise self.error(key, f"is unknown; {hint}")

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def value(self, key: str, default: Any = REQUIRED) -> Any:
        """Return the value as it is."""
        value = self.data.get(key, default)
        if value is REQUIRED:
            raise self.error(key, "is missing")
        return value

    def text(self, key: str, default: str = REQUIRED) -> str:
        """Return text; what must be there is not blank."""
        value = self.value(key, default)
        if not isinstance(value, str):
            self._refuse(key, "text")
        if default is REQUIRED and not value.strip():
            raise self.error(key, "is empty")
        return str(value)

    def texts(self, key: str, default: Sequence[str] = REQUIRED) -> tuple[str, ...]:
        """Return a list of texts; a text alone is a list of one."""
        value = self.value(key, default)
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list | tuple) or not all(isinstance(text, str) for text in value):
            self._refuse(key, "a list of texts")
        return tuple(value)

    def flag(self, key: str, default: bool = REQUIRED) -> bool:
        """Return true or false."""
        value = self.value(key, default)
        return value if isinstance(value, bool) else self._refuse(key, "true or false")

    def whole(
        self, key: str, default: int = REQUIRED, *, low: int = 0, high: int = _MAX_WHOLE
    ) -> int:
        """Return a whole number in its range."""
        value = self.value(key, default)
        if type(value) is not int or not low <= value <= high:
            self._refuse(key, f"a whole number {_range(low, high)}")
        return int(value)

    def number(
        self, key: str, default: float = REQUIRED, *, low: float = 0, high: float = _MAX_WHOLE
    ) -> float:
        """Return a number in its range."""
        value = self.value(key, default)
        if not is_number(value) or not low <= value <= high:
            self._refuse(key, f"a number {_range(low, high)}")
        return value if isinstance(value, int) else float(value)

    def percent(self, key: str, default: float = REQUIRED, *, high: int = 1) -> float:
        """Return a share from 0 to ``high``, written so or as ``"20%"``."""
        value = self.value(key, default)
        if isinstance(value, str) and (found := _PERCENT.fullmatch(value.strip())):
            value = float(found[1]) / 100
        if not is_number(value) or not 0 <= value <= high:
            self._refuse(key, f'a share from 0 to {high}, such as 0.2 or "20%"')
        return float(value)

    def choice(self, key: str, choices: Collection[str], default: str = REQUIRED) -> str:
        """Return one of some words."""
        value = self.value(key, default)
        word = value.strip() if isinstance(value, str) else ""
        return word if word in choices else self._refuse(key, alternatives(choices))

    @overload
    def moment(self, key: str) -> date: ...
    @overload
    def moment(self, key: str, default: None) -> date | None: ...

    def moment(self, key: str, default: None = REQUIRED) -> date | None:
        """Return a day, or a time with its offset from UTC; native, or text in ISO 8601."""
        value = self.value(key, default)
        if value is None and default is None:
            return None
        if isinstance(value, str):
            with contextlib.suppress(ValueError):
                long = len(value) > 10
                value = datetime.fromisoformat(value) if long else date.fromisoformat(value)
        if isinstance(value, datetime) and value.tzinfo is None:
            raise self.error(
                key,
                f"= {self.shown(value)} has no offset from UTC; write one "
                "(2022-07-11T10:00:00+02:00), or the date alone",
            )
        return value if isinstance(value, date) else self._refuse(key, "a date such as 2022-07-11")

    def duration(self, key: str, default: timedelta = REQUIRED) -> timedelta:
        """Return a duration: ``"90 s"``, ``"15 min"``, ``"6 h"``, ``"2d"``, or seconds."""
        value = self.value(key, default)
        found = duration_of(value)
        return self._refuse(key, A_DURATION) if found is None else found

    def durations(self, key: str, default: list[str] = REQUIRED) -> tuple[timedelta, ...]:
        """Return a list of durations."""
        values = self.value(key, default)
        found = [duration_of(value) for value in values] if isinstance(values, list) else [None]
        whole = tuple(one for one in found if one is not None)
        return whole if len(whole) == len(found) else self._refuse(key, f"a list: {A_DURATION}")

    def parsed(
        self, key: str, parse: Callable[[str], Value], default: Other = REQUIRED
    ) -> Value | Other:
        """Return what ``parse`` makes of the text; its ``ValueError`` becomes an error here."""
        if default is not REQUIRED and key not in self.data:
            return default
        return self.check(key, parse, self.text(key, ""))

    def check(self, key: str, parse: Callable[[Any], Value], value: Any) -> Value:
        """Return what ``parse`` makes of a part of the value of a key."""
        try:
            return parse(value)
        except ValueError as error:
            if not self.is_secret:
                raise self._fail(f"{self.dotted(key)}: {error}", self.line(key)) from error
        raise self.error(key, f"= {CONFIDENTIAL} cannot be read")

    def table(self, key: str, keys: Collection[str] | None = None) -> TypedTable:
        """Return a table; an empty one if it is not there."""
        value = self.data.get(key, {})
        if not isinstance(value, Mapping):
            self._refuse(key, "a table" if keys is None else f"a table with {', '.join(keys)}")
        return self._inner(value, keys, key)

    def tables(self, key: str, keys: Collection[str] | None = None) -> list[TypedTable]:
        """Return the tables of an array; one alone is an array of one, and no key an empty one."""
        value = self.data.get(key, [])
        if isinstance(value, Mapping):
            return [self.table(key, keys)]
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            what = f"tables: [[{key}]]" if keys is None else f"tables with {', '.join(keys)}"
            self._refuse(key, what)
        return [self._inner(item, keys, key, number) for number, item in enumerate(value)]

    def overlaid(
        self, values: Mapping[str, Any], keys: Collection[str] | None, *, added: str = ""
    ) -> TypedTable:
        """Return the table with values from elsewhere, which have no line, in place of its own.

        ``added`` names a table in it whose own values stay where ``values`` hold none.
        """
        more = values.get(added, {})

        def is_own(path: TablePath) -> bool:
            if path[0] != added:
                return path[0] not in values
            return not more or (len(path) > 1 and path[1] not in more)

        def lines() -> dict[TablePath, int]:
            return {path: at for path, at in self._lines().items() if is_own(path)}

        data = {**self.data, **values}
        if more:
            data[added] = {**self.table(added).data, **more}
        return TypedTable(
            data, self._fail, keys=keys, lines=lines, path=self._path, secret=self.is_secret
        )

    def _inner(
        self, data: Mapping[str, Any], keys: Collection[str] | None, *path: str | int
    ) -> TypedTable:
        at = (*self._path, *path)
        return TypedTable(
            data, self._fail, keys=keys, lines=self._lines, path=at, secret=self.is_secret
        )

    def dotted(self, key: str = "") -> str:
        """Return the key with those of the tables that it is in; tables of an array from 1."""
        text = ""
        for part in (*self._path, *([key] if key else [])):
            if isinstance(part, int):
                text += f"[{part + 1}]"
            else:
                part = shorten(part if part.isprintable() else repr(part))
                text += f".{part}" if text else part
        return text

    def line(self, key: str = "") -> int | None:
        """Return the line of a key, or of what is nearest around it; ``None`` if none is known."""
        path, lines = (*self._path, *([key] if key else [])), self._lines()
        while path and path not in lines:
            path = path[:-1]
        return lines.get(path)

    def limited(self, keys: Collection[str]) -> TypedTable:
        """Return the table if it has no other keys than these; another is an error."""
        return TypedTable(
            self.data, self._fail, keys=keys, lines=self._lines, path=self._path,
            secret=self.is_secret,
        )  # fmt: skip

    def error(self, key: str, what: str) -> Exception:
        """Return the error that says ``what`` of a key."""
        return self._fail(f"{self.dotted(key)} {what}", self.line(key))

    def shown(self, value: object) -> str:
        """Return a value as an error may show it."""
        if self.is_secret:
            return CONFIDENTIAL
        is_plain = isinstance(value, date) or is_number(value)
        return shorten(str(value) if is_plain else repr(value))

    def _refuse(self, key: str, wanted: str) -> Any:
        value = self.data.get(key)
        shown = shorten(repr(value)) if key == "confidential" else self.shown(value)
        raise self.error(key, f"must be {wanted}, not {shown}")


def _range(low: float, high: float) -> str:
    return f"of {low:,} or more" if high == _MAX_WHOLE else f"from {low:,} to {high:,}"
