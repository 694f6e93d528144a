"""DAY: the dates of a table, in the formats that its mapping names."""

from __future__ import annotations

import re
from datetime import date, datetime

ISO = "iso"
"""The format of ISO 8601: ``2026-10-02``, ``2026-10-02T11:32:03``."""
_DIRECTIVES = re.compile(r"%(.?)")


def check_format(text: str) -> str:
    """Return a date format; ``ValueError`` if it is none that reads the same everywhere."""
    if text == ISO or (set(_DIRECTIVES.findall(text)) >= {"d", "m"} and _is_numeric(text)):
        return text
    raise ValueError(f"{text!r} is not a date format; write 'iso' or a format such as '%d.%m.%Y'")


def _is_numeric(text: str) -> bool:
    """Whether there is a year, and no name of a month or day, which differ by language."""
    used = _DIRECTIVES.findall(text)
    return set(used) <= set("dmYyHMSzf") and ("Y" in used or "y" in used)


class Days:
    """Reads dates and remembers them: a long list has few different ones."""

    def __init__(self, formats: tuple[str, ...]) -> None:
        """Take the formats, in the sequence in which they are tried."""
        self._formats = formats
        self._known: dict[str, datetime | None] = {}

    def moment(self, text: str) -> datetime | None:
        """Return the date and time, with an offset from UTC only if the text has one."""
        if text not in self._known:
            self._known[text] = self._read(" ".join(text.split()))
        return self._known[text]

    def day(self, text: str) -> date | None:
        """Return the day, or ``None`` if no format fits."""
        moment = self.moment(text)
        return None if moment is None else moment.date()

    def _read(self, text: str) -> datetime | None:
        if len(text) > 40:
            return None
        for form in self._formats:
            try:
                if form == ISO:
                    return datetime.fromisoformat(text)
                return datetime.strptime(text, form)  # noqa: DTZ007 - the place knows its zone
            except ValueError:
                continue
        return None
