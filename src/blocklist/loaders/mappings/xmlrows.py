"""XML: a register with one element for each entry, read as a stream.

A document type definition is refused: no register has one, and entities declared there can grow a
few octets to gigabytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Never
from xml.parsers import expat

from ...documents import Document
from ...errors import OrderSyntaxError
from .mapping import TableMapping
from .rows import Row

_PART, _MAX_SINCE = 1 << 20, 8 << 20


class XmlRows:
    """The entries of an XML document as a mapping reads them."""

    def __init__(self, mapping: TableMapping) -> None:
        """Take the mapping."""
        self._mapping = mapping

    def recognises(self, document: Document) -> bool:
        """Whether the root is the one that the mapping names, in its namespace."""
        stream = _Stream(self._mapping)
        try:
            stream.feed(document.sample.text, last=False)
        except (expat.ExpatError, _RefusedError):
            return False
        return stream.root == stream.wanted_root

    def edition(self, document: Document) -> str:
        """Return nothing: no register known says its own date in the file."""
        del document
        return ""

    def rows(self, document: Document) -> Iterator[Row]:
        """Yield each entry with the text of its elements and attributes.

        Raises:
            OrderSyntaxError: not well-formed, cut short, with another root, or with a definition of
                its own.
        """
        stream, text = _Stream(self._mapping), document.text
        try:
            for start in range(0, len(text), _PART):
                stream.feed(text[start : start + _PART], last=False)
                yield from stream.take()
            stream.feed("", last=True)
            yield from stream.take()
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            raise OrderSyntaxError(
                f"not well-formed XML, or cut short: {what}", path=document.path, line=error.lineno
            ) from error
        except _RefusedError as error:
            raise OrderSyntaxError(str(error), path=document.path, line=error.line) from error


class _RefusedError(ValueError):
    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class _Stream:
    """The parser, and the entry that it stands in."""

    def __init__(self, mapping: TableMapping) -> None:
        space = f"{mapping.namespace} " if mapping.namespace else ""
        self.wanted_root = space + mapping.root
        self.root = ""
        self._entry = space + mapping.entry
        self._elements: dict[str, str] = {}
        self._attributes: dict[str, str] = {}
        for field, places in mapping.fields.items():
            for place in map(str, places):
                if place.startswith("@"):
                    self._attributes[place[1:]] = field
                else:
                    self._elements[space + place] = field
        self._rows: list[Row] = []
        self._fields: dict[str, list[str]] | None = None
        self._field = self._broken = ""
        self._depth = self._inner = 0
        self._line = self._since = 0
        self._parts: list[str] = []
        self._parser = parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._parts.append
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse

    def feed(self, text: str, *, last: bool) -> None:
        # The parser reads a mark that is not complete again with each part.
        self._since += len(text)
        if self._since > _MAX_SINCE + _PART:
            raise _RefusedError("over 8 MiB without an element", self._parser.CurrentLineNumber)
        self._parser.Parse(text.encode("utf-8", "replace"), last)

    def take(self) -> list[Row]:
        rows, self._rows = self._rows, []
        return rows

    def _refuse(self, *_: Any) -> Never:
        raise _RefusedError(
            "an XML document with a type definition (<!DOCTYPE), which registers do not have and "
            "which may hide a bomb; take it out if you trust the file",
            self._parser.CurrentLineNumber,
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._since = 0
        if not self.root:
            self.root = tag
            if tag != self.wanted_root:
                raise _RefusedError(
                    f"the root is {tag!r}, not {self.wanted_root!r}", self._parser.CurrentLineNumber
                )
        elif self._fields is None and tag == self._entry:
            self._fields, self._inner = {}, self._depth
            self._line = self._parser.CurrentLineNumber
            for name, field in self._attributes.items():
                if name in attributes:
                    self._fields.setdefault(field, []).append(attributes[name])
        elif self._fields is not None and self._depth == self._inner + 1:
            self._field = self._elements.get(tag, "")
        elif self._field:  # its text is in pieces, and no piece is what was ordered
            self._broken = f"an element inside of {self._field}"
        self._parts.clear()

    def _end(self, tag: str) -> None:
        if self._fields is not None:
            if self._depth == self._inner + 1 and self._field:
                self._fields.setdefault(self._field, []).append("".join(self._parts))
                self._field = ""
            elif self._depth == self._inner:
                words = (text for texts in self._fields.values() for text in texts)
                text = " ".join(" ".join(words).split())
                fault = (self._broken, "not-text") if self._broken else None
                self._rows.append(Row(self._line, text, self._fields, fault))
                self._fields, self._broken = None, ""
        del tag
        self._parts.clear()
        self._depth -= 1
