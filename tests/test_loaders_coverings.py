"""What a mail says around an order that it brings."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from blocklist import OrderSyntaxError, load_orders
from blocklist.errors import BlocklistError
from blocklist.loaders.italian.coverings import covering_doubt

pytestmark = pytest.mark.no_core

ORDER = """TRIBUNALE DI MILANO
N. R.G. 1/2025

P.Q.M.

ordina a Rete S.p.A. di inibire l'accesso al sito furto-a.example.

Milano, 3 marzo 2025
"""


def mail(subject: str, text: str, attached: str = "", inner: EmailMessage | None = None) -> bytes:
    return envelope(subject, text, attached, inner).as_bytes()


def envelope(
    subject: str, text: str, attached: str = "", inner: EmailMessage | None = None
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "cancelleria@pec.example", "legale@isp.example"
    message["Subject"], message["Date"] = subject, "Tue, 4 Mar 2025 10:00:00 +0100"
    message["Message-ID"] = "<1@pec.example>"
    message.set_content(text)
    if attached:
        message.add_attachment(attached, filename="ordinanza.txt")
    if inner is not None:
        message.add_attachment(inner)
    return message


def targets(octets: bytes) -> list[str]:
    orders = load_orders(octets, name="order.eml")
    return [target.text for order in orders for target in order.targets]


HARMLESS = (
    "Notifica ordinanza",
    "R: trasmissione ordinanza n. 1/2025",
    "POSTA CERTIFICATA: notifica di provvedimento",
    "Ordinanza di inibizione dell'accesso",
)
TAKES_BACK = (
    "REVOCA - notifica ordinanza", "Annullamento ordine", "Dissequestro siti", "BOZZA ordinanza",
    "Sblocco siti", "R: test", "Esercitazione - notifica decreto", "Rettifica: non eseguire",
    "Per conoscenza: decreto rivolto ad altro operatore", "Ripristino dell'accesso",
)  # fmt: skip


@pytest.mark.parametrize("subject", HARMLESS)
def test_a_harmless_subject_leaves_the_order(subject: str) -> None:
    assert targets(mail(subject, ORDER)) == ["furto-a.example"]
    assert targets(mail(subject, "In allegato l'ordinanza.\n", ORDER)) == ["furto-a.example"]


@pytest.mark.parametrize("subject", TAKES_BACK)
def test_a_subject_that_takes_back_leaves_nothing(subject: str) -> None:
    said = (
        f"the mail that brings it says {subject!r}: look whether it is in force; if so, save it "
        "from the mail, and load that; 'blocklist import --draft order.eml' writes a draft with "
        "every name in it"
    )
    with pytest.raises(OrderSyntaxError) as caught:
        targets(mail(subject, ORDER))
    assert str(caught.value) == f"order.eml: {said}"
    with pytest.raises(BlocklistError) as several:
        targets(mail(subject, "In allegato.\n", ORDER))
    assert f"order.eml/ordinanza.txt: {said}" in str(several.value).splitlines()


@pytest.mark.parametrize(
    "words",
    [
        "In allegato l'ordinanza. Si prega di darvi esecuzione e di confermare.\n",
        "Si trasmette per i seguiti di competenza.\n\nIl cancelliere\n",
        "Si notifica.\n\nSe avete ricevuto questa mail per errore, non date corso all'allegato.\n",
        "Si prega di non rispondere a questa casella.\n",
    ],
)
def test_words_around_an_attachment(words: str) -> None:
    assert targets(mail("Notifica", words, ORDER)) == ["furto-a.example"]


@pytest.mark.parametrize(
    "words",
    [
        "Vi confermo che i siti dell'allegato sono stati dissequestrati.\n",
        "Non date corso all'allegato.\n",
        "L'ordinanza allegata è stata revocata ieri.\n",
        "La presente annulla il precedente ordine, che si allega.\n",
        "L'allegato è stato trasmesso per errore.\n",
        "Si chiede di riaprire i siti dell'allegata ordinanza.\n",
        "In allegato la cessazione del blocco.\n",
        "Si allega solo come modello.\n",
    ],
)
def test_words_that_take_back_leave_nothing(words: str) -> None:
    with pytest.raises(BlocklistError, match="the mail that brings it says"):
        targets(mail("Notifica", words, ORDER))


def test_the_mail_around_a_mail() -> None:
    inner = envelope("Notifica", "In allegato l'ordinanza.\n", ORDER)
    assert targets(mail("I: Notifica", "Per i seguiti.\n", inner=inner)) == ["furto-a.example"]
    with pytest.raises(BlocklistError, match="the mail that brings it says 'I: revoca'"):
        targets(mail("I: revoca", "Per i seguiti.\n", inner=inner))


def test_what_blocks_nothing_is_read() -> None:
    lifted = ORDER.replace("ordina a Rete S.p.A. di inibire", "revoca l'inibizione del")
    with pytest.raises(BlocklistError) as caught:
        targets(mail("Revoca", "In allegato.\n", lifted))
    assert "the mail that brings it" not in str(caught.value)


def test_a_long_covering_takes_little_time() -> None:
    assert covering_doubt("a " * 200_000) == ""
    assert covering_doubt("non " * 100_000) == ""
