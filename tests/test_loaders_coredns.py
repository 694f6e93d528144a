from __future__ import annotations

from pathlib import Path

import pytest
from loading import check_vector, vectors

from blocklist.documents import Document
from blocklist.loaders.lists.coredns import CorednsLoader


@pytest.mark.parametrize("vector", vectors("coredns"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (". {\n hosts {\n 0.0.0.0 a\n }\n}", True),
        ("a.example:53 {\n template IN ANY a { # x\n }\n}", True),
        (". {\n forward . 192.0.2.1\n}", False),
        ("hosts {\n}", False),
        ("0.0.0.0 a.example", False),
        ("", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    assert CorednsLoader().recognises(Document("x", "x", text.encode())) is expected
