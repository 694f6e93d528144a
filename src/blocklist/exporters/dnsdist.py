"""DNSDIST: key-value stores and name lists, each with the Lua that asks them.

A store has one file, replaced at once. What holds for a name and for those below it is under its
wire format, as the suffix lookup of dnsdist asks, the longest first; what holds for a name alone is
under its text, asked before. No text is also a wire format, which ends with a NUL. The value is the
ids of the orders (or the uniform reason), ``-`` for an exception, or ``?`` for a name that no rule
of names covers although one covers those below it.

Everything goes through a tag, which a lookup sets to nothing on a miss, too: so no rule may ask
whether there is a tag, only what it says.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import BinaryIO

from ..answers.disclosure import fit, tellable
from .canary import Canary, CanaryRecord
from .cdb import CdbWriter
from .exportoptions import ExportOptions
from .format import Digest, Ending
from .lmdb import DATABASE, write_lmdb
from .losses import Losses
from .lowering import ranked, sayable, sayable_patterns
from .lua import lua_string
from .policytree import Node, PolicyTree
from .responses import words_for

_ALLOWED, _UNDECIDED = "-", "?"
_CANARY = b"canary"
_TAG = "blocklist"
_SPECIAL = frozenset(".[]()*+?{}^$|\\")
# A run of octets as dnsdist writes names for its regular expressions: one that stands in no name of
# a host is \DDD or behind a backslash, and must not look as if it were such a name in parts.
_ANY = r"([^\]|\\[0-9]{3}|\\[^0-9])*"

# Rules go in before those of an earlier run go out, and come to the top from the last to the first,
# so that no query meets a part of them that does anything alone.
_INSTALL = """\
blocklist_rules = blocklist_rules or {generation = 0, names = {}}
local old = blocklist_rules
local new = {generation = old.generation + 1, names = {}}
for number = #rules, 1, -1 do
  local name = "blocklist-" .. new.generation .. "-" .. number
  addAction(rules[number][1], rules[number][2], {name = name})
  mvRuleToTop()
  table.insert(new.names, name)
end
blocklist_rules = new
for _, name in ipairs(old.names) do rmRule(name) end
"""
_FOLDER = 'local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or ""'

_READ_NAMES = """\
local suffixes, names = newSuffixMatchNode(), newDNSNameSet()
local excepted_suffixes, excepted_names = newSuffixMatchNode(), newDNSNameSet()
local lists = {[""] = suffixes, ["="] = names, ["!"] = excepted_suffixes, ["!="] = excepted_names}
for line in io.lines(folder .. "names.txt") do
  local mark, name = line:match("^(!?=?)([%w_.-]+)$")
  if name then lists[mark]:add(newDNSName(name)) end
end
local blocked = OrRule({QNameSetRule(names), AndRule({SuffixMatchNodeRule(suffixes),
  NotRule(SuffixMatchNodeRule(excepted_suffixes)), NotRule(QNameSetRule(excepted_names))})})
"""


def records(tree: PolicyTree) -> Iterator[tuple[bytes, bytes]]:
    """Yield key and value for a store, in the sequence of the tree."""
    for node in tree.nodes():
        if not node.is_subtree or node.number_own != node.number_below:
            yield node.name.encode(), _value(tree, node.own, node.number_own)
        if node.below != node.above:
            yield wire_key(node.name), _value(tree, node.below, node.number_below)


def wire_key(name: str) -> bytes:
    """Return a canonical name in wire format."""
    labels = name.encode().split(b".")
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def write_cdb(tree: PolicyTree, stream: BinaryIO, digest: Digest) -> Ending:
    """Write the store as CDB; as the first of the files it counts the losses of both."""
    deque(_block_patterns(tree), maxlen=0)
    writer = CdbWriter(stream)
    for key, value in _digested(records(tree), digest):
        writer.add(key, value)

    def end(canary: Canary | None) -> str:
        with writer:
            for key, value in _of_canary(canary):
                writer.add(key, value)
        return canary.blocked if canary else ""

    return end


def write_mdb(tree: PolicyTree, stream: BinaryIO, digest: Digest) -> Ending:
    """Write the store as LMDB; it, too, counts the losses of both files."""
    deque(_block_patterns(tree), maxlen=0)
    deque(_digested(records(tree), digest), maxlen=0)

    def end(canary: Canary | None) -> str:
        again = replace(tree, losses=Losses())
        write_lmdb(chain(records(again), _of_canary(canary)), stream)
        return canary.blocked if canary else ""

    return end


def _digested(
    pairs: Iterator[tuple[bytes, bytes]], digest: Digest
) -> Iterator[tuple[bytes, bytes]]:
    for key, value in pairs:
        digest.update(b"%d %b %b\n" % (len(key), key, value))
        yield key, value


def _of_canary(canary: Canary | None) -> Iterator[tuple[bytes, bytes]]:
    if canary:
        yield canary.blocked.encode(), _CANARY


def names_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the line that blocks the canary."""
    return canary.lines("={}")


