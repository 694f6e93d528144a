"""One order in prose: its parts, the names in each, and the facts that it states."""

from __future__ import annotations

from datetime import date

import pytest

from blocklist import OrderSyntaxError, TargetKind
from blocklist.loaders.italian.candidates import Text
from blocklist.loaders.italian.prose import VERB_LINE, Prose

pytestmark = pytest.mark.no_core

HEADING = """TRIBUNALE DI MILANO
N. R.G. 17/2024
ORDINANZA
La ricorrente cita il sito citato.com.
P.Q.M.
"""
SIGNATURE = "\n\nMilano, 3 marzo 2025\n\nIl Giudice\n"


def prose(operative: str, after: str = SIGNATURE) -> Prose:
    said = HEADING + operative + after
    return Prose(Text(said.split("\n")), len(HEADING), TargetKind.SUBTREE, "order.txt")


def targets(order: Prose) -> list[str]:
    return [target.value for target in order.findings.targets]


def test_names_of_each_part() -> None:
    order = prose("ordina di bloccare il sito uno.com.", f"{SIGNATURE}Si veda anche dopo.com.\n")
    assert targets(order) == ["uno.com"]
    assert {mention.text: mention.reason for mention in order.findings.mentions} == {
        "citato.com": "outside the operative part",
        "dopo.com": "after the operative part",
    }
    assert [clause.text.strip() for clause in order.blocking] == [
        "ordina di bloccare il sito uno.com."
    ]


def test_an_annex_counts_only_if_a_clause_refers_to_it() -> None:
    annex = f"{SIGNATURE}\nAllegato A\n\nuno.com\ndue.com\n"
    assert targets(prose("ordina di bloccare i siti di cui all'allegato A.", annex)) == [
        "uno.com", "due.com",
    ]  # fmt: skip
    order = prose("ordina di bloccare il sito tre.com.", annex)
    assert targets(order) == ["tre.com"]
    assert {m.reason for m in order.findings.mentions if m.text == "uno.com"} == {
        "in an annex that no clause on blocking refers to"
    }


def test_an_annex_that_is_not_there_is_said() -> None:
    order = prose("ordina di bloccare i siti di cui all'allegato A.")
    assert order.warnings == ["the order refers to an annex that is not in the document"]


def test_a_count_that_does_not_agree_is_said() -> None:
    order = prose("ordina di bloccare i tre siti: uno.com, due.com.")
    assert any("2 were read" in warning for warning in order.warnings)
    assert not prose("ordina di bloccare i due siti: uno.com, due.com.").warnings


def test_an_order_without_a_block_is_refused() -> None:
    order = prose("rigetta la domanda quanto al sito uno.com.")
    assert targets(order) == []
    with pytest.raises(OrderSyntaxError, match="orders no block that can be read"):
        order.check()


def test_facts() -> None:
    order = prose(
        "ordina di bloccare il sito uno.com entro 5 giorni dalla comunicazione; "
        "fissa in euro 1.000,00 la penale per ogni giorno di ritardo."
    )
    order.check()
    facts = order.facts()
    assert facts["instrument"] == "ordinanza"
    assert facts["issued"] == date(2025, 3, 3)
    assert facts["case_number"] == "N. R.G. 17/2024"
    assert str(facts["deadline"]) == "5 days from notified"
    assert str(facts["penalty"]) == "1,000 EUR per day"
    assert facts["technique"] == ()


def test_names_that_the_operative_part_points_at() -> None:
    order = prose("ordina di bloccare il sito indicato in premessa.")
    assert order.take(0, len(HEADING)) == 1
    assert targets(order) == ["citato.com"]
    assert order.findings.mentions == []


@pytest.mark.parametrize(
    ("line", "found"),
    [("O R D I N A", True), ("DELIBERA", True), ("DISPONE:", True), ("ordina", False),
     ("DELIBERA\nn. 17/24", False), ("ORDINA a Tizia", False)],
)  # fmt: skip
def test_a_verb_alone_on_its_line(line: str, found: bool) -> None:
    assert (VERB_LINE.search(line) is not None) is found
