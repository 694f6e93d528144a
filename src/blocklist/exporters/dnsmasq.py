"""DNSMASQ: ``server=/name/`` and, for a sinkhole, ``address=/name/192.0.2.1``.

The longest name decides, and ``*.name``, which is all below a name, is longer than the name
(dnsmasq(8), ``--server``). ``server=`` lines may stand in a ``servers-file``, which SIGHUP reads
again.
"""

from __future__ import annotations

from collections.abc import Iterator

from .canary import Canary, CanaryRecord
from .exportoptions import ExportOptions
from .hosts import NOWHERE
from .lowering import sayable
from .policytree import PolicyTree


def dnsmasq_lines(tree: PolicyTree, options: ExportOptions) -> Iterator[str]:
    """Yield a line for each blocked name and each exception, several for a sinkhole.

    NXDOMAIN is answered for every type; a sinkhole for A and AAAA, and other types are resolved.
    """
    blocks = _blocks(options)
    for node in sayable(tree):
        if node.own != node.above:
            yield from _lines(node.name, bool(node.own), blocks)
        if node.below != node.own:
            yield from _lines(f"*.{node.name}", bool(node.below), blocks)


def dnsmasq_canary(canary: Canary, options: ExportOptions) -> CanaryRecord:
    """Return the lines that block the canary; a ``servers-file`` holds no TXT records."""
    return CanaryRecord(canary.blocked, tuple(_lines(canary.blocked, True, _blocks(options))))


def _blocks(options: ExportOptions) -> tuple[str, ...]:
    return tuple(f"address=/{{}}/{address}" for address in _addresses(options))


def _lines(name: str, blocked: bool, blocks: tuple[str, ...]) -> Iterator[str]:
    if not blocked:
        yield f"server=/{name}/#"
    for line in (blocks or ("server=/{}/",)) if blocked else ():
        yield line.format(name)


def _addresses(options: ExportOptions) -> Iterator[str]:
    """Yield the addresses of the sinkhole; a family that it lacks leads nowhere.

    Otherwise dnsmasq asks for the real addresses of that family.
    """
    addresses = options.response.addresses
    yield from map(str, addresses)
    for version, nowhere in zip((4, 6), NOWHERE, strict=True):
        if addresses and all(address.version != version for address in addresses):
            yield nowhere
