"""Notifications of orders: mails, minutes, reminders, and how their lists are written."""

from __future__ import annotations

import pytest

from blocklist import load_orders
from blocklist.errors import OrderError

pytestmark = pytest.mark.no_core

AGCOM = "Da: ordini@cert.agcom.example\nA: fornitori di accesso\nOggetto: notifica\n\n"
CONSOB = "Da: consob@pec.consob.example\nA: fornitori di connettività\nOggetto: delibere\n\n"
FINANZA = "GUARDIA DI FINANZA\nNucleo di Belluno\n\nVERBALE DI NOTIFICA\n\n"
ADM = "AGENZIA DELLE DOGANE E DEI MONOPOLI\nDirezione Giochi\n\nProt. 12/RU\n\n"
IVASS = "IVASS - Istituto per la Vigilanza sulle Assicurazioni\n\nProvvedimento prot. 9/26\n\n"
COURT = "TRIBUNALE DI MILANO\nN. R.G. 1/2025\n\nP.Q.M.\n\n"
PROCURA = "PROCURA DELLA REPUBBLICA DI LODI\n\nProt. 9/2025\n\nOggetto: decreto GIP n. 8/25\n\n"
PAIR = "\n\n  furto-a.it\n  www.furto-b.it\n"
BOTH = {"furto-a.it", "furto-b.it"}


def read(text: str) -> set[str]:
    try:
        orders = load_orders(text.encode(), name="o.txt")
    except OrderError:
        return set()
    return {target.text.removeprefix("www.") for o in orders for target in o.targets}


POLICE = "POLIZIA POSTALE\nCompartimento di Bari\n\nAi fornitori di connettività\n\n"
OFFICE = "IVASS - Istituto\n\nAi fornitori di connettività\n\n"
DUTY = "codeste Società sono tenute, entro due giorni, a disabilitare l'accesso ai siti:"


