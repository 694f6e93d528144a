"""FRAMEOBJECTS: what the word that blocks takes as its object: access, a site, a part of one."""

from __future__ import annotations

import re
from enum import Enum

from .blockwords import STRONG
from .candidates import words
from .deferredpattern import deferred
from .qualifiers import qualifies
from .sitewords import NOUNS

_PARTS = words(
    "pagina pagine articolo articoli post file files sezione sezioni contenuto contenuti opera "
    "opere collegamenti link annuncio annunci commento commenti video immagine "
    "immagini foto fotografia fotografie rubrica rubriche profilo profili canale canali gruppo "
    "gruppi thread discussione discussioni messaggio messaggi brano brani film parti porzione "
    "porzioni scheda schede inserzione inserzioni recensione recensioni documento documenti copia "
    "copie testo testi elemento elementi materiale materiali cartella cartelle directory "
    "sottocartella banner album podcast episodio episodi puntata puntate playlist intervista "
    "interviste notizia notizie passaggio passaggi paragrafo area aree feed blog stream"
) - {"area", "aree"}  # fmt: skip
_ACCESS = words(
    "accesso accessi raggiungimento collegamento raggiungibilità risoluzione fruizione "
    "visualizzazione visibilità "
    "consultazione richieste connessione connessioni connettività traffico navigazione fornitura "
    "instradamento scambio comunicazione comunicazioni visita visite transito pacchetti sessioni "
    "accessibilità ingresso "
    "richiesta query interrogazioni visione ricezione fruibilità consultabilità prestazione "
    "erogazione servizio servizi "
    "trasmissione hosting dns"
)
# Whom it concerns, not what: an article before these leads to no object.
_USERS = words(
    "utente utenti utenza cliente clienti clientela abbonato abbonati destinatario destinatari "
    "pubblico consumatori chiunque terzi minori minorenni ragazzi studenti propri proprie proprio "
    "propria resistente resistenti società fornitori operatori provider parte cura opera "
    "confronti rispettivi suoi loro tutti tutte internauti italiani soggetti persone urgenza "
    "stato italia territorio repubblica"
)
PLAIN = words(
    "predetto predetti suddetto suddetti seguente seguenti sottoelencati sottoelencate medesimi "
    "medesimo medesima medesime relativo relativi relativa relative sopra solo soli sola sole "
    "singolo singoli singola singole nuovo nuovi citati citato ulteriori ulteriore altri altre "
    "due tre quattro cinque sei sette otto nove dieci n nn nr preventivo preventiva cautelare "
    "immediato immediata medesimi anzidetti indicati elencati noti intero intera interi totale "
    "integrale duraturo restanti rimanenti residui detto detti tale tali "
    "alcuni alcune effettivo effettiva forma forme di tipo possibilità "
    "parziale parte ogni qualsiasi qualunque qualsivoglia tutti tutte "
)
_DETERMINED = deferred(
    r"\b(?:il|lo|la|i|gli|le|del|dello|della|dei|degli|delle|di|al|allo|alla|ai|agli|alle|a|ad|ogni"
    r"|qualsiasi|qualunque|qualsivoglia|che"
    r"|(?:due|tre|quattro|cinque|sei|sette|otto|nove|dieci|\d{1,4})(?=\s+(?:siti|domini|nomi|portali|indirizzi)\b))\s+|\b(?:l|dell|all|d)'\s?",
    re.IGNORECASE,
)
_WORD = deferred(r"[^\W_]+")
_STOP = deferred(r"[;:]|(?<=\w)\.\s|(?<!\w)(?:https?://|www\.)|[\w-]{2,}\.\w{2,}", re.IGNORECASE)
_OF_PART = r"(?:rubric|sezion|pagin|articol|contenut|part[ei]\b|post|file|video|annunc|oper[ae])"
_LIMITED = rf"\blimitatamente\s+(?:a|al|alla|alle|ai|agli)\s+(?:sol[aeio]\s+)?{_OF_PART}"
PARTIAL = deferred(
    rf"{_LIMITED}|\bper\s+(?:il|lo|la|le|i|gli)\s+sol[aoei]\s+{_OF_PART}|\blimitatamente\s+all'\s?(?:articol|annunc|oper)"
    r"|\blasciando\s+(?:\w+\s+)?(?:accessibil|raggiungibil|fruibil|visibil)\w+\s+(?:ogni\s+altr"
    r"|il\s+rest|le\s+altr|gli\s+altr|tutt|la\s+rest)"
    r"|\bin\s+cui\s+compar|\bnella\s+(?:sola\s+)?parte\s+(?:in\s+cui|relativa|dedicata)",
    re.IGNORECASE,
)
"""Words after the names that say that only a part of a site is meant."""
_IN_PART = deferred(
    r"\b(?:parzial\w+|in\s+parte)\b(?!\s+(?:motiva|narrativa|dispositiva))", re.IGNORECASE
)
_BLOCKED_AGAIN = deferred(
    r"\b(?:inib|disabilit|blocc|oscur|sequestr|filtr|interdi|ordin|divieto)\w*", re.IGNORECASE
)


