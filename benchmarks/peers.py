"""What ``is_blocked`` is compared with: each peer is built from the rules and asked for names.

A peer that needs a package takes it when it is built; without it the peer is left out, with the
reason.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.timing import Subject
from blocklist import Blocklist

UNIT = "name in frozenset"
LOOP = "the loop alone"
OURS = "blocklist.is_blocked"
PARTITION = "set, partition loop"
_MILLION = 1_200_000

Ask = Callable[[str], object]


@dataclass(frozen=True)
class Rules:
    """Where a peer finds the rules.

    Attributes:
        file: names, one a line.
        image: the same compiled.
        count: how many names there are.
    """

    file: Path
    image: Path
    count: int

    def names(self) -> list[str]:
        """Read the names afresh, so that no two peers share strings."""
        return self.file.read_text("ascii").split("\n")


@dataclass(frozen=True)
class Peer:
    """One row of a table.

    Attributes:
        title: what the tables call it.
        build: makes it ready to be asked.
        package: the module that it needs.
        limit: with more rules than this it takes too long to build, or too much memory.
        note: what it does not answer, for the check against the oracle.
    """

    title: str
    build: Callable[[Rules], Subject]
    package: str | None = None
    limit: int | None = None
    note: str = ""

    def missing(self, count: int) -> str | None:
        """Return why it cannot take part with ``count`` rules, if it cannot."""
        if self.package and find_spec(self.package) is None:
            return f"{self.package} is not installed"
        if self.limit and count > self.limit:
            return f"not built for more than {self.limit:,} rules"
        return None


def calling(ask: Ask) -> Subject:
    """Ask name by name, as a resolver does."""

    def loop(names: Sequence[str]) -> None:
        call = ask
        for name in names:
            call(name)

    return Subject(loop, lambda names: [bool(ask(name)) for name in names])


def _nothing(_: Rules) -> Subject:
    def loop(names: Sequence[str]) -> None:
        for _ in names:
            pass

    return Subject(loop)


def _exact(rules: Rules) -> Subject:
    """The unit: the operator, not a call, and exact names only."""
    held = frozenset(rules.names())

    def loop(names: Sequence[str]) -> None:
        table = held
        for name in names:
            name in table  # noqa: B015

    return Subject(loop, lambda names: [name in held for name in names])


def _partition_loop(rules: Rules) -> Subject:
    return calling(_partition(frozenset(rules.names())))


def _partition(names: frozenset[str]) -> Callable[[str], bool]:
    def ask(name: str) -> bool:
        while name:
            if name in names:
                return True
            name = name.partition(".")[2]
        return False

    return ask


def _find_loop(rules: Rules) -> Subject:
    names = frozenset(rules.names())

    def ask(name: str) -> bool:
        at = 0
        while True:
            if name[at:] in names:
                return True
            at = name.find(".", at) + 1
            if not at:
                return False

    return calling(ask)


def _cached_loop(rules: Rules) -> Subject:
    return calling(lru_cache(maxsize=1 << 16)(_partition(frozenset(rules.names()))))


def _nested_dict(rules: Rules) -> Subject:
    root: dict[str, Any] = {}
    for rule in rules.names():
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

    return calling(ask)


def _backward(name: str) -> str:
    """Return the labels from the right, with a dot behind each."""
    return ".".join(reversed(name.split("."))) + "."


def _marisa(rules: Rules) -> Subject:
    trie = _module("marisa_trie").Trie(map(_backward, rules.names()))
    return calling(lambda name: any(trie.iter_prefixes(_backward(name))))


def _pygtrie(rules: Rules) -> Subject:
    trie = _module("pygtrie").StringTrie(separator=".")
    for rule in rules.names():
        trie[_backward(rule)[:-1]] = True
    return calling(lambda name: trie.shortest_prefix(_backward(name)[:-1]))


def _pyahocorasick(rules: Rules) -> Subject:
    automaton = _module("ahocorasick").Automaton(_module("ahocorasick").STORE_LENGTH)
    for rule in rules.names():
        automaton.add_word(f".{rule}$")
    automaton.make_automaton()
    return calling(lambda name: any(automaton.iter(f".{name}$")))


def _ahocorasick_rs(rules: Rules) -> Subject:
    automaton = _module("ahocorasick_rs").AhoCorasick([f".{rule}$" for rule in rules.names()])
    return calling(lambda name: automaton.find_matches_as_indexes(f".{name}$"))


def adblock_urls(rules: Rules) -> Callable[[str], object]:
    """Return what asks Brave's engine, with the same rules, whether it blocks a URL."""
    module = _module("adblock")
    filters = module.FilterSet()
    filters.add_filters([f"||{rule}^" for rule in rules.names()])
    check = module.Engine(filters).check_network_urls
    return lambda url: check(url, "https://page.example/", "script").matched


def _adblock(rules: Rules) -> Subject:
    ask = adblock_urls(rules)
    return calling(lambda name: ask(f"https://{name}/"))


def _publicsuffixlist(rules: Rules) -> Subject:
    registrable = _module("publicsuffixlist").PublicSuffixList().privatesuffix
    names = frozenset(rules.names())
    return calling(lambda name: registrable(name) in names)


def _tldextract(rules: Rules) -> Subject:
    extract = _module("tldextract").TLDExtract(suffix_list_urls=(), cache_dir=None)
    names = frozenset(rules.names())

    def ask(name: str) -> bool:
        found = extract(name)
        return f"{found.domain}.{found.suffix}" in names

    return calling(ask)


def _ours(rules: Rules) -> Subject:
    return calling(Blocklist.open(rules.image).is_blocked)


def _module(name: str) -> Any:
    return importlib.import_module(name)


_EXACT_ONLY = "exact names only"
_REGISTRABLE_ONLY = "rules for registrable domains only"

PEERS = (
    Peer(LOOP, _nothing),
    Peer(UNIT, _exact, note=_EXACT_ONLY),
    Peer(OURS, _ours),
    Peer(PARTITION, _partition_loop),
    Peer("set, find loop", _find_loop),
    Peer("lru_cache over the partition loop", _cached_loop, limit=_MILLION),
    Peer("nested dict trie", _nested_dict, limit=_MILLION),
    Peer("marisa-trie", _marisa, "marisa_trie", _MILLION),
    Peer("pygtrie", _pygtrie, "pygtrie", _MILLION),
    Peer("pyahocorasick", _pyahocorasick, "ahocorasick", _MILLION),
    Peer("ahocorasick_rs", _ahocorasick_rs, "ahocorasick_rs", _MILLION),
    Peer("adblock", _adblock, "adblock", _MILLION),
    Peer("publicsuffixlist", _publicsuffixlist, "publicsuffixlist", _MILLION, _REGISTRABLE_ONLY),
    Peer("tldextract", _tldextract, "tldextract", _MILLION, _REGISTRABLE_ONLY),
)