@pytest.mark.parametrize(
    "text",
    [
        f"{AGCOM}Con esse {DUTY}{PAIR}",
        f"{AGCOM}In conformità al provvedimento, {DUTY}{PAIR}",
        f"{CONSOB}I fornitori in indirizzo devono inibire l'accesso ai seguenti siti:{PAIR}",
        (
            f"{AGCOM}In esecuzione dell'ordine, le risorse riportate qui di seguito devono essere "
            "bloccate entro 30 minuti.\n\nFQDN (2)\n--------\nfurto-a.it\nfurto-b.it\n\n"
            "Risorse scartate (da non bloccare): lecito-c.it.\n"
        ),
        (
            f"{AGCOM}Con esse codeste Società sono tenute a disabilitare l'accesso ai siti:\n\n"
            "- determina n. 8/25/DDA: furto-a.it\n- determina n. 9/25/DDA: furto-b.it\n"
        ),
        (
            f"{CONSOB}I fornitori devono inibire l'accesso ai siti web riportati nella tabella.\n\n"
            "Delibera    Soggetto        Sito\n23702       Alfa Ltd        www.furto-a.it\n"
            "                            furto-b.it\n"
        ),
        f"{IVASS}tutto ciò premesso l'IVASS\n\ndispone\n\nl'inibizione dell'accesso ai siti:{PAIR}",
        (
            f"{FINANZA}Si dà atto della notifica del decreto. In forza di tale decreto, si ordina "
            f"alla parte, che ne prende atto, di inibire l'accesso ai seguenti siti:{PAIR}"
        ),
        (
            f"{ADM}OGGETTO: mancata inibizione di siti\n\nRispondono tuttora i seguenti "
            f"siti:{PAIR}\n"
            "Si intima pertanto a codesta società di provvedere all'inibizione dei due siti da "
            "ultimo indicati.\n"
        ),
        (
            f"{ADM}Ai fornitori di connettività\n\nSi trasmette per l'esecuzione il provvedimento "
            "n. 8.\n\nIl provvedimento ordina di oscurare i siti furto-a.it e furto-b.it.\n\nNon "
            "sono interessati dal provvedimento:\n- il sito lecito-c.it, che è di altri.\n"
        ),
        (
            f"{PROCURA}Dispongo che codesti operatori diano corso al sequestro decretato dal GIP "
            f"impedendo la fruizione di quanto elencato:\n\nA) siti interi{PAIR}"
        ),
        (
            f"{PROCURA}Si rende noto che il GIP ha modificato il decreto nei termini che "
            "seguono.\n\n"
            "1) Conferma. Resta in essere il sequestro, con obbligo di oscuramento, per "
            "furto-a.it.\n\n2) Integrazione. Il sequestro è esteso al sito furto-b.it; i fornitori "
            "ne inibiranno l'accesso.\n\n3) Revoca. Il sequestro di lecito-c.it è revocato.\n"
        ),
        f"{AGCOM}Le risorse elencate qui sotto vanno bloccate entro un'ora.\n\nFQDN:{PAIR}",
        f"{AGCOM}in esecuzione dell'ordine, i seguenti FQDN devono essere bloccati:{PAIR}",
        (
            f"{FINANZA}Si notifica il decreto n. 3/25 e, per l'effetto, si ordina a codeste "
            f"società di inibire l'accesso ai siti:{PAIR}"
        ),
        f"{AGCOM}Le SS.LL. dovranno disabilitare l'accesso ai seguenti siti:{PAIR}",
        (
            f"{POLICE}Si notifica il decreto del GIP di Bari con cui è stato disposto il sequestro "
            f"mediante oscuramento dei siti di seguito indicati:{PAIR}"
        ),
        (
            f"{POLICE}Con riferimento al decreto n. 3/25 del GIP di Bari, si richiede di procedere "
            f"all'oscuramento dei siti:{PAIR}"
        ),
        (
            f"{OFFICE}Si comunica che questo Istituto ha ordinato l'oscuramento dei seguenti siti:"
            f"{PAIR}\nCodesti fornitori provvederanno entro cinque giorni.\n"
        ),
        (
            f"{OFFICE}Si trascrive di seguito l'elenco dei siti ai quali, con provvedimento n. 3, "
            f"questo Istituto ha ordinato di inibire l'accesso:{PAIR}"
        ),
    ],
)
def test_orders_that_are_notified(text: str) -> None:
    assert read(text) == BOTH


