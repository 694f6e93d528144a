from __future__ import annotations

import pytest

from blocklist.matcher.tables import UrlTable

pytestmark = pytest.mark.no_core


def covering(url: str, *entries: str) -> list[str]:
    return [text for _, text, _ in UrlTable([(entry, False) for entry in entries]).covering(url)]


def test_urls_cover_themselves_their_queries_and_what_lies_below() -> None:
    entries = ("x.com/a", "x.com/a/", "x.com/a/b", "x.com/a?q=1", "x.com/")
    assert covering("x.com/a", *entries) == ["x.com/a", "x.com/"]
    assert covering("x.com/a?q=1", *entries) == ["x.com/a?q=1", "x.com/a", "x.com/"]
    assert covering("x.com/a/b/c?q", *entries) == ["x.com/a/b", "x.com/a/", "x.com/a", "x.com/"]
    assert covering("x.com/ab", "x.com/a") == []
    assert covering("y.com/a", *entries) == []


def test_no_entries_cost_nothing() -> None:
    assert covering("x.com/" + "a/" * 1000) == []
