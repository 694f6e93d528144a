"""JSON: a list of entries, at the root or under a key, each with the line where it begins."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from ...documents import Document
from ...errors import OrderSyntaxError, shorten
from .mapping import TableMapping
from .rows import Row

_SPACE = re.compile(r"[ \t\r\n]*")
_Event = tuple[int, str | None, Any]
_LINE_END = re.compile(r"\r\n?")


class JsonRows:
    """The entries of a JSON document as a mapping reads them."""

    def __init__(self, mapping: TableMapping) -> None:
        """Take the mapping."""
        self._mapping = mapping

    def recognises(self, document: Document) -> bool:
        """Whether the first entry of the list has the keys that the mapping names."""
        text = document.sample.text
        if not text.lstrip().startswith(("[", "{")):
            return False
        try:
            for _, key, value in _walk(text, self._mapping.list_key):
                if key is None:
                    return isinstance(value, dict) and all(
                        any(place in value for place in places)
                        for places in self._mapping.fields.values()
                    )
        except (ValueError, RecursionError):
            return False
        return False

    def edition(self, document: Document) -> str:
        """Return the date that stands beside the list, if the mapping names its key."""
        wanted = self._mapping.edition_key
        if not wanted:
            return ""
        for _, key, value in self._events(document):
            if key == wanted and isinstance(value, str):
                return value
        return ""

    def rows(self, document: Document) -> Iterator[Row]:
        """Yield each entry; one that is no object, or holds no text where it should, is at fault.

        Raises:
            OrderSyntaxError: not JSON, nested too deep, a key twice, or no such list.
        """
        before = line = 0
        found = False
        text = _text(document)
        for at, key, value in self._events(document):
            if key is not None:
                found |= value is _LIST
                continue
            line += text.count("\n", before, at)
            before = at
            yield self._row(line + 1, value)
        if not found:
            where = f"under {self._mapping.list_key!r}" if self._mapping.list_key else "at the root"
            raise OrderSyntaxError(f"there is no list {where}", path=document.path)

    def _events(self, document: Document) -> Iterator[_Event]:
        text = _text(document)
        try:
            yield from _walk(text, self._mapping.list_key)
        except json.JSONDecodeError as error:
            raise OrderSyntaxError(
                f"not JSON, or cut short: {error.msg}", path=document.path, line=error.lineno
            ) from error
        except RecursionError as error:
            raise OrderSyntaxError("JSON nested too deep", path=document.path) from error
        except ValueError as error:
            raise OrderSyntaxError(f"not JSON: {error}", path=document.path) from error

    def _row(self, line: int, value: object) -> Row:
        if isinstance(value, str) and "name" in self._mapping.fields and _is_whole(value):
            return Row(line, value, {"name": (value,)})
        if not isinstance(value, dict):
            fault = ("an entry that is no object { … }; look at the source", "not-an-entry")
            return Row(line, _shown(value), {}, fault)
        fields: dict[str, Sequence[str]] = {}
        for field, places in self._mapping.fields.items():
            content = next((value[p] for p in places if p in value), None)
            texts = _texts(content)
            if texts is None:
                fault = (f"{field} is not text: {_shown(content)}", "not-text")
                return Row(line, _shown(value), {}, fault)
            fields[field] = texts
        return Row(line, " ".join(fields.get("name", ())) or _shown(value), fields)


_LIST = object()


def _shown(value: object) -> str:
    text = shorten(json.dumps(value, ensure_ascii=False), 200)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _text(document: Document) -> str:
    text = document.text
    return _LINE_END.sub("\n", text) if "\r" in text else text


def _texts(value: object) -> tuple[str, ...] | None:
    """Return the text, or the texts of a list; ``None`` if something else stands there."""
    if value is None or value is False:
        return ()
    if isinstance(value, int | float):
        return (str(value),)
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) and _is_whole(text) for text in texts):
        return None
    return tuple(texts)


def _is_whole(text: str) -> bool:
    """Whether it holds no half of a surrogate pair, which JSON can write and nothing can store."""
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _twice(key)
        found[key] = value
    return found


def _twice(key: str) -> ValueError:
    return ValueError(f"the key {shorten(key)!r} stands twice in one object; which one counts?")


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)


def _walk(text: str, wanted: str) -> Iterator[_Event]:
    """Yield position, ``None`` and value of each entry; position, key and value of what is beside.

    The list itself comes first with a key and the value ``_LIST``. It is at the root, or under the
    key ``wanted`` of the object that is.
    """
    at = _skip(text, 0)
    if text.startswith("[", at):
        yield at, "", _LIST
        at = yield from _items(text, at)
    elif text.startswith("{", at):
        at = yield from _members(text, at, wanted)
    else:
        raise json.JSONDecodeError("no list and no object", text, at)
    at = _skip(text, at)
    if at != len(text):
        raise json.JSONDecodeError("text after the end", text, at)


def _members(text: str, at: int, wanted: str) -> Generator[_Event, None, int]:
    keys = set()
    at = _skip(text, at + 1)
    while not text.startswith("}", at):
        key, at = _DECODER.raw_decode(text, at)
        if not isinstance(key, str):
            raise json.JSONDecodeError("a key that is no text", text, at)
        if key in keys:
            raise _twice(key)
        keys.add(key)
        at = _skip(text, _expect(text, at, ":"))
        if wanted and key == wanted and text.startswith("[", at):
            yield at, key, _LIST
            at = yield from _items(text, at)
        else:
            start = at
            value, at = _DECODER.raw_decode(text, at)
            yield start, key, value
        at = _skip(text, at)
        if not text.startswith("}", at):
            at = _skip(text, _expect(text, at, ","))
            if text.startswith("}", at):
                raise json.JSONDecodeError("a comma before the end", text, at)
    return at + 1


def _items(text: str, at: int) -> Generator[_Event, None, int]:
    at = _skip(text, at + 1)
    while not text.startswith("]", at):
        start = at
        value, at = _DECODER.raw_decode(text, at)
        yield start, None, value
        at = _skip(text, at)
        if not text.startswith("]", at):
            at = _skip(text, _expect(text, at, ","))
            if text.startswith("]", at):
                raise json.JSONDecodeError("a comma before the end", text, at)
    return at + 1


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def _expect(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if not text.startswith(mark, at):
        raise json.JSONDecodeError(f"no {mark!r}", text, at)
    return at + 1
