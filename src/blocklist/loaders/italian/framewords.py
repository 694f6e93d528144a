"""FRAMEWORDS: the words that may stand between a verb that orders and a word that blocks."""

from __future__ import annotations

import re

from .blockwords import STRONG, WEAK
from .candidates import words
from .deferredpattern import deferred
from .duties import TO_BE

_CONTINUES = (
    r"(?:la\s+)?(?:prosecuzione|continuazione)\s+(?:del|della)\s+(?:servizio|fornitura)"
    r"(?!\s+(?:di\s+access|dell'access|d[ei][li]?\s+serviz))(?:\s+e\b)?"
)
AT_ONCE = (
    r"in\s+via\s+(?:d'urgenza|cautelare|provvisoria|definitiva)|con\s+(?:effetto\s+immediato|urgenza)"
    r"|inaudita\s+altera\s+parte|sin\s+d'ora|sin\s+da\s+ora|senza\s+(?:(?:alcun|ulterior[ei])\s+)?(?:ritardo|indugio|dilazione)"
)
_MEASURES = (
    r"(?:misure|misura|cautela|iniziativa|accorgimento|accorgimenti|mezzi|strumenti|interventi|soluzioni|azioni|iniziative"
    r"|cautele|provvedimenti|attività|ogni\s+misura|ogni\s+mezzo)"
    r"(?:[\s,]+(?!(?:di|del\w*|d|a|al\w*|da|dal\w*|contro|dopo|prima|senza|non|che|cui|in|su|sul\w*|nel\w*)\b"
    r"|adottat|assunt|pres[aeio]\b|attuat|dispost|richiest|propost|contestat|impugnat|già\b)\w+[oaieàòù]"
    r"|[\s,]+che\s+(?:riterr|reput|ritien|risult|appa)\w+){1,6}?"
    r"(?:[\s,]+(?:per|volt[aeio]\s+ad?|dirett[aeio]\s+ad?|finalizzat[aeio]\s+ad?"
    r"|att[aeio]\s+ad?|idone[aeio]\s+ad?|onde)\b|(?=[\s,]+(?:affinché|perché)\b)"
    r"|[\s,]+che(?=[\s,]+(?:impedisc|inibisc|preclud|interdic|blocch|disabilit|oscur|rend|esclud|non\s+consent|non\s+permett)\w*(?:a|ano|ino)\b))"
)
_SEEN_TO = (
    r"(?=\s+(?:che\b|affinché\b|il\s+blocco|l'(?:oscuramento|inibizione|interdizione)"
    r"|la\s+disabilitazione))"
)
# *Dare corso al sequestro decretato dal GIP* impedendo *la fruizione*.
_TO_ACT = (
    r"(?:\w+\s+)?(?:corso|esecuzione|attuazione)\s+(?:al|alla|all'|a)\s?(?:\w+\s+){0,2}?"
    r"(?:decreto|ordinanza|provvedimento|sequestro|misura|ordine|sentenza)\b[^,;:.]{0,100}?,?\s+"
    r"(?=(?:impedendo|inibendo|bloccando|oscurando|precludendo|disabilitando|interdicendo|rendendo)\b)"
)
# Phrases of several words that are links only as a whole: "fine" alone ends a block.
PHRASES = (
    (r"(?:porre|ponga|pongano|porr[àe]\w*)\s+in\s+essere|mett\w+\s+in\s+(?:atto|opera)", "attuare"),
    (rf"dare\s+{_TO_ACT}", "attuare misure per"),
    (rf"(?:dian?o?|daranno|darà)\s+{_TO_ACT}", "attuino misure per"),
    (r"(?<!\bnon\s)(?:dare|dia|diano|darsi)\s+(?:immediat[oa]\s+|piena\s+)?(?:corso|esecuzione|attuazione)",
     "attuare"),
    (r"fare?\s+(?:in\s+modo|s[iì]\b)", "più"),
    (r"(?:facciano?|fanno)\s+(?:in\s+modo|s[iì]\b)|assicurano(?=\s+che\b)", "attivi"),
    (rf"(?:assicurare|garantire|curare){_SEEN_TO}", "più"),
    (rf"(?:assicurino|assicuri|garantiscano|garantisca|curino|curi){_SEEN_TO}", "sia"),
    ((r"che\s+(?:sia|venga)\s+(?:fatto\s+)?(?:ordin(?:e|ato)|obbligo|ingiunto|imposto|prescritto|"
     r"intimato)(?=\s+a)"), ""),
    (r"(?:è|sono|sia|siano)\s+(?:tenut|obbligat)[oaie]\s+ad?", "debba"),
    (r"abbian?o?\s+a(?=\s+(?:non\s+(?:più\s+)?)?(?:\w+(?:are|ere|ire|rre|rsi)|far)\b)", "debba"),
    ((r"l'obbligo\s+(?:per\s+(?:(?:i|gli|le|la|il)\s)?|a\s+carico\s+(?:di|dei|degli|delle|della|del)\s"
     r"|in\s+capo\s+a\w*\s)"), "a"),
    ((r"il\s+provvedimento\s+(?:inibitorio\s+|cautelare\s+)?(?:di|del|dell')(?=\s?(?:inibi|blocc|"
     r"oscur|disabil))"), "il"),
    ((r"(?:(?<=ordina)|(?<=dispone)|(?<=delibera)|(?<=determina)|"
     r"(?<=decide))\s+di\s+disporre(?=,?\s)"), ""),
    (r"(?:perseverare|proseguire|insistere)\s+(?:nel|a)(?=\s+\w+(?:are|ere|ire)\b)", "più"),
    (
        r"(?:proseguire|continuare|persistere)\s+(?:nell'\s?(?=inibizione|oscuramento|interdizione)|nel\s+(?=blocco\b)|nella\s+(?=disabilitazione))",
        "mantenere il ",
    ),
    (r"(?:persever|prosegu|insist)\w+(?:a|i|no)\s+(?:nel|a)(?=\s+\w+(?:are|ere|ire)\b)", "attivi"),
    (r"a(?=\s+che\s+(?:i|il|gli|le|la)\s)", ""),
    (r"perché|acciocché|cosicché|sicché", "che"),
    (r"(?:dare?|far)\s+luogo", "attuare"),
    (r"sotto(?=\s+sequestro)|come\s+segue(?=\s*:)|nessun\w?\s+esclus[oa]", ""),
    (
        r"(?:il\s+permanere|la\s+permanenza|il\s+mantenimento)\s+(?:del|della|dell')(?=\s?(?:blocc|oscur|inib|disabil|sequestr))",
        "il",
    ),
    ((r"a\s+(?:tutti\s+)?(?:chi|chiunque|coloro\s+che)\s+(?:fornisc|offr|prest|erog|gestisc|"
     r"oper)\w+"), "a operatori"),
    (AT_ONCE, ""),
    ((r"al\s+fine|allo\s+scopo|(?:così|tal[ei])\s+da|in\s+(?:modo|guisa|"
     r"maniera)(?:\s+tale)?\s+da"), "per"),
    (r"(?:così|sì|tal[ei]|di\s+modo|in\s+guisa)(?=\s+che\b)", ""),
    ((r"(?:intervenire|agire|operare)\s+su(?:i|gli|lle|lla|l)?\s+(?:(?:propri\w?|suoi|rispettivi)\s+)?(?:sistemi|server|apparati|DNS"
     r"|reti|rete|resolver|infrastrutture|di|risoluzione|nomi|\s){1,6}(?=per\b|al\s+fine|così\s+da|in\s+modo|affinché)"),
     "attuare "),
    ((r"(?:modific|aggiorn|adegu|configur|program|impost|riconfigur|predispo)\w+\s+(?:(?:la|le|i|il|gli)\s+)?(?:(?:configurazion[ei]|impostazion[ei]|tabell[ae]|regol[ae])\s+(?:dei|delle|di|del|degli)\s+)?"
     r"(?:(?:propri\w?|suoi|rispettivi|relativi)\s+)?(?:sistemi|server|apparati|DNS|reti|rete|resolver|infrastrutture|di|risoluzione|nomi|filtraggio|ricorsivi|\s){1,6}"
     r"(?=per\b|al\s+fine|così\s+da|in\s+modo|affinché|in\s+maniera)"),
     "attuare "),
    ((r"fare\s+(?:tutto\s+)?quanto\s+(?:\w+mente\s+)?(?:possibile|necessario|occorra|"
     r"in\s+(?:proprio|suo|loro)\s+potere)"), "attuare"),
    (r"S\.\s?p\.\s?A\.?(?!\w)|S\.\s?r\.\s?l\.?(?!\w)|S\.\s?a\.\s?s\.?(?!\w)", "Spa"),
    (r"in\s+solido|per\s+l'effetto|di\s+conseguenza|quanto\s+segue(?=\s*:)", ""),
    ((r"(?:(?<=ferm[oa]\s)|(?<=vita\s)|(?<=essere\s)|(?<=vigore\s))l'(?:obbligo|ordine)\s+"
      r"(?:(?:imposto|impartito|rivolto|dato)\s+a|di)(?=\s+(?-i:[A-Z]))"), "a"),
    ((r"il\s+sequestro(?:\s+preventivo)?\s+e\s+(?:il\s+|la\s+|l'\s?)(?:(?:conseguent|correlat|relativ|contestual|conness|collegat)\w\s+)"
      r"(?=(?:inibizione|oscuramento|blocco|disabilitazione)\b)"), "il"),
    ((r"(?:la\s+confisca|il\s+sequestro(?:\s+preventivo)?)\s+e\s+(?=(?:la\s+|l'\s?|il\s+)(?:\w+\s+)?(?:inibizione|oscuramento|blocco"
      r"|disabilitazione|interdizione)\b)"), ""),
    ((r"la\s+(?:rimozione|cancellazione|chiusura)\s+e\s+(?=l'(?:inibizione|oscuramento)"
     r"|il\s+blocco|la\s+disabilitazione)"), ""),
    ((r"la\s+(?:rimozione|cessazione)\s+dell'\s?(?:iniziativa|offerta|attività)"
      r"(?:\s+\w+){0,3}?\s+(?:mediante|tramite|attraverso)\s+(?:l'\s?|il\s+)?"
      r"(?=(?:inibizione|oscuramento|blocco|disabilitazione)\b)"), "il"),
    (r"la\s+traduzione\s+in\s+indirizz[oi](?:\s+IP)?", "la risoluzione"),
    ((r"l'ordine\s+di(?=\s+(?:disabilitazione|inibizione|blocco|oscuramento)\b[^;:]{0,160}?\s(?:è|viene)\s+"
      r"(?:rivolto|impartito|diretto|indirizzato)\s+a(?:i|gli|lle)?\s[^;:]{0,120}?\s(?:e|ed)\s+"
      r"(?:riguarda|concerne|interessa|ha\s+ad\s+oggetto)\s)"),
     "la"),
    (r"fare?\s+(?=cessare\b)", ""),
    (r"la\s+via\s+d'accesso", "l'accesso"),
    (r"sottoporsi\s+a\s+(?=sequestro\s+preventivo\b)", "il "),
    ((r"l'\s?(?:emanazione|emissione|adozione)\s+de(?:ll'|l\s+|i\s+un\s+)\s?(?:ordine|provvedimento)\s+di"
      r"(?=\s+(?:inibizione|oscuramento|blocco|disabilitazione)\b)"), "la"),
    (r"che[\s,]+(?:(?:in\s+relazione|con\s+riferimento)\s+a(?:d|lle|gli|i)?\s+\w+\s+|(?:in|sul)\s+(?:Italia|territorio\s+\w+)\s+)?(?:svolg|oper|forn|offr|prest|esercit|gest)\w+",
     ""),
    ((r"con\s+(?:la\s+)?(?:massima|ogni|dovuta|debita|necessaria|assoluta)\s+(?:\w+e?tà|\w+anza"
     r"|\w+enza|\w+dine|cura)"), ""),
    (_CONTINUES, ""),
    ((r"di\s+(?:ordinare|richiedere|imporre|ingiungere|intimare|prescrivere)(?=,?\s+a|"
     r",\s+(?:ai\s+sensi|per|in|quanto|con|relativamente|limitatamente))"
      r"|di\s+(?:ordinare|disporre|imporre)(?=,?\s+(?:(?:la|l'|il)\s?)(?:(?:immediat|temporane|tempestiv)\w\s+)?"
      r"(?:disabilitazione|inibizione|oscuramento|blocco|interdizione|inibitoria)\b)"), ""),
    (r"(?:autonomo\s+|nuovo\s+)?decreto\s+di(?=\s+sequestro)", "il"),
    (r"la\s+misura(?:\s+(?:cautelare|reale|inibitoria|interdittiva)){0,3}\s+(?:della|dell'|del)",
     "il"),
    (r"l'utilizz(?:azione|o)\s+delle\s+(?:proprie\s+)?reti[^;:.]{0,160}?\s+per\s+l'accesso",
     "l'accesso"),
    ((r"l'utilizz(?:azione|o)\s+delle\s+(?:proprie\s+)?reti[^;:.]{0,160}?\s+per\s+(?:lo\s+svolgimento|l'\s?offerta|l'\s?esercizio)"
      r"\s+de(?:i|gli|l|lle)\s+(?:gioc\w+|scommess\w+|concors\w+|lotteri\w+)[^;:.]{0,80}?\s(?:mediante|attraverso|tramite|su|per\s+mezzo\s+di)"
      r"(?=\s+(?:i|gli|le|tutti\s+i)\s+(?:\w+\s+)?(?:siti|domini|nomi\s+a\s+dominio|indirizzi|portali)\b)"),
     "l'accesso a"),
    ((r"(?:l'\s?|la\s+)(?:(?:immediata|tempestiva|pronta|urgente|contestuale)\s+)?(?:adozione|attuazione|implementazione"
     r"|attivazione|predisposizione)(?:\s+(?:immediata|tempestiva|urgente|contestuale))?[\s,]+d(?:i|ei|egli|elle|ella)\b"),
     "di"),
    (r"in\s+(?:modo|maniera)(?:\s+tale)?(?=\s+che\b)", ""),
    (_MEASURES, "misure per"),
    (rf"{TO_BE}(?=\s+(?:inib|oscur|blocc|disabilit)\w+re\b)", "di"),
    (r"tutto\s+quanto\s+necessario|quanto\s+necessario|il\s+necessario", "misure"),
)  # fmt: skip
PHRASE = deferred(rf"\b(?:{'|'.join(f'({pattern})' for pattern, _ in PHRASES)})", re.IGNORECASE)
SCREENS = deferred(
    r"\bschermare(?=,?\s+(?:nei\s+confronti\s+d\w+|ai|agli|alla|a)\s+(?:(?:tutt[aei]|gli|i|la|propri\w?|suoi)\s+){0,3}"
    r"(?:utent|utenza|client|abbonat)\w*)",
    re.IGNORECASE,
)
"""It blocks only if users are named; else it may protect a site."""
_DATED = r"(?:\s+(?:n\.\s?[\d/]+|(?:del|in\s+data|il)\s+\d[\d./]*(?:\s+[a-z]{3,9}\s+\d{4})?))*"
OF_ACT = deferred(
    r"\bdi\s+cui\s+(?:al(?:la)?\s+|all'\s?)(?:predett\w\s+)?(?:decreto|ordinanza|provvedimento|sentenza|ordine)"
    rf"(?:\s+(?:emess\w|reclamat\w|impugnat\w|cautelare))?{_DATED}"
    r"|(?:(?<=\bpreventivo\s)|(?<=\A\s)|(?<=\A\s\s))(?:dispost|emess|eseguit|ordinat)o(?:\s+(?:in\s+via\s+d'urgenza|d'urgenza))?"
    rf"{_DATED}"
    r"(?:\s+(?:con|in\s+forza\s+del?|dal?|dalla|in\s+esecuzione\s+del)\s+(?:il\s+)?(?:predett\w\s+)?(?:decreto|ordinanza|provvedimento"
    r"|pubblico\s+ministero|P\.?\s?M\b\.?|G\.?\s?I\.?\s?P\b\.?|giudice(?:\s+per\s+le\s+indagini\s+preliminari)?)"
    rf"{_DATED}){{0,2}}"
    # Between commas, to whom and by which act: *, già impartito a Rete con ordinanza del …,*.
    r"|,\s+(?:già\s+)?(?:impartit|rivolt|dispost|ordinat|emess|adottat|pronunciat)[oa]\b"
    r"(?:(?!\b(?:sit[oi]|domin|portal|pagin|piattaform|indirizz))[^,;:]){0,140}?\b(?:ordinanza|decreto|sentenza|provvedimento|determina|delibera)\b"
    rf"{_DATED}(?:\s+(?:impugnat|reclamat|appellat|gravat)\w)?,",
    re.IGNORECASE,
)
"""Which order it is, as *di cui al decreto*: leads to no site."""
_LINK_VERBS = (
    "adottare adotti adottino attuare attui attuino eseguire esegua eseguano disporre disponga "
    "dispongano effettuare effettui effettuino realizzare realizzi realizzino mantenere mantenga "
    "mantengano provvedere provveda provvedano procedere proceda procedano procedersi provvedersi "
    "predisporre predisponga implementare implementi implementino applicare applichi applichino "
    "attivare attivarsi attivi adoperarsi adoperi adoperino configurare configuri configurino "
    "continuare continui impostare "
    "apporre apponga appongano approntare appronti approntino assumere assuma assumano "
    "apprestare allestire "
    "compiere estendere estenda permanga permangano rimanga rimangano resti restino "
    "sia siano venga vengano debba debbano"
)
LINKS = words(
    _LINK_VERBS + " il lo la l i gli le un una uno ogni tutti tutte tutto qualsiasi qualunque più "
    "misura misure accorgimento accorgimenti strumento strumenti mezzo mezzi attività operazione "
    "operazioni sistema sistemi intervento interventi soluzione soluzioni tecnica tecniche tecnico "
    "tecnici tecnologica tecnologiche organizzativa organizzative informatica informatiche "
    "necessaria necessarie necessario necessari idonea idonee idoneo idonei opportuna opportune "
    "opportuno opportuni adeguata adeguate adeguato adeguati appropriata appropriate utile utili "
    "efficace efficaci possibile possibili ragionevole ragionevoli occorrente occorrenti volta "
    "volte volto volti diretta dirette diretto diretti finalizzata finalizzate finalizzati atta "
    "atte atto atti a ad al all alla allo alle ai di d da per affinché che utenti clienti abbonati "
    "propri proprie suoi loro server dns resolver sistemi e ed o oppure nonché altresì anche "
    "inoltre immediatamente subito tempestivamente direttamente immediato immediata tempestivo "
    "fermo ferma tempestiva totale integrale definitivo definitiva provvisorio provvisoria urgente"
)  # fmt: skip
FINITE = words(
    "adotti adottino attui attuino esegua eseguano disponga dispongano effettui effettuino "
    "realizzi realizzino mantenga mantengano provveda provvedano proceda procedano predisponga "
    "implementi "
    "implementino applichi applichino attivi configuri configurino continui estenda permanga "
    "permangano rimanga rimangano resti restino sia siano venga vengano debba debbano"
)

