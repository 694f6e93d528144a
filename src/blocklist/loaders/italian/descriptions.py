"""DESCRIPTIONS: what an order says of the sites between their noun and their names.

Adjectives that agree with the noun, and what stands between two commas, lead to no other site, as
long as none of their words says whose copy, host or owner a site is.
"""

from __future__ import annotations

import re

from .candidates import words
from .clauses import ASIDE, MARKER, last_block
from .cues import REMARK
from .deferredpattern import deferred
from .sitewords import NOUNS, WORD, in_short, last_match, only_links

LEADS_AWAY = deferred(
    r"\b(?:imit|clon|copi[aeo]|riprodu|confond|confus|omonim|ospit|host|registra|estrane|spacci|simul|simil|identic"
    r"|richiam|già\b(?!\s+(?:individuat|accertat|indicat|menzionat|emers|not[oi]\b))|concorren|assomigli|ispir|falsific|contraffac|plagi|emul|replic|specchi|autorizzat|legittim|lecit|ufficial|genuin"
    r"|original|autentic|licenziat|istituzional|titolar|propriet|appart|intestat|collega|link|rinvi|rimand|reindirizz"
    r"|proven|protegg|salvaguard|difes|difend|tratt[oaie]\b|tutela|leso|lesi|dannegg|danno|vittim|offes|parti\s+lese|esclus|eccett|salv|tranne|non\b|né\b|senza\s+bloc"
    r"|quell[oiae]|pubblicizza|promoss|segnala|indicizz|marchi|testat[ae]|emittent|rivist[ae]|istant[ei]\b|querelant|denunciant|banc[ah]|società|impres|aziend|editor|ricorrent|resistent|attric|attor|convenut)\w*",
    re.IGNORECASE,
)
"""Words that lead from the sites that are meant to others."""
_WORD = (
    r"(?!(?:dell|della|dello|delle|nelle|nella|dalle|dalla|alla|alle|sulla|sulle|dove|come"
    r"|sono|ossia|verso|oltre|anche)\b)\w{3,}"
)
_ADJECTIVES = deferred(
    rf"\b(?:(?P<many>siti|domini|portali|indirizzi|nomi\s+(?:a|di)\s+dominio)(?:\s+(?:web|internet))?(?:,?\s+(?:ed?\s+)?(?:\w+mente\s+|{_WORD}i\b)){{1,5}}"
    rf"|(?P<one>sito|dominio|portale|indirizzo|spazio|negozio|emporio|nome\s+(?:a|di)\s+dominio)(?:\s+(?:web|internet))?(?:,?\s+(?:ed?\s+)?(?:\w+mente\s+|{_WORD}[oe]\b)){{1,5}}"
    rf"|(?P<she>piattaforme|risorse|applicazioni|piattaforma|risorsa)(?:\s+(?:web|internet))?(?:,?\s+(?:ed?\s+)?(?:\w+mente\s+|{_WORD}[aei]\b)){{1,5}})(?=[\s,]*\Z)",
    re.IGNORECASE,
)
_ACTIVE = deferred(
    r"\b(?!seguent|present|corrispondent|esistent|operant|attinent|pertinent|recent)\w+[ae]nt[ei]\s*\Z",
    re.IGNORECASE,
)
_INSERTED = deferred(
    r"(?P<noun>\b(?:siti|sito|domini|dominio|portali|portale|piattaform[ae])(?:\s+(?:web|internet|seguenti))?),\s+"
    r"(?P<said>[^,;:.()]{3,140}),\s*\Z",
    re.IGNORECASE,
)
# *I siti che trasmettono le partite, e segnatamente …*.
_NAMELY = deferred(
    r"(?P<noun>\b(?:siti|domini|portali|piattaforme|sito|dominio|portale|piattaforma)(?:\s+(?:web|internet))?),?\s+(?P<said>[^,;:.()]{3,160}),\s*"
    r"(?:ed?\s+)?(?:più\s+)?(?:segnatamente|ossia|cioè|vale\s+a\s+dire|precisamente|specificamente|in\s+particolare|ovvero|ovverosia)\s*\Z",
    re.IGNORECASE,
)
# Whose works a site gives away leads to no site of theirs.
_WORKS = deferred(
    r"\b(?:(?:i|le|gli)\s|l')\s?(?:opere|contenuti|volumi|film|partite|eventi|programmi|brani|prodotti|libri|giornali|serie)\s+"
    r"(?:dell[ae]|dei|degli|del)\s+(?:(?:parte\s+)?(?:ricorrent|attric|istant)\w+|titolari(?:\s+dei\s+diritti)?)\b",
    re.IGNORECASE,
)
# *Ai siti riconducibili a Furto Ltd, …*: the legal form shows that a firm is named, not a site.
_OF_FIRM = deferred(
    r"(?P<noun>\b(?:sit[oi]|portal[ei]|piattaform[ae]|domini\w?)(?:\s+(?:web|internet))?)\s+"
    r"(?:(?:gestit|riconducibil|riferibil|appartenent|intestat|amministrat|facent\w\s+cap|esercit)\w*\s+(?:(?:da|dal|dalla|a|al|alla|ad)\s+|dall'|all')"
    r"|(?:di|del|della)\s+(?:(?:proprietà|titolarità|pertinenza)\s+(?:di|della|del)\s+)?|dell')(?:(?:società|ditta|impresa)\s+)?"
    r"(?-i:[A-Z])[\w&'-]*(?:\s+(?-i:[A-Z])[\w&'-]*){0,4}\s+(?:Ltd|Limited|Inc|LLC|GmbH|S\.?r\.?l|S\.?p\.?A|B\.?V|N\.?V|S\.?A|Corp|AG)\b\.?"
    r"\s*[,:]?(?=\s*(?:\Z|(?:raggiungibil|accessibil|corrispondent|identificat)\w))",
    re.IGNORECASE,
)
_FOR_USERS = deferred(
    r"\b(?:dei|degli|ai|agli|da\s+parte\s+(?:dei|degli))\s+(?:(?:propri|suoi|loro|rispettivi|medesimi)\s+)?(?:utenti|clienti|abbonati)"
    r"(?:\s+(?:italiani|finali|nazionali|residenti|stabiliti|ubicati|situati|connessi|collegati))*\b(?!\s+(?:di|del|della)\s*\Z)(?!\s+(?:di|del|dei|della|delle)\s+(?:\w+\s+)?(?:sit[oi]|portal[ei]|piattaform[ae]|domini\w?)\b)",
    re.IGNORECASE,
)
_GOES_ON = deferred(
    r"\A,\s+(?P<said>[^,;:.()]{3,120}?),?\s+(?=(?:ed?|nonché|oltre\s+che)\s+(?:altresì\s+|anche\s+)?(?:(?:al|ai|il|i|gli|del|dei|alla|alle)\s+|all')"
    r"\s?(?:(?:predett|ulterior|seguent)\w\s+)?(?:sit[oi]|domini\w?|portal[ei]|piattaform[ae]|nom[ei]\s+(?:a|di)\s+dominio)\b)",
    re.IGNORECASE,
)
_ANNOUNCED = deferred(r":[ \t]*\n(?:[ \t]*\n)*(?=[ \t]*\S)")
_NO_ITEM = deferred(r"[;:]\s*\n|\.\s")
_FOLLOWING = deferred(r"\bseguent[ei]\s+(\w+)(?:\s+(?:web|internet))?", re.IGNORECASE)
_LONGEST_ITEM, _LONGEST_GAP = 90, 400


