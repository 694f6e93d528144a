"""The cores by themselves: image octets in, answers out, each against the naive oracle."""

from __future__ import annotations

import json
from array import array

import pytest
from helpers import image
from hypothesis import given
from hypothesis import strategies as st
from oracle import covered
from processortime import within
from strategies import any_text, mixed_case, u_names

from blocklist import BACKEND, Image, NotAnImageError, Rule, TargetKind, query_name
from blocklist._columns import build_trie, pack_grounds
from blocklist._core import open_core
from blocklist.compiler.automaton import encode_automaton
from blocklist.model.patterns import matches

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


PATTERNS = st.text("ab.*", min_size=1, max_size=8).filter(lambda p: p.strip("*") and "**" not in p)
TEXTS = st.text("ab.", min_size=1, max_size=20)


def with_patterns(pairs: list[tuple[str, bool]]) -> Image:
    """An image with these patterns and one name, as the compiler would write it."""
    sections, _ = build_trie(b"zz.zz\n", b"\x02")
    sections["patterns"] = json.dumps(pairs).encode()
    sections["automaton"] = encode_automaton(pairs)
    rules = array("I", range(1 + len(pairs)))
    zeros = array("I", [0] * len(rules))
    sections["grounds"] = pack_grounds(rules, zeros, zeros, zeros, len(rules))
    return Image.build(sections)


@given(st.lists(st.tuples(PATTERNS, st.booleans()), min_size=1, max_size=20), st.lists(TEXTS))
def test_patterns_agree_with_each_by_itself(
    pairs: list[tuple[str, bool]], names: list[str]
) -> None:
    core = open_core(with_patterns(pairs))
    for name in names:
        key = query_name(name)
        covering = [i for i, (pattern, _) in enumerate(pairs) if key and matches(pattern, key)]
        assert core.is_blocked(name) is bool(covering and not pairs[covering[0]][1])
        found = list(core.rules_for(key)) if key else []
        assert [number for number, _ in found] == [1 + i for i in covering]
        assert [rule for _, rule in found] == [
            Rule(TargetKind.PATTERN, *pairs[i]) for i in covering
        ]


def test_many_patterns_with_one_literal_are_each_compared_once() -> None:
    pairs = [(f"*aaa*b{i}*c", False) for i in range(3000)]
    core = open_core(with_patterns(pairs))
    with within(10):
        for _ in range(20):
            assert not core.is_blocked("a" * 63 + "." + "a" * 63)
    assert core.is_blocked("aaab2999c")


@given(st.lists(mixed_case() | u_names | any_text | st.binary(max_size=40), max_size=40))
def test_one_by_one_and_many_at_once_agree(names: list[str | bytes]) -> None:
    core = open_core(
        image("a.example", "*.b.example", "c", exceptions=["x.a.example"], permit=["c"])
    )
    more = [f"{name}.a.EXAMPLE." for name in names if isinstance(name, str)]
    asked = [*names, *more, *(f"w.{name}.c" for name in names if isinstance(name, str))]
    wanted = [core.is_blocked(name) for name in asked]
    assert core.is_blocked_many(asked) == wanted
    assert core.is_blocked_many(tuple(asked)) == wanted
    assert core.is_blocked_many(name for name in asked) == wanted
    for name, is_blocked in zip(asked, wanted, strict=True):
        key = query_name(name)
        first = next((rule for _, rule in core.rules_for(key)), None) if key else None
        assert is_blocked is (first is not None and not first.allow)


@pytest.mark.parametrize("name", [1, None, bytearray(b"\0"), ["a"]])
def test_what_is_no_name_is_a_type_error(name: object) -> None:
    core = open_core(image("a.example"))
    message = f"name must be str or bytes, not {type(name).__name__}"
    with pytest.raises(TypeError, match=message):
        core.is_blocked(name)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=message):
        core.is_blocked_many(["a.example", name])  # type: ignore[list-item]


def test_a_closed_core_answers_nothing() -> None:
    core = open_core(image("a.example"))
    assert core.is_blocked("a.example")
    core.close()
    core.close()
    for ask in (core.is_blocked, core.is_blocked_many, lambda key: list(core.rules_for(key))):
        with pytest.raises(ValueError, match="the blocklist is closed"):
            ask("a.example")


def sections_of(compiled: Image) -> dict[str, bytes]:
    return {name: bytes(compiled.section(name)) for name in compiled.sections}


@pytest.mark.parametrize(
    "changes",
    [
        {"lines": b""},
        {"gates": b"\0\0\0"},
        {"filter": b""},
        {"ranks": b""},
        {"labels": b"1234567"},
        {"trie": bytes(64)},
        {"trie": b""},
        {"automaton": b"1234"},
    ],
)
def test_sections_that_contradict_each_other(changes: dict[str, bytes], core: str) -> None:
    sections = sections_of(image("a.b", "x.yy")) | changes
    if core == "pure" and changes.keys() & {"gates", "filter", "automaton"}:
        pytest.skip("the pure core does not read that section")
    with pytest.raises(NotAnImageError):
        open_core(Image.build(sections))


@pytest.mark.parametrize("patterns", [b"{", b"[1]", b'[["**", false]]', b"[]"])
def test_patterns_that_cannot_be_read(patterns: bytes, core: str) -> None:
    built = Image.build(sections_of(image("*pqrst*", "x.yy")) | {"patterns": patterns})
    if (core, patterns) in [("pure", b"[]"), ("native", b'[["**", false]]')]:
        pytest.skip("nothing to compare it with")
    with pytest.raises(NotAnImageError):
        list(open_core(built).rules_for("apqrsta.zz"))


def test_the_core_of_this_process_has_a_name() -> None:
    assert BACKEND in ("pure", "native")
