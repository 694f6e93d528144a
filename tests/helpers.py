"""Short ways to the objects that many tests need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import blocklist
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


def modules_of_ours() -> Iterator[ModuleType]:
    """Each module of the package, but for two that run when imported and, without it, the native.

    Its wrapper needs the compiled module, which is not there where no compiler was.
    """
    package = Path(blocklist.__file__).parent
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        if name in ("blocklist.__main__", "blocklist.integrations.unbound_module"):
            continue
        if name == "blocklist._core.native" and find_spec("blocklist._core._native") is None:
            continue
        yield import_module(name)
