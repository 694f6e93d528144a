from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.model.tomllines import lines_of
from blocklist.model.typedtoml import TypedTable, read_toml

pytestmark = pytest.mark.no_core

TEXT = '''# first
name = "x"
note = """
name = "not here"
"""
share = "20%"
wait = "15 min"
at = 2026-11-30T10:00:00Z
list = ["a", "b"]
"quoted key" = 1
deep.inner.key = true
[one]
low = 1.5
inline = { a = 1, b = { c = 2 } }
[[view]]
net = "10.0.0.0/8"
[view.policy]
ttl = 5
[[view]]  # second
net = 7
[[view.rule]]
n = 1
[[view.rule]]
n = 2
'''


class WrongError(Exception):
    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.line = line


def read(text: str = TEXT, **more: Any) -> TypedTable:
    return read_toml(text, WrongError, **more)


def test_lines() -> None:
    lines = lines_of(TEXT)
    assert lines["name",] == 2
    assert lines["share",] == 6
    assert lines["quoted key",] == 10
    assert lines["deep", "inner", "key"] == lines["deep",] == 11
    assert lines["one", "low"] == 13
    assert lines["view", 0, "net"] == 16
    assert lines["view", 0, "policy", "ttl"] == 18
    assert lines["view", 1] == 19
    assert lines["view", 1, "rule", 1, "n"] == 24


def test_values() -> None:
    root = read()
    assert root.text("name") == "x"
    assert root.text("nothing", "y") == "y"
    assert root.texts("list") == ("a", "b")
    assert root.texts("name") == ("x",)
    assert root.percent("share") == 0.2
    assert root.duration("wait") == timedelta(minutes=15)
    assert root.duration("quoted key") == timedelta(seconds=1)
    assert root.moment("at") == datetime(2026, 11, 30, 10, tzinfo=UTC)
    assert root.moment("nothing", None) is None
    assert root.parsed("name", str.upper) == "X"
    assert root.parsed("nothing", str.upper, None) is None
    assert root.choice("name", ("w", "x")) == "x"
    assert root.table("one").number("low") == 1.5
    assert root.table("nothing").whole("n", 3) == 3
    assert root.table("deep").table("inner").flag("key")
    views = root.tables("view")
    assert [list(view) for view in views] == [["net", "policy"], ["net", "rule"]]
    assert len(root.tables("one")) == 1
    assert root.tables("nothing") == []
    assert TypedTable({"day": "2026-11-30"}, WrongError).moment("day") == date(2026, 11, 30)


WRONG: list[tuple[Callable[[TypedTable], object], str, int | None]] = [
    (lambda t: t.text("missing"), "missing is missing", None),
    (lambda t: t.text("list"), "list must be text, not ['a', 'b']", 9),
    (lambda t: t.texts("quoted key"), "quoted key must be a list of texts, not 1", 10),
    (lambda t: t.flag("name"), "name must be true or false, not 'x'", 2),
    (lambda t: t.whole("name"), "name must be a whole number of 0 or more, not 'x'", 2),
    (
        lambda t: t.table("one").whole("low", low=1, high=2_000),
        "one.low must be a whole number from 1 to 2,000, not 1.5",
        13,
    ),
    (
        lambda t: t.table("one").number("low", high=0.5),
        "one.low must be a number from 0 to 0.5, not 1.5",
        13,
    ),
    (
        lambda t: t.percent("quoted key") and t.table("one").percent("low"),
        'one.low must be a share from 0 to 1, such as 0.2 or "20%", not 1.5',
        13,
    ),
    (lambda t: t.choice("name", ("a", "b", "c")), "name must be a, b or c, not 'x'", 2),
    (
        lambda t: t.duration("share"),
        'share must be a duration such as "90 s", "15 min", "6 h" or "2 days", not \'20%\'',
        6,
    ),
    (lambda t: t.moment("name"), "name must be a date such as 2022-07-11, not 'x'", 2),
    (lambda t: t.table("name"), "name must be a table, not 'x'", 2),
    (lambda t: t.table("name", ("a", "b")), "name must be a table with a, b, not 'x'", 2),
    (lambda t: t.tables("name"), "name must be tables: [[name]], not 'x'", 2),
    (lambda t: t.tables("view")[1].text("net"), "view[2].net must be text, not 7", 20),
    (
        lambda t: t.tables("view")[0].table("policy").flag("ttl"),
        "view[1].policy.ttl must be true or false, not 5",
        18,
    ),
    (
        lambda t: t.table("one").table("inline").table("b").flag("c"),
        "one.inline.b.c must be true or false, not 2",
        14,
    ),
    (
        lambda t: t.table("one", ("low", "inlines")),
        "one.inline is unknown; did you mean inlines?",
        14,
    ),
    (lambda t: t.table("one", ("low", "zz")), "one.inline is unknown; choose from: low, zz", 14),
    (
        lambda t: t.parsed("name", int),
        "name: invalid literal for int() with base 10: 'x'",
        2,
    ),
]


