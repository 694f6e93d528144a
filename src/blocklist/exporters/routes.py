"""ROUTES: what routers and packet filters take: prefixes whose addresses are blocked, never joined.

``routes`` is a batch of iproute2 for null routes, ``prefixes`` a prefix a line for anything else.
"""

from __future__ import annotations

from collections.abc import Iterator

from .exportoptions import ExportOptions
from .networks import blocked_networks
from .policytree import PolicyTree


def route_lines(tree: PolicyTree, options: ExportOptions) -> Iterator[str]:
    """Yield commands for ``ip -batch``; ``replace``, so that they can be given again."""
    for prefix in prefix_lines(tree, options):
        yield f"route replace blackhole {prefix}"


def prefix_lines(tree: PolicyTree, _: ExportOptions) -> Iterator[str]:
    """Yield ``192.0.2.0/24``, the length always with it."""
    yield from map(str, blocked_networks(tree))