OWN_SITE = deferred(
    r"\b(?:ordina|ingiunge|impone|intima)\s+(?:al|alla|allo|all')\s?[^;:.]{0,60}?\b(?:gestor[ei]|titolare|proprietari[oa]|amministratore|editore)"
    r"\s+(?:del|della|dello)\s+(?:sito|portale|piattaforma|dominio)(?:\s+(?:web|internet))?\s+\Z",
    re.IGNORECASE,
)
"""Before the site of whom an order binds: *ordina al gestore del sito*."""


def fair(said: str) -> bool:
    """Whether words lead from the sites that are meant to no others."""
    said = _WORKS.sub(" ", said)
    return not (LEADS_AWAY.search(said) or ASIDE.search(said)) and NOUNS.isdisjoint(
        word.lower() for word in WORD.findall(said)
    )


def without_description(between: str) -> str:
    """Return the words from the noun for sites to their names without what only describes them."""
    between = _OF_FIRM.sub(r"\g<noun> ", _FOR_USERS.sub(" ", between))
    namely = _NAMELY.search(between)
    if namely and fair(namely["said"]):
        between = between[: namely.end("noun")] + " "
    inserted = _INSERTED.search(between)
    if inserted and fair(inserted["said"]):
        between = between[: inserted.end("noun")] + " "
    found = _ADJECTIVES.search(between)
    if found is None:
        return between
    noun = next(word for word in (found["many"], found["one"], found["she"]) if word)
    said = found[0][len(noun) :]
    # *I siti denuncianti a.example*: the name may be the object.
    if not fair(said) or (_ACTIVE.search(said) and not between.rstrip().endswith(",")):
        return between
    return f"{between[: found.start()]}{noun} "


