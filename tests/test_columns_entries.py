"""JSON in bulk: the twins of ``scan_entries``, and orders as entry by entry."""

from __future__ import annotations

import json
import random
from array import array
from pathlib import Path
from typing import Any

import pytest

from blocklist import Order, OrderError, load_orders
from blocklist._columns import _pure_entries
from blocklist.loaders.mappings import jsonblocks, jsonrows

pytestmark = pytest.mark.no_core

TOKENS = [
    "{", "}", "[", "]", ",", ":", '"a"', '"', " ", "\n", "\\", '"é"', "1", "null", "\t", '{"a":1}',
    ",", '"\\""',
]  # fmt: skip


@pytest.fixture(scope="module", params=["_native", "_pure_entries"])
def twin(request: pytest.FixtureRequest) -> Any:
    return pytest.importorskip(f"blocklist._columns.{request.param}")


def test_entries(twin: Any) -> None:
    text = '{"é": [ {"a": {"b": "]"}},\n"x\\"y" , [1,\n{"c":1}], 3]}'
    octets = text.encode()
    starts, ends, lines, keys, stop = twin.scan_entries(text, octets.index(b"["), 4)
    places = zip(array("Q", starts), array("Q", ends), strict=True)
    assert [octets[start:end].strip().decode() for start, end in places] == [
        '{"a": {"b": "]"}}', '"x\\"y"', '[1,\n{"c":1}]', "3",
    ]  # fmt: skip
    assert list(array("I", lines)) == [4, 5, 5, 6]
    assert list(array("I", keys)) == [2, 0, 1, 0]
    assert octets[stop:] == b"}"


@pytest.mark.parametrize("text", ["[", "[1", "[1,", "[1,]", "[,]", "[1,,2]", "[}", '["', '["\\'])
def test_what_is_no_list_is_left(twin: Any, text: str) -> None:
    assert twin.scan_entries(text, 0, 1) is None


@pytest.mark.parametrize(("text", "at"), [("", 0), ("[]", 1), ("[]", 2), ("[]", -1), ("{}", 0)])
def test_no_list_begins_there(twin: Any, text: str, at: int) -> None:
    with pytest.raises(ValueError, match="no list begins there"):
        twin.scan_entries(text, at, 1)


def test_twins_agree() -> None:
    native = pytest.importorskip("blocklist._columns._native")
    random_ = random.Random(3)
    for _ in range(20_000):
        text = f" [{''.join(random_.choices(TOKENS, k=random_.randint(0, 12)))}]"
        assert native.scan_entries(text, 1, 4) == _pure_entries.scan_entries(text, 1, 4), text


REGISTER = """
name = "own"
shape = "json"
dates = ["iso"]
blank = ["-"]
separator = "|"
order_per = ["decision", "date"]

[json]
list = "entries"

[fields]
name = ["domain", "host"]
url = "url"
decision = "act"
date = "day"
removal = "until"
note = "note"
"""
VALUES: dict[str, list[Any]] = {
    "domain": ["a.example.com", "b.example.com", "Ж.рф", "A.example.com", " c.example.com", "",
               None, "d.example.com|e.example.com", "-", "xn--b.example.com", "word", 5, 0, True,
               ["f.example.com", "g.example.com"], "two\nlines.example", "\ud800.example",
               "*.h.example.com", {"a": 1}],
    "host": ["i.example.com", "j.example.com"],
    "url": ["", "http://x.example/y", None, 1],
    "act": ["1/26", "2/26", "", "-", None, 3],
    "day": ["2026-01-02", "soon", "", None],
    "until": ["", None, "2020-01-01", "2999-01-01", False],
    "note": ["", 1.5, None, "x", [], {"b": 2}, ["x"]],
}  # fmt: skip


def entry(random_: random.Random, share: float) -> Any:
    if random_.random() < share / 10:
        return random_.choice(["k.example.com", 1, None, [], {}, "Ж.example"])
    return {
        key: random_.choice(values[: 2 if random_.random() > share else None])
        for key, values in VALUES.items()
        if random_.random() > share / 4
    }


def register(random_: random.Random) -> str:
    share = random_.choice([0, 0.1, 0.5])
    entries = [entry(random_, share) for _ in range(random_.randint(1, 30))]
    document = random_.choice([entries, {"made": "é", "entries": entries, "after": [1]}])
    text = json.dumps(
        document, indent=random_.choice([None, 1]), ensure_ascii=random_.random() < 0.5
    )
    text = text.encode("utf-8", "replace").decode()
    if random_.random() < 0.2:
        at = random_.randrange(len(text))
        text = text[:at] + random_.choice(["", ",", '"', '"act": 1, ', "]", "NaN"]) + text[at + 1 :]
    return text.replace("\n", random_.choice(["\n", "\r\n", "\r"]))


def read(text: str, mapping: Path) -> list[Order] | str:
    try:
        return load_orders(text.encode(), name="register", mapping=mapping)
    except OrderError as error:
        return str(error)


def test_orders_are_those_of_reading_entry_by_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = tmp_path / "own.toml"
    mapping.write_text(REGISTER, "utf-8")
    random_ = random.Random(11)
    texts = [register(random_) for _ in range(300)]
    monkeypatch.setattr(jsonrows, "_BATCH", 7)
    bulk = [read(text, mapping) for text in texts]
    monkeypatch.setattr(jsonrows, "scan_entries", lambda *_: None)
    monkeypatch.setattr(jsonblocks, "takes_names_whole", lambda _: False)
    singly = [read(text, mapping) for text in texts]
    for text, one, other in zip(texts, bulk, singly, strict=True):
        assert one == other, text
        if isinstance(one, list) and isinstance(other, list):
            assert [order.rejected for order in one] == [order.rejected for order in other]
    assert sum(isinstance(orders, list) for orders in bulk) > 150
    assert sum(isinstance(orders, str) for orders in bulk) > 20


def test_a_key_twice_is_an_error_in_whatever_depth(tmp_path: Path) -> None:
    mapping = tmp_path / "own.toml"
    mapping.write_text(REGISTER, "utf-8")
    for twice in ('"domain": "b.example.com"', '"note": {"b": 1, "b": 2}'):
        entries = ['{"domain": "a.example.com", "url": ""}'] * 20
        entries[11] = f'{{"domain": "a.example.com", {twice}}}'
        assert "twice" in str(read(f"[{','.join(entries)}]", mapping))
