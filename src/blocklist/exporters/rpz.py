"""RPZ: response policy zones (draft-vixie-dnsop-dns-rpz), for BIND, Unbound, PowerDNS and Knot.

A name is blocked by ``example.com`` and what lies below it by ``*.example.com``; exceptions are
``CNAME rpz-passthru.``. Names between two that are listed are listed too, as else they would hide
the wildcard above them (see ``tree.closed``). Owners are relative, in lower case, each there once,
and sorted by label from the right, so that few records move when an order comes or goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..errors import ExportError, InvalidNameError
from ..live.policy import Response
from ..model.addresses import Network
from ..model.names import canonical_name
from .abilities import CHECK_NAMES_IGNORE
from .canary import Canary, CanaryRecord
from .exportoptions import ExportOptions
from .policytree import Effect, PolicyTree, closed
from .prefixes import prefixes
from .responses import EXCEPTED, words_for
from .serials import soa

TRIGGERS = re.compile(r"(?:^|\.)rpz-[^.]*$")
"""Names whose last label makes an address or a client of them."""
NO_HOSTS = re.compile(r"_|(?:^|\.)-|-(?:\.|$)")
"""Names that are none of a host: BIND refuses the whole zone for an address at one."""
_MAX_OCTETS = 255
Chosen = Callable[[int], bool]
"""Whether the zone is to hold what lies below the rule of that number."""


def rpz_lines(
    tree: PolicyTree,
    options: ExportOptions,
    *,
    chosen: Chosen = lambda _: True,
    longest: int | None = None,
) -> Iterator[str]:
    """Yield a zone.

    Args:
        tree: the tree.
        options: ``zone``, ``response``, ``ttl``, ``serial`` and ``at`` are of use.
        chosen: asked with the rule at the top of each tree of names or prefixes, so that what
            excepts from a rule stays in one zone with it; once for each name without a parent and
            for each prefix, in the sequence of the tree.
        longest: how long a name may be; by default what the name of the zone leaves room for.

    Raises:
        ExportError: a zone cannot give that response, or its name is none.
    """
    answers: dict[Effect, tuple[str, ...]] = {
        True: _answers(options.response),
        False: (EXCEPTED,),
        None: (),
    }
    zone = zone_name(options.zone)
    is_refused = options.response.addresses and NO_HOSTS.search(zone)
    if is_refused and CHECK_NAMES_IGNORE not in options.assume:
        raise ExportError(
            f"BIND refuses addresses in a zone named {zone}: choose a name without underscores "
            f"(--zone), or say that it is set to take them (--assume {CHECK_NAMES_IGNORE})"
        )
    yield f"$ORIGIN {zone}."
    yield f"$TTL {options.ttl}"
    yield soa(options)
    yield "@ NS localhost."
    wanted = True
    for node in closed(tree.nodes(longest=longest or longest_owner(zone))):
        if not node.parent:
            wanted = chosen(node.number)
        if wanted:
            for answer in answers[node.own]:
                yield f"{node.name} {answer}"
            for answer in answers[node.below]:
                yield f"*.{node.name} {answer}"
    for prefix in prefixes(tree):
        if chosen(prefix.top):
            for answer in answers[prefix.blocks]:
                yield f"{address_owner(prefix.network)} {answer}"


def rpz_canary(canary: Canary, options: ExportOptions) -> CanaryRecord:
    """Return the record of the canary: data for the name, which every program gives to a client.

    Raises:
        ExportError: there is no room for the name in the zone.
    """
    if len(canary.name) > longest_owner(zone_name(options.zone)):
        raise ExportError(
            f"the canary {canary.name} is too long for the zone {options.zone}; "
            "choose another name (--canary)"
        )
    return CanaryRecord(canary.name, (f"{canary.name} {canary.txt}",))


def zone_name(text: str) -> str:
    """Return the name of a zone in its canonical form; ``ExportError`` if it is none."""
    try:
        return canonical_name(text)
    except InvalidNameError as error:
        raise ExportError(f"{text!r} is not a zone name: {error}") from error


def longest_owner(zone: str) -> int:
    """Return how long a name may be to stand in a zone with ``*.`` before it, in characters.

    Owner and zone are at most 255 octets on the wire, with a length before each label and a zero at
    the end. One name too long, and BIND refuses the zone and Unbound does not start.
    """
    return _MAX_OCTETS - len("*.") - (len(zone) + 2) - 1


def address_owner(network: Network) -> str:
    """Return the trigger of a prefix: its length and its parts backwards, ``zz`` for ``::``.

    >>> from ipaddress import ip_network
    >>> address_owner(ip_network("2001:db8::/48"))
    '48.zz.db8.2001.rpz-ip'
    """
    text = str(network.network_address)
    parts = text.split(".") if "." in text else text.replace("::", ":zz:").strip(":").split(":")
    return f"{network.prefixlen}.{'.'.join(reversed(parts))}.rpz-ip"


def _answers(response: Response) -> tuple[str, ...]:
    words = words_for("rpz", response)
    addresses = (f"{'A' if a.version == 4 else 'AAAA'} {a}" for a in response.addresses)
    return tuple(addresses) or (words,)
