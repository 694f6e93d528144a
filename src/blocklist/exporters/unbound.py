"""UNBOUND: ``local-zone`` and ``local-data``, a part of the ``server:`` clause of unbound.conf.

The zone with the longest name decides, so an exception is a transparent zone in a blocking one. A
name alone is data in a transparent zone: other types of it have no data, and what lies below it is
resolved (unbound.conf(5), ``transparent``).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..live.policy import Action
from ..model.targets import TargetKind
from .exportoptions import ExportOptions
from .hosts import NOWHERE
from .lowering import check_response, sayable
from .policytree import PolicyTree

_TYPES = {
    Action.NXDOMAIN: "always_nxdomain",
    Action.NODATA: "always_nodata",
    Action.REFUSED: "always_refuse",
    Action.DROP: "always_deny",
    Action.SINKHOLE: "redirect",
}


def unbound_lines(tree: PolicyTree, options: ExportOptions) -> Iterator[str]:
    """Yield one zone for each blocked name with what is below it, and for each exception.

    A blocked name alone gets the addresses of the sinkhole, without one those that lead nowhere.
    """
    response = options.response
    check_response("unbound", response, *_TYPES)
    blocks = _TYPES[response.action]
    addresses = response.addresses or NOWHERE
    yield "server:"
    for node in sayable(tree.nodes(), tree.losses, exact=True, below=False):
        if node.below:
            yield f'local-zone: "{node.name}." {blocks}'
        elif node.above:
            yield f'local-zone: "{node.name}." transparent'
        if node.own and (not node.below or response.addresses):
            for address in addresses:
                kind = "AAAA" if ":" in str(address) else "A"
                yield f'local-data: "{node.name}. {options.ttl} IN {kind} {address}"'
    tree.lose_others(TargetKind.PATTERN, TargetKind.URL, TargetKind.ADDRESS)
