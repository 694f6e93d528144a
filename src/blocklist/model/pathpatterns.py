"""PATH PATTERNS: which paths below a folder a text with ``*``, ``?`` and ``**`` means."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SIGNS = re.compile(r"(\*\*/|\*\*|\*|\?)")
_MEAN = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def path_pattern(text: str) -> re.Pattern[str]:
    """Return what a path means: ``*`` and ``?`` within a name, ``**`` for any folders."""
    return re.compile("".join(_parts(text)), re.DOTALL)


def has_signs(text: str) -> bool:
    """Whether a path means more than the one that it names."""
    return _SIGNS.search(text) is not None


def _parts(text: str) -> Iterator[str]:
    for part in _SIGNS.split(re.sub(r"\*{3,}", "**", text)):
        yield _MEAN.get(part) or re.escape(part)
