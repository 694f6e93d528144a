"""ORDER FILE: orders written by hand in TOML, with every field of the model.

``blocklist template`` prints a commented one; ``docs/reference/order-formats.md`` has each field.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..answers.disclosure import conceal
from ..documents import Document
from ..errors import OrderSyntaxError
from ..model.fieldwarnings import field_warnings
from ..model.orderdata import METADATA, decode_order
from ..model.orders import Order
from ..model.targets import NAME_KINDS, Rejected, Target, TargetError, TargetKind, parse_target
from ..model.tomltext import says_confidential
from ..model.typedtoml import TypedTable, read_toml
from ..model.wording import alternatives
from .loadoptions import LoadOptions
from .targetreader import LISTS

_TABLE = re.compile(r"\s*\[\[?\s*order\s*\]\]?\s*(?:#.*)?")
_TEXT = re.compile(r"""\"(?:[^"\\]|\\.)*"|'[^']*'""")
_EVERY = ".{suffix}"
_FIELDS = ("targets", "exceptions", "scope", *METADATA)


class OrderFileLoader:
    """Orders in TOML."""

    name = "order"
    title = "orders written by hand in TOML ([[order]]); see: blocklist template"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether an ``[[order]]`` table begins."""
        return is_order_file(document.sample.lines)

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read every order of the file.

        Raises:
            OrderSyntaxError: not TOML, or a field that is not as the model wants it.
        """

        def fail(message: str, line: int | None) -> OrderSyntaxError:
            return OrderSyntaxError(message, path=document.path, line=line)

        text = "\n".join(document.lines)
        root = read_toml(text, fail, exact=True)
        for key in root:
            if key != "order":
                if key not in _FIELDS and says_confidential(text):
                    raise fail("a key stands outside of [[order]]", root.line(key))
                raise root.error(key, "stands outside of [[order]]")
        tables = root.tables("order", _FIELDS)
        if not tables:
            raise fail("no [[order]] in the file", None)
        starts = [n for n, line in enumerate(document.lines, 1) if _TABLE.fullmatch(line)]
        starts = starts if len(starts) == len(tables) else [1] * len(tables)
        places = _QuotedLines(document.lines)
        return [
            _OrderTable(document, table, start, options, places).read()
            for table, start in zip(tables, starts, strict=True)
        ]


def is_order_file(lines: Iterable[str]) -> bool:
    """Whether an ``[[order]]`` table begins in a text."""
    return any(_TABLE.fullmatch(line) for line in lines)


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
        table: TypedTable,
        start: int,
        options: LoadOptions,
        places: _QuotedLines,
    ) -> None:
        self._document = document
        self._table = table
        self._start = start
        self._kind = options.kind
        self._places = places
        self._rejected: list[Rejected] = []

    def read(self) -> Order:
        try:
            return self._read()
        except ValueError as error:
            located = self._located(error)
            if not self._table.is_secret:
                raise located from error
        raise located  # alone: the error behind it may quote what is confidential

    def _located(self, error: ValueError) -> OrderSyntaxError:
        """Return an error with its place; the table's own quote nothing that is confidential."""
        reason = getattr(error, "reason", str(error))
        if self._table.is_secret and not isinstance(error, OrderSyntaxError):
            reason = conceal(reason)
        id_ = self._table.value("id", None)
        return OrderSyntaxError(
            reason,
            path=self._document.path,
            line=getattr(error, "line", None) or self._start,
            order_id=None if id_ is None else str(id_),
        )

    def _read(self) -> Order:
        table = self._table
        self._kind = TargetKind(table.choice("scope", NAME_KINDS, self._kind))
        targets = self._targets("targets")
        exceptions = self._targets("exceptions")
        if not targets and not self._rejected and table.flag("reviewed", True):
            raise table.error("", "names no targets")
        if "source" in table:
            raise table.error("source", "is not written by hand: it is this file")
        order = decode_order(
            table,
            targets=targets,
            exceptions=exceptions,
            rejected=tuple(self._rejected),
            source=self._document.source(OrderFileLoader.name, self._start),
        )
        made = (*order.warnings, *field_warnings(order))
        return replace(order, warnings=tuple(dict.fromkeys(made)))

    def _targets(self, field: str) -> tuple[Target, ...]:
        items = self._table.value(field, [])
        if not isinstance(items, list):
            raise self._table.error(field, "must be a list")
        targets = []
        for item in items:
            text, kind = self._item(field, item)
            line = self._places.line_of(text, self._start)
            try:
                plain = kind if kind in NAME_KINDS else None
                target = parse_target(text, line=line, kind=plain or self._kind)
            except TargetError as error:
                self._rejected.append(
                    Rejected(line, text, str(error), error.code, self._document.path)
                )
                continue
            if kind is not None and target.kind is not kind:
                shown = self._table.shown(text)
                message = f"{shown} is a target of kind {target.kind}, not {kind}"
                raise OrderSyntaxError(message, line=line)
            targets.append(target)
        return tuple(targets)

    def _item(self, field: str, item: object) -> tuple[str, TargetKind | None]:
        """Take ``"example.com"`` or ``{ target = "example.com", kind = "exact" }``."""
        if isinstance(item, str):
            return item, None
        if not isinstance(item, Mapping) or not isinstance(item.get("target"), str):
            raise self._table.error(
                field,
                f"must hold texts, or tables with target and kind, not {self._table.shown(item)}",
            )
        kind = item.get("kind")
        if set(item) - {"target", "kind"} or kind not in (None, *TargetKind):
            raise self._table.error(
                field,
                f"holds {self._table.shown(item)}: a target has target and kind "
                f"({alternatives(TargetKind)})",
            )
        text = item["target"]
        if kind == TargetKind.EVERY_SUFFIX and not text.endswith(_EVERY):
            text += _EVERY
        return text, None if kind is None else TargetKind(kind)
