"""The cores by themselves: image octets in, answers out, each against the naive oracle."""

from __future__ import annotations

import pytest
from helpers import image
from hypothesis import given
from hypothesis import strategies as st
from oracle import covered

from blocklist import BACKEND, Image, NotAnImageError, Rule, TargetKind
from blocklist._core import open_core

NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map(".".join)


@given(st.lists(NAMES, min_size=1, max_size=12), st.lists(NAMES, max_size=20))
def test_subtrees_agree_with_the_naive_oracle(rules: list[str], questions: list[str]) -> None:
    core = open_core(image(*rules, permit=rules))
    for name in rules + questions:
        wanted = covered(name, set(rules))
        assert core.is_blocked(name) is wanted
        assert core.is_blocked(name.upper() + ".") is wanted
        assert bool(list(core.rules_for(name))) is wanted


KINDS = [TargetKind.EXACT, TargetKind.SUBTREE, TargetKind.BELOW]
RULES = st.sets(
    st.builds(Rule, st.sampled_from(KINDS), NAMES, st.booleans()), min_size=1, max_size=12
)


def decide(name: str, rules: set[Rule]) -> Rule | None:
    """The precedence of the design, written down as plainly as can be."""
    for kinds, suffix in _suffixes(name):
        for kind in kinds:
            for allow in (True, False):
                if Rule(kind, suffix, allow) in rules:
                    return Rule(kind, suffix, allow)
    return None


def _suffixes(name: str) -> list[tuple[list[TargetKind], str]]:
    labels = name.split(".")
    whole = ([TargetKind.EXACT, TargetKind.SUBTREE], name)
    above = [TargetKind.SUBTREE, TargetKind.BELOW]
    return [whole, *((above, ".".join(labels[i:])) for i in range(1, len(labels)))]


@given(RULES, st.lists(NAMES, max_size=20))
def test_kinds_and_exceptions_follow_the_precedence(rules: set[Rule], names: list[str]) -> None:
    blocks = ["=zz.zz", *(rule.text for rule in rules if not rule.allow)]
    allows = [rule.text for rule in rules if rule.allow]
    core = open_core(image(*blocks, exceptions=allows, permit=blocks))
    for name in [*names, *(rule.value for rule in rules)]:
        wanted = decide(name, rules)
        assert core.is_blocked(name) is (wanted is not None and not wanted.allow)
        assert next((rule for _, rule in core.rules_for(name)), None) == wanted


def test_rule_numbers_are_unique_and_dense() -> None:
    targets = ["a.b.cc", "=a.b.cc", "*.a.b.cc", "b.cc", "*pat*tern*", "x.yy"]
    core = open_core(image(*targets, exceptions=["a.b.cc", "=x.yy"]))
    numbers = {
        number: rule
        for name in ("q.a.b.cc", "a.b.cc", "x.yy", "pattern")
        for number, rule in core.rules_for(name)
    }
    assert sorted(numbers) == list(range(8))


@pytest.mark.parametrize(
    "sections",
    [
        {"names": b"a.b\nc.d", "flags": b"\x02", "patterns": b"[]"},
        {"names": b"a.b", "flags": b"\xff", "patterns": b"[]"},
        {"names": b"\xff\xfe", "flags": b"\x02", "patterns": b"[]"},
        {"names": b"a.b", "flags": b"\x02", "patterns": b"{"},
        {"names": b"a.b", "flags": b"\x02", "patterns": b"[1]"},
        {"names": b"a.b", "flags": b"\x02", "patterns": b'[["**", false]]'},
    ],
)
def test_sections_that_contradict_each_other(sections: dict[str, bytes]) -> None:
    with pytest.raises(NotAnImageError):
        open_core(Image.build(sections))


def test_the_core_of_this_process_has_a_name() -> None:
    assert BACKEND in ("pure", "native")
