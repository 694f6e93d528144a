"""VALUES: what a proxy's map says of a blocked name, and patterns as regular expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from ..answers.disclosure import fit, is_mandated, tellable
from .lowering import sayable_patterns
from .policytree import PolicyTree

UNORDERED = "403"
"""The status of what no authority ordered."""
_SAFE = ":/.@+~"
_NOT_PLAIN = re.compile("[^A-Za-z0-9 .,:;()/_-]")
_MAX = 500  # octets of ids; a token of nginx has 4096, a line of HAProxy's 16384


def status_and_orders(tree: PolicyTree, number: int) -> str:
    """Return ``451 it:milan:1 it:agcom:7``, with 403 if no authority ordered it (RFC 7725).

    Ids are percent-encoded (RFC 3986), so they can stand in a configuration, a header and a page as
    they are. Of very many the first are told, and how many more there are: ``+12``. In their place
    a uniform reason stands as text of HTML, always with 451.
    """
    if tree.uniform_reason:
        return f"451 {_as_html(tree.uniform_reason)}"
    orders = tree.orders_of(number)
    told: list[str] = []
    room = _MAX
    shown = tellable(orders)  # what a client sees names no confidential order
    for order in shown:
        token = quote(order.id, safe=_SAFE, errors="replace")
        room -= len(token) + 1
        if room < 0:
            told.append(f"+{len(shown) - len(told)}")
            break
        told.append(token)
    mandated = is_mandated(orders, confidential=tree.confidential)
    return " ".join(["451" if mandated else UNORDERED, *told])


def _as_html(text: str) -> str:
    """Return text that is no syntax of a configuration either: all but the plainest by number."""
    return _NOT_PLAIN.sub(lambda found: f"&#{ord(found[0])};", fit(text))


def expressions(tree: PolicyTree) -> Iterator[tuple[str, str]]:
    """Yield an expression (PCRE) and a value for each pattern; ``""`` for an exception.

    The first that matches decides. It is to be asked for names that no rule of names decides.
    """
    for rule, number in sayable_patterns(tree):
        yield _expression(rule.value), "" if rule.allow else status_and_orders(tree, number)


def _expression(pattern: str) -> str:
    """Return an expression that needs no backtracking: each part is found where it first can be."""
    head, *middle, tail = map(re.escape, pattern.split("*"))
    parts = "".join(f"(?>.*?{part})" for part in middle if part)
    return f"^{head}{parts}.*{tail}$" if tail else f"^{head}{parts}"
