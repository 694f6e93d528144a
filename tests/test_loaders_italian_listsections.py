"""Letters that send what changes in a list of blocked sites: only what is added is blocked."""

from __future__ import annotations

import pytest

from blocklist import load_orders
from blocklist.errors import OrderError

pytestmark = pytest.mark.no_core

HEADING = (
    "AGENZIA DELLE DOGANE E DEI MONOPOLI\nDirezione Giochi\n\n"
    "Aggiornamento dell'elenco dei siti inibiti - n. 44/2025\nRoma, 7 novembre 2025\n\n"
    "Si comunicano ai fornitori di connettività le seguenti variazioni.\n\n"
)
ADDED = (
    "SEZIONE A - NUOVI INSERIMENTI (da rendere inaccessibili entro il 17 novembre 2025)\n"
    "  furto-a.it\n  www.furto-b.it\n\n"
)
DROPPED = "SEZIONE B - CANCELLAZIONI (l'accesso va ripristinato)\n  lecito.it\n  libero.it\n\n"


def read(letter: str, heading: str = HEADING) -> set[str]:
    try:
        orders = load_orders(f"{heading}{letter}Il Direttore\n".encode(), name="o.txt")
    except OrderError:
        return set()
    return {target.text.removeprefix("www.") for o in orders for target in o.targets}


@pytest.mark.parametrize(
    "letter",
    [
        ADDED + DROPPED,
        DROPPED + ADDED,
        (ADDED + DROPPED).replace(" - ", " – "),
        "Nuovi inserimenti:\n- furto-a.it\n- furto-b.it\n\nCancellazioni:\n- lecito.it\n",
        "1. Inserimenti\nfurto-a.it\nfurto-b.it\n\n2. Cancellazioni\nlecito.it\n",
        ADDED + "SEZIONE C - SITI RIAMMESSI\nlecito.it\n",
        ADDED + "Per chiarimenti: www.lecito.it\n",
        ADDED + "I seguenti siti sono stati cancellati:\n  lecito.it\n",
        ADDED + "Depennati\n  lecito.it\n  libero.it\n",
        (
            "A) SITI DA AGGIUNGERE ALL'ELENCO E DA INIBIRE:\n\n  furto-a.it\n  furto-b.it\n\n"
            "B) SITI DA ELIMINARE DALL'ELENCO:\n\n  lecito.it\n\nC) Resta fermo www.libero.it.\n"
        ),
        (
            "A) Domini da eliminare\n\n  lecito.it\n\nB) Domini da inserire\n\n  furto-a.it\n"
            "  furto-b.it\n\nC) Altri siti\n\n  libero.it\n"
        ),
    ],
)
def test_what_is_added(letter: str) -> None:
    assert read(letter) == {"furto-a.it", "furto-b.it"}


@pytest.mark.parametrize(
    "letter",
    [
        DROPPED,
        "SEZIONE A - NUOVI INSERIMENTI PROPOSTI\nlecito.it\n",
        "SEZIONE A - NUOVI INSERIMENTI NELLA LISTA BIANCA\nlecito.it\n",
        "SEZIONE A - INSERIMENTI TRA I CONCESSIONARI\nlecito.it\n",
        "SEZIONE A - NUOVI INSERIMENTI\nNessuno. Si ricorda che sono regolari:\nlecito.it\n",
        "SEZIONE A - NUOVI INSERIMENTI\nlecito.it\n\nLa presente variazione è stata annullata.\n",
        "La nota inviata per errore recava:\n\nSEZIONE A - NUOVI INSERIMENTI\nlecito.it\n",
        "Siti da inserire in altra lista\nlecito.it\n",
        "A) Siti da aggiungere all'elenco dopo la revoca\n\nlecito.it\n",
        "A) Siti da rimuovere\n\nlecito.it\n",
        "SEZIONE A - INSERIMENTI NELL'ELENCO DEI SITI AUTORIZZATI\nlecito.it\n",
        "SEZIONE A - INSERIMENTI    SEZIONE B - CANCELLAZIONI\nlecito.it    libero.it\n",
    ],
)
def test_nothing_is_added(letter: str) -> None:
    assert read(letter) == set()


def test_the_list_must_be_of_blocked_sites() -> None:
    assert read(ADDED, HEADING.replace("siti inibiti", "siti autorizzati")) == set()


def test_the_term_is_read() -> None:
    (order,) = load_orders(f"{HEADING}{ADDED}{DROPPED}Il Direttore\n".encode(), name="o.txt")
    assert str(order.deadline) == "2025-11-17"
    assert {mention.text for mention in order.mentions} == {"lecito.it", "libero.it"}
