"""CANONICAL: JSON that can be written in one way only: sorted keys, ASCII, whole numbers."""

from __future__ import annotations

import json
from typing import Any

from ..errors import HistoryError

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def canonical(data: object) -> str:
    """Return the one text of data."""
    return _ENCODER.encode(data)


def read_canonical(text: str) -> Any:
    """Return the data of a text.

    Raises:
        HistoryError: it is not JSON, or not written in its one form.
    """
    try:
        data = json.loads(text, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise HistoryError("not JSON, or with a fraction in it") from None
    if canonical(data) != text:
        raise HistoryError("JSON that is not written in its one form")
    return data


def _refuse(text: str) -> None:
    raise ValueError(text)
