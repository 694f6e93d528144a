"""HOSTS: ``0.0.0.0 name`` and ``:: name``: single names, as the resolver of a system reads them."""

from __future__ import annotations

from collections.abc import Iterator

from .canary import Canary, CanaryRecord
from .exportoptions import ExportOptions
from .policytree import PolicyTree

NOWHERE = ("0.0.0.0", "::")  # noqa: S104 - no socket
"""Addresses that lead nowhere. Of each family one, or the other's real addresses are given."""


def hosts_canary(canary: Canary, options: ExportOptions) -> CanaryRecord:
    """Return the lines that block the canary."""
    return canary.lines(*(f"{address} {{}}" for address in _addresses(options)))


def hosts_lines(tree: PolicyTree, options: ExportOptions) -> Iterator[str]:
    """Yield two lines for each blocked name; names below it that no order names stay open."""
    addresses = _addresses(options)
    for node in tree.nodes(every=True):
        if node.below and not node.above:
            tree.losses.add("children", node.text)
        if node.own:
            for address in addresses:
                yield f"{address} {node.name}"


def _addresses(options: ExportOptions) -> tuple[str, ...]:
    return tuple(map(str, options.response.addresses)) or NOWHERE
