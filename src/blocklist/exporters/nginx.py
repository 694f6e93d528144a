"""NGINX: rows for ``map $host $blocklist { hostnames; include …; }``.

An exact name decides before a wildcard, of the wildcards the longest, and then the first expression
that matches (ngx_http_map_module), so a row with the default value is an exception. ``.name`` is
short for ``name`` and ``*.name``.
"""

from __future__ import annotations

from collections.abc import Iterator

from .canary import Canary, CanaryRecord
from .exportoptions import ExportOptions
from .policytree import Effect, PolicyTree
from .proxymaps import UNORDERED, expressions, status_and_orders

_SPECIAL = frozenset({"default", "hostnames", "include", "volatile"})


def nginx_lines(tree: PolicyTree, _: ExportOptions) -> Iterator[str]:
    """Yield a row for each name, two where another holds below it, and one for each pattern.

    The value is status and ids; what is excepted has the value ``""``.
    """
    for node in tree.nodes():
        if node.is_subtree and node.number == node.number_below:
            yield _row(tree, f".{node.name}", node.own, node.number)
            continue
        if node.own != node.above:
            escape = "\\" if node.name in _SPECIAL else ""
            yield _row(tree, f"{escape}{node.name}", node.own, node.number)
        if node.below != node.above:
            yield _row(tree, f"*.{node.name}", node.below, node.number_below)
    for expression, value in expressions(tree):
        yield f'"~{expression}" "{value}";'


def nginx_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the row of the canary."""
    return canary.lines(f'{{}} "{UNORDERED}";')


def _row(tree: PolicyTree, key: str, verdict: Effect, number: int) -> str:
    value = status_and_orders(tree, number) if verdict else ""
    return f'{key} "{value}";'
