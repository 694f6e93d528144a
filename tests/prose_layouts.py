"""Italian orders in other layouts: lettered points, lists within a sentence, wide tables, annexes.

They were written after the reader had been adapted to ``prose_genres``.
"""

from __future__ import annotations

from prose_cases import PAGE, Case, bullets, head, lines, numbers, table, text

ORDERS = [
    Case(
        "venezia-lettere",
        [
            head("Tribunale Ordinario di Venezia"),
            head("Sezione Specializzata Imprese"),
            text(
                "Nel procedimento ex art. 163 l.d.a. n. 2744/2024 R.G. il Giudice dott.ssa X, a "
                "scioglimento della riserva, osserva quanto segue."
            ),
            text("""La ricorrente Lambda Editori S.r.l. produce catture di schermo eseguite con lo
                 strumento disponibile su cattura-finta.io. Il dominio libreria-abusiva.to risulta
                 registrato tramite nomi-finti.com."""),
            head("P.T.M."),
            text("in accoglimento del ricorso, così provvede:"),
            text("""A) inibisce a Laguna Telecomunicazioni S.p.A. di consentire ai propri abbonati
                 l'accesso ai seguenti domini: libreria-abusiva.to; www.libreria-abusiva.se;
                 romanzi-pirata.fun;"""),
            text("""B) assegna il termine di sette giorni dalla comunicazione per l'adempimento e
                 fissa in € 750,00 la somma dovuta per ogni giorno di ritardo;"""),
            text(
                "C) dispone la pubblicazione del dispositivo sul quotidiano giornale-lagunare.it."
            ),
            text("Venezia, li 2 settembre 2024"),
        ],
        targets=["libreria-abusiva.to", "www.libreria-abusiva.se", "romanzi-pirata.fun"],
        facts={
            "authority": "tribunale-di-venezia",
            "case": "2744/2024",
            "issued": "2024-09-02",
            "deadline": "7 days from notified",
            "penalty": "750 EUR per day",
        },
    ),
    Case(
        "milano-clausola-di-rito",
        [
            head("N. R.G. 2023/40881"),
            head("TRIBUNALE DI MILANO"),
            head("Sezione specializzata in materia di impresa"),
            head("ORDINANZA"),
            text("""La ricorrente chiede che sia ordinato di bloccare anche radioinventata.fm; la
                 domanda su tale sito è stata rinunciata all'udienza del 3 ottobre 2023."""),
            head("PQM"),
            text("""visto l'art. 700 c.p.c., ordina ad Anello Reti S.r.l., in persona del legale
                 rappresentante pro tempore, di disporre immediatamente, e comunque non oltre 3
                 (tre) giorni dalla notifica, il blocco DNS dei domini discografiapirata.com,
                 brani-abusivi.net, mp3finti.ru e di tutti i loro sottodomini;"""),
            text(
                "dichiara la cessazione della materia del contendere quanto al sito "
                "radioinventata.fm;"
            ),
            text("fissa la penale di € 1.000 per ogni giorno di ritardo."),
            text("Così deciso in Milano il 16/10/2023"),
        ],
        targets=["discografiapirata.com", "brani-abusivi.net", "mp3finti.ru"],
        facts={
            "authority": "tribunale-di-milano",
            "instrument": "ordinanza",
            "case": "40881/2023",
            "issued": "2023-10-16",
            "deadline": "3 days from notified",
            "penalty": "1,000 EUR per day",
        },
        header="Accoglimento totale del 16/10/2023 - RG n. 2023/40881",
        footer="Pagina {page}",
    ),
    Case(
        "brescia-gip-elenco-nel-testo",
        [
            head("TRIBUNALE DI BRESCIA"),
            head("Ufficio del Giudice per le Indagini Preliminari"),
            text("N. 1532/2023 R.G.N.R.        N. 904/2023 R.G. GIP"),
            head("DECRETO DI SEQUESTRO PREVENTIVO"),
            text(
                "Il Giudice, letta la richiesta del P.M. di sequestro preventivo dei siti web di "
                "cui all'imputazione provvisoria;"
            ),
            text("""rilevato che i prodotti sono reclamizzati anche su pagine della rete sociale
                 socialefinto.com, estranea ai fatti;"""),
            head("P.Q.M."),
            text("visti gli artt. 321 e ss. c.p.p."),
            head("ORDINA"),
            text("""il sequestro preventivo dei siti web sotto indicati, da eseguire mediante
                 inibizione dell'accesso da parte dei fornitori di servizi internet operanti in
                 Italia:"""),
            numbers(
                "http://farmaciafinta24.com",
                "http://www.pillole-abusive.biz/",
                "https://senzaricetta-finta.org",
            ),
            text("Dispone la trasmissione del presente decreto al P.M. per l'esecuzione."),
            text("Brescia, 27 giugno 2023"),
        ],
        targets=["farmaciafinta24.com", "www.pillole-abusive.biz", "senzaricetta-finta.org"],
        facts={"case": "1532/2023", "issued": "2023-06-27"},
    ),
    Case(
        "agcom-determina-tre-siti",
        [
            head("DETERMINA N. 31/25/DDA"),
            text("""ORDINE DI DISABILITAZIONE DELL'ACCESSO AI SENSI DELL'ARTICOLO 9-BIS DEL
                 REGOLAMENTO (PROC. N. 2410/DDA/LC - DDA/11802 - https://partiteabusive.live;
                 https://partiteabusive2.live; https://guardapartite.abusivo-tv.net)"""),
            head("IL DIRETTORE DELLA DIREZIONE SERVIZI DIGITALI"),
            text("""VISTA l'istanza del 3 marzo 2025 con cui Mu Sport S.p.A.
                 (www.musport-finta.it) ha segnalato la violazione;"""),
            text("RILEVATO che i siti risultano protetti dal servizio di rete scudofinto.com;"),
            head("ORDINA"),
            text("""ai prestatori di servizi di accesso alla rete internet di cui in premessa la
                 disabilitazione dell'accesso ai siti https://partiteabusive.live,
                 https://partiteabusive2.live e https://guardapartite.abusivo-tv.net, mediante
                 blocco del DNS, entro 24 ore dalla notifica del presente provvedimento."""),
            text("Napoli, 7 marzo 2025"),
        ],
        targets=["partiteabusive.live", "partiteabusive2.live", "guardapartite.abusivo-tv.net"],
        facts={
            "authority": "agcom",
            "number": "31/2025/DDA",
            "issued": "2025-03-07",
            "deadline": "24 hours from notified",
        },
    ),
    Case(
        "consob-altro-comunicato",
        [
            head("Consob oscura 3 nuovi siti internet abusivi"),
            text("""La Commissione Nazionale per le Società e la Borsa ha disposto l'oscuramento
                 dell'accesso dall'Italia a 3 siti internet tramite i quali venivano offerti
                 servizi di investimento senza autorizzazione."""),
            text("Si tratta di:"),
            bullets(
                "https://investi-finto.com (Nu Capital Ltd);",
                "www.trading-inventato.net e la pagina https://area.trading-inventato.net (Xi "
                "Markets LLC).",
            ),
            text("""Sono in corso le attività di oscuramento da parte dei fornitori. Per motivi
                 tecnici l'oscuramento effettivo potrà richiedere alcuni giorni. Salgono così a
                 1.200 i siti oscurati dal luglio 2019. Per informazioni: www.consob.it."""),
            text("Roma, 9 gennaio 2025"),
        ],
        targets=["investi-finto.com", "www.trading-inventato.net", "area.trading-inventato.net"],
        facts={"authority": "consob", "issued": "2025-01-09"},
        html=True,
    ),
    Case(
        "firenze-tabella-piu-colonne",
        [
            head("TRIBUNALE DI FIRENZE"),
            head("Sezione specializzata in materia d'impresa"),
            text("R.G. 3108/2024 - Omicron Pelletterie S.p.A. c. Collegamenti Toscani S.r.l."),
            text("Premesso che il sito ufficiale della ricorrente è omicron-pelle.it;"),
            head("P.Q.M."),
            text("""ordina alla resistente di impedire, entro quindici giorni dalla notificazione,
                 l'accesso ai siti elencati nella seguente tabella, colonna «Dominio»:"""),
            table(
                ["N.", "Dominio", "Registrar"],
                ["1", "omicron-saldi.shop", "registrafinto.com"],
                ["2", "omicronoutlet.store", "registrafinto.com"],
                ["3", "borse-omicron.cn", "nomi-inventati.net"],
            ),
            text("Spese al definitivo. Firenze, 4 dicembre 2024"),
        ],
        targets=["omicron-saldi.shop", "omicronoutlet.store", "borse-omicron.cn"],
        facts={
            "authority": "tribunale-di-firenze",
            "case": "3108/2024",
            "issued": "2024-12-04",
            "deadline": "15 days from notified",
        },
    ),
    Case(
        "palermo-allegato-righe",
        [
            head("TRIBUNALE DI PALERMO"),
            head("SEZIONE V CIVILE - IMPRESE"),
            text("Ordinanza nel procedimento n. 5519/2022 R.G."),
            head("P.Q.M."),
            text("""Ordina ai fornitori di connettività resistenti di inibire, entro il termine di
                 72 ore dalla comunicazione, l'accesso ai domini elencati nell'Allegato 1 alla
                 presente ordinanza, esclusi quelli di cui al punto 2 dell'Allegato."""),
            text("Palermo, 30 marzo 2022"),
            PAGE,
            head("ALLEGATO 1"),
            lines("1. Domini da inibire\nserie-abusive.to\nfilm-abusivi.cc\nanime-abusivi.me"),
            lines("2. Domini esclusi\nlicenziatario-finto.it"),
        ],
        targets=["serie-abusive.to", "film-abusivi.cc", "anime-abusivi.me"],
        facts={
            "authority": "tribunale-di-palermo",
            "case": "5519/2022",
            "issued": "2022-03-30",
            "deadline": "72 hours from notified",
        },
        footer="{page}",
    ),
]

