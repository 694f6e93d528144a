"""Single orders of AGCOM in prose: the vectors are the specification."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from loading import VECTORS, check_vector, only, vectors
from processortime import within
from scale import size

from blocklist import load_orders
from blocklist.documents import Document
from blocklist.errors import BlocklistError, OrderSyntaxError
from blocklist.loaders.authorities.agcom_order import AgcomOrderLoader
from blocklist.loaders.loadoptions import LoadOptions
from blocklist.model.orders import Term

pytestmark = pytest.mark.no_core

HEADING = (
    "AUTORITÀ PER LE GARANZIE NELLE COMUNICAZIONI\n\nDELIBERA N. 1/24/CONS\n"
    "(PROC. N. 5/DDA/EL - DDA/6 - http://uno.example.com, http://due.example.com e "
    "http://tre.example.com)\n\nNELLA riunione del Consiglio del 1° febbraio 2024;\n\n"
)
SIGNATURE = "\n\nRoma, 1° febbraio 2024\n"


def text_of(operative: str, verb: str = "DELIBERA") -> bytes:
    return f"{HEADING}{verb}\n\n{operative}{SIGNATURE}".encode()


@pytest.mark.parametrize("file", vectors("agcom-order"))
def test_vector(file: Path) -> None:
    check_vector(file)


def test_term_and_warning() -> None:
    order = only(VECTORS / "agcom-order" / "title.txt")
    assert order.deadline == Term(2, "day", "notified")
    assert order.warnings[0].startswith("the operative part refers to the title: 2 names")
    # The annex that describes the page of the block names no target.
    assert "www.pagina.example" in {mention.text for mention in order.mentions}


@pytest.mark.parametrize(
    "verb", ["DELIBERA", "DETERMINA", "ORDINA", "D E L I B E R A", "O R D I N A", "DELIBERA:"]
)
@pytest.mark.parametrize(
    "site",
    ["ai siti di cui in epigrafe", "ai siti di cui al titolo", "ai predetti siti",
     "ai siti sopra indicati", "ai siti indicati in premessa", "ai siti suddetti"],
)  # fmt: skip
def test_title(verb: str, site: str) -> None:
    order = only(text_of(f"di disabilitare l'accesso {site} mediante blocco del DNS.", verb))
    assert [target.value for target in order.targets] == [
        "uno.example.com",
        "due.example.com",
        "tre.example.com",
    ]
    assert order.warnings


def test_names_of_the_operative_part_come_first() -> None:
    order = only(text_of("ai prestatori di disabilitare l'accesso al sito http://uno.example.com."))
    assert [target.value for target in order.targets] == ["uno.example.com"]
    assert all(warning.endswith("was found") for warning in order.warnings)


@pytest.mark.parametrize(
    "operative",
    [
        "l'archiviazione del procedimento relativo ai siti di cui in epigrafe.",
        "di rigettare l'istanza di disabilitare l'accesso ai siti di cui in epigrafe.",
        "di non luogo a provvedere; di disabilitare l'accesso ai predetti siti non è caso.",
    ],
)
def test_dismissed(operative: str) -> None:
    with pytest.raises(OrderSyntaxError, match="orders nothing"):
        load_orders(text_of(operative))


def test_title_alone_is_not_enough() -> None:
    with pytest.raises(OrderSyntaxError, match="only mentioned"):
        load_orders(text_of("di disabilitare l'accesso ai contenuti illeciti."))


@pytest.mark.parametrize(
    ("number", "id"),
    [
        ("DELIBERA N. 185/20/CONS", "it:agcom:delibera:185/2020/CONS"),
        ("Delibera n° 91/20/CSP", "it:agcom:delibera:91/2020/CSP"),
        ("Determina n. 125/25/DDA", "it:agcom:determina:125/2025/DDA"),
        ("DETERMINA N.125/2025", "it:agcom:determina:125/2025"),
    ],
)
def test_number(number: str, id: str) -> None:  # noqa: A002
    text = f"AGCOM\n{number}\n\nORDINA\n\ndi disabilitare l'accesso al sito a.example.com\n"
    assert only(text.encode()).id == id


@pytest.mark.parametrize("kind", ["pdf", "docx", "odt", "rtf", "html"])
def test_converted(kind: str) -> None:
    said = text_of("di disabilitare l'accesso ai siti di cui in epigrafe.").decode()
    document = Document("o", "o", b"octets", kind=kind, rendered=said)
    assert AgcomOrderLoader().recognises(document)
    (order,) = AgcomOrderLoader().load(document, LoadOptions())
    assert len(order.targets) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DELIBERA\na.example.com\n",
        "AGCOM\nDELIBERA N. 1/24/CONS\na.example.com\n",
        "\n0000268_2023.21.07\n\na.example.com\n",
        "Delibera n. 5/2024 del Comune\nDELIBERA\ndi approvare il bilancio\n",
    ],
)
def test_does_not_recognise(text: str) -> None:
    assert not AgcomOrderLoader().recognises(Document("x", "x", text.encode()))


@pytest.mark.parametrize(
    "piece",
    ["sito ", "sito di cui ", "predetti siti ", "http://a", "http://a-\n", "a.", "DELIBERA\n",
     "PROC. N. ", "NELLA riunione ", "D E L I B E R A ", "(", "\u00ad", "\u2011", "a-\nb.to\n"],
)  # fmt: skip
def test_hostile_repetition(piece: str) -> None:
    long, repeated = size(300_000, 60_000) // len(piece), size(99_999, 20_000)
    with within(size(20, 5)):
        for text in (text_of(piece * long), (HEADING + piece * repeated).encode()):
            with suppress(BlocklistError):
                load_orders(text, format="agcom-order")
