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
        (
            "Sono individuate le seguenti risorse, nei cui confronti codeste società attueranno il "
            "blocco entro due giorni"
        ),
        (
            "Si elencano i portali non autorizzati ai quali i fornitori di connettività dovranno "
            "precludere il collegamento dall'Italia"
        ),
        "Seguono i siti che codesti fornitori dovranno rendere irraggiungibili entro il 9 maggio",
        (
            "Nella lista entrano le voci, per le quali i gestori applicheranno gli strumenti di "
            "filtraggio"
        ),
    ],
)
def test_sites_before_the_words_that_bind(heading: str, sentence: str) -> None:
    assert read(heading + sentence + LIST) == {"furto-a.it", "furto-b.it"}


@pytest.mark.parametrize("heading", [ADM, IVASS])
@pytest.mark.parametrize(
    "sentence",
    [
        (
            "Si trascrivono i siti, verso i quali codesti operatori non sono tenuti a impedire il "
            "traffico"
        ),
        (
            "Si trascrivono i siti, verso i quali la ricorrente chiede che codesti operatori siano "
            "tenuti a impedire il traffico"
        ),
        "Si indicano i domini di cui codesti fornitori devono ripristinare l'accesso",
        "Si indicano i domini di cui codesti fornitori devono cessare di inibire l'accesso",
        (
            "Si indicano i domini di cui, qualora la misura sia confermata, codesti fornitori "
            "devono inibire l'accesso"
        ),
        "Si indicano i domini di cui codesti fornitori devono inibire l'accesso ai minori",
        "Si indicano i siti imitati da quelli di cui codesti fornitori devono inibire l'accesso",
        "Si indicano i siti autorizzati, per i quali codesti fornitori dovranno impedire abusi",
        "Si indicano i siti cancellati, di cui codesti fornitori devono inibire l'accesso",
        "Si indicano i siti dei quali codesti fornitori potranno inibire l'accesso",
        "Segue l'elenco dei siti che codesti fornitori non dovranno rendere irraggiungibili",
        "Segue l'elenco dei siti che codesti fornitori dovranno bloccare se richiesto",
        "Segue l'elenco dei siti che codesti fornitori dovranno inibire dal trattare dati",
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
        (
            "Tutto ciò premesso, in ragione del danno, l'Istituto ingiunge a codeste società di "
            "rendere inaccessibili i portali qui di seguito trascritti"
        ),
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


POLICE = "POLIZIA DI STATO\nCentro operativo di Trento\n\nAlle società in indirizzo\n\n"
TOLD = "{}, l'A.G. ha stabilito che codeste società inibiscano la navigazione verso i domini"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Si notifica l'allegato decreto, del quale si chiede la puntuale esecuzione.\n\n", ""),
        ("", "I fornitori sono resi edotti dell'obbligo di dare immediata esecuzione.\n"),
        ("", "Si prega di darvi corso senza ritardo.\n"),
    ],
)
def test_an_order_that_is_passed_on(before: str, after: str) -> None:
    listed = ":\n\n  furto-a[.]it\n  hxxps://www.furto-sblocco[.]it/\n\n"
    told = TOLD.format("In particolare")
    assert read(POLICE + before + told + listed + after) == {"furto-a.it", "furto-sblocco.it"}
    assert read(POLICE + told + listed) == set()
    another = told.replace("l'A.G. ha", "l'A.G., con diverso decreto, ha")
    assert read(POLICE + before + another + listed + after) == set()
    assert read(POLICE + before + TOLD.format("Come non è vero che") + listed + after) == set()
    revoked = before + told + listed + after + "Il decreto è stato revocato.\n"
    assert read(POLICE + revoked) == set()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("coincidenti con interi siti di vendita", {"furto-a.it", "furto-b.it"}),
        ("che contengono gli annunci", set()),
    ],
)
def test_pages_that_are_whole_sites(said: str, expected: set[str]) -> None:
    letter = (
        f"{POLICE}Il Giudice ha disposto il sequestro preventivo, da eseguirsi con l'oscuramento, "
        f"delle pagine web accessibili dai seguenti URL, {said}:\n\n  1 .  http://furto-a.it\n"
        "  2 .  http://www.furto-b.it\n\nSi prega di darvi esecuzione.\n"
    )
    assert read(letter) == expected


