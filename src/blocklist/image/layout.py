"""LAYOUT: every number of the image format; ``docs/image-format.md`` explains them."""

from __future__ import annotations

from ..model.targets import Rule, TargetKind

# Which rules a name carries in an image: one bit each, in the sequence of their rule numbers.
EXACT, SUBTREE, BELOW = 1, 2, 4
ALLOW_SHIFT = 3
_BITS = {TargetKind.EXACT: EXACT, TargetKind.SUBTREE: SUBTREE, TargetKind.BELOW: BELOW}
_KINDS = {bit: kind for kind, bit in _BITS.items()}


def rule_bit(rule: Rule) -> int | None:
    """Return the bit of a rule about a name, ``None`` for the other kinds."""
    bit = _BITS.get(rule.kind)
    return None if bit is None else bit << ALLOW_SHIFT * rule.allow


def named_rule(bit: int, name: str) -> Rule:
    """Return the rule that a bit set for ``name`` means."""
    allow = bit >= 1 << ALLOW_SHIFT
    return Rule(_KINDS[bit >> ALLOW_SHIFT * allow], name, allow)
