"""TOML TEXT: a TOML file becomes plain data; what is wrong in it is said with its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .wording import CONFIDENTIAL

if TYPE_CHECKING:
    from decimal import Decimal

Fail = Callable[[str, int | None], Exception]
"""Makes the error of a message and its line."""

_MAX_DOTS = 128
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
_SAYS_CONFIDENTIAL = re.compile(
    r"""(?:^|[\s{,.])["']?confidential["']?[ \t]*=(?![ \t]*false\b)""", re.MULTILINE
)
_KEYS_SHOWN = re.compile(r"\(.*\)|'.*'|\".*\"")


def parse_toml(text: str, fail: Fail, *, exact: bool = False) -> dict[str, Any]:
    """Return what a TOML file says; ``exact`` reads numbers with a point as ``Decimal``."""
    import tomllib

    lines = text.split("\n")
    if any(line.count(".") > _MAX_DOTS for line in lines):
        from .tomllines import without_quotes

        for number, line in enumerate(without_quotes(text).split("\n"), 1):
            # Python's reader takes hours for a key of many parts.
            if line.count(".") > _MAX_DOTS:
                raise fail("not TOML: a key of too many parts", number)
    try:
        return tomllib.loads(text, parse_float=_exactly if exact else float)
    except (ValueError, RecursionError) as error:
        at = _AT_LINE.search(str(error))
        number_ = int(at[1] or len(lines)) if at else None
        what = _AT_LINE.sub("", str(error))
        if says_confidential(text):
            what = _KEYS_SHOWN.sub(CONFIDENTIAL, what)
        raise fail(f"not TOML: {what}", number_) from error


def _exactly(text: str) -> Decimal:
    from decimal import Decimal

    return Decimal(text)


def says_confidential(text: str) -> bool:
    """Whether a TOML text says of anything that it is confidential, so that no error quotes it."""
    return _SAYS_CONFIDENTIAL.search(text) is not None
