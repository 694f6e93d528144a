"""SCHEMA: the keys of a mapping file, each checked as it is read.

Every key is read here and nowhere else; an unknown one is an error, so that a mistyped ``removal``
cannot keep withdrawn names blocked.
"""

from __future__ import annotations

import codecs
import contextlib
import difflib
import re
import tomllib
from collections.abc import Callable
from typing import Any

from ...errors import OrderSyntaxError
from ...model.orders import KNOWN_AUTHORITIES, Authority, country, time_zone
from ...model.targets import NAME_KINDS, TargetKind
from .dates import check_format
from .mapping import FIELDS, GROUPS, SHAPES, TableMapping
from .templates import Template

_KINDS = ("text", "xml", "html", "pdf", "docx", "odt", "rtf")
_KEYS = (
    "name", "title", "authority", "jurisdiction", "timezone", "encoding", "shape", "kinds", "scope",
    "instrument", "technique", "legal_basis", "note", "series", "confidential", "url_beats_name",
    "dates", "separator", "blank", "order_per", "authorities", "edition", "fields", *SHAPES,
)  # fmt: skip
_MAX_OCTETS = 1 << 20


def read_mapping(octets: bytes, path: str) -> TableMapping:
    """Return the mapping that a TOML file holds.

    Raises:
        OrderSyntaxError: not TOML, or a key is unknown, missing or ill-formed.
    """
    return _MappingReader(octets, path).read()


