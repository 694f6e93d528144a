"""NOUNPHRASES: whether the words from the last that blocks to a name say that it is the object.

*L'accesso ai siti* does, *l'accesso agli utenti che dal sito* does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .addressees import infinitives
from .clauses import ANCHOR, ASIDE, BLOCKS
from .cues import PLACE, RELATIVE, REMARK, SENTENCE_END
from .deferredpattern import deferred
from .descriptions import fair, of_another, of_imitations, without_description
from .frameobjects import GIVING
from .framewords import CITED, OF_ACT
from .framewords import LINKS as MEANS
from .qualifiers import are_plain, without_qualifiers
from .sitewords import INNER, LINKS, NOUNS, WORD, in_short, is_of_site

_LISTED = deferred(
    r"\b(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|piattaforme|indirizzi)\s+(?:\w+\s+){0,2}?"
    r"(?:indicati|elencati|specificati|individuati|menzionati|riportati|contraddistinti|di\s+cui|sub|oggetto)\s[^;:()]{0,160}",
    re.IGNORECASE,
)
# *Ai siti sub a), c) ed e)*.
_LETTERS = deferred(r"(?<=[\s,])\w{1,2}\)(?=[\s,])")
_LISTED_ONE = deferred(
    r"\bsito(?:\s+(?:web|internet))?\s+(?:\w+\s+)?(?:indicat|individuat|specificat|menzionat|descritt)o\s+in\s+(?:ricorso|premessa|narrativa"
    r"|motivazione|epigrafe|atti|oggetto|parte\s+motiva)\s*\(\s*\Z",
    re.IGNORECASE,
)
_ONE = deferred(r"[^()\s,;]+\.[^()\s,;]+\s*\)")
_NAMELY = deferred(
    r",\s*(?:e\s+)?(?:cioè|ossia|segnatamente|precisamente|vale\s+a\s+dire|ovvero|ovverosia)\s+\Z"
    r"|\b(?:in|nel|nella|di\s+cui\s+in)\s+(?:parte\s+)?(?:premessa|narrativa|motivazione|motiva|epigrafe|ricorso|preambolo|atti),\s+\Z"
)
_SEVERAL = deferred(
    # Each behind its number: *ai punti 1 (a.example), 2 (b.example) e 5 (c.example)*.
    r"[^()\s,;]+\.[^()\s,;]+\s*\)\s*(?:,|\be\b)\s*(?:\d{1,2}|[a-z])\)?\s*\(|"
    r"[^()\s,;]+\.[^()\s,;]+(?:\s*(?:[,;]|\be\b)\s*[^()\s,;]+\.[^()\s,;]+)+\s*\)"
)
# What may lead straight to a name: *le connessioni verso a.example*.
_TOWARDS = deferred(
    r"(?:accesso|instradamento|dati|traffico|connession[ei]|collegament[oi]|navigazione|navigare|comunicazion[ei]|richieste"
    r"|connettersi|collegarsi|transito)\Z",
    re.IGNORECASE,
)
_LED = deferred(
    r"[\s,\"«“]*(?:\w+mente\s+|solo\s+|soltanto\s+)?(?:dei\s+(?:propri\s+)?(?:utenti|clienti)\s+)?(?:(?:di\s+(?:accesso|connessione|risoluzione|collegamento|dati)\s+)?"
    r"(?:dirett|destinat|rivolt|indirizzat|inoltrat)\w\s+)?(?:verso|con|ad?|da\s+e\s*(?:verso|per)?)[\s\"«“]*",
    re.IGNORECASE,
)
# *La raggiungibilità, dall'Italia, di a.example*.
_FROM = deferred(
    r",\s*(?:decors[oaie]\s|dall'\s?|dall[ae]\s|da(?:i|gli)\s|da\s+parte\s+(?:di|dei|degli)\s|su\s+richiesta\s+(?:di|dei|degli)\s+(?:terminali|dispositivi|apparati|client|host|indirizzi\s+IP)"
    r"|per\s+(?:l'|gli\s|i\s|le\s)|(?:sul|nel)\s|a\s+(?:far\s+data|partire|decorrere)\s+da)"
    r"[^,;:.()]{2,60},(?=\s)",
    re.IGNORECASE,
)
# *Il sequestro preventivo di a.example*.
_NOUN = deferred(
    r"(?:sequestro|blocco|oscuramento|inibizione|disabilitazione|interdizione|filtraggio|inibitoria)\Z",
    re.IGNORECASE,
)
# *La fornitura della risoluzione DNS per i nomi a dominio*.
_RESOLVES = deferred(
    r"(?:risoluzione|DNS|query|interrogazioni|richieste|NXDOMAIN|(?:esito|risposta)\s+negativ[oa])\Z",
    re.IGNORECASE,
)
_FOR_NAMES = deferred(
    r"\A\s*(?:(?:alle|a\s+tutte\s+le|a\s+ogni)\s+(?:richiest[ae]|interrogazion[ei]|query)\s+)?(?:DNS\s+)?(?:per|(?:relativ|riferit|attinent|concernent|riguardant|inerent)[ie]|avent[ei]\s+ad\s+oggetto)\s*\Z"
    r"|\b(?:per|concernent[ei]|riguardant[ei]|avent[ei]\s+ad\s+oggetto)\s+(?=(?:tutti\s+)?(?:i|il)\s+(?:(?:seguent|predett|suddett)\w\s+)?(?:nom[ei]\s+(?:a|di)\s+domini\w|domini\w?|sit[oi])\b)",
    re.IGNORECASE,
)
# *Resta fermo l'oscuramento per a.example*.
_FOR = deferred(
    r"[\s,]*per\s+(?:(?:i|il|gli)\s+(?:sit[oi]|domini\w?|nom[ei](?:\s+(?:a|di)\s+dominio)?|portal[ei])(?:\s+(?:web|internet))?\s+)?",
    re.IGNORECASE,
)
_ON = deferred(r"(?:filtro|blocco)\Z", re.IGNORECASE)
_HOW = deferred(
    r"\A(?:\s+(?:(?:preventiv|cautelar|total|integral|immediat|definitiv|temporane|urgent|complet)\w+|DNS|in\s+via\s+d'urgenza|d'urgenza)(?=\s))+",
    re.IGNORECASE,
)
_TO_WHOM = deferred(r"\s*(?:a|ad|al|alla|ai)\s+(?:\w+\s+){0,2}", re.IGNORECASE)
_FROM_WHAT = deferred(
    r"\S+\s+(?:l'(?:accesso|utilizzo|uso)|la\s+(?:risoluzione|navigazione|connessione|raggiungibilità|fruizione)|il\s+collegamento|di\s+\w+re)\b",
    re.IGNORECASE,
)
_BROWSING = ("navigazione", "navigare")
_OF = ("di", "d", "del", "dello", "della", "dei", "degli", "delle", "dell")
# What is said of access is *a*, not *di*.
_TO = deferred(r"access[oi]\Z|acced|colleg|connett", re.IGNORECASE)
# Right before a name, a program that is called like a site.
_PROGRAM = deferred(r"\b(?:app|applicazion[ei])\W*\Z", re.IGNORECASE)
_STOPS = deferred(
    r"\s*(?:cess|imped|smett|interromp|sospen|asten|viet|neg|non\b|evit|rifiut|inib|preclud|interd)",
    re.IGNORECASE,
)
_GERUND = deferred(
    r"\b(?!(?:utilizzand|adottand|provvedend|procedend|agend|intervenend|operand|attuand|configurand|modificand|impostand|facend"
    r"|ricorrend|digitand|quand)o\b)[a-zà-ù]+(?:and|end)o\b"
)
_PAGE = deferred(r"\bpagin[ae]\b", re.IGNORECASE)
# The foot of a page between two rows of a list.
_FOLIO = deferred(r"\bpag(?:ina|\.)?\s*\d+\s*(?:di|/)\s*\d+", re.IGNORECASE)


def is_object(said: str, names: str, anchor: str, *, page: bool = False) -> bool:
    """Whether a name is the object of a word that blocks.

    Args:
        said: the words from the last that blocks, or is about access, to the name.
        names: the text from the name on.
        anchor: the last word that blocks or is about access; empty if the sites are the subject.
        page: whether a page of a site is meant, and its address named.
    """
    if _NOUN.search(anchor):
        said = _HOW.sub(" ", said)
    said = _FROM.sub(lambda found: " " if fair(found[0]) else found[0], said)
    bare = without_description(OF_ACT.sub(" ", CITED.sub(" ", REMARK.sub(" ", said))))
    bare = _FOR_NAMES.sub("di ", bare) if _RESOLVES.search(anchor) else bare
    between = _PAGE.sub("indirizzo", in_short(bare)) if page else in_short(bare)
    if _lists_again(said, names) and not (ASIDE.search(between) or of_another(bare)):
        return True
    if any(pattern.search(between) for pattern in (ASIDE, RELATIVE)):
        return False
    if SENTENCE_END.search(anchor[-2:] + between):
        return False
    words = [word.lower() for word in WORD.findall(without_qualifiers(between))]
    link = len(words)
    while link and (len(words[link - 1]) == 1 or words[link - 1] in LINKS):
        link -= 1
    if _NOUN.search(anchor) and _FOR.fullmatch(between):
        return True
    if _LED.fullmatch(between) and _TOWARDS.search(anchor):
        return True
    if link == 1 and words[0] in ("su", "sui", "sul") and _ON.search(anchor):
        return bool((NOUNS | {"nome", "nomi"}).intersection(words))
    if link == 1 == len(words) and words[0] == "su" and anchor.lower().endswith(_BROWSING):
        return True
    browsing = anchor.lower().endswith(_BROWSING) and link == 1
    if (
        (is_of_site(bare) and not page)
        or _of_it(words[link:], anchor)
        or _PROGRAM.search(bare)
        or _is_user(between, names)
    ):
        return False
    if (link and words[link - 1] in PLACE and not browsing) or of_another(bare):
        return False
    if not link:
        return True
    sites = bool((NOUNS | {"nome", "nomi"}).intersection(words[link:]))
    return sites and (browsing or not anchor or are_plain(words[:link]))


def acts_between(said: str) -> bool:
    """Whether another act is ordered between the word that blocks and the last on access.

    *Bloccare i siti e favorire l'accesso a a.example*. ``said`` begins with the word that blocks.
    """
    if of_imitations(said):
        return True
    said = said.lstrip()
    blocks, first = BLOCKS.match(said), WORD.match(said)
    rest = said[max(found.end() if found else 0 for found in (blocks, first)) :]
    gives = _STOPS.match(said) is not None
    return any(
        not (
            ANCHOR.fullmatch(act)
            or act.removesuffix("si") + "e" in MEANS
            or act in MEANS
            or (gives and GIVING.match(act))
        )
        for act in [*infinitives(rest), *_GERUND.findall(rest)]
    )


def leads_inside(gap: str) -> bool:
    """Whether words between two names lead to something of the second: *nonché l'app di*."""
    gap = _FOLIO.sub("", gap)
    words = [word.lower() for word in WORD.findall(gap)]
    return _PROGRAM.search(gap) is not None or _of_it(words, "") or is_of_site(gap)