@pytest.mark.parametrize(
    "text",
    [
        f"{AGCOM}Con esse codeste Società non sono tenute a disabilitare l'accesso ai siti:{PAIR}",
        f"{AGCOM}Codeste Società sono tenute a ripristinare l'accesso ai siti:{PAIR}",
        f"Da: redazione@agcom-notizie.example\nA: abbonati\n\nCon esse {DUTY}{PAIR}",
        f"Da: rossi@studio.example\nA: fornitori\n\nVi diffido a bloccare i siti:{PAIR}",
        (
            f"{AGCOM}Si sottopone lo schema di ordine, per osservazioni. Il testo non è "
            "approvato.\n"
            f"\nI fornitori dovranno inibire l'accesso ai siti:{PAIR}"
        ),
        f"{AGCOM}Le risorse riportate di seguito non devono essere bloccate.{PAIR}",
        f"{AGCOM}Le risorse riportate di seguito devono essere sbloccate.{PAIR}",
        (
            f"{AGCOM}Le risorse riportate di seguito devono essere bloccate solo se confermate."
            f"\n\nFQDN (2)\n--------\nfurto-a.it\nfurto-b.it\n"
        ),
        (
            f"{FINANZA}Si dà atto della notifica del decreto. In forza di tale decreto, si ordina "
            f"alla parte di ripristinare l'accesso ai seguenti siti:{PAIR}"
        ),
        (
            f"{FINANZA}Si dà atto della notifica. In forza di tale decreto, si ordina la "
            f"restituzione della merce venduta dai seguenti siti:{PAIR}"
        ),
        (
            f"{ADM}OGGETTO: siti di gioco\n\nSono regolarmente autorizzati e attivi i "
            "seguenti siti:"
            f"{PAIR}\nSi intima di astenersi dall'inibizione dei due siti da ultimo indicati.\n"
        ),
        (
            f"{ADM}OGGETTO: mancata inibizione di siti\n\nRispondono tuttora i seguenti "
            f"siti:{PAIR}\n"
            "Si intima a codesta società di provvedere all'inibizione dei tre siti da ultimo "
            "indicati.\n"
        ),
        (
            f"{ADM}OGGETTO: mancata inibizione di siti\n\nSono stati riattivati i seguenti siti:"
            f"{PAIR}\nSi intima di rimuovere l'inibizione dei due siti da ultimo indicati.\n"
        ),
        (
            f"{ADM}Si trasmette per conoscenza il provvedimento n. 8.\n\nIl provvedimento "
            "ordinava di "
            "oscurare i siti furto-a.it e furto-b.it.\n"
        ),
        (
            f"{ADM}Si trasmette per l'esecuzione il provvedimento n. 8.\n\nIl provvedimento "
            "ordina di "
            "oscurare i siti furto-a.it e furto-b.it. La sua esecuzione è sospesa.\n"
        ),
        (
            f"{PROCURA}Dispongo che codesti operatori diano corso al dissequestro decretato "
            "dal GIP "
            f"impedendo la dispersione di quanto elencato:{PAIR}"
        ),
        (
            f"{PROCURA}Dispongo che la polizia giudiziaria dia esecuzione al decreto impedendo "
            f"la vendita di quanto elencato:{PAIR}"
        ),
        (
            f"{PROCURA}Il GIP ha modificato il decreto nei termini che seguono.\n\n1) Revoca. Il "
            "sequestro è revocato per furto-a.it.\n\n2) Il divieto di contatti è esteso ai gestori "
            "del sito furto-b.it.\n"
        ),
        (
            f"{PROCURA}Il GIP ha modificato il decreto nei termini che seguono.\n\n1) Non resta in "
            "essere il sequestro per furto-a.it.\n\n2) Il sequestro non è esteso al sito "
            "furto-b.it; i fornitori ne inibiranno l'accesso se richiesto.\n"
        ),
        f"{IVASS}Premesso che si chiede l'inibizione dell'accesso ai siti:{PAIR}",
        (
            "IVASS\n\nComunicato stampa\n\nL'Istituto valuta se disporre, nei confronti dei "
            f"fornitori, l'inibizione dell'accesso ai siti:{PAIR}"
        ),
        (
            f"{PROCURA}Dispongo che codesti operatori diano corso al sequestro impedendo la "
            "fruizione di quanto elencato:\n\nA) singoli annunci\n   lecito-a.it\n   lecito-b.it\n"
        ),
        f"From: stampa@agcm.it\nTo: giornalisti\n\nI fornitori dovranno inibire i siti:{PAIR}",
        f"{AGCOM}Le risorse di seguito elencate vanno sbloccate:{PAIR}",
        f"{AGCOM}Il blocco delle risorse di seguito elencate va rimosso:{PAIR}",
        (
            f"{FINANZA}Si notifica il decreto n. 3/25 e, per l'effetto, si dispone la restituzione "
            f"dei siti:{PAIR}"
        ),
        f"{PROCURA}Ai fornitori\n\nI fornitori daranno corso al dissequestro dei siti:{PAIR}",
        f"{AGCOM}Le SS.LL. potranno disabilitare l'accesso ai seguenti siti:{PAIR}",
        (
            "POLIZIA POSTALE\n\nAl sig. Mario Rossi\n\nSi notifica il decreto con cui è stato "
            f"disposto il sequestro dei siti:{PAIR}"
        ),
        (
            f"{POLICE}Si notifica l'ordinanza con cui è stata disposta la restituzione dei siti:"
            f"{PAIR}"
        ),
        (
            f"{POLICE}Si notifica il decreto con cui è stato disposto il sequestro dei conti dei "
            f"gestori dei siti:{PAIR}"
        ),
        f"{POLICE}Con riferimento al decreto n. 3/25, si richiede di sbloccare i siti:{PAIR}",
        (
            f"{POLICE}Con riferimento al decreto n. 3/25, si richiede di comunicare gli accessi ai "
            f"siti:{PAIR}"
        ),
        (
            f"{OFFICE}Si trascrive di seguito l'elenco dei siti ai quali questo Istituto ha "
            f"ordinato di ripristinare l'accesso:{PAIR}"
        ),
        (
            f"{OFFICE}Si trascrive di seguito l'elenco dei siti imitati da quelli ai quali questo "
            f"Istituto ha ordinato di inibire l'accesso:{PAIR}"
        ),
    ],
)
def test_letters_that_order_no_block(text: str) -> None:
    assert read(text) == set()


