"""An ordering verb reaches a word that blocks only through known links: whole sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shared_data import shared

from blocklist import load_orders
from blocklist.errors import OrderError

pytestmark = pytest.mark.no_core


def rows(text: str) -> list[tuple[str, str]]:
    """Return what is expected of each sentence, and the sentence."""
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return [(expected, sentence.replace("\\n", "\n")) for expected, sentence in lines]


FRAMES = rows(Path(__file__).with_name("vectors").joinpath("prose/frames.tsv").read_text("utf-8"))


def read(sentence: str) -> tuple[list[str], str]:
    """Return the targets of an order with this sentence, and what is said about the rest."""
    order = f"TRIBUNALE DI MILANO\nN. R.G. 1/2025\n\nP.Q.M.\n\n{sentence}\n\nMilano, 3 marzo 2025\n"
    try:
        (read,) = load_orders(order.encode(), name="order.txt")
    except OrderError as error:
        return [], str(error)
    return [target.text for target in read.targets], "\n".join(read.warnings)


def ordered(expected: str, sentence: str) -> list[str]:
    return re.findall(r"furto[\w.-]*\w", sentence) if expected == "block" else []


@pytest.mark.parametrize(("expected", "sentence"), FRAMES)
def test_sentence(expected: str, sentence: str) -> None:
    targets, said = read(sentence)
    assert targets == ordered(expected, sentence)
    if expected != "block":
        assert "is not blocked" in said or "only mentioned" in said


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("ordina a Rete S.p.A. di fotografare il blocco dei siti a.com;",
         "di fotografare il blocco"),
        ("ordina a Rete S.p.A. di inibire l'accesso al sito a.com qualora paghi;", "qualora paghi"),
        ("ordina a Rete S.p.A. di inibire ai minori l'accesso al sito a.com;", "minori"),
    ],
)  # fmt: skip
def test_a_warning_quotes_the_words(sentence: str, words: str) -> None:
    assert words in read(sentence)[1]


def test_a_stated_page_of_a_site_is_blocked() -> None:
    sentence = "ordina a Rete S.p.A. di inibire l'accesso alle pagine {} del sito lecito.it;"
    assert read(sentence.format("https://lecito.it/diffamazione/7"))[0] == [
        "lecito.it/diffamazione/7"
    ]


def test_sentences_by_another_hand() -> None:
    """All of them: no wrong name, and none missed."""
    pairs = rows(shared("prose/frames.tsv").decode())
    wrong = [said for expected, said in pairs if read(said)[0] != ordered(expected, said)]
    assert wrong == []


RELEASE = "La Consob ha ordinato l'oscuramento di nuovi siti.\n\n{}\n\nRoma, 3 marzo 2025\n"


@pytest.mark.parametrize(
    ("said", "targets"),
    [
        ("Di seguito i siti:\n\nfurto-a.it\n\nI siti autorizzati sono:\n\nlecito-a.it",
         ["furto-a.it"]),
        ("Di seguito i siti:\n\nfurto-a.it\n\nSiti non più oscurati:\n\nlecito-a.it",
         ["furto-a.it"]),
        ("Di seguito i siti:\n\nfurto-a.it, che imita Alfa (sito https://lecito-a.it)",
         ["furto-a.it"]),
        ("Di seguito i siti:\n\n1 furto-a.it lecito-a.it\n2 furto-b.it lecito-a.it",
         ["furto-a.it", "furto-b.it"]),
        ("Di seguito i siti:\n\nfurto-a.it -> lecito-a.it\n",
         ["furto-a.it"]),
    ],
)  # fmt: skip
def test_releases(said: str, targets: list[str]) -> None:
    (order,) = load_orders(RELEASE.format(said).encode(), name="x.txt", format="consob")
    assert [target.text for target in order.targets] == targets


@pytest.mark.parametrize(
    ("format_", "said"),
    [
        ("consob", "Consob ha disposto la revoca dell'oscuramento dei siti:\n\nlecito-a.it"),
        ("consob",
         "Consob ha ordinato di smantellare il blocco e l'oscuramento del sito lecito-a.it."),
        ("ivass",
         "IVASS: aggiornamento dell'elenco dei siti irregolari e cancellazione di:\n\nlecito-a.it"),
        ("ivass", "IVASS ha ordinato l'oscuramento delle pagine del sito lecito-a.it."),
        (
            "agcom-order",
            ("AGCOM\nDELIBERA N. 9/25/CONS\n\nDELIBERA\n\n1. l'annullamento in autotutela dell'"
            "ordine di disabilitazione dell'accesso al sito lecito-a.it;"),
        ),
    ],
)  # fmt: skip
def test_other_authorities_lift(format_: str, said: str) -> None:
    with pytest.raises(OrderError):
        load_orders(f"{said}\n\nRoma, 3 marzo 2025\n".encode(), name="x.txt", format=format_)
