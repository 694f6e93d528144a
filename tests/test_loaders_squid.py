from __future__ import annotations

from pathlib import Path

import pytest
from loading import check_vector, vectors

from blocklist.documents import Document
from blocklist.loaders.lists.squid import SquidLoader

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("squid"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".a.example", True),
        ("# x\n.a.example\n.b.example # y\nc.example", True),
        ("a.example\n.b.example", False),
        (".ads^", True),
        (".*\\.a", False),
        ("", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    assert SquidLoader().recognises(Document("x", "x", text.encode())) is expected
