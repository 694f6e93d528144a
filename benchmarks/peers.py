"""What ``is_blocked`` is compared with: each peer is built from the rules and asked for a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blocklist import Blocklist, compile_orders, load_orders

Ask = Callable[[str], object]
UNIT = "name in frozenset"


def exact_set(rules: list[str]) -> Ask:
    """The unit: exact names only, so it answers less than the others."""
    return frozenset(rules).__contains__


def partition_loop(rules: list[str]) -> Ask:
    """The best pure-Python idiom: strip labels with ``str.partition``, ask a set."""
    names = frozenset(rules)

    def ask(name: str) -> bool:
        while name:
            if name in names:
                return True
            name = name.partition(".")[2]
        return False

    return ask


def find_loop(rules: list[str]) -> Ask:
    """The same with ``str.find`` and slices."""
    names = frozenset(rules)

    def ask(name: str) -> bool:
        at = 0
        while True:
            if name[at:] in names:
                return True
            at = name.find(".", at) + 1
            if not at:
                return False

    return ask


def nested_dict(rules: list[str]) -> Ask:
    """A trie of labels in dicts, walked from the root."""
    root: dict[str, Any] = {}
    for rule in rules:
        node = root
        for label in reversed(rule.split(".")):
            node = node.setdefault(label, {})
        node[""] = True

    def ask(name: str) -> bool:
        node: Any = root
        for label in reversed(name.split(".")):
            node = node.get(label)
            if node is None:
                return False
            if "" in node:
                return True
        return False

    return ask


def ours(rules: list[str]) -> Ask:
    """``Blocklist.is_blocked``, which also folds case, takes wire format and refuses non-names."""
    return Blocklist(compile_orders(load_orders("\n".join(rules).encode()))).is_blocked


PEERS: dict[str, Callable[[list[str]], Ask]] = {
    UNIT: exact_set,
    "set, partition loop": partition_loop,
    "set, find loop": find_loop,
    "nested dict trie": nested_dict,
    "blocklist.is_blocked": ours,
}