# Whom an order keeps from what: *impedire ai propri clienti di raggiungere*.
_KEPT_FROM = deferred(
    r"\s*(?:più\s+|in\s+alcun\s+modo\s+|\w+mente\s+)?(?:(?:a|ad|al|ai|agli|alla|alle)\s(?:\s?\w+){1,5}?\s)?di\s+"
    r"(?:raggiungere|accedere|visitare|visualizzare|consultare|collegarsi|connettersi|navigare)\b",
    re.IGNORECASE,
)


_WHOM = deferred(
    r"[\s,]*(?:più\s+|in\s+alcun\s+modo\s+|\w+mente\s+)*(?P<to>(?:a|ad|al|allo|ai|agli|alla|alle)\s+|all'\s?)",
    re.IGNORECASE,
)
# *Bloccare gli utenti dei siti*, not the sites.
_THEM = deferred(
    r"\s*(?:(?:\w+mente|preventiv[oa]|cautelare|immediat[oa]|totale)\s+){0,3}(?:(?:gli|i|la|le|degli|dei|della|delle)\s+)(?:(?:propri\w?|suoi|loro)\s+)?"
    r"(?:utent[ei]|client[ei]|clientela|abbonat[oi]|visitatori|venditor[ei]|gestor[ei]|titolar[ei]|iscritt[oi])\b",
    re.IGNORECASE,
)
_SOME_USERS = words("terzi ragazzi resistente resistenti")
_OF_ALL = words("utente utenti utenza cliente clienti clientela abbonato abbonati soggetti persone")
_FINITE_OR_NOT = deferred(
    r"(?:inib|blocc|disabilit|preclu|oscur|interd|disattiv)\w*(?:re|rne|ca|chi|chino|ano|ino|a|i)\b",
    re.IGNORECASE,
)
_WAYS = words(
    "livello mezzo titolo cura carico far partire decorrere scopo fine decreto ordinanza norma "
    "sensi"
)
_REACHING = deferred(
    r"(?:\w+\W+){0,14}?(?:raggiung|acced|visit|visualizz|colleg|connett|navig|consult|fruisc|fruire|usufruisc|usufruire)\w+"
)
GIVING = deferred(
    r"(?:consentire|permettere|fornire|prestare|erogare|offrire|dare|garantire|assicurare|risolvere|veicolare"
    r"|instradare|trasportare|inoltrare)\Z"
)
"""An infinitive that gives access: *cessare di fornire il collegamento*."""
_BETWEEN = words(
    "di d a ad da in su con per tra fra del dello della dell dei degli delle al allo alla "
    "all ai agli alle dal dallo dalla dall dai "
    "dagli dalle nel nello nella nell nei negli nelle sul sullo sulla sull sui sugli sulle "
    "il lo la l i gli le un una che cui non"
)
_NOUN_PHRASE = 5
_PREPOSITION = 12


