"""CONDITIONS: words by which a block holds only if something happens, or only for some users.

A block is for all users at once. So an order with a condition, or for minors or those who ask for
it, gives no target: a person must see whether it holds.
"""

from __future__ import annotations

import re

from .deferredpattern import deferred

_IF = deferred(
    r"(?<!anche\s)(?<![\w.@/-])(?:qualora|laddove|allorché|allorquando|ove(?!\s+necessari|\s+occorr"
    r"|\s+possibil|\s+tecnicamente)|(?<!\bda\s)quando|purché|semprechè|sempreché|sempre\s+che|a\s+meno\s+che"
    r"|salvo\s+(?:che|se|ove|il\s+caso|nel\s+caso)|a\s+condizione|a\s+patto|nell'(?:ipotesi|eventualità)"
    r"|nel(?:lo)?\s+(?:sol[oa]\s+)?caso|in\s+(?:difetto|mancanza|assenza)(?!\s+d(?:i|el|ella|elle|ell')\s?(?:\w+\s+)?"
    r"(?:iscrizion|autorizz|titol|concession|licenz|abilitaz|permess))|in\s+caso\s+contrario|altrimenti"
    r"|(?:sol[oa]|soltanto|solamente|unicamente|esclusivamente|non)\s+(?:dopo|quando|se|ove|qualora|a\s+seguito"
    r"|a\s+partire|a\s+far|in\s+caso|una\s+volta|all'esito|prima|previ[ao]|decors\w+)|dopo\s+che|una\s+volta(?:\s+che|\s+\w+t[oaie]\b)"
    r"|decors\w+\s+(?:inutil|infruttuos|vanament)\w+|(?:decors|trascors|spirat|scadut)\w*\s[^,;:.]{0,60}?\bsenza\s+che"
    r"|all'esito|subordina\w+|condizionat\w+|fin(?:tanto\s)?ché\s+non|ammesso\s+che"
    r"|fin(?:tanto|o\s+a\s+quando)\s+che|non\s+appena|dopo\s+(?:la|il|l'|aver)|previ[ao]\s+(?:\w+\s+){0,2}?"
    r"(?:verific|accertament|richiest|istanz|prestazion|versament|cauzion|segnalazion|consens|autorizzazion|adesion|accord|conferm|pagament|valutazion)\w*"
    r"|in\s+(?:via\s+)?(?:subordinata|subordine|alternativa)|alternativamente|facoltativamente|eventualmente|a\s+(?:sua|loro|propria)\s+(?:scelta|discrezione)"
    r"|per\s+quanto\s+possibile|a\s+(?:far\s+data|decorrere|partire)\s+da(?:l|lla|ll')\s?(?:passaggio|deposito|versamento|\w+\s+che(?=\s+(?:sarà|seguirà|verrà|perverrà)))"
    r"|se(?!\s+(?:del\s+caso|necessari|occorr|possibil|mai\b|stess)))(?![\w.-])[^,;.]{0,60}",
    re.IGNORECASE,
)
_IN_CASE = deferred(r"\bin\s+(?:ogni\s+)?caso\s+di\s[^,;.]{0,60}", re.IGNORECASE)
_PENALTY = deferred(r"\bpenal|\bsomma\b|€|\beuro\b|\bsanzion|\b614", re.IGNORECASE)
_BREACH = deferred(
    r"in\s+(?:ogni\s+)?caso\s+di\s+(?:\w+\s+){0,2}?(?:ritard|inottemper|inadempi|inosserv|violazion|recidiv"
    r"|mancat\w\s+(?:\w+\s+)?(?:ottemper|adempi|osserv|esecuzion|attuazion))",
    re.IGNORECASE,
)
_ITALIAN = (
    r"(?!\s+(?:italian|situat|ubicat|residenti\s+in\s+italia|resident\w+\s+sul|del\s+territorio"
    r"|operant|connessi\s+dal))"
)
_SOME = deferred(
    r"\b(?:minor(?:[ei]|enni|enne)\b|(?:di|con)\s+età|infra(?:diciott|quattordic)\w+|infanzia|parental\s+control"
    r"|(?:che|i\s+quali)\s+(?:ne|lo|la)\s+(?:facciano|fanno|abbiano\s+fatt|richied|chied|desider|attiv|vogli)\w*"
    r"|(?:che|i\s+quali)\s+(?:abbiano|hanno)\s+(?:\w+\s+)?(?:richiest|attivat|aderit|sottoscritt|scelt|prestat)\w+"
    r"|a\s+chi\s+(?:non\s+)?(?:abbia|ha|sia|è)\b|dalle\s+proprie\s+reti\s+intern"
    r"|che\s+(?:aderis|sottoscriv|opt)\w+|(?:su|a)\s+(?:espressa\s+)?richiesta\s+(?:del|dell'|degli|dei|della)\s?"
    r"(?:singol\w+\s+)?(?:utent|client|abbonat|genitor|interessat|titolar)|(?:utenti|clienti|abbonati)\s+richiedenti"
    r"|limitatamente\s+(?:agli|ai|alle)\s+(?:sol[ei]\s+)?(?:utenti|utenze|clienti|abbonati|scuole|linee|reti|contratti)"
    + _ITALIAN
    + r"|(?:ai|agli|dei|degli|per\s+i|per\s+gli|i|gli)\s+sol[ie]"
    r"\s+(?:utenti|clienti|abbonati|titolari)" + _ITALIAN + r"|dall'\s?estero|da\s+paesi"
    # Where a server stands says nothing of users.
    r"|(?<!\bpost[oaie]\s)(?<!cat[oaie]\s)(?<!uat[oaie]\s)(?<!zzat[oaie]\s)(?<!itat[oaie]\s)fuori\s+(?:dal|dell')"
    r"|nelle\s+(?:sole\s+)?ore"
    r"|nei\s+(?:soli\s+)?giorni"
    r"|dalle\s+(?:ore\s+)?\d|durante\s+(?:gli|le|i|la|il|l')"
    r"|in\s+parte(?!\s+(?:motiva|narrativa|dispositiva|qua|attrice|ricorrente))|parzialmente|in\s+(?:via\s+di\s+)?prova\b"
    r"|(?:ad\s+opera|a\s+cura|da\s+parte)\s+dei\s+genitori"
    r"|(?:utenti|clienti|abbonati|utenze|account)\s+"
    r"(?:sospes|registrat|iscritt|bannat|moros|inadempient|esclus|stranier|specific|determinat"
    r"|segnalat|individuat|indicat|abusiv|non\s+autorizzat|non\s+abilitat|che\s+non\b)\w*"
    r"|(?:sui|sulle|dai|dalle|nei|nelle|per\s+i|per\s+le|ai|alle|agli|dei|delle|degli)\s+sol[ie]\s+(?!sit|domin|nom|portal|piattaform|indirizz|url|pagin|contenut"
    r"|sottodomin|risors|operator|fornitor|provider|resistent|ulterior|seguent|utent|client|abbonat|titolar|mirror|alias|sistem|server|fini|access)\w+"
    r"|(?:in\s+uso|assegnat[ie]|in\s+dotazione)\s+(?:a|ai|agli|alle)\s*\w+|(?:dipendent[ei]|lavorator[ei]|student[ei]|alunn[oi]|impiegat[oi])(?=\s+di|[\s,.;]|\Z)"
    r"|(?:utenti|clienti|abbonati|utenze)\s+(?:business|aziendal\w+|consumer"
    r"|scolastic\w+|minor\w+|di\s+minore)"
    r"|(?:nelle|dalle|alle|delle|per\s+le|presso\s+le|degli?)\s+(?:scuole|biblioteche|istituti\s+scolastici|uffici\s+pubblici))"
    r"[^,;.]{0,40}",
    re.IGNORECASE,
)
# Right before the verb: *limitatamente ai minori, ordina*.
_LED = deferred(
    r"(?:(?<![^,;:.])|(?<=[,;:.]\s))\s*(?:in\s+(?:ogni\s+)?caso\s+di|limitatamente|nei\s+soli|nelle\s+sole|per\s+(?:i|le|gli)\s+sol[ie]|su\s+(?:espressa\s+)?richiesta"
    r"|nelle\s+ore|dalle\s+ore|durante|ad\s+opera|a\s+cura|solo|soltanto|parzialmente|in\s+parte)\s[^,;:.]{2,80},\s*\Z",
    re.IGNORECASE,
)
_SENTENCE = deferred(
    r"[\w)»”\"]{2}\.\s+(?=[A-ZÀ-Ü])"
    r"|\n[ \t]{0,80}\n[ \t]{0,80}"
    r"(?=(?:Si\s+riserva|Avverso|Contro|Rigetta|Respinge|Spese|Nulla|Manda)\b)"
    r"|;(?!\s*(?:[-–—•*·▪]|\(?\w{1,3}[.)]|\S{1,253}\.\w))"
)
_FUTURE = deferred(
    r"\b(?:nonché|ed?|ovvero|oltre\s+che|oltre|così\s+come)\s+(?:(?:a|ad|ai|agli|alle|di|per|tutti|tutte|i|gli|le|anche)\s+){0,3}"
    r"(?:ogni|qualsiasi|qualunque|qualsivoglia|(?:eventual|futur|ulterior|altr)\w+)\b",
    re.IGNORECASE,
)
# Between two dashes, how it may be done: *- quali il DNS e, laddove possibile, l'IP -*.
_MEANS = deferred(r"\s[-–—]\s(?:quali|quale|come|ad\s+esempio)\s[^;:–—]{3,300}?\s[-–—](?=\s)")
# *In accoglimento della domanda subordinata*: which claim was granted.
_GRANTED = deferred(
    r"\b(?:in\s+(?:parziale\s+)?accoglimento\s+d(?:i\s+quella|ella\s+(?:domanda|richiesta|istanza)|ell'\s?istanza)"
    r"|(?:accoglie|accogliendo|accolta)\s+(?:quella|la\s+(?:domanda|richiesta)|l'\s?istanza))\s+(?:\w+\s+){0,3}?subordinata\b",
    re.IGNORECASE,
)
# What is excepted in a remark is read as that: *(fatta salva la sezione per le scuole …)*.
_EXCEPTED = deferred(
    r"\((?:fatt[oaie]\s+salv|salv[oaie]|eccett|esclus|tranne|ad\s+e(?:ccezi|sclusi)one)[^()]{0,400}\)",
    re.IGNORECASE,
)
_QUOTED = 70


def condition(before: str, said: str) -> str:
    """Return the words that make a block conditional, or a matter of some users; or ``""``.

    Args:
        before: what stands before the verb in its sentence.
        said: the clause from its verb on.
    """
    before, said = _GRANTED.sub(" ", before), _EXCEPTED.sub(" ", _GRANTED.sub(" ", said))
    end = _SENTENCE.search(said)
    sentence = said[: end.end()] if end else said
    future = _FUTURE.search(sentence)
    sentence = _MEANS.sub(" ", sentence[: future.start()] if future else sentence)
    found = _IF.search(before) or _LED.search(before) or _first(sentence)
    return _quote(found[0]) if found else ""


def _first(sentence: str) -> re.Match[str] | None:
    found = _IF.search(sentence) or _SOME.search(sentence)
    if found:
        return found
    for case in _IN_CASE.finditer(sentence):
        if not (_BREACH.match(case[0]) and _PENALTY.search(sentence)):
            return case
    return None


def _quote(words: str) -> str:
    said = " ".join(words.split())
    return said if len(said) <= _QUOTED else said[:_QUOTED].rpartition(" ")[0] + " …"
