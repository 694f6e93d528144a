"""What may be told of orders: the vectors that the C library passes too, and who uses them."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

import blocklist
from blocklist import Order
from blocklist.answers.disclosure import (
    CONFIDENTIAL,
    hide,
    ids,
    is_hidden,
    is_mandated,
    shown,
    tellable,
)
from blocklist.model.authorities import Authority
from blocklist.model.targets import Rejected

pytestmark = pytest.mark.no_core

PACKAGE = Path(blocklist.__file__).parent
VECTORS = json.loads((Path(__file__).parent / "vectors" / "disclosure.json").read_text("utf-8"))


def order(data: dict[str, Any]) -> Order:
    authority = Authority(data["authority"], data["authority"].title())
    return Order(id=data["id"], authority=authority, confidential=data["confidential"])


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["case"] for vector in VECTORS])
def test_vectors(vector: dict[str, Any]) -> None:
    orders = tuple(map(order, vector["orders"]))
    assert is_mandated(orders) is vector["mandated"]
    assert is_hidden(orders) is vector["hidden"]
    assert ids(orders) == vector["told"]
    assert shown("x.example", orders) == (CONFIDENTIAL if vector["hidden"] else "x.example")
    assert tellable(orders, confidential=True) == orders


def test_a_hidden_refusal_says_no_name() -> None:
    refused = hide(Rejected(3, "x.example", "x.example is protected", "protected", "list.txt", "a"))
    assert str(refused) == "list.txt:3: '(confidential)': refused as protected [protected]"


def test_nothing_else_decides() -> None:
    """Outside the order model, one module reads who ordered and what is confidential."""
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id, node.attr) in {("order", "confidential"), ("o", "confidential")}
        )
        or (isinstance(node, ast.Constant) and node.value in (CONFIDENTIAL, "operator"))
    }
    assert readers == {
        "answers/disclosure.py", "model/authorities.py", "model/orderdata.py", "model/wording.py",
    }  # fmt: skip
