"""Where an operative part begins in an act without P.Q.M.; lists behind the signature."""

from __future__ import annotations

import pytest

from blocklist import load_orders
from blocklist.errors import OrderError

pytestmark = pytest.mark.no_core

HEAD = "TRIBUNALE DI MILANO\nR.G. 12/2025\n"
BLOCK = "a Rete S.p.A. di oscurare i siti furto-a.it e furto-b.it;\nMilano, 3 marzo 2025\n"


def read(order: str) -> list[str]:
    try:
        (found,) = load_orders(order.encode(), name="order.txt")
    except OrderError:
        return []
    return [target.text for target in found.targets]


@pytest.mark.parametrize(
    "opening",
    [
        "Il Giudice, letti gli atti, ritenuta l'urgenza ex art. 700, co. 1, c.p.c.,\nordina ",
        "Il Giudice,\n- letto il ricorso;\n- ritenuto che i siti siano pirata;\nordina ",
        "Il Tribunale, in accoglimento del ricorso, ordina ",
        "Il Tribunale, visto il ricorso che precede, così provvede:\nsi ordina ",
        "visto il ricorso;\nrilevato che la resistente non si è opposta;\nordina ",
        "Il Giudice,\nconferma il decreto del 4 marzo 2025 e, per l'effetto, ordina ",
    ],
)
def test_who_decides_opens_it(opening: str) -> None:
    assert read(HEAD + opening + BLOCK) == ["furto-a.it", "furto-b.it"]


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "Il Giudice, rilevato che il Garante, con provvedimento del 3 marzo 2025,\n"
        "ordina " + BLOCK,
        HEAD + "La ricorrente chiede che il Tribunale\nordina " + BLOCK,
        "RICORSO\n" + HEAD + "Il Tribunale ordina " + BLOCK,
        "Tribunale di Milano, oscurati due siti\nR.G. 12/2025\n\nIl Tribunale ordina " + BLOCK,
        "Tribunale di Milano\n\nUn articolo. Il Tribunale ordina " + BLOCK,
    ],
)
def test_who_tells_of_it_does_not(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("reference", "heading"),
    [
        ("identificati nella tabella riportata in calce", "TABELLA"),
        ("di cui all'elenco allegato", "ELENCO"),
        ("di cui all'elenco in calce", "Siti oggetto di inibitoria"),
    ],
)
def test_a_list_behind_the_signature(reference: str, heading: str) -> None:
    order = (
        f"{HEAD}\nP.Q.M.\n\nordina a Rete S.p.A. di inibire l'accesso ai siti {reference};\n"
        f"Milano, 3 marzo 2025\nIl Giudice\n\n{heading}\n\n1. furto-a.it\n2. furto-b.it\n"
    )
    assert read(order) == ["furto-a.it", "furto-b.it"]


def test_a_list_that_nothing_refers_to() -> None:
    order = (
        f"{HEAD}\nP.Q.M.\n\nordina a Rete S.p.A. di oscurare il sito furto-a.it;\n"
        "Milano, 3 marzo 2025\nIl Giudice\n\nTABELLA\n\n1. lecito-a.it\n2. lecito-b.it\n"
    )
    assert read(order) == ["furto-a.it"]


def test_a_duty_announces_a_list() -> None:
    letter = (
        "AGENZIA DELLE DOGANE E DEI MONOPOLI\nProt. 12/RU\n\nCodesti operatori sono pertanto "
        "tenuti a inibirne l'accesso. Di seguito i siti da inibire:\n\nfurto-a.it\nfurto-b.it\n"
    )
    assert read(letter) == ["furto-a.it", "furto-b.it"]
    asked = letter.replace("sono pertanto tenuti a", "hanno chiesto se occorra")
    assert read(asked) == []
