"""TABLES: the small look-up beside the names and addresses: URLs by path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

Entry = tuple[int, str, bool]
"""Number within its section, value, and whether it is an exception."""

_HOST = re.compile("[:/]")
_MAX_URL_OCTETS = 2048


class UrlTable:
    """URLs in the form of ``url_value``, asked for the longest that covers one.

    A URL covers itself with any query and what lies below it (``x.com/a`` covers ``x.com/a/b``, not
    ``x.com/ab``); one with a query covers that query alone.
    """

    def __init__(self, entries: Iterable[tuple[str, bool]]) -> None:
        """Take (URL, allow) pairs."""
        self._entries: dict[str, Entry] = {}
        for number, (text, allow) in enumerate(entries):
            if allow or text not in self._entries:
                self._entries[text] = (number, text, allow)
        self._hosts = {_HOST.split(text, maxsplit=1)[0] for text in self._entries}

    def names(self, host: str) -> bool:
        """Whether there may be an entry for a host, in any case and without a port."""
        return bool(self._hosts) and host.lower() in self._hosts

    def covering(self, url: str) -> Iterator[Entry]:
        """Yield the entries that cover ``url``, the longest first."""
        if not self._entries:
            return
        for candidate in _wider(url):
            entry = self._entries.get(candidate)
            if entry is not None:
                yield entry


def _wider(url: str) -> Iterator[str]:
    yield url
    path, query, _ = url.partition("?")
    if query:
        yield path
    # Each step copies the path, so the length is bounded; orders write shorter ones.
    path = path[:_MAX_URL_OCTETS]
    at = path.rfind("/")
    while at > 0:
        if at + 1 < len(path):
            yield path[: at + 1]
        if path.find("/") < at:
            yield path[:at]
        at = path.rfind("/", 0, at)
