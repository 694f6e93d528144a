from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import names

from blocklist.model.names import query_name
from blocklist.model.patterns import PatternSet, literal, matches, specificity

patterns = st.text("ab.*", max_size=8)
keys = st.text("ab.", max_size=12)


def reference(pattern: str, key: str) -> bool:
    return bool(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), key, re.DOTALL))


@given(patterns, keys)
@example("a*a", "a")
@example("ab*ba", "aba")
@example("*", "")
@example("", "")
@example("a**a", "aa")
@example("*ab*ab*", "ab")
@example("a*b*b", "ab")
def test_matches_as_the_regular_expression(pattern: str, key: str) -> None:
    assert matches(pattern, key) == reference(pattern, key)


@given(patterns, names)
def test_pattern_that_a_name_makes(pattern: str, name: str) -> None:
    assert matches(f"*{name[1:-1]}*", name)
    assert matches(pattern, pattern.replace("*", name))


@given(st.lists(patterns.filter(lambda p: p.strip("*")), min_size=1, max_size=12), keys)
def test_set_finds_what_each_alone_would(texts: list[str], key: str) -> None:
    found = PatternSet(texts).matching(key)
    assert found == [i for i, text in enumerate(texts) if reference(text, key)]


CASES: dict[str, tuple[str, str, bool]] = {
    "star-inside": ("*kickass*", "www.kickasstorrents.to", True),
    "whole-key": ("kickass*", "www.kickass.to", False),
    "star-may-be-empty": ("*kickass*", "kickass", True),
    "star-runs-over-dots": ("play*.me", "play.a.b.me", True),
    "first-label": ("ads.*", "ads.example.com", True),
    "not-a-longer-first-label": ("ads.*", "bads.example.com", False),
    "ends-do-not-overlap": ("aba*aba", "ababa", False),
    "middle-stays-between": ("a*bc*c", "abc", False),
    "no-star": ("x.com", "x.com", True),
    "no-star-is-exact": ("x.com", "www.x.com", False),
    "escape-is-one-octet": ("*233*", r"a\233b.com", False),
    "star-covers-an-escape": ("a*b.com", r"a\233b.com", True),
    "digits-after-an-escape": ("*b233*", r"\007b233.com", True),
    "digits-across-an-escape": ("*0072*", r"\0072.com", False),
}


@pytest.mark.parametrize(("pattern", "key", "wanted"), CASES.values(), ids=CASES)
def test_one_pattern(pattern: str, key: str, wanted: bool) -> None:
    assert query_name(key) == key
    assert PatternSet([pattern]).matching(key) == ([0] if wanted else [])


def test_patterns_with_one_literal_are_told_apart() -> None:
    texts = ["*ads*", "ads*", "*ads", "ads.*", "*.ads.*"]
    assert PatternSet(texts).matching("ads.ads.com") == [0, 1, 3, 4]


def test_many_patterns_are_searched_in_one_pass() -> None:
    texts = [f"*tracker{i:05d}*" for i in range(20_000)]
    assert PatternSet(texts).matching("www.tracker00007.tracker19999.com") == [7, 19_999]


@pytest.mark.parametrize("text", ["a" * 5_000 + ".com", "ab" * 2_500], ids=len)
def test_many_stars_do_not_explode(text: str) -> None:
    assert not matches("*a" * 60 + "*c*d", text)


@pytest.mark.parametrize("texts", [["*"], ["a*", "**"], [""]], ids=str)
def test_pattern_needs_a_literal(texts: list[str]) -> None:
    with pytest.raises(ValueError, match="without a literal"):
        PatternSet(texts)


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [("*kick*ass*", "kick"), ("a*bb*cc", "bb"), ("ads.*", "ads."), ("x.it", "x.it"), ("*", "")],
)
def test_literal(pattern: str, wanted: str) -> None:
    assert literal(pattern) == wanted


def test_specificity_is_labels_then_octets() -> None:
    texts = ["*a*", "*ab*", "a*b*c", "*.a", "a.*.b", "*.a.b.*"]
    assert sorted(texts, key=specificity) == texts


def test_no_patterns_match_nothing() -> None:
    assert PatternSet([]).matching("x") == []
