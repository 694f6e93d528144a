from __future__ import annotations

import re
from datetime import date, datetime
from importlib import resources
from typing import Any

import pytest
from processortime import within

from blocklist import OrderSyntaxError
from blocklist.loaders.mappings import read_mapping, shipped_mappings
from blocklist.loaders.mappings.dates import Days, check_format
from blocklist.loaders.mappings.rows import plain_words
from blocklist.loaders.mappings.templates import Template

pytestmark = pytest.mark.no_core

CSV = 'name = "x"\nshape = "csv"\n'
FIELDS = '[fields]\nname = "domain"\n'
JSON = 'name = "x"\nshape = "json"\n'
LINES = 'name = "x"\nshape = "lines"\n'
XML = 'name = "x"\nshape = "xml"\n'


def read(text: str) -> Any:
    return read_mapping(text.encode(), "mine.toml")


def test_smallest() -> None:
    mapping = read(CSV + FIELDS)
    assert (mapping.name, mapping.title, mapping.series) == ("x", "x", "x")
    assert mapping.fields == {"name": ("domain",)}
    assert mapping.kinds == {"text"}
    assert read(XML + '[xml]\nroot = "r"\nentry = "e"\n' + FIELDS).kinds == {"xml"}


@pytest.mark.parametrize(
    ("text", "key", "says", "line"),
    [
        (CSV + FIELDS + "removel = 'x'\n", "fields.removel", "did you mean removal?", 5),
        ("shap = 'csv'\n", "shap", "did you mean shape?", 1),
        ("name = 'x'\n" + FIELDS, "shape", "is missing", None),
        ('name = "x"\nshape = "pdf"\n', "shape", "csv, json, xml or lines", 2),
        ('shape = "csv"\n' + FIELDS, "name", "is missing", None),
        ('name = "A B"\nshape = "csv"\n' + FIELDS, "name", "lower-case words", 1),
        (CSV + "name2 = 1\n" + FIELDS, "name2", "did you mean name?", 3),
        (CSV, "fields", "where the name stands", None),
        (CSV + "[fields]\ndate = 'd'\n", "fields", "where the name stands", 3),
        (CSV + "[fields]\nname = 0\n", "fields.name", "a number from 1", 4),
        (CSV + "[fields]\nname = []\n", "fields.name", "a text", 4),
        (CSV + "[fields]\nname = 1\ndate = 'd'\n", "fields", "all numbers, or all texts", 3),
        (JSON + "[fields]\nname = 1\n", "fields.name", "a text", 4),
        (CSV + "[json]\nlist = 'x'\n" + FIELDS, "json", "the shape is 'csv'", 3),
        (CSV + "[csv]\ndelimiter = ';;'\n" + FIELDS, "csv.delimiter", "one character", 4),
        (CSV + "[csv]\ncount = 0\n" + FIELDS, "csv.count", "a whole number from 1 to 1,000", 4),
        (CSV + "[csv]\nquoted = 'no'\n" + FIELDS, "csv.quoted", "true or false", 4),
        (CSV + "confidential = 1\n" + FIELDS, "confidential", "true or false", 3),
        (CSV + "encoding = 'klingon'\n" + FIELDS, "encoding", "windows-1250", 3),
        (CSV + "encoding = 'base64'\n" + FIELDS, "encoding", "names no encoding", 3),
        (CSV + "jurisdiction = 'ITA'\n" + FIELDS, "jurisdiction", "alpha-2", 3),
        (CSV + "timezone = 'Mars/Base'\n" + FIELDS, "timezone", "no time zone", 3),
        (CSV + "timezone = '../../etc/passwd'\n" + FIELDS, "timezone", "no time zone", 3),
        (CSV + "scope = 'pattern'\n" + FIELDS, "scope", "subtree, exact or below", 3),
        (CSV + "kinds = ['exe']\n" + FIELDS, "kinds", "text, xml", 3),
        (CSV + "dates = ['%B %d %Y']\n" + FIELDS, "dates", "no date format", 3),
        (CSV + "dates = ['%d.%m']\n" + FIELDS, "dates", "no date format", 3),
        (CSV + "dates = 5\n" + FIELDS, "dates", "a list of texts", 3),
        (CSV + "title = 5\n" + FIELDS, "title", "must be text", 3),
        (CSV + "authority = 5\n" + FIELDS, "authority", "must be a name, or", 3),
        (CSV + "authority = { key = 'x' }\n" + FIELDS, "authority", "must be a name, or", 3),
        (CSV + "authorities = { x = 1 }\n" + FIELDS, "authorities.x", "must be text", 3),
        (CSV + "order_per = ['date']\n" + FIELDS, "order_per", "must hold mapped fields", 3),
        (CSV + "order_per = ['ip']\n[fields]\nip = 'x'\n", "order_per", "authority, decision", 3),
        (CSV + "fields = 5\n", "fields", "must be a table", 3),
        (CSV + "[edition]\nkey = 'x'\n" + FIELDS, "edition", "must have key", 3),
        (
            JSON + "[edition]\nline = 'As of {date}'\n" + FIELDS,
            "edition",
            "must have key",
            3,
        ),
        (CSV + "[edition]\nline = '{rest}'\n" + FIELDS, "edition.line", "such as", 4),
        (CSV + "[edition]\nline = 'As of {name}'\n" + FIELDS, "edition.line", "such as", 4),
        (XML + "[xml]\nroot = 'r'\n" + FIELDS, "xml.entry", "is missing", 3),
        (LINES, "lines.templates", "must be lines", None),
        (
            LINES + "[lines]\ntemplates = ['{date}']\n",
            "lines.templates",
            "must be lines",
            4,
        ),
        (
            LINES + "[lines]\ntemplates = ['{name} {no}']\n",
            "lines.templates",
            "can have",
            4,
        ),
        (LINES + "[lines]\ntemplates = ['{name}{date}']\n", "lines.templates", "one place", 4),
        (LINES + "[lines]\ntemplates = ['{name} {name}']\n", "lines.templates", "once", 4),
        (LINES + "[lines]\ntemplates = ['{rest} {name}']\n", "lines.templates", "end", 4),
    ],
)
def test_errors_name_the_key(text: str, key: str, says: str, line: int | None) -> None:
    with pytest.raises(OrderSyntaxError) as caught:
        read(text)
    message = str(caught.value)
    assert message.startswith("mine.toml")
    assert re.search(rf"(?:: |toml: |^){re.escape(key)}[: ]", message)
    assert says in message
    assert caught.value.line == line


