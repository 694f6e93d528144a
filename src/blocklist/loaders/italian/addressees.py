"""ADDRESSEES: whether words behind a verb that orders say no more than to whom the order goes.

*Ordina ai fornitori di accesso, ivi compresi i gestori di VPN, che operano in Italia* does. Another
infinitive, a noun with its article that is no provider, a negation or a condition makes it more.
"""

from __future__ import annotations

import re

from .deferredpattern import deferred
from .framewords import NO_INFINITIVES

_PROVIDERS = (
    r"(?:predett\w\s+|suddett\w\s+|citat\w\s+|altr\w\s+|medesim\w\s+|principali\s+)?(?:fornitor|prestator|provider|operator|gestor[ei]\b|societ|soggett|resistent|convenut|reclamat"
    r"|appellat|intermediar|carrier|impres[ae]\b|aziend|concessionar|internet\s+service|isp\b|destinatar|stess[aeio]\b|compagni)"
)
_DATIVE = deferred(
    r"[\s,]*(?:\w+mente[\s,]+|inoltre[\s,]+|altresì[\s,]+|quindi[\s,]+|pertanto[\s,]+)*"
    r"(?:a|ad|al|allo|alla|ai|agli|alle|nei\s+confronti|in\s+capo|a\s+carico)\s|[\s,]*all'",
    re.IGNORECASE,
)
UNFIT = deferred(
    r"\b(?:non|né|senza|che|chi|chiunque|se|qualora|ove|quando|mentre|come|nessun\w*|mai)\b|[;:]"
)
BARE_ARTICLE = deferred(
    r"(?<!\btutti\s)(?<!\btutte\s)(?:\b(?:il|lo|la|i|gli|le|un|una|uno|ogni)\s|\bl')"
    rf"(?!\s?(?i:{_PROVIDERS}|(?:propri\w\s+|relativ\w\s+)?(?:servizi\b|connettività|connessione|rete\b|reti\b)))"
)
_INFINITIVE = deferred(
    r"\b[a-zà-ù]+(?:[aei]re|rre|[aei]r(?:si|lo|la|li|le|ne|gli|ci|vi)?)\b|\bpor(?:re)?\b"
)
# What providers do, or are: *che offrono la connessione*, *i quali risultano attivi in Italia*.
_DESCRIBED = deferred(
    rf"(?P<who>\b{_PROVIDERS}[^;:]{{0,200}}?)[\s,]+(?:che|(?:i|le|il|la)\s+qual[ei])\s+(?:\w+mente\s+)?"
    r"(?:(?:in\s+relazione|con\s+riferimento)\s+a(?:d|lle|gli|i)?\s+\w+\s+|(?:in|sul)\s+(?:Italia|territorio\s+\w+)\s+)?"
    r"(?:abbiano|hanno|sono|siano|\w{3,}(?:ano|ono|ino))\s+(?:(?:\w+t[oaie]|anche|\w+mente)\s+){0,2}"
    r"(?:(?:(?:il|la|i|gli|le|lo)\s+|l'\s?)(?:propri\w\s+|relativ\w\s+)?(?:serviz\w+|access\w+|connettività|connession\w+|ret[ei]|attività|collegament\w+"
    r"|utenti|sede|titolo)\b)?",
    re.IGNORECASE,
)
# *Ai seguenti operatori: - Alfa S.p.A.; - Beta S.r.l.;* with *di inibire* behind it.
_LISTED = deferred(
    rf"[\s,]*(?:ai|alle|agli)\s+seguenti\s+{_PROVIDERS}[^:;]{{0,100}}:", re.IGNORECASE
)
# What users do, which a court may forbid to one of them.
_OWN_ACT = deferred(
    r"accesso|navigazione|connessione|visione|visualizzazione|fruizione|consultazione",
    re.IGNORECASE,
)
# Whom a court keeps from a site itself: *inibisce al convenuto l'accesso al sito*.
_GIVES_ACCESS = deferred(
    rf"(?!(?:al|allo)\s+(?:convenut|resistent|reclamat|intimat|appellat|soggett))(?:a|ad|al|allo|alla|ai|agli|alle|all'|nei\s+confronti\s+de\w+)\s*"
    rf"(?:(?:tutt[ieao]|gli|i|le|la|propri\w?|suoi|loro)\s+)*(?:{_PROVIDERS}|utent|utenza|client|abbonat|chiunque|pubblico|consumator)"
    r"|\b(?:Spa|Srl|S\.?\s?p\.?\s?A|S\.?\s?r\.?\s?l|S\.?\s?a\.?\s?s|Ltd|Limited|Inc|LLC|GmbH|B\.?V|plc|SE|Sarl)\b",
    re.IGNORECASE,
)
# Who gives nobody access to the network, so that an order to them is about something else.
_GIVES_NONE = deferred(
    r"[\s,]*(?:alla|al|allo|alle|agli|ai|all')\s*(?:banca\b(?!\s+dati)|banche|scuol[ae]|universit|istitut|bibliotec|alberg|hotel|ospedal|comune\b|comuni\b"
    r"|ministero\b|padre|madre|genitor|coniuge|ex\b|moglie|marito|sig\b|signor|datore|dipendent|imputat|indagat)",
    re.IGNORECASE,
)
_MARKS = deferred(r"[;:]")


def addressed(head: str) -> bool:
    """Whether it is no more than to whom the order goes, as *a Rete*."""
    if _LISTED.match(head):
        head = _MARKS.sub(",", head)
    head = _DESCRIBED.sub(r"\g<who> ", head)
    unfit = (
        UNFIT.search(head)
        or _GIVES_NONE.match(head)
        or BARE_ARTICLE.search(head)
        or infinitives(head)
    )
    return not unfit and _DATIVE.match(head) is not None


def keeps_users(head: str, word: str) -> bool:
    """Whether those to whom something is forbidden give access or are all users, or none are named.

    Anybody fits if the word is no act of users: *consentire, risolvere*.
    """
    if _OWN_ACT.fullmatch(word) is None:
        return True
    said = head.strip(" ,\n")
    return not _DATIVE.match(f"{said} ") or _GIVES_ACCESS.search(said) is not None


def infinitives(text: str) -> list[str]:
    """Return the infinitives among words."""
    return [w for w in _INFINITIVE.findall(text) if w not in NO_INFINITIVES]
