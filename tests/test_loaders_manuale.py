from __future__ import annotations

import pytest
from loading import only

pytestmark = pytest.mark.no_core

LIST = (
    b"# seizures\nalpha.example\n beta.example\nhttp://gamma.example\nhttp://delta.example/page\n"
)


def test_order() -> None:
    order = only(LIST, format="manuale")
    assert [target.text for target in order.targets] == [
        "alpha.example", "beta.example", "gamma.example", "delta.example/page",
    ]  # fmt: skip
    assert (order.authority.key, order.jurisdiction) == ("unknown", "IT")
    assert (order.series, order.serial, order.number) == ("", None, "")
    assert "nothing says who asked" in order.warnings[0]
    assert order.source.format == "manuale"


def test_who_asked_may_be_said() -> None:
    order = only(LIST, format="manuale", authority="Tribunale di Roma")
    assert order.authority.name == "Tribunale di Roma"


def test_addresses() -> None:
    order = only(b"192.0.2.7\n198.51.100.0/24\n010.0.0.1\n", format="manuale")
    assert [target.text for target in order.targets] == ["192.0.2.7", "198.51.100.0/24"]
    assert [(r.line, r.code) for r in order.rejected] == [(3, "bad-address")]


def test_it_is_never_recognised() -> None:
    assert only(LIST).source.format == "plain"
