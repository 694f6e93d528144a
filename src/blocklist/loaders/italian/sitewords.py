"""SITEWORDS: nouns for what is blocked, and the words that join names to each other."""

from __future__ import annotations

import re

from .candidates import words
from .deferredpattern import deferred
from .dehyphenation import FURNITURE

NOUNS = words(
    "sito siti dominio domini portale portali piattaforma piattaforme indirizzo indirizzi url ip "
    "ipv "
    "risorsa risorse fqdn sottodominio sottodomini prefisso prefissi pagina pagine rete reti "
    "hostname host hosts spazio spazi applicazione applicazioni app negozio negozi forum mirror "
    "alias emporio vetrina vetrine archivio archivi server website websites gemello gemelli clone "
    "cloni duplicato duplicati"
)
LINKS = NOUNS | words(
    "a ad ai al agli alla alle all o od ed e il i gli la le lo l d di del dei degli della delle "
    "dell nome nomi internet web seguente seguenti alias mirror denominato denominati denominata "
    "denominate raggiungibile raggiungibili corrispondente corrispondenti relativo relativi "
    "relativa relative sola sole solo soli singole cioè ossia segnatamente precisamente "
    "nonché nonche anche altresì oppure oltre http https www n nr num data note dns pag ulteriore "
    "ulteriori suo suoi sua sue inoltre parimenti tutti tutte principale principali secondario "
    "secondari secondaria secondarie altro altri altra altre "
    "intero intera interi intere "
    "voce virtuale virtuali digitale digitali elettronico elettronici quello quelli singolo"
)
WORD = deferred(r"[^\W\d_]+")
_NOUN = "|".join(sorted(NOUNS | {"nome", "nomi"}, key=len, reverse=True))
_CASE = (
    r"(?:proceduto|causa|lite|giudizio|ricorso|domanda|procediment\w+|contestazion\w+|reclamo|sequestro"
    r"|segnalazion\w+|istanza|ordinanza|decreto|provvediment\w|accertament\w|indagin\w)"
)
# What is said of sites between their noun and their names, and leads to no other site.
_DESCRIBED = deferred(
    rf"\b(?P<noun>{_NOUN})(?:,?\s+(?:web|internet|online|on-line|telematic\w|pirat[ae]|abusiv\w"
    r"|illecit\w|illegal\w|ester[oiae]|contraffatt\w|truffaldin\w|fraudolent\w|contestat\w"
    r"|incriminat\w|segnalat\w|menzionat\w|suddett\w|predett\w|anzidett\w|suindicat\w"
    r"|sopraindicat\w|sottoindicat\w|sottoelencat\w|citat\w|specchio|vetrina|clone|fotocopia|gemell\w"
    r"|(?:sopra|sotto|innanzi|infra|(?:qui\s+)?di\s+seguito|qui|in\s+appresso|appresso)\s+(?:indicat|menzionat|elencat|citat|descritt|riportat|specificat|individuat)\w"
    r"|(?:indicat|menzionat|elencat|descritt|riportat|specificat|individuat)\w\s+(?:(?:qui\s+)?di\s+seguito|in\s+appresso|appresso|sotto)"
    r"|(?:indicat|menzionat|elencat|citat|descritt|riportat|specificat|individuat|trascritt|riepilogat)\w\s+(?:qui\s+)?(?:di\s+seguito|sotto|in\s+calce|nel\s+seguito|in\s+appresso)"
    r"|di\s+(?:streaming|gioco|giochi|scommesse|incontri|e-?commerce|commercio\s+elettronico|vendita|trading|phishing|truffa|poker"
    r"|casin[oò]|cui\s+(?:sopra|infra))(?:\s+(?:online|on-line|on\s+line|a\s+distanza|abusiv\w|illegal\w|illecit\w|sportiv\w|pirata))*"
    rf"|(?:per|di)\s+cui\s+è\s+{_CASE}"
    rf"|oggetto\s+(?:di|del|della|dell'\s?)\s*(?:presente\s+)?{_CASE}"
    r"|ad\s+ess[oiae]\s+(?:collegat|riconducibil|riferibil|associat|correlat|conness)\w"
    r"|in\s+(?:questione|esame|oggetto|contestazione|parola)))+\b"
    # *I siti fotocopia di a.example* are copies of it.
    r"(?!(?:(?<=\bspecchio)|(?<=\bvetrina)|(?<=\bclone)|(?<=\bfotocopia)|(?<=\bgemell\w)|(?<=\bcontraffatt\w)|(?<=\bpirat\w)|(?<=\babusiv\w))"
    r"\s+(?:di|del|della|dei|degli|delle|dell)\b)",
    re.IGNORECASE,
)
# *Il portale Alfa, il quale risponde al nome a dominio*: the site by its name in words.
_RESPONDS = deferred(
    r"\b(?:sit[oi]|portal[ei]|piattaform[ae]|servizi?o?|testata|spazio|negozio|forum|applicazione)"
    r"(?:\s+(?:web|internet|online|telematic\w|IPTV|pirat[aei]|abusiv\w|illecit\w|illegal\w|di\s+streaming)){0,3}"
    r"(?:\s+(?:denominat|chiamat|intitolat|not[oi]\s+com|dett)\w+)?(?:\s+[\"«]?(?-i:[A-Z0-9])\w*(?:\s(?-i:[A-Z0-9])\w*){0,3}[\"»]?)?\s*,?\s*"
    r"(?:ed?\s+)?(?:(?:attualmente|oggi|tuttora|ora|al\s+momento)\s+)?"
    r"(?:(?:(?:il|la|i|le)\s+qual[ei]|che)\s+(?:(?:attualmente|oggi|tuttora|ora)\s+)?(?:(?:cor)?rispond\w+|si\s+trov[ai](?:no)?)"
    r"\s+(?=(?:al|ai|agli|alla|alle)\s|all')"
    r"|(?:contraddistint|identificat|individuat|caratterizzat)\w"
    r"\s+(?:(?:dal|dai|dagli|dalla|dalle|col|con)\b(?!\s+(?:portal|sit[oi]\b))|dall')"
    r"|associat\w\s+(?=(?:al|ai|agli|alla)\s|all')"
    r"|(?:ubicat|present|pubblicat|esistent|post|attiv|operant|collocat|sit|onlin)"
    r"(?:\w\s+(?:sul|al|ai|sui|con\s+il|sotto\s+il)\s+(?=(?:seguent\w\s+)?(?:nom[ei]\s+(?:a|di)\s+domini|domini))"
    r"|[oe]\s+(?=all'\s?(?:indirizzo|URL)\b)|i\s+(?=agli\s+indirizzi\b))"
    r"|di\s+cui\s+(?=(?:al|ai)\s+(?:seguent\w\s+)?(?:nom[ei]\s+(?:a|di)\s+domini|domini))"
    r"|(?:tramite|attraverso|mediante)\s+(?=(?:i|il)\s+(?:seguent\w\s+)?(?:nom[ei]\s+(?:a|di)\s+)?domini[oi]?\b(?!\s+d(?:i|el\w*)\b))"
    r"|recant[ei]\s+(?:il|i)\s+(?=nom[ei]\b)|(?:sotto|con)\s+(?:il|i)\s+(?=(?:nom[ei]\s+(?:a|di)\s+)?domini)"
    r"|(?:il|i|la|le)\s+cui\s+(?:nom[ei](?:\s+(?:a|di)\s+dominio)?|domini\w?|indirizz[oi](?:\s+(?:web|internet|URL))?|URL|FQDN)\s+(?:è|sono)(?:\s+(?:i\s+seguenti|il\s+seguente))?"
    r"(?:\s+(?:qui\s+)?(?:di\s+seguito|sotto|infra)(?:\s+\w+t[oi])?)?"
    r"|(?:raggiungibil|accessibil|visibil|fruibil|visitabil)\w"
    r"(?:\s+(?:anche|attualmente|oggi|tuttora|ora))*"
    r"\s+(?:(?:al|ai|agli|alla|alle|dal|dai|dagli|dalla|dalle|con|tramite|attraverso|presso|sul|sui|digitando(?:\s+(?:gli|i|il))?)\b"
    r"|all'|dall'|digitando\s+l')"
    r"|(?:(?:che|i\s+quali|il\s+quale)\s+)(?:(?:utilizz|us|impieg|adoper)a(?:no)?\s+(?=(?:il|i)\s)|(?:si\s+(?:avval|serv)(?:e|ono)\s+|dispon(?:e|gono)\s+)(?=(?:del|dei)\s))"
    r"(?=(?:il|i|del|dei)\s+(?:seguent\w\s+)?(?:nom[ei]\s+(?:a|di)\s+domini|domini)[oi]?\b(?!\s+d(?:i|el\w*)\b))"
    r"|\(\s*(?=(?:nom[ei]\s+(?:a|di)\s+domini[oi]?|domini[oi]?|URL|FQDN)\b(?!\s+d(?:i|el\w*)\b))"
    r"|(?:avent[ei]|con)\s+(?:il\s+|i\s+)?(?=(?:seguent\w\s+)?(?:nom[ei]|domini\w?|indirizz\w)\s))",
    re.IGNORECASE,
)
# What joins one more site to those before: *oltre che, così come*.
_JOINING = deferred(
    r"\b(?:nell[ae]\s+(?:sua|loro)\s+(?:interezza|totalità)|nel\s+(?:suo|loro)\s+(?:complesso|insieme)|per\s+intero|in\s+toto"
    r"|(?:oggi|ora|attualmente|tuttora|poi|adesso)\s+(?:anche|pure)|oltre\s+che|così\s+come|come\s+pure|vale\s+a\s+dire|sia|tanto|(?<![,;.:]\s)(?<!\be\s)quanto"
    r"|(?<=\be,\s)con\s+(?:ess[oi]|quest[oi])\b|(?:(?<=mirror,\s)|(?<=alias,\s)|(?<=cloni,\s))(?:tra|fra)\s+(?:i\s+quali|cui)"
    r"|(?<=\be\s)verso|(?<=,\s)verso|(?<=nonché\s)verso|ivi\s+(?:compres|inclus)\w|(?<!\bnon\s)(?:compres|inclus)[oaie](?=\s+(?:il|i|gli|la|le)\s|\s+l')|comprensiv[oaie](?=\s+(?:del|dei|degli|della|delle|di)\s)|analog\w+(?=\s+(?:sit[oi]|domini\w?|portal[ei]|piattaform[ae]|nom[ei])\b)"
    r"|nell[ae]\s+(?:(?:su[ae]|loro|divers\w|varie|seguent\w|attual\w|vecchi[ae]|nuov[ae])\s+){0,3}"
    r"version[ei](?!\s+(?:di|del\w*)\b)"
    r"|unitamente\s+(?=(?:al|ai|alla|alle|agli)\s|all')|insieme\s+(?=(?:al|ai|alla|alle|agli)\s|all')"
    r"|(?:raggiungibil|accessibil)\w\s+(?:anche\s+)?(?:con|dal|dai|tramite|attraverso))\b",
    re.IGNORECASE,
)


