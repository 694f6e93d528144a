from __future__ import annotations

from pathlib import Path

import pytest
from loading import check_vector, only, vectors

from blocklist.documents import Document
from blocklist.loaders.lists.coredns import CorednsLoader

pytestmark = pytest.mark.no_core


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


@pytest.mark.parametrize(
    ("zones", "settings", "targets"),
    [
        ("a.example", "match ^a[.]example[.]$; fallthrough", ["=a.example"]),
        ("a.example", r"match ^.+\.a\.example\.$; fallthrough", ["*.a.example"]),
        (".", "match ^ads[.].*[.]$; match ^.*kick.*[.]$; fallthrough", ["ads.*", "*kick*"]),
        ("a.example b.example", "", ["a.example", "b.example"]),
        ("a.example", "match ^a[.]example[.]$", []),  # the rest gets NXDOMAIN, too
        ("a.example", "match ^a[.]example[.]$; fallthrough b.example", []),
        ("a.example", "match ^b[.]example[.]$; fallthrough", []),  # never matches there
        ("a.example", "match ^(x|y)[.]a[.]example[.]$; fallthrough", []),
        ("a.example", "match ^a[.]example[.]$; fallthrough; answer x", []),
    ],
)
def test_expressions(zones: str, settings: str, targets: list[str]) -> None:
    lines = [f"template IN ANY {zones} {{", "rcode NXDOMAIN", *settings.split("; "), "}"]
    order = only("\n".join([". {", *lines, "}"]).encode(), format="coredns")
    assert [target.text for target in order.targets] == targets
    assert [refused.code for refused in order.rejected] == ([] if targets else ["redirect"])
