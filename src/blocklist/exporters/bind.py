"""BIND: a zone for each name in ``named.conf``, all of them with the same data, without a policy.

The zone with the longest name answers, for its name and all below it. There is no exception: a name
inside of a zone cannot be given back to the resolution.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .canary import Canary, CanaryRecord
from .exportoptions import ExportOptions
from .lowering import blocks_only, sayable
from .policytree import PolicyTree
from .serials import soa

NO_WILDCARD = re.compile(r"^.{252}")
"""Names that leave no room for ``*.`` before them: BIND refuses their zones."""
ZONE_FILE = "blocklist.zone"
"""Below the ``directory`` of ``named.conf``."""


def zones_lines(tree: PolicyTree, _: ExportOptions) -> Iterator[str]:
    """Yield ``zone`` statements, for ``include``."""
    whole = sayable(tree)
    for node in blocks_only(whole, tree.losses):
        if node.below:
            yield _zone(node.name)


def zones_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the zone of the canary."""
    return CanaryRecord(canary.name, (_zone(canary.name),))


def zone_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return its record, which every zone has, as all share the file: it shows that it is whole."""
    return CanaryRecord(canary.name, (f"@ {canary.txt}",))


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


def _zone(name: str) -> str:
    return f'zone "{name}" {{ type primary; file "{ZONE_FILE}"; }};'
