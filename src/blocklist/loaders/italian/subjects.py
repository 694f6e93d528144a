"""SUBJECTS: sites as the subject of what is ordered: *che i siti a.example siano oscurati*."""

from __future__ import annotations

import re

from .blockwords import ENTERS, ON_LIST
from .candidates import words
from .deferredpattern import deferred
from .frameobjects import PLAIN
from .sitewords import NOUNS, in_short, is_of_site, only_links

_THAT = deferred(
    r"\b(?:che|affinché)\s+(?:(?:dai|sui|nei|dal|sul)\s+(?:propri\w?\s+|rispettivi\s+)?(?:resolver|server|sistemi)(?:\s+DNS)?,?\s+)?"
    r"(?P<subject>(?:tutti\s+|anche\s+|ciascuno\s+dei\s+)?(?:(?:il|lo|la|i|gli|le)\s|l'\s?)"
    r"(?P<noun>\w+(?:\s\w+){0,3}))",
    re.IGNORECASE,
)
_THAT_NAME = deferred(
    r"\b(?:che|"
    r"affinché)\s+(?P<subject>(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?)(?=[\s,])",
    re.IGNORECASE,
)
_HELD = deferred(
    r",\s+già\s+(?:in\s+sequestro|sequestrati|oggetto\s+di\s+sequestro|sottoposti\s+a\s+sequestro)(?:\s+preventivo)?\b",
    re.IGNORECASE,
)
_NAMED = deferred(r"\S+\.\S+")
_WHOSE = words(
    "accesso navigazione risoluzione connessione visione da parte utenti clienti abbonati propri "
    "italiani dagli dai sui sul sulle verso"
)
_IS = (
    r"(?:sian?o?|è|sono|vanno|va|vien\w|veng\w+|risult(?:i|ino)|(?:dovr(?:à|anno)|dev(?:e|ono)|debban?o?)\s+(?:\w+mente\s+)?essere)"
    r"\s+(?:\w+mente\s+)?"
)
_IS_BLOCKED = deferred(
    rf"[^;]{{0,400}}?(?P<predicate>(?<!\bnon )\b{_IS}(?:inibit|oscurat|bloccat|disabilitat|preclus"
    r"|interdett|impedit|filtrat|disattivat|(?:assoggettat|sottopost)[oaie]\s+(?:a|ad)\s+(?:blocc|oscurament|inibizion|filtraggi|sequestro\s+preventiv)|(?:res[oaie]\s+)?(?:inaccessibil|irraggiungibil|indisponibil|invisibil"
    r"|non\s+(?:più\s+)?(?:raggiungibil|accessibil|visibil|fruibil|consultabil|navigabil)))\w)",
    re.IGNORECASE,
)
_IS_UNREACHED = deferred(
    rf"[^;]{{0,400}}?(?P<predicate>\bnon\s+(?:(?:più\s+)?{_IS}(?:più\s+)?(?:\w+mente\s+)?(?:raggiungibil|raggiunt"
    r"|accessibil|risolt|visualizzat|visitat|fruibil|visibil|consultabil|navigabil|visitabil"
    r"|visualizzabil|risolvibil|consultat)\w"
    r"|(?:ricev|otteng)(?:a|ano)\s+(?:più\s+)?(?:alcuna\s+)?risposta\b"
    r"|poss(?:a|ano)\s+(?:più\s+)?(?:\w+mente\s+)?essere\s+(?:più\s+)?(?:\w+mente\s+)?(?:raggiunt|visitat|visualizzat|consultat|risolt|fruit|apert)\w))",
    re.IGNORECASE,
)
_NP = (
    r"(?P<subject>(?:tutti\s+|anche\s+)?(?:(?:i|il|gli|le|la)\s|l'\s?)(?P<noun>\w+(?:\s\w+){0,3}))"
)
_ENTERED = deferred(
    rf"\b(?P<word>{ENTERS})\s+{_NP}[^;]{{0,600}}?(?P<predicate>\s{ON_LIST})", re.IGNORECASE
)
# *Inibirne l'accesso amministrativo* is not to keep users from it.
_ITS_ACCESS = (
    r"(?:l'accesso|la\s+(?:risoluzione|navigazione|raggiungibilità|connessione|visualizzazione))"
    r"(?=\s*(?:[.;,]|\Z)|\s+(?:da\s+parte\s+d|mediante|tramite\s+(?:il\s+)?(?:blocco|DNS)|entro|in\s+(?:via|Italia)|dall'\s?Italia|dal\s+territorio|sul\s+territorio|a\s+livello"
    r"|(?:per\s+|agli\s+|ai\s+|dagli\s+|dai\s+)(?:(?:gli|i|tutti\s+gli|propri|loro|rispettivi)\s+)*(?:utent|client|abbonat)\w*(?!\s+(?:minor|che|di\b|registr|amministr))|e\b|nonché))"
)
_OF_IT = (
    r"(?:inibir|bloccar|impedir|precluder|interdir|disabilitar)(?:ne|vi)\s+"
    rf"(?:\w+mente\s+)?{_ITS_ACCESS}"
)
_PROVIDERS = (
    r"(?:(?:predett|suddett|medesim)\w\s+)?(?:fornitor|prestator|provider|isp\b|operatori\b"
    r"|gestori\s+di\s+(?:altre\s+)?ret|resistent|convenut|reclamat|reclamant|società\s+resistent)\w*"
)
_THEY_OF_IT = (
    rf"ne\s+(?:inibisc|blocch|impedisc|preclud|interdic|disabilit)(?:a|ano|i|ino)\s+{_ITS_ACCESS}"
)
_MEASURE = (
    r"(?:il\s+|l'\s?|la\s+)(?:misura\s+(?:del|della|dell')\s?)?(?:immediat\w\s+|totale\s+)?"
    r"(?:blocco|oscuramento|inibizione|disabilitazione|inibitoria)"
    r"(?:\s+(?:dell'accesso|della\s+risoluzione(?:\s+DNS)?|DNS))?"
    r"(?=\s*(?:[.;,]|\Z)|\s+(?:a\s+cura|da\s+parte|mediante|tramite|su\s|sul\s|entro|ai\s+fornitori)\b)"
)
_TOPIC = deferred(
    r"(?:\b(?:con\s+(?:specifico\s+)?(?:riguardo|riferimento)\s+a|quanto\s+a|relativamente\s+a|in\s+(?:relazione|riferimento)\s+a"
    r"|nei\s+(?:confronti|riguardi)\s+d|per\s+quanto\s+(?:riguarda|concerne)\s+)(?P<subject>(?:i|gli|lle|ll'|l|lla|ei|egli|elle|el|il|le|la)\s?"
    r"(?P<noun>\w+(?:\s\w+){0,3})))[^;]{0,400}?(?P<predicate>(?:,\s*(?:di\s+|che\s+[^,;:.]{3,60}\s)?|\s+di\s+|\s+)"
    rf"(?:(?:provvedere|procedere)\s+ad\s+)?(?:{_OF_IT}|{_MEASURE})|,\s*che\s+(?:i|gli|le|la|il|l'|codest\w|tutti\s+i)\s?{_PROVIDERS}(?:(?!\b(?:non|né)\b)[^,;:.]){{0,100}}?\s{_THEY_OF_IT})",
    re.IGNORECASE,
)
# *La confisca dei domini … e la loro messa in stato di inaccessibilità*.
_SEIZED = deferred(
    r"\b(?:la\s+confisca|il\s+sequestro(?:\s+preventivo)?)\s+de(?:i|gli|l|lla|lle)\s+(?P<subject>(?P<noun>\w+(?:\s\w+){0,3}))"
    r"[^;]{0,400}?(?P<predicate>,?\s+(?:ed?|nonché)(?:,[^,;:.]{3,60},)?\s+(?:il|la|l')\s?loro\s+(?:\w+\s+){0,2}?"
    r"(?:oscuramento|blocco|inibizione|disabilitazione|interdizione|(?:messa\s+in\s+stato\s+di\s+)?(?:inaccessibilità|irraggiungibilità))\b"
    r"|\s+(?:sia|venga|avvenga)\s+(?:eseguit\w\s+|attuat\w\s+)?(?:mediante|tramite|attraverso)\s+(?:il\s+|la\s+|l'\s?)?(?:oscuramento|blocco|inibizione|interdizione)\b"
    r"|,?\s+(?:ed?|nonché)\s+(?:la|il|l')\s?(?:(?:conseguent|contestual|definitiv|immediat|relativ)\w+\s+)?(?:oscuramento|blocco|inibizione|disabilitazione|interdizione)"
    r"(?:\s+dell'accesso)?\s+(?:agli|degli|ai|dei)\s+(?:stess|medesim|predett)i\b"
    r"|,?\s+(?:con|mediante|tramite)\s+(?:(?:la|il)\s+|l'\s?)?(?:(?:conseguent|contestual|definitiv|immediat|relativ)\w+\s+)?"
    r"(?:oscuramento|blocco|inibizione|disabilitazione|interdizione)(?:\s+(?:definitiv|immediat|total)\w+)?(?:\s+dell'accesso)?(?:\s+(?:agli|degli|ai|dei)\s+(?:stess|medesim|predett)i)?"
    r"(?=\s*(?:[.;,]|\Z)|\s+(?:da\s+parte|a\s+cura|ad\s+opera|dal|sul|nel|ai\s+fornitori)\b))",
    re.IGNORECASE,
)
# *Ai domini …, cui Rete provvederà a negare l'accesso*.
_WHICH_TO = deferred(
    r"\b(?:ai|i|dei|sui)\s+(?P<subject>(?P<noun>(?:(?:seguent|predett|suddett)\w\s+)?(?:siti|domini|portali|piattaforme|nomi\s+a\s+dominio))\b)"
    r"[^;]{0,400}?(?P<predicate>,\s*(?:cui|a\s+cui|ai\s+quali|alle\s+quali)\s+[^,;:]{3,60}?\s(?:provveder(?:à|anno)\s+ad?|dovr(?:à|anno)|(?:è|sono)\s+tenut\w\s+ad?)\s+"
    r"(?:negare|inibire|impedire|precludere|bloccare|interdire)\s+l'accesso)",
    re.IGNORECASE,
)
# *I contenuti diffusi dai siti …, bloccandone l'accesso*: the sites are what is blocked.
_THEREBY = deferred(
    r"\b(?:dai|dal|sui|sul|dei|del|(?:tramite|attraverso|mediante|da|su)\s+(?:i|il))\s+(?P<subject>"
    r"(?P<noun>(?:(?:seguent|predett|suddett)\w\s+)?(?:sit[oi]|domini\w?|portal[ei]|piattaform[ae]|risors[ae]|nom[ei]))\b)"
    r"[^;]{0,400}?(?P<predicate>,\s*(?:\w+mente\s+)?"
    r"(?:bloccando|inibendo|impedendo|disabilitando|precludendo|interdicendo)(?:ne|vi)\s+(?:\w+mente\s+)?l'accesso)",
    re.IGNORECASE,
)
_WORD = deferred(r"[^\W\d_]{2,}")
_TOKEN = deferred(r"[^\W\d_]+")


