"""BIND: a zone for each name in ``named.conf``, all of them with the same data, without a policy.

The zone with the longest name answers, for its name and all below it. There is no exception: a name
inside of a zone cannot be given back to the resolution.
"""

from __future__ import annotations

from collections.abc import Iterator

from .exportoptions import ExportOptions
from .lowering import blocks_only, sayable
from .policytree import PolicyTree
from .serials import soa

ZONE_FILE = "blocklist.zone"
"""Below the ``directory`` of ``named.conf``."""


def zones_lines(tree: PolicyTree, _: ExportOptions) -> Iterator[str]:
    """Yield ``zone`` statements, for ``include``."""
    whole = sayable(tree)
    for node in blocks_only(whole, tree.losses):
        if node.below:
            yield f'zone "{node.name}" {{ type primary; file "{ZONE_FILE}"; }};'


def zone_lines(_: PolicyTree, options: ExportOptions) -> Iterator[str]:
    """Yield the data of every zone: addresses of the sinkhole, or nothing.

    Without a sinkhole the name itself has no data and those below it do not exist: a zone has to
    have a top.
    """
    yield f"$TTL {options.ttl}"
    yield soa(options)
    yield "@ NS localhost."
    for address in options.response.addresses:
        kind = "A" if address.version == 4 else "AAAA"
        yield f"@ {kind} {address}"
        yield f"* {kind} {address}"
