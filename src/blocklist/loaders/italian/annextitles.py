"""ANNEX TITLES: whether an annex's own title says that it lists what the order blocks.

*Allegato A - siti già sbloccati*, *Siti della ricorrente*: only words of a closed set leave it the
list that a clause on blocking refers to.
"""

from __future__ import annotations

import re

from .candidates import words
from .deferredpattern import deferred
from .sitewords import LINKS, WORD

_TITLE = LINKS | words(
    "dal dalla dai incremento aggiornamento aggiornato aggiornata integrazione "
    "allegato allegata all annesso appendice elenco lista tabella prospetto sub sottoindicati "
    "da inibire inibitoria inibiti inibito inibizione bloccare bloccati bloccato blocco "
    "oscurare oscurati oscurato oscuramento sequestrare sequestrati "
    "oggetto cui con per che in nel nella ordinanza decreto provvedimento delibera "
    "determinazione ordine sentenza sequestro preventivo "
    "ricorso prot protocollo tribunale ordinario procura repubblica presso gip giudice "
    "sezione proc procedimento rg rgnr tecnico riservato "
    "destinatari destinatario misura misure disposta disposto data emesso emessa irregolari "
    "illegali illeciti "
    "abusivi pirata contraffatti gioco giochi offerta online vietati interdetti interdire "
    "precludere rendere inaccessibili violano diritti "
    "autore opera opere diffondono diffusione illecita illegale contenuti parte integrante "
    "sostanziale "
    "sono seguono segue trattasi tratta si quanto questi essi stessi predetti sopra medesimi "
    "risultano ecco "
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre id"
)
_PLACE = deferred(r"\b(?:Tribunale|Procura|Corte|Questura)\s+(?:\w+\s+){0,4}?di\s+[A-Z]\w+")
_WITHOUT = deferred(
    r"\b(?:priv[ie]|senza|sprovvist[ie])\s+(?:(?:di|della?|l[ae])\s+)*(?:concession|autorizzazion|licenz|titol)\w*(?:\s+abilitativ\w)?",
    re.IGNORECASE,
)
_NUMBERED = deferred(r"\b(?:allegato|all\.|annesso)\s+(?:sub\s+)?[\"«]?\w{1,3}\b", re.IGNORECASE)


def of_another_list(title: str) -> bool:
    """Whether a word of an annex's title may say that it lists something else."""
    title = _WITHOUT.sub(" ", title)
    said = WORD.findall(_NUMBERED.sub(" ", _PLACE.sub(" ", title)))
    return any(len(word) > 1 and word.lower() not in _TITLE for word in said)