def sites_as_subject(plain: str, begin: int) -> re.Match[str] | None:
    """Return *che* with the sites behind it that are to be blocked; its group ``subject``.

    Nothing but sites, their names and who is kept from them stands before the words that block.
    """
    for that in _THAT.finditer(plain, begin):
        if _is_blocked(plain, that):
            return that
    for that in _THAT_NAME.finditer(plain, begin):
        predicate = _IS_BLOCKED.match(plain, that.end()) or _IS_UNREACHED.match(plain, that.end())
        if predicate and _only_sites(plain[that.end() : predicate.start("predicate")]):
            return that
    return None


def _is_blocked(plain: str, that: re.Match[str]) -> bool:
    noun = _noun(that)
    is_site = _is_site(noun)
    # The verb may stand right behind the noun: *che i siti siano bloccati*.
    end = that.start("noun") + that["noun"].lower().find(noun) + len(noun)
    predicate = _IS_UNREACHED.match(plain, end) if is_site else None
    if is_site or noun in ("accesso", "navigazione", "risoluzione"):
        predicate = _IS_BLOCKED.match(plain, end) or predicate
    if predicate is None:
        return False
    subject = plain[that.start("noun") : predicate.start("predicate")]
    return _only_sites(subject)


def sites_on_list(plain: str, begin: int) -> re.Match[str] | None:
    """Return *inserire* with the sites behind it that go on a list of what is blocked."""
    return _fitting(_ENTERED.search(plain, begin), plain)