class _MappingReader:
    """One file, and how to say where in it something is wrong."""

    def __init__(self, octets: bytes, path: str) -> None:
        self._path = path
        if len(octets) > _MAX_OCTETS:
            raise OrderSyntaxError("a mapping of over 1 MiB; is it the list?", path=path)
        try:
            self._text = octets.decode("utf-8-sig")
            # A key of many parts takes hours to read, and no mapping has one.
            if re.search(r"(?m)^[^\"'#=]*(?:\.[^\"'#=.\n]*){64}=", self._text):
                raise ValueError("a key of too many parts")
            self._data: dict[str, Any] = tomllib.loads(self._text.replace("\r\n", "\n"))
        except (ValueError, RecursionError) as error:
            raise OrderSyntaxError(f"the mapping is not TOML: {error}", path=path) from error

    def read(self) -> TableMapping:
        self._known("", self._data, _KEYS)
        shape = self._text_of("shape", required=True)
        if shape not in SHAPES:
            raise self._error("shape", f"is one of {', '.join(SHAPES)}, not {shape!r}")
        for other in SHAPES:
            if other != shape and other in self._data:
                raise self._error(other, f"is for shape = {other!r}; the shape is {shape!r}")
        values: dict[str, Any] = {
            name: self._text_of(name, default)
            for name, default in (
                ("legal_basis", ""), ("note", ""), ("instrument", "list-issue"), ("separator", ""),
            )
        }  # fmt: skip
        name = self._text_of("name", required=True)
        if not re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", name):
            raise self._error("name", f"is lower-case words joined with hyphens, not {name!r}")
        values |= {"name": name, "shape": shape, "series": self._text_of("series", name)}
        values["title"] = self._text_of("title", name)
        values["authority"] = self._authority()
        values["authorities"] = self._authorities()
        values["jurisdiction"] = self._checked("jurisdiction", country, "")
        values["timezone"] = self._checked("timezone", _zone, "")
        values["encoding"] = self._checked("encoding", _codec, None)
        values["scope"] = self._checked("scope", _scope, None)
        values["kinds"] = self._kinds(shape)
        values["technique"] = self._texts("technique")
        values["blank"] = frozenset(text.casefold() for text in self._texts("blank"))
        for flag in ("confidential", "url_beats_name"):
            values[flag] = self._flag(self._data, flag)
        values["dates"] = self._texts("dates") or ("iso",)
        for form in values["dates"]:
            self._check("dates", check_format, form)
        values |= self._edition(shape)
        values |= getattr(self, f"_{shape}")(self._table(shape))
        values["fields"] = values.get("fields") or self._fields(shape)
        values["order_per"] = self._order_per(values["fields"])
        return TableMapping(**values)

    def _csv(self, table: dict[str, Any]) -> dict[str, Any]:
        self._known("csv", table, ("delimiter", "quoted", "count", "header", "optional"))
        delimiter = table.get("delimiter", ",")
        if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n':
            raise self._error("csv.delimiter", "is one character, such as ';' or a tab ('\\t')")
        count = table.get("count")
        if count is not None and (not isinstance(count, int) or not 1 <= count <= 1000):
            raise self._error("csv.count", "is how many fields a row has")
        optional = frozenset(self._texts("optional", table))
        return {
            "delimiter": delimiter,
            "quoted": self._flag(table, "quoted", default=True),
            "count": count,
            "header": self._texts("header", table),
            "optional": optional,
        }

    def _json(self, table: dict[str, Any]) -> dict[str, Any]:
        self._known("json", table, ("list",))
        return {"list_key": self._text_of("list", "", table)}

    def _xml(self, table: dict[str, Any]) -> dict[str, Any]:
        self._known("xml", table, ("namespace", "root", "entry"))
        return {
            "namespace": self._text_of("namespace", "", table),
            "root": self._text_of("root", "", table, required=True),
            "entry": self._text_of("entry", "", table, required=True),
        }

    def _lines(self, table: dict[str, Any]) -> dict[str, Any]:
        self._known("lines", table, ("templates", "contains"))
        templates = tuple(
            self._check("lines.templates", Template.parse, text)
            for text in self._texts("templates", table)
        )
        if not templates or not all("name" in template.places for template in templates):
            raise self._error("lines.templates", "are lines such as '{number} {name} {date}'")
        places = {place for template in templates for place in template.places} - {"rest"}
        for place in places:
            if place not in FIELDS:
                raise self._error("lines.templates", f"have places {', '.join(FIELDS)}, {{rest}}")
        contains = self._texts("contains", table)
        return {
            "templates": templates,
            "contains": contains,
            "fields": {place: (place,) for place in places},
        }

    def _fields(self, shape: str) -> dict[str, tuple[str | int, ...]]:
        table = self._table("fields")
        self._known("fields", table, FIELDS)
        if not table.keys() & {"name", "url", "ip"}:
            raise self._error("fields", 'say where the name stands: name = "domain"')
        fields: dict[str, tuple[str | int, ...]] = {}
        for name, value in table.items():
            places = value if isinstance(value, list) else [value]
            numbers = all(isinstance(p, int) and not isinstance(p, bool) and p > 0 for p in places)
            texts = all(isinstance(p, str) and p.strip() for p in places)
            if not places or not (texts or (numbers and shape == "csv")):
                raise self._error(
                    f"fields.{name}", "is a text or a list of texts (of csv: or a number from 1)"
                )
            fields[name] = tuple(places)
        if len({type(place) for places in fields.values() for place in places}) > 1:
            raise self._error("fields", "are all numbers, or all texts")
        return fields

    def _order_per(self, fields: dict[str, tuple[str | int, ...]]) -> tuple[str, ...]:
        groups = self._texts("order_per")
        for group in groups:
            if group not in GROUPS or group not in fields:
                raise self._error("order_per", f"holds fields that are mapped: {', '.join(GROUPS)}")
        return groups

    def _edition(self, shape: str) -> dict[str, Any]:
        table = self._table("edition")
        self._known("edition", table, ("line", "key"))
        wanted = "key" if shape == "json" else "line"
        if "edition" in self._data and set(table) != {wanted}:
            raise self._error("edition", "has key (json), or line = 'Updated: {rest}'")
        line = None
        if "line" in table:
            line = self._check("edition.line", Template.parse, self._text_of("line", "", table))
            if line.places not in (["rest"], ["date"]) or len(line.words) < 2 or shape == "xml":
                raise self._error("edition.line", "is such as 'Updated: {rest}' or 'As of {date}'")
        return {"edition_line": line, "edition_key": self._text_of("key", "", table)}

    def _authority(self) -> Authority | None:
        value = self._data.get("authority")
        if value is None:
            return None
        if isinstance(value, str) and value.strip():
            return Authority.named(value)
        if isinstance(value, dict) and set(value) == {"key", "name"}:
            key, name = value["key"], value["name"]
            if isinstance(key, str) and isinstance(name, str) and key and name:
                return Authority(key, KNOWN_AUTHORITIES.get(key, name))
        raise self._error("authority", 'is a name, or { key = "mf-pl", name = "…" }')

    def _authorities(self) -> dict[str, str]:
        table = self._table("authorities")
        for name, key in table.items():
            if not isinstance(key, str) or not key:
                raise self._error(f"authorities.{name}", "is the key of that authority, as text")
        return {" ".join(name.split()).casefold(): key for name, key in table.items()}

    def _kinds(self, shape: str) -> frozenset[str]:
        kinds = self._texts("kinds") or ("xml" if shape == "xml" else "text",)
        if not set(kinds) <= set(_KINDS):
            raise self._error("kinds", f"holds {', '.join(_KINDS)}")
        return frozenset(kinds)

    # What is common to all keys.

    def _table(self, key: str) -> dict[str, Any]:
        table = self._data.get(key, {})
        if not isinstance(table, dict):
            raise self._error(key, f"is a table: [{key}]")
        return table

    def _known(self, where: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1)
                hint = (
                    f"; is {close[0]!r} meant?" if close else f"; the keys are {', '.join(known)}"
                )
                raise self._error(f"{where}.{key}".lstrip("."), f"is unknown{hint}")

    def _text_of(
        self,
        key: str,
        default: str = "",
        table: dict[str, Any] | None = None,
        *,
        required: bool = False,
    ) -> str:
        value = (self._data if table is None else table).get(key, default)
        if not isinstance(value, str):
            raise self._error(key, f"is text, not {value!r}")
        if required and not value.strip():
            raise self._error(key, "is missing; a mapping needs it")
        return value

    def _texts(self, key: str, table: dict[str, Any] | None = None) -> tuple[str, ...]:
        value = (self._data if table is None else table).get(key, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise self._error(key, f"is a text or a list of texts, not {value!r}")
        return tuple(value)

    def _flag(self, table: dict[str, Any], key: str, *, default: bool = False) -> bool:
        value = table.get(key, default)
        if not isinstance(value, bool):
            where = key if table is self._data else f"csv.{key}"
            raise self._error(where, f"is true or false, not {value!r}")
        return value

    def _checked(self, key: str, read: Callable[[str], Any], default: Any) -> Any:
        return default if key not in self._data else self._check(key, read, self._text_of(key))

    def _check(self, key: str, read: Callable[[str], Any], text: str) -> Any:
        try:
            return read(text)
        except ValueError as error:
            raise self._error(key, str(error)) from error

    def _error(self, key: str, what: str) -> OrderSyntaxError:
        line = self._line_of(*key.rpartition(".")[::2])
        return OrderSyntaxError(f"mapping key {key!r} {what}", path=self._path, line=line)

    def _line_of(self, table: str, key: str) -> int | None:
        """Find the line of a key, or of the table that it is; TOML values do not say."""
        within = ""
        for number, text in enumerate(self._text.split("\n"), 1):
            words = text.strip()
            if words.startswith("["):
                within = words.strip("[] ")
                if not table and within == key:
                    return number
            elif within == table and words.partition("=")[0].strip(" \"'") == key:
                return number
        return None


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


def _scope(text: str) -> TargetKind:
    if text not in NAME_KINDS:
        raise ValueError(f"is {', '.join(NAME_KINDS)}, not {text!r}")
    return TargetKind(text)
