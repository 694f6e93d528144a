"""Tables in bulk: the twins of ``scan_rows``, and orders as row by row."""

from __future__ import annotations

import csv
import os
import random
from array import array
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from blocklist import Order, OrderError, load_orders
from blocklist._columns import _pure_rows
from blocklist.loaders.lists import table
from blocklist.loaders.mappings import csvrows
from blocklist.model.uts46 import SIMPLE_POINTS, simple_point

pytestmark = pytest.mark.no_core

POINTS = SIMPLE_POINTS, simple_point
TOKENS = [
    "a.example.com", "b.example.net", '"', ",", '"', ",", "\n", "\r\n", "\r", "x", " ", "\t",
    '"c.example.com"', '""', "Ж.рф", ";", "sep=;", "\0", "xn--f1a.com", "é" * 3,
]  # fmt: skip


@pytest.fixture(scope="module", params=["native", "pure"])
def twin(request: pytest.FixtureRequest) -> Any:
    if request.param == "pure":
        return _pure_rows
    return native()


def native() -> Any:
    try:
        return import_module("blocklist._columns._native")
    except ImportError as error:
        if os.environ.get("BLOCKLIST_REQUIRE_NATIVE") == "1":
            raise
        pytest.skip(f"no native twin: {error}")


def test_groups_and_rest(twin: Any) -> None:
    text = (
        'a.com,x,y\n"b.com",x,"y"\n"b""c.com",x,y\n"two\nlines",x,y\n\nЖ.рф,x,y\n'
        'e.com,"x",z\n , , \nq.com,x\nd.com,x,y\r\nf.com,y,"open\ng.com,x,y'
    )
    groups, rest = twin.scan_rows(text, 5, (",", True, 3, 0), (0,), (), (1, 2), *POINTS)
    shown = [
        (texts, line, names.split(), array("I", lines).tolist(), forms, raws.decode())
        for texts, line, names, lines, forms, raws in groups
    ]
    assert shown == [
        (
            ("x", "y"), 5, [b"a.com", b"b.com", b"xn--f1a.xn--p1ai", b"d.com"], [5, 6, 11, 15],
            b"\0\0\4\0", "Ж.рф\n",
        ),
        (("x", "z"), 12, [b"e.com"], [12], b"\0", ""),
    ]  # fmt: skip
    assert rest == [
        (7, '"b""c.com",x,y'),
        (8, '"two\nlines",x,y'),
        (10, ""),
        (13, " , , "),
        (14, "q.com,x"),
        (16, 'f.com,y,"open\ng.com,x,y'),
    ]


def test_twins_agree() -> None:
    random_ = random.Random(7)
    for _ in range(10_000):
        text = "".join(random_.choices(TOKENS, k=random_.randint(0, 14)))
        least = random_.randint(1, 3)
        mark, quoted = random_.choice([(",", True), (";", False), ("\t", True)])
        arguments = (
            text, 7, (mark, quoted, least, random_.choice([0, 0, 2])),
            tuple(random_.sample(range(least), random_.randint(0, least))),
            random_.choice([(), (2,), (1,)]),
            tuple(random_.sample(range(least), random_.randint(0, least))), *POINTS,
        )  # fmt: skip
        assert native().scan_rows(*arguments) == _pure_rows.scan_rows(*arguments), arguments[:6]


def test_simple_rows_are_those_of_the_csv_module(twin: Any) -> None:
    random_ = random.Random(8)
    for _ in range(3_000):
        text = "".join(random_.choices(TOKENS, k=random_.randint(0, 14))).replace("\0", "")
        groups, rest = twin.scan_rows(text, 1, (",", True, 1, 0), (0,), (), (), *POINTS)
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        reader = csv.reader((f"{line}\n" for line in lines), strict=True)
        begun, rows = 1, {}
        try:
            for row in reader:
                rows[begun] = row
                begun = reader.line_num + 1
        except csv.Error:
            pass
        for _, _, names, numbers, forms, _ in groups:
            for name, number, form in zip(names.split(), array("I", numbers), forms, strict=True):
                if number < begun and not form:
                    assert rows[number][0].strip(" \t") == name.decode()
        assert {number for number, _ in rest if number < begun} <= set(rows)


