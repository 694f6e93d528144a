from __future__ import annotations

from typing import Any

import pytest
from helpers import blocklist_of
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text, mixed_case, names, u_names

from blocklist import Blocklist

pa = pytest.importorskip("pyarrow", reason="columns need pyarrow")

QUESTIONS = ["a.com", "WWW.A.com.", "notа.com", "b.com", "x.faß.de", "", ".", "a..com", "q.b.com",
             f"{'l' * 63}.{'m' * 63}.a.com", f"{'l' * 64}.a.com"]  # fmt: skip


@pytest.fixture(scope="module")
def blocked(core: str) -> Blocklist:
    return blocklist_of("a.com", "*.b.com", "faß.de", exceptions=["ok.a.com"])


def asked(blocked: Blocklist, names: list[str | None]) -> list[bool | None]:
    return [None if name is None else blocked.is_blocked(name) for name in names]


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
@pytest.mark.parametrize("part", [slice(None), slice(1, None), slice(3, 9), slice(4, 4)])
@pytest.mark.parametrize("nulls", [False, True])
def test_strings_of_every_layout(blocked: Blocklist, kind: str, part: slice, nulls: bool) -> None:
    values: list[str | None] = [*QUESTIONS, *(f"n{i}.a.com" for i in range(40))]
    if nulls:
        values[2::5] = [None] * len(values[2::5])
    array = pa.array(values, getattr(pa, kind)())[part]
    answers = blocked.is_blocked_many(array)
    assert answers.type == pa.bool_()
    assert answers.to_pylist() == asked(blocked, values[part])
    assert answers.null_count == array.null_count
    answers.validate(full=True)


@given(st.lists(names | mixed_case() | u_names | any_text.map(str) | st.none(), max_size=70))
def test_the_same_answers_as_one_by_one(blocked: Blocklist, values: list[str | None]) -> None:
    values = [v and v.encode("utf-8", "replace").decode() for v in values]
    values += [f"w.{v}.a.com" if v else v for v in values]
    for kind in (pa.string(), pa.large_string(), pa.string_view()):
        answers = blocked.is_blocked_many(pa.array(values, kind))
        assert answers.to_pylist() == asked(blocked, values)


def test_chunks_and_dictionaries(blocked: Blocklist) -> None:
    values = ["a.com", None, "c.com", "a.com", "q.b.com"]
    chunked = pa.chunked_array([values[:2], [], values[2:]], pa.string())
    answers = blocked.is_blocked_many(chunked)
    assert isinstance(answers, pa.ChunkedArray)
    assert answers.to_pylist() == [True, None, False, True, True]
    assert [len(chunk) for chunk in answers.chunks] == [2, 0, 3]
    coded = pa.array(values).dictionary_encode()
    assert blocked.is_blocked_many(coded).to_pylist() == [True, None, False, True, True]
    assert blocked.is_blocked_many(coded[1:4]).to_pylist() == [None, False, True]
    assert blocked.is_blocked_many(pa.chunked_array([coded, coded])).to_pylist() == 2 * [
        True, None, False, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize("make", ["polars", "pandas", "numpy"])
def test_series_come_through_arrow(blocked: Blocklist, make: str) -> None:
    library: Any = pytest.importorskip(make)
    values = ["a.com", "c.com", None]
    series = {
        "polars": lambda: library.Series("n", values),
        "pandas": lambda: library.Series(values),
        "numpy": lambda: library.array(values, dtype=object),
    }[make]()
    assert blocked.is_blocked_many(series).to_pylist() == [True, False, None]


def test_nothing_but_strings(blocked: Blocklist) -> None:
    assert blocked.is_blocked_many(pa.nulls(3)).to_pylist() == [None] * 3
    assert blocked.is_blocked_many(pa.array([], pa.string())).to_pylist() == []
    for column in (pa.array([1, 2]), pa.array([["a.com"]]), pa.table({"n": ["a.com"]})):
        with pytest.raises(TypeError, match="names must be strings, or binary in wire format"):
            blocked.is_blocked_many(column)
