"""Whole acts: articles, confirmations, tables, letters that pass an order on, points that refer."""

from __future__ import annotations

from pathlib import Path

import pytest

from blocklist import load_orders
from blocklist.errors import BlocklistError

pytestmark = pytest.mark.no_core

DIRECTOR = (
    "AGENZIA DELLE DOGANE E DEI MONOPOLI\n\nIL DIRETTORE\n\nVista la legge 27 dicembre 2006, n. "
    "296;\n\n{}\n\nRoma, 3 marzo 2025\n"
)
FRAMES = {
    "court": "TRIBUNALE DI MILANO\nN. R.G. 1/2025\n\nP.Q.M.\n\n{}\n\nMilano, 3 marzo 2025\n",
    "decree": DIRECTOR.format("DECRETA\n\n{}"),
    "adm": DIRECTOR,
    "agcom": (
        "DELIBERA N. 5/25/CONS\n\nORDINE CAUTELARE\n\nL'AUTORITÀ\n\nVISTA la legge 14 luglio "
        "2023, n. 93;\n\nORDINA\n\n{}\n\nRoma, 3 marzo 2025\n"
    ),
    "letter": (
        "Guardia di Finanza\nNucleo Speciale Beni e Servizi\n\nAgli operatori di "
        "telecomunicazioni in indirizzo\n\nOggetto: decreto di sequestro preventivo.\n\n{}\n\n"
        "IL COMANDANTE\n"
    ),
    "text": "{}",
}


def vectors() -> list[tuple[str, str, str]]:
    path = Path(__file__).with_name("vectors") / "prose" / "acts.tsv"
    lines = [line for line in path.read_text("utf-8").splitlines() if line[:1] != "#"]
    return [(frame, wanted, said) for frame, wanted, said in (line.split("\t") for line in lines)]


@pytest.mark.parametrize(("frame", "wanted", "said"), vectors())
def test_act(frame: str, wanted: str, said: str) -> None:
    text = FRAMES[frame].format(said.replace("\\n", "\n"))
    try:
        orders = load_orders(text.encode(), name="order.txt")
    except BlocklistError:
        orders = []
    found = [target.text for order in orders for target in order.targets]
    found += [f"!{target.text}" for order in orders for target in order.exceptions]
    assert " ".join(found or ["-"]) == wanted
