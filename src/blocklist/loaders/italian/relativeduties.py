"""RELATIVE DUTIES: *i siti, verso i quali gli operatori devono impedire il traffico:* and a list.

The sites stand before the words that bind, as what a relative clause is about. A list behind the
colon that ends the sentence names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .conditions import condition
from .deferredpattern import deferred

_WHO = (
    r"(?:(?:tutti|tutte|codest[eio]|codesti\s+spettabili|quest[ei]|i|gli|le|la|il|l'|spett\.?le)\s*){1,3}"
    r"(?:predett\w\s+|suddett\w\s+)?(?:fornitor[ei]|prestator[ei]|provider|isp|operator[ei]|società|gestor[ei]|destinatari)"
    r"(?:\s+(?:di|del|della|dei|delle)\s+[\w\s]{3,60}?|\s+in\s+indirizzo)?"
)
_REFERS = (
    r"(?:(?:verso|per|contro)\s+(?:i|le)\s+quali|(?:ai|alle|dei|delle)\s+quali"
    r"|nei\s+(?:confronti|riguardi)\s+(?:dei|delle)\s+quali|nei\s+cui\s+(?:confronti|riguardi)"
    r"|(?:a|di|da|verso|per)\s+cui|(?:il|al)\s+cui\s+accesso|cui|(?P<object>che))"
)
_BINDS = (
    r"(?:(?:è|sono|sarà|saranno|restano|resta)\s+(?:pertanto\s+|quindi\s+)?(?:tenut|obbligat)[oaie]\s+ad?"
    r"|dovr(?:à|anno)|dev(?:e|ono)|vorr(?:à|anno)|provveder(?:à|anno)\s+ad?"
    r"|(?=(?:inibiranno|impediranno|bloccheranno|disabiliteranno|oscureranno|precluderanno)\b)"
    r"|(?:applicher|attuer|adotter|eseguir)(?:à|anno))"
)
_SITES = (
    r"\b(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|indirizzi|URL|risorse|piattaforme|voci"
    r"|pagine)\b"
)
# *L'elenco dei siti ai quali, con provvedimento n. 3, questo Istituto ha ordinato di inibire:*.
_ORDERED = deferred(
    rf"(?P<noun>{_SITES})(?P<said>(?:(?!\n[ \t]*\n)[^.;:]){{0,80}}?)[\s,]{_REFERS},?\s+"
    r"(?:con\s+(?:(?!\n[ \t]*\n)[^;:,]){3,80},\s+)?"
    r"(?:quest[oa]|la\s+scrivente|lo\s+scrivente|l')\s?"
    r"(?:istituto|autorità|agenzia|ufficio|commissione|ministero|comando|procura|direzione)\s+ha\s+"
    r"(?:ordinato|disposto|ingiunto|imposto|prescritto)\s+(?:(?:ai|agli|alle)\s+[^.;:]{3,80}?\s)?"
    r"di(?=\s+(?P<does>(?:(?!\n[ \t]*\n)[^.;:]){3,400}):)",
    re.IGNORECASE,
)
_NOUN = deferred(_SITES, re.IGNORECASE)
_DUTY = deferred(
    rf"(?P<noun>{_SITES})"
    rf"(?P<said>(?:(?!\n[ \t]*\n)[^.;:]){{0,200}}?)[\s,]{_REFERS}\s+{_WHO}[\s,]+{_BINDS}"
    r"(?=\s+(?P<does>(?:(?!\n[ \t]*\n)[^.;:]){3,400}):)",
    re.IGNORECASE,
)
_BLOCKS = deferred(
    r"(?:\w+mente\s+)?(?:(?:inib|imped|blocc|oscur|disabilit|preclu|interdi|filtr|neg)\w*r(?:e|ne|vi|li|le)?\b"
    r"|(?:gli|ogni)\s+strument\w\s+di\s+(?:filtraggio|blocco|inibizione|oscuramento)|(?:il|i)\s+(?:blocco|filtri|filtro)\b"
    r"|l'\s?(?:inibizione|oscuramento)\b|inibiranno|impediranno|bloccheranno|disabiliteranno|oscureranno|precluderanno"
    r"|(?:rendere|mantenere)\s+(?:inaccessibil|irraggiungibil|non\s))",
    re.IGNORECASE,
)
# *I siti che i fornitori dovranno oscurare entro due giorni:* no other object may follow.
_BLOCKS_THEM = deferred(
    r"(?:\w+mente\s+)?(?:bloccare|oscurare|inibire|disabilitare|filtrare|rendere\s+(?:inaccessibili|irraggiungibili|non\s+(?:più\s+)?(?:raggiungibili|accessibili)))"
    r"(?:\s+(?:\w+mente|entro|dal\s+territorio|dall'\s?italia|sul\s+territorio|nel\s+territorio|ai\s+(?:propri\s+)?(?:utenti|clienti)|agli\s+utenti|con|mediante|tramite|a\s+partire)\b(?:(?!\b\w+(?:[aei]re|rre)\b|\b(?:il|lo|la|i|gli|le)\s(?!\d|ore\b)|\bl').)*|\s*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_UNFIT = deferred(
    r"\b(?:non|né|se|qualora|ove|laddove|quando|secondo|rigett\w+|respin\w+|chied\w+|chiest\w+|richie\w+|domand\w+|istanz\w+"
    r"|propon\w+|propost\w+|sostien\w+|afferm\w+|valut\w+|potr\w+|potrebb\w+|eventual\w+|revoc\w+|annull\w+|sospen\w+|sospes\w+"
    r"|cess\w+|ripristin\w+|rimoss\w+|rimuov\w+|cancell\w+|elimin\w+|depenn\w+|ritenut\w+|consider\w+|minor\w+)\b",
    re.IGNORECASE,
)
_NOT_ALLOWED = deferred(
    r"\b(?:non\s+(?:\w+mente\s+)?autorizzat|prov?vist\w+\s+di\s+autorizzazion|priv[oi]\s+(?:di|della)\s+\w+)\w*",
    re.IGNORECASE,
)
# Words that lead from the sites that are meant to others.
_AWAY = deferred(
    r"\b(?:imit|clon|copi[aeo]|riprodu|confond|omonim|ospit|host|estrane|simul|simil|richiam|già\b|autorizzat|legittim"
    r"|lecit|ufficial|genuin|original|titolar|esclus|eccett|salv|tranne|quell[ie]\b|tutela|dannegg|vittim|offes)\w*",
    re.IGNORECASE,
)
# The sentence says that it hands the sites over now, and nothing of them but what they are.
_SENDS = r"(?:comunic|trascriv|indic|elenc|riport|trasmett|invi|individu|inseri|aggiung|pubblic)"
_HANDS_OVER = deferred(
    r"\W{0,9}(?:\(?\w{1,2}[.)]\s+)?(?:(?:ai\s+sensi|a\s+norma|in\s+(?:applicazione|attuazione|esecuzione|forza|base)|visto|tenuto\s+conto|pertanto|quindi|con\s+la\s+presente)\b[^;:]{0,200}?,?\s+)?(?:(?:di|qui\s+di)\s+seguito\s+)?"
    rf"(?:si\s+(?:{_SENDS}\w*)(?:\s+(?:pertanto|quindi|qui|di\s+seguito|in\s+particolare|in\s+allegato|altresì|inoltre))*(?:,\s+per\s+ciascun\w*\s+\w+,)?(?:\s+che\s+nella\s+lista[^;:]{{0,120}}?\b(?:sono|vengono)\s+inserit\w)?"
    rf"|segu(?:e|ono)|(?:sono|vengono)\s+(?:(?:pertanto|quindi|di\s+seguito|qui)\s+)*{_SENDS}\w*t[ei]|nella\s+lista\s+(?:entrano|sono\s+inserit[ei])|nell'elenco\s+(?:entrano|sono\s+inserit[ei]))"
    r"\s+(?:(?:l'\s?|la\s+|un\s+|il\s+)?(?:elenco|lista)\s+(?:aggiornat\w\s+)?(?:de[il]|delle|degli)\s*)?(?:(?:gli|i|le|il)\s+)?(?:indirizzi\s+dei\s+|nomi\s+dei\s+|nomi\s+(?=a\s+dominio))?(?:(?:seguenti|ulteriori|nuov[ie])\s+)*"
    r"(?:il\s+)?(?:sito\s+e\s+le\s+)?\Z",
    re.IGNORECASE,
)
_WHICH_ARE = deferred(
    r"(?:\s*,?\s*(?:web|internet|seguenti|non\s+autorizzat[ei]|illegal[ei]|illecit[ei]|abusiv[ei]|irregolar[ei]|pirata|fraudolent[ei]|che\s+offrono\s+(?:abusivamente\s+)?[\w\s-]{3,60}|con\s+contenuti\s+vietati"
    r"|priv[ie]\s+(?:di|della|delle)\s+(?:\w+\s+){0,2}\w+|senza\s+(?:autorizzazione|concessione|titolo)|in\s+(?:difetto|assenza)\s+di\s+\w+|e|ed|da\s+inibire))*\s*,?\s*",
    re.IGNORECASE,
)
# Whose access it is: that to the sites, and no other object.
_TO_THEM = deferred(
    r"(?:\w+mente\s+)?(?:\w*r(?:e|ne|vi|li|le)\s+)?(?:(?:gli|ogni)\s+strument\w\s+di\s+(?:filtraggio|blocco|inibizione|oscuramento)|(?:il|i)\s+(?:blocco|filtri|filtro)|l'\s?(?:inibizione|oscuramento)"
    r"|(?:l'\s?|il\s+|la\s+|lo\s+|ogni\s+)?(?:\w+mente\s+)?(?:accesso|traffico|transito|collegamento|raggiungibilità|risoluzione|navigazione|connessione|visualizzazione|visione|fruizione|consultazione)"
    r"|inaccessibil\w|irraggiungibil\w|non\s+(?:più\s+)?(?:accessibil|raggiungibil)\w|bloccare|oscurare|filtrare|inibire|disabilitare)\b",
    re.IGNORECASE,
)
_FINITE = deferred(
    r"\b(?:è|sono|ha|hanno|era|erano|può|possono|potranno|troveranno|trovano|fino\s+a(?!lle)|sino\s+a(?!lle)|apprendono|competent\w+|estrane\w+)\b",
    re.IGNORECASE,
)
_SENTENCE_START = deferred(r"[;:]|(?<=[\w)»”\"]{2})\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n")
_REACH = 400


def relative_duties(plain: str, start: int, end: int) -> Iterator[int]:
    """Yield where the words begin that block, behind *i siti cui i fornitori dovranno*."""
    for found in (*_DUTY.finditer(plain, start, end), *_ORDERED.finditer(plain, start, end)):
        before = plain[max(start, found.start() - _REACH) : found.start()]
        sentence = _NOT_ALLOWED.sub(" ", _SENTENCE_START.split(before)[-1] + found[0])
        said = _NOT_ALLOWED.sub(" ", found["said"])
        does = found["does"]
        if (_BLOCKS if not found["object"] else _BLOCKS_THEM).match(does) is None:
            continue
        if _UNFIT.search(sentence) or _UNFIT.search(_NOT_ALLOWED.sub(" ", does)):
            continue
        lead = _SENTENCE_START.split(before)[-1] + found["noun"] + found["said"]
        noun = [*_NOUN.finditer(lead)][-1]
        if not (
            _HANDS_OVER.match(lead[: noun.start()]) and _WHICH_ARE.fullmatch(lead[noun.end() :])
        ):
            continue
        if _FINITE.search(does) or _TO_THEM.match(does) is None:
            continue
        if _AWAY.search(said) or condition(sentence, does):
            continue
        yield found.start("does")
