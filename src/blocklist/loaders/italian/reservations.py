"""RESERVATIONS: what an act says of itself by which it orders nothing now, or not to everybody.

A draft, an exercise, a forged note, a suspended or repealed measure, one for hosting providers
alone. The words may stand far from the sentence that orders, so they hold for the whole act.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .candidates import nameless
from .deferredpattern import deferred
from .sentences import sentences

_ACT = (
    r"(?:ordinanza|decreto|sentenza|provvedimento|delibera|determina|ordine|comunicazione|nota"
    r"|mail|lettera)"
)
_NO_ACT = deferred(
    r"\bnon\s+(?:è|sono)\s+(?:(?:ancora|stat[oaie])\s+){0,2}(?:approvat|adottat|emanat)[oaie]\b|\bper\s+(?:eventuali\s+)?osservazioni\b"
    r"|\bschema\s+d(?:i|ell)['\s]\s?(?:ordine|atto)\b"
    r"|\bbozz[ae]\b|\bfac[\s-]?simil[ei]\b|\bschema\s+d(?:i|el|ella)\s+(?:\w+\s+)?(?:provvedimento|decreto|ordinanza|delibera|determina)"
    r"|\besercitazion[ei]\b|\bnon\s+(?:va|vanno|deve\s+essere|è\s+da)\s+eseguit|\bcopia\s+senza\s+valore|\bnon\s+esecutiv[oa]\b|\berrata\s+corrige\b"
    rf"|\b(?:priv[oa]\s+d'?i?|senza)\s+(?:ogni\s+)?(?:valore|efficacia|effetti?)\b(?=[\s.,;:]|\Z)|\bfals[aoi]\s+(?:\w+\s+)?{_ACT}\b"
    r"|\bnon\s+proven\w+\s+da|\bda\s+considerarsi\s+come\s+non\s+|\bper\s+mero\s+errore\s+(?:\w+\s+)?(?:è|sono|era|erano)\s"
    r"|\b(?:testo|documento|atto)\s+(?:di|in)\s+(?:prova|consultazione|esempio)\b|\bin\s+consultazione\s+pubblica\b|\bnon\s+(?:ancora\s+)?firmat[oa]\b"
    r"|\b(?:note|memoria)\s+conclusiv[ea]|\bprecisazione\s+delle\s+conclusioni\b|\bmassimario\b|\ba\s+(?:solo|mero)\s+titolo\s+(?:di\s+esempio|esemplificativo|informativo)\b"
    r"|\b(?:messaggi\w|document\w|comunicazion\w|trasmission\w|invio|nota)\s+di\s+prova\b|\bè\s+un\s+test\b|\bprova\s+tecnica\b|\bdimostrativ[oa]\b|\besemplificativ[oa]\b"
    r"|\bnon\s+(?:ufficial[ei]|approvat[oa])\b|\bversione\s+provvisoria\b|\bmodello\s+d(?:i|a)\s+(?!cui\b|avviso|pagina|domanda)|\bapocrif\w+|\bfac\s+simile\b|\btesto\s+che\s+precede\b"
    r"|\bsedicent\w+|\baddestrament\w+|\brefuso\b|\bromanzo\b|\bquesito\s+post\w|\bnulla\s+è\s+dovuto\b|\bnon\s+(?:occorre|è\s+(?:richiest|dovut|necessari)[oa])\s+(?:alcun|nessun)\w*\s+(?:adempiment|intervent|azion)\w+(?=\s+(?:da\s+parte\s+d|per\s+gli\s+operator))"
    r"|\A\W*non\s+(?:occorre|è\s+(?:richiest|dovut|necessari)[oa])\s+(?:alcun|nessun)"
    r"|\b(?:dispensat|esonerat|esentat)[oi]\s+d|\bda\s+intendersi\s+non\b"
    r"|\bè\s+una\s+prova\b|\bnomi\s+(?:sono\s+)?di\s+fantasia\b|\b(?:riformata|cassata)\)|\b(?i:da)\s+ignorar\w+|\bva(?:nno)?\s+ignorat\w",
    re.IGNORECASE,
)
_STAMP = deferred(
    r"^[^\w\n]*(?:MODELL|ESEMPI|PROVA TECNIC|ESERCITAZION|TEST[^\w\n]*$|BOZZ|ANNULLAT|REVOCAT"
    r"|SOSPES|ABROGAT|SUPERAT|SOSTITUIT|SCADUT|CADUCAT)[AOE]?\b(?![^\n]*\b(?:il|la|l')\s)",
    re.MULTILINE | re.IGNORECASE,
)
_ITSELF = deferred(
    r"\b(?:(?:la|una|detta|suddetta|predetta|tale)\s+misura|gli\s+effetti|la\s+validità|il\s+divieto|tale\s+(?:ordine|provvedimento|divieto)|la\s+comunicazione|(?:al|del)?la\s+presente(?!\s+\w+\s+(?:procedura|causa))|l'\s?ordine\b|il\s+(?:presente\s+)?(?:provvedimento|decreto|blocco|ordine)"
    r"|(?:presente|propria|propri[oa])\s+(?:provvedimento|ordinanza|decreto|nota|atto|misura|ordine)|dell'ordine\b|l'(?:inibi|oscura)\w+|(?:del|il|la)\s+(?:nota|capo|punto)\b|(?:l'\s?)?art(?:icolo|\.)\s*\d"
    r"|(?:tale|questa|detta)\s+nota|l'\s?efficacia|l'\s?esecuzione|l'\s?ordinanza|quell'\s?(?:ordine|ordinanza)|quel\s+(?:provvedimento|decreto))",
    re.IGNORECASE,
)
_THIS = deferred(r"\b(?:capo|punto)\s+(?:n\.\s?)?\w{1,3}\b|\bpresente\b", re.IGNORECASE)
_ENDED = deferred(
    r"\b(?:ha|hanno)\s+(?:\w+mente\s+)?(?:sospeso|annullato|revocato|abrogato|caducato|dichiarato\s+(?:null|inefficac|estint)\w+|cessato|perso|perduto)\b"
    r"|\b(?:venut[oa]|viene)\s+meno\b|\bnon\s+(?:sarà|verrà|va|è\s+stat[oa])\s+(?:più\s+)?(?:eseguit|notificat|attuat|conferm)\w*"
    r"|\b(?:è|sono|sia|siano|rest[ai]|rimane|era|stat[oa])\s+(?:\w+\s+){0,2}?(?:sospes|revocat|annullat|abrogat|rinunciat|caducat|decadut|scadut|superat|sostituit|esaurit|ritirat|inefficac)\w*"
    r"|\b(?:revocat|annullat|abrogat|sospes|caducat|decadut|scadut)[oa]\s+(?:con|dal|dalla|da|il|in\s+data)\b"
    r"|\bnon\s+(?:è\s+)?(?:più\s+)?(?:valid|efficac|esecutiv|operant|in\s+vigore)\w*|\b(?:non\s+(?:avrà|ha|abbia)|senza)\s+(?:più\s+)?(?:corso|effetto|efficacia|valore)\b"
    r"|\bsospend[ea]\s+(?:\w+\s+)?(?:l'\s?)?(?:efficacia|esecuzione|esecutività)\s+(?:de[l]\s+(?:presente|capo|punto)|della\s+presente|dell'ordine)"
    r"|\bsubordin\w+\b|\bcondizionat[ao]\s+a|\b(?:decors|trascors|in\s+(?:mancanza|difetto)|qualora|se)\b[^.;]{0,80}\b(?:avrà|abbia|acquist\w+|produ\w+)\s+(?:effett|efficaci)\w*"
    r"|\b(?:decors\w+|mancanza)\b[^.;]{0,60}\bil\s+quale\b|\b(?:abbia|avrà|ha)\s+effetto\s+(?:decors|solo|soltanto|dopo|trascors)\w*"
    r"|\bcessa(?:ta|to)?\b|\bacquist\w+\s+(?:efficaci|effett|vigor)\w*|\bnon\s+(?:sia|venga|sarà)\s+(?:eseguit|attuat|applicat)\w+|\briserva\s+(?:alla|al)\b"
    r"|\bnon\s+ancora\s+(?:avvenut|firmat|emess|efficac|notificat|adottat|approvat)\w+|\b(?:differisc|esoner|rinvia\s+l'|rinviat|differit)\w*|\b(?:diverrà|diventerà)\s+(?:esecutiv|efficac|operativ)\w+"
    r"|\bsospensione\s+(?:dell'ordine|della\s+(?:presente|misura)|del\s+(?:presente|blocco))|\blimita\s+(?:l'ordine|la\s+misura|il\s+blocco)\s+a|\bper\s+errore\b|\bannulla\s+e\s+sostituisce\b"
    r"|\bnon\s+(?:dar[eà]|darvi|darne|dia|dare)\s+(?:corso|seguito|esecuzione|attuazione)\b|\ba\s+non\s+(?:dare|darvi)\b"
    r"|\bentra\s+in\s+vigore\s+dopo\s+il\s+parere|\bse\s+favorevole\b|\b(?:sarà|verrà)\s+(?:\w+\s+)?(?:esecutiv|efficac|operativ)\w+\s+(?:solo|soltanto|dopo)\b",
    re.IGNORECASE,
)
_TO_SOME = deferred(
    r"\b(?:ai|alle|agli|dei|delle|le|i|gli|sui|sulle|nelle|alla|al)\s+sol[eiao]\s+(?!sit[io]\b|domin|nom|portal|utenti\s+(?:italian|del\s+territorio)|territor|funz|fini|access|sistem|indirizz|piattaform)\w+"
    r"|\b(?:soltanto|solamente|unicamente|esclusivamente|solo)\s+(?:sulle|sui|nelle|nei|alle|ai|agli|per\s+(?:le|i|gli|la|il)|presso)\s+(?!sit|domin|nom|portal|fin)\w+"
    r"|\b(?:sulle|le|nelle)\s+postazion\w+|\bil\s+solo\s+(?:fornitor|gestor|prestator)\w+|\b(?:rivolt|dirett|destinat)[oa]\s+ai\s+(?:gestori\s+dei\s+negozi|fornitori\s+di\s+hosting|motori|social|registr)"
    r"|\bnon\s+(?:riguarda|si\s+applica|concerne|vincola|è\s+(?:rivolt|dirett|destinat|indirizzat)[oa])\b(?!\s+(?:il|i|gli|ai|al|alle)\s+(?:sit|domin|portal|nom))"
    r"|\b(?:è\s+)?(?:inviat|trasmess)[oa]\s+per\s+(?:\w+\s+)?conoscenza\b",
    re.IGNORECASE,
)
_JUDGED = deferred(
    r"\b(?:TAR|T\.A\.R\.?|Consiglio\s+di\s+Stato|Corte|Riesame|Cassazione|giudice\s+del\s+reclamo)\b[^.;]{0,80}?\b(?:ha|hanno)\s+(?:\w+mente\s+)?(?:sospeso|annullato|revocato|accolto|dichiarato\s+null)",
    re.IGNORECASE,
)
_NOT_ENDED = deferred(
    r"\bnon\s+(?:ne\s+)?(?:sospend(?:e|ono)|interromp(?:e|ono)|comporta(?:no)?\s+la\s+sospensione)\b(?:\s+(?:l'\s?|dell'\s?|della\s+)?(?:efficacia|esecuzione|esecutività))?"
    r"(?:\s+(?:del(?:la)?\s+(?:presente\s+)?\w+|dell'\s?\w+))?|\bnon\s+ha\s+(?:effetto|efficacia)\s+sospensiv[oa]"
    r"(?:\s+(?:del(?:la)?\s+(?:presente\s+)?\w+|dell'\s?\w+))?|\b(?:non\s+(?:è|sono|risulta\w*|viene)|né)\s+(?:\w+\s+)?(?:sospes|condizionat|subordinat|revocat|differit)\w*",
    re.IGNORECASE,
)
# Of the sites just named: *i siti di cui sopra restano accessibili*.
_UNDONE = deferred(
    r"\b(?:siti|domini|nomi|portali|indirizzi|quanto|testo|elenco)\s+(?:\w+\s+){0,2}?(?:di\s+cui\s+sopra|predett\w|suddett\w|sopra\w*|che\s+preced\w+|indicat\w+)\b[^.;]{0,80}?"
    r"\b(?:non\s+(?:vanno|devono|debbono|sono\s+da|dovranno|va)|riapert|rest(?:a|ano|eranno)\s+(?:liber|access|raggiung|visibil)|per\s+errore|liberamente|sbloccat)\w*"
    r"|\bdichiara\s+estint[oa]\s+(?:il|la)\s+\w+\s*\Z"
    r"|\battend(?:ano|ere|iate|ete)\b[^.;]{0,60}?\b(?:conferma|nulla\s+osta|istruzion|comunicazion|autorizzazion)\w*|\bper\s+(?:il\s+)?parere\b|\bun\s+parere\s+sul\b",
    re.IGNORECASE,
)
_WAIVED = deferred(r"\b(?:il\s+ricorso|la\s+domanda)\s+è\s+stat[oa]\s+rinunciat", re.IGNORECASE)
# *Era stato chiesto anche il blocco di b.example, ma la domanda è stata rinunciata*.
_ASKED_TOO = deferred(r"\A\W*er(?:a|ano)\s+stat[oaie]\s+chiest[oaie]\s+anche\b", re.IGNORECASE)
_REFUSED = deferred(
    r"\b(?:rigett\w+|respin\w+|inammissib\w+|vist[oaie]|premess\w+)\b"
    r"|\A\W*(?:rilevat|considerat|ritenut|lett|esaminat|preso\s+att|dato\s+att|atteso\s+ch|consideran)\w*\b"
    # What a line RITENUTO opens.
    r"|\A\W*(?:necessari|opportun|doveros|indispensabil|congru)[oa]\s",
    re.IGNORECASE,
)
# *Così stabiliva la nota*, *: questo il testo della proposta*: said of what was just ordered.
_THAT_WAS = deferred(
    r"\bcosì\s+(?:stabiliv|disponev|recitav|chied|chiedev|prevedev|ordinav)\w+|\bquesto\s+(?:è\s+|era\s+)?(?:il\s+testo|il\s+tenore|quanto\s+(?:chied|propon))\w*"
    r"|\ba\s+parere\s+d(?:el|ella|ei)\b|\b(?:capo|domanda|ordine|misura)\s+poi\s+(?:rinunciat|revocat|annullat|sospes|decadut)\w+|\blegg(?:asi|ansi|(?<!\bdebba\slegg)(?<!\bdeve\slegg)ersi)\b|(?<!\bcorretto\se\s)(?<!\bcorretta\se\s)\bsi\s+legg(?:a|ano)\b|\bl'\s?istanza\s+è\s+(?:in\s+esame|pendente)",
    re.IGNORECASE,
)
# *PS: nessun blocco prima della conferma*, *ogni attività è sospesa in attesa di istruzioni*.
_VOID = deferred(
    r"\bnessun[oa]?\s+(?:sito|dominio|blocco|oscuramento|inibizione)\b|\bmessaggio\s+(?:revocato|annullato|richiamato)\b"
    r"|\bogni\s+attività\s+(?:\w+\s+)?(?:è|resta)\s+sospesa\b|\bin\s+attesa\s+di\s+(?:istruzioni|disposizioni)\b"
    r"|\bne\s+dispone\s+l'annullamento\b|\bfino\s+alla\s+decisione\b[^.;]{0,60},\s+(?:già\s+)?intervenuta\b",
    re.IGNORECASE,
)
_VOLUNTARY = deferred(r"\bsu\s+base\s+volontaria\b", re.IGNORECASE)
_BLOCKING = deferred(r"\b(?:inibi|blocc|oscura|disabilit|preclu)\w*", re.IGNORECASE)
_OF_PAGES = deferred(r"\b(?:alla|alle|la|le)\s+sol[ae]\s+(?:pagin|sezion|part)\w+", re.IGNORECASE)
_NOTED = deferred(r"\b(?:provvedimento|decreto|ordinanza|sentenza|misura)\b", re.IGNORECASE)
# Of another act, with the site that it is about.
_NO_OBJECT = deferred(
    r"\bnon\s+(?:forma|è|costituisce)\s+(?:\w+\s+)?(?:oggetto|parte)\s+della\s+presente\s+"
    r"(?:notifica|notificazione|comunicazione|nota|lettera|trasmissione)\b",
    re.IGNORECASE,
)
# *È ripristinato l'accesso ai siti di cui all'articolo 1*, which the same act blocks.
_LIFTS = deferred(
    r"(?<!la\s)(?<!di\s)(?<!una\s)\brevoca\b|\b(?:revocan?o|revocat[oaie]|ripristin(?:a|ano|at[oaie]|are|eranno)|riammess[oaie]|riammett\w+|sblocca\w*|dissequestr\w+|riattiv\w+"
    r"|cess(?:a|ano|ato|ata|ati|ate)|rimoss[oaie])\b"
    r"|\b(?:rimuov|elimin|cancell|tog)\w+\s+(?:\w+\s+)?(?:l'inibi|l'oscur|il\s+blocco|i\s+blocchi|dall'elenco|dalla\s+lista)",
    re.IGNORECASE,
)
_HERE = deferred(
    r"\b(?:di\s+cui\s+|previst\w\s+|dispost\w\s+|indicat\w\s+)?(?:al|all|ai|agli|alla|alle|dal|dall|nel|nell)(?:'|\s)\s?(?:precedent[ei]\s+)?(?:punt[oi]|articol[oi]|art\.|comm[ai]|cap[oi])\s*\d{1,2}"
    r"(?![^.;]{0,40}?\b(?:del\b|della\b|dell'|dello\b)(?!\s*present))"
    r"|\b(?:predett|suddett|anzidett|medesim)[oi]\s+(?:sit[oi]|domini\w?|portal[ei]|nom[ei])\b",
    re.IGNORECASE,
)
_LATER = deferred(
    r"\b(?:qualora|ove|se|quando|in\s+caso|a\s+richiesta|su\s+richiesta|scaden\w+|decors\w+|fino|sino|potr\w+|poss(?:a|ono)|può|diritto|facoltà|istanz\w+|chied\w+|mancat\w+|divieto|non)\b",
    re.IGNORECASE,
)
# *Si segnala, a mero titolo informativo, che i messaggi provengono dal servizio a.example*.
_INFORMS = deferred(
    r"\W*(?:\w{1,2}[.)]\s+)?si\s+(?:segnala|rappresenta|evidenzia|precisa|fa\s+presente),\s+a\s+(?:solo|mero)\s+titolo\s+informativo,\s+che\s",
    re.IGNORECASE,
)
_BLOCKS = deferred(
    r"\b(?:oscur|blocc|inib|sequestr|ordin|dispo|decret|provvediment|misur|disabilit|preclu|imped)\w*",
    re.IGNORECASE,
)
_QUOTED = 90
_HEAD = 700


def reservation(
    plain: str, start: int, end: int, *, letter: bool, other: Sequence[tuple[int, int]] = ()
) -> str:
    """Return the words by which an act is no order in force for all who give access, or ``""``.

    Args:
        plain: the text.
        start: where the operative part begins.
        end: where it ends.
        letter: whether an authority other than a court heads it: then all of it counts, whereas
            the reasons of a court tell of other acts.
        other: parts that are about other names, as the section on those that leave a list.
    """
    head = plain[:start] if letter else f"{plain[: min(_HEAD, start)]}\n\n"
    for begin, stop in sentences(head, 0, len(head)):
        said = head[begin:stop]
        found = _NO_ACT.search(nameless(said)) or _STAMP.search(said)
        if found and not _REFUSED.search(said):
            return _quote(said)
        if letter and _of_itself(said):
            return _quote(said)
    for begin, stop in sentences(plain, start, len(plain)):
        said = plain[begin:stop]
        if any(one <= begin < last for one, last in other):
            continue
        noted = begin >= end and _NOTED.search(nameless(said)) and _ENDED.search(nameless(said))
        if noted or _of_itself(said) or (begin >= end and _STAMP.search(said)):
            return _quote(said)
        if (letter or begin >= end) and _NO_ACT.search(nameless(said)) and not _of_another(said):
            return _quote(said)
    return ""


def _of_itself(said: str) -> bool:
    bare = nameless(said)
    if _REFUSED.search(bare):
        return False
    bare = _NO_OBJECT.sub(" ", bare) if bare != said else bare
    bare = _NOT_ENDED.sub(" ", bare) if bare != said else _NOT_ENDED.sub(" ", said)
    said = _NOT_ENDED.sub(" ", said)
    if _WAIVED.search(bare) and (bare == said or not _ASKED_TOO.match(bare)):
        return True
    if _UNDONE.search(bare) or _THAT_WAS.search(bare) or _JUDGED.search(bare):
        return True
    if bare == said and _VOID.search(bare):
        return True
    if _VOLUNTARY.search(bare) and (bare == said or _BLOCKING.search(bare)):
        return True
    # With names it may tell of the block of others: *il blocco di a.example è sospeso*.
    lifts = bare == said and _LIFTS.search(bare) and _HERE.search(bare)
    if lifts and not _LATER.search(bare):
        return True
    own = (_ITSELF if bare == said else _THIS).search(bare)
    if own is None:
        return False
    if _THIS.search(bare) and _OF_PAGES.search(bare):
        return True
    return bool(_ENDED.search(bare)) or (bare == said and bool(_TO_SOME.search(bare)))


def _of_another(said: str) -> bool:
    """Whether it only lets know of another site, which is not blocked, nor an act on it."""
    return nameless(said) != said and bool(_INFORMS.match(said)) and not _BLOCKS.search(said)


def _quote(said: str) -> str:
    words = " ".join(said.split())
    return words if len(words) <= _QUOTED else words[:_QUOTED].rpartition(" ")[0] + " …"
