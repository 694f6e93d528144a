"""Italian orders, some of each kind: courts, seizures, regulators; and texts that order nothing.

They use the words of their genre. Names and cases are invented, but for those of the founding case
(Milan, July 2022).
"""

from __future__ import annotations

from collections.abc import Sequence

from prose_cases import PAGE, Case, bullets, head, lines, numbers, table, text


def _annex(stem: str, suffixes: Sequence[str], count: int) -> list[str]:
    """Invented names for a long annex; no two are alike and none holds another."""
    places = ("alfa", "borgo", "corte", "dorso", "etna", "faro", "golfo", "isola")
    return [
        f"{places[i % len(places)]}{stem}{i:02d}.{suffixes[i % len(suffixes)]}"
        for i in range(count)
    ]


SEQUESTRO = _annex("partite", ("live", "tv", "to", "xyz", "com"), 66)
RISOLUTORI = _annex("segnale", ("org", "net", "stream", "me"), 62)

ORDERS = [
    Case(
        "milano-ordinanza-2022",
        [
            head("N. R.G. 12345/2022"),
            head("TRIBUNALE ORDINARIO di MILANO"),
            head("SEZIONE SPECIALIZZATA IN MATERIA D'IMPRESA - A -"),
            text("""nel procedimento cautelare iscritto al n. r.g. 12345/2022 promosso da:
                 Alfa Musica S.r.l., Beta Dischi S.p.A. (avv.ti del foro di Milano),
                 RICORRENTI"""),
            text("contro Risolutore Rapido Inc. - RESISTENTE"),
            text(
                "Il Giudice, a scioglimento della riserva assunta all'udienza del 7 giugno 2022, "
                "ha pronunciato la seguente"
            ),
            head("ORDINANZA"),
            text("""1. Le ricorrenti hanno esposto che l'Autorità per le garanzie nelle
                 comunicazioni ha già ordinato ai fornitori di accesso l'oscuramento di
                 limetorrents.info e di kickass.finto.com, i quali sono tuttavia rimasti
                 raggiungibili attraverso il servizio DNS pubblico della resistente. Il sito della
                 resistente, risolutorerapido.com, ne pubblicizza le funzioni."""),
            text("""2. Quanto al fumus, le visure del registro (doc. 14, tratte da
                 registro-visure.net) e gli accertamenti del perito confermano la messa a
                 disposizione al pubblico di opere protette."""),
            head("P.Q.M."),
            text("""visti gli artt. 669-bis e 700 c.p.c., 156 e 163 l. 633/1941, in accoglimento del
                 ricorso,"""),
            text("""ORDINA a Risolutore Rapido Inc. di adottare, entro 30 giorni dalla comunicazione
                 della presente ordinanza, le misure tecniche necessarie a inibire a tutti gli
                 utenti situati nel territorio italiano, mediante blocco della risoluzione DNS,
                 l'accesso ai siti kickasstorrents.to, limetorrents.pro e ilcorsaronero.pro, nonché
                 a qualsiasi altro nome a dominio, presente o futuro, attraverso il quale i medesimi
                 servizi siano resi accessibili, previa segnalazione delle ricorrenti;"""),
            text("""FISSA a titolo di penale la somma di € 10.000,00 per ogni giorno di ritardo
                 nell'esecuzione del presente provvedimento;"""),
            text("""CONDANNA la resistente alla rifusione delle spese di lite, liquidate in
                 complessivi € 8.200,00 oltre accessori."""),
            text("Si comunichi."),
            text("Milano, 11 luglio 2022"),
            text("Il Giudice"),
        ],
        targets=["kickasstorrents.to", "limetorrents.pro", "ilcorsaronero.pro"],
        facts={
            "authority": "tribunale-di-milano",
            "instrument": "ordinanza",
            "case": "12345/2022",
            "issued": "2022-07-11",
            "deadline": "30 days from notified",
            "penalty": "10,000 EUR per day",
            "dynamic": True,
        },
        footer="Pagina {page} di {pages}",
    ),
    Case(
        "milano-decreto-elenco-numerato",
        [
            head("TRIBUNALE DI MILANO"),
            head("Sezione specializzata in materia di impresa - Sezione B"),
            text(
                "Il Giudice designato, letto il ricorso ex artt. 156, 163 l.d.a. e 669-sexies, "
                "secondo comma, c.p.c. depositato da Gamma Cinema S.p.A., R.G. n. 4711/23;"
            ),
            text("""rilevato che la ricorrente ha documentato come, dopo l'inibitoria di
                 cinefinto.org, i contenuti siano stati trasferiti su altri indirizzi;"""),
            text(
                "ritenuto che la convocazione delle controparti pregiudicherebbe l'attuazione del "
                "provvedimento;"
            ),
            head("P. Q. M."),
            text("inaudita altera parte,"),
            text("""1) ordina a Rete Uno S.p.A., Rete Due S.p.A. e Rete Tre S.r.l., quali fornitori
                 di accesso, di impedire entro 48 ore dalla notificazione del presente decreto
                 l'accesso dei propri clienti ai seguenti nomi a dominio:"""),
            numbers(
                "cinefinto-nuovo.org;",
                "www.cinefinto-live.net;",
                "streamfinto.cc;",
                "guardafinto.top;",
                "cinefintohd.club.",
            ),
            text("""2) fissa la somma di euro cinquemila per ogni giorno di ritardo e di euro mille
                 per ogni singola violazione successivamente constatata;"""),
            text(
                "3) fissa per la comparizione delle parti l'udienza del 14 marzo 2023, ore 10.30, "
                "con termine per la notifica fino al 6 marzo 2023."
            ),
            text("Così deciso in Milano, il 21 febbraio 2023."),
        ],
        targets=[
            "cinefinto-nuovo.org",
            "www.cinefinto-live.net",
            "streamfinto.cc",
            "guardafinto.top",
            "cinefintohd.club",
        ],
        facts={
            "authority": "tribunale-di-milano",
            "instrument": "decreto",
            "case": "4711/2023",
            "issued": "2023-02-21",
            "deadline": "48 hours from notified",
            "penalty": "5,000 EUR per day",
        },
        columns=2,
    ),
    Case(
        "roma-tabella",
        [
            head("TRIBUNALE ORDINARIO DI ROMA"),
            head("XVII SEZIONE CIVILE - SEZIONE SPECIALIZZATA IN MATERIA DI IMPRESA"),
            text(
                "nella causa iscritta al n. R.G. 2024/30817, tra Delta Sport S.r.l. (ricorrente) "
                "e Provider Esempio S.p.A. (resistente)"
            ),
            head("ORDINANZA"),
            text("""Con ricorso depositato il 2 aprile 2024 la ricorrente, titolare del sito
                 deltasport-ufficiale.it, lamenta la diffusione non autorizzata di eventi sportivi.
                 I portali sono stati visitati anche tramite archivio-pagine.org."""),
            head("PER QUESTI MOTIVI"),
            text("""Il Tribunale ordina alla resistente di disabilitare, entro dieci giorni dalla
                 notificazione della presente ordinanza, l'accesso ai quattro nomi a dominio e ai
                 relativi indirizzi IP indicati nella tabella che segue:"""),
            table(
                ["N.", "Nome a dominio", "Indirizzo IP"],
                ["1", "golfinto.tv", "192.0.2.17"],
                ["2", "retefinta.live", "192.0.2.44"],
                ["3", "calciofinto.xyz", "198.51.100.9"],
                ["4", "diretta-finta.stream", "2001:db8:17::5"],
            ),
            text("""Dispone che la resistente versi, a titolo di penalità di mora ai sensi dell'art.
                 614-bis c.p.c., la somma di euro 2.500 per ogni giorno di ritardo."""),
            text("Roma, 9 maggio 2024"),
            text("Il Giudice designato"),
        ],
        targets=[
            "golfinto.tv",
            "retefinta.live",
            "calciofinto.xyz",
            "diretta-finta.stream",
            "192.0.2.17",
            "192.0.2.44",
            "198.51.100.9",
            "2001:db8:17::5",
        ],
        facts={
            "authority": "tribunale-di-roma",
            "instrument": "ordinanza",
            "case": "30817/2024",
            "issued": "2024-05-09",
            "deadline": "10 days from notified",
            "penalty": "2,500 EUR per day",
        },
        header="Firmato digitalmente - R.G. 2024/30817",
        footer="- {page} -",
    ),
    Case(
        "napoli-eccezione-defanged",
        [
            head("TRIBUNALE DI NAPOLI"),
            head("Sezione specializzata in materia d'impresa"),
            text("R.G. 8812/2021 - Editrice Epsilon S.r.l. contro Rete Vesuvio S.p.A."),
            text(
                "Il Tribunale, in composizione monocratica, ha pronunciato la seguente ordinanza "
                "ex art. 700 c.p.c."
            ),
            text("""Osserva. Gli indirizzi sono riprodotti nella forma usata dal consulente, per
                 evitare collegamenti attivi (cfr. relazione, p. 3, ove si richiama anche
                 hxxps://motoredifantasia[.]com quale motore di ricerca)."""),
            head("P.Q.M."),
            text(
                "ordina alla resistente di inibire, entro 5 giorni dalla comunicazione, l'accesso "
                "da parte dei propri utenti ai siti"
            ),
            bullets(
                "hxxp://edicolafinta[.]pw",
                "hxxps://www[.]rivistefinte[.]eu/",
                "giornalifinti[.]blog, ad eccezione di redazione.giornalifinti[.]blog",
            ),
            text("Rigetta nel resto. Spese al merito."),
            text("Napoli, 1° febbraio 2021"),
        ],
        targets=["edicolafinta.pw", "www.rivistefinte.eu", "giornalifinti.blog"],
        exceptions=["redazione.giornalifinti.blog"],
        facts={
            "authority": "tribunale-di-napoli",
            "case": "8812/2021",
            "issued": "2021-02-01",
            "deadline": "5 days from notified",
        },
    ),
    Case(
        "torino-sentenza-idn-conteggio",
        [
            head("REPUBBLICA ITALIANA"),
            head("IN NOME DEL POPOLO ITALIANO"),
            head("TRIBUNALE DI TORINO"),
            head("SENTENZA n. 2310/2023"),
            text(
                "nella causa civile di primo grado iscritta al n. r.g. 15120/2020 promossa da Zeta "
                "Moda S.p.A. contro Accesso Piemonte S.r.l."
            ),
            text("""MOTIVI DELLA DECISIONE. La merce contraffatta è offerta in vendita su pagine che
                 imitano zetamoda.it. La convenuta ha chiesto il rigetto, osservando che i gestori
                 di mercatolibero-finto.com non sono parti del giudizio."""),
            head("P.Q.M."),
            text("Il Tribunale, definitivamente pronunciando, ogni diversa istanza disattesa,"),
            text("""ordina alla convenuta di bloccare l'accesso ai quattro siti denominati
                 WWW.ZETAMODA-OUTLET.SHOP, bottegaàfinta.com e saldi-zeta.store;"""),
            text("""condanna la convenuta al pagamento di € 500 per ciascuna violazione o
                 inosservanza."""),
            text("Torino, 3 giugno 2023"),
        ],
        targets=["www.zetamoda-outlet.shop", "xn--bottegafinta-49a.com", "saldi-zeta.store"],
        facts={
            "authority": "tribunale-di-torino",
            "instrument": "sentenza",
            "number": "2310/2023",
            "case": "15120/2020",
            "issued": "2023-06-03",
            "penalty": "500 EUR per violation",
            "warns": "quattro|4",
        },
    ),
    Case(
        "appello-milano-riforma-parziale",
        [
            head("CORTE D'APPELLO DI MILANO"),
            head("Sezione specializzata in materia di impresa"),
            text(
                "R.G. 991/2022. La Corte, riunita in camera di consiglio, ha emesso la seguente "
                "SENTENZA n. 318/2023."
            ),
            text("""In fatto. Il primo giudice aveva ordinato il blocco di musicafinta.ws,
                 branifinti.in e archiviosonoro-finto.org. L'appellante deduce che quest'ultimo è
                 una biblioteca di opere cadute in pubblico dominio."""),
            head("P.Q.M."),
            text("in parziale riforma dell'ordinanza impugnata, così provvede:"),
            text("""a) conferma l'ordine di inibire l'accesso ai siti musicafinta.ws e
                 branifinti.in, da eseguirsi entro quindici giorni dalla pubblicazione della
                 presente sentenza;"""),
            text("b) revoca l'ordine limitatamente al sito archiviosonoro-finto.org;"),
            text("c) compensa le spese del grado."),
            text("Milano, 18 gennaio 2023"),
        ],
        targets=["musicafinta.ws", "branifinti.in"],
        facts={
            "authority": "corte-d-appello-di-milano",
            "instrument": "sentenza",
            "case": "991/2022",
            "number": "318/2023",
            "issued": "2023-01-18",
            "deadline": "15 days from published",
        },
    ),
    Case(
        "roma-gip-sequestro",
        [
            head("TRIBUNALE DI ROMA"),
            head("SEZIONE DEI GIUDICI PER LE INDAGINI PRELIMINARI"),
            text("N. 20455/22 R.G.N.R. - N. 11780/22 R.G. G.I.P."),
            head("DECRETO DI SEQUESTRO PREVENTIVO"),
            head("(artt. 321 c.p.p., 104 disp. att. c.p.p.)"),
            text("""Il Giudice per le indagini preliminari, esaminata la richiesta del Pubblico
                 Ministero nel procedimento a carico di ignoti per il reato di cui all'art.
                 171-ter l. 633/1941; rilevato che la Guardia di Finanza, con annotazione trasmessa
                 dall'indirizzo nucleo@gdf-finta.it, ha accertato la diffusione abusiva di
                 palinsesti a pagamento;"""),
            text(
                "ritenuto il periculum in mora, non potendosi altrimenti interrompere la condotta;"
            ),
            head("DISPONE"),
            text("""il sequestro preventivo, da eseguirsi mediante oscuramento e inibizione
                 dell'accesso dal territorio nazionale, dei siti internet
                 http://palinsestofinto.tv/, https://iptvfinta.me e pezzottofinto.club, nonché
                 dell'indirizzo IP 203.0.113.80."""),
            text("""Manda alla Polizia Giudiziaria per l'esecuzione e per la notifica ai
                 fornitori di connettività, che provvederanno immediatamente."""),
            text("Roma, 12 ottobre 2022"),
            text("Il G.I.P."),
        ],
        targets=["palinsestofinto.tv", "iptvfinta.me", "pezzottofinto.club", "203.0.113.80"],
        facts={"instrument": "sequestro", "case": "20455/2022", "issued": "2022-10-12"},
    ),
    Case(
        "procura-allegato-lungo",
        [
            head("PROCURA DELLA REPUBBLICA"),
            head("PRESSO IL TRIBUNALE DI CATANIA"),
            text("Proc. n. 3391/24 R.G.N.R. mod. 44"),
            head("DECRETO DI SEQUESTRO PREVENTIVO IN VIA D'URGENZA"),
            head("- art. 321, comma 3-bis, c.p.p. -"),
            text("""Il Pubblico Ministero, letti gli atti; considerato che i contenuti risultano
                 offerti in abbonamento e che la pubblicità indirizza al canale del negozio
                 abbonamenti-finti.shop, già chiuso dal gestore;"""),
            head("DISPONE"),
            text(f"""il sequestro preventivo d'urgenza, mediante inibizione dell'accesso, dei
                 {len(SEQUESTRO)} siti web elencati nell'allegato A, che costituisce parte
                 integrante del presente decreto. I fornitori di servizi di connettività
                 provvederanno entro 24 ore dalla notifica."""),
            text("Catania, 5 marzo 2024"),
            text("Il Sostituto Procuratore della Repubblica"),
            PAGE,
            head("ALLEGATO A"),
            head("Elenco dei siti oggetto di sequestro"),
            table(
                ["N.", "Sito"],
                *([str(n), name] for n, name in enumerate(SEQUESTRO, 1)),
            ),
        ],
        targets=SEQUESTRO,
        facts={
            "instrument": "sequestro",
            "case": "3391/2024",
            "issued": "2024-03-05",
            "deadline": "24 hours from notified",
        },
        header="Procura della Repubblica di Catania",
        footer="pag. {page}/{pages}",
    ),
    Case(
        "agcom-determina-dda",
        [
            head("DETERMINA N. 412/24/DDA"),
            text("""PROVVEDIMENTO AI SENSI DEGLI ARTICOLI 8, COMMI 2 E 4, E 9, COMMA 1, LETT.
                 D), DEL REGOLAMENTO IN MATERIA DI TUTELA DEL DIRITTO D'AUTORE SULLE RETI DI
                 COMUNICAZIONE ELETTRONICA (PROC. N. 2250/DDA/CX - DDA/9981 -
                 http://librofinto.net e https://www.ebookfinto.org)"""),
            head("IL DIRETTORE"),
            text("VISTA la legge 31 luglio 1997, n. 249;"),
            text(
                "VISTO il Regolamento allegato alla delibera n. 680/13/CONS, pubblicato sul sito "
                "www.agcom.it;"
            ),
            text("""CONSIDERATO che dalle verifiche condotte sui siti http://librofinto.net e
                 https://www.ebookfinto.org risulta che i nomi a dominio sono registrati per il
                 tramite di Registrar Inventato Ltd. (registrarinventato.com), e che i server
                 risultano localizzati presso Ospite Finto B.V., abuse@ospitefinto.nl;"""),
            head("DETERMINA"),
            text("""ai prestatori di servizi che svolgono attività di mere conduit di cui
                 all'art. 14 del decreto legislativo 9 aprile 2003, n. 70, operanti nel
                 territorio italiano, di provvedere alla disabilitazione dell'accesso ai siti
                 http://librofinto.net e https://www.ebookfinto.org, mediante blocco del DNS,
                 da attuarsi entro due giorni dalla notifica del presente provvedimento, con
                 contestuale reindirizzamento alla pagina internet redatta secondo l'allegato
                 A."""),
            text("""L'ottemperanza agli ordini impartiti è esente da sanzioni. Il presente
                 provvedimento è pubblicato sul sito web dell'Autorità, www.agcom.it."""),
            text("Roma, 6 settembre 2024"),
        ],
        targets=["librofinto.net", "www.ebookfinto.org"],
        facts={
            "authority": "agcom",
            "number": "412/2024/DDA",
            "issued": "2024-09-06",
            "deadline": "2 days from notified",
        },
    ),
    Case(
        "agcom-delibera-titolo",
        [
            head("DELIBERA N. 77/21/CSP"),
            text("""ORDINE AI SENSI DELL'ARTICOLO 8 DEL REGOLAMENTO IN MATERIA DI TUTELA DEL DIRITTO
                 D'AUTORE (PROC. N. 1300/DDA/EL - DDA/3104 - http://tivufinta.com,
                 http://mw.tivufinta.net e http://tivufinta.club)"""),
            head("L'AUTORITÀ"),
            text("NELLA riunione della Commissione per i servizi e i prodotti del 15 aprile 2021;"),
            text(
                "VISTA la comunicazione di avvio, trasmessa anche agli indirizzi rilevati su "
                "whois-finto.com;"
            ),
            head("ORDINA"),
            text("""ai prestatori di servizi di mere conduit operanti nel territorio italiano di
                 disabilitare l'accesso ai siti sopra indicati, mediante blocco del DNS, entro due
                 giorni dalla notifica del presente provvedimento, nonché ai futuri siti alias che
                 consentano l'accesso ai medesimi contenuti."""),
            text("""La presente delibera è notificata ai prestatori di servizi e pubblicata sul sito
                 web dell'Autorità. Può essere impugnata dinanzi al Tar del Lazio entro 60 giorni
                 dalla notifica."""),
            text("Roma, 15 aprile 2021"),
        ],
        targets=["tivufinta.com", "mw.tivufinta.net", "tivufinta.club"],
        facts={
            "authority": "agcom",
            "number": "77/2021/CSP",
            "issued": "2021-04-15",
            "deadline": "2 days from notified",
            "dynamic": True,
        },
    ),
    Case(
        "consob-comunicato",
        [
            head("COMUNICATO STAMPA"),
            head("Abusivismo finanziario: Consob oscura 5 siti internet abusivi"),
            text("""La Consob ha ordinato l'oscuramento di 5 nuovi siti web che offrono abusivamente
                 servizi finanziari."""),
            text("""L'Autorità si è avvalsa dei poteri derivanti dal "decreto crescita" (legge n. 58
                 del 28 giugno 2019, articolo 36, comma 2-terdecies), in base ai quali la Consob può
                 ordinare ai fornitori di servizi di connettività a Internet di inibire l'accesso
                 dall'Italia ai siti web tramite cui vengono offerti servizi finanziari senza la
                 dovuta autorizzazione."""),
            text("Di seguito i siti per i quali la Consob ha disposto l'oscuramento:"),
            bullets(
                '"Broker Finto Ltd" (sito internet https://brokerfinto.io e relativa pagina '
                "https://client.brokerfinto.io);",
                '"FXInventata" (sito internet www.fxinventata.com);',
                '"Criptofinta Group" (sito internet https://criptofinta.online);',
                '"Titoli Immaginari" (sito internet https://titoli-immaginari.pro).',
            ),
            text("""La Consob richiama l'attenzione dei risparmiatori sull'importanza di usare la
                 massima diligenza: sul sito www.consob.it è presente in homepage la sezione
                 "Occhio alle truffe!"."""),
            text("Roma, 14 novembre 2024"),
        ],
        targets=[
            "brokerfinto.io",
            "client.brokerfinto.io",
            "www.fxinventata.com",
            "criptofinta.online",
            "titoli-immaginari.pro",
        ],
        facts={"authority": "consob", "issued": "2024-11-14"},
        html=True,
    ),
    Case(
        "ivass-comunicato",
        [
            head("IVASS"),
            head("ISTITUTO PER LA VIGILANZA SULLE ASSICURAZIONI"),
            head("COMUNICATO STAMPA"),
            text("Roma, 20 febbraio 2025"),
            head("OSCURAMENTO DI SITI WEB ABUSIVI"),
            text("""L'IVASS ha ordinato ai fornitori di connettività di inibire l'accesso ai
                 seguenti 3 siti internet, tramite i quali è stata accertata la distribuzione di
                 polizze contraffatte:"""),
            bullets(
                "www.polizzafinta.com",
                "assicurafinta-online.it",
                "www.rc-inventata.info",
            ),
            text("""Si raccomanda di verificare, prima della sottoscrizione, che i contratti siano
                 riferibili a imprese autorizzate, consultando gli elenchi sul sito www.ivass.it o
                 scrivendo a informazioni@ivass-finta.it."""),
        ],
        targets=["www.polizzafinta.com", "assicurafinta-online.it", "www.rc-inventata.info"],
        facts={"authority": "ivass", "issued": "2025-02-20"},
        footer="{page}",
    ),
    Case(
        "milano-percorsi-e-prefisso",
        [
            head("TRIBUNALE DI MILANO"),
            head("Sezione Prima Civile"),
            text(
                "R.G. 60233/2023. Il Giudice, letti gli atti del procedimento ex art. 700 c.p.c. "
                "promosso da Eta S.r.l. nei confronti di Piattaforma Grande S.p.A. e di Rete "
                "Ovest S.p.A.,"
            ),
            text("""premesso che le pagine diffamatorie sono ospitate da piattaformagrande.com, la
                 cui restante parte è del tutto lecita;"""),
            head("P.Q.M."),
            text("""ordina a Rete Ovest S.p.A. di inibire, entro 7 giorni dalla comunicazione,
                 l'accesso alle sole pagine https://piattaformagrande.com/gruppi/eta-truffa e
                 https://piattaformagrande.com/video?id=4471, al sito eta-verita-finta.net e alla
                 rete 198.51.100.64/28."""),
            text("Milano, 30 novembre 2023"),
        ],
        targets=[
            "piattaformagrande.com/gruppi/eta-truffa",
            "piattaformagrande.com/video?id=4471",
            "eta-verita-finta.net",
            "198.51.100.64/28",
        ],
        facts={
            "authority": "tribunale-di-milano",
            "case": "60233/2023",
            "issued": "2023-11-30",
            "deadline": "7 days from notified",
        },
    ),
    Case(
        "milano-qualunque-estensione",
        [
            head("TRIBUNALE DI MILANO"),
            head("SEZIONE SPECIALIZZATA IN MATERIA D'IMPRESA - A -"),
            text(
                "procedimento cautelare n.r.g. 51999/2017 - Casa Editrice Theta S.p.A. / Rete Uno "
                "S.p.A., Rete Due S.p.A."
            ),
            head("P.Q.M."),
            text("""ordina alle resistenti di inibire ai rispettivi destinatari l'accesso al
                 servizio denominato "condivisofinto", attualmente raggiungibile ai nomi a
                 dominio condivisofinto.info e condivisofinto.net, e comunque a qualsiasi
                 nome a dominio avente come secondo livello "condivisofinto", quale che sia
                 il dominio di primo livello (TLD) utilizzato;"""),
            text("""dispone che, in caso di inottemperanza, ciascuna resistente corrisponda la somma
                 di diecimila euro per ogni giorno di ritardo successivo al ventesimo giorno dalla
                 comunicazione."""),
            text("Milano, 12 aprile 2018"),
        ],
        targets=["condivisofinto.info", "condivisofinto.net", "condivisofinto.{suffix}"],
        facts={
            "authority": "tribunale-di-milano",
            "case": "51999/2017",
            "issued": "2018-04-12",
            "penalty": "10,000 EUR per day",
        },
    ),
    Case(
        "bologna-nomi-spezzati",
        [
            lines("""
TRIBUNALE DI BOLOGNA
Sezione specializzata in materia di impresa
R.G. n. 7003/2022

Il Giudice designato, all'esito della discussione svolta all'udienza del 4
ottobre 2022, dato atto che il consulente ha acceduto ai siti tramite il
portale anonimo-finto.org,
"""),
            head("P.Q.M."),
            lines("""
ordina alla resistente Adriatica Rete S.r.l. di inibire, nel termine di giorni
venti dalla notificazione, l'accesso ai siti http://www.serie-finte.
to, videoteca-immaginaria.net, https://
pellicolefinte.cx e cineforum-inventato.
org.
Pone a carico della resistente la somma di Euro 1.500,00 per ogni giorno di
ritardo.
"""),
            text("Bologna, 11 ottobre 2022"),
        ],
        targets=[
            "www.serie-finte.to",
            "videoteca-immaginaria.net",
            "pellicolefinte.cx",
            "cineforum-inventato.org",
        ],
        facts={
            "authority": "tribunale-di-bologna",
            "case": "7003/2022",
            "issued": "2022-10-11",
            "deadline": "20 days from notified",
            "penalty": "1,500 EUR per day",
        },
    ),
    Case(
        "milano-risolutore-allegato",
        [
            head("TRIBUNALE DI MILANO"),
            head("Sezione specializzata in materia d'impresa - A -"),
            text("""Il Giudice designato, nel procedimento R.G. 9112-1/2025 promosso da Lega
                 Inventata contro Grande Risolutore Ltd, letti gli artt. 669-sexies e 700
                 c.p.c.,"""),
            text("""rilevato che gli indirizzi 192.0.2.88 e 192.0.2.89 sono quelli del risolutore
                 pubblico offerto dalla resistente (granderisolutore.dns-finto.com), il quale
                 continua a risolvere i nomi segnalati;"""),
            head("P.Q.M."),
            text("""a) ordina alla resistente di cessare senza indugio la risoluzione dei nomi a
                 dominio di cui all'Allegato 1, ad eccezione di area-stampa.isolasegnale07.me;"""),
            text("""b) estende l'ordine ai nomi a dominio che saranno successivamente segnalati
                 attraverso la piattaforma prevista dalla legge 14 luglio 2023, n. 93;"""),
            text("c) fissa la penale in euro 10.000 al giorno."),
            text("Milano, 11 marzo 2025"),
            PAGE,
            head("Allegato 1"),
            lines("\n".join(RISOLUTORI)),
        ],
        targets=RISOLUTORI,
        exceptions=["area-stampa.isolasegnale07.me"],
        facts={
            "authority": "tribunale-di-milano",
            "case": "9112/2025-1",
            "issued": "2025-03-11",
            "penalty": "10,000 EUR per day",
            "dynamic": True,
        },
        header="Tribunale di Milano - R.G. 9112-1/2025",
        footer="Pagina {page}",
    ),
]
"""Orders, and what is in them."""

