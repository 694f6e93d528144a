"""DUTIES: clauses that bind providers without a verb that orders: *i fornitori dovranno inibire*.

The subject is whoever gives access, or *la quale* behind an order to them. Whatever asks, refuses,
quotes or only considers it makes no duty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .articles import ARTICLE
from .blockwords import STRONG, WEAK
from .candidates import nameless
from .deferredpattern import deferred
from .letters import is_letter
from .liftings import LIFTED
from .relativeduties import relative_duties

_BLOCK = (
    r"(?:\w+mente\s+)?(?:inib|imped|blocc|oscur|disabilit|preclu|interdi|filtr)\w*r(?:e|ne|li|le|lo|la)?\b"
    r"|(?:render|mantener)e?\s+(?:inaccessibil|irraggiungibil|non\s)"
)
TO_BE = (
    r"(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|indirizzi|risorse)(?:\s+(?:web"
    r"|internet))?\s+da"
)
"""A list of what is to be blocked: *siti da* inibire."""
_ADVERB = r"(?:\w+mente|pertanto|quindi|altresì|dunque|perciò|anche|comunque|inoltre)"
_INSERTED = r"(?:\s*,[^,;:]{1,120},|\s+entro\s[^,;:.]{3,60}?)?"
_MODAL = deferred(
    rf"\b(?:dovr(?:à|anno)|dev(?:e|ono)|vorranno|vorrà|avr(?:à|anno)\s+cura\s+di|(?:è|sono|sarà|saranno|resta|restano)\s+(?:{_ADVERB}\s+)?"
    rf"(?:tenut|obbligat)[oaie]{_INSERTED}\s+ad?|provved(?:ono|eranno|erà|e){_INSERTED}\s+ad?)(?:\s+{_ADVERB})?"
    rf"(?:\s*,[^,;:]{{1,120}},)?\s+(?=(?:non\s+(?:più\s+)?)?(?:\w+(?:[aei]re|rre|[aei]r(?:si|ne|vi|l[ieoa]))|far)\b)"
    rf"|\b(?:provved|proced)(?:ono|eranno|erà)(?:\s+\w+mente)?{_INSERTED}\s+(?=(?:al|alla)\s|all')"
    r"|\b(?=dar(?:anno|à)\s+(?:\w+\s+)?(?:esecuzione|corso|attuazione)\s)"
    r"|(?<!\bnon\s)(?<!\bsi\s)(?<!\bgià\s)\b(?=(?P<present>(?:impediscono|inibiscono|disabilitano|bloccano|oscurano"
    r"|precludono|interdicono|filtrano|rendono\s+(?:inaccessibil|irraggiungibil)\w+|(?:fanno\s+in\s+modo|fanno\s+sì|assicurano)\s+che\s"
    r"|(?:interromper|inibir|impedir|bloccher|oscurer|disabiliter|precluder|interdir)à|interromperanno"
    r"|(?:inibisc|impedisc|preclud|interdic)ano|(?:disabilit|oscur|filtr)ino|blocchino"
    r"|non\s+(?:consentono|permettono|risolvono)|provvedono\s+ad?\s|procedono\s+(?:a|al|alla|all')\s?)\b)|(?:impediranno|inibiranno|disabiliteranno|bloccheranno|oscureranno"
    r"|precluderanno)\b)(?!\w+\s+(?:già|attualmente|oggi|spontaneamente|volontariamente)\b)",
    re.IGNORECASE,
)
_WHO = (
    r"(?:fornitor[ei]|prestator[ei]|provider|isp|operator[ei]|gestor[ei]\s+(?:di|delle|della)\s+"
    r"(?:altre\s+)?ret[ei]|resistent[ei]|convenut[aoei]|reclamat[aoei]|appellant[ei]|appellat[aoei]"
    r"|intimat[aoei]|destinatari[oe]?(?:\s+del\s+presente\s+\w+)?|soggetti(?=\s\s|\s+(?:destinatari|obbligati)\b)|codest[aei]\s+società|carrier|compagni[ae]|SS\.\s?(?:LL|VV)\.?|parte\s+(?:notificata|destinataria)"
    r"|(?-i:[A-Z])[\w&']*(?:\s(?-i:[A-Z])[\w&']*){0,4},?\s+(?:S\.?\s?p\.?\s?A|S\.?\s?r\.?\s?l))\b\.?"
)
_BY_IT = (
    r"(?:(?:ai\s+sensi|a\s+norma|in\s+applicazione|in\s+esecuzione|in\s+forza|per\s+effetto|a\s+seguito|(?:per\s+l|ai\s+fini\s+dell)'\s?esecuzione"
    r"|in\s+(?:ottemperanza|conformità|adempimento|ossequio|attuazione|base))\s[^;:]{1,160}?,\s+)?"
)
_SUBJECT = deferred(
    rf"\W{{0,12}}{ARTICLE}?(?:\(?\w{{1,2}}[.)]\s+|\d{{1,2}}\s*[–-]\s+)?"
    rf"{_BY_IT}(?:per\s+quanto\s+di\s+(?:rispettiva\s+)?competenza,\s+)?"
    r"(?:con\s+(?:ess[oaie]|tal[ei]\s+\w+|dett[oaie]\s+\w+)\s*,?\s+)?"
    r"(?:(?:pertanto|conseguentemente|per\s+l'effetto|di\s+conseguenza)\W+)?"
    rf"(?:(?:tutti|tutte|codest[eio]|quest[ei]|i|gli|le|la|il|l'|spett\.?le)\s*){{0,3}}"
    rf"(?:predett\w\s+|suddett\w\s+|citat\w\s+)?(?:società\s+)?{_WHO}",
    re.IGNORECASE,
)
_OPENING = deferred(
    rf"\W{{0,12}}{ARTICLE}?(?:\(?\w{{1,2}}[.)]\s+)?{_BY_IT}(?:(?:pertanto|conseguentemente|quindi|per\s+l'effetto)\W+)?",
    re.IGNORECASE,
)
_RELATIVE = deferred(
    r"(?:,\s*(?:ed?\s+)?(?:in\s+forza|in\s+esecuzione|per\s+effetto|ai\s+sensi)\s+de(?:l|lla|i|lle)\s+qual[ei]\s+(?:(?:codest\w+|tutti|i|gli|le)\s+){1,2}"
    rf"(?:società|{_WHO}))\W*\Z"
    r"|,\s*(?:ed?\s+)?(?:la\s+quale|il\s+quale|i\s+quali|le\s+quali|che)\W+"
    rf"(?:{_ADVERB}\W+|per\s+l'effetto\W+)*\Z",
    re.IGNORECASE,
)
_ORDERS = deferred(
    r"\b(?:(?:notifica|trasmette|unito|allegato)[^;:]{0,60}\b(?:decreto|ordinanza|provvedimento|determina|delibera|determinazione)|ordina|dispone|ingiunge|conferma|ribadisce|estende|impone|condanna|prescrive|intima)\b",
    re.IGNORECASE,
)
# What makes it no duty: conditions, requests, what others say, what is refused or lifted.
_UNFIT = deferred(
    r"\b(?:non|né|se|qualora|ove|laddove|quando|cui|secondo|rigett\w+|respin\w+|chied\w+|richie\w+"
    r"|domand\w+|istanz\w+|propon\w+|sostien\w+|deduc\w+|assum\w+|ritien\w+|ritenut\w+|invit\w+|valut\w+"
    r"|potr\w+|revoc\w+|annull\w+|sospen\w+|sospes\w+|cess\w+|lament\w+|afferm\w+|preved\w+|previst\w+|vorr\w+"
    r"|consider\w+|premess\w+|rilev\w+|osserv\w+|eventual\w+|conclu\w+)\b",
    re.IGNORECASE,
)
# *I siti … dovranno essere oscurati*: what is blocked is the subject.
_PASSIVE = deferred(
    r"(?P<subject>(?:tutti\s+|anche\s+)?(?:(?:i|il|gli|la|le|ogni)\s|l'\s?)(?:(?:predett|suddett|seguent|medesim)\w\s+)?"
    r"(?:accesso|navigazione|risoluzione|connessione|sit[oi]|domini\w?|portal[ei]|piattaform[ae]|nom[ei]\s+(?:a|di)\s+domini\w+|risors[ae]|indirizz[oi]|FQDN|hostname))\b"
    rf"[^;]{{0,600}}?\b(?:(?:dovr(?:à|anno)|dev(?:e|ono))\s+(?:{_ADVERB}\s+)?essere|vanno|va|(?P<present>è|sono|viene|vengono))\s+(?:\w+mente\s+)?"
    r"(?:inibit|bloccat|oscurat|disabilitat|preclus|interdett|impedit|filtrat|res[oaie]\s+(?:inaccessibil|irraggiungibil|non\s)"
    r"|(?:assoggettat|sottopost)[oaie]\s+(?:a|ad)\s+(?:blocco|oscuramento|inibizione|filtraggio|sequestro\s+preventivo))\w*",
    re.IGNORECASE,
)
# *DELIBERA* - i fornitori *inibiscano l'accesso*: the verb that heads the items orders it.
_WISHED = deferred(r"\w+(?:isc|preclud|interdic)ano\b|\w+ino\b", re.IGNORECASE)
_UNDER_VERB = deferred(r"\b(?:DELIBERA|DETERMINA|DISPONE|ORDINA|DECRETA)\W*\Z")
_NEAR = 60
_ARTICLE = deferred(r"(?m)^[ \t]*art(?:icolo|\.)\s*\d[^;:]{0,300}\Z", re.IGNORECASE)
# *I fornitori di cui all'articolo 1, comma 535, della legge n. 266 del 2005*: who they are.
_OF_LAW = deferred(
    r"\b(?:di\s+cui|indicati|individuati)\s+(?:al|alla|ai|all'|dall'|nell')\s?(?:articol[oi]|artt?\.|comm[ai]|punt[oi])\s*(?:\d+|un\w+)",
    re.IGNORECASE,
)
# Numbered items right behind the verb that heads the operative part are articles, too.
_NUMBERED = deferred(r"\s{0,40}1[.)][ \t]")
_NUMBER = deferred(r"(?m)^[ \t]*\d{1,2}[.)][ \t][^;:]{0,300}\Z")
_TOLD = deferred(r",\s*(?:ai|alle)\s+quali\s[^,;:]{3,80},")
# *Gli operatori che in relazione ad esse forniscono servizi*, as the laws on gaming say.
_ACTIVITY = deferred(
    r"\bche[\s,]+(?:(?:in\s+relazione|rispetto|relativamente)\s+(?:ad?\s+ess[aeio]|all[ae]\s+(?:\w+\s+)?ret[ei]|al\s+servizio)[\s,]+"
    r"|ad\s+ess[aeio]\s+|su\s+(?:tali|dette)\s+reti\s+)?(?:svolg|oper|forn|offr|prest|erog|esercit|gest)\w+",
    re.IGNORECASE,
)
_SENTENCE_START = deferred(
    r"[;:]|(?<=[\w)»”\"]{2})\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n|\n[ \t]*(?=\(?\w{1,2}[.)]\s)"
)
_LISTED_BELOW = deferred(
    r"\b(?:seguent[ei]|(?:qui\s+)?di\s+seguito|sotto|in\s+calce|sottonotat[ei]|sottoelencat[ei])\b",
    re.IGNORECASE,
)
# A list that a duty goes on to: *Di seguito i siti da inibire:*.
_TO_BE = deferred(rf"\b{TO_BE}(?=\s+(?:{_BLOCK})[^.;:]{{0,60}}:)", re.IGNORECASE)
# An order that is passed on: *il giudice ha imposto il blocco …. Si chiede di darvi corso*.
_SENT_ACT = (
    r"(?:(?<=[.;:]\s)|(?<=\n)|(?<=[.)]\s\s))\s{0,4}(?:(?:\d{1,2}[.)]\s+)?(?:il|la|l')\s?)(?:(?:predett|citat|allegat|unit|suddett)[oa]\s+)?(?:decreto|ordinanza|provvedimento)"
    r"(?:\s+(?:in\s+(?:oggetto|allegato|parola)|allegat[oa]|unit[oa]|citat[oa]|predett[oa]|suddett[oa]))?"
)
_TOLD_OF = deferred(
    r"\b(?:giudice|G\.?\s?I\.?\s?P\b\.?|A\.\s?G\.|P\.\s?M\.|tribunale|corte|procura|procuratore|pubblico\s+ministero|autorità|garante|commissione|consiglio|direttore|istituto|agenzia|ministero)(?!\w)[^;:]{0,160}?"
    r"\bha\s+(?:ordinato|disposto|imposto|ingiunto|prescritto|decretato|stabilito|deciso|deliberato)(?:,[^,;:]{3,80},|\s+(?:in\s+via\s+)?d'urgenza)?\s+"
    r"(?P<what>(?:il|lo|la|l'|di|che|ai|agli|alle)[\s\w])"
    r"|\b(?:decreto|ordinanza|provvedimento|delibera|determina)\b[^;:]{0,160}?[\s,](?:che|(?:il|la)\s+quale|con\s+(?:(?:il|la)\s+quale|cui)\s+si)\s+"
    r"(?:ordina|dispone|impone|ingiunge)\s+(?P<that>(?:il|lo|la|l'|di|che|ai|agli|alle)[\s\w])"
    r"|(?<![\w'])(?:(?:il|detto|tale|esso|suddetto|predetto)\s+(?:provvedimento|decreto|ordine)|(?:l'|tale\s+|detta\s+)ordinanza|(?:i|detti|tali|predetti)\s+(?:provvedimenti|decreti)"
    r"|(?:la|tale|detta|suddetta|predetta)\s+(?:delibera|determina|determinazione|sentenza))(?:\s+(?:in\s+(?:riferimento|oggetto)|allegat[oa]|unit[oa]|citat[oa]))?,?\s+"
    r"(?:ordina(?:no)?|dispon(?:e|gono)|impon(?:e|gono)|ingiung(?:e|ono)|prescriv(?:e|ono))\s+(?P<itself>(?:il|lo|la|l'|di|che|ai|agli|alle|a)[\s\w])"
    # *Il decreto dispone l'oscuramento*, *il decreto con cui è stato disposto il blocco*.
    rf"|(?:{_SENT_ACT}(?:\s+(?:dispone|ordina|impone))"
    r"|\b(?:decreto|ordinanza|provvedimento|delibera|determina(?:zione)?)\b[^;:]{0,160}?[\s,](?:(?:con\s+)?(?:(?:il|la)\s+quale|cui)\s+)?"
    r"(?:è|sono)\s+stat[oaie]\s+(?:ordinat|dispost|impost|ingiunt)[oaie])"
    r"(?:,[^,;:]{3,80},)?\s+(?P<stated>(?:il|lo|la|l'|di|che|ai|agli|alle)[\s\w])"
    r"|(?:\bha|\b(?:è|era)\s+stato)\s+(?:emesso|emanato|adottato|pronunciato)(?:,[^,;:]{3,80},)?\s+(?:il\s+|un\s+|l'unito\s+|l'allegato\s+)?(?P<issued>decreto\s+di\s+sequestro\s+preventivo\b)",
    re.IGNORECASE,
)
_TO_CARRY_OUT = deferred(
    r"\b(?:si\s+(?:chiede|prega|richiede|invitano)|vorranno|vogliano)\s[^.;:]{0,80}?(?:darvi|dare|assicurar\w+|curar\w+|darne)\s+"
    r"(?:\w+\s+)?(?:l')?(?:corso|esecuzione|attuazione)\b"
    r"|\b(?:del\s+quale|di\s+cui|se\s+ne)\s+(?:si\s+)?(?:chiede|richiede|dispone)\s+(?:l[a']\s?)?(?:\w+\s+)?(?:esecuzione|attuazione)\b"
    r"|\b(?:vorranno|vorrà)\s[^.;:]{0,60}?\b(?:provvedere|procedere)"
    r"(?=[.,]|[^.;:]{0,60}?\b(?:oscura|blocc|inibi|esecuzion|adempi|disabilit|conformit))"
    r"|\b(?:trasmett|invi|notific|comunic|inoltr)\w+[\s,][^.;:]{0,40}?\bper\s+(?:la\s+\w+\s+e\s+per\s+)?(?:l'\s?|la\s+)?(?:\w+\s+)?(?:esecuzione|ottemperanza|adempimento)\b"
    r"|\b(?:codest\w+|i)\s+(?:fornitor|prestator|operator|provider|società)\w*\s[^.;:]{0,60}?\b(?:provveder|adempir|ottemperer|eseguir|darann|darà)\w*"
    r"|^[^\w\n]*oggetto\s*:[^\n]{0,100}\besecuzione\b"
    r"|\b(?:conferma|riscontro|assicurazione)\s+(?:dell'\s?|circa\s+l'\s?)?avvenut[oa]\s+(?:esecuzione|adempimento|oscuramento|blocco)\b"
    r"|\bobbligo\s+di\s+dar(?:e|vi)\s+(?:\w+\s+)?esecuzione\b"
    r"|\b(?:tenut|obbligat|invitat)[oaie]\s+a\s+dar(?:e|vi|ne)\s+(?:\w+\s+)?(?:esecuzione|corso|attuazione)\b"
    r"|\b(?:fornitori|operatori|gestori|prestatori|provider|società|isp)\b[^.;:]{0,60}?\s(?:daranno|dovranno\s+dar(?:e|vi)|diano)\s+(?:\w+\s+)?(?:esecuzione|corso|attuazione)\b"
    r"|\bsi\s+(?:chiede|prega|richiede|invita(?:no)?)\s[^.;:]{0,80}?\b(?:provvedere|procedere)\s+(?:\w+mente\s+)?"
    r"(?:all'\s?(?:oscurament|inibizion|esecuzion|interdizion|adempiment)|al\s+blocc|alla\s+disabilitazion)\w*"
    r"|\bsi\s+invita(?:no)?\s[^.;:]{0,60}?\ba\s+dar(?:e|vi|ne)\s+(?:\w+\s+)?(?:esecuzione|corso|attuazione)\b",
    re.IGNORECASE | re.MULTILINE,
)
# Said to those who give access, it binds them: *si notifica il decreto con cui è stato disposto*.
_NOTIFIED = deferred(r"\bsi\s+notifica(?:no)?\s", re.IGNORECASE)
# An authority asks to carry out what it ordered: *si chiede, come disposto dal provvedimento, di*.
_AS_ORDERED = deferred(
    r"\b(?:ai\s+sensi|a\s+norma|in\s+(?:applicazione|attuazione|esecuzione|forza|ottemperanza)|con\s+riferimento\s+(?:ai\s+poteri|alle\s+funzioni|ai\s+compiti)\s+di\s+cui)\s"
    r"(?:[^;:\n]|\n(?![ \t]*\n)){3,200}?,\s+(?:vi\s+)?si\s+"
    r"(?:(?:chiede|richiede|intima)\s+a\s+codest[eio]\s+\w+|invitano\s+codest[eio]\s+\w+)\s+"
    r"(?P<law>(?:di|a)\s+(?:voler\s+|provvedere\s+a\s+)?)"
    # Of a judge's decree an office of police asks so.
    r"|\b(?:in\s+(?:esecuzione|ottemperanza|attuazione)\s+de|con\s+riferimento\s+a)(?:l|lla|ll')\s?(?:predett\w\s+|unit\w\s+)?(?:decreto|ordinanza|provvedimento)\s"
    r"(?:[^;:\n]|\n(?![ \t]*\n)){0,160}?,\s+si\s+(?:richiede|chiede|invita|prega)\s+"
    r"(?:codest\w+\s+\w+\s+)?(?P<police>(?:di|a|ad)\s(?=\s?\w+re\b))"
    r"|\b(?:in\s+(?:esecuzione|ottemperanza|attuazione)\s+de)(?:l|lla|ll')\s?(?:predett\w\s+|unit\w\s+)?(?:decreto|ordinanza|provvedimento)\s"
    r"(?:[^;:\n]|\n(?![ \t]*\n)){0,160}?,\s+(?:vogli(?:ano|a)|vorr(?:anno|à))\s+"
    r"(?:codest\w+\s+\w+\s+)?(?P<will>(?:inibire|bloccare|oscurare|disabilitare|impedire|precludere|interdire|provvedere|procedere)\s)"
    r"|\b(?:(?:vi\s+si|si|le\s+si)\s+(?:chiede|richiede|prega|intima)|si\s+invitano\s[^.;:,]{3,80}?)[\s,]+"
    r"(?:(?:così\s+)?come\s+(?:disposto|ordinato|deliberato|stabilito|prescritto|imposto)\s[^.;:,]{0,60}?|in\s+(?:esecuzione|ottemperanza|attuazione)\s+de[^.;:,]{0,60}?)"
    r"\b(?:provvedimento|delibera|decreto|ordinanza|determina|determinazione|ordine)\b(?:[^.;:,]|\bn\.\s?(?=\d)){0,60},\s+(?P<what>(?:di|a)\s)",
    re.IGNORECASE,
)
# For another's information, or of another order.
_ANOTHER = deferred(
    r"\b(?:precedent\w+|divers[oaie]|a\s+suo\s+tempo|altr[oaie]|in\s+passato|già|per\s+(?:\w+\s+)?(?:conoscenza|informazione))\b"
    r"|\b(?:nei\s+confronti|a\s+carico)\s+d[^;:]{0,60}?\bS\.?\s?(?:p\.?\s?A|r\.?\s?l)\b",
    re.IGNORECASE,
)
_MOST = 50
_REFUSED = deferred(r"\b(?:non|né|rigett\w+|respin\w+)\b", re.IGNORECASE)
_BY_LAW = (
    r"\s+(?:ai\s+sensi|a\s+norma)\s+(?:(?:dell?|del|della|dei|art|artt|articol[oi]|comm[ai]|lett|n|nn|ed?|decreto|legge|legislativo|d|l|lgs|bis|ter"
    r"|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|\d{1,5})\b[\s,.'()/-]{0,4}){1,40}"
)
_PROPOSED = deferred(
    r"\b(?:esempi|modell|propost|segnalat|richiest|suggerit|indicat[ie]\s+da)\w*", re.IGNORECASE
)
# *Si trasmette l'elenco dei siti da inibire:*.
_SENT = deferred(
    r"\bsi\s+(?:trasmette|comunica|invia)(?:no)?\s[^.;:]{0,60}?\b(?:elenco|lista)\s+(?:aggiornat\w\s+)?de(?:i|gli)\s+"
    rf"(?P<list>{TO_BE})(?P<tail>\s+(?:{_BLOCK})(?:{_BY_LAW}|[^.;:]{{0,60}}):)",
    re.IGNORECASE,
)
_WHICH = deferred(r"\bche\b|\bqual[ei]\b")
_BLOCKS = deferred(rf"\b(?:{STRONG}|{WEAK}|astener)", re.IGNORECASE)
_REACH = 400


def duties(plain: str, start: int, end: int) -> Iterator[int]:
    """Yield where the words begin that block, behind *i fornitori dovranno*."""
    bound = False
    for modal in _MODAL.finditer(plain, start, end):
        before = plain[max(start, modal.start() - _REACH) : modal.start()]
        if not (modal["present"] or _BLOCKS.search(plain, modal.end(), modal.end() + _REACH)):
            continue
        above = before
        before = _OF_LAW.sub(" ", _SENTENCE_START.split(before)[-1])
        if _UNFIT.search(before):
            continue
        # In the present only an article of a decree binds: *Art. 1. I fornitori impediscono*.
        wished = modal["present"] and _WISHED.match(modal["present"])
        if wished and not _UNDER_VERB.search(plain, max(0, start - _NEAR), start):
            continue
        if modal["present"] and not (wished or _in_article(plain, start, above)):
            continue
        relative = _RELATIVE.search(before)
        who = _SUBJECT.match(before)
        led = relative is not None and _ORDERS.search(before, 0, relative.start()) is not None
        said = _TOLD.sub(" ", _ACTIVITY.sub("", before[who.end() :])) if who else ""
        if led or (who and not _WHICH.search(said)):
            bound = True
            yield modal.end()
    yield from passed_on(plain, start, end)
    for sent in _SENT.finditer(plain, start, end):
        above = plain[max(start, sent.start() - _REACH) : sent.start()]
        said = _SENTENCE_START.split(above)[-1] + sent[0]
        if not (_UNFIT.search(said) or _PROPOSED.search(said)):
            yield sent.start("list")
    if not bound:
        return
    for announced in _TO_BE.finditer(plain, start, end):
        above = plain[max(start, announced.start() - _REACH) : announced.start()]
        if not _UNFIT.search(_SENTENCE_START.split(above)[-1]):
            yield announced.start()


def _in_article(plain: str, start: int, above: str) -> bool:
    """Whether words stand in an article of a decree, where the present binds."""
    if _ARTICLE.search(above):
        return True
    return _NUMBERED.match(plain, start) is not None and _NUMBER.search(above) is not None


def passed_on(plain: str, start: int, end: int) -> Iterator[int]:
    """Yield where the words begin of an order that a letter passes on, to be carried out."""
    told = [*_TOLD_OF.finditer(plain, start, end)]
    asked = [*_AS_ORDERED.finditer(plain, start, end)]
    if not (told or asked) or LIFTED.search(nameless(plain[start:end])):
        return
    requests = [found.start() for found in _TO_CARRY_OUT.finditer(plain, 0, end)]
    if is_letter(plain):
        requests += [found.start() for found in _NOTIFIED.finditer(plain, 0, end)]
    # Of several orders that are told of, the request is for the one beside it.
    reach = _REACH if len(told) > 1 else end
    carried = [
        found
        for found in told
        if any(found.start() - _REACH <= at <= found.end() + reach for at in requests[:_MOST])
        and not _ANOTHER.search(_sentence_of(plain, start, found))
    ]
    for found in carried:
        if not _refused(plain, start, found):
            yield found.start(found.lastgroup or "what")
    for found in asked:
        if not _refused(plain, start, found):
            yield found.end("law") if found["law"] else found.start(found.lastgroup or "what")


def _refused(plain: str, start: int, found: re.Match[str]) -> bool:
    """Whether the sentence up to the end of a match says *non*, or that it was refused."""
    said = _sentence_of(plain, start, found)
    return _REFUSED.search(said, 0, len(said) - len(_rest(plain, found))) is not None


def _sentence_of(plain: str, start: int, found: re.Match[str]) -> str:
    before = plain[max(start, found.start() - _REACH) : found.start()]
    return _SENTENCE_START.split(before)[-1] + found[0] + _rest(plain, found)


def _rest(plain: str, found: re.Match[str]) -> str:
    """Return the rest of the sentence, up to a list."""
    return _SENTENCE_START.split(plain[found.end() : found.end() + _REACH])[0]


def passive_duties(plain: str, start: int, end: int) -> Iterator[int]:
    """Yield where a sentence begins that says of sites that they have to be blocked."""
    starts = [start, *(found.end() for found in _SENTENCE_START.finditer(plain, start, end))]
    for begin in starts:
        opening = _OPENING.match(plain, begin, end)
        at = opening.end() if opening else begin
        found = _PASSIVE.match(plain, at, end)
        said = nameless(found[0]) if found else ""
        if found is None or _UNFIT.search(said) or _SENTENCE_START.search(said):
            continue
        above = plain[max(start, at - _REACH) : at]
        if found["present"] and not _in_article(plain, start, above):
            continue
        yield at


def _listed(plain: str, start: int, end: int) -> Iterator[int]:
    """Yield the passive duties of sites that are listed below them."""
    for at in passive_duties(plain, start, end):
        if _LISTED_BELOW.search(_SENTENCE_START.split(plain[at : at + _REACH])[0]):
            yield at


def first_duty(plain: str) -> int:
    """Return where the paragraph begins that holds the first duty, or -1."""
    kinds = (duties, relative_duties, _listed)
    found = [at for kind in kinds for at in kind(plain, 0, len(plain))]
    at = min(found, default=-1)
    return plain.rfind("\n\n", 0, at) + 2 if at >= 0 else -1
