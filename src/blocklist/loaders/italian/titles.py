"""TITLES: the name in words that a list gives to a site before its domain: *Furto A (furto-a.it)*.

The words are taken for the site's own title only if they are in its domain too; else they may say
whose site it is, or which one it imitates.
"""

from __future__ import annotations

import re

from .deferredpattern import deferred

# *Furto Shop (*, *Furto Shop, attivo su*, *Furto Shop, che usa*: what stands there is its domain.
_TITLE = deferred(
    r"(?P<title>[\"«“]?[A-Z0-9][^\s,;:()]{0,40}(?:\s[A-Z0-9][^\s,;:()]{0,40}){0,4})"
    r"(?:\s*(?:[,:(–-]|[,:–-]\s*\()|[\s,(]{1,3}(?:(?:e|che|il\s+quale|i\s+quali)\s+)?(?:(?:è|sono)\s+)?"
    r"(?:(?:attualmente|oggi|tuttora|ora|anche|sempre)\s+){0,2}"
    r"(?:(?:(?:attiv|operant|present|visibil|raggiungibil|accessibil|onlin|pubblicat|collocat|disponibil)[oaie]|on-?line|in\s+rete)"
    r"\s+(?:su|sui|sul|presso|da)|opera(?:no)?\s+(?:su|da|come)|si\s+presenta(?:no)?\s+(?:(?:oggi|ora)\s+)?(?:come|su|con|quale)"
    r"|(?:usa|utilizza|impiega|adopera|occupa)(?:no)?|nell[ae]\s+(?:sue|sua|loro)\s+(?:\w+\s+)?(?:incarnazion|version|declinazion|variant|form)[ei])"
    r"|,\s*su)\s*\Z"
)
# *Al sito denominato Furto Shop (furto-a.it)*: nothing but its title stands behind the noun.
_OF_SITE = deferred(
    r"\b(?:sit[oi]|portal[ei]|piattaform[ae]|negozi[o]?|emporio|forum)(?:\s+(?:web|internet|online))?"
    r"(?:\s+(?:denominat|chiamat|intitolat|dett|not[oi]\s+com)\w)?"
    r"(?P<title>(?:\s+(?-i:[A-Z0-9])[\w'&+-]*){1,5}\s*)(?=[(–-]\s*\Z)",
    re.IGNORECASE,
)
_SERVICE_OF = (
    r"\bserviz(?:(?P<one>io)|i)"
    r"(?:\s+(?:IPTV|web|online|pirat[ai]|illecit\w|abusiv\w|illegal\w"
    r"|televisiv\w|di\s+(?:streaming|gioco|scommesse))){0,3}"
)
# *Ai servizi Furto Film (furtofilm.example)*.
_SERVICE = deferred(
    rf"(?<=\bai\s|\bal\s){_SERVICE_OF}(?:\s+(?:denominat|chiamat|not[oi]\s+com)\w)?\s*\Z",
    re.IGNORECASE,
)
# *Ai servizi erogati tramite i siti*: who is kept from them is kept from the sites.
_SERVICES = deferred(
    rf"{_SERVICE_OF}\s+(?:(?:denominat|chiamat|not[oi]\s+com)\w\s+)?(?:[\"«“][^\"»”\n]{{1,40}}[\"»”]\s+)?"
    r"(?:erogat|offert|accessibil|fornit|prestat|res|disponibil|fruibil|raggiungibil|veicolat|diffus)\w\s+"
    r"(?:tramite|attraverso|mediante|dai|dal|dagli|dalle|dalla|sui|sul|sulle|sulla)(?=\s+(?:(?:i|il|gli|le|la)\s+)?(?:seguent\w\s+)?"
    r"(?:sit[oi]|domini\w?|portal[ei]|piattaform[ae]|nom[ei])\b)",
    re.IGNORECASE,
)
_NO_LETTER = deferred(r"[\W_]+")
_REACH, _LEAST = 160, 4


def without_title(before: str, host: str) -> str:
    """Return the words before a name with its site's title blanked out, of the same length."""
    if "serviz" in before.lower():  # nearly no name has it before
        before = _SERVICES.sub(lambda found: " " * len(found[0]), before)
    title_of = _OF_SITE.search(before, max(0, len(before) - _REACH))
    if title_of is not None and "\n" not in before[title_of.start("title") :].strip(" \t"):
        title_at, end = title_of.span("title")
        return before[:title_at] + " " * (end - title_at) + before[end:]
    found = _TITLE.search(before, max(0, len(before) - _REACH))
    if found is None or "\n" in found[0].strip():
        return before
    title = _NO_LETTER.sub("", found["title"]).lower()
    labels = _NO_LETTER.sub("", host.removeprefix("www.").rpartition(".")[0]).lower()
    if min(len(title), len(labels)) < _LEAST or not (title in labels or labels in title):
        return before
    lead = _SERVICE.sub(_as_site, before[: found.start()])
    return lead + " " * len(found[0])


def _as_site(found: re.Match[str]) -> str:
    return ("sito" if found["one"] else "siti").ljust(len(found[0]))
