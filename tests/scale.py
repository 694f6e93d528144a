"""One setting for the size of long tests: ``pytest --long``, or ``BLOCKLIST_TEST_LONG=1``.

Without it each of them tries a sample: fuzzing, kills, hostile texts, comparisons of many names.
"""

from __future__ import annotations

import os

LONG = os.environ.get("BLOCKLIST_TEST_LONG") == "1"


def size(full: int, sample: int = 0) -> int:
    """Return how many a long test tries: all, or the sample, which is a quarter if not said."""
    return full if LONG else sample or max(full // 4, 1)
