from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meanings import meant

from blocklist import TargetKind, parse_target
from blocklist.loaders.lists.masks import MaskError, read_mask
from blocklist.model.targets import TargetError

pytestmark = pytest.mark.no_core

EXACT = TargetKind.EXACT


def targets(mask: str, *, excepts: bool = False) -> list[str]:
    read = read_mask(mask, EXACT, excepts=excepts)
    return [parse_target(text, kind=kind or TargetKind.SUBTREE).text for kind, text, _, _ in read]


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ("||site.example^", ["site.example"]),
        ("||example^", ["example"]),
        ("||site.example.^", ["site.example"]),
        ("||site_^", ["site_"]),
        ("||*.site.example^", ["*.site.example"]),
        ("|site.example^", ["=site.example"]),
        ("*://site.example^", ["=site.example"]),
        ("ws*://site.example^", ["=site.example"]),
        ("site.example", ["=site.example"]),
        ("ads", ["*ads*"]),
        (".ads.", ["*.ads.*"]),
        ("|ads-", ["ads-*"]),
        ("|ads^", ["=ads"]),
        ("||192.0.2.1^", ["192.0.2.1"]),
        ("|192.0.2.1^", ["192.0.2.1"]),
        ("|https://site.example/page^", ["site.example/page"]),
    ],
)
def test_read(mask: str, expected: list[str]) -> None:
    assert targets(mask) == expected


def test_open_end_is_said() -> None:
    """Without ^ the rule matches ``site.example.net`` as well, which nobody means."""
    ((kind, text, _, note),) = read_mask("||site.example", EXACT)
    assert (kind, text) == (TargetKind.SUBTREE, "site.example")
    assert "without ^" in note


def test_exception_of_a_part_is_of_the_name() -> None:
    assert targets("site.example^", excepts=True) == ["site.example"]
    assert targets("||site.example^|", excepts=True) == ["site.example"]


@pytest.mark.parametrize(
    ("mask", "code"),
    [
        ("", "empty"),
        ("||", "empty"),
        ("||^", "empty"),
        ("*", "every-name"),
        ("||*^", "every-name"),
        ("*.*", "every-name"),
        ("||site.example/page", "path"),
        ("||site.example^page", "path"),
        ("||site.example:8080^", "path"),
        ("|https://site.example/page", "path"),
        ("||site.example^$x", "path"),
        ("/page/ads.", "path"),
        ("||192.0.", "bad-address"),
        ("||192.0.2.*^", "bad-address"),
        ("||.site.example^", "not-a-name"),
        ("||ads.^", "not-a-name"),
        ("/ads[0-9]/", "regex"),
    ],
)
def test_refused(mask: str, code: str) -> None:
    with pytest.raises(MaskError) as caught:
        read_mask(mask, EXACT)
    assert caught.value.code == code


def test_exception_of_a_page_is_of_no_name() -> None:
    with pytest.raises(MaskError, match="goes on behind"):
        read_mask("|https://site.example/page^", EXACT, excepts=True)


LABELS = st.sampled_from(["ads", "x", "site", "example", "a*", "*z", "*"])
_MARKS = {"||": r"(?:\A|(?<=\.))", "|": r"\A", "://": r"\A", "//": r"\A", "": ""}


@given(
    st.sampled_from(["||", "|", "://", "//", ""]),
    st.lists(LABELS, min_size=1, max_size=3).map(".".join),
    st.sampled_from(["^", "^|", "|", "/"]),
    st.lists(
        st.lists(st.sampled_from(["ads", "x", "xads", "site", "az", "example"]), min_size=1)
        .map(lambda labels: ".".join(labels[:5])),
        min_size=1, max_size=8,
    ),
)  # fmt: skip
def test_answers_like_the_mask(start: str, body: str, end: str, names: list[str]) -> None:
    """The pattern as its documentation has it: ``^`` ends the name, ``*`` is any characters."""
    try:
        read = read_mask(f"{start}{body}{end}", EXACT)
        found = [parse_target(text, kind=kind or TargetKind.SUBTREE) for kind, text, _, _ in read]
    except (MaskError, TargetError):
        return
    oracle = re.compile(_MARKS[start] + ".*".join(map(re.escape, body.split("*"))) + r"\Z")
    kinds = [(target.kind, target.value) for target in found]
    for name in [*names, body.replace("*", "q"), f"b.{body.replace('*', '')}", f"b{body}"]:
        if "*" not in name and ".." not in f".{name}.":
            assert meant(name, kinds) == bool(oracle.search(name)), (start, body, end, name)
