"""NETWORKS: the addresses that an image blocks, as prefixes with the exceptions taken out.

Nothing is joined: a prefix here is one that was ordered, or a part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from ..model.addresses import Network
from ..model.targets import TargetKind
from .policytree import PolicyTree


def blocked_networks(tree: PolicyTree) -> list[Network]:
    """Return prefixes that hold all blocked addresses and no other, in sequence, none twice.

    A prefix with an exception in it becomes the up to 32 or 128 parts around that
    (``ipaddress.address_exclude``). One with an exception that only a confidential order names is
    left out, since its gap would tell. They are all in memory: addresses are few.
    """
    path: list[tuple[Network, bool, list[Network]]] = []
    areas: list[list[Network]] = []
    for network, blocks in sorted(_verdicts(tree).items(), key=lambda item: place(item[0])):
        while path and not holds(path[-1][0], network):
            path.pop()
        _, above, area = path[-1] if path else (network, False, [])
        if bool(blocks) == above:
            continue
        if blocks:
            area = [network]
            areas.append(area)
        elif blocks is None and area:
            tree.losses.add("exception", network_text(path[-1][0]))
            area.clear()
        else:
            area[:] = _around(area, network)
        path.append((network, bool(blocks), area))
    return sorted((part for area in areas for part in area), key=place)


def network_text(network: Network) -> str:
    """Return a prefix as order files write it: one of full length is its address."""
    single = network.prefixlen == network.max_prefixlen
    return str(network.network_address if single else network)


def _verdicts(tree: PolicyTree) -> dict[Network, bool | None]:
    """Return whether each prefix blocks; ``None`` if it excepts and must not be named."""
    verdicts: dict[Network, bool | None] = {}
    for (_, value, allow), _ in tree.addresses():
        network = ip_network(value)
        verdicts[network] = not allow and verdicts.get(network, True)
    for rule, _ in tree.hidden_exceptions(TargetKind.ADDRESS):
        verdicts[ip_network(rule.value)] = None
    return verdicts


def place(network: Network) -> tuple[int, int, int]:
    """Return what to sort by: each prefix comes after the wider ones around it."""
    return network.version, int(network.network_address), network.prefixlen


def holds(wider: Any, network: Any) -> bool:  # the types cannot say: two of one family
    """Whether a prefix is within another, or is that one."""
    return bool(wider.version == network.version and network.subnet_of(wider))


def _around(area: list[Any], hole: Any) -> Iterator[Network]:
    for part in area:
        if holds(part, hole):
            yield from part.address_exclude(hole)
        else:
            yield part
