"""HIT COLUMNS: what is worked out for the rows of hits alone, as functions of columns."""

from __future__ import annotations

from bisect import bisect_right
from ipaddress import IPv6Address, ip_address
from typing import Any

from .engine import libraries

_BITS = 128
_MOST_KNOWN = 1 << 18
"""Networks that are remembered: the same client comes in many rows."""


class Periods:
    """For each time, how many changes of orders are before it or at it."""

    def __init__(self, changes: tuple[int, ...]) -> None:
        """Take the changes, as microseconds since 1970, sorted."""
        self._changes = changes

    def __call__(self, times: Any) -> Any:
        """Return numbers for a column of times."""
        _, pa = libraries("reading query logs")
        instants = times.cast(pa.timestamp("us")).cast(pa.int64()).to_pylist()
        changes = self._changes
        found = (None if one is None else bisect_right(changes, one) for one in instants)
        return pa.array(list(found), pa.int32())


class Networks:
    """The network of each client with an IPv6 address, of which one person has many."""

    def __init__(self, prefix: int) -> None:
        """Take the bits that tell networks apart."""
        self._mask = ((1 << prefix) - 1) << (_BITS - prefix)
        self._known: dict[str, str] = {}

    def __call__(self, clients: Any) -> Any:
        """Return networks for a column of clients; what is no IPv6 address stays as it is."""
        _, pa = libraries("reading query logs")
        return pa.array([one and self.of(one) for one in clients.to_pylist()], pa.string())

    def of(self, client: str) -> str:
        """Return the network of one client."""
        known = self._known
        found = known.get(client)
        if found is None:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            found = known[client] = self._network(client)
        return found

    def _network(self, client: str) -> str:
        try:
            address = ip_address(client.partition("%")[0])
        except ValueError:
            return client
        if not isinstance(address, IPv6Address):
            return client
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) & self._mask))
