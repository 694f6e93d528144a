"""The pages of the how-to, whose configurations the tests run."""

from __future__ import annotations

import re
from pathlib import Path

PAGES = Path(__file__).parents[2] / "docs" / "how-to"


def fenced(page: str, language: str) -> str:
    """Return the one block of that kind in a page."""
    (text,) = fenced_all(page, language)
    return text


def fenced_all(page: str, language: str) -> list[str]:
    """Return the blocks of that kind in a page."""
    text = (PAGES / page).read_text("utf-8")
    return [found[2] for found in re.finditer(rf"(?ms)^( *)```{language}\n(.*?)^\1```$", text)]


def put(text: str, *places: tuple[str, object]) -> str:
    """Put our places where a page shows the usual ones; all of those have to be there."""
    for usual, ours in places:
        assert usual in text, (usual, text)
        text = text.replace(usual, str(ours))
    return text
