"""PREFIXES: the address rules of an image as formats need them in which the longest decides."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import NamedTuple

from ..model.addresses import Network
from ..model.targets import TargetKind
from .networks import holds, network_text, place
from .policytree import PolicyTree


class Prefix(NamedTuple):
    """A prefix at which something changes.

    Attributes:
        network: which addresses.
        blocks: whether it blocks them; else it excepts them.
        top: the number of the rule of the widest prefix around it, for ``PolicyTree.orders_of``.
    """

    network: Network
    blocks: bool
    top: int


def prefixes(tree: PolicyTree) -> Iterator[Prefix]:
    """Yield what is blocked and what is excepted, each after the wider ones around it.

    A block with an exception in it that only a confidential order names is left out. They are all
    in memory: addresses are few.
    """
    found: dict[Network, tuple[bool, int]] = {}
    for (_, value, allow), number in tree.addresses():
        network = ip_network(value)
        if allow or network not in found:
            found[network] = not allow, number
    hidden = [ip_network(rule.value) for rule, _ in tree.hidden_exceptions(TargetKind.ADDRESS)]
    path: list[Prefix] = []
    for network in sorted(found, key=place):
        while path and not holds(path[-1].network, network):
            path.pop()
        blocks, number = found[network]
        if blocks and any(holds(network, hole) for hole in hidden):
            tree.losses.add("exception", network_text(network))
        elif not path or path[-1].blocks is not blocks:
            path.append(Prefix(network, blocks, path[0].top if path else number))
            yield path[-1]
