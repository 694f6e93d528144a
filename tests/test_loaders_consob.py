"""Releases of Consob: the vectors are the specification; the tables below are its corners."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from loading import VECTORS, check_vector, only, vectors
from processortime import within
from scale import size

from blocklist.documents import Document
from blocklist.errors import BlocklistError
from blocklist.loaders.authorities.consob import ConsobLoader
from blocklist.loaders.loadoptions import LoadOptions
from blocklist.model.orders import Order

pytestmark = pytest.mark.no_core

OPENING = "Roma, 14 novembre 2024\n\nLa Consob ha ordinato l'oscuramento di nuovi siti.\n\n"


def order_of(text: str) -> Order:
    (order,) = ConsobLoader().load(Document("x", "x", (OPENING + text).encode()), LoadOptions())
    return order


@pytest.mark.parametrize("file", vectors("consob"))
def test_vector(file: Path) -> None:
    check_vector(file)


def test_bystanders() -> None:
    order = only(VECTORS / "consob" / "release.txt")
    assert {(mention.line, mention.text) for mention in order.mentions} == {
        (5, "www.giornale.example.com"),
        (16, "https://www.facebook.com/valutarapida"),
        (20, "www.consob.it"),
        (20, "www.avvisi.example.com"),
        (21, "info@avvisi.example.com"),
    }
    assert all(mention.reason for mention in order.mentions)
    assert any("is a page" in warning for warning in order.warnings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Uno" (sito internet a.example.com e relativa pagina b.example.com).',
         ["a.example.com", "b.example.com"]),
        ("Di seguito i siti:\n\n1. a.example.com\n2. b.example.com;\n",
         ["a.example.com", "b.example.com"]),
        ("Ha disposto l'oscuramento del sito a.example.com e del portale b.example.com.",
         ["a.example.com", "b.example.com"]),
        (('I siti:\n- "Uno" (siti a.example.com, b.example.com);\n- "Due" (pagina internet\n'
          "https://c.example.com/x)."), ["a.example.com", "b.example.com", "c.example.com/x"]),
    ],
)  # fmt: skip
def test_targets(text: str, expected: list[str]) -> None:
    assert [target.value for target in order_of(text).targets] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ne ha scritto il giornale b.example.com.",
        "L'elenco è consultabile sul sito b.example.com.",
        "Gli interessati scrivano a info@b.example.com.",
        "La società clonata (Vera S.p.A., b.example.com) è autorizzata.",
        "I siti che imitano il sito b.example.com sono stati segnalati.",
        "Maggiori notizie: b.example.com",
        "L'oscuramento non riguarda il sito b.example.com.",
        "L'oscuramento del sito b.example.com è stato annullato dal TAR.",
        "È stato chiesto l'oscuramento del sito b.example.com, ma la richiesta è stata respinta.",
        "Respinta la richiesta di oscuramento del sito b.example.com.",
        "Si valuta l'oscuramento del sito b.example.com.",
        "L'accesso al sito b.example.com è sicuro.",
        "Per bloccare la carta, il sito è b.example.com.",
        "La vera Uno S.p.A. (sito internet b.example.com) è estranea.",
        "Gamma SIM (sito b.example.com) non ha alcun legame con i siti oscurati.",
        "Oscurati i siti segnalati da b.example.com.",
        "Si ricorda che sono già oscurati i seguenti siti: b.example.com.",
        "Ha ordinato l'oscuramento dei siti che imitano i siti: b.example.com.",
    ],
)
def test_bystander_is_told(text: str) -> None:
    order = order_of(f'Elenco dei siti:\n- "Uno" (sito a.example.com);\n\n{text}')
    assert [target.value for target in order.targets] == ["a.example.com"]
    assert [mention.line for mention in order.mentions] == [8]


@pytest.mark.parametrize(
    ("text", "warns"),
    [
        ("Oscurati 5 nuovi siti.", True),
        ("Oscurati due siti.", True),
        ("Oscurati 1 siti.", False),
        ("Sale a 1150 il numero complessivo dei siti oscurati.", False),
        ("Sono 1150 i siti complessivamente oscurati da luglio 2019.", False),
    ],
)
def test_count(text: str, warns: bool) -> None:
    order = order_of(f"{text}\n\nElenco dei siti:\n- a.example.com\n")
    assert any("1 were read" in warning for warning in order.warnings) == warns


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#2024020200\na.example.com\n",
        "# Consob, oscurati 5 siti\na.example.com\n",
        "La Consob vigila sui mercati.\n",
        "Ha ordinato l'oscuramento del sito a.example.com\n",
        "L'IVASS, con la Consob, ha disposto l'oscuramento del sito a.example.com\n",
    ],
)
def test_does_not_recognise(text: str) -> None:
    assert not ConsobLoader().recognises(Document("x", "x", text.encode()))


@pytest.mark.parametrize(
    "piece",
    ["sito ", "(sito ", "oscuramento ", "http://a", "a.example.com (", "a.example.com\n", '"', ":",
     "oscurati di a ad ai ", "1 luglio 2020 ", "Consob ha ordinato ", "a-\nb.to\n", "\n\n"],
)  # fmt: skip
def test_hostile_repetition(piece: str) -> None:
    with within(size(20, 4)), suppress(BlocklistError):
        order_of(piece * (size(500_000, 80_000) // len(piece)))
