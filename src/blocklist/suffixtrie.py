"""SUFFIX TRIE: names → the sections that answer "which rule stands at this suffix?".

The trie has one level for each label, read from the right, and a name is looked up by walking
down. It is stored flat: each node where a rule ends is one line of the ``names`` section (the whole
name, sorted) with one octet of the ``flags`` section (which rules end there), and walking is asking
for each suffix of a name, so that no step depends on the one before. Inner nodes need no storage.
"""

from __future__ import annotations

from collections.abc import Mapping

from .rules import Ground
from .targets import SUBTREE, Rule, rule_bit


def encode_trie(
    subtrees: Mapping[str, list[Ground]], others: Mapping[Rule, list[Ground]]
) -> tuple[dict[str, bytes], list[list[Ground]]]:
    """Return the sections, and the grounds of each rule in the sequence of the rule numbers.

    Rules are numbered by name, then by flag bit: EXACT, SUBTREE, BELOW, first blocks, then
    exceptions. Kinds that are not names are left out.
    """
    marked: dict[str, list[tuple[int, list[Ground]]]] = {}
    for rule, grounds in others.items():
        bit = rule_bit(rule)
        if bit is not None:
            marked.setdefault(rule.value, []).append((bit, grounds))
    names = sorted(subtrees.keys() | marked.keys())
    flags = bytearray()
    numbered: list[list[Ground]] = []
    for name in names:
        if name not in marked:
            flags.append(SUBTREE)
            numbered.append(subtrees[name])
            continue
        here = marked[name]
        if name in subtrees:
            here.append((SUBTREE, subtrees[name]))
        here.sort(key=lambda pair: pair[0])
        flags.append(sum(bit for bit, _ in here))
        numbered += (grounds for _, grounds in here)
    return {"names": "\n".join(names).encode("ascii"), "flags": bytes(flags)}, numbered
