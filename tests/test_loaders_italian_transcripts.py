"""Letters that quote the operative part of an order; what they say beside it orders nothing."""

from __future__ import annotations

import pytest

from blocklist import load_orders
from blocklist.errors import OrderError

pytestmark = pytest.mark.no_core

LAWYER = (
    "Da: avv. M.N. <m.n@pec.studio-lecito.it>\nOggetto: notifica ordinanza\n\n"
    "Spett.le Rete S.p.A.,\n\nVi notifico l'ordinanza resa dal Tribunale di Trento il 4 marzo "
    "2025. Nel ricorso era indicato anche il sito lecito-a.it.\n\n"
)
QUOTE = (
    "\"Il Tribunale, in accoglimento del ricorso, fa ordine a Rete S.p.A. di inibire l'accesso ai "
    'siti furto-a.it e furto-b.it; spese compensate."\n\n'
)
CLOSING = (
    "Vi invito a provvedere, e a oscurare anche il sito lecito-b.it.\n\nwww.studio-lecito.it\n"
)


def read(letter: str) -> set[str]:
    try:
        orders = load_orders(letter.encode(), name="o.txt")
    except OrderError:
        return set()
    return {target.text.removeprefix("www.") for o in orders for target in o.targets}


@pytest.mark.parametrize(
    "intro",
    [
        "Per comodità trascrivo il dispositivo:\n\n    ",
        "Riporto la parte dispositiva:\n",
        "Il contenuto è qui di seguito riportato.\n\n",
        "Si riproduce il testo dell'ordinanza:\n> ",
        "Copio il dispositivo:\n\n> ",
        "Il dispositivo così recita:\n",
    ],
)
def test_a_letter_quotes_an_order(intro: str) -> None:
    quote = QUOTE.replace("; ", ";\n> ") if intro.endswith("> ") else QUOTE
    assert read(LAWYER + intro + quote + CLOSING) == {"furto-a.it", "furto-b.it"}


INTRO = "Per comodità trascrivo il dispositivo:\n\n"


@pytest.mark.parametrize(
    "letter",
    [
        LAWYER + "Per comodità trascrivo le conclusioni del ricorso:\n\n" + QUOTE,
        LAWYER + "Trascrivo il dispositivo che si chiede:\n\n" + QUOTE,
        LAWYER + INTRO + QUOTE + "L'ordinanza è stata poi revocata.\n",
        LAWYER + INTRO + QUOTE + "L'ordinanza è stata sospesa in sede di reclamo.\n",
        LAWYER + INTRO + QUOTE.replace("fa ordine a", "Voglia ordinare a"),
        LAWYER + INTRO + QUOTE.replace("Il Tribunale,", "La ricorrente,"),
        LAWYER + INTRO + QUOTE.replace("fa ordine", "non fa ordine"),
        LAWYER + INTRO + QUOTE.replace("inibire l'accesso", "ripristinare l'accesso"),
        LAWYER + INTRO + QUOTE.replace(" ai siti", " ai minori ai siti"),
        LAWYER + INTRO + QUOTE.replace("; ", ", qualora siano ancora attivi; "),
        LAWYER + "Il giornale titola:\n\n" + QUOTE,
        LAWYER.replace("notifico l'ordinanza resa dal", "scrivo in vista del ricorso al").replace(
            "notifica ordinanza", "ricorso"
        )
        + INTRO
        + QUOTE,
        "RICORSO\n\n" + LAWYER + INTRO + QUOTE,
        LAWYER + INTRO + QUOTE + "L'ordinanza riguarda un altro operatore.\n",
        LAWYER + INTRO + QUOTE + "(c) Riproduzione riservata\n",
        "Newsletter dello studio\n\nL'ordinanza resa dal Tribunale di Trento riporta il seguente "
        "dispositivo:\n\n" + QUOTE,
        "Il Tribunale ha reso un'ordinanza. Trascrivo il dispositivo:\n\n" + QUOTE,
    ],
)
def test_a_letter_quotes_what_orders_nothing(letter: str) -> None:
    assert read(letter) == set()


def test_a_provider_passes_a_decree_on() -> None:
    mail = (
        "From: NOC <noc@lecito.net>\nSubject: decreto Trib. Novara\n\nCi è stato notificato il "
        "decreto di sequestro. Riporto qui i siti come da decreto:\n\n"
        "> \"...dispone l'oscuramento dei siti:\n> furto-a.it\n> furto-b.it\n"
        '> nonché del sito furto-c.it"\n\n - NON mettete lecito-a.it;\n'
        " - la pagina di stop è http://stop.lecito.net, se non ne avete una vostra.\n"
    )
    assert read(mail) == {"furto-a.it", "furto-b.it", "furto-c.it"}
    (order,) = load_orders(mail.encode(), name="o.txt")
    assert any("no court or authority was found" in warning for warning in order.warnings)


def test_an_authority_writes_its_order_out() -> None:
    letter = (
        "AGENZIA ITALIANA DEL FARMACO\n\nAi fornitori di accesso\n\nSi trasmette il provvedimento "
        "adottato dalla conferenza di servizi, il cui contenuto di seguito si riporta.\n\n"
        '"Preso atto che:\n - il sito lecito-a.it vende solo integratori;\nsi dispone che venga '
        "resa impossibile, da parte degli utenti italiani, la consultazione di furto-a.it e del "
        'relativo sottodominio cassa.furto-b.it."\n\nLa pagina è su lecito-b.it.\n'
    )
    assert read(letter) == {"furto-a.it", "cassa.furto-b.it"}