def without_remark(gap: str) -> str:
    """Return the words between two names without what only describes one of them.

    *, dedicato al calcio, nonché al sito* goes on with a site; other words might not.
    """
    found = _GOES_ON.match(gap)
    rest = gap[found.end() :] if found and fair(found["said"]) else gap
    return without_description(rest) if len(rest) <= _LONGEST_GAP else rest


def titles_site(item: str) -> bool:
    """Whether the words of an entry before its first name only give the site's title."""
    return len(item) <= _LONGEST_ITEM and not (
        LEADS_AWAY.search(item) or ASIDE.search(item) or _NO_ITEM.search(item)
    )


def of_another(said: str) -> bool:
    """Whether a second noun for sites stands behind words that may lead to another site.

    *I siti in conflitto con i nomi* does, *i siti del gruppo raggiungibili ai seguenti domini* not.
    """
    said = _IN_ADDRESS.sub(" ", _NAMED.split(said)[-1])
    nouns = [w for w in WORD.finditer(said) if w[0].lower() in _SITES]
    if len(nouns) < 2:
        return False
    between = said[nouns[0].end() : nouns[-1].start()]
    if any(away.search(between) for away in (_PLACED, _COPIES, _DOES_TO)):
        return True
    return not only_links(in_short(said)) and not (
        only_links(in_short(between)) or _REACHED_BY.search(between)
    )


def of_others_listed(said: str) -> bool:
    """Whether a list is named as of those that are imitated: *che imitano i siti di cui*."""
    return _OF_LISTED.search(said) is not None


def of_imitations(said: str) -> bool:
    """Whether words speak of sites that imitate others, or differ from them: those are meant."""
    return _DOES_TO.search(said) is not None


def announced_below(intro: str) -> str:
    """Return the words before a colon up to *i seguenti siti*, without what describes those."""
    following = last_match(_BELOW, intro)
    if following is None or _ENDS_AWAY.search(intro) or _NOT_THOSE.search(intro, following.end()):
        return intro
    also = _AND_ADDRESSES.match(intro, following.end())
    return intro[: also.end() if also else following.end()]


def lists_others(intro: str) -> bool:
    """Whether the words before a colon announce others than sites: *le seguenti banche*."""
    blocks = last_block(intro)
    if (
        of_others_listed(intro)
        or of_another(intro[blocks.end() if blocks else 0 :])
        or _ENDS_AWAY.search(intro)
    ):
        return True
    noun = max((w.end() for w in WORD.finditer(intro) if w[0].lower() in NOUNS), default=0)
    if _OF_OTHERS.search(intro[noun:]):
        return True
    following = _FOLLOWING.findall(intro)
    return bool(following) and following[-1].lower() in _OTHERS


