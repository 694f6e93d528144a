"""UNBOUND SETTINGS: ``key: value value``, wherever lines end: Unbound sees words only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(r""""([^"]*)"|'([^']*)'|(#.*)|([^\s"']+)|(["'])""")
_KEY = re.compile(r"([a-z][a-z0-9-]*):(.*)")
_VALUES = {"local-zone": 2, "local-data": 1, "local-zone-tag": 2, "local-zone-override": 3}
"""How many values settings have that may go on in the next line."""
PARTS = frozenset(
    {
        "server", "view", "remote-control", "forward-zone", "stub-zone", "auth-zone", "rpz",
        "python", "dynlib", "dnscrypt", "cachedb", "ipset", "redis", "dnstap",
    }
)  # fmt: skip
"""What only opens a part of the file."""


class Setting(NamedTuple):
    """A setting: the line it begins in, the part that it stands in, its key and its values.

    An empty key is for words that belong to no setting.
    """

    line: int
    part: str
    key: str
    values: tuple[str, ...]


class SettingReader:
    """Reads settings line by line, and keeps the one that a line leaves open."""

    def __init__(self) -> None:
        """Begin where a file does: in the part for the server."""
        self._part = "server"
        self._key = ""
        self._line = 0
        self._values: list[str] = []

    def read(self, number: int, line: str) -> Iterator[Setting]:
        """Yield the settings that are complete with this line."""
        for double, single, comment, word, quote in _TOKEN.findall(line):
            if comment:
                break
            found = _KEY.fullmatch(word) if word else None
            if found is not None and (not found[2] or self._is_complete()):
                yield from self.end()
                self._key, self._line, self._values = found[1], number, []
                word = found[2]
                if not word:
                    continue
            if not self._key or quote:
                yield Setting(number, self._part, "", ())
                self._key = ""
                return
            self._values.append(word or double or single)
        if self._is_complete():
            yield from self.end()

    def _is_complete(self) -> bool:
        needed = 0 if self._key in PARTS or not self._key else _VALUES.get(self._key, 1)
        return len(self._values) >= needed

    def end(self) -> Iterator[Setting]:
        """Yield the setting that is open, which is complete then or never."""
        if self._key in PARTS:
            self._part = self._key
        if self._key:
            yield Setting(self._line, self._part, self._key, tuple(self._values))
        self._key = ""