@pytest.mark.parametrize(("ask", "message", "line"), WRONG, ids=[said for _, said, _ in WRONG])
def test_what_is_wrong(ask: Callable[[TypedTable], object], message: str, line: int | None) -> None:
    with pytest.raises(WrongError) as caught:
        ask(read())
    assert (str(caught.value), caught.value.line) == (message, line)


def test_a_time_needs_its_offset() -> None:
    with pytest.raises(WrongError, match=r"^at = 2026-11-30 10:00:00 has no offset from UTC"):
        read("at = 2026-11-30T10:00:00").moment("at")


@pytest.mark.parametrize("value", ["true", '"yes"', "nan", "-1", "inf", "[]"])
@pytest.mark.parametrize("kind", ["whole", "number", "percent", "duration"])
def test_what_is_no_number(kind: str, value: str) -> None:
    with pytest.raises(WrongError, match=r"^n must be "):
        getattr(read(f"n = {value}"), kind)("n")


def test_values_from_elsewhere_have_no_line() -> None:
    root = read().overlaid({"name": 7, "more": True}, None)
    assert root.flag("more")
    with pytest.raises(WrongError, match="name must be text, not 7") as caught:
        root.text("name")
    assert caught.value.line is None
    with pytest.raises(WrongError) as caught:
        root.flag("share")
    assert caught.value.line == 6
    with pytest.raises(WrongError, match=r"^more is unknown; choose from: name$"):
        read('name = "x"').overlaid({"more": 1}, ("name",))


def test_values_added_to_a_table_leave_the_lines_of_its_own() -> None:
    inner = 'name = "x"\n[more]\na = 1\nb = 2\n'
    more = read(inner).overlaid({"more": {"b": 3, "c": 4}}, None, added="more").table("more")
    assert dict(more.data) == {"a": 1, "b": 3, "c": 4}
    for key, line in (("a", 3), ("b", None), ("c", None)):
        with pytest.raises(WrongError, match=rf"more.{key} must be text") as caught:
            more.text(key)
        assert caught.value.line == line
    assert dict(read(inner).overlaid({}, None, added="more").table("more").data) == {"a": 1, "b": 2}
    with pytest.raises(WrongError, match="name must be a table"):
        read(inner).overlaid({"name": {"b": 3}}, None, added="name")


DOTS = "." * 200


@pytest.mark.parametrize(
    "text",
    [
        f'a = """\n{DOTS}\n"""', f"a = '''\n{DOTS}\n'''", f'a = "{DOTS}"', f"a = '{DOTS}'",
        f"a = 1 # {DOTS}", f'a = """x\\"""\n{DOTS}""""" # {DOTS}', f'a = "\\"{DOTS}\\\\"',
        f"a = '''\n\\\n{DOTS}'''\nb = '# '\n# ' {DOTS}", f'a = """\n# "" \'\n{DOTS}\n"""',
    ],
)  # fmt: skip
def test_points_in_a_text_are_no_parts_of_a_key(text: str) -> None:
    assert dict(read(text).data) == tomllib.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        f'a = """\n{DOTS}\n"""\n{"a." * 200}b = 1', f"b = '#'\n\n\n{'a.' * 200}b = 1",
        f'b = "\\"#"\n\n\n{"a." * 200}b = 1', f"# \"\"\"\n\n\n{'a.' * 200}b = 1",
    ],
)  # fmt: skip
def test_a_key_of_too_many_parts_after_texts(text: str) -> None:
    with pytest.raises(WrongError, match="a key of too many parts") as caught:
        read(text)
    assert caught.value.line == 4


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = ", 1), ("a = 1\na = 2", 2), ("a = 'x", 1), (f"{'a.' * 200}a = 1", 1), ("[" * 5_000, 1)],
)
def test_what_is_not_toml(text: str, line: int) -> None:
    with pytest.raises(WrongError, match=r"^not TOML: ") as caught:
        read(text)
    assert "(at line" not in str(caught.value)
    assert caught.value.line in (line, None)


def test_keys_from_outside_are_shown_in_one_line() -> None:
    with pytest.raises(WrongError) as caught:
        read('"a\\nb" = 1\n', keys=("c",))
    assert str(caught.value) == "'a\\nb' is unknown; choose from: c"
    with pytest.raises(WrongError) as caught:
        read(f"{'x' * 100_000} = 1\n", keys=("c",))
    assert len(str(caught.value)) < 120


@given(st.text("ab.=[]\"'# \n\\1", max_size=60))
def test_lines_are_total(text: str) -> None:
    for line in lines_of(text).values():
        assert 1 <= line <= text.count("\n") + 1
