"""Prose about child abuse material is confidential, though nobody states it."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from blocklist import Order, load_orders
from blocklist.errors import OrderError
from blocklist.loaders.drafts import draft_text, drafted_documents
from blocklist.loaders.loadoptions import LoadOptions

pytestmark = pytest.mark.no_core

HEADS = {
    "centre": "MINISTERO DELL'INTERNO\nServizio Polizia Postale\n"
    "Centro Nazionale per il Contrasto della Pedopornografia Online",
    "short": "POLIZIA DI STATO\nC.N.C.P.O.",
    "law": "MINISTERO DELL'INTERNO\nOggetto: art. 14-quater della legge 3 agosto 1998, n. 269",
    "law before": "POLIZIA POSTALE\nOggetto: legge n. 269/1998, articolo 14 quater",
    "court": "TRIBUNALE DI ROMA\nUfficio GIP\nReati di pedo-pornografia",
    "words": "TRIBUNALE DI ROMA\nMateriale prodotto mediante abuso sessuale di minori",
}
OTHER = "TRIBUNALE DI ROMA\nart. 14-quater della legge 7 agosto 1990, n. 241"
ORDERED = """

P.Q.M.

Si ordina ai fornitori di connettività di inibire, entro sei ore, l'accesso ai seguenti siti:

badone.example
www.badtwo.example
"""


def letter(folder: Path, head: str, ordered: str = ORDERED) -> Path:
    path = folder / "letter.txt"
    path.write_text(head + ordered, "utf-8")
    return path


def only(path: Path) -> Order:
    (order,) = load_orders(path)
    return order


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_its_order_is_confidential_and_says_why(head: str, tmp_path: Path) -> None:
    order = only(letter(tmp_path, head))
    assert [target.text for target in order.targets] == ["badone.example", "www.badtwo.example"]
    assert order.confidential
    assert "child abuse material" in order.warnings[-1]


def test_other_orders_are_as_they_were(tmp_path: Path) -> None:
    order = only(letter(tmp_path, OTHER))
    assert not order.confidential
    assert not any("child abuse" in warning for warning in order.warnings)


def test_the_centre_is_the_authority_though_ministry_and_police_stand_above(tmp_path: Path) -> None:
    assert only(letter(tmp_path, HEADS["centre"])).authority.key == "cncpo"


@pytest.mark.parametrize("said", ["true", "false"])
def test_what_a_sidecar_states_holds(said: str, tmp_path: Path) -> None:
    path = letter(tmp_path, HEADS["centre"])
    path.with_name("letter.txt.toml").write_text(f"confidential = {said}\n", "utf-8")
    order = only(path)
    assert order.confidential is (said == "true")
    assert not any("child abuse" in warning for warning in order.warnings)


@pytest.mark.parametrize("asked", [None, "court"])
def test_no_error_shows_its_names(asked: str | None, tmp_path: Path) -> None:
    refused = ORDERED.replace("Si ordina", "Si chiede").replace("P.Q.M.", "")
    with pytest.raises(OrderError) as caught:
        load_orders(letter(tmp_path, HEADS["centre"], refused), format=asked)
    assert caught.value.is_concealed
    assert "badone" not in str(caught.value)


def test_a_draft_is_confidential_and_is_written_only_if_its_names_may_be_shown(
    tmp_path: Path,
) -> None:
    path = letter(tmp_path, HEADS["centre"])
    with pytest.raises(OrderError, match="--show-confidential"):
        drafted_documents(path, LoadOptions())
    text = draft_text(drafted_documents(path, LoadOptions(), confidential=True))
    assert "\nconfidential = true" in text


def test_a_list_in_a_mail_is_as_confidential_as_what_the_mail_says(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["Date"] = "a@example.org", "Mon, 30 Nov 2026 10:00:00 +0100"
    message.set_content(f"{HEADS['centre']}\n\nIn allegato l'elenco.\n")
    message.add_attachment("badone.example\nbadtwo.example\nbadthree.example\n", filename="a.txt")
    path = tmp_path / "letter.eml"
    path.write_bytes(bytes(message))
    assert only(path).confidential
    message.clear_content()
    message.set_content("In allegato l'elenco.")
    message.add_attachment("# pedopornografia\nbadone.example\nbadtwo.example\n", filename="a.txt")
    path.write_bytes(bytes(message))
    assert not only(path).confidential  # a remark in a list says nothing of the whole of it