# Who breaks in, or what protects a site, is no access of users to it.
_OTHER_ACCESS = deferred(
    r"\baccess[oi]\s+(?:\w+mente\s+|remot\w\s+)?(?:non\s+autorizzat|fraudolent|abusiv|illecit|illegittim|illegal"
    r"|automatizzat|indebit|massiv|malevol|ostil|sospett)\w*"
    r"|\bbot(?:net|s)?\b|\b(?:crawler|scraper|spider|hacker|attaccant|aggressor)\w*"
    r"|\bverso\s+(?:una\s+)?pagin[ae]\s+di\s+\w+\s+(?:le|ogni|il)\b"
    r"|\brichiest[ae]\s+(?:di\s+(?!(?:risoluz|access|conness|collegam|navig|dns|visualizz|instrad))\w+"
    r"|automat|massiv|malevol|ostil|anomal)"
    r"|\btraffic\w+\s+(?:anomal|malevol|ostil|sospett|illecit|abusiv|automat|provenient|in\s+uscita"
    r"|di\s+(?:spam|attacc|tipo))\w*"
    r"|\A\w+\s+(?:chi|chiunque|coloro|quanti|tutti\s+coloro)\s"
    r"|\A\w+\s+(?:gli|i|le|tutti\s+gli|ogni)\s+(?:\w+\s+){1,3}?che\s+(?:\w+mente\s+)?(?:acced|access|raggiung|visit|attacc|colleg|connett)(?:e|ono|ano|ino)\b"
    r"|\bserviz\w+\s+di\s+(?:protezion|vigilanz|manutenzion|assistenz|sicurezz|monitoragg|backup"
    r"|pagament|pubblicit)\w*",
    re.IGNORECASE,
)
# *Evitare limitazioni dell'accesso* opens, *bloccare attacchi al sito* protects.
_HINDRANCE = deferred(
    r"\s*(?:\w+mente\s+)?(?:(?:ulteriori|eventuali|nuovi|nuove)\s+)?"
    r"(?:interruzion|limitazion|restrizion|ostacol|impediment|rallentament|disserviz|sospension|preclusion"
    r"|blocchi\b|filtri\b|inibizion|oscurament|attacch|intrusion|incursion|abusi\b)\w*",
    re.IGNORECASE,
)
# What a block is called; whose object it is, that ends it: *disattivare il filtro DNS*.
_BLOCK_NOUN = deferred(
    r"blocc(?:o|hi)|filtr[oi]|oscurament[oi]|inibizion[ei]|inibitori[ae]|disabilitazion[ei]|interdizion[ei]|sequestr[oi]"
)
# *Rendere inaccessibile il sito*, whose object is the site.
_RENDERS = deferred(r"(?:rend|ten|manten|mantien|res[aeio]\b)", re.IGNORECASE)
# *Cessare di fornire l'accesso* blocks; *cessare di interrompere ogni collegamento* opens.
_ENDED = deferred(
    r"\s*di\s+(?:non\b|far\b|(?:continuare\s+a\s+)?(?P<verb>\w+(?:are|ere|ire|rre))\b)"
)
_TO_ACCESS = words(
    "accedere collegarsi connettersi raggiungere visitare navigare visualizzare consultare "
    "giungere "
    "pervenire"
)
_AND_SITES = deferred(
    r"(?:seguent[ei]\s+)?pagin[ae]\s+(?:web\s+)?ed?\s+(?:(?:dei|i|ai)\s+)?(?:seguenti\s+)?(?:siti|domini)\b",
    re.IGNORECASE,
)
# *L'accesso agli archivi interni dei siti*: to a part of them.
_INNER = words("archivio archivi server spazio spazi forum applicazione applicazioni app rete reti")
_OF_A_SITE = deferred(
    r"(?:\w+\s+){1,4}?(?:dei|del|della|delle|al|ai|alla|verso\s+(?:il|i|la))\s+(?:\w+\s+)?(?:sit[oi]|portal[ei]|piattaform[ae])\b",
    re.IGNORECASE,
)
# *Reindirizzare le richieste di accesso al sito bloccato verso i siti …*: those are no object.
_DIVERTED = deferred(r"\bverso\s+(?:i|il|gli|la|le|l')\s", re.IGNORECASE)
_STRONG = deferred(STRONG, re.IGNORECASE)
_OF_DOMAIN = deferred(r"\bnom[ei]\s+(?:a|di)\s+domini", re.IGNORECASE)
# *Oscurare con ogni mezzo i siti*: by what means, not what.
_BY_MEANS = deferred(
    r"\b(?:con|in|mediante|tramite|attraverso|per|entro|secondo|presso|sotto)\s+\Z", re.IGNORECASE
)
_KNOWN = _ACCESS | _PARTS | NOUNS
_LOCATED = deferred(r"sit[oi]\s+(?:in|presso|a)\s", re.IGNORECASE)


