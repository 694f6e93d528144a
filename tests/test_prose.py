"""Orders in prose, rendered in each format: what is found, what is missed, what is too much.

``pytest -s tests/test_prose.py`` prints the table of ``docs/explanation/reading-prose.md``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import prose_corpus
import prose_later
import prose_third
import pytest
from prose_corpus import Case
from prose_rendering import RENDERINGS
from prose_traps import TRAPS

from blocklist import Order, load_orders
from blocklist.errors import OrderError

ORDERS = [*prose_corpus.ORDERS, *prose_later.ORDERS, *prose_third.ORDERS]
OTHERS = [*prose_corpus.OTHERS, *prose_later.OTHERS, *prose_third.OTHERS]
ALL = {case.name: case for case in (*ORDERS, *OTHERS)}
FORMATS = ("text", "html", "docx", "pdf")
UNREAD = {"genova-rigetto-parziale", "due-tabelle", "reclamo-revoca-in-parte"}
"""Orders that the reader may refuse as a whole, with an error; all others it reads whole."""
MISSED_FACTS = {("firenze-tabella-piu-colonne", "issued")}
"""Facts that the reader may not see; all others it reads."""


def formats_of(case: Case) -> tuple[str, ...]:
    """A page of the web is read as HTML, and what is signed or printed as text, DOCX and PDF."""
    return tuple(name for name in FORMATS if name != "html" or case.html)


PAIRS = [(case.name, name) for case in ORDERS for name in formats_of(case)]
EMPTY = [(case.name, name) for case in OTHERS for name in formats_of(case)]


@cache
def read(name: str, format: str) -> Sequence[Order]:  # noqa: A002
    octets = RENDERINGS[format](ALL[name])
    return load_orders(octets, name=f"{name}.{format}")


def found(orders: Sequence[Order]) -> list[str]:
    return [target.text for order in orders for target in order.targets]


def score(name: str, format: str) -> tuple[float, float, int, int]:  # noqa: A002
    """Precision, recall, targets found and wanted; a target found twice counts once."""
    wanted = Counter(ALL[name].targets)
    try:
        got = Counter(set(found(read(name, format))))
    except OrderError:
        got = Counter()
    right = (wanted & got).total()
    precision = right / got.total() if got else 1.0
    return precision, right / wanted.total(), got.total(), wanted.total()


@pytest.mark.parametrize(("name", "format"), [pair for pair in PAIRS if pair[0] not in UNREAD])
class TestOrders:
    def test_targets(self, name: str, format: str) -> None:  # noqa: A002
        """Every target and nothing else: precision and recall are both 1."""
        got = found(read(name, format))
        assert sorted(set(got)) == sorted(ALL[name].targets)

    def test_exceptions(self, name: str, format: str) -> None:  # noqa: A002
        orders = read(name, format)
        assert {e.text for order in orders for e in order.exceptions} == set(ALL[name].exceptions)

    def test_facts(self, name: str, format: str) -> None:  # noqa: A002
        (order,) = read(name, format)
        wanted = {
            fact: value
            for fact, value in ALL[name].facts.items()
            if (name, fact) not in MISSED_FACTS
        }
        warns = wanted.pop("warns", None)
        assert {fact: facts(order)[fact] for fact in wanted} == wanted
        if warns is not None:
            assert any(re.search(str(warns), warning) for warning in order.warnings), order.warnings

    def test_nothing_is_refused(self, name: str, format: str) -> None:  # noqa: A002
        orders = read(name, format)
        assert [str(refused) for order in orders for refused in order.rejected] == []


def facts(order: Order) -> dict[str, Any]:
    return {
        "authority": order.authority.key,
        "instrument": order.instrument,
        "number": order.normalised_number,
        "case": order.normalised_case_number,
        "issued": str(order.issued or ""),
        "deadline": str(order.deadline or ""),
        "penalty": str(order.penalty or ""),
        "dynamic": bool(order.dynamic),
    }


@pytest.mark.parametrize(("name", "format"), [pair for pair in PAIRS if pair[0] in UNREAD])
def test_what_is_not_read_is_said(name: str, format: str) -> None:  # noqa: A002
    """An order is read whole, or refused with an error; never in part."""
    try:
        got = found(read(name, format))
    except OrderError:
        return
    assert sorted(set(got)) == sorted(ALL[name].targets)


@pytest.mark.parametrize(("name", "format"), EMPTY)
def test_what_orders_nothing(name: str, format: str) -> None:  # noqa: A002
    """It is an error, or an order without targets: never a block."""
    try:
        orders = read(name, format)
    except OrderError:
        return
    assert found(orders) == []


def trapped(trap: str) -> list[str]:
    order = f"TRIBUNALE DI MILANO\nN. R.G. 1/2025\n\nP.Q.M.\n\n{trap}\n\nMilano, 3 marzo 2025\n"
    try:
        return found(load_orders(order.encode(), name="trap.txt"))
    except OrderError:
        return []


@pytest.mark.parametrize("trap", TRAPS)
def test_traps(trap: str) -> None:
    """Whatever is missed, no name is read that is not ordered."""
    assert [name for name in trapped(trap) if not name.startswith("furto")] == []


def test_traps_are_read() -> None:
    """Most of what they order is read all the same."""
    ordered = {(trap, name) for trap in TRAPS for name in re.findall(r"furto-\w+\.to", trap)}
    got = {(trap, name) for trap in TRAPS for name in trapped(trap)}
    assert len(got) >= 0.75 * len(ordered), (len(got), len(ordered))


@pytest.mark.parametrize("format", ["text", "html", "pdf"])  # DOCX holds the time of writing
def test_renderings_are_the_same_each_time(format: str) -> None:  # noqa: A002
    assert RENDERINGS[format](ORDERS[0]) == RENDERINGS[format](ORDERS[0])


def test_table() -> None:
    """The whole corpus as one table, which the documentation shows."""
    rows = table()
    print("\n" + rows)
    shown = (Path(__file__).parent.parent / "docs/explanation/reading-prose.md").read_text("utf-8")
    assert rows in shown, "write the table into the page: pytest -s tests/test_prose.py"


def table() -> str:
    """Precision and recall by case and format, in Markdown."""
    names = list(FORMATS)
    rows = [f"| order | targets | {' | '.join(names)} |", "| --- " * (len(names) + 2) + "|"]
    sums = {name: [0, 0, 0] for name in names}
    for case in ORDERS:
        cells = []
        for name in names:
            if name not in formats_of(case):
                cells.append("")
                continue
            precision, recall, got, wanted = score(case.name, name)
            right = round(recall * wanted)
            sums[name] = [a + b for a, b in zip(sums[name], (right, got, wanted), strict=True)]
            cells.append(f"{precision:.2f} / {recall:.2f}")
        rows.append(f"| {case.name} | {len(case.targets)} | {' | '.join(cells)} |")
    totals = [f"{r / max(g, 1):.3f} / {r / max(w, 1):.3f}" for r, g, w in sums.values()]
    wanted = sum(len(case.targets) for case in ORDERS)
    return "\n".join([*rows, f"| all | {wanted} | {' | '.join(totals)} |"])
