"""DNSCRYPT: the files of dnscrypt-proxy: names blocked, names allowed, addresses blocked.

A name stands for all below it there, ``=name`` for itself. Allowed names win over all blocked ones,
however long, so a block below an exception cannot be said. A star within a line makes it a glob,
and so do two at its beginning: ``**.name`` is what lies below a name.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ..model.addresses import Network
from ..model.targets import TargetKind
from .canary import Canary, CanaryRecord, Proof
from .exportoptions import ExportOptions
from .lowering import block_patterns, ranked
from .networks import blocked_networks, network_text
from .policytree import PolicyTree

_FORMS = {TargetKind.SUBTREE: "{}", TargetKind.EXACT: "={}", TargetKind.BELOW: "**.{}"}
_EXCEPTION = 1
BLOCKED_FILE, ALLOWED_FILE, ADDRESSES_FILE = (
    "blocked-names.txt",
    "allowed-names.txt",
    "blocked-ips.txt",
)
PROOFS = (Proof("1", ALLOWED_FILE, is_blocked=False),)
"""Lost exceptions would block what they except."""


def blocked_names(tree: PolicyTree, options: ExportOptions) -> Iterator[str]:
    """Yield the names and patterns; the losses of all three files are counted here."""
    yield "# Rules for name-based query blocking by dnscrypt-proxy"
    for kind, name, rank in ranked(tree.nodes(), tree.losses, _EXCEPTION):
        if rank != _EXCEPTION:
            yield _FORMS[kind].format(name)
    for pattern in block_patterns(tree):
        # A star at the beginning alone would mean whole labels.
        yield f"*{pattern}" if pattern.rfind("*") == 0 else pattern
    deque(blocked_addresses(tree, options), 0)


def blocked_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the line that blocks the canary, and all below it."""
    return canary.lines(_FORMS[TargetKind.SUBTREE])


def allowed_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the line that excepts a name below the canary."""
    (proof,) = PROOFS
    allowed = _FORMS[TargetKind.EXACT].format(f"{proof.label}.{canary.blocked}")
    return CanaryRecord("", (allowed,))


def allowed_names(tree: PolicyTree, _: ExportOptions) -> Iterator[str]:
    """Yield the exceptions."""
    yield "# Rules for allowing names that dnscrypt-proxy blocks otherwise"
    for kind, name, rank in ranked(tree.nodes(), tree.losses, _EXCEPTION):
        if rank == _EXCEPTION:
            yield _FORMS[kind].format(name)


def blocked_addresses(tree: PolicyTree, _: ExportOptions) -> Iterator[str]:
    """Yield addresses and what those of a prefix begin with: ``192.0.2.*``, ``2001:db8:*``.

    A prefix of IPv4 is cut at the octets, into up to 128 lines. One of IPv6 is said only if it ends
    with a group and holds no group of zeros, which addresses may be written without.
    """
    for network in blocked_networks(tree):
        lines = _starts(network)
        if not lines:
            tree.losses.add("prefix", network_text(network))
        yield from lines


def _starts(network: Network) -> list[str]:
    length, single = network.prefixlen, network.max_prefixlen
    if length == single:
        return [network_text(network)]
    if network.version == 4:
        octets = max(1, -(-length // 8))
        return [_start(part, octets) for part in network.subnets(new_prefix=8 * octets)]
    groups = network.network_address.exploded.split(":")[: length // 16]
    if not length or length % 16 or "0000" in groups:
        return []
    return [":".join(group.lstrip("0") for group in groups) + ":*"]


def _start(network: Network, octets: int) -> str:
    text = str(network.network_address)
    return text if octets == 4 else ".".join(text.split(".")[:octets]) + ".*"
