"""Orders by grammar: each verb that orders with each word that blocks, and what only looks so.

The vocabulary stands in ``vectors/prose/grammar.json``; a sample of the products is tried, all of
them with ``--long``. Names that begin with furto are blocked, and lecito.it never is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from random import Random

import pytest
from scale import size

from blocklist import load_orders
from blocklist.errors import OrderError

pytestmark = pytest.mark.no_core

WORDS = json.loads(
    Path(__file__).with_name("vectors").joinpath("prose/grammar.json").read_text("utf-8")
)
A, B, LAWFUL = "furto-a.it", "furto-b.it", "lecito.it"
BOTH = {"n": f"{A} e {B}", "a": A, "b": B, "z": LAWFUL}


def read_document(text: str) -> set[str]:
    try:
        orders = load_orders(text.encode(), name="order.txt")
    except OrderError:
        return set()
    return {target.value.removeprefix("www.").rstrip("/") for o in orders for target in o.targets}


def read(sentence: str) -> set[str]:
    heading = "TRIBUNALE DI MILANO\nN. R.G. 1/2025\n\nP.Q.M."
    return read_document(f"{heading}\n\n{sentence.format(**BOTH)}\n\nMilano, 3 marzo 2025\n")


def sample(first: Sequence[str], second: Sequence[str], count: int) -> list[tuple[str, str]]:
    pairs = list(product(first, second))
    return Random(0).sample(pairs, size(len(pairs), count))


def test_each_verb_orders_each_block() -> None:
    said = [f"{a} {b};" for a, b in sample(WORDS["orders"], WORDS["blocks"], 120)]
    odd = ("astenersi",)  # *che i fornitori provvedano ad astenersi* is no Italian
    said = [one for one in said if not any(word in one for word in odd)]
    assert [one for one in said if read(one) != {A, B}] == []


def test_each_word_that_stops_access() -> None:
    pairs = sample(WORDS["stops"], WORDS["access"], 50)
    said = [f"ordina a Rete S.p.A. di {stop} {access}." for stop, access in pairs]
    assert [one for one in said if read(one) != {A, B}] == []


def test_clauses_that_block() -> None:
    assert [one for one in WORDS["clauses"] if read(f"{one}.") != {A, B}] == []


def test_objects() -> None:
    missed = []
    for one in Random(0).sample(WORDS["objects"], size(len(WORDS["objects"]), 100)):
        wanted = {A, B} if "{b}" in one else {A}
        if read(f"ordina a Rete S.p.A. di inibire l'accesso {one}.") != wanted:
            missed.append(one)
    assert missed == []


def test_documents() -> None:
    assert [text for text in WORDS["documents"] if read_document(text) != {A, B}] == []


def test_documents_that_block_nothing() -> None:
    assert [text for text in WORDS["idle"] if read_document(text)] == []


def test_what_refuses_asks_or_tells_blocks_nothing() -> None:
    pairs = sample(WORDS["refuses"], WORDS["blocks"], 150)
    assert [f"{a} {b};" for a, b in pairs if read(f"{a} {b};")] == []


def test_clauses_that_block_nothing() -> None:
    assert [one for one in WORDS["nothing"] if read(f"{one}.")] == []


@pytest.mark.parametrize("verb", ["inibire l'accesso", "impedire agli utenti di accedere"])
def test_another_site_beside_the_object(verb: str) -> None:
    others = Random(0).sample(WORDS["others"], size(len(WORDS["others"]), 80))
    said = [f"ordina a Rete S.p.A. di {verb} {one}." for one in others]
    assert [one for one in said if LAWFUL in read(one)] == []


def test_only_the_annex_that_is_meant() -> None:
    annexes = "Allegato A\nfurto-a.it\n\nAllegato B\nlecito.it\n"
    heading = "TRIBUNALE DI MILANO\nN. R.G. 1/2025\n\nP.Q.M.\n\n"
    texts = [f"{heading}{one}\n\nMilano, 3 marzo 2025\n\n{annexes}" for one in WORDS["annexes"]]
    assert [text for text in texts if read_document(text) != {A}] == []