QUOTE = (
    "> TRIBUNALE DI LODI - n. 8/2025 R.G.\n> Il Giudice, sciogliendo la riserva,\n> ordina ai "
    "resistenti di impedire ai destinatari dei\n> rispettivi servizi l'accesso ai siti furto-a.it\n"
    "> e furto-b.it;\n> respinge la domanda per il sito lecito-c.it.\n\n"
)
MAIL = "From: segreteria@alfa.example\nTo: soci@alfa.example\nSubject: ordinanza\n\n"


@pytest.mark.parametrize(
    "intro",
    [
        "Qui sotto il testo del dispositivo:",
        "Di seguito il dispositivo (l'originale è nell'area soci, https://a.example/4).",
        "In calce il testo dell'ordinanza.",
    ],
)
def test_a_mail_quotes_an_order_line_by_line(intro: str) -> None:
    assert read(f"{MAIL}{intro}\n\n{QUOTE}Buon lavoro\n") == BOTH


@pytest.mark.parametrize(
    ("intro", "close"),
    [
        ("Qui sotto il testo del dispositivo:", "L'ordinanza è stata poi revocata.\n"),
        ("Qui sotto il testo del dispositivo:", "Non dovete fare nulla.\n"),
        ("Qui sotto il testo del dispositivo:", "Riproduzione riservata.\n"),
        ("Qui sotto la bozza del dispositivo che chiederemo:", "Buon lavoro\n"),
        ("Ecco la domanda della controparte.", "Buon lavoro\n"),
    ],
)
def test_a_quotation_that_is_no_order_in_force(intro: str, close: str) -> None:
    assert read(f"{MAIL}{intro}\n\n{QUOTE}{close}") == set()


@pytest.mark.parametrize(
    "sentence",
    [
        f"ordina a Rete S.p.A. di bloccare, entro due giorni:\na. l'accesso ai seguenti siti{PAIR}",
        (
            "dispone il sequestro dei siti di cui alla tabella, ordinando che si proceda a mezzo "
            "di inibizione dell'accesso.\n\n n.   sito           hosting\n 1    furto-a.it  "
            "   Alfa\n"
            " 2    furto-b.it     Alfa\n"
        ),
        (
            "ordina ai fornitori di rendere non raggiungibili i siti elencati nella prima colonna "
            "del prospetto che segue.\n\nSito           Paese\nfurto-a.it     "
            "PA\nfurto-b.it     PA\n"
        ),
        (
            "mantiene fermo l'obbligo di Rete S.p.A. di precludere l'accesso a furto-a.it e "
            "furto-b.it;"
        ),
        (
            "conferma nel resto il decreto, mantenendo il sequestro e il conseguente "
            "oscuramento di "
            "furto-a.it e furto-b.it."
        ),
        (
            "dispone che l'inibitoria abbia ad oggetto, oltre a furto-a.it, anche il sito "
            "furto-b.it, che la reclamante dovrà rendere irraggiungibile;"
        ),
        (
            "ordina agli operatori di accesso di dare esecuzione al decreto impedendo che "
            "gli utenti "
            "possano raggiungere i siti furto-a.it e furto-b.it."
        ),
        (
            "ordina alla generalità dei prestatori, come individuati dall'art. 14 del d.lgs. n. "
            "70/2003, di disabilitare l'accesso ai siti furto-a.it e furto-b.it."
        ),
        (
            "ordina alle convenute di rendere inaccessibili:\n- il sito furto-a.it nella sua "
            "interezza;\n- l'intero sito furto-b.it;\n"
        ),
        (
            "ordina agli operatori che in relazione ad esse forniscono servizi di "
            "telecomunicazione di inibire l'accesso ai siti furto-a.it e furto-b.it."
        ),
        "respinge il reclamo e mantiene ferma l'inibitoria relativa a furto-a.it e furto-b.it;",
        (
            "estende l'inibitoria già concessa ai siti furto-a.it e furto-b.it, dei quali i "
            "resistenti inibiranno l'accesso."
        ),
    ],
)
def test_sentences_of_these_kinds(sentence: str) -> None:
    assert read(f"{COURT}{sentence}\n\nMilano, 3 marzo 2025\n") == BOTH