class Reach(Enum):
    """What the object is."""

    SITE = "site"
    PART = "part"
    NOTHING = "nothing"


def direct_object(after: str, word: str, *, weak: bool) -> Reach:
    """Say what a word that blocks takes as its object.

    Args:
        after: the words after it, remarks and terms blanked out.
        word: the word that blocks.
        weak: whether it may also be said of things that are no access: *impedire, cessare*.
    """
    stop = _STOP.search(after)
    zone = after[: stop.start()] if stop else after
    other = _is_of_other(zone, word) or _HINDRANCE.match(zone)
    if other or (not weak and _THEM.match(zone)) or _is_from_some(zone, word, weak=weak):
        return Reach.NOTHING
    resolves = re.search(r"\brisolv", word, re.IGNORECASE) is not None
    accessed = _gives_access(word.lower(), weak=weak) or _KEPT_FROM.match(zone) is not None
    for found in _DETERMINED.finditer(zone):
        if found[0].strip().lower() == "che":
            if not (weak and _opens_clause(zone, found)) or accessed:
                continue
            return _whole(zone) if _reached(zone[found.end() :]) else Reach.NOTHING
        noun = _noun(zone, found.end())
        if weak and noun == "risolvere":
            accessed = resolves = True
            continue
        if _is_no_object(noun, zone, found.start(), weak=weak):
            continue
        if noun in _ACCESS or noun in _TO_ACCESS:
            accessed = True
        elif _is_part(noun, zone, found.end()):
            return Reach.PART
        elif _is_site(noun, zone, found.end()) or (resolves and noun in ("nome", "nomi")):
            return _whole(zone) if accessed or not weak else Reach.NOTHING
        elif accessed and not resolves and not _is_other(noun, found[0], word, weak=weak):
            return Reach.PART if _of_a_site(found[0], zone, found.end()) else _whole(zone)
        elif _BLOCKED_AGAIN.fullmatch(noun) or not _is_dative(found[0]):
            return Reach.NOTHING
    if weak and not accessed:
        return Reach.NOTHING
    return _whole(zone)


def reaches_site(after: str, word: str) -> bool:
    """Whether a word that blocks, or is about access, has sites and no part of them as its object.

    Args:
        after: the words from it to the first name.
        word: the word.
    """
    strong = _STRONG.match(word) is not None
    return word.lower() not in _PARTS and direct_object(after, word, weak=not strong) is Reach.SITE


def _is_of_other(zone: str, word: str) -> bool:
    """Whether it is no access of users to sites that is blocked."""
    if _DIVERTED.search(zone) and word.lower().startswith(("reindir", "dirott", "ridir")):
        return True
    ended = _ENDED.match(zone) if word.lower().startswith("cess") else None
    if ended and not (ended["verb"] and GIVING.match(ended["verb"])):
        return True
    # The word may hold the noun: *porre fine all'accesso* abusivo.
    return _OTHER_ACCESS.search(f"{word} {zone}") is not None


