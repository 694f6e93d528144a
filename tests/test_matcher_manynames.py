"""Orders and rule numbers of lists, and of columns of every layout, against a plain way."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from helpers import image, order
from hypothesis import given
from hypothesis import strategies as st
from scale import size
from strategies import any_text, mixed_case, names, u_names, wire

from blocklist import Blocklist, Image, LiveBlocklist, compile_orders, query_name
from blocklist._core._pure import PureCore
from blocklist.image.contents import Contents
from blocklist.matcher.arrow import answer_column, match_column, number_column
from blocklist.model.patterns import matches
from blocklist.model.targets import TargetKind

pa = pytest.importorskip("pyarrow", reason="columns need pyarrow")

TEXT = ["string", "large_string", "string_view"]
WIRE = ["binary", "large_binary", "binary_view"]
WHOLE = (TargetKind.EXACT, TargetKind.SUBTREE)
ABOVE = (TargetKind.SUBTREE, TargetKind.BELOW)


@cache
def compiled() -> Image:
    """Several orders, some behind one rule, one confidential; exceptions, patterns, long names."""
    long = ".".join(["k" * 60, "m" * 50, "x.example"])
    return compile_orders(
        [
            order("a.com", "both.com", "=exact.com", "*.below.com", "faß.de", long, id="1",
                  exceptions=["ok.a.com", "=ok.both.com"]),
            order("both.com", "c.com", "deep.both.com", "*kick*", "192.0.2.1", id="2"),
            order("both.com", "secret.com", "c.com", id="3", confidential=True),
            order(*(f"n{i}.blog.com" for i in range(200)), id="4"),
            order(*(f"n{i}.blog.com" for i in range(100, 300)), "blog.com", id="5"),
        ]
    )  # fmt: skip


@pytest.fixture(scope="module")
def blocked(core: str) -> Blocklist:
    return Blocklist(compiled())


class Naive:
    """The rule that blocks a name: all rules in a dictionary, and labels stripped one by one."""

    def __init__(self, some: Image) -> None:
        self.contents = Contents(some)
        self.rules = list(self.contents.rules())
        self.numbers = {
            (rule.kind, rule.value, rule.allow): number for number, rule in enumerate(self.rules)
        }

    def number(self, name: str | bytes) -> int:
        key = query_name(name)
        suffix, kinds = key or "", WHOLE
        while suffix:
            for kind in kinds:
                for allow in (True, False):
                    number = self.numbers.get((kind, suffix, allow))
                    if number is not None:
                        return -1 if allow else number
            suffix, kinds = suffix.partition(".")[2], ABOVE
        for number, rule in enumerate(self.rules):
            if key and rule.kind is TargetKind.PATTERN and matches(rule.value, key):
                return -1 if rule.allow else number
        return -1

    def entry(self, name: str | bytes | None) -> dict[str, Any] | None:
        """What ``match_many`` says in a column."""
        if name is None:
            return None
        number = self.number(name)
        if number < 0:
            return {"blocked": False, "orders": None}
        told = [one.id for one in self.contents.orders_of(number) if not one.confidential]
        return {"blocked": True, "orders": ", ".join(told)}


@cache
def naive() -> Naive:
    return Naive(compiled())


def numbers_of(asked: list[Any]) -> list[int | None]:
    return [None if name is None else naive().number(name) for name in asked]


def entries_of(asked: list[Any]) -> list[dict[str, Any] | None]:
    return [naive().entry(name) for name in asked]


def check(blocked: Blocklist | LiveBlocklist, column: Any, asked: list[Any]) -> None:
    """All three questions about a column give what the plain way gives for its values."""
    numbers = numbers_of(asked)
    answers = blocked.rule_numbers(column)
    assert answers.type == pa.int32()
    assert answers.to_pylist() == numbers
    bits = blocked.is_blocked_many(column)
    assert bits.to_pylist() == [None if number is None else number >= 0 for number in numbers]
    found = blocked.match_many(column)
    assert found.to_pylist() == entries_of(asked)
    assert str(found.type) == (
        "struct<blocked: bool, orders: dictionary<values=string, indices=int32, ordered=0>>"
    )
    for result in (answers, bits, found):
        result.validate(full=True)


NAMES = [
    "a.com", "WWW.A.com.", "ok.a.com", "x.ok.a.com", "both.com", "ok.both.com", "x.ok.both.com",
    "q.deep.both.com", "exact.com", "x.exact.com", "below.com", "x.below.com", "c.com",
    "secret.com", "www.secret.com", "kickass.to", "n5.blog.com", "n150.blog.com", "x.blog.com",
    "com", "a..com", ".a.com", f"{'l' * 63}.{'m' * 63}.a.com", f"{'l' * 64}.a.com",
    f"v.{'k' * 60}.{'m' * 50}.x.example", "a\\.com", "x.a\\046com", "\\097.com", "free.example",
]  # fmt: skip
TEXTS = [*NAMES, "", ".", "faß.de", "x.FASS.de", "notа.com", "Ａ.com"]
WIRES = [
    *(wire(name) for name in NAMES if name.isascii() and ".." not in name and "\\" not in name
      and not name.startswith(".") and len(max(name.split("."), key=len)) < 64),
    b"", b"\0", b"\1a\3com", b"\1a\3com\0\0", b"\1a\3com\xc0\0", b"\xc0\x0c", b"\4a.bc\3com\0",
    b"\3\0\1\2\1a\3com\0", b"\1\xe9\1a\3com\0", b"\1\\\1a\3com\0", b"\1A\3cOm\0", b"\5a\3com\0",
    wire("y." * 120 + "a.com"), wire("y." * 126 + "a.com"), b"\1a\0\3com\0", b"a.com",
]  # fmt: skip
PARTS = [slice(None), slice(1, None), slice(3, 9), slice(4, 4)]


@pytest.mark.parametrize("kind", TEXT + WIRE)
@pytest.mark.parametrize("nulls", [False, True])
def test_every_layout(blocked: Blocklist, kind: str, nulls: bool) -> None:
    values: list[Any] = list(TEXTS if kind in TEXT else WIRES)
    values += [f"x.n{i}.blog.com" if kind in TEXT else wire(f"n{i}.blog.com") for i in range(70)]
    if nulls:
        values[2::5] = [None] * len(values[2::5])
    column = pa.array(values, getattr(pa, kind)())
    for part in PARTS:
        check(blocked, column[part], values[part])


ASKED = st.lists(
    names
    | mixed_case()
    | u_names
    | any_text.map(str)
    | st.sampled_from(NAMES)
    | st.builds("{}.{}".format, names, st.sampled_from(NAMES)),
    max_size=40,
)


@given(ASKED, st.randoms())
def test_columns_and_lists_against_the_plain_way(
    blocked: Blocklist, asked: list[str], rng: random.Random
) -> None:
    asked = [name.encode("utf-8", "replace").decode() for name in asked]
    numbers = [naive().number(name) for name in asked]
    assert blocked.rule_numbers(iter(asked)) == numbers
    found = blocked.match_many(asked)
    assert found == [blocked.match(name) for name in asked]
    assert [match is not None for match in found] == [number >= 0 for number in numbers]
    values: list[str | None] = [name if rng.random() < 0.9 else None for name in asked]
    column = pa.array(values, getattr(pa, rng.choice(TEXT))())
    check(blocked, column, values)
    check(blocked, column.dictionary_encode() if len(asked) % 2 else column, values)


@given(st.lists(st.binary(max_size=20) | names.map(wire) | st.sampled_from(WIRES), max_size=40))
def test_wire_format_against_the_plain_way(blocked: Blocklist, asked: list[bytes]) -> None:
    numbers = [naive().number(name) for name in asked]
    assert blocked.rule_numbers(asked) == numbers
    assert blocked.is_blocked_many(asked) == [number >= 0 for number in numbers]
    check(blocked, pa.array(asked, pa.binary()), asked)


def test_names_of_every_length_from_the_wire(blocked: Blocklist) -> None:
    """The short way reads 32 octets at once; before and behind its limit the answer is the same."""
    some = [f"{'x' * i}.{tail}" for i in range(1, 60) for tail in ("a.com", "N7.blog.com", "z.com")]
    check(blocked, pa.array(map(wire, some), pa.binary()), some)
    odd = [name.replace("x", "x\\.", 1) for name in some]
    as_wire = [wire(name).replace(b"\1x", b"\1.", 1) for name in some]
    assert blocked.rule_numbers(pa.array(as_wire, pa.binary())).to_pylist() == [
        naive().number(name) for name in as_wire
    ]
    check(blocked, pa.array(odd), odd)


CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors" / "matching.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_vectors_of_matching(core: str, case: dict[str, Any]) -> None:
    asked = [*case["blocked"], *case["free"]]
    options = {key: case[key] for key in ("exceptions", "protect", "permit") if key in case}
    some = Blocklist(image(*case["targets"], **options))
    wanted = [True] * len(case["blocked"]) + [False] * len(case["free"])
    assert [number >= 0 for number in some.rule_numbers(asked)] == wanted
    column = pa.array(asked, pa.string())
    assert [number >= 0 for number in some.rule_numbers(column).to_pylist()] == wanted
    assert [entry["blocked"] for entry in some.match_many(column).to_pylist()] == wanted


# ---- dictionaries and runs ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", TEXT + WIRE)
def test_dictionaries_are_asked_once_a_value(blocked: Blocklist, kind: str) -> None:
    values: list[Any] = [*(TEXTS if kind in TEXT else WIRES), None]
    rng = random.Random(3)
    places = [rng.choice([*range(len(values)), None]) for _ in range(200)]
    entries = pa.array(values, getattr(pa, kind)())
    column = pa.DictionaryArray.from_arrays(pa.array(places, pa.int16()), entries)
    rows = [None if place is None else values[place] for place in places]
    check(blocked, column, rows)
    for part in (slice(5, 9), slice(199, None), slice(7, 7)):  # fewer rows than values
        check(blocked, column[part], rows[part])
    check(blocked, pa.chunked_array([column, column[3:5]]), rows + rows[3:5])


class Counting:
    """A core that counts the rows that it is asked for."""

    def __init__(self, core: Any) -> None:
        self.core, self.rows = core, 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.core, name)
        if name == "ask_column":
            return lambda *arguments: self.count(arguments[-1], found, arguments)
        if name in {"is_blocked", "rule_numbers"} and not hasattr(self.core, "ask_column"):
            return lambda asked: self.count_each(found, asked)
        return found

    def count(self, rows: int, ask: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        self.rows += rows
        return ask(*arguments)

    def count_each(self, ask: Callable[..., Any], asked: Any) -> Any:
        asked = asked if isinstance(asked, str | bytes) else list(asked)
        self.rows += 1 if isinstance(asked, str | bytes) else len(asked)
        return ask(asked)


def test_slices_ask_no_more_than_the_whole(core: str) -> None:
    some = Blocklist(compiled())
    counting = Counting(some._core)
    some._many.core = counting
    entries = pa.array([f"n{i}.blog.com" for i in range(1000)])
    column = pa.DictionaryArray.from_arrays(pa.array([i % 7 for i in range(1000)]), entries)
    for method in (some.is_blocked_many, some.rule_numbers, some.match_many):
        for length in (1000, 100, 50):  # the whole, then shorter than the dictionary
            counting.rows = 0
            for start in range(0, 1000, length):
                assert len(method(column[start : start + length])) == length
            assert counting.rows == 1000
    runs = pa.RunEndEncodedArray.from_arrays(pa.array([300, 600, 1000]), entries[:3])
    counting.rows = 0
    assert some.rule_numbers(runs[310:320]).to_pylist() == [naive().number("n1.blog.com")] * 10
    assert counting.rows == 1


@pytest.mark.parametrize("ends", ["int16", "int32", "int64"])
def test_runs(blocked: Blocklist, ends: str) -> None:
    values = ["a.com", None, "free.example", "secret.com", "n5.blog.com"]
    places = pa.array([3, 4, 9, 10, 30], getattr(pa, ends)())
    column = pa.RunEndEncodedArray.from_arrays(places, pa.array(values))
    rows = [values[i] for i, size in enumerate((3, 1, 5, 1, 20)) for _ in range(size)]
    for part in (slice(None), slice(2, 11), slice(3, 4), slice(12, None), slice(5, 5)):
        check(blocked, column[part], rows[part])
    check(blocked, pa.chunked_array([column, column[2:5]]), rows + rows[2:5])
    coded = pa.RunEndEncodedArray.from_arrays(places, pa.array(values).dictionary_encode())
    check(blocked, coded[1:12], rows[1:12])


# ---- other libraries ---------------------------------------------------------------------------


def test_series_of_polars(blocked: Blocklist) -> None:
    pl = pytest.importorskip("polars")
    values = ["a.com", "free.example", None, "n5.blog.com"]
    check(blocked, pl.Series("n", values), values)
    check(blocked, pl.Series("n", values, dtype=pl.Categorical), values)
    as_wire = [None if name is None else wire(name) for name in values]
    check(blocked, pl.Series("n", as_wire), values)
    frame = pl.from_arrow(pa.table({"m": blocked.match_many(pl.Series("n", values))}))
    assert frame["m"].struct.field("orders").to_list() == ["1", None, None, "4"]


def test_series_of_pandas(blocked: Blocklist) -> None:
    pd = pytest.importorskip("pandas")
    values = ["a.com", "free.example", None, "n5.blog.com"]
    check(blocked, pd.Series(values), values)
    check(blocked, pd.Series(values, dtype=object), values)
    check(blocked, pd.Series(values, dtype="category"), values)
    check(blocked, pd.Series(values, dtype="string[pyarrow]"), values)
    check(blocked, pd.Index(values), values)


def test_arrays_of_numpy(blocked: Blocklist) -> None:
    np = pytest.importorskip("numpy")
    values = ["a.com", "free.example", None, "n5.blog.com"]
    check(blocked, np.array(values, dtype=object), values)
    check(blocked, np.array([wire(name) if name else None for name in values]), values)
    texts = ["a.com", "free.example", "n5.blog.com"]
    check(blocked, np.array(texts), texts)
    check(blocked, np.array(texts)[::2], texts[::2])
    if hasattr(np.dtypes, "StringDType"):
        check(blocked, np.array(texts, dtype=np.dtypes.StringDType()), texts)
    for kind in ("S20", "V5"):  # a name from the wire would lose the octet of its root
        with pytest.raises(TypeError, match="cuts NUL octets"):
            blocked.rule_numbers(np.array([wire("a.com")], dtype=kind))
    with pytest.raises(TypeError, match="byte order of another machine"):
        blocked.rule_numbers(
            np.array(texts).astype(f"{'>' if sys.byteorder == 'little' else '<'}U9")
        )


def test_columns_that_hold_no_names(blocked: Blocklist) -> None:
    for method in (blocked.is_blocked_many, blocked.match_many, blocked.rule_numbers):
        assert method(pa.nulls(3)).to_pylist() == [None] * 3
        assert method(pa.array([], pa.binary())).to_pylist() == []
        for column in (pa.array([1, 2]), pa.array([["a.com"]]), pa.array([], pa.int8())):
            with pytest.raises(TypeError, match="names must be strings, or binary in wire format"):
                method(column)
        with pytest.raises(TypeError, match=r"any length, .*cast it to binary"):
            method(pa.array([wire("a.com")], pa.binary(7)))
        with pytest.raises(TypeError, match="takes several names, not one str"):
            method("a.com")
        with pytest.raises(TypeError, match="name must be str or bytes"):
            method([5])  # type: ignore[list-item]


def test_machines_of_the_other_byte_order(
    blocked: Blocklist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "byteorder", "big")
    with pytest.raises(TypeError, match="little-endian machines alone"):
        blocked.match_many(pa.array(["a.com"]))


# ---- what may be told --------------------------------------------------------------------------


def test_nothing_is_told_of_confidential_orders(core: str) -> None:
    some = compile_orders(
        [
            order("open.com", "mixed.com", id="known"),
            order("mixed.com", "hidden.com", id="veiled", confidential=True),
        ]
    )
    asked = Blocklist(some)
    column = pa.array(["open.com", "mixed.com", "hidden.com", "free.com"])
    found = asked.match_many(column)
    assert found.to_pylist() == [
        {"blocked": True, "orders": "known"},
        {"blocked": True, "orders": "known"},
        {"blocked": True, "orders": ""},
        {"blocked": False, "orders": None},
    ]
    orders = found.field("orders")
    assert orders.indices[0] == orders.indices[1]  # an entry of its own would tell
    assert "veiled" not in str(orders.dictionary.to_pylist())
    table = asked.rules_table().to_pylist()
    assert "veiled" not in str(table)
    assert "hidden.com" not in str(table)
    assert {row["name"]: row["orders"] for row in table} == {
        None: "", "open.com": "known", "mixed.com": "known",
    }  # fmt: skip
    told = asked.rules_table(confidential=True).to_pylist()
    assert {row["name"]: row["orders"] for row in told} == {
        "hidden.com": "veiled", "open.com": "known", "mixed.com": "known, veiled",
    }  # fmt: skip


def test_the_table_has_a_row_for_each_rule_number(blocked: Blocklist) -> None:
    table = blocked.rules_table(confidential=True)
    assert table.column_names == ["name", "kind", "exception", "orders", "line"]
    assert table.num_rows == len(blocked)
    for row, match in zip(table.to_pylist(), blocked.rules(), strict=True):
        ids = ", ".join(one.id for one in match.orders)
        assert (row["name"], row["kind"], row["exception"], row["orders"], row["line"]) == (
            match.rule.value, match.rule.kind, match.rule.allow, ids, match.grounds[0].line or None,
        )  # fmt: skip
    column = pa.array([name for name in TEXTS if naive().number(name) >= 0])
    joined = table.take(blocked.rule_numbers(column))
    for name, row in zip(column.to_pylist(), joined.to_pylist(), strict=True):
        found = blocked.match(name)
        assert found is not None
        assert (row["name"], row["kind"]) == (found.rule.value, found.rule.kind)


def test_a_live_blocklist_asks_its_image(core: str, tmp_path: Path) -> None:
    compiled().save(tmp_path / "it.blk")
    live = LiveBlocklist(tmp_path / "it.blk")
    check(live, pa.array(TEXTS), TEXTS)
    assert live.rule_numbers(TEXTS) == numbers_of(TEXTS)
    assert live.rules_table().num_rows == len(live)


def test_a_closed_blocklist_answers_nothing(core: str) -> None:
    some = Blocklist(compiled())
    column = pa.array(["a.com"])
    some.match_many(column)
    some._core.close()
    for method in (some.is_blocked_many, some.match_many, some.rule_numbers):
        for asked in (column, ["a.com"]):
            with pytest.raises(ValueError, match="closed"):
                method(asked)


def generated(count: int) -> list[str]:
    """Names of which many meet a rule, others nearly do, and some are no names."""
    rng = random.Random(15)
    words = ["a", "both", "deep", "ok", "exact", "below", "c", "secret", "kick", "blog", "com"]
    words += ["de", "FASS", "fass", "example", "n5", "N150"]
    words += ["x" * 30, "", "\\046", "a\\.b", "ß"]
    found = []
    for _ in range(count):
        name = ".".join(rng.choices(words, k=rng.randrange(1, 4)))
        found.append(f"{name}.{rng.choice(NAMES)}" if rng.random() < 0.6 else name)
    return found


@pytest.mark.no_core
def test_both_cores_give_the_same_for_generated_questions() -> None:
    pytest.importorskip("blocklist._core._native")
    native = import_module("blocklist._core.native").NativeCore(compiled())
    pure = PureCore(compiled())
    asked = generated(size(200_000, 3000))
    numbers = pure.rule_numbers(asked)
    assert native.rule_numbers(asked) == numbers
    assert {number >= 0 for number in numbers} == {True, False}
    column = pa.array(asked)
    assert number_column(native, column).to_pylist() == numbers
    texts = [str(number) for number in range(Contents(compiled()).packed.sets)]
    assert match_column(native, texts, column) == match_column(pure, texts, column)
    plain = [name for name in asked if name.isascii() and "\\" not in name]
    as_wire = pa.array(map(wire, plain), pa.binary())
    assert number_column(native, as_wire) == number_column(pure, as_wire)
    assert answer_column(native, as_wire) == answer_column(pure, as_wire)
