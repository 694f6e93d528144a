"""ZEEK: a file of the Intelligence Framework: single names, addresses and prefixes."""

from __future__ import annotations

from collections.abc import Iterator

from .canary import Canary, CanaryRecord
from .exportoptions import ExportOptions
from .networks import blocked_networks
from .policytree import PolicyTree

_FIELDS = "#fields\tindicator\tindicator_type\tmeta.source"


def zeek_lines(tree: PolicyTree, _: ExportOptions) -> Iterator[str]:
    """Yield a line for each blocked name and prefix, with TABs, below that which names the fields.

    An indicator of type ``Intel::DOMAIN`` is compared as a whole: names below it are not found.
    """
    yield _FIELDS
    for node in tree.nodes(every=True):
        if node.below and not node.above:
            tree.losses.add("children", node.text)
        if node.own:
            yield _line(node.name, "DOMAIN")
    for network in blocked_networks(tree):
        if network.prefixlen == network.max_prefixlen:
            yield _line(str(network.network_address), "ADDR")
        else:
            yield _line(str(network), "SUBNET")


def zeek_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the line that names the canary."""
    return CanaryRecord(canary.blocked, (_line(canary.blocked, "DOMAIN"),))


def _line(indicator: str, kind: str) -> str:
    return f"{indicator}\tIntel::{kind}\tblocklist"