@pytest.mark.parametrize(
    ("shape", "columns"),
    [
        (("é", True, 1, 0), ((0,), (), ())),
        (('"', True, 1, 0), ((0,), (), ())),
        (("\n", True, 1, 0), ((0,), (), ())),
        ((",", True, 0, 0), ((), (), ())),
        ((",", True, 1, -1), ((0,), (), ())),
        ((",", True, 1, 0), ((1,), (), ())),
        ((",", True, 1, 0), ((0,), (64,), ())),
        ((",", True, 1, 0), ((0,), (), (5,))),
        ((",", True, 65, 0), ((0,), (), ())),
    ],
)
def test_what_is_no_shape_is_refused(twin: Any, shape: Any, columns: Any) -> None:
    with pytest.raises(ValueError, match="not "):
        twin.scan_rows("a.com", 1, shape, *columns, *POINTS)


REGISTER = """
name = "own"
shape = "csv"
dates = ["iso"]
blank = ["-"]
separator = "|"
order_per = ["authority", "decision", "date"]

[csv]
optional = ["url"]

[fields]
name = "domain"
url = "url"
authority = "who"
decision = "act"
date = "day"
removal = "until"
"""
FIELDS = {
    "domain": ["a.example.com", "b.example.com", "Ж.рф", "A.example.com", " c.example.com", "",
               "d.example.com|e.example.com", "-", "xn--b.example.com", "nonsense", "faß.example",
               '"f.example.com"', '"g""h"', "10.0.0.1", "*.i.example.com", "*.Ж.рф"],
    "url": ["", "", "", "http://x.example/y", "-"],
    "who": ["court", "Court", "court ", '"court"', "", "Другой суд"],
    "act": ["1/26", "2/26", "", "-", "1/26"],
    "day": ["2026-01-02", "2026-01-02 ", "soon", ""],
    "until": ["", "", "", "", " ", "2020-01-01", "2999-01-01", "-"],
}  # fmt: skip


def register(random_: random.Random) -> str:
    titles = list(FIELDS)
    if random_.random() < 0.5:
        random_.shuffle(titles)
    lines = [",".join(titles)]
    for _ in range(random_.randint(1, 40)):
        line = ",".join(random_.choice(FIELDS[title]) for title in titles)
        line = random_.choice([line] * 12 + ["", " , ", line + ",", line[:-4], '"two\nlines",x'])
        lines.append(line)
    return random_.choice(["\n", "\r\n", "\r"]).join(lines)


def read(text: str, **options: Any) -> list[Order] | str:
    try:
        return load_orders(text.encode(), name="register", **options)
    except OrderError as error:
        return str(error)


@pytest.mark.parametrize("how", ["mapping", "csv"])
def test_orders_are_those_of_reading_row_by_row(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = tmp_path / "own.toml"
    mapping.write_text(REGISTER, "utf-8")
    options = {"mapping": mapping} if how == "mapping" else {"format": "csv", "column": "domain"}
    random_ = random.Random(9)
    texts = [register(random_) for _ in range(150)]
    bulk = [read(text, **options) for text in texts]
    for module in (csvrows, table):
        monkeypatch.setattr(module, "is_bulk", lambda *_: False)
    singly = [read(text, **options) for text in texts]
    for text, one, other in zip(texts, bulk, singly, strict=True):
        assert one == other, text
        if isinstance(one, list) and isinstance(other, list):
            assert [order.rejected for order in one] == [order.rejected for order in other]
    assert sum(isinstance(orders, list) for orders in bulk) > 50


def test_rows_of_a_blank_that_is_a_name_go_one_by_one(tmp_path: Path) -> None:
    mapping = tmp_path / "own.toml"
    mapping.write_text(REGISTER.replace('["-"]', '["none.example"]'), "utf-8")
    text = "domain,who,act,day,until\nNone.example,x,1,,\na.example.com,x,1,,\n"
    (order,) = load_orders(text.encode(), mapping=mapping)
    assert [target.value for target in order.targets] == ["a.example.com"]
    assert [refused.code for refused in order.rejected] == ["empty"]


def test_parts_of_a_name_are_parted(tmp_path: Path) -> None:
    mapping = tmp_path / "own.toml"
    mapping.write_text(REGISTER.replace('"|"', '"-"'), "utf-8")
    text = "domain,who,act,day,until\na.example.com-b.example.com,x,1,,\n"
    (order,) = load_orders(text.encode(), mapping=mapping)
    assert [target.value for target in order.targets] == ["a.example.com", "b.example.com"]
