"""Marked names and names of other scripts: both twins against ``parse_target``."""

from __future__ import annotations

import os
import random
import re
from array import array
from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import shared
from strategies import any_text

from blocklist import Target, compile_orders, load_orders, parse_target
from blocklist._columns import _pure_targets
from blocklist.errors import InvalidNameError
from blocklist.model.names import canonical_name
from blocklist.model.targetlist import FORM_RAW, TargetList
from blocklist.model.targets import _TRIM, _TYPOGRAPHIC
from blocklist.model.uts46 import NOT_SIMPLE, SIMPLE_POINTS, map_label, simple_point

pytestmark = pytest.mark.no_core

LAST_POINT = 0x3FFFF
# Of twenty scripts and more, with marks and joiners; and symbols, wide and styled letters.
BLOCKS = [
    (0x61, 0x7A), (0xC0, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x530, 0x58F), (0x590, 0x5FF),
    (0x600, 0x6FF), (0x900, 0x97F), (0x980, 0x9FF), (0xA80, 0xAFF), (0xB80, 0xBFF), (0xE00, 0xE7F),
    (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x137F), (0x13A0, 0x13FF), (0x1780, 0x17FF),
    (0x1E00, 0x1FFF), (0x2000, 0x22FF), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3),
    (0xFF00, 0xFFEF), (0x10400, 0x1044F), (0x1D400, 0x1D7FF), (0x1F300, 0x1F6FF),
]  # fmt: skip


@pytest.fixture(scope="module", params=["native", "pure"])
def twin(request: pytest.FixtureRequest) -> Any:
    if request.param == "pure":
        return _pure_targets
    try:
        return import_module("blocklist._columns._native")
    except ImportError as error:
        if os.environ.get("BLOCKLIST_REQUIRE_NATIVE") == "1":
            raise
        pytest.skip(f"no native twin: {error}")


def scanned(twin: Any, texts: Iterable[str], comments: bool = False) -> TargetList:
    """What is taken of the texts."""
    text = "\n".join(texts)
    names, lines, forms, raws, _ = twin.scan_targets(text, comments, SIMPLE_POINTS, simple_point)
    return TargetList(names, array("I", lines), forms=forms, raws=raws)


def check(twin: Any, texts: list[str]) -> int:
    """Compare what is taken with ``parse_target``; return how many were."""
    found = scanned(twin, texts)
    for target in found:
        wanted = parse_target(texts[target.line - 1], line=target.line)
        raw = wanted.raw.strip(" \t")
        assert target == Target(
            wanted.kind, wanted.value, raw if raw == wanted.value else wanted.raw, target.line
        )
        assert wanted.alternate is None
        assert not wanted.note
    return len(found)


def mixed_label(random_: random.Random) -> str:
    block = random_.choice(BLOCKS) if random_.random() < 0.9 else None
    points = [
        random_.randint(*(block or random_.choice(BLOCKS)))
        if random_.random() < 0.8
        else ord(random_.choice("abcXYZ019-_"))
        for _ in range(random_.randint(1, 10))
    ]
    label = "".join(map(chr, points))
    if random_.random() < 0.3:
        label = "xn--" + label.encode("punycode").decode("ascii")
    return label


def test_names_mixed_from_many_scripts(twin: Any) -> None:
    random_ = random.Random(15)
    texts = [
        random_.choice(["", "", "", "*.", "=", "."])
        + ".".join(mixed_label(random_) for _ in range(random_.randint(1, 4)))
        + random_.choice(["", ".com", ".COM", ".рф", "."])
        for _ in range(10_000)
    ]
    assert check(twin, texts) > 1_000


def test_vectors_of_unicode(twin: Any) -> None:
    escape = re.compile(r"\\u([0-9A-F]{4})|\\x\{([0-9A-F]+)\}")
    texts = [
        escape.sub(lambda found: chr(int(found[1] or found[2], 16)), field.strip())
        for line in shared("conformance/IdnaTestV2-17.0.txt.xz").decode("utf-8").splitlines()
        for field in line.partition("#")[0].split(";")
    ]
    texts = [text for text in texts if not re.search("[\ud800-\udfff\r\n]", text)]
    assert check(twin, texts) > 300


def test_each_simple_point_is_a_name_by_itself() -> None:
    """The one place where all of them are asked; the others ask few."""
    count = 0
    for point in range(0x80, LAST_POINT + 1):
        to = simple_point(point)
        if to == NOT_SIMPLE:
            continue
        count += 1
        character = chr(point)
        assert not character.isspace()
        assert character not in _TRIM
        assert not _TYPOGRAPHIC.search(character)
        if count % 20 == 0:
            # Composed with a letter before and after it, it stays what it is.
            around = f"e{character}a"
            assert map_label(around) == f"e{chr(to)}a"
            key = "xn--" + f"e{chr(to)}a".encode("punycode").decode("ascii") + ".com"
            assert canonical_name(f"{around}.com") == key
    assert count > 130_000


