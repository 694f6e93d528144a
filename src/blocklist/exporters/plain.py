"""PLAIN: one target a line, in the notation of order files; what ``format="plain"`` reads."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.targets import TargetKind, notation
from .canary import Canary, CanaryRecord
from .exportoptions import ExportOptions
from .lowering import block_patterns, block_urls, blocks_only
from .networks import blocked_networks, network_text
from .policytree import PolicyTree


def plain_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the line that blocks the canary."""
    return canary.lines(notation(TargetKind.EXACT, "{}"))


def plain_lines(tree: PolicyTree, _: ExportOptions) -> Iterator[str]:
    """Yield every kind of target; all is kept but what has an exception in it."""
    for node in blocks_only(tree.nodes(), tree.losses):
        yield node.text
    yield from block_patterns(tree)
    yield from block_urls(tree)
    yield from map(network_text, blocked_networks(tree))