@pytest.mark.parametrize(
    "octets",
    [b"\xff\xfe", b"= 1", b"[" * 5_000, b"a" + b".a" * 50_000 + b" = 1", b"x = " + b"[" * 20_000,
     b"x" * (1 << 20) + b"xx", b"name = 'x'\nname = 'y'\n", b""],
)  # fmt: skip
def test_what_is_no_mapping(octets: bytes) -> None:
    with within(5):
        with pytest.raises(OrderSyntaxError) as caught:
            read_mapping(octets, "mine.toml")
        assert caught.value.path == "mine.toml"
        assert len(str(caught.value)) < 600


def test_every_shipped_mapping_is_package_data() -> None:
    folder = resources.files("blocklist.loaders.mappings").joinpath("data")
    names = {file.name.removesuffix(".toml") for file in folder.iterdir()}
    assert names == {loader.name for loader in shipped_mappings()}
    for loader in shipped_mappings():
        assert loader.title.isprintable()
        assert loader.mapping.series.startswith(loader.name.removesuffix("-json"))


@pytest.mark.parametrize(
    ("template", "line", "expected"),
    [
        ("{name}", "a.example", {"name": "a.example"}),
        ("{name}", "a.example b.example", None),
        ("{name}", "", None),
        ("{number} {name}", " 1146 \t m.a.example ", {"number": "1146", "name": "m.a.example"}),
        ("{number} {name}", "1146. a.example", {"number": "1146.", "name": "a.example"}),
        ("{number} {name}", "x1 a.example", None),
        ("{number} {name}", "1234567890 a.example", None),
        ("{name} {date}", "a.example 03.09.2019", {"name": "a.example", "date": "03.09.2019"}),
        ("{name} {date}", "a.example 31.02.2019", None),
        ("{name} until {date}", "a.example until 03.09.2019", {"name": "a.example",
                                                               "date": "03.09.2019"}),
        ("{name} until {date}", "a.example from 03.09.2019", None),
        ("Updated: {rest}", "Updated: 2014-04-22 11:05", {"rest": "2014-04-22 11:05"}),
        ("Updated: {rest}", "Updated:", {"rest": ""}),
        ("Updated: {rest}", "updated: x", None),
        ("{name} {date} {rest}", "a.example", None),
    ],
)  # fmt: skip
def test_template(template: str, line: str, expected: dict[str, str] | None) -> None:
    days = Days(("%d.%m.%Y",))
    found = Template.parse(template).match(line, lambda text: days.day(text) is not None)
    assert found == expected


