"""PLAIN: one target a line, in the notation of order files; what ``format="plain"`` reads."""

from __future__ import annotations

from collections.abc import Iterator

from .exportoptions import Options
from .lowering import block_patterns, block_urls, blocks_only, check_response
from .networks import blocked_networks, network_text
from .policytree import Plan


def plain_lines(plan: Plan, options: Options) -> Iterator[str]:
    """Yield every kind of target; all is kept but what has an exception in it."""
    check_response("a plain list", options.response)
    for node in blocks_only(plan.nodes(), plan.losses):
        yield node.text
    yield from block_patterns(plan, excepts_names=False)
    yield from block_urls(plan)
    yield from map(network_text, blocked_networks(plan))
