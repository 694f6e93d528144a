"""COREDNS: a snippet of a Corefile with ``template`` blocks that answer for blocked names.

A zone of a template is a name with all below it; a regular expression with ``fallthrough`` makes it
less: what does not match goes on to the next template or plug-in. There is no exception from one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .canary import Canary, CanaryRecord
from .exportoptions import ExportOptions
from .lowering import block_patterns, blocks_only
from .policytree import PolicyTree
from .responses import words_for

SNIPPET = "blocklist"
"""What a server block imports."""
ENDING = "}\n"
_ZONES_PER_BLOCK = 50


def coredns_lines(tree: PolicyTree, options: ExportOptions) -> Iterator[str]:
    """Yield the snippet. CoreDNS compares a name with every zone: a list of thousands is slow."""
    rcode = words_for("coredns", options.response)
    zones: list[str] = []
    yield f"({SNIPPET}) {{"
    for node in blocks_only(tree.nodes(), tree.losses):
        if not node.below:
            yield from _template([node.name], rcode, f"^{_escaped(node.name)}[.]$")
        elif not node.own:
            yield from _template([node.name], rcode, f"^.+[.]{_escaped(node.name)}[.]$")
        else:
            zones.append(node.name)
            if len(zones) == _ZONES_PER_BLOCK:
                yield from _template(zones, rcode)
                zones = []
    if zones:
        yield from _template(zones, rcode)
    for pattern in block_patterns(tree):
        expression = ".*".join(map(_escaped, pattern.split("*")))
        yield from _template(["."], rcode, f"^{expression}[.]$")


def coredns_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the template of the canary's record, the last of the snippet."""
    time, record = canary.txt.split(" ", 1)
    answer = f"{{{{ .Name }}}} {time} IN {record}".replace('"', '\\"')
    lines = (
        f"    template IN TXT {canary.name} {{",
        f"        match ^{_escaped(canary.name)}[.]$",
        f'        answer "{answer}"',
        "        fallthrough",
        "    }",
    )
    return CanaryRecord(canary.name, lines)


def _template(zones: Sequence[str], rcode: str, match: str = "") -> Iterator[str]:
    yield f"    template IN ANY {' '.join(zones)} {{"
    if match:
        yield f"        match {match}"
        yield "        fallthrough"
    yield f"        rcode {rcode}"
    yield "    }"


def _escaped(name: str) -> str:
    """Return an expression that matches the text; no backslash, which a Corefile may eat."""
    return name.replace(".", "[.]")
