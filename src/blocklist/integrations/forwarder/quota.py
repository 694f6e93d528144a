"""QUOTA: what one client may take of what all of them share."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from ipaddress import ip_address

_MAX_KNOWN = 65_536


class Quota:
    """How many things each client may have at the same time; the clients of a prefix are one."""

    def __init__(self, limit: int, *, prefix_v4: int, prefix_v6: int) -> None:
        """Take the limit, and how many bits of an address tell clients apart."""
        self._limit, self._prefixes = limit, {4: prefix_v4, 6: prefix_v6}
        self._taken: Counter[tuple[int, int]] = Counter()
        self._prefix = lru_cache(_MAX_KNOWN)(self._find)

    def take(self, client: str) -> bool:
        """Take one for a client by its address; ``False`` if it has all that it may."""
        prefix = self._prefix(client)
        if self._taken[prefix] >= self._limit:
            return False
        self._taken[prefix] += 1
        return True

    def give_back(self, client: str) -> None:
        """Take that a client has one less."""
        prefix = self._prefix(client)
        self._taken[prefix] -= 1
        if not self._taken[prefix]:
            del self._taken[prefix]  # so that what is kept is bounded by what is on its way

    def _find(self, client: str) -> tuple[int, int]:
        address = ip_address(client)
        bits = address.max_prefixlen - self._prefixes[address.version]
        return address.version, int(address) >> bits
