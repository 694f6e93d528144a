"""Sentences written to mislead the reader: whatever it misses, it must read no other name.

In each, a name that begins with ``furto`` is ordered, and one with ``lecito`` is not.
"""

from __future__ import annotations

MISLEADING = [
    """ordina alla resistente di bloccare i siti furto-uno.to e furto-due.to, rigettando la
domanda quanto ai siti lecito-uno.it e lecito-due.it;""",
    """ordina alla resistente di bloccare i siti furto-uno.to, furto-due.to e non anche i
siti lecito-uno.it, lecito-due.it;""",
    """ordina alla resistente di bloccare il sito furto-uno.to, respinta la richiesta di
bloccare il sito lecito-uno.it;""",
    """ordina alla resistente di bloccare l'accesso al sito furto-uno.to dal sito
lecito-uno.it;""",
    """ordina alla resistente di non bloccare i siti lecito-uno.it e lecito-due.it;""",
    """ordina alla resistente di cessare il blocco dei siti lecito-uno.it e lecito-due.it;""",
    """ordina alla resistente di bloccare i siti furto-uno.to e furto-due.to, quest'ultimo
raggiungibile anche tramite i siti lecito-uno.it e lecito-due.it;""",
    """dichiara che il sito lecito-uno.it non viola i diritti; ordina di bloccare i siti
furto-uno.to, analoghi al sito lecito-due.it;""",
    """ordina alla resistente di pubblicare sui siti lecito-uno.it, lecito-due.it il
dispositivo e di bloccare l'accesso al sito furto-uno.to;""",
    """ordina a Tizia S.p.A., titolare dei siti lecito-uno.it e lecito-due.it, di bloccare
l'accesso ai siti furto-uno.to e furto-due.to;""",
    """ordina di bloccare i siti furto-uno.to (registrar: lecito-uno.com), furto-due.to
(hosting: lecito-due.net) e furto-tre.to (titolare: lecito-tre.org);""",
    """ordina di bloccare i seguenti siti:

furto-uno.to - hosting: lecito-uno.com
furto-due.to - hosting: lecito-due.com
furto-tre.to - registrar lecito-tre.com""",
    """ordina di bloccare i seguenti siti:

Sito pirata    Sito ufficiale
furto-uno.to   lecito-uno.com
furto-due.to   lecito-due.com""",
    """ordina di bloccare i seguenti siti:

furto-uno.to
furto-due.to
Avv. M. F.
www.studiofinto.it

furto-tre.to""",
    """ordina di bloccare i siti furto-uno.to e furto-due.to secondo le modalità di cui al
sito lecito-uno.it e al portale lecito-due.it;""",
    """ordina di bloccare l'accesso ai siti furto-uno.to e furto-due.to, a condizione che
la ricorrente comunichi a lecito-uno.it i siti lecito-due.it;""",
    """rigetta la domanda di ordinare alla resistente di bloccare i siti lecito-uno.it e
lecito-due.it;""",
    """rigetta il ricorso volto a ottenere che fosse ordinato di inibire l'accesso ai siti:
lecito-uno.it, lecito-due.it;""",
    """in riforma dell'ordinanza che aveva ordinato di bloccare i siti lecito-uno.it e
lecito-due.it, ordina di bloccare il solo sito furto-uno.to;""",
    """ordina alla resistente di inibire l'accesso ai siti pirata che utilizzano i servizi
di lecito-uno.com e segnatamente al sito furto-uno.to;""",
    """ordina alla resistente di inibire l'accesso al sito furto-uno.to, così come già
avvenuto per i siti lecito-uno.it, lecito-due.it in forza dell'ordinanza del 2023;""",
    """ordina alla resistente di inibire l'accesso al sito furto-uno.to e al sito
furto-due.to entro dieci giorni, scaduti i quali la ricorrente potrà segnalare
l'inadempimento al sito lecito-uno.it;""",
    """ordina di bloccare l'accesso ai siti furto-uno.to, furto-due.to, lime
torrents.pro, furto-tre.to;""",
    """ordina di bloccare i seguenti siti:

furto-uno.to
lime
torrents.pro
furto-tre.to""",
    """ordina di bloccare i seguenti siti:

1. furto-uno.to
2. lime
torrents.pro
3. furto-tre.to""",
    """ordina di bloccare i seguenti siti:

furto-uno.to, furto-due.to, il-mio
torrents.pro, furto-tre.to""",
    """ordina di bloccare i seguenti siti: furto-uno.to; furto-due.to; la domanda relativa
a: lecito-uno.it; lecito-due.it; è invece rigettata;""",
    """ordina di bloccare i seguenti siti: furto-uno.to; furto-due.to. Restano accessibili
i siti: lecito-uno.it; lecito-due.it.""",
    """ordina di bloccare i seguenti siti:

   - furto-uno.to
   - furto-due.to

La ricorrente ha invece rinunciato quanto ai seguenti siti:

   - lecito-uno.it
   - lecito-due.it""",
    """ordina di bloccare i seguenti siti:

   - furto-uno.to
   - furto-due.to

Sono stati già bloccati con separato provvedimento i siti:

   - lecito-uno.it
   - lecito-due.it""",
    """ordina di bloccare i seguenti siti entro dieci giorni:

   - furto-uno.to, titolare Beta Ltd, pagamento tramite lecito-uno.com
   - furto-due.to e relativo hosting lecito-due.com""",
    """inibisce alla resistente l'uso del nome a dominio lecito-uno.it e ordina il
trasferimento del nome a dominio lecito-due.it alla ricorrente;""",
    """ordina alla resistente il blocco dei conti riferibili ai siti lecito-uno.it e
lecito-due.it;""",
    """ordina il sequestro dei beni venduti sui siti lecito-uno.it e lecito-due.it;""",
    """dispone il sequestro preventivo del denaro versato tramite il sito lecito-uno.it e
dei server che ospitano il sito lecito-due.it;""",
    """ordina di bloccare il sito furto-uno.to. Il medesimo ordine non si estende al sito
lecito-uno.it, né ai siti lecito-due.it, lecito-tre.it.""",
    """ordina di inibire l'accesso al sito furto-uno.to, mirror del sito lecito-uno.it, e
al sito furto-due.to, copia del sito lecito-due.it;""",
    """autorizza la resistente a non bloccare i siti lecito-uno.it; dispone che il blocco
riguardi i siti furto-uno.to e furto-due.to;""",
    """ordina di bloccare i seguenti siti:

furto-uno.to; registrar
lecito-uno.com; furto-due.to""",
    """ordina di bloccare i seguenti siti:

furto-uno.to; hosting presso
lecito-uno.com; furto-due.to""",
    """ordina di bloccare i seguenti siti:

furto-uno.to   ospitato da
lecito-uno.com   Alfa
furto-due.to   Beta""",
    """ordina di bloccare i seguenti siti:

furto-uno.to; lime
torrents.pro; furto-due.to""",
    """ordina di bloccare i seguenti siti:

furto-uno.to   lime
torrents.pro   furto-due.to""",
    """ordina di bloccare i seguenti siti:

Dominio        Segnalato da
furto-uno.to   lecito-uno.com
furto-due.to   lecito-due.com

furto-tre.to       lecito-tre.com
furto-quattro.to   lecito-due.com""",
    """ordina di bloccare i seguenti siti:

N   Sito           Fonte
1   furto-uno.to   lecito-uno.com
2   furto-due.to   -
3   furto-tre.to   lecito-due.com

La ricorrente è titolare di lecito-tre.com.""",
    """ordina di bloccare i seguenti siti:

furto-uno.to

12

Tribunale di Milano - www.lecito-uno.it

furto-due.to""",
    """ordina di inibire l'accesso ai siti furto-uno.to e furto-due.to e l'utilizzo del
marchio sui siti lecito-uno.it; inibisce altresì a Beta S.r.l. la registrazione dei
nomi a dominio: lecito-due.it, lecito-tre.it;""",
    """inibisce alla resistente di consentire l'uso dei siti furto-uno.to e ordina di
consentire l'accesso ai siti lecito-uno.it e lecito-due.it;""",
    """ordina di bloccare i siti furto-uno.to e di consentire ai propri utenti l'accesso ai
siti: lecito-uno.it, lecito-due.it;""",
    """inibisce alla resistente l'accesso al sito furto-uno.to e ordina di garantire
l'accesso ai siti: lecito-uno.it, lecito-due.it;""",
    """ordina di inibire l'accesso al sito furto-uno.to; era stato chiesto anche il blocco
dei siti lecito-uno.it e lecito-due.it, ma la domanda è stata rinunciata;""",
    """ordina di inibire l'accesso al sito furto-uno.to; la domanda di blocco dei siti
lecito-uno.it e lecito-due.it è assorbita;""",
    """ordina di inibire l'accesso al sito furto-uno.to; nulla per il blocco dei siti
lecito-uno.it e lecito-due.it, non essendovi prova;""",
    """ordina di inibire l'accesso al sito furto-uno.to. Non si provvede sull'oscuramento
dei siti lecito-uno.it e lecito-due.it.""",
    """ordina di inibire l'accesso al sito furto-uno.to; quanto alla richiesta di inibire
l'accesso ai siti lecito-uno.it, lecito-due.it, la rimette al merito;""",
    """ordina di bloccare i seguenti siti:

1. furto-uno.to
2. furto-due.to, versione inglese di
lecito-uno.it
3. furto-tre.to, si veda
lecito-due.it""",
    """dispone il sequestro preventivo dei siti furto-uno.to e furto-due.to e la
restituzione dei siti lecito-uno.it e lecito-due.it;""",
    """dispone l'oscuramento dei siti furto-uno.to e furto-due.to, con facoltà di mantenere
attivi i siti lecito-uno.it e lecito-due.it;""",
    """ordina di bloccare i siti furto-uno.to e furto-due.to, in uno con i relativi alias;
in caso di ulteriore violazione potrà essere chiesto il blocco dei siti
lecito-uno.it e lecito-due.it;""",
    "ordina alla resistente di schermare il sito lecito-uno.it;",
    "ordina alla resistente di inibire al minore l'accesso al sito lecito-uno.it;",
    "ordina alla resistente di bloccare i siti denuncianti lecito-uno.it e lecito-due.it;",
    "ordina alla resistente di evitare limitazioni dell'accesso al sito lecito-uno.it;",
    "ordina alla resistente di impedire ulteriori interruzioni dell'accesso al sito lecito-uno.it;",
    "ordina alla resistente di disattivare il filtro DNS del sito lecito-uno.it;",
    "ordina alla resistente di porre fine all'accesso abusivo al sito lecito-uno.it;",
    "ordina alla resistente di impedire l'accesso dei bot al sito lecito-uno.it;",
    "ordina alla resistente di impedire richieste automatizzate d'accesso al sito lecito-uno.it;",
    "ordina alla resistente di rendere inaccessibile la banca dati del sito lecito-uno.it;",
    "ordina alla resistente di rendere inaccessibile la casella del sito lecito-uno.it;",
    "ordina alla resistente di inibire l'accesso ai siti fotocopia di lecito-uno.it;",
    "ordina alla resistente di bloccare i siti pirata di lecito-uno.it;",
    "ordina alla resistente di bloccare il traffico illecito verso il sito lecito-uno.it;",
    "ordina alla resistente di inibire l'accesso amministrativo al sito lecito-uno.it;",
    "ordina alla resistente di bloccare l'accesso ai dati personali al sito lecito-uno.it;",
    "dispone l'oscuramento dell'accesso degli amministratori al sito lecito-uno.it;",
    "ordina alla resistente di inibire l'accesso ai server di lecito-uno.it;",
    "ordina alla resistente di bloccare i sottodomini di lecito-uno.it;",
    "ordina alla resistente di oscurare l'applicazione lecito-uno.it;",
    "ordina alla resistente di bloccare il falso sito di lecito-uno.it;",
    "ordina alla resistente di bloccare, in favore del sito lecito-uno.it, il sito furto-uno.to;",
    "ordina alla resistente di bloccare non il sito lecito-uno.it ma il sito furto-uno.to;",
    "ordina alla resistente di disattivare per il sito lecito-uno.it il filtro;",
    "ordina di bloccare furto-uno.to, nonché l'accesso alla sezione forum di lecito-uno.it;",
    "ordina di bloccare il sito furto-uno.to e i collegamenti a lecito-uno.it;",
    "ordina di bloccare i siti clone dei seguenti siti: lecito-uno.it, lecito-due.it;",
    "ordina alla resistente di bloccare il sito furto-uno.to; il sito lecito-uno.it resta libero;",
    """ordina di bloccare il sito furto-uno.to; il blocco di lecito-uno.it e lecito-due.it
è sospeso;""",
    "ordina di bloccare il sito furto-uno.to; quanto a lecito-uno.it, non luogo a provvedere;",
    """dispone il sequestro preventivo del sito furto-uno.to mediante oscuramento. Il sito
lecito-uno.it è estraneo ai fatti.""",
    "inibisce al convenuto l'accesso al sito lecito-uno.it;",
    "ordina alla resistente di inibire all'ex socio l'accesso al sito lecito-uno.it;",
    "ordina alla resistente di impedire ai concorrenti di raggiungere il sito lecito-uno.it;",
    "ordina alla banca di inibire ai clienti l'accesso al sito lecito-uno.it;",
    "ordina alla resistente di bloccare chiunque acceda abusivamente al sito lecito-uno.it;",
    "ordina alla resistente di bloccare gli IP che accedono al sito lecito-uno.it;",
    "ordina alla resistente di bloccare nelle ore notturne il sito lecito-uno.it;",
    "ordina alla resistente, a propria scelta, di bloccare il sito lecito-uno.it;",
    "ordina alla resistente, previa prestazione di cauzione, di bloccare il sito lecito-uno.it;",
    "limitatamente ai dipendenti, ordina alla resistente di bloccare il sito lecito-uno.it;",
    "ordina alla resistente di bloccare il traffico diretto al sito lecito-uno.it dall'estero;",
    "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-uno.it alla convenuta;",
    "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-uno.it da parte dei concorrenti;",
    "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-uno.it dalla rete aziendale;",
    "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-uno.it con credenziali altrui;",
    "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-uno.it nella sezione forum;",
    "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-uno.it, limitatamente alla chat;",
    "ordina a Rete S.p.A. di inibire l'accesso al sito lecito-uno.it per scopi commerciali;",
    "ordina a Rete S.p.A. di impedire agli utenti non registrati l'accesso al sito lecito-uno.it;",
    "ordina a Rete S.p.A. di inibire al sito lecito-uno.it l'uso del marchio;",
    "inibisce l'accesso dei clienti del sito lecito-uno.it ai contenuti;",
    "ordina ai fornitori di bloccare i siti mediante il resolver lecito-uno.it;",
    "ordina ai fornitori di bloccare i siti e favorire l'accesso al sito lecito-uno.it;",
    "ordina ai fornitori di bloccare i siti, dando prova degli accessi al sito lecito-uno.it;",
    "ordina ai fornitori di bloccare i siti e conservare i log degli accessi a lecito-uno.it;",
    "ordina al Registro di bloccare il nome a dominio lecito-uno.it da ogni trasferimento;",
    "ordina a Rete S.p.A. di schermare dagli attacchi il sito lecito-uno.it;",
    "ordina a Rete S.p.A. di schermare agli utenti non registrati il sito lecito-uno.it;",
    "ordina a Rete S.p.A. di schermare agli utenti i dati del sito lecito-uno.it;",
    "dispone la confisca dei siti lecito-uno.it, lecito-due.it e la loro vendita;",
    "dispone la confisca dei siti lecito-uno.it e lecito-due.it e la revoca del loro oscuramento;",
    "dispone la confisca dei beni venduti sui siti lecito-uno.it, lecito-due.it e il loro blocco;",
    """ordina di bloccare l'accesso ai siti:

- furto-uno.to
- furto-due.to

I seguenti siti sono stati bloccati da altri: lecito-uno.it, lecito-due.it.""",
    """ordina di bloccare i siti furto-uno.to e furto-due.to.

Siti raggiungibili:
- lecito-uno.it
- lecito-due.it""",
    """ordina di inibire l'accesso ai siti che imitano i siti indicati in ricorso
(lecito-uno.it, lecito-due.it);""",
    """ordina di inibire l'accesso ai siti che imitano i siti di cui in premessa, e cioè
lecito-uno.it e lecito-due.it;""",
    """ordina di inibire l'accesso ai siti che imitano i siti attualmente raggiungibili agli
indirizzi lecito-uno.it e lecito-due.it;""",
    """ordina di inibire l'accesso ai siti che imitano i siti:
Casa Uno: lecito-uno.it
Casa Due: lecito-due.it""",
    "dispone che l'accesso ai server dei siti lecito-uno.it e lecito-due.it sia inibito;",
    "ordina di curare che le app dei siti lecito-uno.it e lecito-due.it siano oscurate;",
    """ordina di impedire che gli utenti accedano alle pagine dei siti lecito-uno.it e
lecito-due.it;""",
    """dispone il sequestro preventivo degli utenti dei siti:
lecito-uno.it
lecito-due.it""",
    """dispone l'oscuramento delle pagine dei siti di cui all'elenco allegato.

Milano, 1 marzo 2025

ELENCO

1. lecito-uno.it
2. lecito-due.it""",
    """dispone l'oscuramento dei siti che imitano i siti di cui ai nn. 1 e 2 dell'elenco allegato.

Milano, 1 marzo 2025

ELENCO

1. lecito-uno.it
2. lecito-due.it""",
]
