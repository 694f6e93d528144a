"""What an order blocks is read in whichever usual words and layouts it is written, and no more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from shared_data import shared

from blocklist import load_orders
from blocklist.errors import OrderError
from blocklist.model.orders import Order
from blocklist.model.targets import Target

pytestmark = pytest.mark.no_core


def vectors() -> list[tuple[str, str]]:
    text = Path(__file__).with_name("vectors").joinpath("prose/recall.tsv").read_text("utf-8")
    rows = [line.split("\t", 1) for line in text.splitlines() if line and line[0] != "#"]
    marks = (("\\n", "\n"), ("\\t", "\t"), ("\\uf0b7", "\uf0b7"))
    for row in rows:
        for mark, plain in marks:
            row[1] = row[1].replace(mark, plain)
    return [(expected, sentence) for expected, sentence in rows]


def named(targets: Sequence[Target]) -> set[str]:
    return {target.value.rstrip("/").removeprefix("www.") for target in targets}


def read(text: str) -> tuple[set[str], set[str]]:
    """Return the targets and the exceptions of an order; none if it is refused."""
    try:
        (order,) = load_orders(text.encode(), name="order.txt")
    except OrderError:
        return set(), set()
    return named(order.targets), named(order.exceptions)


@pytest.mark.parametrize(("expected", "sentence"), vectors())
def test_sentence(expected: str, sentence: str) -> None:
    said = expected.split()
    heading = "TRIBUNALE DI MILANO\nN. R.G. 1/2025\n\nP.Q.M."
    assert read(f"{heading}\n\n{sentence}\n\nMilano, 3 marzo 2025\n") == (
        {one for one in said if one[0] not in "!-"},
        {one[1:] for one in said if one[0] == "!"},
    )


ACTS = {
    "autorita-garante-della-concorrenza-e-del-mercato": (
        "AUTORITÀ GARANTE DELLA CONCORRENZA E DEL MERCATO\n\nPROVVEDIMENTO N. 1{n}\n\nDELIBERA\n\n"
        "a) di disporre, ai sensi dell'art. 27 del Codice, che i fornitori di connettività "
        "inibiscano l'accesso al sito furto-a.it;\n"
    ),
    "agenzia-delle-dogane-e-dei-monopoli": (
        "AGENZIA DELLE DOGANE E DEI MONOPOLI\n\nProt. n. 12{n}/RU\n\nOggetto: siti di gioco\n\n"
        "Si ordina ai fornitori di connettività di inibire l'accesso al sito furto-a.it.\n"
    ),
    "garante-per-la-protezione-dei-dati-personali": (
        "GARANTE PER LA PROTEZIONE DEI DATI PERSONALI\n\nProvvedimento [doc. web {n}]\n\n"
        "ai sensi dell'art. 58 del Regolamento, ordina ai fornitori di connettività di inibire "
        "l'accesso al sito furto-a.it.\n"
    ),
    "ministero-della-salute": (
        "Ministero della Salute\n\nDecreto {n}. Il Tribunale di Roma ha deciso.\n\nDECRETA\n\n"
        "Art. 1. È disposto l'oscuramento del sito web furto-a.it.\n"
    ),
    "commissione-nazionale-per-le-societa-e-la-borsa": (
        "CONSOB\n\nDELIBERA N. 2{n}\n\nORDINA\n\na Furto Ltd di porre termine alla violazione;\n\n"
        "ai sensi dell'art. 36, comma 2, ai fornitori di connettività di inibire l'accesso al sito "
        "furto-a.it.\n"
    ),
    "banca-d-italia": (
        "BANCA D'ITALIA\n\nProvvedimento n. {n}\n\nORDINA\n\nai fornitori di connettività di "
        "bloccare l'accesso al sito furto-a.it.\n"
    ),
    "procura-della-repubblica-di-novara": (
        "PROCURA DELLA REPUBBLICA\npresso il Tribunale di Novara\n\nDecreto {n}\n\nDISPONE\n\nil "
        "sequestro preventivo, mediante oscuramento, del sito furto-a.it.\n"
    ),
}


def acts(text: str) -> list[Order]:
    """Return two acts of one day."""
    dated = f"{text}\nRoma, 4 marzo 2025\n"
    read = [load_orders(dated.format(n=n).encode(), name=f"{n}.txt") for n in (71, 72)]
    return [order for orders in read for order in orders]


@pytest.mark.parametrize("authority", ACTS)
def test_acts_of_authorities(authority: str) -> None:
    first, second = acts(ACTS[authority])
    assert named(first.targets) == {"furto-a.it"}
    assert first.id.split(":")[1] == authority
    assert first.id != second.id


@pytest.mark.parametrize(
    "said",
    [
        "Si comunica che il sito lecito.it non risulta bloccato.",
        "Si dispone la revoca dell'ordine di bloccare il sito lecito.it.",
        "Si ordina agli uffici di archiviare il blocco del sito lecito.it.",
    ],
)
def test_a_letter_that_orders_no_block(said: str) -> None:
    letter = (
        f"AGENZIA DELLE DOGANE E DEI MONOPOLI\n\nOggetto: siti\n\n{said}\n\nRoma, 4 marzo 2025\n"
    )
    with pytest.raises(OrderError):
        load_orders(letter.encode(), name="letter.txt")


@pytest.mark.parametrize("kind", ["txt", "docx", "pdf"])
def test_orders_by_another_hand(kind: str) -> None:
    """No wrong name, 0.92 of the names, and no order without a single one."""
    truth = json.loads(shared("prose/orders/truth.json"))
    wanted = read = 0
    for stem, said in truth.items():
        octets = shared(f"prose/orders/{stem}.{kind}")
        try:
            orders = load_orders(octets, name=f"{stem}.{kind}")
        except OrderError:
            assert said.get("nothing"), stem
            continue
        got = {name for order in orders for name in named(order.targets)}
        names = {name.removeprefix("www.") for name in said["targets"]}
        assert got <= names | set(said.get("may", ())), stem
        assert got or said.get("nothing"), stem
        wanted, read = wanted + len(names), read + len(got & names)
    assert read >= 0.92 * wanted