def _is_from_some(zone: str, word: str, *, weak: bool) -> bool:
    """Whether somebody is kept from a site who is not all users: *inibire al socio l'accesso*."""
    whom = _WHOM.match(zone)
    if whom is None or _gives_access(word.lower(), weak=weak):
        return False
    noun = _noun(zone, whom.end())
    if noun in NOUNS and _FINITE_OR_NOT.match(word):
        return True  # *inibire al sito l'uso del marchio*
    if noun in _OF_ALL and not qualifies(zone, whom.start("to"), len(zone)):
        return True
    general = (
        noun in _USERS - _SOME_USERS
        or noun in _KNOWN | {"nome", "nomi"}
        or _BLOCKED_AGAIN.fullmatch(noun)
    )
    return bool(noun) and not general and noun not in _WAYS


def _of_a_site(determiner: str, zone: str, at: int) -> bool:
    """Whether something of a site is accessed, not the site: *l'accesso ai dati dei siti*."""
    return _is_dative(determiner) and _OF_A_SITE.match(zone, at) is not None


def _is_other(noun: str, determiner: str, word: str, *, weak: bool) -> bool:
    """Whether the object is a block, which is ended, or a thing that is no site."""
    if _BLOCK_NOUN.fullmatch(noun):
        return True
    renders = not weak and _RENDERS.match(word) is not None and noun not in ("nome", "nomi")
    return renders and not _is_dative(determiner)


def _is_no_object(noun: str, zone: str, at: int, *, weak: bool) -> bool:
    """Whether a noun says whom it concerns, by what means, or what access is given by."""
    if not noun or noun in _USERS or (weak and GIVING.match(noun)):
        return True
    return _BY_MEANS.search(zone, max(0, at - _PREPOSITION), at) is not None


def _is_part(noun: str, zone: str, at: int) -> bool:
    if noun in _PARTS:
        return _AND_SITES.match(zone, at) is None
    return noun in _INNER and _OF_A_SITE.match(zone, at) is not None


def _is_site(noun: str, zone: str, at: int) -> bool:
    if noun in ("nome", "nomi"):
        return _OF_DOMAIN.search(zone, at) is not None
    return noun in NOUNS or noun in _PARTS


def _gives_access(word: str, *, weak: bool) -> bool:
    """Whether the word itself says that it is about access: *fornire*, *non raggiungere*."""
    pattern = r"\Adare\Z|fornire|prestare|fornitura|prestazione|erogazione|rendere"
    if weak:
        pattern += (
            r"|(?:access|acced|raggiung|visit|visualizz|risol|conness|navig|colleg|"
            r"traffic|richiest|visit|transit|comunicazion|dati|vision|fruizion|consult|instrad|veicol)\w*\Z"
        )
    return word in _ACCESS or re.search(pattern, word) is not None


def _whole(zone: str) -> Reach:
    return Reach.PART if _IN_PART.search(zone) else Reach.SITE


def _noun(zone: str, at: int) -> str:
    """Return the noun that an article or preposition leads to, past adjectives nobody listed."""
    first = ""
    for count, found in enumerate(_WORD.finditer(zone, at)):
        word = found[0].lower()
        if count > _NOUN_PHRASE or (count and word in _BETWEEN):
            break
        if word in PLAIN or word.isdecimal():
            continue
        if not first and _BLOCK_NOUN.fullmatch(word):
            return word
        if word in _KNOWN and not _LOCATED.match(zone, found.start()):
            return word
        first = first or word
    return first


def _reached(zone: str) -> bool:
    """Whether users are kept from reaching something: *impedire che gli utenti raggiungano*."""
    return _REACHING.match(zone) is not None


def _opens_clause(zone: str, that: re.Match[str]) -> bool:
    return not zone[: that.start()].strip(" ,\n")


def _is_dative(determiner: str) -> bool:
    return determiner.strip().lower() in words("a ad al allo alla ai agli alle all'")
