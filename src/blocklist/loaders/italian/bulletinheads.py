"""BULLETIN HEADS: whether a text is a press release of an authority, and when it was issued."""

from __future__ import annotations

import re
from datetime import date

from ...documents import Document
from . import numbers
from .deferredpattern import deferred
from .letters import is_letter

_DATE_LINE = deferred(
    r"^[ \t]*(?:(?:Roma|Milano),?[ \t]{1,3}(?:l[iì][ \t])?|del[ \t])?"
    rf"({numbers.DATE})[ \t]*\.?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_DATED = deferred(
    rf"(?:Roma|Milano|comunicato(?:\sstampa)?\sdel|in\sdata),?\s{{1,3}}({numbers.DATE})",
    re.IGNORECASE,
)


def is_bulletin(document: Document, key: str, opening: re.Pattern[str]) -> bool:
    """Whether a text names the authority ``key`` before the other, and says what ``opening`` does.

    A list gathered by hand, which begins with a comment, is not one, nor is a letter to providers.
    """
    text = document.sample.text.replace("’", "'")
    found = None if text.lstrip().startswith("#") or is_letter(text) else _ISSUER.search(text)
    return found is not None and found.lastgroup == key and opening.search(text) is not None


_ISSUER = deferred(
    r"(?P<consob>\bconsob\b)|(?P<ivass>\bivass\b|istituto\s+per\s+la\s+vigilanza\s+sulle\s+assicurazioni)",
    re.IGNORECASE,
)


def issued_on(plain: str) -> date | None:
    """Return the date of the release: on a line of its own, or after the place."""
    found = _DATE_LINE.search(plain) or _DATED.search(plain)
    return numbers.first_date(found[1]) if found else None
