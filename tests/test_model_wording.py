from __future__ import annotations

from datetime import timedelta

import pytest

from blocklist.model.wording import duration, plural

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 orders"), (1, "1 order"), (2, "2 orders"), (1_000_001, "1,000,001 orders")],
)
def test_counts(count: int, text: str) -> None:
    assert plural(count, "order") == text


def test_a_plural_that_does_not_end_in_s_alone() -> None:
    assert [plural(n, "address", "addresses") for n in (1, 2)] == ["1 address", "2 addresses"]


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (timedelta(), "0 s"),
        (timedelta(microseconds=999_999), "0 s"),
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=59, microseconds=999_999), "59 s"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(seconds=61), "1 min 1 s"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=5, seconds=9), "2 h 5 min"),
        (timedelta(hours=2, seconds=9), "2 h"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=47, minutes=59), "1 day 23 h"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=8, hours=23), "8 days"),
        (timedelta.max, "999,999,999 days"),
        (timedelta.min, "0 s"),
    ],
)
def test_durations(time: timedelta, text: str) -> None:
    assert duration(time) == text
