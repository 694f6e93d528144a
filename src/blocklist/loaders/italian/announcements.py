"""ANNOUNCEMENTS: whether the words of a press release say that sites are blocked, or no longer.

A release has no verb of its own that orders; it tells of an order, and of orders that ended. What
stands between *ha ordinato* and *oscuramento* is read as in an order; a list is announced by words
on blocking or by no words at all beside *di seguito, si tratta di*.
"""

from __future__ import annotations

import re

from .candidates import words
from .conditions import condition
from .deferredpattern import deferred
from .frames import read_frame
from .numbers import cardinal
from .sitewords import NOUNS, WORD

_CUE = deferred(
    r"\b(?:oscur|inib|blocc|disabilit|rend\w+\s+(?:inaccessibil|irraggiungibil)|chiusur|abusiv|irregolar|contraffatt|illecit|pirata|sequestr|truff"
    r"|non\s+autorizzat|prive?i?\s+d|senza\s+autorizzazion|viol)\w*",
    re.IGNORECASE,
)
_LIFTED = deferred(
    r"\bnon\s+(?:più|sono|è|risult\w+|sar\w+)\b|\b(?:revoc|cancell|rimoz|rimoss|rimuov|annull|sblocc|riattiv"
    r"|ripristin|dissequestr|elimin|archivi|decad|riabilit|inefficac|dismess|tolt|toglie|scadut"
    r"|sospes|sospensi|cessaz|cessat|riammess|reintegr|legittim|genuin|ufficial|autentic)\w*"
    r"|\bnon\s+(?:ancora\b|si\s+è\b)|\b(?:ha|hanno)\s+(?:chiesto|richiesto|proposto)\b(?!\s+(?:ai|agli)\s+(?:fornitor|provider|prestator|operator|internet))|\bavviat\w+\s+(?:il|un)\s+procediment\w+"
    r"|\bin\s+(?-i:(?!Italia)[A-Z][a-zà-ù]{3,})\s+(?:è|sono|viene)\s|\b(?:autorità|commissione|tribunale|giudice|regolatore)\s+(?:frances|ingles|tedesc|spagnol|austriac|svizzer|belg|olandes|portoghes|britannic|maltes|grec|polacc|ester|di\s+vigilanza\s+(?:frances|tedesc|ingles))\w*"
    # What an authority of another country did.
    r"|\b(?-i:FCA|BaFin|AMF|CNMV|FINMA|SEC|CFTC|CySEC|MFSA|CSSF|FSMA|AFM|CMVM|HCMC|FMA|ACPR|PRA|ESMA|EIOPA)\b(?:\s+\w+){0,3}?\s+ha(?:nno)?\s+(?:\w+mente\s+)?(?:ordinat|dispost|oscurat|bloccat|inibit)"
    r"|\bven\w+\s+meno\b|\b(?:sit[oi]|portal[ei]|domini\w?|sono|risultano)\s+(?:(?!non\b)\w+\s+){0,2}?autorizzat[oaie]\b|\bregolar(?:i|e|mente)\b",
    re.IGNORECASE,
)
_GOVERNED = deferred(
    r"(\w+)\s+(?:del|al|dal|sul|nel|della|alla|dalla)l?[\s'’]\s?(?:oscuramento|blocco|inibizione|disabilitazione)\b",
    re.IGNORECASE,
)
_GOVERNS = words(
    "ordine ordini provvedimento provvedimenti misura misure oggetto destinatari attività elenco "
    "procedere provvedere provveduto proceduto potere poteri disposizione caso corso fini"
)
_ORDERED = deferred(r"\b(?:ha|hanno)\s+(?:\w+mente\s+)?(?:ordinato|disposto)\b", re.IGNORECASE)
_BLOCKED = r"(?:oscurat|inibit|bloccat|disabilitat)[oaie]"
_TOLD = deferred(
    r"\b(?:(?:ha|hanno)|(?:è|sono)\s+stat[oaie]|viene|vengono)\s+(?:(?:\w+mente|inoltre|altresì|anche)\s+)?"
    rf"(?:(?:ordinat|dispost|impost|intimat|ingiunt|prescritt)[oaie]|{_BLOCKED})\b"
    rf"|\A\W*(?:{_BLOCKED}|oscuramento|inibizione|blocco)\b",
    re.IGNORECASE,
)
_ENDED = deferred(
    r"\b(?:revoc|annull|sblocc|riattiv|ripristin|dissequestr|sospes|cessat|respint|rigettat|riabilit)\w*",
    re.IGNORECASE,
)
_NEUTRAL = words(
    "di seguito si tratta il la lo i gli le dei degli delle del della l elenco lista seguente "
    "seguenti siti sito web internet nomi nome a dominio domini indirizzi portali sono ecco questi "
    "riportati riportato indicati elencati che url sotto qui nuovi ulteriori e in particolare"
)
COUNT = deferred(
    r"\b(?:oscur\w+|inib\w+|seguenti|blocc\w+)\s{1,3}(?:l'accesso\s{1,3})?"
    r"(?:(?:di|a|ad|ai|altri|altre|ulteriori|seguenti|i|n\.)\s{1,3}){0,3}"
    r"(\d{1,4}|[a-z]{3,30})\s{1,3}(?:(?:nuovi|ulteriori|seguenti|altri)\s{1,3})?"
    r"(?:siti|domini|nomi\s(?:a|di)\sdominio|portali)\b",
    re.IGNORECASE,
)
"""How many sites a release says to be blocked."""
# One of several, and whom it imitated stands there: the list holds all of them.
_ONE_OF_THEM = deferred(
    r"\W*un[oa]\s+(?:di|tra|fra)\s+(?:ess[ie]|quest[ie]|loro|quelli)\s+[^:;]{3,240}"
    r"(?:\bS\.?p\.?A\.?|\bS\.?r\.?l\.?|\)|\bestrane[ao](?:\s+(?:ai\s+fatti|alla\s+vicenda|al\s+fatto))?)\s*",
    re.IGNORECASE,
)
_NAMED = deferred(r"\w\.\w\w")
_ENTRY = deferred(r"[ \t]*[^\w\n]{0,4}(?:https?://)?[\w-]+(?:\.[\w-]+)+/?[;,.]?[ \t]*(?:\n|\Z)")