def test_template_reads_a_hostile_line_once() -> None:
    template = Template.parse("{number} {name} {date} {rest}")
    line = "1 " * 1_000_000
    with within(2):
        assert template.match(line, str.isalpha) is None


@pytest.mark.parametrize(
    ("formats", "text", "expected"),
    [
        (("%d.%m.%Y",), "1.2.2018", date(2018, 2, 1)),
        (("%d.%m.%Y",), " 01.02.2018 ", date(2018, 2, 1)),
        (("%d.%m.%Y",), "2018-02-01", None),
        (("iso", "%d.%m.%Y"), "2018-02-01", date(2018, 2, 1)),
        (("iso", "%d.%m.%Y"), "01.02.2018", date(2018, 2, 1)),
        (("iso",), "2026-10-02T11:32:03", date(2026, 10, 2)),
        (("iso",), "31.02.2018", None),
        (("iso",), "", None),
        (("iso",), "9" * 100_000, None),
        (("%Y-%m-%d %H:%M:%S %z",), "2014-04-22 11:05:00 +0000", date(2014, 4, 22)),
    ],
)
def test_day(formats: tuple[str, ...], text: str, expected: date | None) -> None:
    days = Days(formats)
    assert days.day(text) == days.day(text) == expected


def test_offset_is_kept() -> None:
    moment = Days(("%Y-%m-%d %H:%M:%S %z",)).moment("2014-04-22 11:05:00 +0400")
    assert moment == datetime.fromisoformat("2014-04-22T11:05:00+04:00")


@pytest.mark.parametrize("text", ["%d.%m.%Y", "%Y%m%d", "iso", "%y/%m/%d %H:%M", "%d.%m.%Y%%"])
def test_format_that_reads_the_same_everywhere(text: str) -> None:
    if "%%" in text:
        with pytest.raises(ValueError):
            check_format(text)
    else:
        assert check_format(text) == text


@pytest.mark.parametrize("text", ["", "%d", "%x", "%d %b %Y", "%", "%Y-%m-%d%"])
def test_format_that_does_not(text: str) -> None:
    with pytest.raises(ValueError):
        check_format(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Výmaz zveřejněných údajů IS", "vymaz zverejnenych udaju is"),
        ("DATUM_VYMAZU", "datum vymazu"),
        (" \ufeffURL ", "url"),
        ("Endereço (URL)", "endereco url"),
        ("Łódź", "łodz"),
        ("STRASSE", "strasse"),
        ("", ""),
    ],
)
def test_plain_words(text: str, expected: str) -> None:
    assert plain_words(text) == expected


def test_what_must_be_there_is_not_blank() -> None:
    with pytest.raises(OrderSyntaxError, match=r"^mine\.toml:4: xml\.root is empty$"):
        read(XML + "[xml]\nroot = ' '\nentry = 'e'\n" + FIELDS)
