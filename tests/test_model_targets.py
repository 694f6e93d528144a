from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from processortime import within
from strategies import any_text, mixed_case, names, u_names

from blocklist.errors import InvalidNameError, UnsupportedTargetError
from blocklist.image.layout import named_rule, rule_bit
from blocklist.model.names import canonical_name
from blocklist.model.targets import (
    Rejected,
    Rule,
    Target,
    TargetError,
    TargetKind,
    notation,
    parse_target,
)

pytestmark = pytest.mark.no_core

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors" / "targets.json").read_text("utf-8")
)
GOOD = [vector for vector in VECTORS if "kind" in vector]
BAD = [vector for vector in VECTORS if "code" in vector]
NAMED = [TargetKind.SUBTREE, TargetKind.EXACT, TargetKind.BELOW]


def outcome(raw: str) -> Target | TargetError:
    try:
        return parse_target(raw)
    except TargetError as error:
        return error


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector["id"])
class TestAccepted:
    def test_kind_and_value(self, vector: dict[str, Any]) -> None:
        target = parse_target(vector["input"], line=7)
        assert (target.kind, target.value) == (vector["kind"], vector["value"])
        assert (target.raw, target.line) == (vector["input"], 7)
        assert target.alternate == vector.get("alternate")
        assert vector.get("note", "") in target.note
        assert bool(target.note) == ("note" in vector)

    def test_notation_is_read_back(self, vector: dict[str, Any]) -> None:
        target = parse_target(vector["input"])
        is_url = target.kind is TargetKind.URL
        again = parse_target(f"http://{target.text}" if is_url else target.text)
        assert (again.kind, again.value) == (target.kind, target.value)


@pytest.mark.parametrize("vector", BAD, ids=lambda vector: vector["id"])
def test_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(vector["input"])
    assert caught.value.code == vector["code"]
    assert vector.get("reason", "") in caught.value.reason
    assert isinstance(caught.value, UnsupportedTargetError)


def test_ids_are_unique() -> None:
    assert max(Counter(vector["id"] for vector in VECTORS).values()) == 1


class TestKindOfAPlainName:
    """``kind`` decides what a name without mark means, and nothing else."""

    @pytest.mark.parametrize("kind", NAMED)
    @pytest.mark.parametrize("text", ["example.com", ".Example.com.", "http://example.com/"])
    def test_plain(self, text: str, kind: TargetKind) -> None:
        target = parse_target(text, kind=kind)
        assert (target.kind, target.value) == (kind, "example.com")

    @pytest.mark.parametrize("kind", NAMED)
    @pytest.mark.parametrize(
        "text",
        ["=x.com", "*.x.com", "*x*", "x.{suffix}", "http://x.com/a", "192.0.2.7", "2001:db8::/48"],
    )
    def test_marked(self, text: str, kind: TargetKind) -> None:
        assert parse_target(text, kind=kind) == parse_target(text)


class TestProperties:
    @given(any_text | u_names)
    @example("=")
    @example("*.")
    @example("http://[/")
    @example("\udcff[.]com/\ud800")
    @example("http://%FF/")
    def test_raises_only_target_error(self, text: str) -> None:
        for raw in (text, f"http://{text}", f"x.com/{text}", f"*{text}", f"={text}"):
            target = outcome(raw)
            if isinstance(target, TargetError):
                assert target.code
                assert target.reason
            else:
                assert target.raw == raw
                assert target.value.isascii()

    @given(mixed_case(names), st.sampled_from(NAMED))
    def test_name_is_its_canonical_name(self, text: str, kind: TargetKind) -> None:
        target = parse_target(f" {text}. ", kind=kind)
        assert (target.kind, target.value) == (kind, canonical_name(text))

    @given(u_names)
    def test_accepts_what_canonical_name_accepts(self, text: str) -> None:
        try:
            wanted = canonical_name(text)
        except InvalidNameError:
            return
        assert parse_target(text).value == wanted
        assert parse_target(f"http://{text}/").value == wanted

    @given(mixed_case(names))
    def test_defanging_changes_nothing(self, text: str) -> None:
        wanted = parse_target(text)
        assert parse_target(text.replace(".", "[.]")).value == wanted.value
        assert parse_target(f"hxxp[://]{text.replace('.', '(dot)')}/").value == wanted.value

    @given(names, st.text("ab/.-_~=&?", min_size=1, max_size=12))
    def test_url_never_becomes_its_host(self, name: str, rest: str) -> None:
        target = parse_target(f"http://{name}/{rest}")
        path, _, query = rest.partition("?")
        is_host = not query and not path.replace("/.", "").replace("..", "").strip(".")
        if "/" not in path and ("." not in path or not is_host):
            assert (target.kind is TargetKind.SUBTREE) == (path == query == "")
        assert target.value == name or target.value.startswith(f"{name}/")

    @given(st.sampled_from(NAMED), names)
    def test_notation(self, kind: TargetKind, name: str) -> None:
        text = notation(kind, name)
        target = parse_target(text)
        assert (target.kind, target.value, target.text) == (kind, name, text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "a." * 500_000,
        "*" * 1_000_000,
        "a " * 100_000,
        "[.]" * 300_000,
        ":" * 500_000,
    ],
    ids=lambda text: f"{text[:3]}*{len(text)}",
)
def test_hostile_length_is_cheap(text: str) -> None:
    error = outcome(text)
    assert isinstance(error, Target) or error.code == "bad-address" or len(str(error)) < 1_000


@pytest.mark.parametrize("allow", [False, True], ids=["block", "allow"])
def test_rule_bits_are_distinct_and_read_back(allow: bool) -> None:
    bits = set()
    for kind in NAMED:
        bit = rule_bit(Rule(kind, "x.com", allow))
        assert bit is not None
        assert named_rule(bit, "x.com") == Rule(kind, "x.com", allow)
        bits |= {bit, rule_bit(Rule(kind, "x.com", not allow))}
    assert len(bits) == 6


@pytest.mark.parametrize("kind", [kind for kind in TargetKind if kind not in NAMED])
def test_other_kinds_have_no_bit(kind: TargetKind) -> None:
    assert rule_bit(Rule(kind, "x")) is None


def test_rejected_is_a_line_for_people() -> None:
    rejected = Rejected(7, "a b", "white space inside", "white-space", "a.txt", "it:1")
    assert str(rejected) == "a.txt:7: 'a b': white space inside [white-space]"
    long = replace(rejected, text="a b " * 10**6)
    assert len(str(long)) < 300
    assert str(long).endswith("…': white space inside [white-space]")


def test_a_line_of_millions_of_words_is_refused_at_once() -> None:
    with within(2):
        with pytest.raises(TargetError, match=r"is 'x\.example' meant"):
            parse_target("a " * 10**6 + "x.example " + "b " * 19)
        with pytest.raises(TargetError, match=r"white space inside$"):
            parse_target("x.example " + "b " * 10**6)


def test_a_url_on_a_name_with_two_encodings_has_both() -> None:
    target = parse_target("http://faß.de/x")
    assert (target.value, target.alternate) == ("xn--fa-hia.de/x", "fass.de/x")


def test_a_port_left_out_is_noted() -> None:
    assert "port 8080" in parse_target("http://192.0.2.7:8080").note
    assert "port 8080" in parse_target("192.0.2.7:8080").note
