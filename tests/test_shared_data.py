"""Every real list in the data folder gives exactly what the committed table says.

If a number changes on purpose, write the table anew: ``python tests/real_lists.py``.
"""

from __future__ import annotations

import json

import pytest
from real_lists import FILES, PAGE, TABLE, account, page

pytestmark = pytest.mark.no_core


def table() -> dict[str, object]:
    found = json.loads(TABLE.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("path", FILES)
def test_each_file_gives_what_the_table_says(path: str) -> None:
    assert account(path) == table()[path]


def test_the_table_holds_every_file_and_no_other() -> None:
    assert list(table()) == list(FILES)


def test_the_page_shows_the_table() -> None:
    assert PAGE.read_text("utf-8") == page(json.loads(TABLE.read_text("utf-8")))
