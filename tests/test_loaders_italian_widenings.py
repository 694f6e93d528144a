"""A sentence of an order that says of a listed page that its whole site is meant."""

from __future__ import annotations

import pytest

from blocklist import load_orders
from blocklist.errors import OrderError

pytestmark = pytest.mark.no_core

LISTED = (
    "TRIBUNALE DI MILANO\nR.G. 12/2025\n\nP.Q.M.\n\nordina a Rete S.p.A. di inibire l'accesso ai "
    "seguenti indirizzi:\n\n1) https://furto-a.it/\n2) https://furto-b.it/negozio/\n\n"
)


def read(sentence: str) -> set[str]:
    try:
        (order,) = load_orders(
            f"{LISTED}{sentence}\n\nMilano, 3 marzo 2025\n".encode(), name="o.txt"
        )
    except OrderError:
        return set()
    return {target.text for target in order.targets}


@pytest.mark.parametrize(
    "sentence",
    [
        "Quanto all'indirizzo di cui al n. 2), l'inibizione riguarda l'intero dominio furto-b.it.",
        "Per il n. 2 il blocco si intende esteso all'intero sito furto-b.it.",
        "Per il n. 2 l'oscuramento va riferito all'intero nome a dominio furto-b.it.",
        "L'ordine di cui al n. 2 è esteso a tutto il sito furto-b.it.",
    ],
)
def test_the_whole_site(sentence: str) -> None:
    assert read(sentence) == {"furto-a.it", "furto-b.it"}


@pytest.mark.parametrize(
    "sentence",
    [
        "L'inibizione non riguarda l'intero dominio furto-b.it.",
        "La ricorrente aveva chiesto che il blocco si estendesse all'intero sito furto-b.it.",
        "Secondo l'istanza il blocco riguarda l'intero sito furto-b.it.",
        "Il blocco riguarda la sola pagina del sito furto-b.it.",
        "Un precedente ordine riguarda l'intero sito furto-b.it.",
        "L'inibizione riguarda l'intero dominio lecito.it.",
    ],
)
def test_no_more_than_the_page(sentence: str) -> None:
    assert "furto-b.it" not in read(sentence)
    assert "lecito.it" not in read(sentence)
    assert "furto-b.it/negozio/" in read(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Il blocco riguarda l'intero sito furto-b.it qualora la pagina sia spostata.",
        "Il blocco è revocato e riguardava l'intero sito furto-b.it.",
    ],
)
def test_in_doubt_nothing(sentence: str) -> None:
    assert read(sentence) == set()