OTHERS = [
    Case(
        "revoca-del-sequestro",
        [
            head("TRIBUNALE DI ROMA"),
            head("Ufficio GIP"),
            text("N. 20455/22 R.G.N.R."),
            head("P.Q.M."),
            text("""revoca il decreto di sequestro preventivo e dispone la cessazione
                 dell'inibizione dell'accesso ai siti palinsestofinto.tv e iptvfinta.me,
                 disponendone la restituzione agli aventi diritto."""),
            text("Roma, 9 febbraio 2023"),
        ],
    ),
    Case(
        "consob-avvertenza",
        [
            head("Avvertenze dalle autorità estere"),
            text("""Le autorità di vigilanza di Regno Unito e Spagna segnalano le società e i siti
                 internet che stanno offrendo servizi di investimento senza le prescritte
                 autorizzazioni: finanza-finta.co.uk; inversion-inventada.es;
                 clonefinto.com."""),
            text("Per verificare se un'impresa è autorizzata: www.consob.it. Roma, 5 maggio 2024"),
        ],
        html=True,
    ),
    Case(
        "rinvio-d-udienza",
        [
            head("TRIBUNALE DI MILANO"),
            head("Sezione specializzata in materia d'impresa"),
            text("R.G. 3300/2024"),
            text(
                "Il Giudice, rilevato che la resistente ha chiesto termine per contraddire sulla "
                "richiesta di blocco dei siti canzonifinte.to e testifinti.com,"
            ),
            head("P.Q.M."),
            text("""rinvia all'udienza del 12 giugno 2024; ordina alla ricorrente di depositare
                 entro dieci giorni copia delle pagine dei siti canzonifinte.to e
                 testifinti.com."""),
            text("Milano, 20 maggio 2024"),
        ],
    ),
]
