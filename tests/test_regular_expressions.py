"""Regular expressions mean the same on every Python that we support, and read hostile text once."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from helpers import modules_of_ours
from processortime import within

from blocklist.documents import Document, open_documents

pytestmark = pytest.mark.no_core

_parser: Any = importlib.import_module("re._parser")
_ONE_CHARACTER = {"IN", "LITERAL", "NOT_LITERAL", "ANY", "CATEGORY", "RANGE"}


def expressions() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Every expression that a module of ours keeps, by its full name."""
    for module in modules_of_ours():
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{module.__name__}.{name}", value


def of_groups(parsed: Any) -> Iterator[str]:
    """What is possessive or atomic in a parsed expression, and is more than one character."""
    if isinstance(parsed, _parser.SubPattern):
        for operator, argument in parsed:
            if str(operator) == "ATOMIC_GROUP":
                yield "(?>…)"
            elif str(operator) == "POSSESSIVE_REPEAT":
                repeated = argument[2]
                if len(repeated) != 1 or str(repeated[0][0]) not in _ONE_CHARACTER:
                    yield "(…)*+"
            yield from of_groups(argument)
    elif isinstance(parsed, (tuple, list)):
        for part in parsed:
            yield from of_groups(part)


def test_no_group_is_possessive() -> None:
    """Python before 3.11.5 goes wrong where a possessive or atomic group has to go back in itself.

    A single character may be possessive.
    """
    found = dict(expressions())
    assert len(found) > 100
    wrong = {
        name: said
        for name, expression in found.items()
        if (said := set(of_groups(_parser.parse(expression.pattern, expression.flags))))
    }
    assert not wrong
    assert set(of_groups(_parser.parse("(?:ab?c)++|(?>a|b)|a(b[x-z]*+)"))) == {"(…)*+", "(?>…)"}


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("<!-- a --><!-- b -->\n<html>", "html"),
        ("<!-- a > --> <?xml version='1.0'?> <!-- b --> <!DOCTYPE html>", "html"),
        ("<!-- a --> <div>", "html"),
        ("<!-- a --> <?xml version='1.0'?><div>", "xml"),
        ("<!-- a --> <data>", "xml"),
        ("<!-- a - -> <html>", "xml"),
    ],
)
def test_a_page_may_begin_with_comments(head: str, kind: str) -> None:
    (document,) = open_documents(Document("x", "x", head.encode()))
    assert document.kind == kind


@pytest.mark.parametrize("piece", ["<!---->", "<!--", "<!-- -->\n", "<!---->-", "-->", "<?xml>"])
def test_comments_are_read_once(piece: str) -> None:
    octets = (piece * (4096 // len(piece) + 1)).encode()
    with within(1):
        for start in (b"", b"<!-- ", b"<?xml "):
            open_documents(Document("x", "x", start + octets + b"<x"))