def test_what_has_two_forms_is_not_simple() -> None:
    for character in "ßẞς\u200c\u200d\u0301\u05d0\u0627\u1161\u2010\u201c\u3002\uff41\ud800":
        assert simple_point(ord(character)) == NOT_SIMPLE, character
    assert simple_point(ord("Ж")) == ord("ж")


@given(st.lists(any_text | st.from_regex(r"(\*\.|=|\.)?[a-zé.-]{1,20}( #)?", fullmatch=True)))
def test_twins_agree(twin: Any, texts: list[str]) -> None:
    text = "\n".join(texts).encode("utf-8", "replace").decode()
    for comments in (False, True):
        arguments = text, comments, SIMPLE_POINTS, simple_point
        assert twin.scan_targets(*arguments) == _pure_targets.scan_targets(*arguments)


def test_the_raw_text_is_kept_where_it_is_not_the_name(twin: Any) -> None:
    lines = [
        "a.example.com", " a.example.com ", "*.a.example.com", " *.a.example.com", "=a.example.com",
        "Ж.example.com", "*.Ж.example.com", "# Ж.example.com", "", "Ж.example.com  # why",
        "xn--f1a.example.com", "xn--b.example.com", "Ж.example.com why", "A.example.com.",
    ]  # fmt: skip
    found = scanned(twin, lines, comments=True)
    key = "xn--f1a.example.com"
    assert [(t.kind.value, t.value, t.raw, t.line) for t in found] == [
        ("subtree", "a.example.com", "a.example.com", 1),
        ("subtree", "a.example.com", "a.example.com", 2),
        ("below", "a.example.com", "*.a.example.com", 3),
        ("below", "a.example.com", " *.a.example.com", 4),
        ("exact", "a.example.com", "=a.example.com", 5),
        ("subtree", key, "Ж.example.com", 6),
        ("below", key, "*.Ж.example.com", 7),
        ("subtree", key, "Ж.example.com ", 10),
        ("subtree", key, key, 11),
        ("subtree", "a.example.com", "A.example.com.", 14),
    ]
    assert found.forms.count(FORM_RAW) == 3


def test_labels_and_names_of_every_length(twin: Any) -> None:
    texts = [f"{'ж' * n}.com" for n in range(1, 70)]
    texts += [f"{'a' * n}ж.com" for n in range(50, 70)]
    texts += [".".join(["ж" * 9] * n) + ".com" for n in range(1, 30)]
    texts += [f"{'a' * n}.{'B' * 60}.{'ж' * 40}.{'c' * 60}.com" for n in range(1, 64)]
    taken = {target.line for target in scanned(twin, texts)}
    assert check(twin, texts) == len(taken)
    for line, text in enumerate(texts, 1):
        try:
            fits = bool(canonical_name(text))
        except InvalidNameError:
            fits = False
        assert fits == (line in taken), text


@pytest.mark.parametrize("points", [bytearray(), bytearray(4 * 0x40000 - 1)])
def test_a_table_of_another_size_is_refused(points: bytearray) -> None:
    native = pytest.importorskip("blocklist._columns._native")
    with pytest.raises(ValueError, match="not a table of code points"):
        native.scan_targets("ж.com", True, points, simple_point)


@pytest.mark.parametrize("answer", [0, 0x110000, -1, "1"])
def test_an_answer_that_is_no_code_point_is_refused(answer: Any) -> None:
    native = pytest.importorskip("blocklist._columns._native")
    with pytest.raises((ValueError, OverflowError, TypeError)):
        native.scan_targets("ж.com", True, bytearray(4 * 0x40000), lambda _: answer)


def test_what_is_asked_may_fail(twin: Any) -> None:
    def fail(point: int) -> int:
        raise LookupError(point)

    with pytest.raises(LookupError):
        twin.scan_targets("a.com\nж.com", True, bytearray(4 * 0x40000), fail)


def test_a_list_with_marks_compiles_as_its_targets_one_by_one() -> None:
    lines = [
        "*.a.example.com", "a.example.com", "Пример.рф", "*.Пример.рф", "=b.example.com",
        "*.co.uk", "пример.рф", "faß.example.com", "C.example.com", "*.github.io", ".d.example.com",
    ]  # fmt: skip
    (order,) = load_orders("\n".join(lines * 3).encode(), name="list", format="plain")
    assert isinstance(order.targets, TargetList)
    assert len(order.targets.others) == 3
    assert [target.raw for target in order.targets] == lines * 3
    by_one = replace(order, targets=tuple(order.targets))
    assert bytes(compile_orders([order])) == bytes(compile_orders([by_one]))
