from __future__ import annotations

import pickle
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist import Target, TargetKind
from blocklist.model.targetlist import TargetList

pytestmark = pytest.mark.no_core

NAMES = b"a.com\nb.com\nd.com\ne.com\n"
LINES = array("I", [1, 2, 9, 11])
OTHER = Target(TargetKind.BELOW, "c.com", "*.c.com", 5)
SEQUENCE = (
    Target(TargetKind.SUBTREE, "a.com", "a.com", 1),
    Target(TargetKind.SUBTREE, "b.com", "b.com", 2),
    OTHER,
    Target(TargetKind.SUBTREE, "d.com", "d.com", 9),
    Target(TargetKind.SUBTREE, "e.com", "e.com", 11),
)


@pytest.fixture
def columns() -> TargetList:
    return TargetList(NAMES, LINES, {2: OTHER})


def test_is_the_sequence_of_its_targets(columns: TargetList) -> None:
    assert tuple(columns) == SEQUENCE
    assert columns == SEQUENCE
    assert columns == list(SEQUENCE)
    assert hash(columns) == hash(SEQUENCE)
    assert len(columns) == 5
    assert SEQUENCE[1] in columns
    assert columns.index(SEQUENCE[3]) == 3
    assert columns != SEQUENCE[:3]
    assert columns != "abcde"
    assert columns != 4


@given(index=st.integers(-7, 8))
def test_index(index: int) -> None:
    columns = TargetList(NAMES, LINES, {2: OTHER})
    if -5 <= index < 5:
        assert columns[index] == SEQUENCE[index]
    else:
        with pytest.raises(IndexError):
            columns[index]


@given(st.slices(5))
def test_slice(part: slice) -> None:
    columns = TargetList(NAMES, LINES, {2: OTHER})
    assert columns[part] == tuple(list(SEQUENCE)[part])


def test_the_kind_is_that_of_the_plain_names() -> None:
    columns = TargetList(NAMES, LINES, kind=TargetKind.EXACT)
    assert {target.kind for target in columns} == {TargetKind.EXACT}


@given(st.lists(st.booleans(), max_size=12))
def test_others_may_stand_anywhere(is_plain: list[bool]) -> None:
    plain = [line for line, yes in enumerate(is_plain) if yes]
    names = "".join(f"n{line}.com\n" for line in plain).encode()
    others = {line: OTHER for line, yes in enumerate(is_plain) if not yes}
    columns = TargetList(names, array("I", plain), others)
    whole = list(columns)
    assert [target is not OTHER for target in whole] == is_plain
    assert [target.line for target in whole if target is not OTHER] == plain
    assert [columns[i] for i in range(len(columns))] == whole


def test_pickle(columns: TargetList) -> None:
    assert pickle.loads(pickle.dumps(columns)) == columns


def test_repr_hides_the_names(columns: TargetList) -> None:
    assert repr(columns) == "<TargetList of 5>"


def test_empty() -> None:
    assert list(TargetList(b"", array("I"))) == []
    assert not TargetList(b"", array("I"))
