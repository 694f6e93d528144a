"""UNBOUND: ``local-zone`` and ``local-data``, a part of the ``server:`` clause of unbound.conf.

The zone with the longest name decides, so an exception is a transparent zone in a blocking one. A
name alone is data in a transparent zone: other types of it have no data, and what lies below it is
resolved (unbound.conf(5), ``transparent``).
"""

from __future__ import annotations

from collections.abc import Iterator

from .canary import Canary, CanaryRecord
from .exportoptions import ExportOptions
from .hosts import NOWHERE
from .lowering import sayable
from .policytree import PolicyTree
from .responses import words_for


def unbound_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the zone and the record of the canary."""
    zone, (time, record) = f"{canary.name}.", canary.txt.split(" ", 1)
    lines = f'local-zone: "{zone}" static', f"local-data: '{zone} {time} IN {record}'"
    return CanaryRecord(canary.name, lines)


def unbound_lines(tree: PolicyTree, options: ExportOptions) -> Iterator[str]:
    """Yield one zone for each blocked name with what is below it, and for each exception.

    A blocked name alone gets the addresses of the sinkhole, without one those that lead nowhere.
    """
    response = options.response
    blocks = words_for("unbound", response)
    addresses = response.addresses or NOWHERE
    yield "server:"
    for node in sayable(tree):
        if node.below:
            yield f'local-zone: "{node.name}." {blocks}'
        elif node.above:
            yield f'local-zone: "{node.name}." transparent'
        if node.own and (not node.below or response.addresses):
            for address in addresses:
                kind = "AAAA" if ":" in str(address) else "A"
                yield f'local-data: "{node.name}. {options.ttl} IN {kind} {address}"'
