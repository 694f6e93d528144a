"""LANGUAGES: the codes by which orders say in which language they are."""

from __future__ import annotations

import re

_CODE = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def language(text: str) -> str:
    """Return a code such as ``it`` or ``de-CH`` (BCP 47) as it is written.

    Raises:
        ValueError: it does not look like one.
    """
    if not _CODE.fullmatch(text):
        raise ValueError(f"{text!r} is not a language code such as it or de-CH")
    return text
