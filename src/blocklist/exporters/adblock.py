"""ADBLOCK: ``||name^`` and its like, for the resolvers that read them, such as AdGuard Home.

There ``|`` is the beginning of the name and ``^`` its end. An exception wins over every block but
one that is ``$important``, and an important exception over that, whatever is longer: four ranks, so
a block below an exception below a block can be said.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.targets import TargetKind
from .exportoptions import Options
from .lowering import block_patterns, check_response, ranked
from .networks import blocked_networks, network_text
from .policytree import Plan

_MASKS = {TargetKind.SUBTREE: "||{}^", TargetKind.EXACT: "|{}^", TargetKind.BELOW: "*.{}^"}
_RANKS = ("{}", "@@{}", "{}$important", "@@{}$important")


def adblock_lines(plan: Plan, options: Options) -> Iterator[str]:
    """Yield names, patterns, and single addresses of IPv4, which block answers that hold them."""
    check_response("adblock", options.response)
    for kind, name, rank in ranked(plan.nodes(), plan.losses, len(_RANKS) - 1):
        yield _RANKS[rank].format(_MASKS[kind].format(name))
    for pattern in block_patterns(plan, excepts_names=True):
        yield f"|{pattern}^"
    for network in blocked_networks(plan):
        text = network_text(network)
        if "/" in text or ":" in text:
            plan.losses.add("prefix" if "/" in text else "address", text)
        else:
            yield f"||{text}^"
    plan.lose_others(TargetKind.URL)