def _is_user(between: str, names: str) -> bool:
    """Whether a name is who is kept from a site: *inibire a b.example l'accesso al sito*."""
    return _TO_WHOM.fullmatch(between) is not None and _FROM_WHAT.match(names) is not None


def _of_it(words: Sequence[str], anchor: str) -> bool:
    """Whether the words right before a name say that something of it is meant.

    *I sottodomini di a.example* are not it, *l'accesso di a.example* is not to it. ``anchor`` is
    the last word that blocks or is about access.
    """
    said = [word for word in words if word not in ("il", "lo", "la", "l", "i", "gli", "le")]
    if not said or said[-1] not in _OF:
        return False
    rest = [word for word in said if word not in _OF]
    return rest[-1] in INNER if rest else _TO.match(anchor) is not None


def _lists_again(between: str, names: str) -> bool:
    """Whether sites that are listed elsewhere are listed here: *siti di cui al ricorso (a, b)*.

    Args:
        between: what stands between the word that blocks and the name.
        names: the text from the name on.
    """
    between = _LETTERS.sub(" ", between)
    found = _LISTED.search(between)
    if found is None:
        return _LISTED_ONE.search(between) is not None and _ONE.match(names) is not None
    rest = between[found.end() - 1 :]
    if rest.strip() == "(":
        return _SEVERAL.match(names) is not None
    return _NAMELY.search(between, found.start()) is not None
