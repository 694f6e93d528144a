"""Letters of authorities to providers, in which a sentence binds and a list names the sites."""

from __future__ import annotations

import pytest

from blocklist import load_orders
from blocklist.errors import OrderError

pytestmark = pytest.mark.no_core

ADM = "AGENZIA DELLE DOGANE E DEI MONOPOLI\nDirezione Giochi\n\nProt. 12/RU\n\n"
IVASS = (
    "ISTITUTO PER LA VIGILANZA SULLE ASSICURAZIONI\n\nAi fornitori di connettività\n\n"
    "Oggetto: siti di polizze contraffatte\n\n"
)
LIST = ":\n\n  furto-a.it\n  www.furto-b.it\n\nPer chiarimenti: www.lecito.it.\n\nIl dirigente\n"


def read(letter: str) -> set[str]:
    try:
        orders = load_orders(letter.encode(), name="o.txt")
    except OrderError:
        return set()
    return {target.text.removeprefix("www.") for o in orders for target in o.targets}


@pytest.mark.parametrize("heading", [ADM, IVASS])
@pytest.mark.parametrize(
    "sentence",
    [
        "Si trascrivono i siti, verso i quali codesti operatori sono tenuti a impedire il traffico",
        "Si indicano i domini di cui codesti fornitori devono inibire l'accesso",
        "Sono individuate le seguenti risorse, nei cui confronti codeste società attueranno il "
        "blocco entro due giorni",
        "Si elencano i portali non autorizzati ai quali i fornitori di connettività dovranno "
        "precludere il collegamento dall'Italia",
        "Nella lista entrano le voci, per le quali i gestori applicheranno gli strumenti di "
        "filtraggio",
    ],
)
def test_sites_before_the_words_that_bind(heading: str, sentence: str) -> None:
    assert read(heading + sentence + LIST) == {"furto-a.it", "furto-b.it"}


@pytest.mark.parametrize("heading", [ADM, IVASS])
@pytest.mark.parametrize(
    "sentence",
    [
        "Si trascrivono i siti, verso i quali codesti operatori non sono tenuti a impedire il "
        "traffico",
        "Si trascrivono i siti, verso i quali la ricorrente chiede che codesti operatori siano "
        "tenuti a impedire il traffico",
        "Si indicano i domini di cui codesti fornitori devono ripristinare l'accesso",
        "Si indicano i domini di cui codesti fornitori devono cessare di inibire l'accesso",
        "Si indicano i domini di cui, qualora la misura sia confermata, codesti fornitori devono "
        "inibire l'accesso",
        "Si indicano i domini di cui codesti fornitori devono inibire l'accesso ai minori",
        "Si indicano i siti imitati da quelli di cui codesti fornitori devono inibire l'accesso",
        "Si indicano i siti autorizzati, per i quali codesti fornitori dovranno impedire abusi",
        "Si indicano i siti eliminati dall'elenco di cui codesti fornitori devono inibire l'accesso",
        "Si indicano i siti dei quali codesti fornitori potranno inibire l'accesso",
    ],
)
def test_sites_that_nothing_binds_to_block(heading: str, sentence: str) -> None:
    assert read(heading + sentence + LIST) == set()


def test_the_entries_are_numbered_as_voices() -> None:
    letter = (
        f"{ADM}Sono inserite le seguenti voci, nei cui confronti codesti fornitori applicheranno "
        "gli strumenti di blocco:\n\n   voce 12   furto-a.it\n   voce 13   furto-b.it\n\n"
        "La pagina di avviso è su avviso.lecito.it.\n"
    )
    assert read(letter) == {"furto-a.it", "furto-b.it"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Tutto ciò premesso, in ragione del danno, l'Istituto ingiunge a codeste società di "
        "rendere inaccessibili i portali qui di seguito trascritti",
        "L'Istituto ordina ai fornitori di connettività di inibire l'accesso ai seguenti siti",
    ],
)
def test_a_letter_of_an_authority_that_also_writes_releases(sentence: str) -> None:
    assert read(IVASS + sentence + LIST) == {"furto-a.it", "furto-b.it"}


@pytest.mark.parametrize(
    "sentence",
    [
        "L'Istituto valuta se ordinare ai fornitori di rendere inaccessibili i seguenti siti",
        "L'associazione chiede che l'Istituto ingiunga di rendere inaccessibili i seguenti siti",
        "L'Istituto revoca l'ordine di rendere inaccessibili i seguenti siti",
        "L'Istituto non ordina di rendere inaccessibili i seguenti siti",
    ],
)
def test_a_letter_that_orders_nothing(sentence: str) -> None:
    assert read(IVASS + sentence + LIST) == set()
