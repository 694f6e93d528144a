"""What the tests of the loaders share: one order from a source, and vectors kept as data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import blocklist
from blocklist import Order, TargetKind, load_orders

VECTORS = Path(__file__).parent / "vectors"


def only(source: Any, **options: Any) -> Order:
    """Load a source that holds one order."""
    orders = load_orders(source, **options)
    assert len(orders) == 1
    return orders[0]


def values(source: Any, **options: Any) -> list[str]:
    """The targets of a source in the notation of order files."""
    return [target.text for order in load_orders(source, **options) for target in order.targets]


def account(order: Order) -> tuple[int, int, int]:
    """How many entries an order holds, how many are distinct, and how many were refused."""
    distinct = {(target.kind, target.value) for target in order.targets}
    return len(order.targets), len(distinct), len(order.rejected)


def vectors(folder: str, prefix: str = "") -> list[Any]:
    """One parameter for each vector: a ``.json`` and the source of the same stem beside it."""
    return [
        pytest.param(file, id=file.stem)
        for file in sorted((VECTORS / folder).glob(f"{prefix}*.json"))
    ]


def check_vector(file: Path) -> None:
    """Load the source of a vector and compare it with what its ``.json`` expects."""
    (source,) = (other for other in file.parent.glob(f"{file.stem}.*") if other != file)
    expected = json.loads(file.read_text("utf-8"))
    options = expected.get("options", {})
    if "error" in expected:
        with pytest.raises(getattr(blocklist, expected["error"])) as caught:
            load_orders(source, **options)
        assert caught.value.path == str(source)
        assert caught.value.line == expected.get("error_line", caught.value.line)
        assert expected["says"] in str(caught.value)
        return
    orders = load_orders(source, **options)
    order = orders[0]
    targets = [(target.line, target.value, target.kind) for o in orders for target in o.targets]
    if "responses" in expected:  # an order for each
        lines = {o.response: sorted(target.line for target in o.targets) for o in orders}
        assert lines == expected["responses"]
        targets.sort(key=lambda target: target[0])
    else:
        assert len(orders) == 1
    assert targets == [
        (line, value, TargetKind(*kind) if kind else TargetKind.SUBTREE)
        for line, value, *kind in expected["targets"]
    ]
    refused = [[rejected.line, rejected.text, rejected.code] for rejected in order.rejected]
    assert refused == expected["rejected"]
    assert order.source.format == expected.get("format", file.parent.name)
    for name, value in expected.get("order", {}).items():
        found = order.source.line if name == "line" else getattr(order, name)
        assert _plain(found) == value, name


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
