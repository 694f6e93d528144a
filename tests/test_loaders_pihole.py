from __future__ import annotations

from pathlib import Path

import pytest
from loading import check_vector, vectors

from blocklist.documents import Document
from blocklist.loaders.lists.pihole import PiholeLoader

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("pihole"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(\\.|^)a\\.example$", True),
        ("# x\n^ads[0-9]+\\.\n^b\\.", True),
        ("a.example\nb.example\n^c", False),
        ("ads.*\n*.b.example", False),
        ("||a.example^", False),
        ("/a\\.b/", False),
        ("", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    assert PiholeLoader().recognises(Document("x", "x", text.encode())) is expected