# *Nonché agli altri tre ad esso collegati, i quali rispondono ai nomi*.
_OTHERS_NAMED = deferred(
    r"\baltr[ie]\s+(?:(?:due|tre|quattro|cinque|sei|sette|otto|nove|dieci|\d{1,2})\s+)?"
    r"(?:ad\s+ess[oiae]\s+(?:collegat|riconducibil|riferibil|associat|conness)[ie]\s*)?,?\s*(?:(?:i|le)\s+quali|che)\s+(?:cor)?rispondono\s+"
    r"(?=(?:ai|agli)\s+(?:nomi|domini|indirizzi)\b)",
    re.IGNORECASE,
)
INNER = words(
    "server archivio archivi forum app applicazione applicazioni rete reti spazio spazi "
    "sottodominio sottodomini alias mirror clone cloni gemello gemelli host hosts hostname "
    "pagina pagine vetrina vetrine negozio negozi duplicato duplicati"
)
"""Words for sites that also mean something of a site, if *di* follows."""
_PART_OF = deferred(
    rf"\b(?:{'|'.join(sorted(INNER))})\s+(?:\w+\s+)?(?:d[ei][il]?|dell[aeo]|degli)\s+(?:\w+\s+)?(?:sit[oi]|portal[ei]|piattaform[ae]|domini\w?)\b",
    re.IGNORECASE,
)


