"""The page of errors and codes is what the code says, and the table of codes has all of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from errors_page import PAGE, TABLES, page

from blocklist import errors
from blocklist.model import codes
from blocklist.model.codes import CODES

pytestmark = pytest.mark.no_core

SOURCE = Path(codes.__file__).parents[1]
FUNCTIONS = {
    "TargetError": 1, "MaskError": 1, "Fault": 1, "Rejected": 1,
    "reject": 2, "refuse": 2, "_refuse": 2,
}  # fmt: skip
"""What takes a code, and after how many other arguments."""
TUPLES = ("compiler/guards.py", "loaders/authorities", "loaders/lists", "loaders/mappings")
"""Where a code is also returned beside a reason."""
CODE = re.compile(r"[a-z]+(?:-[a-z]+)*")


def test_the_page_is_made_from_the_code() -> None:
    assert PAGE.read_text("utf-8") == page(), "write it anew: python tests/errors_page.py"


def test_every_public_error_is_on_the_page() -> None:
    text = page()
    for name, value in vars(errors).items():
        if isinstance(value, type) and value.__module__ == errors.__name__ and name[0] != "_":
            assert f"`{name}` |" in text


def test_each_code_is_in_one_table() -> None:
    tables = [vars(codes)[name] for name in TABLES]
    assert sum(map(len, tables)) == len(CODES)
    for code, told in CODES.items():
        assert CODE.fullmatch(code)
        for sentence in told:
            assert sentence[0].isupper() or sentence[0] == "`"
            assert not sentence.endswith(".")


def test_the_table_has_the_codes_that_the_source_uses() -> None:
    used: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        where = path.relative_to(SOURCE).as_posix()
        if where != "model/codes.py":
            used |= dict.fromkeys(codes_in(path.read_text("utf-8"), where), where)
    assert {code: used[code] for code in used if code not in CODES} == {}
    assert sorted(set(CODES) - set(used)) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("reader.reject(1, text, 'the reason', 'new-code')", ["new-code"]),
        ("raise TargetError('some reason', 'one' if x else 'two')", ["one", "two"]),
        ("fault = (reason, 'three')", ["three"]),
        ("return 'four', f'{x} is so'", ["four"]),
        ("names = ('html', 'text', 'pdf')", []),
    ],
)
def test_codes_are_found(source: str, found: list[str]) -> None:
    assert list(codes_in(source, "loaders/lists/x.py")) == found


def codes_in(source: str, where: str) -> Iterator[str]:
    """Yield what stands in the source where a code does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            function = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
            name = function.id if isinstance(function, ast.Name) else function
            if name in FUNCTIONS:
                for argument in node.args[FUNCTIONS[name] :]:
                    yield from _codes(argument)
        elif isinstance(node, ast.Tuple) and where.startswith(TUPLES):
            # A pair of a code and its reason; the reason is no single word.
            has_reason = any(map(_is_reason, node.elts))
            for element in node.elts if has_reason else ():
                yield from _codes(element)


def _codes(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _codes(node.body)
        yield from _codes(node.orelse)
    elif isinstance(node, ast.Constant) and CODE.fullmatch(str(node.value)):
        yield str(node.value)


def _is_reason(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id in ("reason", "REFUSAL")
    sentence = isinstance(node, ast.Constant) and " " in str(node.value)
    return sentence or isinstance(node, ast.JoinedStr | ast.Attribute | ast.Call)
