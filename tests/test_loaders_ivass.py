"""Releases of IVASS: typographic dashes, bystanders, counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from loading import VECTORS, check_vector, only, vectors

from blocklist.documents import Document
from blocklist.loaders.authorities.ivass import IvassLoader
from blocklist.loaders.loadoptions import LoadOptions

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("file", vectors("ivass"))
def test_vector(file: Path) -> None:
    check_vector(file)


def test_dashes_and_bystanders() -> None:
    order = only(VECTORS / "ivass" / "dashes.txt")
    assert [bool(target.note) for target in order.targets] == [True, True, False]
    assert {mention.text for mention in order.mentions} == {
        "www.facebook.com", "www.consob.it", "t.me/polizze", "www.ivass.it",
        "informazioni@polizze.example.com",
    }  # fmt: skip
    assert order.warnings == (
        (
            "line 13: 't.me/polizze' is not blocked: the site of an authority or a platform; "
            "look at it"
        ),
        "line 7: the release says 'seguenti 4 siti', and 3 were read",
    )


@pytest.mark.parametrize("dash", "\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
@pytest.mark.parametrize("kind", ["pdf", "docx", "html"])
def test_each_dash(dash: str, kind: str) -> None:
    text = f"IVASS\nSiti abusivi, oscurati i seguenti siti:\nrc{dash}auto.example.com\n"
    document = Document("x", "x", b"octets", kind=kind, rendered=text)
    assert IvassLoader().recognises(document)
    (order,) = IvassLoader().load(document, LoadOptions())
    assert [(t.value, t.raw) for t in order.targets] == [
        ("rc-auto.example.com", f"rc{dash}auto.example.com")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# IVASS siti irregolari\na.example.com\n",
        "IVASS: relazione annuale\n",
        "Siti irregolari:\na.example.com\n",
        "La Consob e l'IVASS hanno disposto l'oscuramento di siti irregolari\n",
    ],
)
def test_does_not_recognise(text: str) -> None:
    assert not IvassLoader().recognises(Document("x", "x", text.encode()))


@pytest.mark.parametrize(
    "told",
    [
        "Respinta la richiesta di oscuramento del sito b.example.com.",
        "In precedenza era stato disposto l'oscuramento del sito b.example.com.",
        "Per l'oscuramento dei propri dati, sito b.example.com.",
        "Si ricorda che sono già oscurati i seguenti siti: b.example.com.",
    ],
)
def test_what_is_told_before_the_order(told: str) -> None:
    ordered = "L'IVASS ha disposto l'oscuramento dei seguenti siti irregolari:\n- a.example.com"
    document = Document("x", "x", f"IVASS\n\n{told}\n\n{ordered}\n".encode())
    (order,) = IvassLoader().load(document, LoadOptions())
    assert [target.value for target in order.targets] == ["a.example.com"]