AGCM = "AUTORITÀ GARANTE DELLA CONCORRENZA E DEL MERCATO\nDirezione B\n\nOggetto: PS1\n\n"


@pytest.mark.parametrize(
    ("sentence", "binds"),
    [
        (("Vi si chiede, come disposto al punto b) del provvedimento, di non consentire "
         "l'accesso ai siti furto-a.it e furto-b.it."), True),
        (("Si invitano i fornitori, in esecuzione della delibera n. 12, a inibire l'accesso ai "
         "siti furto-a.it e furto-b.it."), True),
        ("Vi si chiede di valutare se inibire l'accesso ai siti furto-a.it e furto-b.it.", False),
        ("Vi si chiede di inibire l'accesso ai siti furto-a.it e furto-b.it.", False),
        (("Vi si chiede, come disposto dal provvedimento, di ripristinare l'accesso ai siti "
         "furto-a.it e furto-b.it."), False),
        (("Non vi si chiede, come disposto dal provvedimento, di inibire l'accesso ai siti "
         "furto-a.it e furto-b.it."), False),
        (("Vi si chiede, come disposto dal provvedimento, di comunicare chi gestisce i siti "
         "furto-a.it e furto-b.it."), False),
    ],
)  # fmt: skip
def test_an_authority_asks_to_carry_out_what_it_ordered(sentence: str, binds: bool) -> None:
    assert read(f"{AGCM}{sentence}\n\nIl Direttore\n") == (
        {"furto-a.it", "furto-b.it"} if binds else set()
    )


def test_of_a_table_that_is_asked_for_one_column_is_blocked() -> None:
    letter = (
        f"{AGCM}Vi si chiede, come disposto dal provvedimento, di non consentire la visione dei "
        'domini elencati nella colonna "Dominio" della tabella.\n\nDominio | Registrato presso | '
        "Sito imitato\nfurto-a.it | nomi.lecito.it | lecito.it\n"
        "www.furto-b.it | nomi.lecito.it | -\n"
    )
    assert read(letter) == {"furto-a.it", "furto-b.it"}


CONSOB = "CONSOB\nDivisione tutela\n\nAi fornitori di connettività\n\nOggetto: {}\n\n"


@pytest.mark.parametrize(
    ("subject", "said", "end", "binds"),
    [
        ("esecuzione della delibera", "ha ordinato ai fornitori di inibire l'accesso", "", True),
        ("siti", "ha deliberato di ordinare ai fornitori di inibire l'accesso",
         "Si resta in attesa di conferma dell'avvenuta esecuzione.", True),
        ("siti", "ha ordinato ai fornitori di inibire l'accesso", "", False),
        ("esecuzione della delibera", "non ha ordinato ai fornitori di inibire l'accesso", "",
         False),
        ("esecuzione della delibera", "ha ordinato ai fornitori di ripristinare l'accesso", "",
         False),
        ("esecuzione della delibera", "ha ordinato ai fornitori di inibire l'accesso",
         "La delibera è stata annullata.", False),
        ("esecuzione della delibera", "con altra delibera ha ordinato di inibire l'accesso", "",
         False),
        ("esecuzione della delibera", "ha ordinato al gestore di comunicare l'accesso", "",
         False),
    ],
)  # fmt: skip
def test_an_authority_passes_its_own_order_on(
    subject: str, said: str, end: str, binds: bool
) -> None:
    letter = (
        f"{CONSOB.format(subject)}Si comunica che la Commissione {said} ai seguenti siti:\n\n"
        f"- https://furto-a.it\n- furto-b.it\n\n{end}\n"
    )
    assert read(letter) == ({"furto-a.it", "furto-b.it"} if binds else set())


