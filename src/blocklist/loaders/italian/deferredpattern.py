"""DEFERRED PATTERN: a regular expression that is compiled when it is first used.

The words of orders are some 700 expressions, which take 0.3 s of processor time to compile: two
thirds of what importing the loaders takes. A list or an order file uses almost none of them.
"""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


def deferred(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what ``re.compile`` returns, as far as it has methods and ``pattern``.

    The first use costs the compilation, each later one what it costs without. An expression that
    is wrong raises ``re.error`` at its first use.
    """
    return cast("re.Pattern[str]", _Deferred(pattern, flags))


class _Deferred:
    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self.flags = flags

    def __getattr__(self, name: str) -> Any:  # only for what the instance has not yet
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        self.__dict__.update({method: getattr(compiled, method) for method in _METHODS})
        return self.__dict__[name]
