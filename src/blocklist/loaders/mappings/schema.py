"""SCHEMA: the keys of a mapping file, each checked as it is read.

Every key is read here and nowhere else; an unknown one is an error, so that a mistyped ``removal``
cannot keep withdrawn names blocked.
"""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Callable
from typing import Any

from ...errors import OrderSyntaxError
from ...model.authorities import KNOWN_AUTHORITIES, Authority
from ...model.countries import country, time_zone
from ...model.languages import language
from ...model.targets import NAME_KINDS, TargetKind
from ...model.typedtoml import TypedTable, read_toml
from .dates import check_format
from .mapping import FIELDS, GROUPS, ORDER_ANSWERS, ORDER_TEXTS, SHAPES, TableMapping
from .templates import Template

_KINDS = ("text", "xml", "html", "pdf", "docx", "odt", "rtf")
_KEYS = (
    "name", "title", "authority", "jurisdiction", "timezone", "encoding", "shape", "kinds", "scope",
    "technique", "series", "confidential", "url_beats_name", "dates", "separator", "blank",
    "order_per", "authorities", "edition", "fields", *SHAPES, *ORDER_TEXTS, *ORDER_ANSWERS,
)  # fmt: skip
_MAX_OCTETS = 1 << 20


def read_mapping(octets: bytes, path: str) -> TableMapping:
    """Return the mapping that a TOML file holds.

    Raises:
        OrderSyntaxError: not TOML, or a key is unknown, missing or ill-formed.
    """

    def fail(message: str, line: int | None) -> OrderSyntaxError:
        return OrderSyntaxError(message, path=path, line=line)

    if len(octets) > _MAX_OCTETS:
        raise fail("a mapping of over 1 MiB; is it the list?", None)
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fail(f"not TOML: {error}", None) from error
    return _read(read_toml(text.replace("\r\n", "\n"), fail, keys=_KEYS))


def _read(table: TypedTable) -> TableMapping:
    shape = table.choice("shape", SHAPES)
    for other in SHAPES:
        if other != shape and other in table:
            raise table.error(other, f"is for shape = {other!r}; the shape is {shape!r}")
    name = table.text("name")
    if not re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", name):
        raise table.error("name", f"must be lower-case words joined with hyphens, not {name!r}")
    dates = table.texts("dates", ()) or ("iso",)
    for form in dates:
        table.check("dates", check_format, form)
    values = _SHAPE_READERS[shape](table)
    values["fields"] = values.get("fields") or _fields(table, shape)
    return TableMapping(
        name=name,
        shape=shape,
        title=table.text("title", name),
        series=table.text("series", name),
        authority=_authority(table),
        authorities=_authorities(table),
        jurisdiction=table.parsed("jurisdiction", country, ""),
        timezone=table.parsed("timezone", _zone, ""),
        encoding=table.parsed("encoding", _codec, None),
        scope=TargetKind(table.choice("scope", NAME_KINDS)) if "scope" in table else None,
        kinds=_kinds(table, shape),
        order_texts={"instrument": "list-issue"} | _order_texts(table),
        order_answers={name: table.flag(name) for name in ORDER_ANSWERS if name in table},
        separator=table.text("separator", ""),
        technique=table.texts("technique", ()),
        blank=frozenset(text.casefold() for text in table.texts("blank", ())),
        confidential=table.flag("confidential", False),
        url_beats_name=table.flag("url_beats_name", False),
        dates=dates,
        order_per=_order_per(table, values["fields"]),
        **_edition(table, shape),
        **values,
    )


def _csv(root: TypedTable) -> dict[str, Any]:
    table = root.table("csv", ("delimiter", "quoted", "count", "header", "optional"))
    delimiter = table.text("delimiter", ",")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise table.error("delimiter", "must be one character, such as ';' or a tab ('\\t')")
    return {
        "delimiter": delimiter,
        "quoted": table.flag("quoted", True),
        "count": table.whole("count", low=1, high=1000) if "count" in table else None,
        "header": table.texts("header", ()),
        "optional": frozenset(table.texts("optional", ())),
    }


def _json(root: TypedTable) -> dict[str, Any]:
    return {"list_key": root.table("json", ("list",)).text("list", "")}


def _xml(root: TypedTable) -> dict[str, Any]:
    table = root.table("xml", ("namespace", "root", "entry"))
    return {
        "namespace": table.text("namespace", ""),
        "root": table.text("root"),
        "entry": table.text("entry"),
    }