@pytest.mark.parametrize(
    ("sentence", "binds"),
    [
        (("Ai sensi dell'art. 102 del decreto, si richiede a codesti operatori di voler inibire "
         "l'accesso"), True),
        ("In applicazione della legge, si invitano codeste società a bloccare l'accesso",
         True),
        ("Si richiede a codesti operatori di voler inibire l'accesso", False),
        ("Ai sensi dell'art. 102, si richiede a codesti operatori di valutare se inibire l'accesso",
         False),
        ("Ai sensi dell'art. 102, si richiede a codesti operatori di voler ripristinare l'accesso",
         False),
        ("Ai sensi dell'art. 102, non si richiede a codesti operatori di inibire l'accesso", False),
        ("Ai sensi dell'art. 102, si richiede a codesti operatori, se tenuti, di inibire l'accesso",
         False),
    ],
)  # fmt: skip
def test_an_authority_asks_what_a_law_lets_it_ask(sentence: str, binds: bool) -> None:
    letter = f"{ADM}{sentence} ai sotto elencati siti:\n\n  furto-a.it\n  furto-b.it\n\nIl capo\n"
    assert read(letter) == ({"furto-a.it", "furto-b.it"} if binds else set())


@pytest.mark.parametrize(
    ("said", "binds"),
    [("l'irregolarità dei", True), ("la regolarità dei", False), ("l'imitazione dei", False)],
)
def test_the_sites_that_were_found_irregular(said: str, binds: bool) -> None:
    letter = (
        f"{IVASS}È stata accertata {said} siti furto-a.it e furto-b.it.\n\nSi dispone, pertanto, "
        "che i fornitori provvedano a inibire l'accesso ai medesimi siti.\n\n"
        "Per informazioni: www.ivass.it\n"
    )
    assert read(letter) == ({"furto-a.it", "furto-b.it"} if binds else set())


@pytest.mark.parametrize(
    ("told", "binds"),
    [
        ("Con delibera n. 1 il Consiglio ha disposto, ai sensi dell'art. 9, il blocco dei siti {}.",
         True),
        (("Si notifica il decreto del G.I.P. del 3 marzo, che dispone il sequestro preventivo, da "
         "eseguire mediante oscuramento, dei siti {}."), True),
        ("Si notifica l'ordinanza con cui si ordina di inibire l'accesso ai siti {}.", True),
        ("Si notifica il decreto, che dispone il dissequestro dei siti oscurati {}.", False),
        (("Con delibera n. 1 l'Autorità ha disposto il blocco dei siti {}. Con delibera n. 2 ne ha "
         "disposto la cessazione del blocco."), False),
        ("Il G.I.P. ha disposto il blocco dei siti {}. La misura è cessata.", False),
        ("Per opportuna conoscenza, il G.I.P. ha disposto il blocco dei siti {}.", False),
        ("Il G.I.P. ha disposto il blocco dei siti {} nei confronti di Onda S.p.A.", False),
        ("Si notifica il decreto, che non dispone il blocco dei siti {}.", False),
        ("Si notifica il decreto, che dispone di acquisire copia dei siti {}.", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("heading", [POLICE, "QUESTURA DI NOVARA\n\nSpett.le Rete S.p.A.\n\n"])
def test_a_decree_that_is_passed_on(heading: str, told: str, binds: bool) -> None:
    names = "furto-a.it e furto-b.it"
    letter = f"{heading}{told.format(names)}\n\nCodeste società vorranno darvi esecuzione.\n"
    assert read(letter) == ({"furto-a.it", "furto-b.it"} if binds else set())


@pytest.mark.parametrize(
    ("article", "binds"),
    [
        ("È inibito, dal territorio nazionale, l'accesso ai siti web elencati in allegato.", True),
        ("È inibito l'accesso ai siti web elencati in allegato.", True),
        ("Non è inibito l'accesso ai siti web elencati in allegato.", False),
        (
            "È consentito, dall'Italia, l'accesso ai siti web elencati in allegato.",
            False,
        ),
        ("È inibito l'accesso ai siti diversi da quelli elencati in allegato.", False),
    ],
)
def test_an_article_below_a_verb_in_small_letters(article: str, binds: bool) -> None:
    decree = (
        "MINISTERO DELLE IMPRESE\n\nDECRETO\n\nIl Direttore generale\n\nVista la legge;\n\n"
        f"dispone\n\nArt. 1. {article}\n\nArt. 2. Il decreto è notificato.\n\n"
        "Roma, 4 marzo 2026\nIl Direttore\n\nALLEGATO\n\n1. furto-a.it\n2. furto-b.it\n"
    )
    assert read(decree) == ({"furto-a.it", "furto-b.it"} if binds else set())