@pytest.mark.parametrize(
    "sentence",
    [
        f"ordina a Rete S.p.A. di bloccare, entro due giorni:\na. di pubblicare l'avviso su{PAIR}",
        (
            f"ordina a Rete S.p.A. di sbloccare, entro due giorni:\na. l'accesso ai "
            f"seguenti siti{PAIR}"
        ),
        f"ordina a Rete S.p.A. di bloccare:\na. scrivere ai seguenti indirizzi:{PAIR}",
        f"ordina a Rete S.p.A. di non bloccare:\na. l'accesso ai seguenti siti{PAIR}",
        f"ordina a Rete S.p.A. di bloccare:\na. i pagamenti agli utenti dei seguenti siti{PAIR}",
        (
            "ordina ai fornitori di rendere non raggiungibili gli indirizzi elencati nella seconda "
            "colonna del prospetto che segue.\n\nSito           IP\nfurto-a.it     192.0.2.1\n"
            "furto-b.it     192.0.2.2\n"
        ),
        (
            "rigetta la richiesta sui siti di cui alla tabella, disponendo la restituzione.\n\n"
            "n.   sito\n1    furto-a.it\n2    furto-b.it\n"
        ),
        "mantiene fermo l'obbligo di Rete S.p.A. di ripristinare l'accesso a furto-a.it;",
        "mantiene fermo il diritto di Rete S.p.A. di bloccare l'accesso a furto-a.it;",
        "non mantiene fermo l'obbligo di Rete S.p.A. di precludere l'accesso a furto-a.it;",
        "conferma il decreto, mantenendo l'accesso ai siti furto-a.it e furto-b.it.",
        "conferma il decreto, mantenendo il sequestro delle merci vendute su furto-a.it.",
        "dispone che l'inibitoria non abbia ad oggetto i siti furto-a.it e furto-b.it;",
        "dispone che la pubblicazione abbia ad oggetto anche i siti furto-a.it e furto-b.it;",
        "dispone che l'inibitoria dell'uso del marchio riguardi anche il sito furto-a.it;",
        (
            "ordina agli operatori di dare esecuzione alla sentenza ripristinando l'accesso "
            "ai siti "
            "furto-a.it e furto-b.it."
        ),
        (
            "ordina alla polizia giudiziaria di dare esecuzione al decreto impedendo che i gestori "
            "dei siti furto-a.it e furto-b.it vendano merci."
        ),
        (
            "dispone il sequestro dei siti di cui alla tabella, disponendo che il blocco non "
            "riguardi i seguenti.\n\n n.   sito           hosting\n 1    furto-a.it     Alfa\n"
        ),
        "rigetta; resta in vigore il blocco del sito furto-a.it disposto con altro atto.",
        "rigetta; resta fermo il blocco del sito furto-a.it disposto con altra ordinanza.",
        (
            "ordina di inibire l'accesso ai siti indicati nel decreto; resta ferma l'inibizione "
            "del sito furto-a.it ordinata con separato provvedimento."
        ),
        "conferma la sentenza; resta fermo il diritto di accesso ai siti furto-a.it e furto-b.it.",
    ],
)
def test_sentences_that_look_alike(sentence: str) -> None:
    assert read(f"{COURT}{sentence}\n\nMilano, 3 marzo 2025\n") == set()