OTHERS = [
    Case(
        "rigetto",
        [
            head("TRIBUNALE DI ROMA"),
            head("Sezione specializzata in materia d'impresa"),
            text("R.G. 41220/2022. ORDINANZA"),
            text("""La ricorrente ha chiesto di ordinare alla resistente di inibire l'accesso ai
                 siti schermofinto.to, filmfinti.cc e serieinventate.org entro trenta giorni,
                 con penale di € 5.000 per ogni giorno di ritardo."""),
            text("""La domanda non può essere accolta: la titolarità dei diritti non è provata e le
                 schermate di schermofinto.to non recano data."""),
            head("P.Q.M."),
            text(
                "rigetta il ricorso e condanna la ricorrente al pagamento delle spese, liquidate "
                "in € 6.000,00 oltre accessori di legge."
            ),
            text("Roma, 22 novembre 2022"),
        ],
    ),
    Case(
        "rigetto-con-nomi-nel-dispositivo",
        [
            head("TRIBUNALE DI MILANO"),
            text("R.G. 5120/2023"),
            head("P.Q.M."),
            text("""respinge la domanda volta a ottenere l'inibizione dell'accesso ai siti
                 forumlecito.net e wikifinta.org e dichiara inammissibile la domanda relativa al
                 sito blogfinto.eu;"""),
            text("compensa integralmente tra le parti le spese del procedimento."),
            text("Milano, 8 maggio 2023"),
        ],
    ),
    Case(
        "articolo",
        [
            head("Pirateria, il tribunale blocca tre siti: ecco che cosa cambia"),
            text("di Redazione - giornalefinto.it, 12 luglio 2022"),
            text("""Il Tribunale di Milano ha ordinato a un noto fornitore di DNS di bloccare
                 l'accesso a kickasstorrents.to, limetorrents.pro e ilcorsaronero.pro. Lo ha reso
                 noto l'associazione dei discografici in un comunicato."""),
            text("""Secondo gli esperti sentiti da giornalefinto.it, gli utenti si sposteranno su
                 altri portali, come torrentinventato.org. "È una decisione importante", si legge
                 nella nota. Leggi anche: che cosa sono i DNS, su guidafinta.com."""),
        ],
    ),
    Case(
        "condizioni-d-uso",
        [
            head("Condizioni generali di utilizzo"),
            text("""Le presenti condizioni regolano l'uso del sito www.negoziofinto.it e delle
                 applicazioni collegate (app.negoziofinto.it, aiuto.negoziofinto.it)."""),
            text("""L'utente si obbliga a non accedere al servizio con mezzi automatici. Il gestore
                 può disabilitare l'accesso all'account in caso di violazione, entro 24 ore dalla
                 segnalazione. I pagamenti sono trattati da pagamentifinti.com."""),
            text("""Per le controversie è competente il Tribunale di Milano. L'utente consumatore
                 può rivolgersi alla piattaforma ec.europa.eu per la risoluzione delle
                 controversie."""),
            text("Ultimo aggiornamento: 3 marzo 2024"),
        ],
        html=True,
    ),
    Case(
        "newsletter-studio-legale",
        [
            head("NEWSLETTER PROPRIETÀ INTELLETTUALE - n. 7/2023"),
            text("""Inibitorie e fornitori di accesso. Con ordinanza dell'11 luglio 2022 il
                 Tribunale di Milano (R.G. 12345/2022) ha ordinato al gestore di un
                 risolutore pubblico di inibire l'accesso ai siti kickasstorrents.to,
                 limetorrents.pro e ilcorsaronero.pro, fissando una penale di € 10.000 per
                 ogni giorno di ritardo."""),
            text("""Il nostro studio (www.studiofinto-legale.it) ha assistito una delle parti. La
                 decisione si inserisce nel solco di Corte di giustizia C-314/12, consultabile su
                 curia.europa.eu."""),
            text("Per non ricevere altre comunicazioni: disiscrizione@studiofinto-legale.it."),
        ],
    ),
    Case(
        "agcom-archiviazione",
        [
            head("DETERMINA N. 88/23/DDA"),
            text("""ARCHIVIAZIONE DEL PROCEDIMENTO AVVIATO AI SENSI DELL'ARTICOLO 7 DEL REGOLAMENTO
                 (PROC. N. 1999/DDA/RB - DDA/8120 - https://fotofinte.com e
                 https://galleriafinta.net)"""),
            head("IL DIRETTORE"),
            text(
                "VISTO l'atto di avvio con il quale si rappresentava che l'Autorità avrebbe potuto "
                "ordinare la disabilitazione dell'accesso ai predetti siti;"
            ),
            text("""CONSIDERATO che il gestore del sito https://fotofinte.com ha comunicato
                 l'adeguamento spontaneo e che le opere non risultano più accessibili;"""),
            head("DETERMINA"),
            text(
                "l'archiviazione del procedimento relativo ai siti https://fotofinte.com e "
                "https://galleriafinta.net, per intervenuto adeguamento spontaneo."
            ),
            text("Roma, 17 marzo 2023"),
        ],
    ),
    Case(
        "ricorso-di-parte",
        [
            head("AL TRIBUNALE DI MILANO"),
            head("RICORSO EX ARTT. 700 E 669-BIS C.P.C."),
            text("""Iota Audiovisivi S.r.l., rappresentata e difesa come da procura in calce,
                 espone: i siti visionefinta.to e cinemainventato.ws mettono a disposizione
                 opere della ricorrente."""),
            text("""Tutto ciò premesso, la ricorrente CHIEDE che l'Ill.mo Tribunale voglia
                 ordinare a Rete Uno S.p.A. di inibire l'accesso ai siti visionefinta.to e
                 cinemainventato.ws, con penale di € 3.000 per ogni giorno di ritardo."""),
            text("Milano, 2 ottobre 2023"),
        ],
    ),
]
"""Texts that name sites and order nothing."""
