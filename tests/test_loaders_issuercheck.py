from __future__ import annotations

import pytest
from loading import only, values

from blocklist import OrderError, UnknownFormatError, load_orders

pytestmark = pytest.mark.no_core

LETTER = (
    "Circolare interna n. 4\n\nP.Q.M.\n\n{}ordina ai fornitori di accesso di inibire l'accesso al "
    "sito furto-prova.shop.\n\nRoma, 3 marzo 2025\n"
)
RELEASE = (
    "Comunicato{}\n\nÈ stato disposto l'oscuramento dell'accesso ai seguenti siti irregolari:\n\n"
    '"Furto Ltd" (sito internet https://furto-prova.shop)\n'
)
DECISION = (
    "DELIBERA N. 12/24{}\n\nOggetto: viabilità\n\nDELIBERA\n\nai prestatori di servizi di inibire "
    "l'accesso al sito furto-prova.shop.\n"
)
OF_NOBODY = {
    "court": LETTER.format(""),
    "consob": RELEASE.format(""),
    "ivass": RELEASE.format(" di Rete S.p.A."),
    "agcom-order": DECISION.format(""),
}


@pytest.mark.parametrize("name", OF_NOBODY)
def test_forced_format_needs_authority(name: str) -> None:
    with pytest.raises(UnknownFormatError, match=r"does not name .*--authority") as caught:
        load_orders(OF_NOBODY[name].encode(), format=name, name="o.txt")
    assert caught.value.path == "o.txt"


@pytest.mark.parametrize("name", OF_NOBODY)
def test_caller_insists(name: str) -> None:
    order = only(OF_NOBODY[name].encode(), format=name, authority="Comune di Rete")
    assert [target.text for target in order.targets] == ["furto-prova.shop"]
    assert order.authority.name == "Comune di Rete"


@pytest.mark.parametrize("name", OF_NOBODY)
def test_insisting_does_not_order(name: str) -> None:
    text = "Cronaca locale: il sito furto-prova.shop piace a molti.\n"
    with pytest.raises(OrderError):
        load_orders(text.encode(), format=name, authority="Comune di Rete")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("court", LETTER.format("Il Tribunale di Enna ")),
        ("court", LETTER.format("L’Autorità garante della concorrenza e del mercato ")),
        ("consob", RELEASE.format(" della Consob")),
        ("ivass", RELEASE.format(" dell'Istituto per la vigilanza sulle\nassicurazioni")),
        ("agcom-order", DECISION.format("/CONS")),
    ],
)
def test_named_authority_is_enough(name: str, text: str) -> None:
    assert values(text.encode(), format=name) == ["furto-prova.shop"]


def test_letter_that_brings_a_release() -> None:
    """A forced format passes over the words of the mail that brought the document."""
    mail = (
        "Received: from a by b; Mon, 3 Mar 2025 10:00:00 +0100\nFrom: a@a.example\n"
        "To: b@b.example\nSubject: x\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="x"\n\n'
        "--x\nContent-Type: text/plain; charset=utf-8\n\nVedi allegato.\n"
        '--x\nContent-Type: text/plain; charset=utf-8; name="c.txt"\n'
        "Content-Disposition: attachment\nContent-Transfer-Encoding: 8bit\n\n"
        f"{RELEASE.format(' della Consob')}\n--x--\n"
    )
    assert values(mail.encode(), format="consob") == ["furto-prova.shop"]
