"""The reference page of errors and codes, made from the code.

``python tests/errors_page.py`` writes it anew; a test compares.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from blocklist import errors
from blocklist.exporters.losses import REASONS
from blocklist.model import codes
from blocklist.model.codes import Code

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "errors.md"

HEAD = """\
# Errors and report codes

<!-- Made by `python tests/errors_page.py`; do not edit. -->

Every error that this library raises on purpose is a `BlocklistError`. `OSError` passes through
unchanged. A wrong argument type is a `TypeError`. Each message says what is wrong, where, and what
to do. On the command line an error is printed to standard error, and the exit code is 2.

## Handle an error

An indented error is a kind of the error above it.

"""

CODES_HEAD = """
## Look up the code of a refused line or target

Nothing is dropped in silence. Each line that gives no target, and each target that a guard
refuses, is a `Rejected` in `Order.rejected` or `Report.rejected`. It has a line, a reason for
people, and one of these codes for programs. Codes are stable; reasons may change. A format from
another package may have codes of its own. Warnings (`Order.warnings`, `Report.warnings`) are
sentences for people and have no code.
"""

TABLES = (
    "NO_TARGET", "NOT_OF_THE_FORMAT", "MEANS_SOMETHING_ELSE", "TOO_WIDE", "CONTRADICTED",
    "NOT_ORDERED", "CONFIGURATION",
)  # fmt: skip

LOSSES_HEAD = """
## Look up the code of something that an export left out

`Loss.code` says why an export left something out. An export never blocks more than its image, so
what a format cannot say exactly is left out. With `--strict` nothing is written instead. To lose
nothing, [choose another integration](../explanation/which-integration.md).

"""


def page() -> str:
    """Return the whole page."""
    sections = [
        HEAD,
        _table(("error", "means", "attributes"), _errors()),
        CODES_HEAD,
        *(part for name in TABLES for part in _codes(name)),
        LOSSES_HEAD,
        _table(("code", "means"), ((f"`{code}`", _sentence(REASONS[code])) for code in REASONS)),
    ]
    return "".join(sections)


def _errors(
    base: type[Exception] = errors.BlocklistError, depth: int = 0
) -> Iterator[tuple[str, ...]]:
    """Yield a row for each error, after those from which it inherits."""
    if base.__name__.startswith("_"):
        depth -= 1
    else:
        doc = inspect.getdoc(base) or ""
        summary = doc.partition("\n\n")[0].replace("\n", " ").replace("``", "`")
        name = f"{'&nbsp;' * 4 * depth}`{base.__name__}`"
        yield name, summary, ", ".join(f"`{name}`" for name in _attributes(base))
    for below in base.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from _errors(below, depth + 1)


def _attributes(error: type) -> Iterable[str]:
    """Return what the class itself, or a private base, keeps beside the message."""
    own = [error, *(base for base in error.__bases__ if base.__name__.startswith("_"))]
    found: dict[str, None] = {}
    for kind in own:
        if "__init__" in vars(kind):
            source = inspect.getsource(vars(kind)["__init__"])
            found |= dict.fromkeys(re.findall(r"self\.(\w+) = ", source))
        found |= dict.fromkeys(n for n in inspect.get_annotations(kind) if not n.startswith("_"))
    return found


def _codes(name: str) -> Iterator[str]:
    """Yield the sentence after a table of the code, and the table."""
    table: dict[str, Code] = vars(codes)[name]
    source = inspect.getsource(codes)
    (sentence,) = re.findall(rf'^{name} = .*?^"""(.*?)"""', source, re.MULTILINE | re.DOTALL)
    yield f"\n### {sentence.partition('.')[0]}\n\n"
    if rest := sentence.partition(". ")[2]:
        yield f"{rest}\n\n"
    rows = (
        (f"`{code}`", _sentence(told.means), _sentence(told.to_do))
        for code, told in sorted(table.items())
    )
    yield _table(("code", "means", "what to do"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