HEAD = "MINISTERO DELLA SALUTE\n\nIL DIRETTORE GENERALE\n\nVISTA la nota;\n\nDECRETA\n\n"


@pytest.mark.parametrize(
    "articles",
    [
        (
            "Art. 1. - Ai fornitori di accesso è imposto di impedire l'accesso agli indirizzi di "
            f"seguito trascritti:{PAIR}\nArt. 2. - In caso di mancata ottemperanza si applica la "
            "sanzione amministrativa.\n"
        ),
        (
            "1. I fornitori di connettività inibiscono l'accesso ai siti furto-a.it e furto-b.it.\n"
            "2. I siti furto-c.it e furto-d.it sono segnalati alla Procura.\n"
        ),
        (
            "1. I fornitori di connettività inibiscono l'utilizzazione delle reti da essi "
            "gestite per "
            f"lo svolgimento dei giochi mediante i seguenti siti:{PAIR}"
        ),
    ],
)
def test_articles(articles: str) -> None:
    assert read(HEAD + articles) == BOTH


@pytest.mark.parametrize(
    "articles",
    [
        (
            "1. I fornitori già inibiscono l'accesso ai siti furto-a.it e furto-b.it.\n2. "
            "Si archivi.\n"
        ),
        (
            "1. I fornitori di connettività non inibiscono l'accesso ai siti furto-a.it e "
            "furto-b.it.\n"
        ),
        (
            "Art. 1. - I fornitori impediscono l'accesso ai siti dell'elenco.\nArt. 2. - I siti "
            "furto-a.it e furto-b.it restano accessibili.\n"
        ),
        (
            "1. I fornitori inibiscono l'utilizzazione delle reti per la vendita di giochi "
            "da tavolo "
            f"mediante i seguenti siti:{PAIR}"
        ),
    ],
)
def test_articles_that_order_no_block(articles: str) -> None:
    assert read(HEAD + articles) == set()


@pytest.mark.parametrize(
    "text",
    [
        (
            f"{AGCOM}Codeste Società sono tenute a disabilitare l'accesso ai siti:\n\n- determina "
            "n. 3/25/DDA: furto-a.it\n- determina n. 4/25/DDA (revocata): lecito-a.it\n"
        ),
        (
            f"{AGCOM}Le risorse riportate di seguito devono essere bloccate.\n\nFQDN (1)\n----\n"
            "furto-a.it\n\nWhitelist (1)\n----\nlecito-a.it\n"
        ),
        (
            f"{PROCURA}Dispongo che codesti operatori diano corso al sequestro impedendo la "
            "fruizione di quanto elencato:\n\nA) siti interi\nfurto-a.it\n\nB) portali di "
            "terzi\nlecito-a.it\n"
        ),
        (
            f"{HEAD}Art. 1 Ai fornitori è ordinato di bloccare il sito furto-a.it.\nArt. 2 Il sito "
            "lecito-a.it resta accessibile.\n"
        ),
        (
            f"{COURT}ordina a Rete S.p.A. di bloccare:\na) l'accesso al sito furto-a.it;\nb) la "
            "pubblicità su lecito-a.it;\n\nMilano, 3 marzo 2025\n"
        ),
        (
            f"{COURT}ordina a Rete di bloccare il sito furto-a.it nella sua interezza; la pagina "
            "lecito-a.it/uno nel suo complesso resta fruibile;\n\nMilano, 3 marzo 2025\n"
        ),
        (
            f"{COURT}ordina ai fornitori di bloccare i siti della tabella.\n\nordina a essi di "
            "inibire i siti riportati nella tabella.\n\nSito          Hosting\nfurto-a.it    Alfa\n"
            "              lecito-a.it\n"
        ),
    ],
)
def test_others_beside_them(text: str) -> None:
    assert read(text) == {"furto-a.it"}