_WHAT = deferred(
    r"\bquanto\s+(?:(?:qui\s+)?(?:di\s+seguito|sotto|appresso)\s+)?(?:elencato|riportato|indicato|trascritto|segue)\s*\Z",
    re.IGNORECASE,
)


# *Sia per nome a dominio sia per indirizzo IP:*.
_BY_WHAT = deferred(
    r"\b(?:(?:sia|tanto)\s+)?(?:per|tramite|attraverso|mediante|a\s+livello\s+di)\s+(?:il\s+|i\s+)?nom[ei]\s+a\s+dominio\s+(?:sia|che|quanto|e)\s+"
    r"(?:(?:per|tramite|attraverso|mediante|a\s+livello\s+di)\s+)?(?:gli\s+|l')?indirizz[oi](?:\s+IP)?",
    re.IGNORECASE,
)
# *Rendendo irraggiungibili:*, *renda inaccessibili ai propri abbonati in Italia:*.
_BLOCKING = deferred(
    rf"\b(?:rend\w+\s+(?:inaccessibil|irraggiungibil|invisibil)\w+|(?:bloccare|oscurare|bloccando|oscurando))(?:\s+{_FOR_USERS.pattern})?"
    r"(?:\s+(?:dall'\s?Italia|in\s+Italia|(?:dal|sul|nel)\s+territorio\s+(?:italiano|nazionale)))?\s*\Z",
    re.IGNORECASE,
)


def lists_sites(intro: str, *, bare: bool) -> bool:
    """Whether words before a colon announce sites, or *quanto elencato*, and no others.

    ``bare`` says that they need no noun for sites.
    """
    nouns = (NOUNS | {"nomi"}).intersection(word.lower() for word in WORD.findall(intro))
    intro = _BY_WHAT.sub(" ", intro)
    said = bare or bool(nouns) or _WHAT.search(intro) or _BLOCKING.search(intro)
    return bool(said) and not lists_others(intro)