def says_blocked(sentence: str) -> bool:
    """Whether a sentence that holds a word on blocking says that sites are blocked now."""
    if _LIFTED.search(sentence) or condition("", sentence):
        return False
    if any(found[1].lower() not in _GOVERNS for found in _GOVERNED.finditer(sentence)):
        return False
    ordered = _ORDERED.search(sentence)
    if ordered is None:
        return True
    frame = read_frame("", "ordina" + sentence[ordered.end() :])
    return frame.at >= 0 and not frame.part


def says_cue(intro: str) -> bool:
    """Whether words are about blocking, or about what is blocked: *irregolari, oscurati*."""
    return _CUE.search(intro) is not None


def tells_of_order(sentence: str) -> bool:
    """Whether a sentence up to a name tells that a block was ordered: *ha disposto, oscurati*."""
    return _TOLD.search(sentence) is not None


def ended_later(after: str) -> bool:
    """Whether the words after a name, to the end of the sentence, say that its block ended."""
    return _ENDED.search(after) is not None


def announces(intro: str) -> bool:
    """Whether the words before the colon of a list say that it holds what is blocked."""
    if says_cue(intro):
        return says_blocked(intro)
    return all(word.lower() in _NEUTRAL for word in WORD.findall(intro))


def tells_more(intro: str, above: str, below: str) -> bool:
    """Whether the last sentence before a list only tells more of the sites that are listed.

    *L'IVASS ha disposto l'oscuramento di due siti. Uno di essi imitava Alfa S.p.A.:* and two lines.

    Args:
        intro: that sentence.
        above: the one before.
        below: the text behind its colon.
    """
    if not _ONE_OF_THEM.fullmatch(intro) or not NOUNS.isdisjoint(WORD.findall(intro.lower())):
        return False
    at, entries, stated = len(below) - len(below.lstrip()), 0, COUNT.search(above)
    while entry := _ENTRY.match(below, at):
        at, entries = entry.end(), entries + 1
    named = _NAMED.search(above) is not None
    return stated is not None and not named and entries > 1 and cardinal(stated[1]) == entries


_OTHER = deferred(
    r"\b(?:imit|clon|copi|riprodu|confond|confus|omonim|ospit|hosting|registra|estrane|spaccia"
    r"|riconducibil\w+\s+a\s+terz|simula|richiam|già\b)\w*",
    re.IGNORECASE,
)


def tells_of_another(said: str) -> bool:
    """Whether the words before a name in its item lead to another site: *che imita Banca Alfa*."""
    return _OTHER.search(said) is not None