_ADJUNCT = (
    r"(?:inaudita\s|(?:pertanto|quindi|dunque|altresì|inoltre|conseguentemente)\b(?!\s+(?:il|la|l')\s?(?:sequestro|blocco|inibizi|oscurament|ordine|disabilit))|entro|nel\s+termine|nei\s+termini|mediante|tramite|attraverso|con\s|a\s+propri[ea]\s|a\s+chi(?:unque)?\s+(?:si\s+)?(?:colleg|connett|acced|navig)"
    r"|(?:così\s+)?come\s+(?:\w+mente\s+)?(?:individuat|definit|indicat|elencat|qualificat)[ioae]\s+(?:da|dal|dalla|dall'|all'|nel|nell'|dagli|ai\s+sensi)|a\s+(?:sua|loro)\s+cura|anche|ai\s+sensi|ex\s|in\s+(?:via|persona|conformità|qualità|solido"
    r"|favore|forza|esecuzione|accoglimento)|secondo|ciascun|quale|quali\s|titolar|fornitr|fornitor|(?:società|impresa|compagnia|azienda)\s+(?:che|la\s+quale|con|attiva|operante|esercente)\s"
    r"|ricevut[oa]\s|già\s|che\s(?!(?:\w+[\s']+){0,8}?(?:poss|acced|access|raggiung|visit|visualizz|colleg|connett|navig|consult)\w|(?:sia|siano|venga|vengano)\b)|la\s+quale|il\s+quale|i\s+quali|le\s+quali|nella\s+persona|nelle\s+persone|da\s+eseguir|da\s+attuar|immediat"
    r"|ferm[oa]\s+(?:restando\s+)?(?:la|il|l')|senza\s|su\s+tutto|per\s+l'effetto|dalla\s|dal\s|dall'|limitatamente\s+a[lgi]|sul\s+territorio|nel\s+territorio"
    r"|a\s+cura|ad\s+opera|da\s+parte|nei\s+confronti|nei\s+riguardi|per\s+il\s+tramite|a\s+mezzo|per\s+mezzo|tenuto\s+conto"
    r"|sia\s[^,;:]{1,60}\ssia\s|stante|vist[oaie]\s|ritenut[oaie]\s|anche\s|ivi\s|ovunque|comunque|salv[oaie]\s+il\s+diritto|gestor|operant|attiv[aeio]\s"
    r"|sui?\s|sul\s|sull|sugli\s|nell|nel\s|nei\s|in\s|per\s|con\s|sotto\s|presso\s|facent|aventi?\s|espert|quest'ultim"
    r"|a\s+far\s|a\s+decorrere|a\s+partire|fino\s+a|sino\s+a|non\s+oltre|e\s+comunque|per\s+le\s+ragioni|nei\s+limiti)"
)
# Between two commas, or two dashes: the second comma may open the next one.
INSERTED = deferred(
    rf",\s*(?:ed?\s+)?(?:{_ADJUNCT})(?:(?!\n[ \t]*\n)[^,;:]){{0,400}}(?=,)", re.IGNORECASE
)

