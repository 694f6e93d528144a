"""The words around a name that say it is not what a clause blocks, one sentence for each."""

from __future__ import annotations

import pytest

from blocklist.loaders.italian.candidates import Text, find_candidates
from blocklist.loaders.italian.cues import (
    EXCEPT,
    NEGATION,
    below_furniture,
    broken_before,
    goes_on,
    in_columns,
    is_earlier,
    is_participle,
    left_out,
    of_addresses,
    of_other_things,
    of_pages,
    opened,
    said_otherwise,
)

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("inibire l'accesso al sito ", ""),
        ("il sito è un mirror del sito ", "named as what another site refers to"),
        ("la cui fonte: il sito ", "named as what another site refers to"),
        ("registrato tramite il sito ", "named as a means"),
        ("raggiungibile tramite il sito ", ""),
        ("le opere della piattaforma ", "named as where works come from"),
        ("bloccare a.example (registrar: ", "in a remark in parentheses"),
        ("bloccare a.example (già ", ""),
        ("bloccare a.example (vecchio) e il sito ", ""),
    ],
)
def test_said_otherwise(before: str, reason: str) -> None:
    assert said_otherwise(before) == reason


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("inibire l'accesso agli indirizzi IP ", True),
        ("bloccare la subnet ", True),
        ("bloccare i nomi a dominio ", False),
        ("bloccare sul servizio di risoluzione DNS all'indirizzo IP ", False),
    ],
)
def test_of_addresses(said: str, found: bool) -> None:
    assert of_addresses(said) is found


@pytest.mark.parametrize(
    ("before", "found"),
    [("oscurare la pagina web ", True), ("la pagina del sito ", False), ("a pagina 4 ", False)],
)
def test_of_pages(before: str, found: bool) -> None:
    assert of_pages(before) is found


@pytest.mark.parametrize(
    ("said", "opens"),
    [
        ("ordina di bloccare i siti", False),
        ("ordina di garantire l'accesso ai siti", True),
        ("inibisce a Tizia S.p.A. di consentire l'accesso ai siti", False),
        ("ordina di non consentire l'accesso", False),
    ],
)
def test_opened(said: str, opens: bool) -> None:
    assert (opened(said) >= 0) is opens


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("ordina di bloccare i pagamenti verso i siti ", True),
        ("ordina di inibire l'uso del marchio sui siti ", True),
        ("ordina di bloccare l'accesso ai siti ", False),
    ],
)
def test_of_other_things(said: str, found: bool) -> None:
    assert of_other_things(said) is found


@pytest.mark.parametrize(
    ("word", "found"), [("bloccati", True), ("inibita", True), ("blocca", False)]
)
def test_is_participle(word: str, found: bool) -> None:
    assert is_participle(word) is found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("era già stato oscurato il sito", True),
        ("i siti già inibiti con delibera", True),
        ("si ricorda che", True),
        ("ordina l'oscuramento del sito", False),
    ],
)
def test_is_earlier(said: str, found: bool) -> None:
    assert is_earlier(said) is found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (", nonché di bloccare i siti", True),
        (" e inoltre di inibire l'accesso ai siti", True),
        (", e rigetta la domanda di blocco dei siti", False),
    ],
)
def test_goes_on(said: str, found: bool) -> None:
    assert goes_on(said) is found


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (" (escluso)", True),
        (" (non accolta la domanda)", True),
        (" - già oscurato", True),
        ("\trevocato", True),
        (" (non escluso)", False),
        (" (pirata)", False),
        (" e altri esclusi", False),
    ],
)
def test_left_out(after: str, found: bool) -> None:
    assert left_out(after) is found


@pytest.mark.parametrize(
    "said",
    ["fatta eccezione per ", "ad esclusione di ", "salvo ", "ferma restando la raggiungibilità di ",
     "restano accessibili ", "tranne "],
)  # fmt: skip
def test_words_of_exceptions(said: str) -> None:
    assert EXCEPT.search(f"bloccare i siti, {said}")
    assert not EXCEPT.search("bloccare i siti e i loro alias")


def test_words_that_turn_a_block_round() -> None:
    assert NEGATION.search("ordina di non ")
    assert NEGATION.search("si astenga dal ")
    assert not NEGATION.search("ordina di ")


def only_name(*lines: str) -> tuple[Text, int]:
    text = Text(lines)
    return text, len(find_candidates(text)) - 1


@pytest.mark.parametrize(
    ("lines", "half"),
    [
        (("siti: uno.example, pirata", "film.example.com"), "pirata"),
        (("i siti", "film.example.com"), ""),
        (("inibire i siti", "- film.example.com"), ""),
        (("uno.example, 2024", "film.example.com"), ""),
    ],
)
def test_broken_before(lines: tuple[str, ...], half: str) -> None:
    text, last = only_name(*lines)
    assert broken_before(text, find_candidates(text)[last]) == half


def test_cells_of_a_table() -> None:
    text = Text(["uno.example.com   Alfa Ltd", "due.example.com   Beta Ltd"])
    _, second = find_candidates(text)
    assert in_columns(text, "   Alfa Ltd", second)
    assert not in_columns(text, " gestito da", second)


def test_a_name_below_what_is_printed_on_each_page() -> None:
    text = Text(["uno.example.com", "Pagina 1 di 3", "www.stampa.example.com", "e due.example.com"])
    first, second, third = find_candidates(text)
    assert below_furniture(text, first, second)
    assert not below_furniture(text, second, third)
