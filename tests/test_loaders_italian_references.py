"""Orders that take their sites, or what is ordered of them, from another part of the same act."""

from __future__ import annotations

import pytest

from blocklist import load_orders
from blocklist.errors import OrderError

pytestmark = pytest.mark.no_core

COURT = "TRIBUNALE DI MILANO\nR.G. 12/2025 - sub 1\n\nIl Giudice\n\n"
BEFORE = (
    "vista l'ordinanza del 9 marzo 2025, con la quale è stato ordinato alle resistenti di impedire "
    "l'accesso a vecchio-furto.it;\nvista l'istanza, relativa anche a lecito.it,\n\n"
)
SITES = "\n\n  furto-a.it; www.furto-b.it\n\ndisponendo che vi provvedano entro due giorni;\n\n"
END = "RIGETTA\n\nl'istanza quanto a lecito.it.\n\nMilano, 7 luglio 2025\n"


def read(text: str) -> set[str]:
    try:
        orders = load_orders(text.encode(), name="o.txt")
    except OrderError:
        return set()
    return {target.text.removeprefix("www.") for o in orders for target in o.targets}


@pytest.mark.parametrize(
    "words",
    [
        "ESTENDE\n\nl'ordine contenuto nell'ordinanza del 9 marzo 2025 agli ulteriori domini",
        "P.Q.M.\n\nestende l'ordine di cui all'ordinanza ai seguenti siti:",
        "P.Q.M.\n\nestende pertanto il provvedimento citato anche ai nuovi nomi a dominio",
    ],
)
def test_an_order_is_extended(words: str) -> None:
    assert read(COURT + BEFORE + words + SITES + END) == {"furto-a.it", "furto-b.it"}


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (BEFORE, "P.Q.M.\n\nnon estende l'ordine ai seguenti siti:"),
        (BEFORE, "P.Q.M.\n\nestende la revoca dell'ordine ai seguenti siti:"),
        (BEFORE, "P.Q.M.\n\nestende l'ordine di pubblicazione ai seguenti siti:"),
        (BEFORE, "P.Q.M.\n\nla ricorrente chiede se il giudice estende l'ordine ai seguenti siti:"),
        (BEFORE.replace("impedire", "ripristinare"), "ESTENDE\n\nl'ordine agli ulteriori domini"),
        ("visto il ricorso contro lecito.it,\n\n", "ESTENDE\n\nl'ordine agli ulteriori domini"),
        (BEFORE.replace("è stato ordinato", "è stata respinta la domanda di ordinare"),
         "ESTENDE\n\nl'ordine agli ulteriori domini"),
    ],
)  # fmt: skip
def test_nothing_is_extended(before: str, words: str) -> None:
    assert read(COURT + before + words + SITES + END) == set()


AGCOM = (
    "Autorità per le garanzie nelle comunicazioni\n\nDelibera n. 12/26/CONS\n\nL'AUTORITÀ\n\n"
    "VISTE le diffide ai gestori dei siti furto-a.it, lecito-a.it e furto-b.it;\n\nDELIBERA\n\n"
    "Articolo 1\n1. {}\n2. Si ordina ai fornitori di accesso di procedere al blocco dei siti {}.\n"
    "\nArticolo 2\n1. Il procedimento nei confronti del gestore di lecito-a.it è archiviato.\n\n"
    "Roma, 4 marzo 2026\nIL PRESIDENTE\n"
)
BREACH = "È accertata l'inottemperanza da parte dei gestori dei siti furto-a.it e furto-b.it."


@pytest.mark.parametrize("reference", ["indicati al comma 1", "di cui al precedente comma 1"])
def test_sites_of_a_paragraph(reference: str) -> None:
    text = AGCOM.format(BREACH, reference)
    assert read(text) == {"furto-a.it", "furto-b.it"}
    (order,) = load_orders(text.encode(), name="o.txt")
    said = " ".join(order.warnings)
    assert "archiviato" in said
    assert "refers to what was named before" in said


@pytest.mark.parametrize(
    ("paragraph", "reference"),
    [
        (BREACH, "indicati al comma 3"),
        (BREACH, "indicati al comma 1 dell'articolo 2"),
        (BREACH, "indicati ai commi 1 e 2"),
        ("È accertato l'adempimento dei gestori dei siti lecito-a.it e lecito-b.it.",
         "indicati al comma 1"),
        ("È revocato l'ordine per inottemperanza sui siti lecito-a.it e lecito-b.it.",
         "indicati al comma 1"),
        ("Non è accertata l'inottemperanza dei siti lecito-a.it e lecito-b.it.",
         "indicati al comma 1"),
        ("È accertata l'inottemperanza in danno della banca lecito-a.it e del sito lecito-b.it.",
         "indicati al comma 1"),
    ],
)  # fmt: skip
def test_sites_of_no_certain_paragraph(paragraph: str, reference: str) -> None:
    assert read(AGCOM.format(paragraph, reference)) == set()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("è rivolto ai prestatori di mere conduit e riguarda i seguenti siti",
         {"furto-a.it", "furto-b.it"}),
        ("è impartito ai fornitori di accesso e concerne i seguenti siti",
         {"furto-a.it", "furto-b.it"}),
        ("è rivolto ai prestatori e non riguarda i seguenti siti", set()),
        ("riguardava i seguenti siti", set()),
        ("è stato eseguito dai prestatori sui seguenti siti", set()),
        ("è revocato per i seguenti siti", set()),
    ],
)  # fmt: skip
def test_the_order_is_the_subject(said: str, expected: set[str]) -> None:
    text = (
        "Autorità per le garanzie nelle comunicazioni\nDETERMINA N. 12/25/DDA\n\nIL DIRETTORE\n\n"
        "DETERMINA\n\n1. L'ordine di disabilitazione dell'accesso mediante blocco del DNS "
        f"{said}:\n"
        "\n   N.  Sito           Alias dell'ordine precedente\n"
        "   1   furto-a.it     già vecchio-a.it\n   2   furto-b.it     -\n\n"
        "2. Per il sito vecchio-a.it l'ordine di allora è cessato.\n\nRoma, 1 marzo 2025\n"
    )
    assert read(text) == expected


def test_letters_and_bullets_that_recognition_misread() -> None:
    text = (
        "TRlBUNALE Dl BERGAMO\nSezione GlP\n\nN. 12/25 R.G. GlP\n\nP . Q . M .\n\n"
        "Dispone il sequestro preventivo dei siti internet\n\ne   furto-a.it\n¢   furto-b.it\n"
        "·   furto-c.it\n¢   furto-d.it\n\ned ordina ai fornitori di attuarne l'oscuramento.\n\n"
        "Bergamo, 1 marzo 2025\n"
    )
    names = {"furto-a.it", "furto-b.it", "furto-c.it", "furto-d.it"}
    assert read(text) == names
    (order,) = load_orders(text.encode(), name="o.txt")
    assert order.authority.name == "Tribunale di Bergamo"