def is_of_site(text: str) -> bool:
    """Whether words name something of a site: *le pagine dei siti*, *i server del portale*."""
    return _PART_OF.search(text) is not None


_CALLED = deferred(
    r"\b(?:not[oi]\s+come|chiamat[oi]|intitolat[oi]|dett[oi])\s+(?=[\"«“]|\Z)", re.IGNORECASE
)


# *E il terzo livello b.a.example*, not *terzo livello del portale a.example*.
_LEVEL = deferred(
    r"(?:(?<=\b[ia]l\s)|(?<=\bdei\s)|(?<=\bai\s)|(?<=\bdel\s)|(?<=\b[ie]\s))"
    r"(?:(?:nome\s+a\s+|nome\s+di\s+)?dominio\s+di\s+)?(?:secondo|terzo|quarto)\s+livello\b"
    r"(?=\s*(?:[\"«“:]|denominat|\Z))",
    re.IGNORECASE,
)


def in_short(text: str) -> str:
    """Return the words before a name without what describes its site, or joins it to others."""
    text = _LEVEL.sub("sottodominio", text)
    text = _OTHERS_NAMED.sub(" siti ", _CALLED.sub(" denominato ", text))
    text = _DESCRIBED.sub(r"\g<noun> ", text)
    return _JOINING.sub(" ", _DESCRIBED.sub(r"\g<noun> ", _RESPONDS.sub(" sito ", text)))


OF_TABLE = deferred(
    r"\b(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|piattaforme|indirizzi|risorse)(?:\s+(?:web|internet|IP))?"
    r"\s+(?:(?:di\s+cui|indicat|elencat|riportat|individuat|specificat)\w*\s+)?(?:(?:alla|nella|in)\s+(?:\w+\s+)?tabella|(?:al|nel)\s+(?:seguente\s+)?(?:prospetto|quadro))"
    r"(?:\s+(?:che\s+segue|seguente|sottostante|che\s+precede))?,\s*\Z",
    re.IGNORECASE,
)
"""*Il sequestro dei siti di cui alla tabella,* ordinando …: the sites of both are in the table."""


def only_links(text: str) -> bool:
    """Whether no word stands there that would end an enumeration."""
    words = (found[0] for found in WORD.finditer(FURNITURE.sub("", text)))
    return all(len(word) == 1 or word.lower() in LINKS for word in words)


def last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the last place where the pattern matches."""
    found = None
    for match in pattern.finditer(text):
        found = match
    return found
