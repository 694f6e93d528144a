from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meanings import meant

from blocklist import TargetKind, parse_target
from blocklist.loaders.lists.expressions import reduce_expression
from blocklist.model.targets import TargetError

pytestmark = pytest.mark.no_core

SUBTREE, EXACT, BELOW, PATTERN = (
    TargetKind.SUBTREE, TargetKind.EXACT, TargetKind.BELOW, TargetKind.PATTERN,
)  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (r"(\.|^)site\.example$", [(SUBTREE, "site.example")]),
        (r"(^|\.)site\.example$", [(SUBTREE, "site.example")]),
        (r"(?:^|\.)site[.]example$", [(SUBTREE, "site.example")]),
        (r"^(.+\.)?site\.example$", [(SUBTREE, "site.example")]),
        (r"^(.*\.)?Site\.Example$", [(SUBTREE, "site.example")]),
        (r"^site\.example$", [(EXACT, "=site.example")]),
        (r"\.site\.example$", [(BELOW, "*.site.example")]),
        (r"^.+\.site\.example$", [(BELOW, "*.site.example")]),
        (r".*\.site\.example$", [(BELOW, "*.site.example")]),
        (r"^ads\.", [(PATTERN, "ads.*")]),
        (r"bad", [(PATTERN, "*bad*")]),
        (r"bad\-word$", [(PATTERN, "*bad-word")]),
        (r"^.*bad.*$", [(PATTERN, "*bad*")]),
        (r"\.ads\.", [(PATTERN, "*.ads.*")]),
        (r"(^|\.)ads", [(PATTERN, "ads*"), (PATTERN, "*.ads*")]),
        (r"^ads.*\.example$", [(PATTERN, "ads*.example")]),
    ],
)
def test_reduced(expression: str, expected: list[tuple[TargetKind, str]]) -> None:
    assert reduce_expression(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "", "^", "$", "^$", ".*", "^.*$", r"\.", r"\.$", r"(\.|^)$", r"(^|\.)site.example$", "a|b",
        r"^ads[0-9]*\.", "a+", "a?", "a{2}", r"site\.example\$",
        r"(www\.)?site\.example$",
        "[[:alpha:]]", r"^\.*site", "(", ")", "[", "\\", "*", "**", r"a\d", "^^a", "a$$", "a^b",
        "a b", "ä", r"(^|\.).*x$",
    ],
)  # fmt: skip
def test_not_reduced(expression: str) -> None:
    assert reduce_expression(expression) is None


HEADS = [
    "", "^", r"\.", r"(\.|^)", r"(^|\.)", r"(?:^|\.)", r"^(.+\.)?", r"^(.*\.)?", r"^.+\.", r"^.*\.",
    r".*\.", ".*", "^.*",
]  # fmt: skip
LABELS = ["ads", "x", "site", "ads-1", "example"]


@given(
    st.sampled_from(HEADS),
    st.lists(st.sampled_from(LABELS), min_size=1, max_size=3),
    st.sampled_from([r"\.", "[.]", ".*", r"\-", ""]),
    st.sampled_from(["", "$", ".*", ".*$", r"\.", "."]),
    st.lists(
        st.lists(st.sampled_from([*LABELS, "b", "adsads", "xads"]), min_size=1, max_size=4).map(
            ".".join
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_answers_like_the_expression(
    head: str, body: list[str], between: str, tail: str, names: list[str]
) -> None:
    expression = f"{head}{between.join(body)}{tail}"
    meanings = reduce_expression(expression)
    if meanings is None:
        return
    try:
        targets = [parse_target(text, kind=kind) for kind, text in meanings]
    except TargetError:
        return
    read = [(target.kind, target.value) for target in targets]
    for name in [*names, ".".join(body), f"b.{'.'.join(body)}", f"b{'.'.join(body)}"]:
        assert meant(name, read) == bool(re.search(expression, name)), (expression, name)


def test_long_expressions_take_no_time() -> None:
    for text in ("(" * 50_000, ".*" * 50_000 + "(", "a" * 100_000 + "+", "^(.+\\.)?" * 10_000):
        assert reduce_expression(text) is None
