"""Marks: each entry of an order is found where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from loading import VECTORS, only
from processortime import within

from blocklist import load_orders
from blocklist.documents import Document
from blocklist.loaders.marking import Mark, mark, sentence_at
from blocklist.model.orders import Order
from blocklist.model.targets import Mention, Rejected, Target, TargetKind

pytestmark = pytest.mark.no_core

PROSE = sorted(
    file
    for folder in ("court", "agcom-order", "consob", "ivass")
    for file in (VECTORS / folder).glob("*.txt")
)


def target(raw: str, line: int = 1) -> Target:
    return Target(TargetKind.SUBTREE, raw.lower(), raw, line)


@pytest.mark.parametrize("file", PROSE, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_entry(file: Path) -> None:
    try:
        (order,) = load_orders(file)
    except ValueError:
        return
    lines = Document("x", "x", file.read_bytes()).lines
    marks = mark(order, lines)
    found = [lines[m.line - 1][m.start : m.end] for m in marks]
    entries = [t.raw for t in (*order.targets, *order.exceptions)]
    entries += [r.text for r in order.rejected] + [m.text for m in order.mentions]
    assert sorted(found) == sorted(part for text in entries for part in text.split("\n") if part)
    assert len({(m.line, m.start) for m in marks}) == len(marks)


def test_same_text_twice() -> None:
    line = "b.to xb.to b.to.it b.to, b.to"
    order = Order(id="x", targets=[target("b.to"), target("b.to")],
                  mentions=(Mention("b.to", 1, "why"),))  # fmt: skip
    assert mark(order, [line]) == [
        Mark(1, 0, 4, "target", ""),
        Mark(1, 19, 23, "target", ""),
        Mark(1, 25, 29, "mention", "why"),
    ]


def test_broken_and_changed_text() -> None:
    lines = ["il sito a-", "b.to e qui", "  altro testo  "]
    order = Order(id="x", rejected=(Rejected(1, "a-\nb.to", "cut", "broken-name"),
                  Rejected(3, "(confidential)", "no", "x"), Rejected(0, "y", "no", "x"),
                  Rejected(9, "y", "no", "x")))  # fmt: skip
    assert mark(order, lines) == [
        Mark(1, 8, 10, "rejected", "cut"),
        Mark(2, 0, 4, "rejected", "cut"),
        Mark(3, 2, 13, "rejected", "no"),
    ]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("a.to", "Il sito a.to è lecito."),
        ("b.to", "Si ordina il blocco di b.to e c.to entro 3 giorni."),
        ("c.to", "Si ordina il blocco di b.to e c.to entro 3 giorni."),
        ("d.to", "- d.to;"),
    ],
)
def test_sentence(raw: str, sentence: str) -> None:
    lines = ["Il sito a.to è lecito. Si ordina il blocco", "di b.to e c.to entro 3 giorni.", "",
             "- d.to;", "- e.to."]  # fmt: skip
    number = next(n for n, line in enumerate(lines, 1) if raw in line)
    (place,) = mark(Order(id="x", targets=[target(raw, number)]), lines)
    assert sentence_at(lines, place) == sentence


def test_list() -> None:
    order = only(b"0.0.0.0 a.example.com # x\n0.0.0.0 b.example.com\n", format="hosts")
    lines = ["0.0.0.0 a.example.com # x", "0.0.0.0 b.example.com"]
    assert [(m.line, m.start) for m in mark(order, lines)] == [(1, 8), (2, 8)]


def test_time() -> None:
    names = [f"n{number}.to" for number in range(20_000)]
    order = Order(id="x", targets=[target(name) for name in names])
    with within(20):
        assert len(mark(order, [" ".join(names)])) == len(names)
        many = mark(order, [" ".join(reversed(names))])
    assert sentence_at([" ".join(names)], many[-1])