# Between two dashes: *gli accorgimenti più efficaci - quali il DNS blocking - atti a*.
DASHED = deferred(
    r"(?<=[\w»”\").])[ \n][-–—]\s(?![^;:–—]{0,300}?\n[ \t]*[-–—•])"
    r"[^;:–—]{3,300}?\s[-–—](?=\s)(?!\s\S+\.\w)"
)
# Right behind the verb: *dispone, in via d'urgenza, che*, *ordina in forza della norma citata,*.
TITLED = deferred(
    r"(?:(?<=[aei]\s)|(?<=[aei],\s)|(?<=\n))(?:ai\s+sensi|a\s+norma|in\s+(?:via|forza|applicazione|attuazione|accoglimento|riforma|conformità)"
    r"|per\s+l'effetto|con\s+effetto|per\s+le\s+ragioni|per\s+i\s+motivi|visto|visti)\b"
    rf"(?:(?!\b(?:condanna\b|{STRONG}|{WEAK})|\b(?:di|che)\s)[^,;:]){{0,160}},",
    re.IGNORECASE,
)
"""An insertion with no comma, or only one, before it."""

# *Ai sensi dell'art. 102, comma 1, del decreto-legge 14 agosto 2020, n. 104,*: no insertion ends.
CITED = deferred(
    r"\b(?:ai\s+sensi|a\s+norma|in\s+(?:applicazione|attuazione|forza))\s+(?:e\s+per\s+gli\s+effetti\s+)?"
    r"(?:\b(?:di|dei|del|dell|della|delle|degli|dei|art|artt|articol[oi]|comm[ai]|lett|letter[ae]|par|paragraf[oi]"
    r"|nn?|num|numer[oi]|decreto|legge|legislativo|lgs|tuf|regolamento|ue|ce|codice|consumo|civile"
    r"|penale|procedura|ed|ss|seguenti|bis|ter|quater|quinquies|septies|octies|decies|terdecies"
    r"|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre"
    r"|[a-hlptu]|\d{1,5})\b[\s,.'()/°-]{0,6}){1,60}(?:,|(?=:))",
    re.IGNORECASE,
)
"""Where an order cites a law between commas."""

