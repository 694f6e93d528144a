"""ORDER FILE: orders written by hand in TOML, with every field of the model.

``blocklist template`` prints a commented one; ``docs/reference/order-formats.md`` has each field.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..documents import Document
from ..errors import OrderSyntaxError
from ..model.orderdata import decode_order
from ..model.orders import Order
from ..model.targets import NAME_KINDS, Rejected, Target, TargetError, TargetKind, parse_target
from .loadoptions import LoadOptions
from .targetreader import LISTS

_TABLE = re.compile(r"\s*\[\[?\s*order\s*\]\]?\s*(?:#.*)?")
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
_QUOTED = re.compile(r"""\"(?:[^"\\]|\\.)*"|'[^']*'|#.*""")
_TEXT = re.compile(r"""\"(?:[^"\\]|\\.)*"|'[^']*'""")
_EVERY = ".{suffix}"
_MAX_DOTS = 128


class OrderFileLoader:
    """Orders in TOML."""

    name = "order"
    title = "orders written by hand in TOML ([[order]]); see: blocklist template"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether an ``[[order]]`` table begins."""
        return any(_TABLE.fullmatch(line) for line in document.sample.lines)

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read every order of the file.

        Raises:
            OrderSyntaxError: not TOML, or a field that is not as the model wants it.
        """
        for number, text in enumerate(document.lines, 1):
            # Python's reader takes hours for a key of many parts.
            if text.count(".") > _MAX_DOTS and _QUOTED.sub("", text).count(".") > _MAX_DOTS:
                raise OrderSyntaxError(
                    "not TOML: a key of too many parts", path=document.path, line=number
                )
        try:
            data = tomllib.loads("\n".join(document.lines), parse_float=Decimal)
        except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
            at = _AT_LINE.search(str(error))
            line = int(at[1] or len(document.lines)) if at else None
            reason = _AT_LINE.sub("", str(error))
            raise OrderSyntaxError(f"not TOML: {reason}", path=document.path, line=line) from error
        tables = data.pop("order", [])
        if isinstance(tables, Mapping):
            tables = [tables]
        if data:
            raise OrderSyntaxError(
                f"unknown field {next(iter(data))!r} outside of [[order]]", path=document.path
            )
        if not isinstance(tables, list) or not tables:
            raise OrderSyntaxError("no [[order]] in the file", path=document.path)
        starts = [n for n, line in enumerate(document.lines, 1) if _TABLE.fullmatch(line)]
        starts = starts if len(starts) == len(tables) else [1] * len(tables)
        places = _QuotedLines(document.lines)
        return [
            _OrderTable(document, table, start, options, places).read()
            for table, start in zip(tables, starts, strict=True)
        ]


class _QuotedLines:
    """The lines that quote a text; TOML values do not say where they stand."""

    def __init__(self, lines: list[str]) -> None:
        self._lines: dict[str, list[int]] = {}
        for number, line in enumerate(lines, 1):
            for quoted in _TEXT.findall(line):
                text = quoted[1:-1].removesuffix(_EVERY)
                self._lines.setdefault(text, []).append(number)

    def line_of(self, text: str, start: int) -> int:
        """Return the first line from ``start`` on that quotes the text, else ``start``."""
        lines = self._lines.get(text.removesuffix(_EVERY), [])
        index = bisect_left(lines, start)
        return lines[index] if index < len(lines) else start


class _OrderTable:
    """One ``[[order]]`` and where it stands."""

    def __init__(
        self,
        document: Document,
        table: object,
        start: int,
        options: LoadOptions,
        places: _QuotedLines,
    ) -> None:
        self._document = document
        self._places = places
        self._start = start
        if not isinstance(table, Mapping):
            raise self._error("an order is a table: [[order]]")
        self._table: Mapping[str, Any] = table
        self._rejected: list[Rejected] = []
        scope = table.get("scope", options.kind)
        if scope not in NAME_KINDS:
            raise self._error(f"scope is {', '.join(NAME_KINDS)}, not {scope!r}", scope)
        self._scope = TargetKind(scope)

    def read(self) -> Order:
        fields = dict(self._table)
        fields.pop("scope", None)
        targets = self._targets("targets", fields.pop("targets", []))
        exceptions = self._targets("exceptions", fields.pop("exceptions", []))
        if not targets and not self._rejected:
            raise self._error("the order names no targets")
        if "source" in fields:
            raise self._error("source is not written by hand: it is this file", "source")
        try:
            return decode_order(
                fields,
                targets=targets,
                exceptions=exceptions,
                rejected=tuple(self._rejected),
                source=self._document.source(OrderFileLoader.name, self._start),
            )
        except ValueError as error:
            raise self._error(str(error), *fields) from error

    def _targets(self, field: str, items: object) -> tuple[Target, ...]:
        if not isinstance(items, list):
            raise self._error(f"{field} must be a list", field)
        targets = []
        for item in items:
            text, kind = self._item(field, item)
            line = self._places.line_of(text, self._start)
            try:
                plain = kind if kind in NAME_KINDS else self._scope
                target = parse_target(text, line=line, kind=plain or self._scope)
            except TargetError as error:
                self._rejected.append(
                    Rejected(line, text, str(error), error.code, self._document.path)
                )
                continue
            if kind is not None and target.kind is not kind:
                raise self._error(f"{text!r} is a target of kind {target.kind}, not {kind}", text)
            targets.append(target)
        return tuple(targets)

    def _item(self, field: str, item: object) -> tuple[str, TargetKind | None]:
        """Take ``"example.com"`` or ``{ target = "example.com", kind = "exact" }``."""
        if isinstance(item, str):
            return item, None
        if not isinstance(item, Mapping) or not isinstance(item.get("target"), str):
            raise self._error(f"{field} holds texts, or tables with target and kind: {item!r}")
        unknown = set(item) - {"target", "kind"}
        kind = item.get("kind")
        if unknown or kind not in (None, *TargetKind):
            raise self._error(f"a target has target and kind ({', '.join(TargetKind)}): {item!r}")
        text = item["target"]
        if kind == TargetKind.EVERY_SUFFIX and not text.endswith(_EVERY):
            text += _EVERY
        return text, None if kind is None else TargetKind(kind)

    def _error(self, message: str, *near: str) -> OrderSyntaxError:
        line = self._start
        for number, text in enumerate(self._document.lines[self._start - 1 :], self._start):
            key = text.partition("=")[0].strip()
            if key and key in near and re.search(rf"\b{re.escape(key)}\b", message):
                line = number
                break
        return OrderSyntaxError(
            message,
            path=self._document.path,
            line=line,
            order_id=str(self._table["id"])
            if hasattr(self, "_table") and "id" in self._table
            else None,
        )