def cdb_lua(tree: PolicyTree, options: ExportOptions) -> Iterator[str]:
    """Yield the configuration that asks ``names.cdb`` beside it, and the patterns."""
    yield from _store_lua(tree, options, 'newCDBKVStore(folder .. "names.cdb", 1)')


def mdb_lua(tree: PolicyTree, options: ExportOptions) -> Iterator[str]:
    """Yield the configuration that asks ``names.mdb`` beside it, and the patterns."""
    opening = f'newLMDBKVStore(folder .. "names.mdb", "{DATABASE}", true)'
    yield from _store_lua(tree, options, opening)


def suffix_names(tree: PolicyTree, _: ExportOptions) -> Iterator[str]:
    """Yield ``name`` for it and all below it, ``=name`` for it alone; exceptions after a ``!``."""
    single: list[str] = []
    for rule in ranked(_halves(tree, single), tree.losses, 1):
        yield f"!{rule.name}" if rule.rank else rule.name
        yield from single
        single.clear()
    yield from single


def _halves(tree: PolicyTree, single: list[str]) -> Iterator[Node]:
    """Yield what holds for whole subtrees; put what holds for a name alone into ``single``."""
    for node in sayable(tree):
        if not node.is_subtree:
            single.append(f"={node.name}" if node.own else f"!={node.name}")
        if node.below != node.above:
            yield node._replace(own=node.below)


def suffix_lua(_: PolicyTree, options: ExportOptions) -> Iterator[str]:
    """Yield the configuration that reads ``names.txt`` beside it."""
    yield _FOLDER
    yield from _READ_NAMES.splitlines()
    yield "local rules = {"
    yield from (f"  {{blocked, {action}}}," for action in _actions(options))
    yield "}"
    yield from _INSTALL.splitlines()


def _store_lua(tree: PolicyTree, options: ExportOptions, store: str) -> Iterator[str]:
    actions = _actions(options)
    yield _FOLDER
    yield f"local store = {store}"
    yield f'local missed = TagRule("{_TAG}", "")'
    yield f'local undecided = OrRule({{missed, TagRule("{_TAG}", "{_UNDECIDED}")}})'
    yield f'local allowed = TagRule("{_TAG}", "{_ALLOWED}")'
    yield f'local blocked = AndRule({{TagRule("{_TAG}"), NotRule(undecided), NotRule(allowed)}})'
    yield "local rules = {"
    yield (
        "  {AllRule(), "
        f'KeyValueStoreLookupAction(store, KeyValueLookupKeyQName(false), "{_TAG}")}},'
    )
    yield (
        "  {missed, "
        f'KeyValueStoreLookupAction(store, KeyValueLookupKeySuffix(0, true), "{_TAG}")}},'
    )
    for pattern, number in _block_patterns(tree):
        value = _value(tree, True, number).decode("utf-8", "replace")
        expression = lua_string(_expression(pattern))
        tagging = f'SetTagAction("{_TAG}", {lua_string(value)})'
        yield f"  {{AndRule({{undecided, RegexRule({expression})}}), {tagging}}},"
    yield from (f"  {{blocked, {action}}}," for action in actions)
    yield "}"
    yield from _INSTALL.splitlines()


def _block_patterns(tree: PolicyTree) -> Iterator[tuple[str, int]]:
    """Yield the patterns that block, with the number of the rule, those that decide first first."""
    for rule, number in sayable_patterns(tree):
        yield rule.value, number


def _value(tree: PolicyTree, verdict: bool | None, number: int) -> bytes:
    if not verdict:
        return (_UNDECIDED if verdict is None else _ALLOWED).encode()
    ids = " ".join(order.id for order in tellable(tree.orders_of(number)))
    told = fit(tree.uniform_reason) or ids
    return (f"order {told}" if told in ("", _ALLOWED, _UNDECIDED) else told).encode(
        "utf-8", "replace"
    )


def _actions(options: ExportOptions) -> list[str]:
    """Return the actions for a blocked name, each for what the one before lets pass."""
    response = options.response
    action = words_for("dnsdist", response)
    if not response.addresses:
        return [action]
    addresses = ", ".join(f'"{address}"' for address in response.addresses)
    return [f"SpoofAction({{{addresses}}}, {{ra = true, ttl = {options.ttl}}})", action]


def _expression(pattern: str) -> str:
    octets = (_ANY if c == "*" else f"\\{c}" if c in _SPECIAL else c for c in pattern)
    return f"^{''.join(octets)}$"
