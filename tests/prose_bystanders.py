"""Italian orders with names beside those ordered: platforms, parties, registrars, earlier orders.

Parts of what was asked for are rejected. They were written to mislead the reader, before its code
was read.
"""

from __future__ import annotations

from prose_cases import PAGE, Case, bullets, head, lines, table, text

ORDERS = [
    Case(
        "genova-rigetto-parziale",
        [
            head("TRIBUNALE DI GENOVA"),
            head("Sezione Imprese"),
            text("R.G. 1177/2025"),
            text("""La ricorrente Tigullio Film S.r.l. (sito tigulliofilm.it), assistita
                 dall'avv. X (studio-legale-finto.it), chiede l'inibitoria."""),
            head("P.Q.M."),
            text("""Accoglie il ricorso limitatamente ai siti cinefurto.to e streamfurto.cc e
                 per l'effetto ordina a Lanterna Reti S.p.A. di inibirne l'accesso entro 48
                 ore dalla comunicazione del presente provvedimento; rigetta quanto a
                 forumcinefili.net e cineclub-lecito.org; condanna la resistente alle spese."""),
            text("Genova, 14 febbraio 2025"),
        ],
        targets=["cinefurto.to", "streamfurto.cc"],
    ),
    Case(
        "milano-rigetto-dopo-ordine",
        [
            head("TRIBUNALE DI MILANO"),
            text("N. R.G. 881/2025"),
            head("ORDINANZA"),
            head("PQM"),
            text("""1) ordina alle resistenti di bloccare l'accesso ai nomi a dominio
                 calciofurto.live, golpirata.tv;"""),
            text("2) rigetta la domanda quanto a commentisportivi.net, tifosi-forum.org;"),
            text("3) dichiara inammissibile la domanda relativa a calciofurto.app;"),
            text("4) compensa le spese."),
            text("Milano, 3 marzo 2025"),
        ],
        targets=["calciofurto.live", "golpirata.tv"],
    ),
    Case(
        "torino-eccezione",
        [
            head("TRIBUNALE ORDINARIO DI TORINO"),
            text("R.G. n. 9021/2025"),
            head("P.Q.M."),
            text("""ordina a Mole Connessioni S.p.A. di impedire la risoluzione DNS del dominio
                 archiviopirata.org e di tutti i suoi sottodomini, ad eccezione di
                 ricerca.archiviopirata.org e fatto salvo bollettino.archiviopirata.org, che
                 ospitano contenuti leciti;"""),
            text("Torino, 8 aprile 2025"),
        ],
        targets=["archiviopirata.org"],
        exceptions=["ricerca.archiviopirata.org", "bollettino.archiviopirata.org"],
    ),
    Case(
        "roma-come-ad-esempio",
        [
            head("TRIBUNALE DI ROMA"),
            text("R.G. 40102/2025"),
            head("P.Q.M."),
            text("""ordina alle resistenti di inibire l'accesso al sito fumetti-rubati.to,
                 nonché a ogni suo alias o sito di reindirizzamento che il titolare vorrà
                 comunicare, come ad esempio potrebbe avvenire con servizi del tipo di
                 accorcia-link.me o specchio-gratis.net, previa verifica dell'ausiliario;"""),
            text("Roma, 2 maggio 2025"),
        ],
        targets=["fumetti-rubati.to"],
    ),
    Case(
        "bologna-tabella-larghe",
        [
            head("TRIBUNALE DI BOLOGNA"),
            text("R.G. 551/2025"),
            head("P.Q.M."),
            text("""ordina ai fornitori di accesso resistenti di bloccare i siti di cui alla
                 tabella che segue:"""),
            table(
                ["N.", "Titolare dichiarato", "Nome a dominio", "Hosting provider", "Contatto"],
                [
                    "1",
                    "Privacy Finta",
                    "torte-contraffatte.shop",
                    "ospitafinto.net",
                    "abuse@ospitafinto.net",
                ],
                [
                    "2",
                    "ignoto",
                    "borse-tarocche.store",
                    "cloudinventato.com",
                    "legal@cloudinventato.com",
                ],
                [
                    "3",
                    "Gamma Ltd",
                    "scarpe-tarocche.eu",
                    "ospitafinto.net",
                    "abuse@ospitafinto.net",
                ],
            ),
            text("Bologna, 5 maggio 2025"),
        ],
        targets=["torte-contraffatte.shop", "borse-tarocche.store", "scarpe-tarocche.eu"],
    ),
    Case(
        "allegato-prove",
        [
            head("TRIBUNALE DI CATANIA"),
            text("R.G. 7719/2024"),
            head("P.Q.M."),
            text("""Ordina alla resistente di inibire l'accesso al sito musichefurtive.to entro
                 tre giorni dalla notifica."""),
            text("Catania, 11 novembre 2024"),
            PAGE,
            head("ALLEGATO A"),
            head("Elenco dei documenti prodotti dalla ricorrente"),
            lines("""1. doc. 1 - visura di musichefurtive.to, da whoisfinto.net
2. doc. 2 - catture da archivio-pagine.org
3. doc. 3 - estratti dal sito ufficiale etneadischi.it
4. doc. 4 - classifica tratta da traffico-stime.com"""),
        ],
        targets=["musichefurtive.to"],
        footer="{page}",
    ),
    Case(
        "ordine-precedente-citato",
        [
            head("TRIBUNALE DI MILANO"),
            text("N. R.G. 3377/2025"),
            head("P.Q.M."),
            text("""vista la propria precedente ordinanza del 4 aprile 2024, con la quale era
                 stato ordinato di inibire l'accesso ai siti vecchiopirata.com e
                 vecchiopirata.net;"""),
            text("""ritenuto che gli stessi contenuti siano ora disponibili sul sito
                 nuovopirata.com;"""),
            text("""estende l'ordine di inibizione al sito nuovopirata.com, ordinando alla
                 resistente di impedirne l'accesso entro 24 ore;"""),
            text("Milano, 7 luglio 2025"),
        ],
        targets=["nuovopirata.com"],
    ),
    Case(
        "deindicizzazione-e-pagamenti",
        [
            head("TRIBUNALE DI ROMA"),
            text("R.G. 51772/2025"),
            head("P.Q.M."),
            text("""a) ordina a Dorsale Tirrena S.p.A. di inibire l'accesso al sito
                 iptv-furto.shop;"""),
            text("""b) ordina a Paga Facile S.r.l., gestore di pagafacile-finta.it, di cessare
                 ogni servizio di pagamento in favore del titolare del sito;"""),
            text("""c) ordina a Cerca Tutto Inc. (cercatutto.com) di deindicizzare le pagine del
                 sito;"""),
            text("""d) ordina alla resistente di pubblicare il dispositivo sui siti
                 giornale-inventato.it e notizie-inventate.com;"""),
            text("""e) ordina a Registro Finto Ltd (registrofinto.com) di comunicare i dati del
                 titolare;"""),
            text("Roma, 1 agosto 2025"),
        ],
        targets=["iptv-furto.shop"],
    ),
    Case(
        "siti-della-ricorrente-nel-dispositivo",
        [
            head("TRIBUNALE DI FIRENZE"),
            text("R.G. 812/2025"),
            head("P.Q.M."),
            text("""ordina a Arno Telecom S.r.l. di inibire ai propri utenti l'accesso al sito
                 pelletteria-clone.shop, il quale riproduce senza autorizzazione i contenuti
                 del sito pelletteria-vera.it di titolarità della ricorrente e reindirizza
                 verso vendite-finte.com, ospitato da server-inventati.net;"""),
            text("Firenze, 15 settembre 2025"),
        ],
        targets=["pelletteria-clone.shop"],
    ),
    Case(
        "reindirizzamento-a-pagina",
        [
            head("TRIBUNALE DI BARI"),
            text("R.G. 6001/2025"),
            head("P.Q.M."),
            text("""ordina alla resistente di inibire l'accesso ai siti film-abusivo.bar e
                 serie-abusiva.bar, reindirizzando gli utenti verso la pagina di cortesia
                 avviso-blocco.it, e di comunicare l'adempimento all'indirizzo
                 blocchi@tutela-finta.it ovvero tramite il portale portale-tutela.it;"""),
            text("Bari, 19 settembre 2025"),
        ],
        targets=["film-abusivo.bar", "serie-abusiva.bar"],
    ),
    Case(
        "due-tabelle",
        [
            head("TRIBUNALE DI PADOVA"),
            text("R.G. 702/2025"),
            head("P.Q.M."),
            text("""ordina alla resistente di bloccare i siti di cui alla Tabella 1,
                 autorizzando per contro l'accesso a quelli di cui alla Tabella 2."""),
            text("Padova, 22 settembre 2025"),
            PAGE,
            head("Tabella 1 - Siti da bloccare"),
            table(
                ["URL", "Opera"],
                ["padovafurto.to", "La barca"],
                ["santofurto.cc", "Il molo"],
            ),
            head("Tabella 2 - Siti autorizzati"),
            table(
                ["URL", "Licenza"],
                ["cinemalecito.it", "n. 4"],
                ["operelecite.net", "n. 7"],
            ),
        ],
        targets=["padovafurto.to", "santofurto.cc"],
    ),
    Case(
        "sequestro-con-provider",
        [
            head("TRIBUNALE DI LECCE"),
            head("Ufficio del Giudice per le indagini preliminari"),
            text("N. 7730/25 R.G.N.R."),
            text("letti gli atti relativi ai siti scommesse-furbe.bet, gioco-furbo.casino;"),
            head("P.Q.M."),
            text("""dispone il sequestro preventivo, mediante oscuramento, dei siti
                 scommesse-furbe.bet e gioco-furbo.casino, registrati tramite
                 nomi-del-sud.com e ospitati presso nuvola-del-sud.net, nonché degli account
                 collegati alla casella contatti@posta-furba.com; rigetta la richiesta con
                 riguardo al sito informa-scommesse.it;"""),
            text("Lecce, 9 ottobre 2025"),
        ],
        targets=["scommesse-furbe.bet", "gioco-furbo.casino"],
    ),
    Case(
        "reclamo-revoca-in-parte",
        [
            head("TRIBUNALE DI TORINO"),
            text("R.G. 15002/2025"),
            head("P.Q.M."),
            text("""in parziale accoglimento del reclamo, revoca l'ordine di blocco con
                 riferimento a software-libero-finto.org e specchio-libero.net; conferma
                 l'ordine di blocco con riferimento a giochi-crackati.to;"""),
            text("Torino, 13 ottobre 2025"),
        ],
        targets=["giochi-crackati.to"],
    ),
    Case(
        "cessazione-e-rinuncia",
        [
            head("TRIBUNALE DI VENEZIA"),
            text("R.G. 5511/2025"),
            head("P.Q.M."),
            text("""dato atto della rinuncia relativamente a biennale-copia.com, ordina alla
                 resistente l'inibizione dell'accesso a biennale-falsa.com e
                 biglietti-falsi.eu, salvo che il primo cessi spontaneamente l'attività;
                 nulla dispone su biglietti-usati.it;"""),
            text("Venezia, 16 ottobre 2025"),
        ],
        targets=["biennale-falsa.com", "biglietti-falsi.eu"],
    ),
    Case(
        "agcom-ordine-con-archiviazione",
        [
            head("AUTORITÀ PER LE GARANZIE NELLE COMUNICAZIONI"),
            head("DETERMINA N. 91/25/DDA"),
            text("""VISTA l'istanza DDA/9002, pervenuta in data 2 ottobre 2025, con la quale è
                 stata segnalata la presenza sui siti http://libri-presi.to e
                 http://libri-vecchi.cc di opere letterarie; che dalle verifiche
                 (whois-prova.net) i siti risultano ospitati da ospite-finto.com;"""),
            head("ORDINA"),
            text("""ai prestatori di servizi di mere conduit operanti sul territorio italiano di
                 disabilitare l'accesso al sito http://libri-presi.to, mediante blocco del
                 DNS, entro tre giorni dalla notifica;"""),
            head("DISPONE"),
            text("""l'archiviazione quanto al sito http://libri-vecchi.cc, non più
                 raggiungibile."""),
            text("Roma, 4 novembre 2025"),
        ],
        targets=["libri-presi.to"],
    ),
    Case(
        "consob-vecchi-e-clone",
        [
            head("COMUNICATO STAMPA"),
            text("Consob oscura 3 nuovi siti internet abusivi"),
            text("""La Commissione Nazionale per le Società e la Borsa ha ordinato l'oscuramento
                 di 3 nuovi siti web che offrono abusivamente servizi finanziari."""),
            text("Di seguito i siti oscurati:"),
            bullets(
                "Finto Capital Ltd (sito internet https://finto-capital.io e relativa pagina https://trade.finto-capital.io);",
                '"Beta Invest" (sito internet www.beta-invest.pro).',
            ),
            text("""Uno dei siti clonava l'impresa autorizzata Beta Investimenti SIM S.p.A., il
                 cui sito genuino è www.betainvestimenti.it, del tutto estranea ai fatti."""),
            text("""Si ricorda che con la delibera del 10 ottobre 2025 era stato oscurato anche
                 il sito www.alfa-vecchio.com, già oggetto di comunicato."""),
            text("""Sale così a 1400 il numero dei siti complessivamente oscurati dalla Consob.
                 L'elenco è disponibile su www.consob.it. Roma, 6 novembre 2025"""),
        ],
        targets=["finto-capital.io", "trade.finto-capital.io", "www.beta-invest.pro"],
        html=True,
    ),
    Case(
        "ordine-a-hosting-di-rimozione",
        [
            head("TRIBUNALE DI MILANO"),
            text("N. R.G. 9988/2025"),
            head("P.Q.M."),
            text("""ordina a Ospita Bene S.r.l. di rimuovere dai propri server le copie dei
                 programmi presenti su download-crackati.net e ordina agli altri resistenti,
                 fornitori di accesso, di bloccare l'accesso a download-crackati.net (IP
                 192.0.2.77), e non anche agli altri siti ospitati sul medesimo server, quali
                 blog-di-ricette.it e foto-di-gatti.org;"""),
            text("Milano, 18 novembre 2025"),
        ],
        targets=["download-crackati.net"],
    ),
]

OTHERS = [
    Case(
        "sospensione-e-condizione",
        [
            head("CORTE D'APPELLO DI ROMA"),
            text("R.G. 3010/2025"),
            head("P.Q.M."),
            text("""sospende l'efficacia esecutiva dell'ordinanza impugnata nella parte in cui
                 ordina di inibire l'accesso ai siti meteofinto.tv e previsioni-finte.com;
                 ordina alla reclamante di depositare i documenti relativi a meteofinto.tv;"""),
            text("Roma, 14 novembre 2025"),
        ],
    ),
]
