from __future__ import annotations

from pathlib import Path

import pytest
from loading import check_vector, only, vectors
from shared_data import shared

from blocklist.documents import Document
from blocklist.loaders.lists.dnscrypt import DnscryptLoader

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("dnscrypt"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# for dnscrypt-proxy\na.example", True),
        ("a.example @work\nb.example", True),
        ("ads[0-9]*\n*.a.example", True),
        ("ads.*\n*.a.example", False),
        ("a.example\n=b.example", False),
        ("^ads[0-9]*\\.x$", False),
        ("# for dnscrypt-proxy\nhttp://a.example/x", False),
        ("", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    assert DnscryptLoader().recognises(Document("x", "x", text.encode())) is expected


def test_exact() -> None:
    order = only(b"a.example\n*.b.example\nc.example @x\n", scope="exact")
    assert [target.text for target in order.targets] == ["=a.example", "b.example"]


@pytest.mark.parametrize(
    ("path", "targets", "codes"),
    [
        ("lists/dnscrypt-blocked-names.txt", 14, []),
        ("lists/dnscrypt-ci-blocked-names.txt", 16, ["schedule", "schedule"]),
        ("lists/dnscrypt-allowed-names.txt", 0, ["allowed", "allowed"]),
    ],
)
def test_real_files(path: str, targets: int, codes: list[str]) -> None:
    order = only(shared(path))
    assert order.source.format == "dnscrypt"
    assert len(order.targets) == targets
    assert [refused.code for refused in order.rejected] == codes