NO_INFINITIVES = words(
    "titolare particolare cellulare genere regolare militare bancare mare per server "
    "provider "
    "carrier user browser mere opere "
    "lettere estere libere intere camere frontiere vere "
    "reseller registrar resolver settore tutore partner altresì altre"
)
# What an order also says before "e di bloccare".
BESIDE = words(
    "pubblicare comunicare notificare depositare rimuovere cancellare deindicizzare versare pagare "
    "consegnare trasmettere inibire bloccare disabilitare oscurare"
)
TOLD = words(
    "richiesta domanda istanza facoltà decisione ordine obbligo divieto diritto intenzione"
)
CONFIRMED_WORDS = words(
    "nel resto per il la lo l sentenza ordinanza decreto provvedimento impugnata impugnato "
    "impugnati appellata reclamata reclamato reclamati e ed dunque quindi pertanto altresì anche "
    "integralmente così di primo grado emesso emessa pronunciato pronunciata reso resa opposto "
    "opposta "
    "inaudita altera parte in data del dal gennaio febbraio marzo aprile maggio giugno luglio "
    "agosto settembre ottobre novembre dicembre con "
    "della dell dello decisione statuizione capo capi punto punti n appellato gravata gravato "
    "giudice prime cure particolare tutto ogni sua statuizioni di cui al ai quanto ragione "
    "anche confronti nei le gli i"
)