_SITES = words(
    "sito siti dominio domini nomi nome portale portali piattaforma piattaforme indirizzo "
    "indirizzi url"
)
# *La traduzione in indirizzo IP*: no site.
_IN_ADDRESS = deferred(r"\b(?:traduzione|conversione)\s+in\s+indirizz[oi]\b", re.IGNORECASE)
_NAMED = deferred(r"[^\s.]+\.\w{2,}\S*")
# How sites are named or reached: *raggiungibili attraverso i seguenti domini*.
_REACHED_BY = deferred(
    r"\b(?:raggiung|access|corrispond|identific|individu|contraddist|tramite|mediante|attraverso|denomin"
    r"|rispond|cioè|ossia|segnatamente|precisamente|vale\s+a\s+dire|indicat|elencat|riportat|attestat"
    r"|registrat|digitando|aventi?\b)[\w\s,']{0,60}\Z",
    re.IGNORECASE,
)
_PLACED = deferred(
    r"(?<!bili\s)(?<!bile\s)(?<!ati\s)(?<!ate\s)(?<!ato\s)(?<!nti\s)\b(?:sui|sul|sulla|sulle|nei|nel|nella|nelle)\s+\Z"
    r"|\b(?:indicat|individuat|elencat|riportat|pubblicat|present|consultabil|reperibil)i\s+(?:all'|alla\s)\s*\Z"
    r"|\b(?:saranno|verranno|pubblicat\w|segnalat\w)\s[\w\s]{0,40}\Z",
    re.IGNORECASE,
)
# *I siti che imitano i siti …*: whatever stands between, the second are the victims.
_DOES_TO = deferred(
    r"\b(?:che|i\s+quali)\s+(?:\w+\s+){0,2}?(?:imit|clon|copi|riprodu|simul|emul|plagi|replic|contraffa|danneggi|attacc|impersona|si\s+spacci)\w*\s+(?:i|il|la|le|gli)\s+(?:\w+\s+)?"
    r"(?:siti?o?|portal[ei]|piattaform[ae]|domini\w?)\b|\bdivers[aei]\s+da",
    re.IGNORECASE,
)
_OF_LISTED = deferred(
    r"\b(?:imit|clon|copi|riprodu|simul|emul|plagi|replic|contraffa|danneggi|attacc|divers|simil)\w*\s+(?:(?:i|le|gli|di|dei|da|dai|delle|ai|a)\s+)?(?:\w+\s+)?"
    r"(?:siti|portali|piattaforme|domini)\s+(?:\w+\s+)?(?:di\s+cui|di\s+seguito|in\s+(?:premessa|narrativa|ricorso|epigrafe|atti|motivazione)|appresso|indicat|elencat|riportat|allegat|individuat|menzionat)"
    r"|\b(?:che|i\s+quali)\s+(?:imit|clon|copi|riprodu|simul|plagi)\w*\s+(?:i|il)\s+(?:sit[oi]|portal[ei])(?:\s+(?:web|internet))?(?:\s+\w+[it]i)?\s*:?\s*\Z",
    re.IGNORECASE,
)
_COPIES = deferred(
    r"\b(?:clon[ei]|copi[ae]|fotocopia|mirror|gemell[oi]|duplicat[oi]|repliche|imitazioni)\s+(?:di|de[il]|degli|dell[ae])\s",
    re.IGNORECASE,
)
# *I seguenti siti, che imitano il portale …:* the list is of what is blocked.
_BELOW = deferred(
    r"\b(?:seguent|sottonotat|sottoelencat|sottoindicat|sottostant|sottoriportat|sottocitat|sottodescritt)[ie]\s+(?:\w+\s+){0,2}?"
    r"(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|risorse|indirizzi|piattaforme|vetrine|URL|FQDN|spazi)\b(?!.*\bseguent)",
    re.IGNORECASE | re.DOTALL,
)
_AND_ADDRESSES = deferred(
    r"\s+(?:ed?|nonché|e/o)\s+(?:(?:a[ig]li|ai|de[ig]li|dei|gli|i)\s+)?(?:(?:relativ|corrispondent|seguent|suddett)i\s+)?indirizzi\s+IP\b",
    re.IGNORECASE,
)
_NOT_THOSE = deferred(
    r"\b(?:non|esclus|eccezion|tranne|salvo|eccett|autorizzat|lecit|legittim|divers|differ|quell[ie]|tali|loro|tra\s+cui|fra\s+cui"
    r"|cancellat|rimoss|revocat|riammess|depennat|eliminat|sbloccat|espunt|archiviat|stralciat|rinunciat|dissequestrat|restituit|riattivat)\w*",
    re.IGNORECASE,
)
_ENDS_AWAY = deferred(
    r"\b(?:che|cui|quali)\b[^;:]*\b(?:da|dai|dal|su|sui|con|contro)\s*:?\s*\Z|\bdivers[aeio]\s+da|\bdifferent[ei]\s+da",
    re.IGNORECASE,
)
_OF_OTHERS = deferred(
    r"\b(?:imit|clon|copi[ae]|riprodu|confond|confus|omonim|ospit|simul|simil|identic|concorren|assomigli"
    r"|ispir|contraffac|plagi|emul|replic|richiam)\w*|\bquell[oiae]\b",
    re.IGNORECASE,
)
_OTHERS = words(
    "banche imprese società aziende marchi editori testate istituti enti soggetti operatori "
    "fornitori titolari compagnie"
)


def announcing_colon(before: str) -> int:
    """Return where the colon stands that announces the list a name begins, or -1.

    An entry may begin with the title of its site: *1. portale Alfa, all'indirizzo a.example*.
    """
    colon = before.rfind(":")
    if colon < 0:
        return -1
    announced = last_match(_ANNOUNCED, before)
    if announced and announced.start() < len(before.rstrip()):
        entry = before[announced.end() :]
        marker = MARKER.match(entry)
        if marker and titles_site(REMARK.sub("", entry[marker.end() :])):
            return announced.start()
        if marker and colon > announced.start():
            return -1
    return colon if only_links(REMARK.sub("", before[colon + 1 :])) else -1