def sites_as_topic(plain: str, begin: int) -> re.Match[str] | None:
    """Return *quanto ai siti …* before words that block them: *di inibirne l'accesso*."""
    return _fitting(_TOPIC.search(plain, begin), plain)


def sites_seized(plain: str, begin: int) -> re.Match[str] | None:
    """Return *la confisca dei siti …* before *e il loro oscuramento*."""
    return _fitting(_SEIZED.search(plain, begin), plain)


def sites_kept_away(plain: str, begin: int) -> re.Match[str] | None:
    """Return the sites *cui Rete provvederà a negare l'accesso*."""
    return _fitting(_WHICH_TO.search(plain, begin), plain)


def blocked_thereby(plain: str, begin: int) -> int:
    """Return where sites begin that are blocked to keep users from works on them; or -1."""
    found = _fitting(_THEREBY.search(plain, begin), plain)
    return found.start("subject") if found else -1


def _fitting(found: re.Match[str] | None, plain: str) -> re.Match[str] | None:
    """Return what was found if its noun is one for sites, and nothing but they follow it."""
    if found is None or not _is_site(_noun(found)):
        return None
    subject = plain[found.start("noun") : found.start("predicate")]
    return found if _only_sites(subject) else None


def _noun(found: re.Match[str]) -> str:
    return next((w[0] for w in _WORD.finditer(found["noun"].lower()) if w[0] not in PLAIN), "")


def _is_site(noun: str) -> bool:
    return noun in NOUNS - {"pagina", "pagine"} or noun in ("nome", "nomi")


def _only_sites(subject: str) -> bool:
    """Whether sites alone, and who is kept from them, stand before the words that block."""
    if is_of_site(subject):
        return False
    said = in_short(_NAMED.sub(" ", _HELD.sub(" ", subject)))
    return all(word in _WHOSE or only_links(word) for word in _TOKEN.findall(said.lower()))
