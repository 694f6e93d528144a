"""JSON: a list of entries, at the root or under a key, each with the line where it begins."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Generator, Iterator, Sequence
from typing import Any, NamedTuple

from ..._columns import BACKEND, scan_entries
from ...documents import Document
from ...errors import OrderSyntaxError, shorten
from .jsonblocks import JsonBlocks
from .mapping import TableMapping
from .rows import Row, RowBlock

_SPACE = re.compile(r"[ \t\r\n]*")
_BATCH = 2_000


class _Batch(NamedTuple):
    """Entries that follow each other: their lines, what they are, and the text of all."""

    lines: Sequence[int]
    values: list[Any]
    text: str


_Event = tuple[str | None, Any]
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
            for _, batch in _walk(text, self._mapping.list_key, in_bulk=False):
                if isinstance(batch, _Batch):
                    [value] = batch.values
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
        for key, value in self._events(document):
            if key == wanted and isinstance(value, str):
                return value
        return ""

    def rows(self, document: Document) -> Iterator[Row | RowBlock]:
        """Yield each entry; one that is no object, or holds no text where it should, is at fault.

        Raises:
            OrderSyntaxError: not JSON, nested too deep, a key twice, or no such list.
        """
        found = False
        blocks = JsonBlocks(self._mapping, self._row)
        for key, value in self._events(document):
            if isinstance(value, _Batch):
                blocks.add(*value)
            else:
                found |= key is not None and value is _LIST
        if not found:
            where = f"under {self._mapping.list_key!r}" if self._mapping.list_key else "at the root"
            raise OrderSyntaxError(f"no list {where}", path=document.path)
        yield from blocks.merged()

    def _events(self, document: Document) -> Iterator[_Event]:
        text = _text(document)
        try:
            yield from _walk(text, self._mapping.list_key)
        except json.JSONDecodeError as error:
            raise OrderSyntaxError(
                f"not JSON, or truncated: {error.msg}", path=document.path, line=error.lineno
            ) from error
        except RecursionError as error:
            raise OrderSyntaxError("JSON nested too deep", path=document.path) from error
        except ValueError as error:
            raise OrderSyntaxError(f"not JSON: {error}", path=document.path) from error

    def _row(self, line: int, value: object) -> Row:
        if isinstance(value, str) and "name" in self._mapping.fields and _is_whole(value):
            return Row(line, value, {"name": (value,)})
        if not isinstance(value, dict):
            fault = ("an entry that is not an object { … }; check the source", "not-an-entry")
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
    return ValueError(f"the key {shorten(key)!r} occurs twice in one object")


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is not a number")


_PLAIN_DECODER = json.JSONDecoder(parse_constant=_no_number)
_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)


def _walk(text: str, wanted: str, *, in_bulk: bool = True) -> Iterator[_Event]:
    """Yield entries, and key and value of each member that stands beside the list.

    The list itself comes first with a key and the value ``_LIST``. It is at the root, or under the
    key ``wanted`` of the object that is.
    """
    at = _skip(text, 0)
    if text.startswith("[", at):
        yield "", _LIST
        at = yield from _items(text, at, in_bulk)
    elif text.startswith("{", at):
        at = yield from _members(text, at, wanted, in_bulk)
    else:
        raise json.JSONDecodeError("neither a list nor an object", text, at)
    at = _skip(text, at)
    if at != len(text):
        raise json.JSONDecodeError("text after the end", text, at)


def _members(text: str, at: int, wanted: str, in_bulk: bool) -> Generator[_Event, None, int]:
    keys = set()
    at = _skip(text, at + 1)
    while not text.startswith("}", at):
        key, at = _DECODER.raw_decode(text, at)
        if not isinstance(key, str):
            raise json.JSONDecodeError("a key that is not text", text, at)
        if key in keys:
            raise _twice(key)
        keys.add(key)
        at = _skip(text, _expect(text, at, ":"))
        if wanted and key == wanted and text.startswith("[", at):
            yield key, _LIST
            at = yield from _items(text, at, in_bulk)
        else:
            value, at = _DECODER.raw_decode(text, at)
            yield key, value
        at = _skip(text, at)
        if not text.startswith("}", at):
            at = _skip(text, _expect(text, at, ","))
            if text.startswith("}", at):
                raise json.JSONDecodeError("a comma before the end", text, at)
    return at + 1


def _items(text: str, at: int, in_bulk: bool) -> Generator[_Event, None, int]:
    """Yield the entries of a list, many at a time; return where it ends.

    From the first on that is not as it should be, they are read one by one, which says what is
    wrong.
    """
    is_ascii = text.isascii()
    octets = b"" if is_ascii or not in_bulk else text.encode()
    line = text.count("\n", 0, at) + 1
    size = _BATCH if in_bulk else 1
    found = None
    if in_bulk and BACKEND == "native":  # its twin takes longer than all else
        found = scan_entries(text, at if is_ascii else len(text[:at].encode()), line)
    if found is None:
        return (yield from _items_singly(text, _skip(text, at + 1), line, at, size))
    starts, ends = array("Q", found[0]), array("Q", found[1])
    lines, keys = array("I", found[2]), array("I", found[3])
    for first in range(0, len(starts), _BATCH):
        begun, last = starts[first], min(first + _BATCH, len(starts))
        end = ends[last - 1]
        part = text[begun:end] if is_ascii else octets[begun:end].decode()
        values = _decoded(part, keys[first:last])
        if values is None:
            at = begun if is_ascii else len(octets[:begun].decode())
            return (yield from _items_singly(text, at, lines[first], at, size))
        yield None, _Batch(lines[first:last], values, part)
    return found[4] if is_ascii else len(octets[: found[4]].decode())


def _items_singly(
    text: str, at: int, line: int, before: int, size: int
) -> Generator[_Event, None, int]:
    """Decode entries one by one, from the one at ``at`` on; ``line`` is that of ``before``."""
    begun, lines, values = at, list[int](), list[Any]()
    while not text.startswith("]", at):
        line += text.count("\n", before, at)
        before = at
        value, at = _DECODER.raw_decode(text, at)
        lines.append(line)
        values.append(value)
        if len(values) == size:
            yield None, _Batch(lines, values, text[begun:at])
            lines, values = [], []
        at = _skip(text, at)
        if not text.startswith("]", at):
            at = _skip(text, _expect(text, at, ","))
            if text.startswith("]", at):
                raise json.JSONDecodeError("a comma before the end", text, at)
        begun = begun if values else at
    if values:
        yield None, _Batch(lines, values, text[begun:at])
    return at + 1


def _decoded(part: str, keys: Sequence[int]) -> list[Any] | None:
    """Return the entries of a part of a list; ``None`` if one is not JSON, or has a key twice."""
    try:
        values: list[Any] = _PLAIN_DECODER.decode(f"[{part}]")
    except (ValueError, RecursionError):
        return None
    if len(values) != len(keys):
        return None
    if set(map(type, values)) == {dict} and list(map(len, values)) == list(keys):
        return values
    for value, count in zip(values, keys, strict=True):
        if (len(value) if type(value) is dict else 0) != count and _key_count(value) != count:
            return None
    return values


def _key_count(value: object) -> int:
    """Return how many keys there are at all depths."""
    if isinstance(value, dict):
        return len(value) + sum(map(_key_count, value.values()))
    return sum(map(_key_count, value)) if isinstance(value, list) else 0


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def _expect(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if not text.startswith(mark, at):
        raise json.JSONDecodeError(f"no {mark!r}", text, at)
    return at + 1