def _lines(root: TypedTable) -> dict[str, Any]:
    table = root.table("lines", ("templates", "contains"))
    templates = tuple(
        table.check("templates", Template.parse, text) for text in table.texts("templates", ())
    )
    if not templates or not all("name" in template.places for template in templates):
        raise table.error("templates", "must be lines such as '{number} {name} {date}'")
    places = {place for template in templates for place in template.places} - {"rest"}
    if not places <= set(FIELDS):
        raise table.error("templates", f"can have the places {', '.join(FIELDS)}, {{rest}}")
    return {
        "templates": templates,
        "contains": table.texts("contains", ()),
        "fields": {place: (place,) for place in places},
    }


_SHAPE_READERS: dict[str, Callable[[TypedTable], dict[str, Any]]] = {
    "csv": _csv,
    "json": _json,
    "xml": _xml,
    "lines": _lines,
}


def _fields(root: TypedTable, shape: str) -> dict[str, tuple[str | int, ...]]:
    table = root.table("fields", FIELDS)
    if not {"name", "url", "ip"}.intersection(table):
        raise root.error("fields", 'must say where the name stands: name = "domain"')
    fields: dict[str, tuple[str | int, ...]] = {}
    for name in table:
        value = table.value(name)
        places = value if isinstance(value, list) else [value]
        numbers = all(type(place) is int and place > 0 for place in places)
        texts = all(isinstance(place, str) and place.strip() for place in places)
        if not places or not (texts or (numbers and shape == "csv")):
            raise table.error(
                name, "must be a text or a list of texts (or, for csv, a number from 1)"
            )
        fields[name] = tuple(places)
    if len({type(place) for places in fields.values() for place in places}) > 1:
        raise root.error("fields", "must be all numbers, or all texts")
    return fields


def _order_texts(table: TypedTable) -> dict[str, str]:
    texts = {name: table.text(name, "") for name in ORDER_TEXTS if name in table}
    if texts.get("language"):
        table.check("language", language, texts["language"])
    return texts


def _order_per(table: TypedTable, fields: dict[str, tuple[str | int, ...]]) -> tuple[str, ...]:
    groups = table.texts("order_per", ())
    for group in groups:
        if group not in GROUPS or group not in fields:
            raise table.error("order_per", f"must hold mapped fields, of {', '.join(GROUPS)}")
    return groups


def _edition(root: TypedTable, shape: str) -> dict[str, Any]:
    table = root.table("edition", ("line", "key"))
    wanted = "key" if shape == "json" else "line"
    if "edition" in root and set(table) != {wanted}:
        raise root.error("edition", "must have key (json), or line = 'Updated: {rest}'")
    line = table.parsed("line", Template.parse, None)
    if line is not None and (
        line.places not in (["rest"], ["date"]) or len(line.words) < 2 or shape == "xml"
    ):
        raise table.error("line", "must be such as 'Updated: {rest}' or 'As of {date}'")
    return {"edition_line": line, "edition_key": table.text("key", "")}


def _authority(root: TypedTable) -> Authority | None:
    value = root.value("authority", None)
    if value is None:
        return None
    if isinstance(value, str) and value.strip():
        return Authority.named(value)
    if isinstance(value, dict) and set(value) == {"key", "name"}:
        key, name = value["key"], value["name"]
        if isinstance(key, str) and isinstance(name, str) and key and name:
            return Authority(key, KNOWN_AUTHORITIES.get(key, name))
    raise root.error("authority", 'must be a name, or { key = "mf-pl", name = "…" }')


def _authorities(root: TypedTable) -> dict[str, str]:
    table = root.table("authorities")
    return {" ".join(name.split()).casefold(): table.text(name) for name in table}


def _kinds(table: TypedTable, shape: str) -> frozenset[str]:
    kinds = table.texts("kinds", ()) or ("xml" if shape == "xml" else "text",)
    if not set(kinds) <= set(_KINDS):
        raise table.error("kinds", f"can hold {', '.join(_KINDS)}")
    return frozenset(kinds)


def _zone(text: str) -> str:
    time_zone(text)
    return text


def _codec(text: str) -> str:
    try:
        with contextlib.suppress(UnicodeDecodeError):  # half a character is no matter here
            b"x".decode(text)
        return codecs.lookup(text).name
    except LookupError as error:
        raise ValueError(f"names no encoding: {text!r}; write one such as windows-1250") from error
