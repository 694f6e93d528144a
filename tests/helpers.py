"""Short ways to the objects that many tests need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from blocklist import Blocklist, Image, Order, compile_orders, parse_target


def order(*targets: str, id: str = "it:test:1", **fields: Any) -> Order:  # noqa: A002
    """An order in force since for ever that names ``targets``, line 1, 2, …"""
    exceptions = tuple(parse_target(text) for text in fields.pop("exceptions", ()))
    read = tuple(parse_target(text, line=line) for line, text in enumerate(targets, 1))
    return Order(id=id, targets=read, exceptions=exceptions, **fields)


def image(*targets: str, exceptions: Iterable[str] = (), **options: Any) -> Image:
    return compile_orders([order(*targets, exceptions=exceptions)], **options)


def blocklist_of(*targets: str, exceptions: Iterable[str] = (), **options: Any) -> Blocklist:
    return Blocklist(image(*targets, exceptions=exceptions, **options))


def refusals(compiled: Image) -> list[tuple[str, str]]:
    """Text and code of each rejection."""
    assert compiled.report is not None
    return [(rejected.text, rejected.code) for rejected in compiled.report.rejected]
