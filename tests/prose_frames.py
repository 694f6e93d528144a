"""Sentences of operative parts that are easily read as a block, and whether they are one.

``none``: nothing is blocked. ``part``: only a part of a site is meant. ``cond``: only under a
condition, or for some users. ``block``: the names that begin with ``furto`` are blocked.
"""

from __future__ import annotations

FRAMES = [
    ("none", "ordina a Rete S.p.A. di abrogare il blocco dei siti lecito-a.it e lecito-b.it;"),
    (
        "none",
        "ordina a Rete S.p.A. di smantellare i filtri che bloccano l'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di allentare l'inibizione dell'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di giustificare l'oscuramento dei siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di astenersi dal disporre il blocco dei siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di astenersi dall'inibire l'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di far decadere l'oscuramento dei siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di lasciar cadere il blocco dei siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di tenere un registro delle misure volte a inibire l'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di indicare i motivi per bloccare l'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di rifiutare ogni richiesta di bloccare l'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. la disattivazione delle misure volte a inibire l'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. la dismissione dei filtri DNS relativi ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. la rendicontazione del blocco dei siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. il superamento dell'inibizione dell'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. l'immediata eliminazione del blocco dei siti lecito-a.it e lecito-b.it;",
    ),
    ("none", "dispone l'inefficacia del blocco dei siti lecito-a.it e lecito-b.it;"),
    ("none", "dispone l'estinzione dell'ordine di blocco dei siti lecito-a.it e lecito-b.it;"),
    ("none", "dispone il venir meno dell'oscuramento dei siti lecito-a.it e lecito-b.it;"),
    (
        "none",
        "dispone la decadenza della misura di inibizione dell'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "dispone l'annullamento in autotutela dell'ordine di disabilitazione dell'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    ("none", "dispone che il blocco dei siti lecito-a.it e lecito-b.it sia eliminato;"),
    ("none", "dispone che l'oscuramento dei siti lecito-a.it e lecito-b.it abbia termine;"),
    ("none", "dispone che siano tolte le misure di blocco dei siti lecito-a.it e lecito-b.it;"),
    ("none", "dispone che le misure di blocco dei siti lecito-a.it e lecito-b.it siano eliminate;"),
    (
        "none",
        "dispone che Rete S.p.A. cessi di inibire l'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    ("none", "dispone che Rete S.p.A. riferisca sul blocco dei siti lecito-a.it e lecito-b.it;"),
    ("none", "dispone che Rete S.p.A. non inibisca l'accesso ai siti lecito-a.it e lecito-b.it;"),
    ("none", "dispone che nessuno blocchi l'accesso ai siti lecito-a.it e lecito-b.it;"),
    ("none", "dispone che chi blocchi l'accesso ai siti lecito-a.it e lecito-b.it ne risponda;"),
    ("none", "dispone che sia verificato se Rete S.p.A. blocchi i siti lecito-a.it e lecito-b.it;"),
    ("none", "fa divieto a Rete S.p.A. di oscurare i siti lecito-a.it e lecito-b.it;"),
    ("none", "vieta a Rete S.p.A. l'oscuramento dei siti lecito-a.it e lecito-b.it;"),
    ("none", "inibisce a Rete S.p.A. il blocco dei siti lecito-a.it e lecito-b.it;"),
    (
        "none",
        "inibisce a Rete S.p.A. di filtrare il traffico verso i siti lecito-a.it e lecito-b.it;",
    ),
    ("none", "inibisce a Rete S.p.A. di ostacolare l'accesso ai siti lecito-a.it e lecito-b.it;"),
    ("none", "inibisce a Rete S.p.A. l'uso del marchio sui siti lecito-a.it e lecito-b.it;"),
    (
        "none",
        "inibisce a Rete S.p.A. di non consentire l'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "inibisce a Rete S.p.A. ogni limitazione dell'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    ("none", "condanna Rete S.p.A. a rimborsare il blocco dei siti lecito-a.it e lecito-b.it;"),
    (
        "none",
        "condanna Rete S.p.A. al risarcimento del danno da blocco dei siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "condanna Rete S.p.A. a porre fine all'oscuramento dei siti lecito-a.it e lecito-b.it;",
    ),
    ("none", "condanna Rete S.p.A. alla rinuncia a bloccare i siti lecito-a.it e lecito-b.it;"),
    ("none", "conferma il rigetto della domanda di blocco dei siti lecito-a.it e lecito-b.it;"),
    ("none", "conferma l'ordine di rimuovere il blocco dei siti lecito-a.it e lecito-b.it;"),
    (
        "none",
        "conferma l'ordinanza nella parte in cui ha negato il blocco dei siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "conferma la sentenza che ha escluso l'inibizione dell'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di disabilitare le restrizioni all'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di disabilitare il filtro famiglia sui siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di inibire ogni limitazione dell'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di sospendere la limitazione dell'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di interrompere ogni attività di filtraggio dei siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di impedire che sia inibito l'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di impedire che gli utenti siano esclusi dai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di bloccare le segnalazioni relative ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di bloccare l'attuazione dell'ordine relativo ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina a Rete S.p.A. di evitare di rallentare e di bloccare l'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "none",
        "ordina alla ricorrente di rinunciare alla domanda di inibire l'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    ("none", "ordina la traduzione del decreto di blocco dei siti lecito-a.it e lecito-b.it;"),
    ("none", "dispone la consulenza tecnica sul filtraggio dei siti lecito-a.it e lecito-b.it;"),
    (
        "none",
        "dispone il rinvio della trattazione relativa all'inibitoria dei siti lecito-a.it e lecito-b.it;",
    ),
    ("none", "prescrive a Rete S.p.A. di sciogliere il blocco dei siti lecito-a.it e lecito-b.it;"),
    ("none", "ingiunge a Rete S.p.A. di ammorbidire il blocco dei siti lecito-a.it e lecito-b.it;"),
    (
        "none",
        "intima a Rete S.p.A. di pagare le spese del blocco dei siti lecito-a.it e lecito-b.it;",
    ),
    ("part", "dispone l'oscuramento dell'intervista pubblicata sul sito lecito-a.it;"),
    ("part", "dispone il sequestro preventivo delle fotografie presenti nel sito lecito-a.it;"),
    ("part", "dispone il sequestro preventivo della recensione comparsa sul sito lecito-a.it;"),
    ("part", "ordina a Rete S.p.A. di bloccare l'accesso al canale del sito lecito-a.it;"),
    (
        "part",
        "ordina a Rete S.p.A. di inibire l'accesso ai video della ricorrente caricati su lecito-a.it;",
    ),
    (
        "part",
        "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-a.it, limitatamente alle pagine dedicate alla ricorrente;",
    ),
    (
        "part",
        "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-a.it nella parte in cui riproduce il catalogo;",
    ),
    ("part", "ordina a Rete S.p.A. di inibire in parte l'accesso al sito lecito-a.it;"),
    (
        "part",
        "ordina a Rete S.p.A. di inibire l'accesso ai brani diffusi tramite il sito lecito-a.it;",
    ),
    ("part", "dispone il blocco di singoli annunci del sito lecito-a.it;"),
    ("part", 'dispone l\'oscuramento del profilo "alfa" del portale lecito-a.it;'),
    (
        "part",
        'ordina a Rete S.p.A. di inibire l\'accesso al sito lecito-a.it per la sola sezione "libri";',
    ),
    ("part", "ordina a Rete S.p.A. di inibire l'accesso ad alcuni contenuti del sito lecito-a.it;"),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire l'accesso ai siti lecito-a.it e lecito-b.it ove il gestore non ottemperi;",
    ),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire l'accesso ai siti lecito-a.it e lecito-b.it, salvo che il gestore rimuova le opere;",
    ),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire l'accesso ai siti lecito-a.it e lecito-b.it in difetto di adempimento del gestore;",
    ),
    (
        "cond",
        "assegna al gestore dieci giorni per rimuovere le opere; in difetto, ordina a Rete S.p.A. di inibire l'accesso ai siti lecito-a.it e lecito-b.it;",
    ),
    (
        "cond",
        "qualora il gestore non rimuova le opere, ordina a Rete S.p.A. di inibire l'accesso al sito lecito-a.it;",
    ),
    (
        "cond",
        "ordina a Rete S.p.A., qualora il gestore non rimuova le opere, di inibire l'accesso al sito lecito-a.it;",
    ),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-a.it se il gestore non paga;",
    ),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-a.it una volta decorso inutilmente il termine;",
    ),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-a.it nel caso in cui la violazione si ripeta;",
    ),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-a.it in caso di mancata rimozione delle opere;",
    ),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-a.it a meno che il gestore presti garanzia;",
    ),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-a.it solo dopo il passaggio in giudicato;",
    ),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-a.it subordinatamente al versamento della cauzione;",
    ),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-a.it ai clienti di età inferiore a diciotto anni;",
    ),
    ("cond", "ordina a Rete S.p.A. di inibire ai minorenni l'accesso al sito lecito-a.it;"),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-a.it agli abbonati che hanno attivato il controllo parentale;",
    ),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire, su richiesta degli utenti, l'accesso al sito lecito-a.it;",
    ),
    (
        "cond",
        "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-a.it dalle scuole della provincia;",
    ),
    (
        "block",
        "ordina a Rete S.p.A. di bloccare il sito furto-a.it, che imita Banca Alfa (sito https://lecito-b.it);",
    ),
    (
        "block",
        "ordina a Rete S.p.A. di bloccare il sito furto-a.it, da non confondersi con lecito-b.it;",
    ),
    ("block", "ordina a Rete S.p.A. di bloccare il sito furto-a.it, già lecito-b.it;"),
    ("block", "ordina a Rete S.p.A. di bloccare il sito furto-a.it (già lecito-b.it);"),
    ("block", "ordina a Rete S.p.A. di bloccare il sito furto-a.it, omonimo di lecito-b.it;"),
    ("block", "ordina a Rete S.p.A. di bloccare il sito furto-a.it, clone di lecito-b.it;"),
    ("block", "ordina a Rete S.p.A. di bloccare il sito furto-a.it, ospitato da lecito-b.it;"),
    (
        "block",
        "ordina a Rete S.p.A. di bloccare i seguenti siti:\n\nfurto-a.it -> lecito-b.it\nfurto-b.it -> lecito-c.it\n",
    ),
    (
        "block",
        "ordina a Rete S.p.A. di bloccare i seguenti siti:\n\n1 furto-a.it lecito-b.it\n2 furto-b.it lecito-b.it\n",
    ),
    (
        "block",
        "ordina a Rete S.p.A. di bloccare i seguenti siti:\n\nfurto-a.it    lecito-b.it\nfurto-b.it    lecito-b.it\n",
    ),
    (
        "block",
        "ordina a Rete S.p.A. di bloccare i seguenti siti:\n\nfurto-a.it = lecito-b.it\nfurto-b.it → lecito-b.it\nfurto-c.it | lecito-b.it\n",
    ),
    (
        "block",
        "ordina a Rete S.p.A. di bloccare i seguenti siti:\n\n- furto-a.it (imita lecito-b.it)\n- furto-b.it, sito omonimo lecito-c.it\n- furto-c.it\n",
    ),
    (
        "block",
        "ordina a Rete S.p.A. di predisporre ogni misura tecnica idonea a impedire l'accesso ai siti furto-a.it e furto-b.it;",
    ),
    (
        "block",
        "ordina a Rete S.p.A., in persona del legale rappresentante, di porre in essere le misure dirette al blocco dei siti furto-a.it e furto-b.it;",
    ),
    (
        "block",
        "ordina a Rete S.p.A. di dare immediata esecuzione al blocco dei siti furto-a.it e furto-b.it;",
    ),
    (
        "block",
        "ordina alle resistenti di far sì che i propri clienti non possano accedere ai siti furto-a.it e furto-b.it;",
    ),
    (
        "block",
        "dispone che i fornitori di connettività adottino le misure necessarie per inibire l'accesso ai siti furto-a.it e furto-b.it;",
    ),
    ("block", "dispone che sia inibito l'accesso ai siti furto-a.it e furto-b.it;"),
    ("block", "dispone procedersi all'oscuramento dei siti furto-a.it e furto-b.it;"),
    (
        "block",
        "è ordinato a Rete S.p.A. di disabilitare l'accesso alle piattaforme furto-a.it e furto-b.it;",
    ),
    ("block", "vieta a Rete S.p.A. di consentire l'accesso ai siti furto-a.it e furto-b.it;"),
    (
        "block",
        "fa divieto a Rete S.p.A. di fornire ai propri utenti accesso ai portali furto-a.it e furto-b.it;",
    ),
    (
        "block",
        "condanna la convenuta a inibire, entro dieci giorni, l'accesso ai siti furto-a.it e furto-b.it;",
    ),
    ("block", "conferma il sequestro preventivo dei siti furto-a.it e furto-b.it;"),
    ("block", "ordina a Rete S.p.A. di inibire l'accesso agli URL furto-a.it e furto-b.it;"),
    ("block", "ingiunge a Rete S.p.A. di interdire l'accesso ai portali furto-a.it e furto-b.it;"),
    (
        "block",
        "ordina ai soggetti che prestano servizi di connettività di bloccare i siti furto-a.it e furto-b.it, con penale di euro 100 in caso di ritardo;",
    ),
    (
        "block",
        "ordina a Rete S.p.A. di rendere irraggiungibili le risorse web furto-a.it e furto-b.it;",
    ),
]
