"""SURICATA: rules that alert when a blocked name or address is asked for or connected to.

A name is looked for in queries of DNS, in the SNI of TLS and the Host of HTTP. ``dotprefix`` puts
a dot before what was seen, so that ``.name`` at its end is the name or one below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from .canary import Canary, CanaryRecord
from .exportoptions import ExportOptions
from .lowering import sayable
from .networks import blocked_networks, network_text
from .policytree import Node, PolicyTree

_FIRST = 3_000_000_000  # above the ranges that publishers of rules share out; up to 2^32
_SEEN = (
    ("dns", "dns.query", " nocase;"),
    ("tls", "tls.sni", " nocase;"),
    ("http", "http.host", ""),
)
# http.host is in lower case already, and Suricata refuses "nocase" there


def suricata_lines(tree: PolicyTree, _: ExportOptions) -> Iterator[str]:
    """Yield three rules for each blocked name, and one for each blocked prefix."""
    sids = count(_FIRST + 1)
    path: list[tuple[Node, list[str]]] = []
    for node in sayable(tree):
        while path and not node.name.endswith(f".{path[-1][0].name}"):
            yield from _name_rules(*path.pop(), sids)
        if path:  # a separate rule says what holds here, if it is a block
            path[-1][1].append(node.name)
        path.append((node, []))
    while path:
        yield from _name_rules(*path.pop(), sids)
    for network in blocked_networks(tree):
        text = network_text(network)
        yield _rule("ip", f"[{text}]", text, "", next(sids))


def suricata_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the rule that alerts when the canary is asked for."""
    node = Node(canary.blocked, own=True, below=False, above=False, number=0)
    return CanaryRecord(canary.blocked, (next(_name_rules(node, [], iter([_FIRST]))),))


def _name_rules(node: Node, holes: list[str], sids: Iterator[int]) -> Iterator[str]:
    if not node.own and not node.below:
        return
    for protocol, seen, nocase in _SEEN:
        exact = f'content:{{}}".{node.name}";{nocase} startswith; endswith;'
        if not node.below:
            conditions = [exact.format("")]
        else:
            conditions = [f'content:".{node.name}";{nocase} endswith;']
            if not node.own:
                conditions.append(exact.format("!"))
            conditions += (f'content:!".{hole}";{nocase} endswith;' for hole in holes)
        said = f"{seen}; dotprefix; {' '.join(conditions)} "
        yield _rule(protocol, "any", node.text, said, next(sids))


def _rule(protocol: str, to: str, text: str, conditions: str, sid: int) -> str:
    message = f'msg:"blocklist {text}"; '
    return (
        f"alert {protocol} any any -> {to} any ({message}{conditions}classtype:policy-violation; "
        f"sid:{sid}; rev:1;)"
    )
