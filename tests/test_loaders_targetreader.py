from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import LDH, names

from blocklist import Target, TargetKind, load_orders, parse_target
from blocklist.documents import Document
from blocklist.loaders.loadoptions import LoadOptions
from blocklist.loaders.targetreader import TargetReader, list_order
from blocklist.model.targets import TargetError

pytestmark = pytest.mark.no_core

SCOPES = [TargetKind.SUBTREE, TargetKind.EXACT, TargetKind.BELOW]
DOCUMENT = Document("sub/list.txt", "in/sub/list.txt", b"a.example\n")


def test_options_are_the_plainest_by_default() -> None:
    assert LoadOptions() == LoadOptions(column=None, scope=None)
    assert LoadOptions().kind is TargetKind.SUBTREE


@pytest.mark.parametrize("scope", SCOPES)
def test_scope_is_for_names_without_mark(scope: TargetKind) -> None:
    reader = TargetReader(DOCUMENT, scope)
    texts = [
        "a.example", "B.example", "http://c.example/", "=d.example", "*.e.example", "*kick*",
        "http://f.example/x", "192.0.2.1", "g.{suffix}", "bücher.example",
    ]  # fmt: skip
    reader.read_all(enumerate(texts, 1))
    assert [target.kind for target in reader.targets] == [
        scope, scope, scope, TargetKind.EXACT, TargetKind.BELOW, TargetKind.PATTERN,
        TargetKind.URL, TargetKind.ADDRESS, TargetKind.EVERY_SUFFIX, scope,
    ]  # fmt: skip
    assert [target.raw for target in reader.targets] == texts
    assert [target.line for target in reader.targets] == list(range(1, 11))


@given(st.text(LDH + ".", max_size=30) | names, st.sampled_from(SCOPES))
def test_fast_way_is_the_slow_way(text: str, scope: TargetKind) -> None:
    fast = TargetReader(DOCUMENT, scope)
    fast.read_all([(7, text)])
    try:
        target = parse_target(text, line=7, kind=scope)
        expected: tuple[list[Target], list[str]] = [target], []
    except TargetError as error:
        expected = [], [error.code] if text else []
    assert (list(fast.targets), [r.code for r in fast.rejected]) == expected


@pytest.mark.parametrize("text", ["", " ", "\t", "\u00a0", "\r", "\v\f"])
def test_blank_is_nothing(text: str) -> None:
    reader = TargetReader(DOCUMENT)
    reader.read(1, text)
    reader.read_all([(1, text)])
    assert len(reader) == 0


def test_rejection() -> None:
    reader = TargetReader(DOCUMENT)
    reader.read(3, " two words.example ")
    (rejected,) = reader.rejected
    assert (rejected.line, rejected.text, rejected.code, rejected.path) == (
        3, "two words.example", "white-space", "in/sub/list.txt",
    )  # fmt: skip
    assert "'words.example' meant" in rejected.reason
    assert str(rejected).startswith("in/sub/list.txt:3: 'two words.example': white space")


def test_two_encodings_of_one_name_and_notes_are_kept() -> None:
    reader = TargetReader(DOCUMENT)
    reader.read_all(enumerate(["straße.example", "a.example:8080", "a.example"], 1))
    two, port, plain = reader.targets
    assert {two.value, two.alternate} == {"xn--strae-oqa.example", "strasse.example"}
    assert "8080" in port.note
    assert (plain.value, plain.note, plain.alternate) == ("a.example", "", None)


def test_list_order() -> None:
    reader = TargetReader(DOCUMENT)
    reader.read_all([(1, "a.example"), (2, "no name")])
    order = list_order(DOCUMENT, "plain", reader)
    assert order.id == f"list:sub/list.txt:{DOCUMENT.sha256[:8]}"
    assert (len(order.targets), len(order.rejected)) == (1, 1)
    assert (order.issued, order.jurisdiction, order.title) == (None, "", "sub/list.txt")
    assert (order.source.path, order.source.format) == ("sub/list.txt", "plain")


def test_the_keywords_of_load_orders_are_the_load_options() -> None:
    keywords = inspect.signature(load_orders).parameters
    assert next(iter(keywords)) == "source"
    options = inspect.signature(LoadOptions).parameters
    assert {name: keywords[name].default for name in list(keywords)[1:]} == {
        name: option.default for name, option in options.items()
    }
    with pytest.raises(TypeError, match="unexpected keyword argument 'formt'"):
        load_orders(b"a.com", formt="plain")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"format": "plain", "mapping": "x.toml"},
            "a mapping is itself a format: give format or mapping, not both",
        ),
        ({"scope": "pattern"}, "scope must be subtree, exact or below, not 'pattern'"),
        ({"jurisdiction": "ITA"}, "'ITA' is not a country code (ISO 3166-1 alpha-2, such as IT)"),
    ],
)
def test_options_that_cannot_be_right(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        LoadOptions(**options)
