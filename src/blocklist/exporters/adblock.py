"""ADBLOCK: ``||name^`` and its like, for the resolvers that read them, such as AdGuard Home.

There ``|`` is the beginning of the name and ``^`` its end. An exception wins over every block but
one that is ``$important``, and an important exception over that, whatever is longer: four ranks, so
a block below an exception below a block can be said.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.targets import TargetKind
from .canary import Canary, CanaryRecord
from .exportoptions import ExportOptions
from .lowering import block_patterns, ranked
from .networks import blocked_networks, network_text
from .policytree import PolicyTree

_MASKS = {TargetKind.SUBTREE: "||{}^", TargetKind.EXACT: "|{}^", TargetKind.BELOW: "*.{}^"}
_RANKS = ("{}", "@@{}", "{}$important", "@@{}$important")


def adblock_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the line that blocks the canary."""
    return canary.lines(_MASKS[TargetKind.EXACT])


def adblock_lines(tree: PolicyTree, _: ExportOptions) -> Iterator[str]:
    """Yield names, patterns, and single addresses of IPv4, which block answers that hold them."""
    for kind, name, rank in ranked(tree.nodes(), tree.losses, len(_RANKS) - 1):
        yield _RANKS[rank].format(_MASKS[kind].format(name))
    for pattern in block_patterns(tree):
        yield f"|{pattern}^"
    for network in blocked_networks(tree):
        text = network_text(network)
        if "/" in text or ":" in text:
            tree.losses.add("prefix" if "/" in text else "address", text)
        else:
            yield f"||{text}^"
